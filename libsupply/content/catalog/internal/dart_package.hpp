// Packages of Dart and Flutter: what a pubspec.yaml says of its package, where pub's cache has one, and which
// directories a project's package_config.json names. Pure functions. Source: dart.dev, "The pubspec file";
// dart-lang/language, "Package configuration file v2"; pub, lib/src/source/hosted.dart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// A directory of pub's cache, which pub named.
struct CachedDartPackage {
  std::string cache;     ///< the path of the cache: "root/.pub-cache"
  std::string registry;  ///< "https://example.org"; empty of pub.dev and of packages from git
  std::string name, version;
};
/// Of "root/.pub-cache/hosted/pub.dev/async-2.11.0", and of "root/.pub-cache/git/NAME-COMMIT", which has no version.
std::optional<CachedDartPackage> cached_dart_package(std::string_view directory);

/// `cached` is where it lies, if that is pub's cache: of a package from a registry its name and version are what
/// counts. Errors: malformed (no YAML that Supply reads, no name), limit_exceeded.
Result<DescribedPackage> parse_pubspec(std::string_view text, const std::optional<CachedDartPackage>& cached);
/// What is known without its pubspec.yaml. Errors: malformed.
Result<DescribedPackage> describe_cached(const CachedDartPackage& cached);

struct DartRoot {
  std::string name;
  std::string directory;  ///< in the tree, without leading '/'; empty where the URI is of another kind
};
/// `config` is the path of the package_config.json, which relative URIs begin at.
/// Errors: malformed, limit_exceeded.
Result<std::vector<DartRoot>> parse_package_config(std::string_view text, std::string_view config);

}  // namespace supply::catalog

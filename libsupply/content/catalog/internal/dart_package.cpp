#include "libsupply/content/catalog/internal/dart_package.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/yaml/yaml.hpp"
#include "libsupply/content/catalog/internal/json_fields.hpp"

namespace supply::catalog {
namespace {

// pub writes what a file name cannot have as '%' and the code in decimal digits: "http%58%47%47localhost%588080".
// Source: pub, lib/src/source/hosted.dart, _urlToDirectory.
std::string registry_of(std::string_view directory) {
  if (directory == "pub.dev" || directory == "pub.dartlang.org") return {};
  std::string url;
  for (std::size_t i = 0; i < directory.size(); ++i) {
    const bool coded =
        directory[i] == '%' && i + 2 < directory.size() && is_digit(directory[i + 1]) && is_digit(directory[i + 2]);
    if (!coded) {
      url += directory[i];
      continue;
    }
    url += static_cast<char>((directory[i + 1] - '0') * 10 + (directory[i + 2] - '0'));
    i += 2;
  }
  return url.find("://") == std::string::npos ? "https://" + url : url;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '_'; });
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? from_hex(text.substr(i + 1, 2)) : Result<std::string>(std::string());
    if (text[i] == '%' && byte && byte->size() == 1) {
      out += *byte;
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

Status set_purl(const std::string& registry, pkg::Package& package) {
  pkg::PurlParts parts{"pub", "", package.name, package.version, {}, ""};
  if (!registry.empty()) parts.qualifiers["repository_url"] = registry;
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
  return {};
}

}  // namespace

std::optional<CachedDartPackage> cached_dart_package(std::string_view directory) {
  const std::string_view last = base_name(directory), above = directory_of(directory);
  const std::size_t dash = last.find('-');  // no name of a package has one
  if (dash == std::string_view::npos || !is_name(last.substr(0, dash))) return std::nullopt;
  CachedDartPackage out;
  out.name = last.substr(0, dash);
  const std::string_view rest = last.substr(dash + 1);
  if (base_name(above) == "git") {
    if (rest.size() != 40 || !is_lower_hex(rest)) return std::nullopt;
    out.cache = directory_of(above);
    return out;
  }
  if (base_name(directory_of(above)) != "hosted" || rest.empty() || !is_digit(rest[0])) return std::nullopt;
  out.cache = directory_of(directory_of(above));
  out.registry = registry_of(base_name(above));
  out.version = rest;
  return out;
}

Result<DescribedPackage> describe_cached(const CachedDartPackage& cached) {
  DescribedPackage out;
  out.package.name = out.key = cached.name;
  out.package.version = cached.version;
  SUPPLY_TRY(set_purl(cached.registry, out.package));
  return out;
}

Result<DescribedPackage> parse_pubspec(std::string_view text, const std::optional<CachedDartPackage>& cached) {
  SUPPLY_TRY(const yaml::Document document, yaml::Document::parse(text));
  const json::Value& root = document.root();
  DescribedPackage out;
  pkg::Package& package = out.package;
  package.name = text_of(root, "name");
  if (package.name.empty()) return Error(ErrorCode::malformed, "no name");
  package.version = text_of(root, "version");
  if (const json::Value* version = json::find(root, "version"); version != nullptr && version->is_number())
    package.version = version->dump();  // "1.0" without quotes
  const bool from_registry = cached && !cached->version.empty();
  if (from_registry) {
    package.name = cached->name;
    package.version = cached->version;
  }
  out.key = package.name;
  package.homepage = text_of(root, "homepage");
  if (package.homepage.empty()) package.homepage = text_of(root, "repository");
  if (const json::Value& dependencies = part_of(root, "dependencies"); dependencies.is_object())
    for (const auto& [name, constraint] : dependencies.items()) out.requires_.push_back(name);
  SUPPLY_TRY(set_purl(cached ? cached->registry : std::string(), package));
  return out;
}

Result<std::vector<DartRoot>> parse_package_config(std::string_view text, std::string_view config) {
  SUPPLY_TRY(const json::Value root, parse_lenient_json(text));
  const json::Value& packages = part_of(root, "packages");
  if (!packages.is_array()) return Error(ErrorCode::malformed, "no list of packages");
  std::vector<DartRoot> out;
  for (const json::Value& each : packages) {
    DartRoot one{text_of(each, "name"), {}};
    if (one.name.empty()) return Error(ErrorCode::malformed, "a package without a name");
    std::string uri = text_of(each, "rootUri");
    std::string path;
    if (uri.starts_with("file://")) path = percent_decoded(std::string_view(uri).substr(7));
    else if (uri.find("://") == std::string::npos && !uri.starts_with('/'))
      path = std::string(directory_of(config)) + "/" + percent_decoded(uri);
    else if (uri.starts_with('/')) path = percent_decoded(uri);
    std::string scratch;
    if (const auto clean = clean_path(path, scratch); clean && !path.empty()) one.directory = *clean;
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace supply::catalog

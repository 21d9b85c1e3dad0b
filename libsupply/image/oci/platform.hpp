// Operating system, architecture and variant of an image. Source: OCI image-spec v1.1, image-index.md.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::oci {

struct Platform {
  std::string os, architecture, variant;  ///< variant may be empty
  std::string os_version;
  std::vector<std::string> os_features;

  /// "linux/arm64/v8", "linux/amd64". Errors: malformed.
  static Result<Platform> parse(std::string_view text);
  static Result<Platform> from_json(const nlohmann::json& value);
  std::string to_string() const;
  nlohmann::json to_json() const;

  /// The same in the words that Go has for operating systems, architectures and variants, in lower case, with no
  /// variant where it is the usual one ("Linux/x86_64/v1" is linux/amd64). Source: containerd platforms/database.go.
  Platform normalised() const;
  /// Whether neither part says "unknown", as BuildKit's attestations do.
  bool runnable() const;
  /// Whether a runtime could choose an image for this platform where `wanted` is asked for, by any reading of names:
  /// what is not said here, or is a variant that nobody can compare, may serve. A variant may serve a higher one that
  /// is wanted.
  bool may_serve(const Platform& wanted) const;
  /// How near: 0 is exact, greater is further; nothing where the variants cannot be compared. Only meaningful when it
  /// may_serve.
  std::optional<int> rank(const Platform& wanted) const;
  friend bool operator==(const Platform&, const Platform&) = default;
  friend auto operator<=>(const Platform&, const Platform&) = default;
};

}  // namespace supply::oci

// Operating system, architecture and variant of an image. Source: OCI image-spec v1.1, image-index.md.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/bytes/result.hpp"

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

  /// "unknown/unknown": BuildKit's attestation entries; not something that runs.
  bool runnable() const;
  /// Whether an image for this platform serves a request for `wanted` (arm64 is arm64/v8; an absent variant in
  /// `wanted` takes any; arm/v7 takes v6 when nothing nearer is there: see `rank`).
  bool satisfies(const Platform& wanted) const;
  /// How near: 0 is exact, greater is further; only meaningful when `satisfies`.
  int rank(const Platform& wanted) const;
  friend bool operator==(const Platform&, const Platform&) = default;
  friend auto operator<=>(const Platform&, const Platform&) = default;
};

}  // namespace supply::oci

// What points at a blob or manifest. Source: OCI image-spec v1.1, descriptor.md.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/base/digest/digest.hpp"
#include "libsupply/image/oci/platform.hpp"

namespace supply::oci {

using Annotations = std::map<std::string, std::string>;

struct Descriptor {
  std::string media_type;
  Digest digest;
  std::uint64_t size = 0;          ///< bytes
  std::string artifact_type = {};  ///< empty when absent
  Annotations annotations = {};
  std::vector<std::string> urls = {};
  std::optional<Platform> platform = {};
  std::optional<std::string> data = {};  ///< inline content, decoded; its users check digest and size

  /// Errors: malformed, naming the member.
  static Result<Descriptor> parse(const nlohmann::json& value);
  /// Members in the order of their names, absent ones left out.
  nlohmann::json to_json() const;
};

}  // namespace supply::oci

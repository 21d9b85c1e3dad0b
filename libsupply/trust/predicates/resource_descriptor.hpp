// in-toto's ResourceDescriptor, which predicates name their inputs and evidence by, and how members of predicates are
// read. Pure; any thread. Source: in-toto/attestation, spec/v1/resource_descriptor.md.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"
#include "libsupply/base/time/time.hpp"

namespace supply::predicates {

/// A material of SLSA v0.2 is one too.
struct ResourceDescriptor {
  std::string uri, name;                      ///< either may be empty
  std::map<std::string, std::string> digest;  ///< algorithm to value, as they were written
  std::string download_location = {}, media_type = {};
  std::string annotations = "{}";  ///< the JSON text of an object
};

/// The member, an object. Errors: malformed when it is missing or something else.
Result<const nlohmann::json*> require_object(const nlohmann::json& object, std::string_view key);
/// Errors: malformed (no object, a member of another type, or neither uri nor digest nor content).
Result<ResourceDescriptor> read_resource(const nlohmann::json& value);
/// The member's list; empty when absent. Errors: malformed, limit_exceeded (kMaxDependencies).
Result<std::vector<ResourceDescriptor>> read_resources(const nlohmann::json& object, std::string_view key);
/// The member as a time; nullopt when absent or empty. Errors: malformed.
Result<std::optional<Time>> read_time(const nlohmann::json& object, std::string_view key);
/// The member's list, bounded; nullptr when absent. Errors: malformed, limit_exceeded (kMaxPredicateEntries).
Result<const nlohmann::json*> read_list(const nlohmann::json& object, std::string_view key);
/// The same of texts; empty when absent.
Result<std::vector<std::string>> read_texts(const nlohmann::json& object, std::string_view key);
/// The member's object of texts; empty when absent. Errors: malformed.
Result<std::map<std::string, std::string>> read_text_map(const nlohmann::json& object, std::string_view key);
/// "member[3]", the place of an error.
std::string place_of(std::string_view member, std::size_t index);

}  // namespace supply::predicates

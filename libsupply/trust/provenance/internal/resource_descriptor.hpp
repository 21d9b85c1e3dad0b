// What both versions of the predicate have: resource descriptors, and what is told from them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/trust/provenance/provenance.hpp"

namespace supply::provenance {

/// The member, an object. Errors: malformed when it is missing or something else.
Result<const nlohmann::json*> require_object(const nlohmann::json& object, std::string_view key);
/// Errors: malformed (no object, or with neither uri nor digest nor content).
Result<Resource> read_resource(const nlohmann::json& value);
/// The member's list; empty when absent. Errors: malformed, limit_exceeded.
Result<std::vector<Resource>> read_resources(const nlohmann::json& object, std::string_view key);
/// The member as a time; nullopt when absent or empty. Errors: malformed.
Result<std::optional<Time>> read_time(const nlohmann::json& object, std::string_view key);

}  // namespace supply::provenance

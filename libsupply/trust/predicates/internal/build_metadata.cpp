#include "libsupply/trust/predicates/internal/build_metadata.hpp"

#include <nlohmann/json.hpp>

namespace supply::predicates {

Status read_builder_id(const json::Value& builder, SlsaProvenance& into) {
  SUPPLY_TRY(into.builder_id, json::require_string(builder, "id").at("builder"));
  return {};
}

Status read_metadata(const json::Value* metadata, const MetadataNames& names, SlsaProvenance& into) {
  if (metadata == nullptr) return {};
  for (const char* const name : names.invocation_id) {
    if (!into.invocation_id.empty()) break;
    SUPPLY_TRY(into.invocation_id, json::string_or_empty(*metadata, name).at("metadata"));
  }
  SUPPLY_TRY(into.started, read_time(*metadata, names.started).at("metadata"));
  SUPPLY_TRY(into.finished, read_time(*metadata, names.finished).at("metadata"));
  return {};
}

Status read_build_type(const json::Value& parent, const char* member, SlsaProvenance& into) {
  SUPPLY_TRY(into.build_type, json::require_string(parent, member));
  if (into.build_type.empty()) return Error(ErrorCode::malformed, "member \"" + std::string(member) + "\" is empty");
  return {};
}

}  // namespace supply::predicates

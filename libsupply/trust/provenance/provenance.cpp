#include "libsupply/trust/provenance/provenance.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/trust/provenance/internal/build_types.hpp"

namespace supply::provenance {

Result<Provenance> read(std::string_view predicate_type, std::string_view predicate) {
  Provenance out;
  SUPPLY_TRY(const json::Value value, json::parse(predicate, {.bytes = kMaxAttachmentBytes}).at("provenance"));
  if (!value.is_object()) return Error(ErrorCode::malformed, "provenance: want an object");
  SUPPLY_TRY(static_cast<predicates::SlsaProvenance&>(out),
             predicates::read_slsa_provenance(predicate_type, value).at("provenance"));
  SUPPLY_TRY(find_sources(value, out).at("provenance"));
  return out;
}

}  // namespace supply::provenance

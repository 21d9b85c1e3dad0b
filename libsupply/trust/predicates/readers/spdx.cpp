// SPDX documents, 2 and 3. Source: in-toto/attestation, spec/predicates/spdx.md.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

Result<Content> read_spdx(std::string_view, const json::Value& predicate) {
  SbomDocument out;
  out.format = SbomDocument::Format::spdx;
  SUPPLY_TRY(out.version, json::string_or_empty(predicate, "spdxVersion"));
  SUPPLY_TRY(out.name, json::string_or_empty(predicate, "documentNamespace"));
  if (out.version.empty()) {
    SUPPLY_TRY(out.version, json::string_or_empty(predicate, "@context"));
  }
  if (out.version.empty()) return Error(ErrorCode::malformed, "neither spdxVersion nor @context");
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& spdx() {
  static constexpr std::string_view types[] = {attest::kSpdxType};
  static const PredicateReader reader{"SPDX document", types, true, read_spdx};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates

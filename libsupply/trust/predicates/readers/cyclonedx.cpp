// CycloneDX documents. Source: in-toto/attestation, spec/predicates/cyclonedx.md.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

Result<Content> read_cyclonedx(std::string_view, const json::Value& predicate) {
  SbomDocument out;
  out.format = SbomDocument::Format::cyclonedx;
  SUPPLY_TRY(const std::string format, json::require_string(predicate, "bomFormat"));
  if (format != "CycloneDX") return Error(ErrorCode::malformed, "member \"bomFormat\" is " + quote(format));
  SUPPLY_TRY(out.version, json::require_string(predicate, "specVersion"));
  SUPPLY_TRY(out.name, json::string_or_empty(predicate, "serialNumber"));
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& cyclonedx() {
  static constexpr std::string_view types[] = {attest::kCycloneDxType, "https://cyclonedx.org/schema"};
  static const PredicateReader reader{"CycloneDX document", types, true, read_cyclonedx};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates

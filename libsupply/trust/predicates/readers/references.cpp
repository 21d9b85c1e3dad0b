// References. Source: in-toto/attestation, spec/predicates/reference.md.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

Result<Content> read_references(std::string_view, const json::Value& predicate) {
  References out;
  SUPPLY_TRY(const json::Value* attester, require_object(predicate, "attester"));
  SUPPLY_TRY(out.attester_id, json::require_string(*attester, "id").at("attester"));
  SUPPLY_TRY(const json::Value* references, read_list(predicate, "references"));
  if (references == nullptr) return Error(ErrorCode::malformed, "missing member \"references\"");
  SUPPLY_TRY(out.references, read_resources(predicate, "references"));
  for (std::size_t i = 0; i < out.references.size(); ++i)
    if (out.references[i].download_location.empty() || out.references[i].media_type.empty())
      return Error(ErrorCode::malformed, place_of("references", i) + ": want downloadLocation and mediaType");
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& references() {
  static constexpr std::string_view types[] = {"https://in-toto.io/attestation/reference/v0.1"};
  static const PredicateReader reader{"references", types, false, read_references};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates

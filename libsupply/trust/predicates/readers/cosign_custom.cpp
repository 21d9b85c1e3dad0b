// cosign's custom predicate. Source: sigstore/cosign, pkg/cosign/attestation/attestation.go.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

Result<Content> read_custom(std::string_view, const json::Value& predicate) {
  CosignCustom out;
  // Others write whatever they like under this type (a JSON value as Data, or none).
  if (const json::Value* data = json::find(predicate, "Data"))
    out.data = data->is_string() ? data->get<std::string>() : json::to_text(*data);
  SUPPLY_TRY(out.timestamp, read_time(predicate, "Timestamp"));
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& cosign_custom() {
  static constexpr std::string_view types[] = {"https://cosign.sigstore.dev/attestation/v1",
                                               "cosign.sigstore.dev/attestation/v1"};
  static const PredicateReader reader{"custom predicate", types, false, read_custom};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates

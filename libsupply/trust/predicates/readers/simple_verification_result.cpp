// in-toto's simple verification result. Source: in-toto/attestation, spec/predicates/svr.md.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

Result<Content> read_result(std::string_view, const json::Value& predicate) {
  SimpleVerificationResult out;
  SUPPLY_TRY(const json::Value* verifier, require_object(predicate, "verifier"));
  SUPPLY_TRY(out.verifier_id, json::require_string(*verifier, "id").at("verifier"));
  if (out.verifier_id.empty()) return Error(ErrorCode::malformed, "verifier: member \"id\" is empty");
  SUPPLY_TRY(out.policies, read_resources(*verifier, "policies").at("verifier"));
  SUPPLY_TRY(out.time_created, read_time(predicate, "timeCreated"));
  if (!out.time_created) return Error(ErrorCode::malformed, "missing member \"timeCreated\"");
  SUPPLY_TRY(const json::Value* properties, read_list(predicate, "properties"));
  if (properties == nullptr) return Error(ErrorCode::malformed, "missing member \"properties\"");
  SUPPLY_TRY(out.properties, read_texts(predicate, "properties"));
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& simple_verification_result() {
  static constexpr std::string_view types[] = {"https://in-toto.io/attestation/svr/v0.1",
                                               "https://in-toto.io/attestation/svr/v0.2"};
  static const PredicateReader reader{"simple verification result", types, false, read_result};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates

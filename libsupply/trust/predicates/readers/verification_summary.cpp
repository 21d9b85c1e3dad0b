// SLSA's verification summary. Source: slsa.dev/spec/v1.2/verification_summary.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

Result<Content> read_summary(std::string_view, const json::Value& predicate) {
  VerificationSummary out;
  SUPPLY_TRY(const json::Value* verifier, require_object(predicate, "verifier"));
  SUPPLY_TRY(out.verifier_id, json::require_string(*verifier, "id").at("verifier"));
  if (out.verifier_id.empty()) return Error(ErrorCode::malformed, "verifier: member \"id\" is empty");
  SUPPLY_TRY(out.verifier_version, read_text_map(*verifier, "version").at("verifier"));
  SUPPLY_TRY(out.time_verified, read_time(predicate, "timeVerified"));
  SUPPLY_TRY(out.resource_uri, json::require_string(predicate, "resourceUri"));
  SUPPLY_TRY(const json::Value* policy, require_object(predicate, "policy"));
  SUPPLY_TRY(out.policy, read_resource(*policy).at("policy"));
  if (out.policy.uri.empty()) return Error(ErrorCode::malformed, "policy: missing member \"uri\"");
  SUPPLY_TRY(out.input_attestations, read_resources(predicate, "inputAttestations"));
  for (std::size_t i = 0; i < out.input_attestations.size(); ++i)
    if (out.input_attestations[i].digest.empty())
      return Error(ErrorCode::malformed, place_of("inputAttestations", i) + ": no digest");
  SUPPLY_TRY(const std::string result, json::require_string(predicate, "verificationResult"));
  if (result != "PASSED" && result != "FAILED")
    return Error(ErrorCode::malformed, "member \"verificationResult\" is " + quote(result) + ", want PASSED or FAILED");
  out.passed = result == "PASSED";
  SUPPLY_TRY(const json::Value* levels, read_list(predicate, "verifiedLevels"));
  if (levels == nullptr) return Error(ErrorCode::malformed, "missing member \"verifiedLevels\"");
  SUPPLY_TRY(out.verified_levels, read_texts(predicate, "verifiedLevels"));
  SUPPLY_TRY(const json::Value* dependencies, json::optional_object(predicate, "dependencyLevels"));
  if (dependencies != nullptr) {
    out.dependency_levels.emplace();
    for (const auto& [level, count] : dependencies->items()) {
      if (!count.is_number_unsigned())
        return Error(ErrorCode::malformed, "dependencyLevels: " + quote(level) + ": want a number");
      out.dependency_levels->emplace(level, count.get<std::uint64_t>());
    }
  }
  SUPPLY_TRY(out.slsa_version, json::string_or_empty(predicate, "slsaVersion"));
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& verification_summary() {
  static constexpr std::string_view types[] = {kVerificationSummaryType};
  static const PredicateReader reader{"verification summary", types, false, read_summary};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates

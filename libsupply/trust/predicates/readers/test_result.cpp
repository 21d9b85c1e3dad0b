// Test results. Source: in-toto/attestation, spec/predicates/test-result.md.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

Result<Content> read_tests(std::string_view, const json::Value& predicate) {
  TestResult out;
  SUPPLY_TRY(const std::string result, json::require_string(predicate, "result"));
  if (result == "PASSED") out.outcome = TestResult::Outcome::passed;
  else if (result == "WARNED") out.outcome = TestResult::Outcome::warned;
  else if (result != "FAILED")
    return Error(ErrorCode::malformed, "member \"result\" is " + quote(result) + ", want PASSED, WARNED or FAILED");
  SUPPLY_TRY(const json::Value* configuration, read_list(predicate, "configuration"));
  if (configuration == nullptr) return Error(ErrorCode::malformed, "missing member \"configuration\"");
  SUPPLY_TRY(out.configuration, read_resources(predicate, "configuration"));
  SUPPLY_TRY(out.url, json::string_or_empty(predicate, "url"));
  SUPPLY_TRY(out.passed_tests, read_texts(predicate, "passedTests"));
  SUPPLY_TRY(out.warned_tests, read_texts(predicate, "warnedTests"));
  SUPPLY_TRY(out.failed_tests, read_texts(predicate, "failedTests"));
  if (out.outcome != TestResult::Outcome::failed && !out.failed_tests.empty())
    return Error(ErrorCode::malformed,
                 "member \"result\" is " + result + ", and failedTests lists " + quote(out.failed_tests.front()));
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& test_result() {
  static constexpr std::string_view types[] = {"https://in-toto.io/attestation/test-result/v0.1"};
  static const PredicateReader reader{"test result", types, false, read_tests};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates

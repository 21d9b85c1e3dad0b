#include "libsupply/trust/provenance/summary_judge.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace supply;
using namespace supply::provenance;
using Json = nlohmann::json;

namespace {

const Time kNow = *parse_rfc3339("2026-11-24T12:00:00Z");

Json summary() {
  return {{"verifier", {{"id", "https://verifier.example/v1"}}},
          {"timeVerified", "2026-11-24T11:00:00Z"},
          {"resourceUri", "oci://registry.example/app"},
          {"policy", {{"uri", "https://policy.example/p"}, {"digest", {{"sha256", "ab12"}}}}},
          {"verificationResult", "PASSED"},
          {"verifiedLevels", {"SLSA_BUILD_LEVEL_2", "SLSA_SOURCE_LEVEL_3", "SLSA_BUILD_REPRODUCED"}}};
}
SummaryExpectations expected() {
  SummaryExpectations out;
  out.verifiers = {
      {"https://verifier.example/v1", [](const attest::SignerIdentity& s) { return s.fingerprint == "aa"; }}};
  out.resources = {"oci://registry.example/*"};
  out.levels = {"SLSA_BUILD_LEVEL_2", "SLSA_SOURCE_LEVEL_1", "SLSA_BUILD_REPRODUCED"};
  out.policy_digest = {{"sha256", "AB12"}};
  out.max_age = std::chrono::hours(1);
  return out;
}
std::string no(const Json& value, const SummaryExpectations& wanted, const std::string& fingerprint = "aa",
               Time now = kNow, std::string_view type = predicates::kVerificationSummaryType) {
  attest::SignerIdentity signer;
  signer.key_name = "v.pub";
  signer.fingerprint = fingerprint;
  const SummaryJudgement judgement = judge_summary(type, value.dump(), signer, wanted, now);
  std::string failed;
  for (const SummaryCheckResult& check : judgement.checks)
    if (!check.passed) failed += (failed.empty() ? "" : " ") + std::string(to_string(check.check));
  CHECK(judgement.satisfied() == failed.empty());
  return failed;
}

}  // namespace

TEST_CASE("a summary is relied on by all of the specification's steps, v1.2's properties among the levels") {
  CHECK(no(summary(), expected()).empty());
  CHECK(no(summary(), expected(), "bb") == "verifier");
  CHECK(no(summary(), expected(), "aa", kNow, "https://slsa.dev/verification_summary/v2") == "type");
  for (const auto& [member, value, check] :
       {std::tuple<const char*, Json, const char*>{"verifier", {{"id", "https://verifier.example/v1x"}}, "verifier"},
        {"resourceUri", "oci://registry.example/app/more", "resource"},
        {"verificationResult", "FAILED", "result"},
        {"verifiedLevels", {"SLSA_BUILD_LEVEL_1", "SLSA_SOURCE_LEVEL_3", "SLSA_BUILD_REPRODUCED"}, "levels"},
        {"verifiedLevels", {"SLSA_BUILD_LEVEL_2", "SLSA_SOURCE_LEVEL_3"}, "levels"},
        {"verifiedLevels",
         {"SLSA_BUILD_LEVEL_2", "SLSA_BUILD_LEVEL_3", "SLSA_SOURCE_LEVEL_3", "SLSA_BUILD_REPRODUCED"},
         "levels"},
        {"verifiedLevels", {"SLSA_BUILD_LEVEL_UNEVALUATED", "SLSA_SOURCE_LEVEL_3", "SLSA_BUILD_REPRODUCED"}, "levels"},
        {"policy", {{"uri", "https://policy.example/p"}}, "policy"},
        {"policy", {{"uri", "https://policy.example/p"}, {"digest", {{"sha256", "ab"}}}}, "policy"},
        {"policy", {{"uri", "https://policy.example/p"}, {"digest", {{"sha512", "ab12"}}}}, "policy"},
        {"timeVerified", "2026-11-24T10:59:59Z", "age"},
        {"timeVerified", "2026-11-24T12:05:01Z", "age"},  // of the future, beyond what clocks differ by
        {"timeVerified", nullptr, "age"},
        {"policy", nullptr, "predicate"}}) {
    INFO(member << " " << value);
    Json other = summary();
    other[member] = value;
    CHECK(no(other, expected()) == check);
  }
  Json ahead = summary();
  ahead["timeVerified"] = "2026-11-24T12:05:00Z";
  CHECK(no(ahead, expected()).empty());
  SummaryExpectations whenever = expected();
  whenever.max_age.reset();
  ahead["timeVerified"] = "2026-11-24T12:05:01Z";
  CHECK(no(ahead, whenever) == "age");
  ahead.erase("timeVerified");
  CHECK(no(ahead, whenever).empty());
  Json higher = summary();
  higher["verifiedLevels"] = {"SLSA_BUILD_LEVEL_3", "SLSA_SOURCE_LEVEL_4", "SLSA_BUILD_REPRODUCED", "OWN_LEVEL"};
  CHECK(no(higher, expected()).empty());
}

TEST_CASE("nothing that is expected is not everything: no verifier, resource or level asked is a no") {
  CHECK(no(summary(), {}) == "verifier resource levels");
}

TEST_CASE("dependencies are counted by level, and no claim about them is no yes") {
  SummaryExpectations wanted = expected();
  wanted.dependency_level = 2;
  CHECK(no(summary(), wanted) == "dependencies");
  Json value = summary();
  value["dependencyLevels"] = Json::object();
  CHECK(no(value, wanted).empty());
  value["dependencyLevels"] = {
      {"SLSA_BUILD_LEVEL_3", 5}, {"SLSA_BUILD_LEVEL_2", 1}, {"SLSA_BUILD_LEVEL_1", 0}, {"SLSA_SOURCE_LEVEL_1", 9}};
  CHECK(no(value, wanted).empty());
  value["dependencyLevels"]["SLSA_BUILD_LEVEL_1"] = 1;
  CHECK(no(value, wanted) == "dependencies");
  value["dependencyLevels"].erase("SLSA_BUILD_LEVEL_1");
  value["dependencyLevels"]["SLSA_BUILD_LEVEL_UNEVALUATED"] = 1;
  CHECK(no(value, wanted) == "dependencies");
  value["dependencyLevels"].erase("SLSA_BUILD_LEVEL_UNEVALUATED");
  value["dependencyLevels"]["FAILED"] = 1;
  CHECK(no(value, wanted) == "dependencies");
  // Dependencies of which another track alone is told were built by nobody knows whom.
  for (const char* other : {"SLSA_SOURCE_LEVEL_3", "SLSA_DEPENDENCY_LEVEL_3", "SLSA_BUILD_REPRODUCED"}) {
    value["dependencyLevels"] = {{other, 4}};
    CHECK(no(value, wanted) == "dependencies");
    value["dependencyLevels"]["SLSA_BUILD_LEVEL_3"] = 0;
    CHECK(no(value, wanted) == "dependencies");
    value["dependencyLevels"]["SLSA_BUILD_LEVEL_3"] = 4;
    CHECK(no(value, wanted).empty());
  }
}

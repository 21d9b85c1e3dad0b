// What a policy asks of workloads.
#include "libsupply/verdict/policy/workload_rules.hpp"

#include <catch2/catch.hpp>

#include "libsupply/content/deploy/read.hpp"

namespace supply::policy {
namespace {

const char* const kCompose = R"(services:
  web: {image: 'x:1', user: root, read_only: true}
  db: {image: 'y:1', user: '5', read_only: false}
)";

const Time kNow = *parse_rfc3339("2026-11-29T00:00:00Z");

Result<Policy> read(const std::string& workloads) {
  return parse("version: 1\nimages: []\nworkloads:\n" + workloads, {.name = "p.yaml", .directory = {}, .read_key = {}});
}

AskedOfWorkloads asked(const std::string& workloads) {
  deploy::Options options;
  options.open = [](const std::string& path) -> Result<std::string> { return Error(ErrorCode::not_found, path); };
  const auto deployment = deploy::read({{"compose.yaml", kCompose}}, options);
  REQUIRE(deployment);
  const auto policy = read(workloads);
  if (!policy) FAIL(policy.error().message());
  auto found = deploy::judge(*deployment, {});
  const deploy::Score score = deploy::corrected_score(*deployment, found);
  return asked_of_workloads(std::move(found), score, *policy, kNow);
}

// "service web: error" for each finding of a rule.
std::string said(const AskedOfWorkloads& all, const std::string& rule) {
  std::string text;
  for (const deploy::RuleFindings& each : all.findings)
    if (each.rule->id == rule)
      for (const Finding& finding : each.findings)
        text += finding.subject + (finding.severity == Severity::warning ? ": warning " : ": error ");
  return text;
}

TEST_CASE("a subject that no entry matches is asked every rule") {
  const AskedOfWorkloads all = asked("  - {match: ['service web'], rules: [deploy/non-root]}\n");
  CHECK(said(all, "deploy/non-root") == "service web: error ");
  CHECK(said(all, "deploy/capabilities-dropped") == "service db: error ");
  CHECK(said(all, "deploy/read-only") == "service db: error ");
  // What is not asked is said.
  bool listed = false;
  for (const std::string& each : all.not_asked)
    listed = listed || each == "service web: deploy/capabilities-dropped: nothing is dropped";
  CHECK(listed);
}

TEST_CASE("in a pattern of subjects a wildcard stands for no slash, in one of rules for any run") {
  CHECK(said(asked("  - {match: ['*b'], rules: ['*root']}\n"), "deploy/non-root") == "service web: error ");
  CHECK(said(asked("  - {match: ['*b'], rules: ['*']}\n"), "deploy/non-root") == "service web: error ");
  CHECK_FALSE(read("  - {match: ['**'], rules: ['*rot']}\n"));
}

TEST_CASE("what any of the entries that match asks is asked, and denies where one of them does") {
  const char* const warns = "  - {match: ['service *'], rules: ['deploy/*'], effect: warn}\n";
  CHECK(said(asked(warns), "deploy/capabilities-dropped") == "service web: warning service db: warning ");
  const AskedOfWorkloads both = asked(warns + std::string("  - {match: ['service w*'], rules: [deploy/non-root]}\n"));
  CHECK(said(both, "deploy/non-root") == "service web: error ");
  CHECK(said(both, "deploy/read-only") == "service db: warning ");
}

TEST_CASE("an entry that counts later warns until then") {
  const auto from = [](const char* day) {
    return said(asked(std::string("  - {match: ['*'], rules: [deploy/non-root], effective_from: ") + day + "}\n"),
                "deploy/non-root");
  };
  CHECK(from("2026-11-30") == "service web: warning ");
  CHECK(from("2026-11-29") == "service web: error ");
}

TEST_CASE("a least score is asked of each workload") {
  CHECK(said(asked("  - {match: ['service db'], min_score: 1}\n"), "deploy/score").empty());
  CHECK(said(asked("  - {match: ['service db'], min_score: 1}\n"), "deploy/read-only") == "service db: error ");
  CHECK(said(asked("  - {match: ['service db'], min_score: 100}\n"), "deploy/score") == "service db: error ");
  CHECK(said(asked("  - {match: ['service *'], min_score: 100, effect: warn}\n"), "deploy/score") ==
        "service web: warning service db: warning ");
}

TEST_CASE("an entry about workloads says what it asks, of rules that there are") {
  const auto refused = [](const std::string& workloads, const std::string& why) {
    const auto policy = read(workloads);
    REQUIRE_FALSE(policy);
    CHECK(policy.error().code() == ErrorCode::usage);
    INFO(policy.error().message());
    CHECK(policy.error().message().find(why) != std::string::npos);
  };
  refused("  - {match: ['*']}\n", "asks nothing");
  refused("  - {rules: ['deploy/*']}\n", "match");
  refused("  - {match: ['*'], rules: [deploy/nonroot]}\n", "did you mean \"deploy/non-root\"?");
  refused("  - {match: ['*'], rules: ['x/*']}\n", "unknown rule");
  refused("  - {match: ['*'], min_score: 0}\n", "min_score");
  refused("  - {match: ['*'], min_score: 101}\n", "min_score");
  refused("  - {match: ['*'], signatures: {keys: [a]}}\n", "signatures");
  refused("  - {match: ['*'], rules: ['deploy/*'], effect: none}\n", "effect");
}

}  // namespace
}  // namespace supply::policy

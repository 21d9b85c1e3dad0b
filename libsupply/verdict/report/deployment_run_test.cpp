// A deployment's findings, score and exceptions as a run.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/content/deploy/read.hpp"
#include "libsupply/verdict/policy/policy.hpp"
#include "libsupply/verdict/report/dashboard_report.hpp"
#include "libsupply/verdict/report/format.hpp"

using namespace supply;

namespace {

const char* const kCompose = R"(services:
  web: {image: 'x:1', user: root, read_only: true}
  db: {image: 'y:1', user: '5', read_only: false}
)";

struct Case {
  policy::Policy policy{.name = "p", .digest = *Digest::parse("sha256:" + std::string(64, 'a'))};
  report::DeploymentReport report = {};

  Case() {
    deploy::Options options;
    options.open = [](const std::string& path) -> Result<std::string> { return Error(ErrorCode::not_found, path); };
    auto read = deploy::read({{"compose.yaml", kCompose}}, options);
    REQUIRE(read);
    report.names = {"compose.yaml"};
    report.findings = deploy::judge(*read, {});
    report.score = deploy::corrected_score(*read, report.findings);
    report.deployment = *std::move(read);
    report.policy = &policy;
    report.now = *parse_rfc3339("2026-11-29T00:00:00Z");
  }

  void except(std::string rule, std::vector<std::string> workloads, std::vector<std::string> findings = {},
              const char* expires = "2027-01-01T00:00:00Z") {
    policy::Exception one{
        .rule = std::move(rule), .images = {}, .reason = "r", .owner = "o", .expires = *parse_rfc3339(expires)};
    one.workloads = std::move(workloads);
    one.findings = std::move(findings);
    policy.exceptions.push_back(std::move(one));
  }

  gate::RuleOutcome outcome(const std::string& rule) {
    const report::Run run = report::run_of(report, "dashboard");
    for (const gate::RuleOutcome& each : run.subjects.front().rules)
      if (each.rule == rule) return each;
    FAIL("no rule " + rule);
    return {};
  }
  std::string notes() {
    std::string all;
    const report::Run run = report::run_of(report, "dashboard");
    for (const report::Note& each : run.subjects.front().notes)
      if (each.kind.ends_with("Exception")) all += each.kind + " ";
    return all;
  }
};

}  // namespace

TEST_CASE("a deployment is one subject, with its rules, its score and no value of a variable") {
  Case one;
  const report::Run run = report::run_of(one.report, "dashboard");
  REQUIRE(run.subjects.size() == 1);
  CHECK(run.subjects[0].name == "compose.yaml");
  CHECK(run.verdict == gate::Verdict::deny);
  const auto details = nlohmann::json::parse(run.details);
  CHECK(details["deployment"]["workloads"].size() == 2);
  CHECK(details["deployment"]["score"]["kind"] == "corrected");
  CHECK(one.outcome("deploy/non-root").status == policy::RuleStatus::denied);
  CHECK(one.outcome("deploy/read-only").status == policy::RuleStatus::denied);
}

TEST_CASE("an exception covers a workload's finding, and nothing else") {
  Case one;
  one.except("deploy/non-root", {"service w*"});
  CHECK(one.outcome("deploy/non-root").status == policy::RuleStatus::excepted);
  CHECK(one.outcome("deploy/non-root").excused.front().findings == std::vector<std::string>{"service web"});
  CHECK(one.outcome("deploy/read-only").status == policy::RuleStatus::denied);
  CHECK(one.notes().empty());
  const auto details = nlohmann::json::parse(report::run_of(one.report, "dashboard").details);
  for (const auto& rule : details["deployment"]["rules"])
    CHECK(rule.contains("exceptions") == (rule["rule"] == "deploy/non-root"));
}

TEST_CASE("one finding that no exception covers keeps the denial") {
  Case one;
  one.except("deploy/no-new-privileges", {"service web"});
  CHECK(one.outcome("deploy/no-new-privileges").status == policy::RuleStatus::denied);
  one.except("deploy/no-new-privileges", {"service db"}, {"service d*"});
  CHECK(one.outcome("deploy/no-new-privileges").status == policy::RuleStatus::excepted);
}

TEST_CASE("an exception that has expired, is for another workload or another finding covers nothing, and is said") {
  Case one;
  one.except("deploy/non-root", {"service web"}, {}, "2026-11-29T00:00:00Z");
  CHECK(one.outcome("deploy/non-root").status == policy::RuleStatus::denied);
  CHECK(one.notes() == "expiredException ");
  one.except("deploy/non-root", {"service api"});
  one.except("deploy/non-root", {"service web"}, {"service web: other"});
  CHECK(one.outcome("deploy/non-root").status == policy::RuleStatus::denied);
  CHECK(one.notes() == "expiredException unusedException unusedException ");
}

TEST_CASE("what could not be found out is never excepted") {
  Case one;
  for (deploy::RuleFindings& each : one.report.findings)
    if (each.rule->id == "deploy/non-root") {
      each.findings.push_back(each.findings.front());
      each.findings.back().undecided = true;
    }
  one.except("deploy/non-root", {"service web"});
  CHECK(one.outcome("deploy/non-root").status == policy::RuleStatus::undecided);
}

TEST_CASE("a dashboard's table says what was not asked, and its history what changed") {
  report::DashboardReport dashboard{.host = "unix:///s", .now = *parse_rfc3339("2026-11-29T00:00:00Z")};
  auto read = deploy::read(
      {{"unix:///s", R"({"Name":"/web","Image":"sha256:cc","Config":{"Image":"x:1","User":"root"},"HostConfig":{}})"}},
      {});
  REQUIRE(read);
  dashboard.snapshot.engine = "Podman Engine 4.3.1";
  dashboard.snapshot.containers.push_back({.id = "aa", .name = "web", .state = "running"});
  dashboard.deployment.findings = deploy::judge(*read, {});
  dashboard.classic = deploy::classic_score(*read);
  dashboard.deployment.score = deploy::corrected_score(*read, dashboard.deployment.findings);
  dashboard.deployment.deployment = *std::move(read);
  const std::vector<report::Standing> all = report::standings(dashboard);
  REQUIRE(all.size() == 1);
  CHECK(all[0].signatures == "not asked");
  CHECK(all[0].drift == "none");
  CHECK(all[0].verdict == "deny");
  CHECK(all[0].classic == 60);  // 100 - 30 root - 10 not read-only

  const std::string line = report::history_line(dashboard, gate::Verdict::deny);
  CHECK(line.ends_with("}\n"));
  CHECK(report::changes_since(line, dashboard).front().text == "since 2026-11-29T00:00:00Z: no change");
  CHECK(report::changes_since("junk", dashboard).empty());
  CHECK(report::changes_since("", dashboard).empty());
  dashboard.snapshot.containers[0].image_digests = {"x@sha256:1"};
  CHECK(report::changes_since(line, dashboard).front().text == "since 2026-11-29T00:00:00Z: web: another image");
  dashboard.snapshot.containers[0].name = "api";
  CHECK(report::changes_since(line, dashboard).front().text ==
        "since 2026-11-29T00:00:00Z: api is new; web does not run any more");

  for (const char* name : {"html", "text", "markdown", "json"}) {
    const auto format = report::find_format(name);
    REQUIRE(format);
    const std::string text = (*format)->write(report::run_of(dashboard), {});
    INFO(text);
    CHECK(text.find("not asked") != std::string::npos);
  }
}

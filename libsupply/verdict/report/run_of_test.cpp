#include "libsupply/verdict/report/run_of.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/text/text.hpp"
#include "libsupply/testing/attested.hpp"
#include "libsupply/verdict/report/format.hpp"
#include "libsupply/verdict/report/internal/file_uri.hpp"

namespace supply::report {
namespace {

using testing::digest_of;

constexpr const char* kHostile = "a\n</testcase><script>\x1b[31m\"&";

std::string written(std::string_view format, const Run& run, const TextStyle& style = {}) {
  const auto found = find_format(format);
  REQUIRE(found);
  return (*found)->write(run, style);
}

Finding finding(std::string rule, std::string subject, std::string found) {
  Finding made;
  made.rule = std::move(rule);
  made.subject = std::move(subject);
  made.place.uri = "app";
  made.expected = "a digest";
  made.found = std::move(found);
  return made;
}

pins::Report pins_report() {
  pins::Report report;
  report.files = {"a b/Dockerfile", "fine/Dockerfile"};
  report.others = {"dockerfile.go"};
  report.findings = {finding("pins/unpinned", kHostile, "FROM: a tag")};
  report.findings[0].place = {"a b/Dockerfile", 2, 6, 2, 9};
  report.findings[0].id = "FROM x";
  report.unread = {{"gone", Error(ErrorCode::forbidden, "gone: may not be read")}};
  return report;
}

TEST_CASE("each file of pins check is a subject, and what was not read makes no yes") {
  const Run run = run_of(pins_report(), {"."});
  REQUIRE(run.subjects.size() == 4);
  CHECK(run.subjects[0].verdict == gate::Verdict::deny);
  CHECK(run.subjects[1].verdict == gate::Verdict::allow);
  CHECK(run.subjects[2].verdict == gate::Verdict::undecided);
  CHECK(run.subjects[3].verdict == gate::Verdict::allow);
  CHECK(run.verdict == gate::Verdict::deny);
  REQUIRE(run.notes.size() == 1);
  CHECK(run.notes[0].kind == "otherFile");

  pins::Report unread = pins_report();
  unread.findings.clear();
  CHECK(run_of(unread, {"."}).verdict == gate::Verdict::undecided);
}

TEST_CASE("sources that are only named like Dockerfiles are subjects, and satisfied") {
  pins::Report report;
  CHECK(run_of(report, {"."}).verdict == gate::Verdict::undecided);  // nothing was looked at
  report.others = {"dockerfile.go", "dockerfile.py"};
  const Run run = run_of(report, {"."});
  CHECK(run.verdict == gate::Verdict::allow);
  REQUIRE(run.subjects.size() == 2);
  REQUIRE(run.subjects[0].rules.size() == 1);
  CHECK(run.subjects[0].rules[0].rule == "pins/other-file");
}

TEST_CASE("of a rule with very many findings every format lists the first, and says how many others there are") {
  pins::Report report = pins_report();
  report.findings.clear();
  for (int i = 0; i < 1234; ++i) {
    report.findings.push_back(finding("pins/unpinned", "image" + std::to_string(i), "FROM: a tag"));
    report.findings.back().place = {"a b/Dockerfile", static_cast<std::size_t>(i) + 1};
  }
  report.files = {"a b/Dockerfile"};
  report.unread.clear();
  const Run run = run_of(report, {"."});
  CHECK(run.verdict == gate::Verdict::deny);
  for (const char* format : {"text", "html", "junit", "sarif", "json"}) {
    INFO(format);
    const std::string text = written(format, run);
    CHECK(text.find("1184 more") != std::string::npos);
    CHECK(text.find("image49") != std::string::npos);
    CHECK(text.find("image50") == std::string::npos);
  }
}

TEST_CASE("a finding in a file has a physical location with a region, and its URI is percent-encoded") {
  const auto sarif = nlohmann::json::parse(written("sarif", run_of(pins_report(), {"."})));
  const auto& run = sarif["runs"][0];
  REQUIRE(run["results"].size() == 1);
  const auto& result = run["results"][0];
  CHECK(result["ruleId"] == "pins/unpinned");
  const auto& place = result["locations"][0]["physicalLocation"];
  CHECK(place["artifactLocation"]["uri"] == "a%20b/Dockerfile");
  CHECK(place["region"] == nlohmann::json{{"startLine", 2}, {"startColumn", 6}, {"endLine", 2}, {"endColumn", 9}});
  CHECK(run["invocations"][0]["executionSuccessful"] == false);
  CHECK_FALSE(run["invocations"][0].contains("endTimeUtc"));

  CHECK(file_uri("./x/../Dockerfile") == "Dockerfile");
  CHECK(file_uri("/srv/a%b") == "file:///srv/a%25b");
  CHECK(file_uri("a:b\xc3\xa9") == "a%3Ab%C3%A9");  // a colon there would begin a scheme: RFC 3986, section 4.2
}

TEST_CASE("hostile text stays text in every format") {
  const Run run = run_of(pins_report(), {kHostile});
  for (const Format* format : all_formats()) {
    const std::string text = format->write(run, {});
    CHECK(text.find('\x1b') == std::string::npos);
    if (format->name == "html") CHECK(text.find("<script>") == std::string::npos);
    if (format->name == "junit") CHECK(text.find("</testcase><script>") == std::string::npos);
  }
}

TEST_CASE("the text names what is denied in full, files that are fine in a line, and all with verbose") {
  const Run run = run_of(pins_report(), {"."});
  const std::string text = written("text", run);
  CHECK(text.find("satisfied    fine/Dockerfile\n") != std::string::npos);
  CHECK(text.find("place     a b/Dockerfile:2:6\n") != std::string::npos);
  CHECK(text.find("expected  a digest\n") != std::string::npos);
  CHECK(text.find("pins/weak") == std::string::npos);
  CHECK(text.ends_with("undecided    gone: forbidden\nverdict: deny\n"));
  CHECK(written("text", run, {.verbose = true}).find("satisfied    pins/weak") != std::string::npos);
  CHECK(written("text", run, {.color = true}).find("\x1b[1;31mdenied") != std::string::npos);
}

TEST_CASE("a base that is not proven is denied, and says nothing of satisfied layers") {
  base_image::Report report{digest_of('1'), digest_of('2'), {}, {}};
  CHECK(run_of(report, {}).verdict == gate::Verdict::deny);  // no platform: nothing is proven
  report.platforms.push_back({*oci::Platform::parse("linux/amd64"), digest_of('1')});
  report.findings = {finding("base/unproven", "linux/amd64", "squashed")};
  const Run run = run_of(report, {.image_name = "app", .base_name = "debian:12"});
  CHECK(run.verdict == gate::Verdict::deny);
  CHECK(rules_with(run.subjects[0], policy::RuleStatus::denied) == "base/proven");
  const auto sarif = nlohmann::json::parse(written("sarif", run));
  CHECK(sarif["runs"][0]["results"][0]["ruleId"] == "base/unproven");

  report.findings.clear();
  report.platforms[0].answer = base_image::Proof::proven;
  CHECK(run_of(report, {.image_name = "app", .base_name = "debian:12"}).verdict == gate::Verdict::allow);
}

TEST_CASE("an SBOM of an image that was not read whole is undecided, which is neither failure nor success") {
  sbom_check::Report report{digest_of('1'), {}, {}, {}, {}};
  report.unknowns = {finding("sbom/unknown", "x", "a damaged database")};
  const Run run = run_of(report, "app", {"key.pub"});
  CHECK(run.verdict == gate::Verdict::undecided);
  CHECK(rules_with(run.subjects[0], policy::RuleStatus::undecided) == "sbom/unknown");
  CHECK(written("text", run).ends_with("verdict: undecided: sbom/unknown\n"));
  const std::string junit = written("junit", run);
  CHECK(junit.find("failures=\"0\" errors=\"1\"") != std::string::npos);
  CHECK(junit.find("message=\"could not be found out: ") != std::string::npos);
  const auto result = nlohmann::json::parse(written("sarif", run))["runs"][0]["results"][0];
  CHECK(result["kind"] == "open");  // SARIF 3.27.9
  CHECK(result["level"] == "none");
  CHECK(run_of(report, "app", {}).subjects[0].notes[0].kind == "signer");
}

TEST_CASE("no line of the text or of JUnit begins with a name, and none has line ends of its own") {
  pins::Report report;
  for (const char* name :
       {"::error::x/Dockerfile", "  excepted by ops: fine", "a\n  excepted by ops: fine", "##[error]x"}) {
    report.files.emplace_back(name);
    report.findings.push_back(finding("pins/unpinned", name, name));
    report.findings.back().place = {name, 1};
    report.findings.back().expected = name;
    report.unread.push_back({std::string(name) + "2", Error(ErrorCode::forbidden, name)});
  }
  report.others = {"::notice::y", "z\n::notice::y"};
  const Run run = run_of(report, {"::stop-commands::p"});
  for (const char* format : {"text", "junit"})
    for (const bool verbose : {false, true})
      for (const std::string document = written(format, run, {.verbose = verbose});
           std::string_view line : lines(document)) {
        CHECK_FALSE(trim(line).starts_with("::"));
        CHECK_FALSE(line.starts_with("  excepted by"));
        CHECK(line.find("##[") == std::string_view::npos);
      }
}

TEST_CASE("what could not be judged is undecided in every format, with the reason") {
  const Run run = failed_run("inspect", "app:1", Error(ErrorCode::mismatch, "layer sha256:1: not its digest"));
  CHECK(run.verdict == gate::Verdict::undecided);
  for (const Format* format : all_formats())
    if (!format->gate_only) CHECK_THAT(format->write(run, {}), Catch::Contains("not its digest"));
}

TEST_CASE("a rule is denied by an error, undecided by what could not be found out, satisfied by the rest") {
  const auto status = [](std::vector<Finding> findings) { return outcome_of("r", "t", std::move(findings)).status; };
  const Finding error = finding("r", "s", "f");
  Finding open = error, warning = error;
  open.undecided = true;
  warning.severity = Severity::warning;
  CHECK(status({}) == policy::RuleStatus::satisfied);
  CHECK(status({warning}) == policy::RuleStatus::satisfied);
  CHECK(status({open}) == policy::RuleStatus::undecided);
  CHECK(status({error, open}) == policy::RuleStatus::denied);
  CHECK(verdict_of({}) == gate::Verdict::undecided);
}

}  // namespace
}  // namespace supply::report

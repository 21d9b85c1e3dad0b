#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "libsupply/base/text/text.hpp"
#include "libsupply/testing/attested.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/verdict/policy/rule.hpp"
#include "libsupply/verdict/report/format.hpp"
#include "libsupply/verdict/report/internal/xml.hpp"
#include "libsupply/verdict/report/run.hpp"

namespace supply::report {
namespace {

using testing::attestation;
using testing::digest_of;
using testing::Piece;
using testing::platform;
using testing::signature;

const Digest kIndex = digest_of('1'), kAmd = digest_of('2'), kArm = digest_of('3');

policy::Policy policy() {
  const policy::ImageRules all = testing::entry(R"(signatures: {threshold: 2, of: [alice, bob]}
sbom: {keys: [alice]}
packages: {deny: ["pkg:npm/bad"]})"),
                           prod = testing::entry(R"(provenance: {keys: [alice], sources: ["https://git.example.org/*"]}
licenses: {deny: ["AGPL-*"]})",
                                                 "registry.example.org/prod/*");
  policy::Policy made = testing::policy_of({all, prod});
  made.exceptions = {{"provenance", {kIndex}, "old build", "ops@example.org", *parse_rfc3339("2027-01-01T00:00:00Z")},
                     {"sbom", {kIndex}, "soon", "ops@example.org", *parse_rfc3339("2026-01-01T00:00:00Z")}};
  return made;
}

std::vector<Piece> pieces() {
  std::vector<Piece> all{signature(kIndex, "alice"), signature(kAmd, "bob"), signature(kArm, "bob", {{"env", "prod"}}),
                         signature(kIndex, "mallory"), signature(kArm, "mallory")};
  for (const Digest& image : {kAmd, kArm}) {
    all.push_back(testing::sbom(image, "alice", false));
    all.push_back(testing::sbom(image, "alice", true, attest::kCycloneDxType));
    all.push_back(attestation(image, "bob", attest::kSpdxType, "{}"));
    all.push_back(attestation(image, "alice", attest::kProvenanceV1Type, "{}"));
    all.push_back(attestation(image, "bob", attest::kProvenanceV1Type, "{}"));
  }
  return all;
}

std::vector<policy::PlatformFacts> platforms_of() {
  std::vector<policy::PlatformFacts> all{platform("amd64", kAmd, {kIndex}), platform("arm64", kArm, {kIndex})};
  for (policy::PlatformFacts& each : all) {
    each.packages.emplace();
    for (const char* purl : {"pkg:npm/bad@1", "pkg:npm/fine@2", "pkg:npm/worse@3"}) {
      pkg::Package package;
      package.purl = *pkg::Purl::parse(purl);
      package.declared_license =
          std::string_view(purl).find("worse") != std::string_view::npos ? "AGPL-3.0-only" : "MIT";
      package.location = "node_modules/package.json";
      each.packages->push_back(std::move(package));
    }
  }
  return all;
}

GateReport report_of(policy::Facts facts, const policy::Policy& by = policy()) {
  GateReport report{"policy.yaml", digest_of('f'), facts.now, false, "0.1.0", {}};
  gate::Decision decision = gate::decide(facts, by);
  std::string reference = facts.reference.to_string();
  report.images.push_back({std::move(reference), std::move(facts), std::move(decision), std::nullopt});
  return report;
}

std::string written(std::string_view format, const Run& run, const TextStyle& style = {}) {
  const auto found = find_format(format);
  REQUIRE(found);
  return (*found)->write(run, style);
}

std::string written(std::string_view format, const GateReport& report, const TextStyle& style = {}) {
  return written(format, run_of(report), style);
}

GateReport whole_report() {
  GateReport report = report_of(testing::facts(kIndex, platforms_of(), pieces()));
  report.images.push_back({"oci:\x1b[31mgone", std::nullopt, {}, Error(ErrorCode::not_found, "no tag \"x\" <&>")});
  return report;
}

/// Whether python finds the document in order.
bool python_accepts(const std::string& command, std::string_view document) {
  const testing::TempDirectory directory;
  testing::write(directory / "document", document);
  return std::system(
             (command + " " + (directory / "document").string() + " > " + (directory / "answer").string()).c_str()) ==
         0;
}

TEST_CASE("the same evidence in any order gives the same bytes, 1,000 times") {
  const std::vector<Piece> original = pieces();
  policy::Facts facts = testing::facts(kIndex, platforms_of(), original);
  const Run first = run_of(report_of(facts));
  std::map<std::string, std::string> wanted;
  for (const Format* format : all_formats()) wanted[std::string(format->name)] = format->write(first, {});
  std::mt19937 random(20261124);
  const auto shuffle = [&](auto& list) { std::shuffle(list.begin(), list.end(), random); };
  for (int round = 0; round < 1000; ++round) {
    shuffle(facts.platforms);
    for (policy::PlatformFacts& each : facts.platforms) {
      shuffle(*each.packages);
      shuffle(each.sboms);
    }
    for (auto& [subject, attached] : facts.attached) {
      shuffle(attached.signatures);
      shuffle(attached.attestations);
      shuffle(attached.provenance);
      shuffle(attached.source_summaries);
      shuffle(attached.refused);
    }
    const Run again = run_of(report_of(facts));
    for (const Format* format : all_formats()) REQUIRE(format->write(again, {}) == wanted[std::string(format->name)]);
  }
}

TEST_CASE("the same rules in any order give the same bytes, 1,000 times") {
  constexpr const char* kReview = "https://example.org/review/v1";
  constexpr const char* kTests = "https://in-toto.io/attestation/test-result/v0.1";
  constexpr const char* kSummary = "https://slsa.dev/verification_summary/v1";
  std::vector<Piece> all = pieces();
  for (const Digest& image : {kIndex, kAmd, kArm})
    for (const char* by : {"alice", "bob", "carol"}) {
      all.push_back(attestation(image, by, kReview, R"({"ok":true,"timestamp":"2026-11-20T00:00:00Z"})"));
      all.push_back(attestation(image, by, kTests, R"({"result":"FAILED","failedTests":["a","b"]})"));
      all.push_back(attestation(image, by, kSummary, R"({"verifier":{"id":"v"},"verificationResult":"FAILED"})"));
      all.push_back(attestation(image, by, "https://in-toto.io/attestation/vulns/v0.2",
                                R"({"scanner":{"uri":"x","result":[{"id":"CVE-1","severity":[]},{"id":"CVE-2"}]}})"));
    }
  const std::string any = "**", prod = "registry.example.org/prod/*";
  policy::Policy made = policy();
  for (const auto& [asked, match] :
       {std::pair{std::string("signatures: {all_of: [alice, bob, carol]}"), any},
        {"signatures: {any_of: [carol]}", any},
        {"effect: warn\nsignatures: {any_of: [carol]}", any},
        {"effective_from: 2027-01-01\nsignatures: {any_of: [carol]}", any},
        {"attestations: [{type: \"" + std::string(kReview) + "\", keys: [bob]}]", prod},
        {"attestations: [{type: \"" + std::string(kReview) +
             "\", keys: [bob, carol], threshold: 2}, {type: vuln, keys: [bob]}]",
         any},
        {"tests: {keys: [alice, bob]}", any},
        {"tests: {keys: [carol]}", any},
        {"vulnerabilities: {keys: [alice, carol]}", prod},
        {"vulnerabilities: {keys: [bob]}", prod},
        {"evidence_age: {max: 1d, types: [\"" + std::string(kReview) + "\"], keys: [alice, bob]}", prod},
        {"verification_summaries: [{verifiers: {v: {keys: [bob]}}, resources: [\"**\"], levels: [SLSA_BUILD_LEVEL_1]}]",
         prod},
        {"packages: {deny: [\"pkg:npm/worse\"]}", any},
        {"licenses: {deny: [\"MIT\"]}", any}})
    made.images.push_back(testing::entry(asked, match));
  const Time end = *parse_rfc3339("2027-01-01T00:00:00Z");
  for (const char* finding : {"pkg:npm/bad@1", "pkg:npm/worse@3", "pkg:npm/none@1"})
    made.exceptions.push_back({"packages", {kIndex}, "needed", "ops@example.org", end, {finding}});
  made.exceptions.push_back({"tests", {kIndex}, "one", "ops@example.org", end});
  made.exceptions.push_back({"tests", {kIndex}, "two", "ops@example.org", end});

  policy::Facts facts = testing::facts(kIndex, platforms_of(), all);
  std::mt19937 random(20261129);
  const auto shuffle = [&](auto& list) { std::shuffle(list.begin(), list.end(), random); };
  std::map<std::string, std::string> wanted;
  for (int round = 0; round < 1000; ++round) {
    const Run run = run_of(report_of(facts, made));
    for (const Format* format : all_formats()) {
      std::string bytes = format->write(run, {});
      if (round == 0) wanted[std::string(format->name)] = std::move(bytes);
      else REQUIRE(bytes == wanted[std::string(format->name)]);
    }
    // Now and then from what is attached, through the verifier.
    if (round % 100 == 0) {
      shuffle(all);
      facts = testing::facts(kIndex, platforms_of(), all);
    }
    shuffle(facts.platforms);
    shuffle(made.images);
    for (policy::ImageRules& entry : made.images) shuffle(entry.rules);
    shuffle(made.exceptions);
    shuffle(made.keys);
  }
}

TEST_CASE("what only warns says so in every form for people, with who asks and from when on it counts") {
  policy::Policy made = testing::policy_of(
      {testing::entry("signatures: {any_of: [alice]}"), testing::entry("effect: warn\nsignatures: {any_of: [bob]}"),
       testing::entry("effective_from: 2027-01-01\nsignatures: {any_of: [carol]}")});
  made.images[1].file = "base <policy>.yaml";
  policy::Facts facts = testing::facts(kIndex, {platform("amd64", kIndex)}, {signature(kIndex, "alice")});
  facts.left_out.push_back({{.media_type = {}, .digest = kArm, .size = 0}, "nobody runs it"});
  const GateReport report = report_of(facts, made);
  CHECK(report.images[0].decision.verdict == gate::Verdict::allow);
  const std::string html = written("html", report), markdown = written("markdown", report);
  for (const char* words : {"<dt>asked by</dt><dd>base &lt;policy&gt;.yaml</dd>", "never: the entry only warns",
                            "from 2027-01-01T00:00:00Z on", "<dt>left out</dt>"}) {
    INFO(words);
    CHECK(html.find(words) != std::string::npos);
  }
  for (const char* words : {"(asked by base &lt;policy&gt;.yaml)", "- counts never&#58; the entry only warns",
                            "- counts from 2027-01-01T00&#58;00&#58;00Z on", "- left out: "}) {
    INFO(words);
    CHECK(markdown.find(words) != std::string::npos);
  }
}

TEST_CASE("the record follows its schema and says what was decided") {
  const GateReport report = whole_report();
  const std::string json = written("json", report);
  const std::string root = testing::testdata("x").parent_path().parent_path().string();
  CHECK(
      python_accepts("python3 " + root + "/ci/validate_schema.py " + root + "/schemas/gate-report.schema.json", json));
  const auto record = nlohmann::json::parse(json);
  CHECK(record["version"] == 1);
  CHECK(record["verdict"] == "deny");
  CHECK(record["simulatedTime"] == false);
  CHECK(record["time"] == "2026-11-24T12:00:00Z");
  const auto& image = record["images"][0];
  CHECK(image["digest"] == kIndex.to_string());
  CHECK(image["platforms"].size() == 2);
  // Every rule is asked or said not to be.
  CHECK(image["notAsked"].size() + image["rules"].size() == policy::all_rules().size());
  for (const char* rule : {"base", "labels", "pinned", "secrets", "tag", "user"})
    CHECK(std::count(image["notAsked"].begin(), image["notAsked"].end(), rule) == 1);
  CHECK(image["expiredExceptions"].size() == 1);
  std::map<std::string, std::string> statuses;
  for (const auto& rule : image["rules"]) statuses[rule["rule"]] = rule["status"];
  CHECK(statuses == std::map<std::string, std::string>{{"licenses", "denied"},
                                                       {"packages", "denied"},
                                                       {"provenance", "excepted"},
                                                       {"sbom", "satisfied"},
                                                       {"signatures", "satisfied"}});
  CHECK(record["images"][1]["error"]["code"] == "not_found");
  CHECK(record["images"][1]["verdict"] == "undecided");
}

TEST_CASE("the text ends with the verdict, and no escape sequence of an image gets through") {
  const std::string text = written("text", whole_report());
  CHECK(text.ends_with("\nverdict: deny\n"));
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("undecided    oci:\\x1b[31mgone: not_found\n") != std::string::npos);
  CHECK(text.find("denied       packages: a denied package [**]\n") != std::string::npos);
  CHECK(text.find("             expected  not pkg:npm/bad\n") != std::string::npos);
  CHECK(text.find("             exception provenance (ops@example.org, until 2027-01-01T00:00:00Z): old build\n") !=
        std::string::npos);
}

TEST_CASE("JUnit is XML with a failure per denied rule, an error where there is no answer") {
  const std::string xml = written("junit", whole_report());
  const std::string skipped = std::to_string(policy::all_rules().size() - 5 + 1);  // five were asked, one is excepted
  CHECK(
      python_accepts("python3 -c \"import sys,xml.etree.ElementTree as E; t=E.parse(sys.argv[1]).getroot(); "
                     "assert t.get('failures')=='2' and t.get('errors')=='1', t.attrib; "
                     "assert len(t.findall('.//skipped'))==" +
                         skipped +
                         "; "
                         "assert len(t.findall('.//failure'))==2 and len(t.findall('.//error'))==1\"",
                     xml));
}

TEST_CASE("JUnit says of a rule that it was denied, not that its title is not so") {
  const std::string document = written("junit", whole_report());
  CHECK_THAT(document, Catch::Contains("message=\"denied: "));
  CHECK_THAT(document, !Catch::Contains("message=\"not "));
}

TEST_CASE("SARIF has a result for what denies, suppressed where an exception covers it") {
  const auto sarif = nlohmann::json::parse(written("sarif", whole_report()));
  CHECK(sarif["version"] == "2.1.0");
  const auto& run = sarif["runs"][0];
  CHECK(run["tool"]["driver"]["name"] == "supply");
  CHECK(run["invocations"][0]["executionSuccessful"] == false);
  std::map<std::string, int> results, suppressed;
  for (const auto& result : run["results"]) {
    CHECK_FALSE(result["properties"]["id"].get<std::string>().empty());
    if (result["level"] == "error") ++results[result["ruleId"]];
    if (result.contains("suppressions")) ++suppressed[result["ruleId"]];
  }
  CHECK(results.contains("packages/denied"));
  CHECK(results.contains("licenses/denied"));
  CHECK_FALSE(results.contains("signatures/missing"));
  CHECK(suppressed.size() == 1);
  CHECK(suppressed.contains("provenance/not-counted"));
}

TEST_CASE("HTML escapes what an image says, and fetches nothing") {
  GateReport report = whole_report();
  report.images[1].reference = "<script>alert(1)</script>";
  const std::string html = written("html", report);
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("http://") == std::string::npos);
  CHECK(html.find("&lt;script&gt;") != std::string::npos);
}

TEST_CASE("SARIF makes no link of what an image says") {
  GateReport report = whole_report();
  report.images[1].reference = "[read more](https://evil.example)";
  report.images[1].error = Error(ErrorCode::not_found, "nothing");
  const std::string sarif = written("sarif", report);
  CHECK(sarif.find("[read more\\\\](https://evil.example)") != std::string::npos);
  const nlohmann::json log = nlohmann::json::parse(sarif);
  for (const auto& one : log["runs"][0]["invocations"][0]["toolExecutionNotifications"]) {
    const std::string text = one["message"]["text"];
    for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 1))
      CHECK(text[at - 1] == '\\');
  }
}

TEST_CASE("a verification summary is a statement about the digest that was judged") {
  const auto statement = attest::Statement::parse(written("vsa", whole_report()));
  REQUIRE(statement);
  CHECK(statement->predicate_type == "https://slsa.dev/verification_summary/v1");
  CHECK(statement->subject(kIndex) != nullptr);
  const auto predicate = nlohmann::json::parse(statement->predicate);
  CHECK(predicate["verificationResult"] == "FAILED");
  CHECK(predicate["verifiedLevels"] == nlohmann::json::array({"FAILED"}));
  CHECK(predicate["timeVerified"] == "2026-11-24T12:00:00Z");
  CHECK(predicate["policy"]["digest"]["sha256"] == std::string(64, 'f'));
  CHECK(predicate["resourceUri"] == "registry.example.org/prod/app:1.0");
  CHECK_FALSE(predicate["inputAttestations"].empty());
  for (const auto& input : supply::testing::some(predicate["inputAttestations"]))
    CHECK(input["digest"]["sha256"].get<std::string>().size() == 64);

  GateReport passed = whole_report();
  passed.images[0].decision.verdict = gate::Verdict::allow;
  passed.images[0].decision.outcomes[0].build_level = 2;
  const auto again = attest::Statement::parse(written("vsa", passed));
  REQUIRE(again);
  CHECK(nlohmann::json::parse(again->predicate)["verifiedLevels"] == nlohmann::json::array({"SLSA_BUILD_LEVEL_2"}));
}

TEST_CASE("a verification summary of one platform is about that platform's manifest, never the index") {
  for (const bool by_digest : {false, true}) {
    policy::Facts facts = testing::facts(kIndex, {platforms_of().front()}, pieces());
    if (by_digest) facts.reference = facts.reference.with({"1.0", kIndex});
    GateReport report = report_of(std::move(facts));
    report.platform = *oci::Platform::parse("linux/amd64");
    const std::string vsa = written("vsa", report);
    const auto statement = attest::Statement::parse(vsa);
    REQUIRE(statement);
    CHECK(statement->subject(kAmd) != nullptr);
    CHECK(statement->subject(kIndex) == nullptr);
    CHECK(vsa.find(kIndex.to_string()) == std::string::npos);
    for (const char* format : {"text", "html", "sarif"})
      CHECK(written(format, report).find("linux/amd64") != std::string::npos);
  }
}

TEST_CASE("a simulated time is marked in every format, and makes no verification summary") {
  GateReport report = whole_report();
  report.simulated_time = true;
  CHECK(written("vsa", report).empty());
  for (const char* format : {"text", "json", "sarif", "junit", "html", "markdown"})
    CHECK_THAT(written(format, report), Catch::Contains("simulated"));
  CHECK_THAT(written("sarif", report), !Catch::Contains("endTimeUtc"));
  CHECK_THAT(written("junit", report), !Catch::Contains("timestamp="));
}

TEST_CASE("every format says what was asked, which digest was resolved and which platforms were judged") {
  GateReport report = whole_report();
  Run run = run_of(std::move(report));
  run.asked.push_back({"key", "first.pub"});
  run.asked.push_back({"key", "second.pub"});
  for (const char* format : {"text", "sarif", "junit", "html"})
    for (const std::string& word : {std::string("policy.yaml"), std::string("first.pub"), std::string("second.pub"),
                                    kIndex.to_string(), std::string("linux/amd64"), std::string("linux/arm64")})
      CHECK_THAT(written(format, run), Catch::Contains(word));
}

TEST_CASE("JUnit says of an excepted rule what was excepted, by whom and until when") {
  const std::string junit = written("junit", whole_report());
  CHECK_THAT(junit, Catch::Contains(
                        "<skipped message=\"excepted by ops@example.org until 2027-01-01T00:00:00Z: old build\"/>"));
  const std::size_t at = junit.find("<skipped message=\"excepted");
  REQUIRE(at != std::string::npos);
  const std::string body = junit.substr(at, junit.find("</testcase>", at) - at);
  CHECK_THAT(body, Catch::Contains("<system-out>finding: "));
  CHECK_THAT(body, Catch::Contains("  excepted by ops@example.org until "));
  CHECK_THAT(body, Catch::Contains("  found: "));
}

TEST_CASE("the verdict over several subjects is the worst of them") {
  std::vector<JudgedSubject> subjects;
  CHECK(overall(subjects) == gate::Verdict::undecided);
  const auto add = [&](gate::Verdict verdict, std::optional<Error> error = {}) {
    subjects.push_back({.name = "x", .verdict = verdict, .error = std::move(error)});
  };
  add(gate::Verdict::allow);
  CHECK(overall(subjects) == gate::Verdict::allow);
  add(gate::Verdict::undecided, Error(ErrorCode::unavailable, "down"));
  CHECK(overall(subjects) == gate::Verdict::undecided);
  add(gate::Verdict::deny);
  CHECK(overall(subjects) == gate::Verdict::deny);
}

TEST_CASE("an unknown format is named with the known ones") {
  const auto format = find_format("yaml");
  REQUIRE_FALSE(format);
  CHECK(format.error().code() == ErrorCode::usage);
  CHECK(format.error().message().find("html, json, junit, markdown, sarif, text, vsa") != std::string::npos);
}

TEST_CASE("foreign text is shown without what a terminal would obey") {
  CHECK(escape_for_terminal("a\nb\x07\x7f") == "a\\x0ab\\x07\\x7f");
  CHECK(escape_for_terminal("caf\xc3\xa9 \xe2\x80\x9cx\xe2\x80\x9d") == "caf\xc3\xa9 \xe2\x80\x9cx\xe2\x80\x9d");
  CHECK(escape_for_terminal("\xff\xc3") == "\\xff\\xc3");
  CHECK(escape_for_terminal("\xc2\x9b") == "\\xc2\\x9b");
  CHECK(escape_for_terminal("\xe2\x80\xae") == "\\xe2\\x80\\xae");
  CHECK(xml("<a b=\"c\">&'\x01") == "&lt;a b=&quot;c&quot;&gt;&amp;&apos;\\x01");
}

}  // namespace
}  // namespace supply::report

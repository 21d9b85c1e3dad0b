#include "libsupply/trust/predicates/predicate.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

using namespace supply;
using namespace supply::predicates;
using Json = nlohmann::json;

namespace {

// The examples of the specifications, without their comments and "{...}".
Json example(const std::string& name) {
  return Json::parse(testing::read(testing::testdata("fuzz/predicate/" + name + ".json")));
}
template <class T>
T reads(std::string_view type, const Json& value) {
  auto content = read(type, value.dump());
  if (!content) FAIL(content.error().message());
  return std::get<T>(*content);
}
Error refuses(std::string_view type, const Json& value) {
  const auto content = read(type, value.dump());
  REQUIRE_FALSE(content);
  return content.error();
}
constexpr std::string_view kTests = "https://in-toto.io/attestation/test-result/v0.1",
                           kVulns = "https://in-toto.io/attestation/vulns/v0.2",
                           kScai = "https://in-toto.io/attestation/scai/v0.3",
                           kSvr = "https://in-toto.io/attestation/svr/v0.2",
                           kRelease = "https://in-toto.io/attestation/release/v0.1",
                           kLink = "https://in-toto.io/attestation/link/v0.3",
                           kReference = "https://in-toto.io/attestation/reference/v0.1",
                           kCosignVuln = "https://cosign.sigstore.dev/attestation/vuln/v1",
                           kVex = "https://openvex.dev/ns/v0.2.0";

}  // namespace

TEST_CASE("no predicate type has two readers, and only versioned ones have versions") {
  std::set<std::string_view> types;
  for (const PredicateReader* reader : all_readers()) {
    CHECK_FALSE(reader->types.empty());
    for (const std::string_view type : reader->types) {
      CHECK(types.insert(type).second);
      CHECK(is_known(type));
      CHECK(is_known(std::string(type) + "/v9") == reader->versioned);
      CHECK_FALSE(is_known(std::string(type) + "x"));
    }
  }
  CHECK(types.size() >= 22);
}

TEST_CASE("a predicate of an unknown type is one, whatever it holds, if it is an object") {
  CHECK(std::holds_alternative<UnknownPredicate>(*read("https://example.com/x", "{\"a\":[1]}")));
  CHECK(refuses("https://example.com/x", Json::array()).message() == "predicate: want an object");
  CHECK(read("https://example.com/x", "{\"a\":1,\"a\":2}").error().code() == ErrorCode::malformed);
  CHECK(read(kTests, "").error().code() == ErrorCode::malformed);
}

TEST_CASE("a verification summary is read, and written again as it was") {
  Json value = example("vsa");
  const auto vsa = reads<VerificationSummary>(kVerificationSummaryType, value);
  CHECK(vsa.verifier_id == "https://example.com/publication_verifier");
  CHECK(vsa.verifier_version.at("slsa-verifier-linux-amd64") == "v2.3.0");
  CHECK(to_rfc3339(*vsa.time_verified) == "1985-04-12T23:20:50Z");
  CHECK(vsa.resource_uri == "https://example.com/example-1.2.3.tar.gz");
  CHECK(vsa.policy.uri == "https://example.com/example_tarball.policy");
  CHECK(vsa.policy.digest.at("sha256") == "1234");
  REQUIRE(vsa.input_attestations.size() == 1);
  CHECK(vsa.passed);
  CHECK(vsa.dependency_levels->at("SLSA_BUILD_LEVEL_2") == 7);
  CHECK(level_of(vsa.verified_levels, "BUILD") == 3);
  CHECK(level_of(vsa.verified_levels, "SOURCE") == std::nullopt);
  value["timeVerified"] = "1985-04-12T23:20:50Z";  // a Time has whole seconds
  CHECK(Json::parse(*to_predicate(vsa)) == value);
}

TEST_CASE("a summary's levels: one of each track, with properties and levels of one's own beside them") {
  using Levels = std::vector<std::string>;
  CHECK(level_of({"SLSA_BUILD_REPRODUCED", "SLSA_BUILD_LEVEL_2", "MY_LEVEL_9", "SLSA_SOURCE_LEVEL_4"}, "BUILD") == 2);
  CHECK(level_of({"SLSA_BUILD_LEVEL_2", "SLSA_SOURCE_LEVEL_4"}, "SOURCE") == 4);
  for (const Levels& levels : {Levels{},
                               {"SLSA_BUILD_LEVEL_UNEVALUATED"},
                               {"SLSA_BUILD_LEVEL_2", "SLSA_BUILD_LEVEL_3"},
                               {"SLSA_BUILD_LEVEL_33"},
                               {"slsa_build_level_3"},
                               {"SLSA_BUILD_LEVEL_"},
                               {"SLSA__LEVEL_3"}})
    CHECK(level_of(levels, "BUILD") == std::nullopt);

  VerificationSummary vsa;
  vsa.verifier_id = vsa.resource_uri = vsa.policy.uri = "https://example.com/x";
  CHECK(to_predicate(vsa).error().message() == "verification summary: no level");
  vsa.verified_levels = {"FAILED"};
  const auto text = to_predicate(vsa);
  CHECK(*text ==
        R"({"policy":{"uri":"https://example.com/x"},"resourceUri":"https://example.com/x",)"
        R"("verificationResult":"FAILED","verifiedLevels":["FAILED"],"verifier":{"id":"https://example.com/x"}})");
  vsa.verified_levels = {"SLSA_BUILD_LEVEL_1", "SLSA_BUILD_LEVEL_2"};
  CHECK(to_predicate(vsa).error().message() == "verification summary: two levels of track \"BUILD\"");
  vsa.verified_levels = {"SLSA_BUILD_LEVEL_1"};
  vsa.input_attestations.emplace_back();
  CHECK_FALSE(to_predicate(vsa));
  vsa.input_attestations.clear();
  vsa.dependency_levels.emplace();
  CHECK(Json::parse(*to_predicate(vsa))["dependencyLevels"] == Json::object());
  for (std::string* required : {&vsa.verifier_id, &vsa.resource_uri, &vsa.policy.uri}) {
    std::string was;
    was.swap(*required);
    CHECK(to_predicate(vsa).error().code() == ErrorCode::malformed);
    was.swap(*required);
  }
}

TEST_CASE("a simple verification result has its properties and policies") {
  const auto svr = reads<SimpleVerificationResult>(kSvr, example("svr"));
  CHECK(svr.verifier_id == "https://example.com/publication_verifier/v2");
  CHECK(svr.properties.size() == 5);
  CHECK(svr.policies.size() == 1);
  Json value = example("svr");
  value.erase("timeCreated");
  CHECK(refuses(kSvr, value).message() == "simple verification result: missing member \"timeCreated\"");
}

TEST_CASE("test results: what passed, warned and failed, and no pass with failed tests") {
  const auto tests = reads<TestResult>(kTests, example("test-result"));
  CHECK(tests.outcome == TestResult::Outcome::passed);
  CHECK(tests.passed_tests.size() == 2);
  CHECK(tests.configuration.size() == 1);
  CHECK(tests.url == "https://github.com/in-toto/in-toto/actions/runs/4425592351");
  Json value = example("test-result");
  value["result"] = "WARNED";
  CHECK(reads<TestResult>(kTests, value).outcome == TestResult::Outcome::warned);
  value["failedTests"] = {"lint"};
  CHECK(refuses(kTests, value).message() == "test result: member \"result\" is WARNED, and failedTests lists \"lint\"");
  value["result"] = "FAILED";
  CHECK(reads<TestResult>(kTests, value).outcome == TestResult::Outcome::failed);
  value["result"] = "passed";
  CHECK(refuses(kTests, value).code() == ErrorCode::malformed);
  CHECK(reads<TestResult>(kTests, {{"result", "PASSED"}, {"configuration", Json::array()}}).failed_tests.empty());
  CHECK(refuses(kTests, {{"result", "PASSED"}}).message() == "test result: missing member \"configuration\"");
}

TEST_CASE("vulnerabilities are read as v0.1's text has them, as its example has them, and as v0.2") {
  Json value = example("vulns");
  const auto check = [](const VulnerabilityReport& report) {
    CHECK(report.scanner_uri == "pkg:github/aquasecurity/trivy@244fd47e07d1004f0aed9");
    CHECK(report.database_version == "v1-2021080612");
    CHECK(to_rfc3339(*report.database_updated) == "2021-08-06T17:45:50Z");
    CHECK(to_rfc3339(*report.scan_finished) == "2021-08-06T17:50:50Z");
    REQUIRE(report.vulnerabilities.size() == 1);
    CHECK(report.vulnerabilities[0].id == "CVE-123");
    REQUIRE(report.vulnerabilities[0].severities.size() == 2);
    CHECK(report.vulnerabilities[0].severities[1].method == "cvss_score");
    CHECK(report.vulnerabilities[0].severities[1].score == "5.2");
    CHECK(report.vulnerabilities[0].fixable == std::nullopt);
    CHECK(report.unread.empty());
  };
  check(reads<VulnerabilityReport>(kVulns, value));
  check(reads<VulnerabilityReport>("https://in-toto.io/attestation/vulns/v0.1", value));
  Json& result = value["scanner"]["result"];
  result = Json::array({{{"vulnerability", result[0]}}});
  check(reads<VulnerabilityReport>("https://in-toto.io/attestation/vulns/v0.1", value));
  result = Json::array({{{"severity", Json::array()}}});
  CHECK(refuses(kVulns, value).message() == "vulnerabilities: scanner: result[0]: member \"id\" is missing");
  result = Json::array({{{"id", "CVE-1"}, {"severity", {{"method", "nvd"}, {"score", "low"}}}}});
  CHECK(reads<VulnerabilityReport>(kVulns, value).vulnerabilities[0].severities[0].score == "low");
  result[0]["severity"] = "low";
  CHECK(refuses(kVulns, value).code() == ErrorCode::malformed);
  result = nullptr;
  CHECK(refuses(kVulns, value).message() == "vulnerabilities: scanner: missing member \"result\"");
  result = Json::array();
  CHECK(reads<VulnerabilityReport>(kVulns, value).vulnerabilities.empty());
}

TEST_CASE("cosign's vulnerability report is read where its scanner is known, and else says so") {
  const auto trivy = reads<VulnerabilityReport>(kCosignVuln, example("trivy"));
  REQUIRE(trivy.vulnerabilities.size() == 2);
  CHECK(trivy.vulnerabilities[0].id == "CVE-2024-0001");
  CHECK(trivy.vulnerabilities[0].package == "pkg:apk/alpine/musl@1.2.3?arch=x86_64");
  CHECK(trivy.vulnerabilities[0].fixed_version == "1.2.4");
  CHECK(trivy.vulnerabilities[0].fixable == true);
  CHECK(trivy.vulnerabilities[0].severities[0].score == "HIGH");
  CHECK(trivy.vulnerabilities[1].fixable == false);
  CHECK(trivy.unread.empty());
  const auto grype = reads<VulnerabilityReport>(kCosignVuln, example("grype"));
  REQUIRE(grype.vulnerabilities.size() == 1);
  CHECK(grype.vulnerabilities[0].id == "CVE-2024-0002");
  CHECK(grype.vulnerabilities[0].fixable == false);
  CHECK_FALSE(grype.scan_started);  // Go's zero time

  Json value = example("trivy");
  value["scanner"]["result"] = {{"runs", Json::array()}};
  CHECK(reads<VulnerabilityReport>(kCosignVuln, value).unread ==
        "the scanner's result is of no form that is known (Trivy's, Grype's)");
  value["scanner"]["result"] = "text";
  CHECK_FALSE(reads<VulnerabilityReport>(kCosignVuln, value).unread.empty());
  value["scanner"].erase("result");
  CHECK_FALSE(reads<VulnerabilityReport>(kCosignVuln, value).unread.empty());
  value["scanner"]["result"] = {{"matches", Json::array({1})}};
  CHECK(refuses(kCosignVuln, value).message() == "vulnerability report: scanner: result: matches[0]: want an object");
  // Trivy leaves out an empty list of results; another's object without one is no clean scan.
  value["scanner"]["result"] = {{"SchemaVersion", 2}, {"ArtifactName", "x"}};
  CHECK(reads<VulnerabilityReport>(kCosignVuln, value).unread.empty());
  value["scanner"]["result"] = Json::object();
  CHECK_FALSE(reads<VulnerabilityReport>(kCosignVuln, value).unread.empty());
}

TEST_CASE("OpenVEX is read as v0.2.0 and as v0.0.1 have it") {
  const auto vex = reads<VexDocument>(kVex, example("openvex"));
  CHECK(vex.author == "Wolfi J Inkinson");
  REQUIRE(vex.statements.size() == 1);
  CHECK(vex.statements[0].vulnerability == "CVE-2023-12345");
  CHECK(vex.statements[0].status == VexDocument::Status::fixed);
  REQUIRE(vex.statements[0].products.size() == 1);
  CHECK(vex.statements[0].products[0].identifiers.at("purl") == "pkg:apk/wolfi/git@2.39.0-r1?arch=armv7");
  Json value{{"@context", "https://openvex.dev/ns"},
             {"statements", Json::array({{{"vulnerability", "CVE-2014-123456"},
                                          {"products", {"pkg:apk/distro/git@2.39.0-r1"}},
                                          {"subcomponents", {"pkg:apk/distro/zlib@1"}},
                                          {"status", "not_affected"},
                                          {"justification", "component_not_present"}}})}};
  const auto old = reads<VexDocument>("https://openvex.dev/ns", value);
  CHECK(old.statements[0].products[0].id == "pkg:apk/distro/git@2.39.0-r1");
  CHECK(old.statements[0].products[0].subcomponents[0].id == "pkg:apk/distro/zlib@1");
  CHECK(old.statements[0].status == VexDocument::Status::not_affected);
  Json& statement = value["statements"][0];
  statement["status"] = "unaffected";
  CHECK(refuses(kVex, value).message() ==
        "OpenVEX document: statements[0]: member \"status\" is \"unaffected\", want not_affected, affected, fixed or "
        "under_investigation");
  statement["status"] = "fixed";
  statement["products"] = {"a", "b"};
  CHECK(refuses(kVex, value).code() == ErrorCode::malformed);  // whose subcomponents they are is not said
  statement.erase("subcomponents");
  statement["vulnerability"] = {{"@id", "https://example.com/CVE-1"}};
  CHECK(reads<VexDocument>(kVex, value).statements[0].vulnerability == "https://example.com/CVE-1");
  statement["vulnerability"] = Json::object();
  CHECK(refuses(kVex, value).code() == ErrorCode::malformed);
  statement["vulnerability"] = 1;
  CHECK(refuses(kVex, value).code() == ErrorCode::malformed);
  CHECK(refuses(kVex, {{"author", "x"}}).message() == "OpenVEX document: missing member \"statements\"");
}

TEST_CASE("SCAI, releases, links, references, SBOMs and custom predicates have what their readers promise") {
  const auto scai = reads<ScaiReport>(kScai, example("scai"));
  REQUIRE(scai.attributes.size() == 1);
  CHECK(scai.attributes[0].attribute == "WITH_STACK_PROTECTION");
  CHECK(scai.attributes[0].conditions == R"({"flags":"-fstack-protector*"})");
  CHECK(scai.producer->uri == "file:///usr/bin/gcc");
  CHECK(refuses(kScai, {{"attributes", Json::array()}}).code() == ErrorCode::malformed);
  CHECK(refuses(kScai, {{"attributes", {{{"attribute", "x"}, {"target", 1}}}}}).message() ==
        "SCAI report: attributes[0]: member \"target\": want an object");

  CHECK(reads<Release>(kRelease, example("release")).purl == "pkg:npm/@angular/http@7.2.16");
  CHECK(reads<Release>(kRelease, {{"purl", "pkg:a/b@1"}, {"releaseId", "7"}}).package_id == "7");
  for (const char* purl : {"pkg:npm/x", "npm/x@1", "pkg:npm/@x", "pkg:npm/x@", "pkg:npm/x?a=@1", ""})
    CHECK(refuses(kRelease, {{"purl", purl}}).code() == ErrorCode::malformed);
  const auto npm = reads<Release>(kNpmPublishType, example("npm-publish"));
  CHECK(npm.name + " " + npm.version + " " + npm.registry == "semver 7.5.4 https://registry.npmjs.org");

  const auto link = reads<Link>(kLink, example("link"));
  CHECK(link.name == "build");
  CHECK(link.command == std::vector<std::string>{"make", "all"});
  CHECK(link.materials[0].name == "src.c");
  Json value = example("link");
  value["materials"].push_back(value["materials"][0]);
  CHECK(refuses(kLink, value).message() == "link: materials[1]: \"src.c\" is there twice");
  const auto old = reads<Link>("https://in-toto.io/Link/v1",
                               {{"name", "a"}, {"command", "make"}, {"materials", {{"x", {{"sha256", "00"}}}}}});
  CHECK(old.materials[0].name + old.materials[0].digest.at("sha256") + old.command[0] == "x00make");

  CHECK(reads<References>(kReference, example("reference")).references[0].media_type == "application/spdx+json");
  CHECK(refuses(kReference, {{"attester", {{"id", "x"}}}, {"references", {{{"uri", "x"}}}}}).message() ==
        "references: references[0]: want downloadLocation and mediaType");

  CHECK(reads<SbomDocument>("https://spdx.dev/Document/v2.3", {{"spdxVersion", "SPDX-2.3"}}).version == "SPDX-2.3");
  CHECK(reads<SbomDocument>("https://spdx.dev/Document", {{"@context", "https://spdx.org/rdf/3.0.1/x"}}).version ==
        "https://spdx.org/rdf/3.0.1/x");
  CHECK(refuses("https://spdx.dev/Document", Json::object()).code() == ErrorCode::malformed);
  CHECK(reads<SbomDocument>("https://cyclonedx.org/bom", example("cyclonedx")).format ==
        SbomDocument::Format::cyclonedx);
  CHECK(refuses("https://cyclonedx.org/bom", {{"bomFormat", "SPDX"}, {"specVersion", "1.6"}}).code() ==
        ErrorCode::malformed);
  const auto custom = reads<CosignCustom>("https://cosign.sigstore.dev/attestation/v1", example("cosign-custom"));
  CHECK(custom.data == "hello\n");
  CHECK(custom.timestamp);
}

TEST_CASE("SLSA provenance v0.1 is read as Cloud Build writes it") {
  const auto p = reads<SlsaProvenance>("https://slsa.dev/provenance/v0.1", example("provenance-v0.1"));
  CHECK(p.builder_id == "https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3");
  CHECK(p.build_type == "https://cloudbuild.googleapis.com/CloudBuildSteps@v0.1");
  CHECK(p.dependencies.size() == 1);
  CHECK(p.config_source->digest.at("sha1") == std::string(40, 'a'));
  CHECK(p.entry_point == "cloudbuild.yaml");
  Json value = example("provenance-v0.1");
  for (const Json& none : {Json(-1), Json("-1"), Json(nullptr)}) {
    value["recipe"]["definedInMaterial"] = none;
    CHECK_FALSE(reads<SlsaProvenance>("https://slsa.dev/provenance/v0.1", value).config_source);
  }
  for (const Json& wrong :
       {Json(1), Json("1"), Json(-2), Json(""), Json("0x0"), Json(0.5), Json::object(), Json(true)}) {
    value["recipe"]["definedInMaterial"] = wrong;
    CHECK(refuses("https://slsa.dev/provenance/v0.1", value).code() == ErrorCode::malformed);
  }
}

TEST_CASE("every member of every example may be null or unknown beside it, and no other type takes its place") {
  const std::pair<std::string_view, const char*> all[] = {{kVerificationSummaryType, "vsa"},
                                                          {kSvr, "svr"},
                                                          {kTests, "test-result"},
                                                          {kVulns, "vulns"},
                                                          {kCosignVuln, "trivy"},
                                                          {kVex, "openvex"},
                                                          {kScai, "scai"},
                                                          {kRelease, "release"},
                                                          {kNpmPublishType, "npm-publish"},
                                                          {kLink, "link"},
                                                          {kReference, "reference"},
                                                          {"https://slsa.dev/provenance/v0.1", "provenance-v0.1"},
                                                          {"https://cyclonedx.org/bom", "cyclonedx"}};
  for (const auto& [type, name] : all) {
    const Json value = example(name);
    for (const auto& [key, member] : value.items()) {
      INFO(name << ": " << key);
      Json extended = value;
      extended["https://example.com/extension"] = {{"a", 1}};
      CHECK(read(type, extended.dump()));
      if (key.starts_with("@") || key == "invocation" || key == "version" || key == "components") continue;  // not read
      // A number is wrong everywhere; a text in the place of a structure and a structure in that of a text.
      for (const Json& wrong : {Json(7.5), member.is_string() ? Json::object() : Json("text")}) {
        extended[key] = wrong;
        const auto content = read(type, extended.dump());
        CHECK_FALSE(content);
        if (!content) CHECK(content.error().code() == ErrorCode::malformed);
      }
    }
  }
}

TEST_CASE("lists of predicates are bounded") {
  Json value{{"result", "PASSED"}, {"configuration", Json::array()}};
  value["passedTests"] = std::vector<std::string>(kMaxPredicateEntries, "x");
  CHECK(reads<TestResult>(kTests, value).passed_tests.size() == kMaxPredicateEntries);
  value["passedTests"].push_back("x");
  CHECK(refuses(kTests, value).code() == ErrorCode::limit_exceeded);
  Json trivy = example("trivy");
  Json& results = trivy["scanner"]["result"]["Results"];
  results[0]["Vulnerabilities"] = std::vector<Json>(kMaxPredicateEntries / 2, results[0]["Vulnerabilities"][0]);
  results = Json::array({results[0], results[0]});
  CHECK(reads<VulnerabilityReport>(kCosignVuln, trivy).vulnerabilities.size() == kMaxPredicateEntries);
  results.push_back(Json{{"Vulnerabilities", Json::array({results[0]["Vulnerabilities"][0]})}});
  CHECK(refuses(kCosignVuln, trivy).code() == ErrorCode::limit_exceeded);
}

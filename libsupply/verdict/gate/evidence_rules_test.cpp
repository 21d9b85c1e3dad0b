// Rules about attestations' content, on evidence that really is signed.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "libsupply/base/limits/policy_limits.hpp"
#include "libsupply/testing/attested.hpp"
#include "libsupply/verdict/gate/decide.hpp"

namespace supply::gate {
namespace {

using testing::attestation;
using testing::digest_of;
using testing::entry;
using testing::facts;
using testing::Piece;
using testing::platform;
using testing::policy_of;

const Digest kImage = digest_of('1'), kOther = digest_of('2');
constexpr const char* kVuln = "https://cosign.sigstore.dev/attestation/vuln/v1";
constexpr const char* kVex = "https://openvex.dev/ns";

Decision decided(const std::string& members, const std::vector<Piece>& pieces) {
  return decide(facts(kImage, {platform("amd64", kImage)}, pieces), policy_of({entry(members)}));
}
Verdict verdict(const std::string& members, const std::vector<Piece>& pieces) {
  return decided(members, pieces).verdict;
}

Piece custom(std::string_view by, std::string_view predicate, const Digest& about = kImage) {
  return attestation(about, by, "https://example.org/review/v1", predicate);
}

std::string review(const std::string& conditions) {
  return "attestations: [{type: \"https://example.org/review/v1\", keys: [alice], conditions: [" + conditions + "]}]";
}

TEST_CASE("an attestation that is asked for must be there, by those who count, about this image") {
  const std::string asked = "attestations: [{type: \"https://example.org/review/v1\", keys: [alice, bob]}]";
  CHECK(verdict(asked, {custom("alice", "{}")}) == Verdict::allow);
  CHECK(verdict(asked, {custom("carol", "{}")}) == Verdict::deny);
  CHECK(verdict(asked, {custom("mallory", "{}")}) == Verdict::deny);
  CHECK(verdict(asked, {}) == Verdict::deny);
  CHECK(verdict(asked, {attestation(kImage, "alice", "https://example.org/review/v2", "{}")}) == Verdict::deny);
  CHECK(verdict(asked, {attestation(kOther, "alice", "https://example.org/review/v1", "{}", {}, kImage)}) ==
        Verdict::deny);
  const std::string two = "attestations: [{type: \"https://example.org/review/v1\", keys: [alice, bob], threshold: 2}]";
  CHECK(verdict(two, {custom("alice", "{}"), custom("alice", R"({"a":1})")}) == Verdict::deny);
  CHECK(verdict(two, {custom("alice", "{}"), custom("bob", "{}")}) == Verdict::allow);
}

TEST_CASE("a condition holds for what the predicate says, and never for what is not there") {
  const auto holds = [](const std::string& condition, std::string_view predicate) {
    return verdict(review("{path: \"" + condition + "}"), {custom("alice", predicate)}) == Verdict::allow;
  };
  CHECK(holds("$.result\", equals: ok", R"({"result":"ok"})"));
  CHECK_FALSE(holds("$.result\", equals: ok", R"({"result":"OK"})"));
  CHECK_FALSE(holds("$.result\", equals: ok", R"({})"));
  CHECK(holds("$.n\", equals: 1", R"({"n":1.0})"));
  CHECK_FALSE(holds("$.n\", equals: 1", R"({"n":"1"})"));
  CHECK(holds("$.n\", at_least: 3", R"({"n":3})"));
  CHECK_FALSE(holds("$.n\", at_least: 3", R"({"n":"4"})"));
  CHECK_FALSE(holds("$.n\", at_most: 3", R"({"n":4})"));
  CHECK(holds("$.who\", in: [a, b]", R"({"who":"b"})"));
  CHECK_FALSE(holds("$.who\", not_in: [a, b]", R"({"who":"b"})"));
  CHECK_FALSE(holds("$.who\", not_in: [a, b]", R"({})"));
  CHECK(holds("$.who\", not_in: [a, b], or_absent: true", R"({})"));
  CHECK(holds("$.s\", not_equals: CRITICAL", R"({"s":"LOW"})"));
  CHECK(holds("$.s\", not_in: [CRITICAL, 10], or_absent: true", R"({"s":9})"));
  CHECK(holds("$.s\", not_equals: null", R"({"s":{}})"));
  CHECK(holds("$.s\", not_in: [null]", R"({"s":9})"));
  // What is of another kind is not thereby something else.
  for (const char* odd : {"null", "9", "true", "[]", "[\"CRITICAL\"]", "{}", R"({"level":"CRITICAL"})"}) {
    INFO(odd);
    const std::string predicate = R"({"s":)" + std::string(odd) + '}';
    for (const char* asked :
         {"not_equals: CRITICAL", "not_in: [CRITICAL]", "not_in: [CRITICAL, null]",
          "not_in: [CRITICAL], or_absent: true", "not_equals: CRITICAL, of: any", "not_matches: 'C.*'", "matches: '.*'",
          "equals: CRITICAL", "in: [CRITICAL]", "max_age: 9d", "exists: false"})
      CHECK_FALSE(holds("$.s\", " + std::string(asked), predicate));
  }
  for (const char* odd : {"null", "\"9\"", "true", "[9]", "{}"})
    for (const char* asked : {"not_equals: 8", "at_least: 1", "at_most: 99", "not_in: [8]"})
      CHECK_FALSE(holds("$.s\", " + std::string(asked), R"({"s":)" + std::string(odd) + '}'));
  CHECK_FALSE(holds("$.s\", exists: true", R"({"s":null})"));
  CHECK_FALSE(holds("$.s\", not_equals: null", R"({"s":null})"));
  CHECK_FALSE(holds("$.s\", contains: x", R"({"s":{"x":1}})"));
  CHECK(holds("$.who\", matches: 'a+'", R"({"who":"aa"})"));
  CHECK_FALSE(holds("$.who\", matches: 'a+'", R"({"who":"baa"})"));
  CHECK(holds("$.all[*].ok\", equals: true", R"({"all":[{"ok":true},{"ok":true}]})"));
  CHECK_FALSE(holds("$.all[*].ok\", equals: true", R"({"all":[{"ok":true},{"ok":false}]})"));
  CHECK(holds("$.all[*].ok\", equals: true, of: any", R"({"all":[{"ok":true},{"ok":false}]})"));
  CHECK_FALSE(holds("$.all[*].ok\", equals: true", R"({"all":[]})"));
  CHECK(holds("$.list\", contains: x", R"({"list":["x"]})"));
  CHECK(holds("$.gone\", exists: false", R"({})"));
  CHECK_FALSE(holds("$.gone\", exists: false", R"({"gone":null})"));
  CHECK(holds("$.at\", max_age: 2d", R"({"at":"2026-11-23T12:00:00Z"})"));
  CHECK_FALSE(holds("$.at\", max_age: 12h", R"({"at":"2026-11-23T12:00:00Z"})"));
  CHECK_FALSE(holds("$.at\", max_age: 2d", R"({"at":"2027-01-01T00:00:00Z"})"));  // the future
  CHECK_FALSE(holds("$.at\", max_age: 2d", R"({"at":"yesterday"})"));
  // Numbers are compared as they are, not as a double rounds them.
  CHECK_FALSE(holds("$.n\", equals: 9007199254740992", R"({"n":9007199254740993})"));
  CHECK_FALSE(holds("$.n\", at_most: 9007199254740992", R"({"n":9007199254740993})"));
  CHECK_FALSE(holds("$.n\", at_least: 9007199254740993", R"({"n":9007199254740992})"));
  CHECK_FALSE(holds("$.n\", equals: -1", R"({"n":18446744073709551615})"));
  CHECK(holds("$.n\", not_in: [-1]", R"({"n":18446744073709551615})"));
  CHECK(holds("$.n\", at_least: 9223372036854775807", R"({"n":18446744073709551615})"));
  CHECK_FALSE(holds("$.n\", at_most: 9223372036854775807", R"({"n":18446744073709551615})"));
  CHECK_FALSE(holds("$.n\", at_most: 0", R"({"n":18446744073709551615})"));
  CHECK_FALSE(holds("$.list\", contains: 9007199254740992", R"({"list":[9007199254740993]})"));
  // One attestation must meet all of them: not one each.
  const std::string both = review("{path: $.a, equals: 1}, {path: $.b, equals: 1}");
  CHECK(verdict(both, {custom("alice", R"({"a":1})"), custom("alice", R"({"b":1})")}) == Verdict::deny);
  CHECK(verdict(both, {custom("alice", R"({"a":1,"b":1})")}) == Verdict::allow);
}

TEST_CASE("a condition over more values than are looked at is neither fulfilled nor not") {
  std::string many = R"({"all":[)";
  for (std::size_t i = 0; i < kMaxJsonPathValues; ++i) many += "{},";
  const std::string beyond = many + R"({"severity":"CRITICAL"}]})";
  const std::string asked = "path: \"$.all[*].severity\", not_in: [CRITICAL], or_absent: true";
  CHECK(verdict(review("{" + asked + "}"), {custom("alice", beyond)}) == Verdict::undecided);
  many.back() = ']';
  CHECK(verdict(review("{" + asked + "}"), {custom("alice", many + "}")}) == Verdict::allow);
  // Another attestation that fulfils it suffices, one that surely does not decides nothing, and what is asked beside it
  // may deny.
  CHECK(verdict(review("{" + asked + "}"), {custom("alice", beyond), custom("alice", "{}")}) == Verdict::allow);
  CHECK(verdict(review("{" + asked + "}"), {custom("alice", beyond), custom("bob", "{}")}) == Verdict::undecided);
  CHECK(verdict(review("{" + asked + "}, {path: $.b, equals: 1}"), {custom("alice", beyond)}) == Verdict::deny);
}

// Vulnerabilities

std::string trivy(const std::string& list, const std::string& finished = "2026-11-24T10:00:00Z") {
  return R"({"invocation":{},"scanner":{"uri":"pkg:github/aquasecurity/trivy@0.50","version":"0.50","db":{"uri":"","version":"2","lastUpdate":"2026-11-24T06:00:00Z"},"result":{"SchemaVersion":2,"Results":[{"Target":"x","Vulnerabilities":[)" +
         list + R"(]}]}},"metadata":{"scanStartedOn":")" + finished + R"(","scanFinishedOn":")" + finished + "\"}}";
}

std::string found(const std::string& id, const std::string& severity, const std::string& fixed = "2",
                  const std::string& published = "2026-01-01T00:00:00Z") {
  return R"({"VulnerabilityID":")" + id +
         R"(","PkgName":"lamp","InstalledVersion":"1","PkgIdentifier":{"PURL":"pkg:deb/debian/lamp@1?arch=amd64"},"FixedVersion":")" +
         fixed + R"(","Severity":")" + severity + R"(","PublishedDate":")" + published + "\"}";
}

Piece report(const std::string& list, const std::string& finished = "2026-11-24T10:00:00Z", const char* by = "alice") {
  return attestation(kImage, by, kVuln, trivy(list, finished));
}

TEST_CASE("a report that lists what the policy denies denies, and its finding has the id of the vulnerability") {
  const std::string high = "vulnerabilities: {keys: [alice], severity: high}";
  CHECK(verdict(high, {report("")}) == Verdict::allow);
  CHECK(verdict(high, {report(found("CVE-1", "MEDIUM"))}) == Verdict::allow);
  const Decision denied = decided(high, {report(found("CVE-1", "MEDIUM") + "," + found("CVE-2", "HIGH"))});
  CHECK(denied.verdict == Verdict::deny);
  const auto& findings = denied.outcomes[0].findings;
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].id == "CVE-2");
  CHECK(findings[0].subject == "pkg:deb/debian/lamp@1");
  CHECK(findings[0].remedy == "update it to 2");
  CHECK(verdict(high, {}) == Verdict::deny);
  CHECK(verdict(high, {report("", "2026-11-24T10:00:00Z", "bob")}) == Verdict::deny);
  CHECK(verdict(high, {report(found("CVE-1", "UNKNOWN"))}) == Verdict::deny);
  CHECK(verdict("vulnerabilities: {keys: [alice], severity: high, unknown_severity: allow}",
                {report(found("CVE-1", "UNKNOWN"))}) == Verdict::allow);
  CHECK(verdict("vulnerabilities: {keys: [alice], only_fixable: true}", {report(found("CVE-1", "HIGH", ""))}) ==
        Verdict::allow);
  CHECK(verdict("vulnerabilities: {keys: [alice], only_fixable: true}", {report(found("CVE-1", "HIGH", "2"))}) ==
        Verdict::deny);
  // An exception covers the vulnerability that it names.
  const std::string asked = R"(  - {match: ["**"], vulnerabilities: {keys: [alice]}}
exceptions:
  - {rule: vulnerabilities, images: [")" +
                            kImage.to_string() + R"("], findings: [CVE-2], reason: r, owner: o, expires: 2027-01-01})";
  const auto excepted = [&](const std::string& list) {
    return decide(facts(kImage, {platform("amd64", kImage)}, {report(list)}), testing::policy_text(asked)).verdict;
  };
  CHECK(excepted(found("CVE-2", "HIGH")) == Verdict::allow);
  CHECK(excepted(found("CVE-2", "HIGH") + "," + found("CVE-3", "HIGH")) == Verdict::deny);
}

TEST_CASE("every severity is denied from its own bound on, and none below") {
  const std::vector<std::string> names = {"negligible", "low", "medium", "high", "critical"};
  for (std::size_t bound = 0; bound < names.size(); ++bound)
    for (std::size_t said = 0; said < names.size(); ++said) {
      INFO(names[bound] << " " << names[said]);
      CHECK(verdict("vulnerabilities: {keys: [alice], severity: " + names[bound] + "}",
                    {report(found("CVE-1", names[said]))}) == (said >= bound ? Verdict::deny : Verdict::allow));
    }
}

TEST_CASE("a report that counts and cannot be read leaves the rule undecided, whatever another says") {
  const std::string asked = "vulnerabilities: {keys: [alice]}";
  const Piece clean = report("");
  const auto beside = [&](const char* type, const std::string& predicate, const char* by = "alice") {
    return verdict(asked, {clean, attestation(kImage, by, type, predicate)});
  };
  for (const char* type : {"https://in-toto.io/attestation/vulns/v0.3", "https://in-toto.io/attestation/vulns",
                           "https://cosign.sigstore.dev/attestation/vuln/v2"}) {
    INFO(type);
    CHECK(beside(type, trivy("")) == Verdict::undecided);
    CHECK(beside(type, trivy(""), "bob") == Verdict::allow);
  }
  for (const char* result :
       {R"({"Results":["x"]})", R"({"Results":[null]})", R"({"Results":[[]]})", R"({"Results":{}})",
        R"({"Results":[{"Vulnerabilities":{}}]})", R"({"Results":[{"Vulnerabilities":[{}]}]})", R"({"matches":[1]})",
        R"({"matches":{}})", R"(["x"])", "[]", "{}", "null", "\"none\""}) {
    INFO(result);
    CHECK(beside(kVuln, std::string(R"({"scanner":{"result":)") + result + "}}") == Verdict::undecided);
  }
  CHECK(beside(kVuln, "{}") == Verdict::undecided);
  CHECK(beside(kVuln, R"({"scanner":[]})") == Verdict::undecided);
}

TEST_CASE("the newest report decides, and of one time all do") {
  const std::string asked = "vulnerabilities: {keys: [alice]}";
  const Piece clean_old = report("", "2026-11-20T00:00:00Z"), clean_new = report("", "2026-11-24T00:00:00Z");
  const Piece bad_old = report(found("CVE-1", "HIGH"), "2026-11-20T00:00:00Z"),
              bad_new = report(found("CVE-1", "HIGH"), "2026-11-24T00:00:00Z");
  CHECK(verdict(asked, {clean_old, bad_new}) == Verdict::deny);
  CHECK(verdict(asked, {bad_new, clean_old}) == Verdict::deny);
  CHECK(verdict(asked, {bad_old, clean_new}) == Verdict::allow);
  CHECK(verdict(asked, {bad_new, clean_new}) == Verdict::deny);
  // One that says no time may be the newest.
  const std::string untimed_in_toto =
      R"({"scanner":{"uri":"x","result":[{"id":"CVE-1","severity":[{"method":"nvd","score":"9.8"}]}]}})";
  CHECK(verdict(asked, {clean_new, attestation(kImage, "alice", "https://in-toto.io/attestation/vulns/v0.2",
                                               untimed_in_toto)}) == Verdict::deny);
  // One that does not say when (cosign writes Go's zero time then) may be newer than all.
  const Piece bad_untimed = report(found("CVE-1", "HIGH"), "0001-01-01T00:00:00Z"),
              clean_untimed = report("", "0001-01-01T00:00:00Z");
  CHECK(verdict(asked, {clean_new, bad_untimed}) == Verdict::deny);
  CHECK(verdict(asked, {clean_new, clean_untimed}) == Verdict::allow);
  CHECK(verdict(asked, {bad_new, clean_untimed}) == Verdict::deny);
  // An unread one may be the newest.
  const Piece unread = attestation(kImage, "alice", kVuln, R"({"scanner":{"result":"who knows"},"metadata":{}})");
  CHECK(verdict(asked, {clean_new, unread}) == Verdict::undecided);
}

TEST_CASE("a scan that is too old, or of the future, is no scan") {
  const std::string asked = "vulnerabilities: {keys: [alice], max_age: 1d, max_database_age: 1d}";
  CHECK(verdict(asked, {report("")}) == Verdict::allow);
  CHECK(verdict(asked, {report("", "2026-11-20T00:00:00Z")}) == Verdict::deny);
  CHECK(verdict(asked, {report("", "2026-12-20T00:00:00Z")}) == Verdict::deny);
  CHECK(verdict("vulnerabilities: {keys: [alice]}", {report("", "2026-12-20T00:00:00Z")}) == Verdict::deny);
  CHECK(verdict(asked, {report("", "soon")}) == Verdict::undecided);
}

TEST_CASE("what is new is given time, and what is exploited is not") {
  const std::string asked = "vulnerabilities: {keys: [alice], grace: 30d, known_exploited: [CVE-9]}";
  CHECK(verdict(asked, {report(found("CVE-1", "HIGH", "2", "2026-11-20T00:00:00Z"))}) == Verdict::allow);
  CHECK(verdict(asked, {report(found("CVE-1", "HIGH", "2", "2026-10-20T00:00:00Z"))}) == Verdict::deny);
  CHECK(verdict(asked, {report(found("CVE-1", "HIGH", "2", ""))}) == Verdict::deny);
  CHECK(verdict(asked, {report(found("CVE-1", "HIGH", "2", "2027-10-20T00:00:00Z"))}) == Verdict::deny);  // to come
  CHECK(verdict(asked, {report(found("CVE-1", "HIGH", "2", "lately"))}) == Verdict::undecided);
  CHECK(verdict(asked, {report(found("CVE-9", "LOW", "", "2026-11-20T00:00:00Z"))}) == Verdict::deny);
}

TEST_CASE("in-toto's and Grype's reports are read too, a form that nobody knows is undecided") {
  const std::string asked = "vulnerabilities: {keys: [alice], severity: high}";
  const auto of = [&](const char* type, const std::string& result) {
    return verdict(asked, {attestation(kImage, "alice", type,
                                       R"({"scanner":{"uri":"x","result":)" + result +
                                           R"(},"metadata":{"scanFinishedOn":"2026-11-24T10:00:00Z"}})")});
  };
  const char* v2 = "https://in-toto.io/attestation/vulns/v0.2";
  CHECK(of(v2, R"([{"id":"CVE-1","severity":[{"method":"nvd","score":"9.8"}]}])") == Verdict::deny);
  CHECK(of(v2, R"([{"id":"CVE-1","severity":[{"method":"nvd","score":"5.0"}]}])") == Verdict::allow);
  CHECK(of(v2, R"([{"severity":[]}])") == Verdict::undecided);
  CHECK(of("https://in-toto.io/attestation/vulns/v0.1",
           R"([{"vulnerability":{"id":"CVE-1","severity":[{"method":"nvd","score":"high"}]}}])") == Verdict::deny);
  CHECK(of(kVuln, R"({"matches":[{"vulnerability":{"id":"CVE-1","severity":"Critical"},"artifact":{"name":"a"}}]})") ==
        Verdict::deny);
  CHECK(of(kVuln,
           R"({"matches":[{"vulnerability":{"id":"CVE-1","severity":"Low","knownExploited":[{}]},"artifact":{}}]})") ==
        Verdict::deny);
  CHECK(of(kVuln, R"({"matches":[]})") == Verdict::allow);
  CHECK(of(v2, R"([{"id":"CVE-1","severity":[{"method":"nvd","score":9.8}]}])") == Verdict::deny);
  // Whether there is a fix in-toto's form does not say; Grype's says it.
  const auto fixable = [&](const char* type, const std::string& result) {
    return verdict("vulnerabilities: {keys: [alice], only_fixable: true}",
                   {attestation(kImage, "alice", type, R"({"scanner":{"uri":"x","result":)" + result + "}}")});
  };
  CHECK(fixable(v2, R"([{"id":"CVE-1","severity":[{"method":"nvd","score":"high"}]}])") == Verdict::deny);
  const auto grype = [](const char* fix) {
    return std::string(R"({"matches":[{"vulnerability":{"id":"CVE-1","severity":"High")") + fix +
           R"(},"artifact":{}}]})";
  };
  CHECK(fixable(kVuln, grype(R"(,"fix":{"state":"fixed","versions":["2"]})")) == Verdict::deny);
  CHECK(fixable(kVuln, grype(R"(,"fix":{"state":"fixed","versions":[]})")) == Verdict::deny);
  CHECK(fixable(kVuln, grype("")) == Verdict::deny);
  for (const char* state : {"not-fixed", "wont-fix", "unknown"})
    CHECK(fixable(kVuln, grype((std::string(R"(,"fix":{"state":")") + state + "\"}").c_str())) == Verdict::allow);
  CHECK(of(kVuln, "{}") == Verdict::undecided);
  CHECK(of(kVuln, "null") == Verdict::undecided);
}

std::string vex(const std::string& status, const std::string& products,
                const std::string& time = "2026-11-24T00:00:00Z", const std::string& why = "component_not_present") {
  return R"({"@context":"https://openvex.dev/ns/v0.2.0","@id":"x","author":"a","timestamp":")" + time +
         R"(","version":1,"statements":[{"vulnerability":{"name":"CVE-1"},"products":[)" + products +
         R"(],"status":")" + status + "\"" + (why.empty() ? "" : R"(,"justification":")" + why + "\"") + "}]}";
}

TEST_CASE("OpenVEX excuses by product, by those who count, by the newest statement") {
  const std::string asked = "vulnerabilities: {keys: [alice], vex: {keys: [bob]}}";
  const Piece bad = report(found("CVE-1", "HIGH"));
  const auto with = [&](const std::string& document, const char* by = "bob") {
    return verdict(asked, {bad, attestation(kImage, by, kVex, document)});
  };
  const std::string package = R"({"@id":"pkg:deb/debian/lamp@1"})";
  const std::string image = R"({"@id":"pkg:oci/app@sha256%3A)" + std::string(kImage.encoded()) + "\"";
  CHECK(with(vex("not_affected", package)) == Verdict::allow);
  CHECK(with(vex("fixed", package)) == Verdict::allow);
  CHECK(with(vex("not_affected", image + "}")) == Verdict::allow);
  CHECK(with(vex("not_affected", image + R"(,"subcomponents":[)" + package + "]}")) == Verdict::allow);
  CHECK(with(vex("not_affected", image + R"(,"subcomponents":[{"@id":"pkg:deb/debian/other@1"}]})")) == Verdict::deny);
  CHECK(with(vex("not_affected", R"({"@id":"pkg:deb/debian/lamp@2"})")) == Verdict::deny);
  CHECK(with(vex("not_affected", R"({"@id":"pkg:oci/app@sha256%3A)" + std::string(kOther.encoded()) + "\"}")) ==
        Verdict::deny);
  CHECK(with(vex("not_affected", package, "2026-11-24T00:00:00Z", "")) == Verdict::deny);  // without a reason
  CHECK(with(vex("under_investigation", package)) == Verdict::deny);
  CHECK(with(vex("affected", package)) == Verdict::deny);
  CHECK(with(vex("not_affected", package), "alice") == Verdict::deny);
  CHECK(verdict("vulnerabilities: {keys: [alice]}",
                {bad, attestation(kImage, "bob", kVex, vex("not_affected", package))}) == Verdict::deny);
  const Piece older = attestation(kImage, "bob", kVex, vex("not_affected", package, "2026-11-20T00:00:00Z")),
              newer = attestation(kImage, "bob", kVex, vex("affected", package, "2026-11-22T00:00:00Z", ""));
  CHECK(verdict(asked, {bad, older, newer}) == Verdict::deny);
  const Piece same = attestation(kImage, "bob", kVex, vex("affected", package, "2026-11-20T00:00:00Z", ""));
  CHECK(verdict(asked, {bad, older, same}) == Verdict::deny);
  // One that cannot be read may take back what another excuses.
  const Piece excuse = attestation(kImage, "bob", kVex, vex("not_affected", package)),
              odd = attestation(kImage, "bob", kVex, R"({"statements":[{"status":"who knows"}]})"),
              odd_by_other = attestation(kImage, "carol", kVex, R"({"statements":0})");
  CHECK(verdict(asked, {bad, excuse, odd}) == Verdict::deny);
  CHECK(verdict(asked, {bad, excuse, odd_by_other}) == Verdict::allow);
  // A clock that is ahead excuses nothing.
  CHECK(with(vex("not_affected", package, "2026-11-24T12:04:00Z")) == Verdict::allow);
  CHECK(with(vex("not_affected", package, "2026-11-24T12:06:00Z")) == Verdict::deny);
  CHECK(verdict(asked, {bad, older, attestation(kImage, "bob", kVex, vex("fixed", package, "2027-01-01T00:00:00Z"))}) ==
        Verdict::deny);
  // A statement about the alias of another scanner counts, and one without a time does not.
  CHECK(
      with(
          R"({"@context":"https://openvex.dev/ns/v0.2.0","statements":[{"vulnerability":{"name":"CVE-1"},"products":[)" +
          package + R"(],"status":"fixed"}]})") == Verdict::deny);
  // It may be the newest, and take back what another excuses.
  const auto untimed = [&](const char* status) {
    return attestation(kImage, "bob", kVex,
                       R"({"@context":"https://openvex.dev/ns/v0.2.0","statements":[{"vulnerability":{"name":"CVE-1"},)"
                       R"("products":[)" +
                           package + R"(],"status":")" + status + "\"}]}");
  };
  CHECK(verdict(asked, {bad, excuse, untimed("affected")}) == Verdict::deny);
  CHECK(verdict(asked, {bad, excuse, untimed("fixed")}) == Verdict::allow);
}

// Verification summaries

std::string summary(const std::string& result = "PASSED", const std::string& time = "2026-11-24T11:00:00Z",
                    const std::string& levels = R"("SLSA_BUILD_LEVEL_2","SLSA_SOURCE_LEVEL_3")",
                    const std::string& resource = "oci://registry.example.org/prod/app",
                    const std::string& verifier = "https://verifier.example/v1", const std::string& more = "") {
  return R"({"verifier":{"id":")" + verifier + R"("},"timeVerified":")" + time + R"(","resourceUri":")" + resource +
         R"(","policy":{"uri":"https://policy.example/p","digest":{"sha256":")" + std::string(64, 'a') +
         R"("}},"verificationResult":")" + result + R"(","verifiedLevels":[)" + levels + "]" + more + "}";
}

TEST_CASE("a verification summary counts by the specification's seven steps") {
  constexpr std::string_view kSummary = "https://slsa.dev/verification_summary/v1";
  const std::string start = R"(verification_summaries: [{verifiers: {"https://verifier.example/v1": {keys: [bob]}}, )";
  const std::string asked = start + R"(resources: ["oci://registry.example.org/**"], levels: [SLSA_BUILD_LEVEL_2]}])";
  const auto of = [&](const std::string& predicate, const char* by = "bob", const Digest& about = kImage) {
    return verdict(asked, {attestation(about, by, kSummary, predicate, {}, kImage)});
  };
  CHECK(of(summary()) == Verdict::allow);
  CHECK(of(summary("PASSED", "2026-11-24T11:00:00Z", "\"SLSA_BUILD_LEVEL_3\"")) == Verdict::allow);
  CHECK(of(summary(), "alice") == Verdict::deny);
  CHECK(of(summary(), "mallory") == Verdict::deny);
  CHECK(of(summary(), "bob", kOther) == Verdict::deny);  // replayed from another image
  CHECK(of(summary("FAILED")) == Verdict::deny);
  CHECK(of(summary("PASSED", "2026-11-24T11:00:00Z", "\"SLSA_BUILD_LEVEL_1\"")) == Verdict::deny);
  CHECK(of(summary("PASSED", "2026-11-24T11:00:00Z", "\"SLSA_SOURCE_LEVEL_3\"")) == Verdict::deny);
  CHECK(of(summary("PASSED", "2026-12-24T11:00:00Z")) == Verdict::deny);  // to come
  CHECK(of(summary("PASSED", "2026-11-24T11:00:00Z", "\"SLSA_BUILD_LEVEL_2\"", "oci://evil.example/prod/app")) ==
        Verdict::deny);
  CHECK(of(summary("PASSED", "2026-11-24T11:00:00Z", "\"SLSA_BUILD_LEVEL_2\"", "oci://registry.example.org/prod/app",
                   "https://verifier.example/v1/")) == Verdict::deny);
  CHECK(of("{}") == Verdict::deny);
  CHECK(verdict(asked, {}) == Verdict::deny);
  // Of a summary that passed and a later one that failed, the later decides; of one time, both do.
  const auto two = [&](const std::string& one, const std::string& other) {
    return verdict(asked, {attestation(kImage, "bob", kSummary, one), attestation(kImage, "bob", kSummary, other)});
  };
  CHECK(two(summary(), summary("FAILED", "2026-11-24T11:30:00Z")) == Verdict::deny);
  CHECK(two(summary("FAILED", "2026-11-24T10:00:00Z"), summary()) == Verdict::allow);
  CHECK(two(summary(), summary("FAILED")) == Verdict::deny);
  // One without a time, or that cannot be read, may be the last word.
  const auto untimed = [](std::string text) {
    const std::string time = R"("timeVerified":"2026-11-24T11:00:00Z",)";
    return text.erase(text.find(time), time.size());
  };
  CHECK(two(summary(), untimed(summary("FAILED"))) == Verdict::deny);
  CHECK(two(summary(), untimed(summary())) == Verdict::allow);
  CHECK(two(summary(), summary("FAILED ")) == Verdict::undecided);
  CHECK(two(summary("FAILED"), summary("FAILED ")) == Verdict::deny);
  CHECK(verdict(asked, {attestation(kImage, "bob", kSummary, summary()),
                        attestation(kImage, "alice", kSummary, summary("FAILED "))}) == Verdict::allow);
  CHECK(two(summary("FAILED"), untimed(summary())) == Verdict::deny);
  // So may one of a version that nobody reads.
  const auto newer = [&](const char* by) {
    return attestation(kImage, by, "https://slsa.dev/verification_summary/v2", summary());
  };
  CHECK(verdict(asked, {newer("bob")}) == Verdict::undecided);
  CHECK(verdict(asked, {attestation(kImage, "bob", kSummary, summary()), newer("bob")}) == Verdict::undecided);
  CHECK(verdict(asked, {attestation(kImage, "bob", kSummary, summary()), newer("alice")}) == Verdict::allow);
  CHECK(verdict(asked, {attestation(kImage, "bob", kSummary, summary("FAILED")), newer("bob")}) == Verdict::deny);
  // One by nobody who counts takes nothing back.
  CHECK(verdict(asked, {attestation(kImage, "bob", kSummary, summary()),
                        attestation(kImage, "alice", kSummary, summary("FAILED", "2026-11-24T11:30:00Z"))}) ==
        Verdict::allow);
}

TEST_CASE("a summary says what was found of policy, source, dependencies and age, where the policy asks") {
  constexpr std::string_view kSummary = "https://slsa.dev/verification_summary/v1";
  const auto with = [&](const std::string& more, const std::string& predicate) {
    return verdict(R"(verification_summaries: [{verifiers: {"https://verifier.example/v1": {keys: [bob]}}, )"
                   R"(resources: ["**"], )" +
                       more + "}]",
                   {attestation(kImage, "bob", kSummary, predicate)});
  };
  CHECK(with("levels: [SLSA_SOURCE_LEVEL_2]", summary()) == Verdict::allow);
  CHECK(with("levels: [SLSA_SOURCE_LEVEL_4]", summary()) == Verdict::deny);
  CHECK(with("levels: [SLSA_BUILD_LEVEL_2], policy: \"sha256:" + std::string(64, 'a') + "\"", summary()) ==
        Verdict::allow);
  CHECK(with("levels: [SLSA_BUILD_LEVEL_2], policy: \"sha256:" + std::string(64, 'b') + "\"", summary()) ==
        Verdict::deny);
  CHECK(with("levels: [SLSA_BUILD_LEVEL_2], max_age: 2h", summary()) == Verdict::allow);
  CHECK(with("levels: [SLSA_BUILD_LEVEL_2], max_age: 30m", summary()) == Verdict::deny);
  const auto depends = [&](const std::string& levels) {
    return with("levels: [SLSA_BUILD_LEVEL_2], dependency_level: 2",
                summary("PASSED", "2026-11-24T11:00:00Z", "\"SLSA_BUILD_LEVEL_2\"", "x", "https://verifier.example/v1",
                        levels.empty() ? "" : R"(,"dependencyLevels":)" + levels));
  };
  CHECK(depends("") == Verdict::deny);
  CHECK(depends("{}") == Verdict::allow);
  CHECK(depends(R"({"SLSA_BUILD_LEVEL_2":3})") == Verdict::allow);
  CHECK(depends(R"({"SLSA_BUILD_LEVEL_2":3,"SLSA_BUILD_LEVEL_1":1})") == Verdict::deny);
  for (const char* wrong :
       {"levels: []", "levels: [FAILED]", "levels: [SLSA_BUILD_LEVEL_UNEVALUATED]",
        "levels: [SLSA_BUILD_LEVEL_2], policy: abc", "levels: [SLSA_BUILD_LEVEL_2], max_age: 0d",
        "levels: [SLSA_BUILD_LEVEL_2], dependency_level: 4", "levels: [SLSA_BUILD_LEVEL_2], x: 1"}) {
    INFO(wrong);
    CHECK_FALSE(testing::read_policy_text(
        R"(  - {match: ["**"], verification_summaries: [{verifiers: {v: {keys: [bob]}}, resources: ["**"], )" +
        std::string(wrong) + "}]}"));
  }
}

// Test results, age, labels, completeness

constexpr const char* kTests = "https://in-toto.io/attestation/test-result/v0.1";

TEST_CASE("tests passed where every result by those who count says so") {
  const std::string asked = "tests: {keys: [alice], required: [\"unit*\"]}";
  const auto result = [](const char* text, const char* by = "alice") { return attestation(kImage, by, kTests, text); };
  const Piece passed = result(R"({"result":"PASSED","configuration":[],"passedTests":["unit-a"]})");
  CHECK(verdict(asked, {passed}) == Verdict::allow);
  CHECK(verdict(asked, {}) == Verdict::deny);
  CHECK(verdict(asked, {result(R"({"result":"PASSED","passedTests":["unit-a"]})", "bob")}) == Verdict::deny);
  CHECK(verdict(asked, {result(R"({"result":"PASSED","passedTests":["other"]})")}) == Verdict::deny);
  CHECK(verdict(asked, {result(R"({"result":"WARNED","passedTests":["unit-a"]})")}) == Verdict::deny);
  CHECK(verdict("tests: {keys: [alice], warned: allow}", {result(R"({"result":"WARNED"})")}) == Verdict::allow);
  CHECK(verdict(asked, {result(R"({"result":"PASSED","passedTests":["unit-a"],"failedTests":["x"]})")}) ==
        Verdict::deny);
  CHECK(verdict(asked, {passed, result(R"({"result":"FAILED","failedTests":["x"]})")}) == Verdict::deny);
  // What it lists as failed in another form than the specification's is not nothing.
  for (const std::string failed : {R"([{"name":"x"}])", R"({"x":1})", R"("x")", "1", "[null]"})
    CHECK(verdict(asked, {attestation(kImage, "alice", kTests,
                                      R"({"result":"PASSED","passedTests":["unit-a"],"failedTests":)" + failed +
                                          "}")}) == Verdict::deny);
  for (const std::string none : {"[]", "null"})
    CHECK(verdict(asked, {attestation(kImage, "alice", kTests,
                                      R"({"result":"PASSED","passedTests":["unit-a"],"failedTests":)" + none + "}")}) ==
          Verdict::allow);
  CHECK(verdict(asked, {passed, result(R"({"result":"FAILED"})", "bob")}) == Verdict::allow);
  // Of a version that nobody reads it is not known what it says.
  const auto newer = [&](const char* by) {
    return attestation(kImage, by, "https://in-toto.io/attestation/test-result/v0.2", R"({"result":"PASSED"})");
  };
  CHECK(verdict(asked, {newer("alice")}) == Verdict::undecided);
  CHECK(verdict(asked, {passed, newer("alice")}) == Verdict::undecided);
  CHECK(verdict(asked, {newer("alice"), result(R"({"result":"FAILED"})")}) == Verdict::deny);
  CHECK(verdict(asked, {passed, newer("bob")}) == Verdict::allow);
  CHECK(verdict(asked, {newer("bob")}) == Verdict::deny);
}

TEST_CASE("evidence has an age only where somebody says when it was made") {
  const std::string asked = "evidence_age: {max: 7d, types: [\"https://example.org/review/v1\"], keys: [alice]}";
  CHECK(verdict(asked, {custom("alice", R"({"timestamp":"2026-11-20T00:00:00Z"})")}) == Verdict::allow);
  CHECK(verdict(asked, {custom("alice", R"({"timestamp":"2026-11-01T00:00:00Z"})")}) == Verdict::deny);
  CHECK(verdict(asked, {custom("alice", R"({"timestamp":"2026-12-01T00:00:00Z"})")}) == Verdict::deny);
  CHECK(verdict(asked, {custom("alice", "{}")}) == Verdict::undecided);
  CHECK(verdict(asked, {custom("bob", R"({"timestamp":"2026-11-20T00:00:00Z"})")}) == Verdict::deny);
  CHECK(verdict(asked, {}) == Verdict::deny);
  CHECK(verdict("evidence_age: {max: 7d, signatures: true, keys: [alice]}", {testing::signature(kImage, "alice")}) ==
        Verdict::undecided);  // a key's bare signature has no time
}

TEST_CASE("labels are what the provenance says, or the image is denied") {
  const std::string commit(40, 'a');
  const std::string predicate =
      R"({"buildDefinition":{"buildType":"https://ci.example/b","externalParameters":{"source":"git+https://git.example/a.git"},"resolvedDependencies":[{"uri":"git+https://git.example/a.git","digest":{"gitCommit":")" +
      commit + R"("}}]},"runDetails":{"builder":{"id":"https://ci.example/r"}}})";
  const auto with = [&](const std::string& source, const std::string& revision) {
    policy::PlatformFacts one = platform("amd64", kImage);
    if (!source.empty()) one.config.labels["org.opencontainers.image.source"] = source;
    if (!revision.empty()) one.config.labels["org.opencontainers.image.revision"] = revision;
    return decide(facts(kImage, {one}, {attestation(kImage, "alice", attest::kProvenanceV1Type, predicate)}),
                  policy_of({entry("config: {labels_match_provenance: true}")}))
        .verdict;
  };
  CHECK(with("https://git.example/a", commit) == Verdict::allow);
  CHECK(with("https://git.example/a.git", commit) == Verdict::allow);
  CHECK(with("https://git.example/b", commit) == Verdict::deny);
  CHECK(with("https://git.example/a", std::string(40, 'b')) == Verdict::deny);
  CHECK(with("https://git.example/a", commit.substr(0, 12)) == Verdict::deny);
  CHECK(with("", commit) == Verdict::deny);
  CHECK(verdict("config: {labels_match_provenance: true}", {}) == Verdict::deny);
  // The repository of one provenance with the commit of another is what neither says.
  std::string other = predicate;
  for (std::size_t at; (at = other.find("git.example/a")) != std::string::npos;) other.replace(at, 13, "git.example/b");
  other.replace(other.find(commit), 40, std::string(40, 'b'));
  const auto of_two = [&](const std::string& source, const std::string& revision) {
    policy::PlatformFacts one = platform("amd64", kImage);
    one.config.labels = {{"org.opencontainers.image.source", source}, {"org.opencontainers.image.revision", revision}};
    return decide(facts(kImage, {one},
                        {attestation(kImage, "alice", attest::kProvenanceV1Type, predicate),
                         attestation(kImage, "alice", attest::kProvenanceV1Type, other)}),
                  policy_of({entry("config: {labels_match_provenance: true}")}))
        .verdict;
  };
  CHECK(of_two("https://git.example/a", commit) == Verdict::allow);
  CHECK(of_two("https://git.example/b", std::string(40, 'b')) == Verdict::allow);
  CHECK(of_two("https://git.example/a", std::string(40, 'b')) == Verdict::deny);
  CHECK(of_two("https://git.example/b", commit) == Verdict::deny);
}

TEST_CASE("a source is verified by a summary about its commit and repository, of a level, by a verifier that counts") {
  const std::string commit(40, 'a'), other(40, 'b');
  const Piece built = attestation(
      kImage, "alice", attest::kProvenanceV1Type,
      R"({"buildDefinition":{"buildType":"https://ci.example/b","externalParameters":{"source":"git+https://git.example/a.git"},"resolvedDependencies":[{"uri":"git+https://git.example/a.git","digest":{"gitCommit":")" +
          commit + R"("}}]},"runDetails":{"builder":{"id":"https://ci.example/r"}}})");
  const auto summary = [&](const std::string& about, std::string_view by, const std::string& level = "3",
                           const std::string& repository = "git+https://git.example/a",
                           const std::string& verifier = "https://forge.example", const std::string& result = "PASSED",
                           const std::string& time = "2026-11-24T11:00:00Z",
                           const std::string& type = "https://slsa.dev/verification_summary/v1") {
    return testing::attached({"", {{"gitCommit", about}}, {}}, by, type,
                             R"({"verifier":{"id":")" + verifier + R"("},"timeVerified":")" + time +
                                 R"(","resourceUri":")" + repository +
                                 R"(","policy":{"uri":"https://p.example"},"verificationResult":")" + result +
                                 R"(","verifiedLevels":["SLSA_SOURCE_LEVEL_)" + level + "\"]}",
                             kImage);
  };
  const std::string asked =
      "provenance: {keys: [alice], source: {level: 3, max_age: 30d, verifiers: {\"https://forge.example\": {keys: "
      "[bob]}}}}";
  CHECK(verdict(asked, {built, summary(commit, "bob")}) == Verdict::allow);
  CHECK(verdict(asked, {built, summary(commit, "bob", "4")}) == Verdict::allow);
  CHECK(verdict(asked, {summary(commit, "bob"), summary(other, "bob", "1"), built}) == Verdict::allow);
  CHECK(verdict(asked, {built}) == Verdict::deny);
  CHECK(verdict(asked, {summary(commit, "bob")}) == Verdict::deny);
  CHECK(verdict(asked, {built, summary(other, "bob")}) == Verdict::deny);
  CHECK(verdict(asked, {built, summary(commit.substr(1), "bob")}) == Verdict::deny);
  CHECK(verdict(asked, {built, summary(commit, "alice")}) == Verdict::deny);
  CHECK(verdict(asked, {built, summary(commit, "mallory")}) == Verdict::deny);
  CHECK(verdict(asked, {built, summary(commit, "bob", "2")}) == Verdict::deny);
  CHECK(verdict(asked, {built, summary(commit, "bob", "3", "git+https://git.example/b")}) == Verdict::deny);
  CHECK(verdict(asked, {built, summary(commit, "bob", "3", "git+https://git.example/a", "https://forge.example/x")}) ==
        Verdict::deny);
  const std::string repository = "git+https://git.example/a.git", forge = "https://forge.example";
  CHECK(verdict(asked, {built, summary(commit, "bob", "3", repository, forge, "FAILED")}) == Verdict::deny);
  CHECK(verdict(asked, {built, summary(commit, "bob", "3", repository, forge, "PASSED", "2026-10-01T00:00:00Z")}) ==
        Verdict::deny);
  // The newest decides, and of two of one time the no.
  CHECK(verdict(asked, {built, summary(commit, "bob"),
                        summary(commit, "bob", "3", repository, forge, "FAILED", "2026-11-24T11:30:00Z")}) ==
        Verdict::deny);
  CHECK(verdict(asked, {built, summary(commit, "bob"),
                        summary(commit, "bob", "3", repository, forge, "FAILED", "2026-11-24T10:30:00Z")}) ==
        Verdict::allow);
  CHECK(verdict(asked, {built, summary(commit, "bob"), summary(commit, "bob", "3", repository, forge, "FAILED")}) ==
        Verdict::deny);
  // A no that does not say when may be the last word.
  CHECK(verdict(asked, {built, summary(commit, "bob"), summary(commit, "bob", "3", repository, forge, "FAILED", "")}) ==
        Verdict::deny);
  // One that is not read, of another version or malformed, may be the last word, or the one that is asked for.
  const auto unread = [&](std::string_view by, const std::string& about, const std::string& result = "PASSED") {
    return summary(about, by, "3", repository, forge, result, "2026-11-24T11:30:00Z",
                   "https://slsa.dev/verification_summary/v2");
  };
  CHECK(verdict(asked, {built, unread("bob", commit)}) == Verdict::undecided);
  CHECK(verdict(asked, {built, unread("bob", commit), summary(commit, "bob")}) == Verdict::undecided);
  CHECK(verdict(asked, {built, unread("mallory", commit)}) == Verdict::deny);
  CHECK(verdict(asked, {built, unread("mallory", commit), summary(commit, "bob")}) == Verdict::allow);
  CHECK(verdict(asked, {built, unread("bob", other), summary(commit, "bob")}) == Verdict::allow);
  CHECK(verdict(asked, {built, unread("bob", commit), summary(commit, "bob", "2")}) == Verdict::undecided);
  const Piece malformed = summary(commit, "bob", "3", repository, forge, "MAYBE");
  CHECK(verdict(asked, {built, malformed}) == Verdict::deny);
  CHECK(verdict(asked, {built, malformed, summary(commit, "bob")}) == Verdict::undecided);
  // Whatever the order is, the finding is the same.
  policy::Facts all = facts(kImage, {platform("amd64", kImage)},
                            {built, summary(commit, "bob", "1"), summary(commit, "bob", "2"), summary(other, "bob"),
                             summary(commit, "alice"), summary(commit, "bob", "3", "git+https://git.example/b")});
  const auto found = [&] {
    const Decision decision = decide(all, policy_of({entry(asked)}));
    std::string text;
    for (const RuleOutcome& outcome : decision.outcomes)
      for (const Finding& finding : outcome.findings) text += finding.found + "\n";
    return text;
  };
  const std::string first = found();
  CHECK(first.find("its verification summary does not do (levels: SLSA_SOURCE_LEVEL_2") != std::string::npos);
  std::mt19937 random(20261129);
  for (int round = 0; round < 1000; ++round) {
    auto& summaries = all.attached.at(kImage).source_summaries;
    std::shuffle(summaries.begin(), summaries.end(), random);
    REQUIRE(found() == first);
  }
  // A claim about a commit is none about the image.
  CHECK(verdict("verification_summaries: [{verifiers: {\"https://forge.example\": {keys: [bob]}}, resources: [\"**\"], "
                "levels: [SLSA_SOURCE_LEVEL_1]}]",
                {built, summary(commit, "bob")}) == Verdict::deny);
  CHECK(verdict("signatures: {any_of: [bob]}", {summary(commit, "bob")}) == Verdict::deny);
}

TEST_CASE("an SBOM that agrees may still not state what a profile asks for") {
  CHECK(verdict("sbom: {keys: [alice]}", {testing::sbom(kImage, "alice", true)}) == Verdict::allow);
  CHECK(verdict("sbom: {keys: [alice], profile: ntia}", {testing::sbom(kImage, "alice", true)}) == Verdict::deny);
  // Of a profile that nobody asked for while the facts were collected.
  CHECK(verdict("sbom: {keys: [alice], profile: bsi}", {testing::sbom(kImage, "alice", true)}) == Verdict::undecided);
}

// Entries that warn, and break-glass

TEST_CASE("what only warns, or not yet, decides nothing, and allows nothing alone") {
  const std::string warns = "effect: warn\npackages: {deny: [\"pkg:npm/x\"]}";
  const auto all = facts(kImage, {platform("amd64", kImage)}, {testing::signature(kImage, "alice")});
  const auto signed_too = decide(all, policy_of({entry("signatures: {any_of: [alice]}"), entry(warns)}));
  CHECK(signed_too.verdict == Verdict::allow);
  CHECK(signed_too.outcomes[0].status == policy::RuleStatus::warned);
  CHECK(decide(all, policy_of({entry(warns)})).verdict == Verdict::deny);
  CHECK(decide(all, policy_of({entry("effect: warn\nsignatures: {any_of: [alice]}")})).verdict == Verdict::deny);
  const auto dated = [&](const char* from) {
    return decide(all, policy_of({entry("signatures: {any_of: [alice]}"),
                                  entry(std::string("effective_from: ") + from + "\nsignatures: {any_of: [bob]}")}))
        .verdict;
  };
  CHECK(dated("2026-11-24T12:00:01Z") == Verdict::allow);
  CHECK(dated("2026-11-24T12:00:00Z") == Verdict::deny);
}

TEST_CASE("a broken glass is a record by those who may, for this policy, and for some time only") {
  policy::Policy policy = testing::policy_text("  - {match: [\"**\"], signatures: {any_of: [alice]}}\n",
                                               "break_glass: {keys: [bob], longest: 4h}\n");
  const auto record = [&](const std::string& reason, const std::string& issued, const std::string& expires,
                          const Digest& of) {
    return R"({"reason":")" + reason + R"(","owner":"ops","issued":")" + issued + R"(","expires":")" + expires +
           R"(","policy":{"sha256":")" + std::string(of.encoded()) + "\"}}";
  };
  const auto with = [&](const std::string& predicate, const char* by = "bob", const Digest& about = kImage) {
    return decide(
        facts(kImage, {platform("amd64", kImage)}, {attestation(about, by, kBreakGlassType, predicate, {}, kImage)}),
        policy);
  };
  const std::string ten = "2026-11-24T10:00:00Z", two = "2026-11-24T14:00:00Z";
  const Decision broken = with(record("outage", ten, two, policy.digest));
  CHECK(broken.verdict == Verdict::allow);
  REQUIRE(broken.broken_glass);
  CHECK(broken.broken_glass->signer == "bob");
  CHECK(broken.outcomes[0].status == policy::RuleStatus::denied);
  CHECK(with(record("outage", ten, two, policy.digest), "alice").verdict == Verdict::deny);
  CHECK(with(record("outage", ten, two, policy.digest), "mallory").verdict == Verdict::deny);
  CHECK(with(record("outage", ten, two, policy.digest), "bob", kOther).verdict == Verdict::deny);
  CHECK(with(record("outage", ten, two, kOther)).verdict == Verdict::deny);
  CHECK(with(record(" ", ten, two, policy.digest)).verdict == Verdict::deny);
  CHECK(with(record("outage", ten, "2026-11-24T14:00:01Z", policy.digest)).verdict == Verdict::deny);  // over 4 hours
  CHECK(with(record("outage", "2026-11-24T08:00:00Z", "2026-11-24T12:00:00Z", policy.digest)).verdict == Verdict::deny);
  CHECK(with(record("outage", "2026-11-24T12:00:01Z", two, policy.digest)).verdict == Verdict::deny);
  CHECK(with("{}").verdict == Verdict::deny);
  policy.break_glass.reset();
  CHECK(with(record("outage", ten, two, policy.digest)).verdict == Verdict::deny);
}

TEST_CASE("an exception by patterns covers the findings and images that they match, and nothing else") {
  const auto decision = [](const char* images, const char* findings, const char* purl = "pkg:npm/x@1") {
    policy::PlatformFacts one = platform("amd64", kImage);
    one.packages.emplace();
    one.packages->emplace_back().purl = *pkg::Purl::parse(purl);
    const policy::Policy policy = testing::policy_text(
        "  - {match: [\"**\"], packages: {deny: [\"pkg:npm/*\"]}}\nexceptions:\n  - {rule: packages, images: [\"" +
        std::string(images) + "\"], findings: [\"" + findings + "\"], reason: r, owner: o, expires: 2027-01-01}\n");
    return decide(facts(kImage, {one}, {}), policy).verdict;
  };
  CHECK(decision("registry.example.org/prod/*", "pkg:npm/x@*") == Verdict::allow);
  CHECK(decision("registry.example.org/prod/*", "pkg:npm/y@*") == Verdict::deny);
  CHECK(decision("registry.example.org/dev/*", "pkg:npm/x@*") == Verdict::deny);
  CHECK(decision("registry.example.org/prod/*", "pkg:npm/x@1") == Verdict::allow);
  // As in the rule: any run of characters.
  CHECK(decision("registry.example.org/prod/*", "pkg:npm/*", "pkg:npm/%40s/x@1") == Verdict::allow);
  CHECK(decision("registry.example.org/prod/*", "pkg:npm/%40t/*", "pkg:npm/%40s/x@1") == Verdict::deny);
}

}  // namespace
}  // namespace supply::gate

#include "libsupply/verdict/gate/decide.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "libsupply/testing/attested.hpp"

namespace supply::gate {
namespace {

using policy::ImageRules;
using policy::RuleStatus;
using testing::attestation;
using testing::digest_of;
using testing::entry;
using testing::facts;
using testing::list;
using testing::Piece;
using testing::platform;
using testing::policy_of;
using testing::signature;

const Digest kImage = digest_of('1'), kIndex = digest_of('2'), kArm = digest_of('3');

ImageRules signed_by(const std::vector<std::string>& names, std::size_t threshold = 1,
                     const std::map<std::string, std::string>& annotations = {},
                     const std::string& match = "registry.example.org/prod/*") {
  std::string text = threshold == 1 ? "signatures: {any_of: " + list(names)
                                    : "signatures: {threshold: " + std::to_string(threshold) + ", of: " + list(names);
  for (const auto& [name, value] : annotations) text += ", annotations: {" + name + ": " + value + "}";
  return entry(text + "}", match);
}

Verdict judged(const ImageRules& rules, const std::vector<Piece>& pieces) {
  return decide(facts(kImage, {platform("amd64", kImage)}, pieces), policy_of({rules})).verdict;
}

/// An index with amd64 and arm64.
Verdict judged_index(const ImageRules& rules, const std::vector<Piece>& pieces) {
  return decide(facts(kIndex, {platform("amd64", kImage, {kIndex}), platform("arm64", kArm, {kIndex})}, pieces),
                policy_of({rules}))
      .verdict;
}

TEST_CASE("an image that is signed as asked is allowed, any other denied") {
  CHECK(judged(signed_by({"alice"}), {signature(kImage, "alice")}) == Verdict::allow);
  CHECK(judged(signed_by({"alice", "bob"}), {signature(kImage, "bob")}) == Verdict::allow);
  CHECK(judged(signed_by({"alice"}), {}) == Verdict::deny);
  CHECK(judged(signed_by({"alice"}), {signature(kImage, "bob")}) == Verdict::deny);
  CHECK(judged(signed_by({"alice"}), {signature(kImage, "mallory")}) == Verdict::deny);
  // About another image, linked to this one.
  CHECK(judged(signed_by({"alice"}), {attestation(kArm, "alice", attest::kCosignSignType, "{}", {}, kImage)}) ==
        Verdict::deny);
}

TEST_CASE("a signed attestation is not a signature") {
  const std::vector<Piece> attested{attestation(kImage, "alice", attest::kCycloneDxType, "{}"),
                                    attestation(kImage, "alice", attest::kProvenanceV1Type, "{}")};
  CHECK(judged(signed_by({"alice"}), attested) == Verdict::deny);
  const Decision decision =
      decide(facts(kImage, {platform("amd64", kImage)}, attested), policy_of({signed_by({"alice"})}));
  CHECK(decision.outcomes[0].findings[0].found ==
        "no signature by a key of the policy (an attestation is no signature)");
}

TEST_CASE("a signature counts only with the annotations that are asked for") {
  const ImageRules prod = signed_by({"alice"}, 1, {{"env", "prod"}});
  CHECK(judged(prod, {signature(kImage, "alice", {{"env", "prod"}, {"more", "x"}})}) == Verdict::allow);
  CHECK(judged(prod, {signature(kImage, "alice", {{"env", "production"}})}) == Verdict::deny);
  CHECK(judged(prod, {signature(kImage, "alice")}) == Verdict::deny);
  CHECK(judged(prod, {signature(kImage, "alice"), signature(kImage, "bob", {{"env", "prod"}})}) == Verdict::deny);
}

TEST_CASE("signers are counted by key: not by name, not by signature") {
  const ImageRules two = signed_by({"alice", "alice-again", "bob"}, 2);
  CHECK(judged(two, {signature(kImage, "alice"), signature(kImage, "alice-again")}) == Verdict::deny);
  CHECK(judged(two, {signature(kImage, "alice"), signature(kImage, "alice", {{"n", "2"}})}) == Verdict::deny);
  CHECK(judged(two, {signature(kImage, "alice"), signature(kImage, "carol")}) == Verdict::deny);
  CHECK(judged(two, {signature(kImage, "alice"), signature(kImage, "bob")}) == Verdict::allow);
  const ImageRules all = signed_by({"alice", "bob", "carol"}, 3);
  CHECK(judged(all, {signature(kImage, "alice"), signature(kImage, "bob")}) == Verdict::deny);
  CHECK(judged(all, {signature(kImage, "carol"), signature(kImage, "alice"), signature(kImage, "bob")}) ==
        Verdict::allow);
}

TEST_CASE("the index is signed, or each platform that can run is") {
  const ImageRules rules = signed_by({"alice"});
  CHECK(judged_index(rules, {signature(kIndex, "alice")}) == Verdict::allow);
  CHECK(judged_index(rules, {signature(kImage, "alice"), signature(kArm, "alice")}) == Verdict::allow);
  CHECK(judged_index(rules, {signature(kImage, "alice")}) == Verdict::deny);
  CHECK(judged_index(rules, {signature(kArm, "alice")}) == Verdict::deny);
  CHECK(judged_index(rules, {signature(kImage, "alice"), signature(kArm, "mallory")}) == Verdict::deny);
  // Two of two, one of them on the index.
  const ImageRules two = signed_by({"alice", "bob"}, 2);
  CHECK(judged_index(two, {signature(kIndex, "alice"), signature(kImage, "bob"), signature(kArm, "bob")}) ==
        Verdict::allow);
  CHECK(judged_index(two, {signature(kIndex, "alice"), signature(kImage, "bob")}) == Verdict::deny);
}

TEST_CASE("an index with arm64 alone is judged like any other") {
  const auto arm = [&](const std::vector<Piece>& pieces) {
    return decide(facts(kIndex, {platform("arm64", kArm, {kIndex})}, pieces), policy_of({signed_by({"alice"})}))
        .verdict;
  };
  CHECK(arm({signature(kArm, "alice")}) == Verdict::allow);
  CHECK(arm({signature(kIndex, "alice")}) == Verdict::allow);
  CHECK(arm({}) == Verdict::deny);
}

TEST_CASE("a signature on an index does not vouch for a platform that was asked about by its own digest") {
  const auto decision = decide(facts(kImage, {platform("amd64", kImage)}, {signature(kIndex, "alice")}),
                               policy_of({signed_by({"alice"})}));
  CHECK(decision.verdict == Verdict::deny);
}

TEST_CASE("what no entry matches, and what nothing is asked of, is denied") {
  const auto all = facts(kImage, {platform("amd64", kImage)}, {signature(kImage, "alice")});
  CHECK(decide(all, policy_of({})).verdict == Verdict::deny);
  const ImageRules other = signed_by({"alice"}, 1, {}, "registry.example.org/*");
  const Decision none = decide(all, policy_of({other}));
  CHECK(none.verdict == Verdict::deny);
  REQUIRE(none.outcomes.size() == 1);
  CHECK(none.outcomes[0].rule == "images");
  CHECK(none.outcomes[0].findings[0].found == "none of 1 entries matches registry.example.org/prod/app");
  ImageRules nothing;
  nothing.match = {*policy::ImagePattern::parse("**")};
  CHECK(decide(all, policy_of({nothing})).verdict == Verdict::deny);
  CHECK(Decision{}.verdict == Verdict::undecided);
}

TEST_CASE("an image without a platform is not allowed") {
  CHECK(decide(facts(kImage, {}, {signature(kImage, "alice")}), policy_of({signed_by({"alice"})})).verdict ==
        Verdict::undecided);
}

TEST_CASE("every entry that matches applies") {
  const ImageRules general = signed_by({"alice"}, 1, {}, "**"), strict = signed_by({"bob"});
  const auto both = policy_of({general, strict});
  CHECK(decide(facts(kImage, {platform("amd64", kImage)}, {signature(kImage, "alice")}), both).verdict ==
        Verdict::deny);
  CHECK(decide(facts(kImage, {platform("amd64", kImage)}, {signature(kImage, "bob")}), both).verdict == Verdict::deny);
  const Decision decision =
      decide(facts(kImage, {platform("amd64", kImage)}, {signature(kImage, "alice"), signature(kImage, "bob")}), both);
  CHECK(decision.verdict == Verdict::allow);
  CHECK(decision.outcomes.size() == 2);
  CHECK(decision.not_asked.size() == policy::all_rules().size() - 1);
  CHECK(std::find(decision.not_asked.begin(), decision.not_asked.end(), "signatures") == decision.not_asked.end());
}

TEST_CASE("a satisfied and a denied rule both say expected, found, evidence") {
  const Piece signed_piece = signature(kImage, "alice", {{"env", "test"}});
  const auto all = facts(kImage, {platform("amd64", kImage)}, {signed_piece});
  const Decision yes = decide(all, policy_of({signed_by({"alice"})})),
                 no = decide(all, policy_of({signed_by({"alice", "bob"}, 1, {{"env", "prod"}})}));
  REQUIRE(yes.outcomes[0].findings.size() == 1);
  const Finding& good = yes.outcomes[0].findings[0];
  CHECK(good.severity == Severity::note);
  CHECK(good.expected == "signed by alice");
  CHECK(good.found == "signed by alice (ecdsa-sha256)");
  CHECK(good.evidence == signed_piece.evidence.blob.digest.to_string());
  const Finding& bad = no.outcomes[0].findings[0];
  CHECK(bad.severity == Severity::error);
  CHECK(bad.subject == "linux/amd64 " + kImage.to_string());
  CHECK(bad.expected == "signed by any of alice, bob with env=prod");
  CHECK(bad.found == "signed by alice without env=prod");
  CHECK(bad.remedy == "supply sign --key KEY registry.example.org/prod/app@" + kImage.to_string());
}

TEST_CASE("what was refused is shown with the reason") {
  const Decision decision = decide(facts(kImage, {platform("amd64", kImage)}, {signature(kImage, "mallory")}),
                                   policy_of({signed_by({"alice"})}));
  CHECK(decision.outcomes[0].findings[0].found.find("no signature by a key of the policy; 1 attached and refused: ") ==
        0);
}

// Provenance

std::string predicate(std::string_view builder, std::string_view source) {
  return R"({"buildDefinition":{"buildType":"https://actions.github.io/buildtypes/workflow/v1","externalParameters":{"workflow":{"ref":"refs/heads/main","repository":")" +
         std::string(source) +
         R"(","path":".github/workflows/release.yml"}},"resolvedDependencies":[]},"runDetails":{"builder":{"id":")" +
         std::string(builder) + R"("}}})";
}

constexpr const char* kBuilder = "https://ci.example.org/builder";

constexpr const char* kByCarol = R"(builders: {"https://ci.example.org/builder": {keys: [carol], level: 2}}
)";

Decision built(const std::string& rule, const std::vector<Piece>& pieces) {
  return decide(facts(kImage, {platform("amd64", kImage)}, pieces),
                testing::policy_text("  - {match: [\"**\"], provenance: " + rule + "}\n", kByCarol));
}

Piece provenance(std::string_view by, std::string_view builder = kBuilder,
                 std::string_view source = "https://github.com/org/app") {
  return attestation(kImage, by, attest::kProvenanceV1Type, predicate(builder, source));
}

TEST_CASE("a builder's id counts only from the keys bound to it") {
  const std::string rule = R"({builders: ["https://ci.example.org/builder"], level: 2})";
  CHECK(built(rule, {provenance("carol")}).verdict == Verdict::allow);
  CHECK(built(rule, {provenance("alice")}).verdict == Verdict::deny);
  CHECK(built(rule, {provenance("alice")}).outcomes[0].findings[0].found ==
        "alice may not speak for builder \"https://ci.example.org/builder\"");
  CHECK(built(rule, {provenance("carol", "https://ci.example.org/builder2")}).verdict == Verdict::deny);
  CHECK(built(rule, {provenance("carol", "https://ci.example.org/builde")}).verdict == Verdict::deny);
  CHECK(built(rule, {provenance("carol", "")}).verdict == Verdict::deny);
  CHECK(built(rule, {provenance("mallory")}).verdict == Verdict::deny);
  const auto newer = [&](const char* by) {
    return attestation(kImage, by, "https://slsa.dev/provenance/v2", predicate(kBuilder, "https://github.com/org/app"));
  };
  CHECK(built(rule, {newer("carol")}).verdict == Verdict::undecided);
  CHECK(built(rule, {newer("carol"), provenance("carol")}).verdict == Verdict::allow);
  CHECK(built(rule, {newer("alice")}).verdict == Verdict::deny);
  CHECK(built(rule, {}).verdict == Verdict::deny);
  CHECK(built(rule, {provenance("alice"), provenance("carol")}).verdict == Verdict::allow);
  CHECK_FALSE(testing::read_policy_text(
      R"(  - {match: ["**"], provenance: {builders: ["https://ci.example.org/builder"], level: 3}})", kByCarol));
}

TEST_CASE("without builders, provenance by a key of the rule is worth level 1 and no more") {
  const std::string rule = "{keys: [alice]}";
  CHECK(built(rule, {provenance("alice")}).verdict == Verdict::allow);
  CHECK(built(rule, {provenance("carol")}).verdict == Verdict::deny);
  CHECK_FALSE(testing::read_policy_text(R"(  - {match: ["**"], provenance: {keys: [alice], level: 2}})"));
}

TEST_CASE("the rule asks what verify-provenance asks, by the same judge") {
  const auto with = [&](const std::string& more) {
    return built("{keys: [alice], " + more + "}", {provenance("alice")}).verdict;
  };
  CHECK(with("branch: main") == Verdict::allow);
  CHECK(with("branch: mai") == Verdict::deny);
  CHECK(with("tag: main") == Verdict::deny);
  CHECK(with("versioned_tag: v1") == Verdict::deny);
  CHECK(with("commit: 0123456789abcdef0123456789abcdef01234567") == Verdict::deny);
  CHECK(with("trigger: push") == Verdict::deny);
  CHECK(with("inputs: {a: b}") == Verdict::deny);
  CHECK(with("builder_ids: [\"https://ci.example.org/builder\"]") == Verdict::allow);
  CHECK(with("builder_ids: [\"https://ci.example.org/build\"]") == Verdict::deny);
  for (const char* wrong : {"commit: abc", "versioned_tag: latest", "inputs: {}", "branch: \"\"", "inputs: [a]"}) {
    INFO(wrong);
    CHECK_FALSE(
        testing::read_policy_text("  - {match: [\"**\"], provenance: {keys: [alice], " + std::string(wrong) + "}}"));
  }
}

TEST_CASE("an external parameter that nobody knows denies, unless the policy names it") {
  std::string odd = predicate(kBuilder, "https://github.com/org/app");
  const std::string member = "\"externalParameters\":{";
  odd.insert(odd.find(member) + member.size(), "\"evil\":1,");
  const std::vector<Piece> pieces = {attestation(kImage, "alice", attest::kProvenanceV1Type, odd)};
  const Decision denied = built("{keys: [alice]}", pieces);
  CHECK(denied.verdict == Verdict::deny);
  CHECK(denied.outcomes[0].findings[0].found.find("defines no external parameter \"evil\"") != std::string::npos);
  CHECK(built("{keys: [alice], parameters: [evil]}", pieces).verdict == Verdict::allow);
  CHECK(built("{keys: [alice], parameters: [\"*\"]}", pieces).verdict == Verdict::allow);
  CHECK(built("{keys: [alice], parameters: [evi]}", pieces).verdict == Verdict::deny);
}

TEST_CASE("a public builder is believed by those whom everybody knows to speak for it, and nobody else") {
  // A key that the policy trusts is not GitHub.
  const std::string rule = "{keys: [alice], public_builders: true}";
  CHECK(built(rule, {provenance("alice", "https://github.com/actions/runner/github-hosted")}).verdict == Verdict::deny);
  CHECK(built(rule, {provenance("alice")}).verdict == Verdict::deny);
  CHECK(
      testing::read_policy_text("  - {match: [\"**\"], provenance: {keys: [alice], public_builders: true, level: 3}}"));
  CHECK_FALSE(testing::read_policy_text(
      R"(  - {match: ["**"], provenance: {builders: ["https://ci.example.org/builder"], public_builders: true}})",
      kByCarol));
}

TEST_CASE("the source must match whole, and so must its ref where the policy asks for one") {
  const auto from = [&](const char* pattern, const char* source) {
    return built("{keys: [alice], sources: " + list({pattern}) + "}", {provenance("alice", kBuilder, source)}).verdict;
  };
  const char* app = "https://github.com/org/app";
  CHECK(from("https://github.com/org/*", app) == Verdict::allow);
  CHECK(from("https://github.com/org/app", "git+https://github.com/org/app.git") == Verdict::allow);
  CHECK(from("https://github.com/org/app@refs/heads/main", app) == Verdict::allow);
  CHECK(from("https://github.com/org/app@refs/heads/*", app) == Verdict::allow);
  CHECK(from("https://github.com/org/app@refs/tags/*", app) == Verdict::deny);
  CHECK(from("https://github.com/org/app", "https://github.com/org/app2") == Verdict::deny);
  CHECK(from("https://github.com/org/*", "https://github.com/evil/app") == Verdict::deny);
  CHECK(from("https://github.com/org/*", "https://evil.example/https://github.com/org/app") == Verdict::deny);
  CHECK(from("https://github.com/org/*", "https://github.com@evil.example/org/app") == Verdict::deny);
}

TEST_CASE("the build type must be one of those asked for, and provenance that cannot be read satisfies nothing") {
  std::string rule = R"({keys: [alice], build_types: ["https://actions.github.io/buildtypes/*/v1"]})";
  CHECK(built(rule, {provenance("alice")}).verdict == Verdict::allow);
  rule = R"({keys: [alice], build_types: ["https://actions.github.io/buildtypes/v1"]})";
  CHECK(built(rule, {provenance("alice")}).verdict == Verdict::deny);
  rule = "{keys: [alice]}";
  CHECK(built(rule, {attestation(kImage, "alice", attest::kProvenanceV1Type, "{}")}).verdict == Verdict::deny);
}

// SBOM

ImageRules sbom_of(const std::string& rule) { return entry("sbom: " + rule); }

Verdict listed(const std::string& rule, const std::vector<Piece>& pieces) {
  return decide(facts(kImage, {platform("amd64", kImage)}, pieces), policy_of({sbom_of(rule)})).verdict;
}

Piece sbom(std::string_view by, bool right, std::string_view type = attest::kSpdxType) {
  return testing::sbom(kImage, by, right, type);
}

TEST_CASE("an SBOM counts by its signer and format, and must agree with the image") {
  const std::string rule = "{keys: [alice]}";
  CHECK(listed(rule, {sbom("alice", true)}) == Verdict::allow);
  CHECK(listed(rule, {sbom("alice", true, attest::kCycloneDxType)}) == Verdict::allow);
  CHECK(listed(rule, {sbom("alice", false)}) == Verdict::deny);
  CHECK(listed(rule, {sbom("bob", true)}) == Verdict::deny);
  CHECK(listed(rule, {sbom("mallory", true)}) == Verdict::deny);
  CHECK(listed(rule, {}) == Verdict::deny);
  CHECK(listed("{keys: [alice], agrees: false}", {sbom("alice", false)}) == Verdict::allow);
  CHECK(listed("{keys: [alice], formats: [cyclonedx]}", {sbom("alice", true)}) == Verdict::deny);
}

TEST_CASE("of several SBOMs one that agrees suffices, by a key that counts") {
  const std::string rule = "{keys: [alice]}";
  CHECK(listed(rule, {sbom("alice", false), sbom("alice", true)}) == Verdict::allow);
  CHECK(listed(rule, {sbom("alice", false), sbom("bob", true)}) == Verdict::deny);
}

TEST_CASE("an SBOM that was not compared, or could not be read, does not agree") {
  ImageRules rules = sbom_of("{keys: [alice]}");
  auto all = facts(kImage, {platform("amd64", kImage)}, {sbom("alice", true)});
  all.platforms[0].sboms[0].compared = false;
  CHECK(decide(all, policy_of({rules})).verdict == Verdict::undecided);
  all.platforms[0].sboms[0].problem = "not SPDX";
  CHECK(decide(all, policy_of({rules})).verdict == Verdict::deny);
  // Of a form that is not read: it may agree, whatever another one says; by another key it counts for nothing.
  all.platforms[0].sboms[0].unread = true;
  CHECK(decide(all, policy_of({rules})).verdict == Verdict::undecided);
  auto other = facts(kImage, {platform("amd64", kImage)}, {sbom("alice", false)});
  other.platforms[0].sboms.push_back(all.platforms[0].sboms[0]);
  CHECK(decide(other, policy_of({rules})).verdict == Verdict::undecided);
  auto right = facts(kImage, {platform("amd64", kImage)}, {sbom("alice", true)});
  right.platforms[0].sboms.push_back(all.platforms[0].sboms[0]);
  CHECK(decide(right, policy_of({rules})).verdict == Verdict::allow);
  right.platforms[0].unreadable_packages = {"opt/a.jar"};
  CHECK(decide(right, policy_of({rules})).verdict == Verdict::undecided);
  rules = sbom_of("{keys: [bob]}");
  CHECK(decide(all, policy_of({rules})).verdict == Verdict::deny);
}

// Exceptions

TEST_CASE("an exception covers one rule, for its images, until it expires") {
  const auto all = facts(kImage, {platform("amd64", kImage)}, {});
  policy::Policy policy = policy_of({signed_by({"alice"})});
  policy::Exception exception{"signatures", {kImage}, "the key is lost", "ops", all.now + std::chrono::seconds(1)};
  policy.exceptions = {exception};
  const Decision excepted = decide(all, policy);
  CHECK(excepted.verdict == Verdict::allow);
  CHECK(excepted.outcomes[0].status == RuleStatus::excepted);
  REQUIRE(excepted.outcomes[0].excused.size() == 1);
  CHECK(excepted.outcomes[0].excused[0].exception.owner == "ops");
  CHECK(excepted.unused.empty());

  policy.exceptions[0].expires = all.now;
  const Decision expired = decide(all, policy);
  CHECK(expired.verdict == Verdict::deny);
  CHECK(expired.expired.size() == 1);

  policy.exceptions = {exception};
  policy.exceptions[0].images = {kArm};
  CHECK(decide(all, policy).verdict == Verdict::deny);
  policy.exceptions = {exception};
  policy.exceptions[0].rule = "sbom";
  CHECK(decide(all, policy).verdict == Verdict::deny);
  CHECK(decide(all, policy).unused.size() == 1);
  policy.exceptions.push_back(exception);
  CHECK(decide(all, policy).verdict == Verdict::allow);
}

TEST_CASE("an exception covers no damage and nothing that could not be found out") {
  const ImageRules rules = entry(R"(packages: {deny: ["pkg:npm/x"]})");
  policy::Policy policy = policy_of({rules});
  const auto all = facts(kImage, {platform("amd64", kImage)}, {});
  policy.exceptions = {{"packages", {kImage}, "r", "o", all.now + std::chrono::hours(1)}};
  CHECK(decide(all, policy).verdict == Verdict::undecided);
}

pkg::Package package(std::string_view purl) {
  pkg::Package one;
  one.purl = *pkg::Purl::parse(purl);
  return one;
}

TEST_CASE("an exception for a package covers no other package") {
  const ImageRules rules = entry(R"(packages: {deny: ["pkg:npm/*"]})");
  policy::Policy policy = policy_of({rules});
  auto all = facts(kImage, {platform("amd64", kImage)}, {});
  all.platforms[0].packages = {package("pkg:npm/x@1?arch=a"), package("pkg:npm/y@1")};
  const Time later = all.now + std::chrono::hours(1);
  policy.exceptions = {{"packages", {kImage}, "r", "o", later, {"pkg:npm/x@1"}}};
  const Decision one = decide(all, policy);
  CHECK(one.verdict == Verdict::deny);
  REQUIRE(one.outcomes[0].excused.size() == 1);
  CHECK(one.outcomes[0].excused[0].findings == std::vector<std::string>{"pkg:npm/x@1"});
  for (const Finding& finding : one.outcomes[0].findings)
    CHECK((one.outcomes[0].exception_for(finding) != nullptr) == (finding.id == "pkg:npm/x@1"));
  policy.exceptions.push_back({"packages", {kImage}, "r2", "o2", later, {"pkg:npm/y@1"}});
  const Decision both = decide(all, policy);
  CHECK(both.verdict == Verdict::allow);
  CHECK(both.outcomes[0].excused.size() == 2);
  for (const char* near : {"pkg:npm/y", "pkg:npm/y@1.0", "pkg:npm/yy@1", "y@1", "pkg:npm/y@1?arch=a"}) {
    policy.exceptions[1].findings = {near};
    CHECK(decide(all, policy).verdict == Verdict::deny);
    CHECK(decide(all, policy).unused.size() == 1);
  }
  policy.exceptions[1].findings = {"pkg:npm/y@1"};
  policy.exceptions[1].expires = all.now;
  CHECK(decide(all, policy).verdict == Verdict::deny);
  CHECK(decide(all, policy).expired.size() == 1);
  // Without findings, it is one for the rule as a whole.
  policy.exceptions = {{"packages", {kImage}, "r", "o", later}};
  CHECK(decide(all, policy).verdict == Verdict::allow);
}

TEST_CASE("an exception for the tag latest excuses no credential, and one for a variable no other") {
  const ImageRules rules = entry("config: {no_secrets: true, no_latest: true}");
  policy::Policy policy = policy_of({rules});
  auto all = facts(kImage, {platform("amd64", kImage)}, {});
  all.reference = *oci::Reference::parse("registry.example.org/prod/app:latest");
  all.platforms[0].secrets.emplace();
  const Time later = all.now + std::chrono::hours(1);
  policy.exceptions = {{"tag", {kImage}, "r", "o", later}};
  CHECK(decide(all, policy).verdict == Verdict::allow);
  const auto leak = [&](const char* rule, const char* name) {
    all.platforms[0].secrets->push_back({rule, Severity::error, name, {}, "none", "a password", "", ""});
  };
  leak("secrets/env", "A_PASSWORD");
  CHECK(decide(all, policy).verdict == Verdict::deny);
  policy.exceptions.push_back({"secrets", {kImage}, "r", "o", later, {"env/A_PASSWORD"}});
  CHECK(decide(all, policy).verdict == Verdict::allow);
  leak("secrets/env", "B_PASSWORD");
  CHECK(decide(all, policy).verdict == Verdict::deny);
  all.platforms[0].secrets->pop_back();
  leak("secrets/history", "A_PASSWORD");
  CHECK(decide(all, policy).verdict == Verdict::deny);
}

TEST_CASE("an exception for what one platform has covers nothing that is not known of another") {
  const ImageRules rules = entry(R"(packages: {deny: ["pkg:npm/x"]})");
  policy::Policy policy = policy_of({rules});
  auto all = facts(kIndex, {platform("amd64", kImage, {kIndex}), platform("arm64", kArm, {kIndex})}, {});
  all.platforms[0].packages = {package("pkg:npm/x@1")};
  policy.exceptions = {{"packages", {kIndex}, "r", "o", all.now + std::chrono::hours(1)}};
  CHECK(decide(all, policy).verdict == Verdict::undecided);
  all.platforms[1].packages.emplace();
  CHECK(decide(all, policy).verdict == Verdict::allow);
  // A platform's digest is not the image that was asked about.
  policy.exceptions[0].images = {kImage};
  CHECK(decide(all, policy).verdict == Verdict::deny);
}

TEST_CASE("provenance that contradicts itself satisfies nothing, also where any source will do") {
  const std::string twice =
      R"({"buildDefinition":{"buildType":"https://ci.example/b","externalParameters":{"source":"https://git.example/a"},"resolvedDependencies":[{"uri":"git+https://git.example/evil"}]},"runDetails":{"builder":{"id":"https://ci.example/r"}}})";
  for (const auto& sources : {std::vector<std::string>{}, {"**"}, {"https://git.example/*"}}) {
    const Decision decision =
        built(sources.empty() ? "{keys: [alice]}" : "{keys: [alice], sources: " + list(sources) + "}",
              {attestation(kImage, "alice", attest::kProvenanceV1Type, twice)});
    CHECK(decision.verdict == Verdict::deny);
    CHECK(decision.outcomes[0].findings[0].found.find("it contradicts itself: ") == 0);
  }
}

TEST_CASE("a source that is no address is allowed by no pattern, and the finding says why") {
  const Decision decision =
      built(R"({keys: [alice], sources: ["**"]})", {provenance("alice", kBuilder, "https://git.example/%41")});
  CHECK(decision.verdict == Verdict::deny);
  CHECK(decision.outcomes[0].findings[0].found.find("escape \"%41\" stands for \"A\"") != std::string::npos);
}

TEST_CASE("a rule that denies decides over one that could not") {
  const ImageRules rules = entry("signatures: {any_of: [alice]}\npackages: {deny: [\"pkg:npm/x\"]}");
  CHECK(decide(facts(kImage, {platform("amd64", kImage)}, {}), policy_of({rules})).verdict == Verdict::deny);
  CHECK(decide(facts(kImage, {platform("amd64", kImage)}, {signature(kImage, "alice")}), policy_of({rules})).verdict ==
        Verdict::undecided);
}

}  // namespace
}  // namespace supply::gate

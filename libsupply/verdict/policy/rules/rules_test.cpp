// The rules that need no signature, on facts made by hand. Those that do are tested with the gate.
#include <algorithm>
#include <catch2/catch.hpp>

#include "libsupply/testing/policies.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::policy {
namespace {

Digest digest(char fill) { return *Digest::parse("sha256:" + std::string(64, fill)); }

PlatformFacts platform() { return {.platform = {"linux", "amd64", "", "", {}}, .manifest = digest('1')}; }

Facts facts(PlatformFacts one, std::string_view reference = "registry.example.org/app:1.0") {
  return {.reference = *oci::Reference::parse(reference),
          .digest = digest('1'),
          .platforms = {std::move(one)},
          .attached = {},
          .now = *parse_rfc3339("2026-11-24T12:00:00Z"),
          .simulated_time = false};
}

Policy policy() { return {.name = "policy.yaml", .digest = digest('f')}; }

using testing::entry;
using testing::list;

Ruling judge(std::string_view rule, const Facts& of, const ImageRules& asked) {
  return testing::judged(rule, of, asked, policy());
}

pkg::Package package(std::string_view purl, std::string_view license = "") {
  pkg::Package one;
  one.purl = *pkg::Purl::parse(purl);
  one.declared_license = license;
  one.location = "var/lib/dpkg/status";
  one.layer = digest('2');
  return one;
}

RuleStatus packages(std::vector<std::string> deny, std::string_view purl) {
  PlatformFacts one = platform();
  one.packages = {package(purl)};
  return judge("packages", facts(one), entry("packages: {deny: " + list(deny) + "}")).status;
}

TEST_CASE("a denied package is found by name, by version, by pattern, whatever its qualifiers") {
  const char* telnetd = "pkg:deb/debian/telnetd@0.17-44?arch=amd64&distro=debian-12";
  CHECK(packages({"pkg:deb/debian/telnetd"}, telnetd) == RuleStatus::denied);
  CHECK(packages({"pkg:deb/debian/telnetd@0.17-44"}, telnetd) == RuleStatus::denied);
  CHECK(packages({"pkg:deb/*/telnet*"}, telnetd) == RuleStatus::denied);
  CHECK(packages({"pkg:deb/debian/telnetd@0.18"}, telnetd) == RuleStatus::satisfied);
  CHECK(packages({"pkg:deb/debian/telnet"}, telnetd) == RuleStatus::satisfied);
  CHECK(packages({"pkg:rpm/debian/telnetd"}, telnetd) == RuleStatus::satisfied);
  CHECK(packages({"pkg:npm/x", "pkg:deb/debian/telnetd"}, telnetd) == RuleStatus::denied);
}

TEST_CASE("in a pattern of packages a wildcard is any run of characters") {
  for (const char* purl : {"pkg:npm/x@1", "pkg:npm/%40scope/x@1", "pkg:npm/%40scope/x"})
    for (const char* pattern : {"pkg:npm/*", "pkg:npm/**", "pkg:*/x*", "pkg:n*/x*"}) {
      INFO(purl << " " << pattern);
      CHECK(packages({pattern}, purl) == RuleStatus::denied);
    }
  CHECK(packages({"pkg:npm/%40scope*"}, "pkg:npm/%40scope/x@1") == RuleStatus::denied);
  CHECK(packages({"pkg:golang/evil.example/*"}, "pkg:golang/evil.example/a/b/c@v1.0.0") == RuleStatus::denied);
  CHECK(packages({"pkg:golang/*/xz"}, "pkg:golang/evil.example/a/b/xz@v1.0.0") == RuleStatus::denied);
  CHECK(packages({"pkg:maven/*"}, "pkg:maven/org.example/a@1.0") == RuleStatus::denied);
  CHECK(packages({"pkg:maven/*@1.0"}, "pkg:maven/org.example/a@1.0") == RuleStatus::denied);
  CHECK(packages({"pkg:maven/*@1.0"}, "pkg:maven/org.example/a@1.1") == RuleStatus::satisfied);
  CHECK(packages({"pkg:npm/*@<2.0.0"}, "pkg:npm/%40scope/x@1.0.0") == RuleStatus::denied);
  CHECK(packages({"pkg:npm/*"}, "pkg:pypi/npm@1") == RuleStatus::satisfied);
  // Of a distribution: whatever it is called, also where it has no name.
  CHECK(packages({"pkg:deb/*"}, "pkg:deb/debian/x@1") == RuleStatus::denied);
  CHECK(packages({"pkg:deb/*"}, "pkg:deb/x@1") == RuleStatus::denied);
  CHECK(packages({"pkg:deb/tel*"}, "pkg:deb/debian/telnetd@1") == RuleStatus::denied);
  CHECK(packages({"pkg:deb/*buntu*/tel*"}, "pkg:deb/telnetd@1") == RuleStatus::undecided);
  CHECK(packages({"pkg:deb/debian*"}, "pkg:deb/telnetd@1") == RuleStatus::undecided);
  CHECK(packages({"pkg:deb/debian*"}, "pkg:deb/ubuntu/telnetd@1") == RuleStatus::satisfied);
  CHECK(packages({"pkg:deb/debian/tel*"}, "pkg:deb/vim@1") == RuleStatus::satisfied);
}

TEST_CASE("a denied package is named with expected, found, evidence and remedy") {
  PlatformFacts one = platform();
  one.packages = {package("pkg:deb/debian/telnetd@0.17-44?arch=amd64")};
  one.unreadable_packages = {"app/package.json: line 1: not JSON"};
  const ImageRules asked = entry(R"(packages: {deny: ["pkg:deb/*/telnetd"]})");
  const Ruling ruling = judge("packages", facts(one), asked);
  REQUIRE(ruling.findings.size() == 2);
  const bool first = ruling.findings[0].severity == Severity::error;
  const Finding& found = ruling.findings[first ? 0 : 1];
  CHECK(found.rule == "packages");
  CHECK(found.subject == "pkg:deb/debian/telnetd@0.17-44?arch=amd64");
  CHECK(found.place.uri == "registry.example.org/app:1.0");
  CHECK(found.expected == "not pkg:deb/*/telnetd");
  CHECK(found.found ==
        "pkg:deb/debian/telnetd@0.17-44 in linux/amd64 " + digest('1').to_string() + ", var/lib/dpkg/status");
  CHECK(found.evidence == digest('2').to_string());
  CHECK(found.remedy == "remove the package from the image");
  CHECK(found.id == "pkg:deb/debian/telnetd@0.17-44");
  CHECK(ruling.findings[first ? 1 : 0].found == "could not be read: app/package.json: line 1: not JSON");
}

TEST_CASE(
    "a range denies what is within, by the order of the package manager, and what has no place there is not known") {
  const auto range = [](const char* pattern, const char* purl) { return packages({pattern}, purl); };
  CHECK(range("pkg:npm/lodash@<4.17.21", "pkg:npm/lodash@4.17.20") == RuleStatus::denied);
  CHECK(range("pkg:npm/lodash@<4.17.21", "pkg:npm/lodash@4.17.9") == RuleStatus::denied);
  CHECK(range("pkg:npm/lodash@<4.17.21", "pkg:npm/lodash@4.17.21") == RuleStatus::satisfied);
  CHECK(range("pkg:npm/lodash@<=4.17.21", "pkg:npm/lodash@4.17.21") == RuleStatus::denied);
  CHECK(range("pkg:npm/lodash@>=4.0.0,<4.17.21", "pkg:npm/lodash@3.9.9") == RuleStatus::satisfied);
  CHECK(range("pkg:npm/lodash@>=4.0.0,<4.17.21", "pkg:npm/lodash@4.0.0") == RuleStatus::denied);
  CHECK(range("pkg:npm/lodash@<4.17.21", "pkg:npm/lodash") == RuleStatus::undecided);
  CHECK(range("pkg:npm/lodash@<4.17.21", "pkg:npm/lodash@latest") == RuleStatus::undecided);
  CHECK(range("pkg:npm/*@<1.0.0", "pkg:npm/x@0.9.0") == RuleStatus::denied);
  CHECK(range("pkg:npm/%40scope/*@=1.0.0", "pkg:npm/%40scope/x@1.0.0") == RuleStatus::denied);
  CHECK(range("pkg:deb/*/openssl@<3.0.11-1~deb12u2", "pkg:deb/debian/openssl@3.0.11-1~deb12u1?arch=amd64") ==
        RuleStatus::denied);
  CHECK(range("pkg:deb/debian/openssl@<3.0.11-1", "pkg:deb/openssl@3.0.2-1") == RuleStatus::undecided);  // which one?
  CHECK(range("pkg:deb/debian/openssl@<3.0.11-1", "pkg:deb/openssl@3.0.12-1") == RuleStatus::satisfied);
}

TEST_CASE("of a list of allowed packages nothing else passes, and what is denied is denied all the same") {
  const auto judged = [](const std::string& rule, std::string_view purl) {
    PlatformFacts one = platform();
    one.packages = {package(purl)};
    return judge("packages", facts(one), entry("packages: " + rule)).status;
  };
  CHECK(judged(R"({allow: ["pkg:npm/*"]})", "pkg:npm/x@1.0.0") == RuleStatus::satisfied);
  CHECK(judged(R"({allow: ["pkg:npm/*"]})", "pkg:npm/%40s/x@1.0.0") == RuleStatus::satisfied);
  CHECK(judged(R"({allow: ["pkg:npm/%40t/*"]})", "pkg:npm/%40s/x@1.0.0") == RuleStatus::denied);
  CHECK(judged(R"({allow: ["pkg:npm/**"]})", "pkg:npm/%40s/x@1.0.0") == RuleStatus::satisfied);
  CHECK(judged(R"({allow: ["pkg:npm/**"]})", "pkg:pypi/x@1.0.0") == RuleStatus::denied);
  CHECK(judged(R"({allow: ["pkg:npm/x@>=2.0.0"]})", "pkg:npm/x@1.0.0") == RuleStatus::denied);
  CHECK(judged(R"({allow: ["pkg:npm/x@>=2.0.0"]})", "pkg:npm/x@2.0.0") == RuleStatus::satisfied);
  CHECK(judged(R"({allow: ["pkg:npm/x@>=2.0.0"]})", "pkg:npm/x@next") == RuleStatus::undecided);
  CHECK(judged(R"({allow: ["pkg:npm/**"], deny: ["pkg:npm/x"]})", "pkg:npm/x@1.0.0") == RuleStatus::denied);
  CHECK(judged(R"({allow: ["pkg:deb/debian/*"]})", "pkg:deb/x@1") == RuleStatus::undecided);
  CHECK(judge("packages", facts(platform()), entry(R"(packages: {allow: ["pkg:npm/*"]})")).status ==
        RuleStatus::undecided);
}

TEST_CASE("a range that no version is in, or that has no order, is refused") {
  for (const char* wrong :
       {"pkg:maven/g/a@<1.0", "pkg:*/x@<1", "pkg:npm/x@<", "pkg:npm/x@<latest", "pkg:npm/x@<2.0.0,>3.0.0",
        "pkg:npm/x@<1.0.0,>=1.0.0", "pkg:npm/x@=1.0.0,=2.0.0", "pkg:npm/x@=>1.0.0", "pkg:npm/x@==1.0.0",
        "pkg:npm/x@1.0.0@<2.0.0", "pkg:npm/x@<1.0.0,,", "pkg:npm/x@<1.0.0, >0.1.0", "pkg:NPM/x@<1.0.0"}) {
    INFO(wrong);
    CHECK_FALSE(testing::read_policy_text("  - {match: [\"**\"], packages: {deny: [\"" + std::string(wrong) + "\"]}}"));
  }
  CHECK_FALSE(testing::read_policy_text("  - {match: [\"**\"], packages: {}}"));
  CHECK(testing::read_policy_text("  - {match: [\"**\"], packages: {deny: [\"pkg:npm/x@=1.0.0\"]}}"));
}

TEST_CASE("packages and licences that nobody read are neither yes nor no") {
  const ImageRules asked = entry("packages: {deny: [\"pkg:npm/x\"]}\nlicenses: {deny: [MIT]}");
  CHECK(judge("packages", facts(platform()), asked).status == RuleStatus::undecided);
  CHECK(judge("licenses", facts(platform()), asked).status == RuleStatus::undecided);
}

RuleStatus license(const std::string& rule, std::string_view declared) {
  PlatformFacts one = platform();
  one.packages = {package("pkg:npm/good@1", "MIT"), package("pkg:npm/x@1", declared)};
  return judge("licenses", facts(one), entry("licenses: " + rule)).status;
}

TEST_CASE("a licence is denied where no choice is left") {
  const std::string rule = R"({deny: ["AGPL-*", GPL-3.0-only]})";
  CHECK(license(rule, "AGPL-3.0-only") == RuleStatus::denied);
  CHECK(license(rule, "agpl-3.0-or-later") == RuleStatus::denied);
  CHECK(license(rule, "MIT AND AGPL-3.0-only") == RuleStatus::denied);
  CHECK(license(rule, "GPL-3.0-only WITH GCC-exception-3.1") == RuleStatus::denied);
  CHECK(license(rule, "(AGPL-3.0-only OR GPL-3.0-only) AND MIT") == RuleStatus::denied);
  CHECK(license(rule, "MIT OR AGPL-3.0-only") == RuleStatus::satisfied);
  CHECK(license(rule, "GPL-2.0-only") == RuleStatus::satisfied);
  CHECK(license(rule, "") == RuleStatus::satisfied);
}

TEST_CASE("with a list of allowed licences, nothing else passes, and an unstated one only where the policy says so") {
  std::string rule = "{allow: [MIT, Apache-2.0]}";
  CHECK(license(rule, "Apache-2.0") == RuleStatus::satisfied);
  CHECK(license(rule, "Apache-2.0 OR GPL-3.0-only") == RuleStatus::satisfied);
  CHECK(license(rule, "Apache-2.0 AND GPL-3.0-only") == RuleStatus::denied);
  CHECK(license(rule, "BSD-3-Clause") == RuleStatus::denied);
  CHECK(license(rule, "") == RuleStatus::denied);
  CHECK(license(rule, "who knows") == RuleStatus::denied);
  rule = "{allow: [MIT, Apache-2.0], unknown: allow}";
  CHECK(license(rule, "") == RuleStatus::satisfied);
}

RuleStatus user(std::string_view text, std::optional<Users> users = Users{{"root", 0}, {"app", 1000}, {"toor", 0}}) {
  PlatformFacts one = platform();
  one.config.user = text;
  one.users = std::move(users);
  return judge("user", facts(one), entry("config: {non_root: true}")).status;
}

TEST_CASE("root is root however it is written") {
  for (const char* text : {"", "root", "0", "0:0", "00", "+0", "-0", "root:1000", "0:1000", ":1000", "toor",
                           "nobody-knows", "-1", "4294967296", "2147483648", "99999999999999999999", "0x0", "1000 "}) {
    INFO(text);
    CHECK(user(text) == RuleStatus::denied);
  }
  for (const char* text : {"app", "app:root", "1000", "1000:0", "+1000", "2147483647"}) {
    INFO(text);
    CHECK(user(text) == RuleStatus::satisfied);
  }
}

TEST_CASE("a user's name means nothing when /etc/passwd was not read") {
  CHECK(user("app", std::nullopt) == RuleStatus::undecided);
  CHECK(user("1000", std::nullopt) == RuleStatus::satisfied);
  CHECK(user("app", Users{}) == RuleStatus::denied);
}

RuleStatus tag(std::string_view reference, bool no_latest, bool pinned) {
  const std::string members = std::string("config: {no_latest: ") + (no_latest ? "true" : "false") +
                              ", pinned: " + (pinned ? "true" : "false") + "}";
  return judge(pinned ? "pinned" : "tag", facts(platform(), reference), entry(members)).status;
}

TEST_CASE("the tag latest is denied, said or implied, unless a digest decides") {
  const std::string pin = "@" + digest('1').to_string();
  CHECK(tag("registry.example.org/app:latest", true, false) == RuleStatus::denied);
  CHECK(tag("registry.example.org/app", true, false) == RuleStatus::denied);
  CHECK(tag("oci:layout:latest", true, false) == RuleStatus::denied);
  CHECK(tag("oci:layout", true, false) == RuleStatus::satisfied);
  CHECK(tag("registry.example.org/app:1.0", true, false) == RuleStatus::satisfied);
  CHECK(tag("registry.example.org/app:latest" + pin, true, false) == RuleStatus::satisfied);
  CHECK(tag("registry.example.org/app" + pin, true, false) == RuleStatus::satisfied);
  CHECK(tag("registry.example.org/app" + pin, false, true) == RuleStatus::satisfied);
  CHECK(tag("registry.example.org/app:1.0", false, true) == RuleStatus::denied);
}

TEST_CASE("secrets deny, none satisfies, and not looked is neither") {
  const ImageRules asked = entry("config: {no_secrets: true}");
  PlatformFacts one = platform();
  CHECK(judge("secrets", facts(one), asked).status == RuleStatus::undecided);
  one.secrets.emplace();
  CHECK(judge("secrets", facts(one), asked).status == RuleStatus::satisfied);
  one.secrets->push_back(
      {"secrets/env", Severity::error, "DB_PASSWORD", {}, "no credential", "named like a secret", "", ""});
  const Ruling ruling = judge("secrets", facts(one), asked);
  CHECK(ruling.status == RuleStatus::denied);
  CHECK(ruling.findings[0].found == "DB_PASSWORD: named like a secret");
  CHECK(ruling.findings[0].id == "env/DB_PASSWORD");
  CHECK(ruling.denied == std::set<std::string>{"env/DB_PASSWORD"});
}

TEST_CASE("a label that is asked for must be there and say something") {
  const ImageRules asked = entry("config: {labels: [source]}");
  PlatformFacts one = platform();
  CHECK(judge("labels", facts(one), asked).status == RuleStatus::denied);
  one.config.labels["source"] = " ";
  CHECK(judge("labels", facts(one), asked).status == RuleStatus::denied);
  one.config.labels["source"] = "https://git.example.org/app";
  CHECK(judge("labels", facts(one), asked).status == RuleStatus::satisfied);
}

TEST_CASE("each member of the section config is a rule of its own") {
  const std::map<std::string, std::string> members{{"user", "non_root: true"},
                                                   {"secrets", "no_secrets: true"},
                                                   {"tag", "no_latest: true"},
                                                   {"pinned", "pinned: true"},
                                                   {"labels", "labels: [x]"}};
  for (const auto& [id, member] : members) {
    const ImageRules asked = entry("config: {" + member + "}");
    REQUIRE(asked.rules.size() == 1);
    CHECK(asked.rules[0].rule->id == id);
  }
}

Ruling base(std::vector<BaseCandidate> candidates, bool proven = true) {
  PlatformFacts one = platform();
  one.bases = std::move(candidates);
  one.annotations["org.opencontainers.image.base.name"] = "docker.io/library/debian:12";
  return judge(
      "base", facts(one),
      entry(std::string("base: {allowed: [\"docker.io/library/debian:12\", \"docker.io/library/alpine:3\"], proven: ") +
            (proven ? "true}" : "false}")));
}

TEST_CASE("a base is proven, or not, or could not be found out") {
  using Answer = BaseCandidate::Answer;
  const BaseCandidate debian{"docker.io/library/debian:12", digest('b'), Answer::proven, ""};
  BaseCandidate not_debian = debian, alpine{"docker.io/library/alpine:3", {}, Answer::not_base, "layer 1 differs"};
  not_debian.answer = Answer::not_base;
  BaseCandidate unreachable = alpine;
  unreachable.answer = Answer::unknown;
  CHECK(base({debian, alpine}).status == RuleStatus::satisfied);
  CHECK(base({unreachable, debian}).status == RuleStatus::satisfied);
  CHECK(base({debian, alpine}).findings[0].evidence == digest('b').to_string());
  CHECK(base({not_debian, alpine}).status == RuleStatus::denied);
  CHECK(base({not_debian, unreachable}).status == RuleStatus::undecided);
  CHECK(base({not_debian}).status == RuleStatus::undecided);
  CHECK(base({}).status == RuleStatus::undecided);
  // Proven to be built on something that this entry does not allow.
  CHECK(base({{"docker.io/library/busybox:1", digest('b'), Answer::proven, ""}}).status == RuleStatus::undecided);
}

TEST_CASE("the image's own word for its base counts only where the policy says that it suffices") {
  CHECK(base({}, false).status == RuleStatus::satisfied);
  PlatformFacts one = platform();
  ImageRules asked = entry(R"(base: {allowed: ["docker.io/library/debian:12"], proven: false})");
  CHECK(judge("base", facts(one), asked).status == RuleStatus::denied);
  one.annotations["org.opencontainers.image.base.name"] = "docker.io/library/debian:11";
  CHECK(judge("base", facts(one), asked).status == RuleStatus::denied);
  one.annotations["org.opencontainers.image.base.name"] = "debian:12";
  CHECK(judge("base", facts(one), asked).status == RuleStatus::satisfied);
  asked = entry("base: {allowed: [\"docker.io/library/debian@" + digest('b').to_string() + "\"], proven: false}");
  CHECK(judge("base", facts(one), asked).status == RuleStatus::denied);
  one.annotations["org.opencontainers.image.base.digest"] = digest('b').to_string();
  CHECK(judge("base", facts(one), asked).status == RuleStatus::satisfied);
}

TEST_CASE("a rule that saw no platform has not decided") {
  const ImageRules asked = entry(R"(packages: {deny: ["pkg:npm/x"]})");
  Facts none = facts(platform());
  none.platforms.clear();
  CHECK(judge("packages", none, asked).status == RuleStatus::undecided);
}

TEST_CASE("one platform that is denied denies the image") {
  PlatformFacts good = platform(), bad = platform();
  good.packages = {package("pkg:npm/y@1")};
  bad.packages = {package("pkg:npm/x@1")};
  bad.platform.architecture = "arm64";
  bad.manifest = digest('3');
  const ImageRules asked = entry(R"(packages: {deny: ["pkg:npm/x"]})");
  Facts both = facts(good);
  both.platforms.push_back(bad);
  CHECK(judge("packages", both, asked).status == RuleStatus::denied);
}

TEST_CASE("of very many packages that are denied the first are listed, and each denies") {
  constexpr std::size_t kMany = 3000;
  PlatformFacts one = platform();
  one.packages.emplace();
  for (std::size_t i = 0; i < kMany; ++i) one.packages->push_back(package("pkg:npm/p" + std::to_string(i) + "@1"));
  const ImageRules asked = entry("packages: {deny: [\"pkg:npm/*\"]}\nlicenses: {unknown: deny}");
  for (const char* rule : {"packages", "licenses"}) {
    const Ruling ruling = judge(rule, facts(one), asked);
    CHECK(ruling.status == RuleStatus::denied);
    CHECK(ruling.denied.size() == kMany);
    REQUIRE(ruling.findings.size() == kFindingsListed + 1);
    CHECK(ruling.findings.back().others == kMany - kFindingsListed);
    std::reverse(one.packages->begin(), one.packages->end());
    CHECK(judge(rule, facts(one), asked).findings == ruling.findings);
  }
}

TEST_CASE("what an exception covers hides nothing that none covers, nor what another kind is") {
  PlatformFacts one = platform();
  one.packages.emplace();
  Policy with = policy();
  Exception& exception = with.exceptions.emplace_back();
  exception.rule = "packages";
  exception.images = {digest('1')};
  exception.expires = *parse_rfc3339("2027-01-01T00:00:00Z");
  for (int i = 0; i < 200; ++i) {
    one.packages->push_back(package("pkg:npm/a" + std::to_string(i) + "@1"));
    exception.findings.push_back("pkg:npm/a" + std::to_string(i) + "@1");
  }
  one.packages->push_back(package("pkg:npm/z@1"));
  one.packages->push_back(package("pkg:deb/z@1"));  // of no distribution that the image says
  const ImageRules asked = entry(R"(packages: {deny: ["pkg:npm/*", "pkg:deb/*/z"]})");
  const Ruling ruling = testing::judged("packages", facts(one), asked, with);
  const auto lists = [&](std::string_view id) {
    return std::any_of(ruling.findings.begin(), ruling.findings.end(),
                       [&](const Finding& finding) { return finding.id == id && finding.others == 0; });
  };
  CHECK(lists("pkg:npm/z@1"));
  CHECK(lists("pkg:deb/z@1"));
  CHECK(ruling.undecided_too);
  CHECK(ruling.findings.size() == kFindingsListed + 3);
  const auto more = std::find_if(ruling.findings.begin(), ruling.findings.end(),
                                 [](const Finding& finding) { return finding.others != 0; });
  REQUIRE(more != ruling.findings.end());
  // It is called as those that it stands for are: excused with them.
  CHECK(exception_for(with, facts(one).subject(), "packages", more->id) == &exception);
  CHECK(exception_for(with, facts(one).subject(), "packages", "pkg:npm/z@1") == nullptr);
}

TEST_CASE("every rule has an id that is its file's name, and they are sorted") {
  std::vector<std::string> ids;
  for (const Rule* rule : all_rules()) ids.emplace_back(rule->id);
  CHECK(std::is_sorted(ids.begin(), ids.end()));
  CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  for (const char* known : {"base", "labels", "licenses", "packages", "pinned", "provenance", "sbom", "secrets",
                            "signatures", "tag", "user"})
    CHECK(std::find(ids.begin(), ids.end(), known) != ids.end());
  CHECK(find_rule("nonsense") == nullptr);
}

}  // namespace
}  // namespace supply::policy

// What was not read, or read and not understood, is neither a yes nor known.
#include <catch2/catch.hpp>

#include "libsupply/testing/policies.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::policy {
namespace {

using testing::entry;
using testing::list;

Digest filled(char fill) { return *Digest::parse("sha256:" + std::string(64, fill)); }

Ruling ruling(std::string_view rule, std::vector<pkg::Package> packages, std::vector<std::string> unreadable,
              const ImageRules& asked) {
  PlatformFacts platform{.platform = {"linux", "amd64", "", "", {}},
                         .manifest = filled('1'),
                         .ancestors = {},
                         .config = {},
                         .annotations = {},
                         .sboms = {},
                         .packages = std::move(packages),
                         .unreadable_packages = std::move(unreadable),
                         .users = {},
                         .bases = {},
                         .secrets = {}};
  const Facts facts{.reference = *oci::Reference::parse("registry.example.org/app:1.0"),
                    .digest = filled('1'),
                    .platforms = {std::move(platform)},
                    .attached = {},
                    .now = *parse_rfc3339("2026-11-24T12:00:00Z"),
                    .simulated_time = false};
  const Policy policy{.name = "policy.yaml", .digest = filled('f')};
  return testing::judged(rule, facts, asked, policy);
}

pkg::Package package(std::string_view license, std::string_view text = "", bool unread = true) {
  pkg::Package one;
  one.purl = *pkg::Purl::parse("pkg:npm/x@1");
  one.declared_license = license;
  if (!text.empty()) one.license_texts.emplace(license, text);
  if (!text.empty() && unread) one.unread_licenses.emplace(license);
  return one;
}

struct LicenseRule {
  std::vector<std::string> deny, allow;
  bool unknown = true;
};

ImageRules entry_of(const LicenseRule& rule) {
  std::string text = std::string("licenses: {unknown: ") + (rule.unknown ? "allow" : "deny");
  if (!rule.deny.empty()) text += ", deny: " + list(rule.deny);
  if (!rule.allow.empty()) text += ", allow: " + list(rule.allow);
  return entry(text + "}");
}

RuleStatus licenses(const LicenseRule& rule, const pkg::Package& one) {
  return ruling("licenses", {one}, {}, entry_of(rule)).status;
}

}  // namespace

TEST_CASE("packages and licences are undecided while something could not be read, and denied all the same") {
  ImageRules asked = entry("packages: {deny: [\"pkg:npm/evil\"]}\nlicenses: {deny: [\"AGPL-*\"]}");
  const std::vector<std::string> unread = {"var/lib/rpm/Packages: a database of rpm"};
  CHECK(ruling("packages", {package("MIT")}, {}, asked).status == RuleStatus::satisfied);
  CHECK(ruling("packages", {package("MIT")}, unread, asked).status == RuleStatus::undecided);
  CHECK(ruling("licenses", {package("MIT")}, {}, asked).status == RuleStatus::satisfied);
  CHECK(ruling("licenses", {package("MIT")}, unread, asked).status == RuleStatus::undecided);
  CHECK(ruling("licenses", {package("AGPL-3.0-only")}, unread, asked).status == RuleStatus::denied);
  asked = entry(R"(packages: {deny: ["pkg:npm/x"]})");
  CHECK(ruling("packages", {package("MIT")}, unread, asked).status == RuleStatus::denied);
  // However many there are, a report stays readable.
  asked = entry(R"(packages: {deny: ["pkg:npm/evil"]})");
  CHECK(ruling("packages", {}, std::vector<std::string>(1000, "x"), asked).findings.size() < 100);
}

TEST_CASE("a denied version is denied in every spelling that its package manager takes for the same") {
  const auto denies = [](std::string_view purl, std::string_view pattern) {
    pkg::Package one;
    one.purl = *pkg::Purl::parse(purl);
    const ImageRules asked = entry("packages: {deny: " + list({std::string(pattern)}) + "}");
    return ruling("packages", {one}, {}, asked).status == RuleStatus::denied;
  };
  CHECK(denies("pkg:deb/debian/evil@0:1.0", "pkg:deb/debian/evil@1.0"));
  CHECK(denies("pkg:deb/debian/evil@1.0", "pkg:deb/debian/evil@0:1.0"));
  CHECK(denies("pkg:deb/debian/evil@0:1.0", "pkg:deb/*/evil@1.*"));
  for (const char* spelt : {"1.0", "1.0.0", "v1.0", "01.0", "1"}) {
    CHECK(denies(std::string("pkg:pypi/evil@") + spelt, "pkg:pypi/evil@1.0"));
    CHECK(denies("pkg:pypi/evil@1.0", std::string("pkg:pypi/evil@") + spelt));
  }
  CHECK_FALSE(denies("pkg:pypi/evil@1.1", "pkg:pypi/evil@1.0"));
  // Without a distribution the pattern means any.
  CHECK(denies("pkg:deb/debian/telnetd@1.0", "pkg:deb/telnetd"));
  CHECK(denies("pkg:apk/alpine/telnetd@1.0", "pkg:apk/telnet*@1.0"));
  CHECK(denies("pkg:rpm/fedora/telnetd@1.0-1?arch=x86_64", "pkg:rpm/telnetd"));
  CHECK_FALSE(denies("pkg:deb/debian/telnetd@1.0", "pkg:deb/debian"));
  CHECK_FALSE(denies("pkg:deb/debian/telnetd@1.0", "pkg:apk/telnetd"));
  CHECK_FALSE(denies("pkg:deb/debian/evil@1:1.0", "pkg:deb/debian/evil@1.0"));
  CHECK(denies("pkg:npm/%40scope/evil@1.0", "pkg:npm/%40scope/evil"));
}

TEST_CASE("a package of an unknown distribution may be what a pattern with a namespace denies") {
  const auto status = [](std::string_view purl, std::string_view pattern) {
    pkg::Package one;
    one.purl = *pkg::Purl::parse(purl);
    const ImageRules asked = entry("packages: {deny: " + list({std::string(pattern)}) + "}");
    return ruling("packages", {one}, {}, asked).status;
  };
  for (const char* pattern : {"pkg:deb/*/evil", "pkg:deb/debian/evil", "pkg:deb/debian/evil@1.*", "pkg:*/*/e*",
                              "pkg:deb/**/evil", "pkg:deb/debian/**", "pkg:deb/de**il"}) {
    INFO(pattern);
    CHECK(status("pkg:deb/evil@1.0?arch=amd64", pattern) == RuleStatus::undecided);
  }
  CHECK(status("pkg:apk/evil@1", "pkg:apk/alpine/evil") == RuleStatus::undecided);
  CHECK(status("pkg:rpm/evil@1-1", "pkg:rpm/redhat/evil") == RuleStatus::undecided);
  CHECK(status("pkg:deb/evil@1", "pkg:deb/evil") == RuleStatus::denied);
  CHECK(status("pkg:deb/evil@1", "pkg:deb/**") == RuleStatus::denied);
  for (const char* pattern : {"pkg:deb/debian/good", "pkg:apk/*/evil", "pkg:deb/debian/evil@2", "pkg:npm/evil"}) {
    INFO(pattern);
    CHECK(status("pkg:deb/evil@1", pattern) == RuleStatus::satisfied);
  }
  CHECK(status("pkg:deb/ubuntu/evil@1", "pkg:deb/debian/evil") == RuleStatus::satisfied);
  CHECK(status("pkg:npm/evil@1", "pkg:npm/*/evil") == RuleStatus::satisfied);
}

TEST_CASE("a licence text that is no expression is unknown, and passes no deny pattern that it names") {
  const pkg::Package agpl = package("LicenseRef-AGPL-3.0-only-AND", "AGPL-3.0-only AND");
  const pkg::Package bsd = package("LicenseRef-BSD", "BSD");
  CHECK(licenses({{"AGPL-*"}, {}, true}, agpl) == RuleStatus::denied);
  CHECK(licenses({{"agpl-3.0-only"}, {}, true}, agpl) == RuleStatus::denied);
  CHECK(licenses({{"SSPL-1.0"}, {}, false}, agpl) == RuleStatus::denied);  // unknown: deny
  CHECK(licenses({{"SSPL-1.0"}, {}, true}, agpl) == RuleStatus::satisfied);
  CHECK(licenses({{}, {"AGPL-*"}, true}, agpl) == RuleStatus::denied);  // no allow pattern by what it names
  CHECK(licenses({{"AGPL-*"}, {}, true}, bsd) == RuleStatus::satisfied);
  CHECK(licenses({{"AGPL-*"}, {}, false}, bsd) == RuleStatus::denied);
  CHECK(licenses({{}, {"MIT", "LicenseRef-BSD"}, false}, bsd) == RuleStatus::satisfied);
  CHECK(licenses({{"AGPL-*"}, {}, true}, package("MIT AND LicenseRef-MIT", "")) == RuleStatus::satisfied);
  CHECK(licenses({{"AGPL-*"}, {}, true}, package("LicenseRef-MIT", "MIT\nbut\nGNU Affero for the rest")) ==
        RuleStatus::denied);
  CHECK(licenses({{"AGPL-*"}, {}, true}, package("LicenseRef-own", "own\nlike GNU Affero", false)) ==
        RuleStatus::satisfied);
  // A name that the package gives to a licence of its own is known.
  CHECK(licenses({{"AGPL-*"}, {}, false}, package("LicenseRef-mine", "LicenseRef-mine", false)) ==
        RuleStatus::satisfied);
  CHECK(licenses({{"AGPL-*"}, {}, false}, package("LicenseRef-AGPL-x", "AGPL-x", false)) == RuleStatus::denied);
}

TEST_CASE("a text that passes for want of a rule is shown") {
  const ImageRules asked = entry(R"(licenses: {deny: ["AGPL-*"]})");
  const Ruling shown = ruling("licenses", {package("LicenseRef-BSD", "BSD")}, {}, asked);
  CHECK(std::any_of(shown.findings.begin(), shown.findings.end(),
                    [](const Finding& one) { return one.severity == Severity::warning; }));
}

TEST_CASE("a licence expression that is too long to be read is undecided under a deny list") {
  CHECK(licenses({{"AGPL-*"}, {}, true}, package("who knows")) == RuleStatus::undecided);
  CHECK(licenses({{"AGPL-*"}, {}, false}, package("who knows")) == RuleStatus::denied);
}

}  // namespace supply::policy

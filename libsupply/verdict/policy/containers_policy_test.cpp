#include "libsupply/verdict/policy/containers_policy.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::policy {
namespace {

using json::Value;

const Value kReject = Value::array({Value{{"type", "reject"}}});

ContainersPolicy written(const std::string& images, OtherRules other_rules = OtherRules::reject) {
  const std::string a = testing::read(testing::testdata("policy/keys/a.pub")),
                    b = testing::read(testing::testdata("policy/keys/b.pub"));
  PolicyContext context{
      .name = "policy.yaml", .directory = {}, .read_key = [&](std::string_view path) -> Result<std::string> {
        return path == "a.pub" ? a : b;
      }};
  const auto policy = parse(
      "version: 1\nkeys: {a: a.pub, b: b.pub}\nidentities:\n"
      "  mail: {subject: dev@example.org, issuer: https://accounts.example.org}\n"
      "  ci: {subject: 'https://github.com/o/r/.github/workflows/w.yml@refs/heads/main', issuer: "
      "https://token.actions.githubusercontent.com}\n"
      "  some: {subject_regexp: '.*@example\\.org', issuer: https://accounts.example.org}\n"
      "images:\n" +
          images,
      context);
  INFO((policy ? std::string() : policy.error().message()));
  REQUIRE(policy);
  return containers_policy(*policy, other_rules);
}

/// "a", "b", "a b" for both, "a|b" for any of them, "reject"; with the identity.
std::map<std::string, std::string> scopes(const ContainersPolicy& policy) {
  const Value document = *json::parse(policy.policy_json);
  CHECK(document["default"] == kReject);
  std::map<std::string, std::string> all;
  const std::string a = testing::read(testing::testdata("policy/keys/a.pub"));
  const auto name_of = [&](const Value& key) { return *from_base64(key.get<std::string>()) == a ? "a" : "b"; };
  if (!document.contains("transports")) return all;
  for (const auto& [scope, requirements] : document["transports"]["docker"].items()) {
    std::set<std::string> words;
    std::string identity;
    for (const Value& each : requirements) {
      if (each["type"] == "reject") words.insert("reject");
      else if (each.contains("keyData")) words.insert(name_of(each["keyData"]));
      else words.insert("a|b");
      if (each.contains("signedIdentity"))
        identity = each["signedIdentity"]["type"] == "matchRepository"
                       ? ""
                       : " as " + each["signedIdentity"]["dockerRepository"].get<std::string>();
    }
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    all[scope] = text + identity;
  }
  return all;
}

using Scopes = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("an identity that is one mail address of one issuer is a requirement, others are rejected") {
  const ContainersPolicy one = written("  - {match: ['r.example/shop/**'], signatures: {all_of: [mail, a]}}\n");
  CHECK(one.rejected.empty());
  const Value document = *json::parse(one.policy_json);
  const Value& all = document["transports"]["docker"]["r.example/shop"];
  REQUIRE(all.size() == 2);
  const Value& fulcio = all[0].contains("fulcio") ? all[0] : all[1];
  CHECK(fulcio["type"] == "sigstoreSigned");
  CHECK(fulcio["signedIdentity"] == Value{{"type", "matchRepository"}});
  CHECK(fulcio["fulcio"]["oidcIssuer"] == "https://accounts.example.org");
  CHECK(fulcio["fulcio"]["subjectEmail"] == "dev@example.org");
  const std::string authorities = *from_base64(fulcio["fulcio"]["caData"].get<std::string>());
  CHECK(authorities.starts_with("-----BEGIN CERTIFICATE-----\n"));
  CHECK(from_base64(fulcio["rekorPublicKeyData"].get<std::string>())->starts_with("-----BEGIN PUBLIC KEY-----\n"));
  CHECK(fulcio.size() == 4);
  for (const char* signers : {"{any_of: [ci]}", "{any_of: [some]}", "{any_of: [mail, a]}", "{all_of: [mail, ci]}"}) {
    INFO(signers);
    const ContainersPolicy no =
        written(std::string("  - {match: ['r.example/shop/**'], signatures: ") + signers + "}\n");
    CHECK(scopes(no) == Scopes{{"r.example/shop", "reject"}});
    CHECK(no.rejected.size() == 1);
  }
}

TEST_CASE("keys of an entry become requirements of its scope, and all else is rejected") {
  const ContainersPolicy one = written("  - {match: ['r.example/shop/**'], signatures: {any_of: [a]}}\n");
  CHECK(scopes(one) == Scopes{{"r.example/shop", "a"}});
  CHECK(one.rejected.empty());
  CHECK(*json::parse(one.registries_yaml) ==
        Value{{"docker", {{"r.example/shop", {{"use-sigstore-attachments", true}}}}}});
  CHECK(scopes(written("  - {match: ['**'], signatures: {all_of: [a, b]}}\n")) == Scopes{{"", "a b"}});
  CHECK(scopes(written("  - {match: ['*.example.org/**'], signatures: {any_of: [a, b]}}\n")) ==
        Scopes{{"*.example.org", "a|b"}});
  CHECK(scopes(written("  - {match: ['debian', 'r.example/app:1.0'], signatures: {any_of: [a]}}\n")) ==
        Scopes{{"docker.io/library/debian", "a as docker.io/library/debian"},
               {"r.example/app:1.0", "a as r.example/app"}});
  CHECK(scopes(written("  []\n")).empty());
}

TEST_CASE("a scope asks what every entry asks that is for its images") {
  CHECK(scopes(written("  - {match: ['**'], signatures: {any_of: [a]}}\n"
                       "  - {match: ['r.example/**'], signatures: {any_of: [b]}}\n"
                       "  - {match: ['r.example/app'], signatures: {any_of: [b]}}\n"
                       "  - {match: ['r.example/app/sub', 'r.example2/x'], signatures: {any_of: [a]}}\n")) ==
        Scopes{{"", "a"},
               {"r.example", "a b"},
               {"r.example/app", "a b as r.example/app"},
               {"r.example/app/sub", "a b as r.example/app/sub"},
               {"r.example2/x", "a as r.example2/x"}});
  CHECK(scopes(written("  - {match: ['*.example.org/**'], signatures: {any_of: [a]}}\n"
                       "  - {match: ['r.example.org/app:1'], signatures: {any_of: [b]}}\n")) ==
        Scopes{{"*.example.org", "a"}, {"r.example.org/app:1", "a b as r.example.org/app"}});
}

TEST_CASE("what cannot be said is rejected, and named") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"  - {match: ['r.example/**'], signatures: {any_of: [a]}, config: {non_root: true}}\n", "config.non_root"},
      {"  - {match: ['r.example/**'], config: {non_root: true}}\n", "config.non_root"},
      {"  - {match: ['r.example/**'], signatures: {any_of: [a], annotations: {env: prod}}}\n", "annotations"},
  };
  for (const auto& [entry, why] : cases) {
    const ContainersPolicy answer = written(entry);
    CHECK(scopes(answer) == Scopes{{"r.example", "reject"}});
    REQUIRE(answer.rejected.size() == 1);
    CHECK(answer.rejected[0].find(why) != std::string::npos);
  }
  // A broader entry allows nothing of it, nor a narrower one.
  const ContainersPolicy both = written(
      "  - {match: ['**'], signatures: {any_of: [a]}}\n"
      "  - {match: ['r.example/**'], config: {non_root: true}}\n"
      "  - {match: ['r.example/app'], signatures: {any_of: [a]}}\n");
  CHECK(scopes(both) == Scopes{{"", "a"}, {"r.example", "reject"}, {"r.example/app", "reject"}});
}

TEST_CASE("a pattern that no scope says rejects the smallest one around it") {
  for (const auto& [pattern, around] : Scopes{{"r.example/shop/*", "r.example/shop"},
                                              {"r.example/app:1.*", "r.example/app"},
                                              {"r.example/a*", "r.example"},
                                              {"**/app", ""},
                                              {"r?.example/**", ""},
                                              {"*", ""}}) {
    const std::string quoted = pattern == "*" ? "'docker.io/library/*'" : "'" + pattern + "'";
    const ContainersPolicy answer = written(
        "  - {match: [" + quoted + "], signatures: {any_of: [b]}}\n  - {match: ['**'], signatures: {any_of: [a]}}\n");
    INFO(pattern);
    CHECK(scopes(answer)[pattern == "*" ? "docker.io/library" : around] == "reject");
    CHECK_FALSE(answer.rejected.empty());
  }
}

TEST_CASE("what else an entry asks is left out only when that is said") {
  const std::string entry = "  - {match: ['r.example/**'], signatures: {any_of: [a]}, config: {non_root: true}}\n";
  const ContainersPolicy answer = written(entry, OtherRules::leave_out);
  CHECK(scopes(answer) == Scopes{{"r.example", "a"}});
  CHECK(answer.rejected.empty());
  REQUIRE(answer.left_out.size() == 1);
  CHECK(answer.left_out[0].find("config.non_root") != std::string::npos);
  // Without a signature there is nothing left to ask.
  CHECK(scopes(written("  - {match: ['r.example/**'], config: {non_root: true}}\n", OtherRules::leave_out)) ==
        Scopes{{"r.example", "reject"}});
}

TEST_CASE("an entry that only warns allows nothing") {
  const ContainersPolicy answer = written("  - {match: ['r.example/**'], effect: warn, signatures: {any_of: [a]}}\n");
  CHECK(scopes(answer).empty());
  CHECK(answer.notes.size() == 2);
}

}  // namespace supply::policy

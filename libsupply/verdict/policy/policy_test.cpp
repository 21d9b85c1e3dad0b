#include "libsupply/verdict/policy/policy.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/policy_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/yaml/yaml.hpp"
#include "libsupply/testing/policies.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/verdict/policy/schema.hpp"

namespace supply::policy {
namespace {

namespace fs = std::filesystem;

fs::path source() { return testing::testdata("policy").parent_path().parent_path(); }

PolicyContext context_of(const fs::path& path) {
  PolicyContext context;
  context.name = path.filename().string();
  context.directory = path.parent_path().string();
  context.read_key = [directory = path.parent_path()](std::string_view key) -> Result<std::string> {
    const fs::path file = directory / key;
    if (!fs::exists(file)) return Error(ErrorCode::not_found, "no file " + file.string());
    return testing::read(file);
  };
  context.read_include =
      [directory = path.parent_path()](std::string_view name) -> Result<std::pair<std::string, PolicyContext>> {
    return std::pair(testing::read(directory / name), context_of(directory / name));
  };
  return context;
}

Result<Policy> read(const fs::path& path) { return parse(testing::read(path), context_of(path)); }

std::vector<fs::path> files(const char* kind) {
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(testing::testdata(std::string("policy/") + kind)))
    all.push_back(entry.path());
  std::sort(all.begin(), all.end());
  return all;
}

Policy accepted(const char* name) {
  auto policy = read(testing::testdata(std::string("policy/accept/") + name + ".yaml"));
  if (!policy) FAIL(policy.error().message());
  return *std::move(policy);
}

/// What the schema says of each file, by python3-jsonschema.
std::map<std::string, bool> by_schema(const std::vector<fs::path>& policies) {
  const testing::TempDirectory directory;
  std::string command = "python3 " + (source() / "ci/validate_schema.py").string() + " " +
                        (source() / "schemas/policy.schema.json").string();
  for (const fs::path& path : policies) {
    const auto document = yaml::Document::parse(testing::read(path));
    REQUIRE(document);
    const fs::path json = directory / (path.stem().string() + ".json");
    testing::write(json, document->root().dump());
    command += " " + json.string();
  }
  command += " > " + (directory / "answers").string();
  (void)std::system(command.c_str());
  const std::string answers = testing::read(directory / "answers");
  std::map<std::string, bool> all;
  for (const std::string_view line : lines(answers)) {
    const std::size_t colon = line.find(": ");
    all[fs::path(line.substr(0, colon)).stem().string()] = line.substr(colon + 2) == "ok";
  }
  return all;
}

void refused_as_said(const fs::path& path) {
  INFO(path.filename().string());
  const auto policy = read(path);
  REQUIRE_FALSE(policy);
  CHECK(policy.error().code() == ErrorCode::usage);
  const std::string text = testing::read(path), wanted = text.substr(2, text.find('\n') - 2);
  INFO(policy.error().message());
  CHECK(policy.error().message().find(wanted) != std::string::npos);
  const std::string place = path.filename().string() + ": line ";
  CHECK(policy.error().message().starts_with(place));
  if (policy.error().message().find("not YAML") == std::string::npos &&
      policy.error().message().find("duplicate key") == std::string::npos)
    CHECK(policy.error().message().find(", column ") < place.size() + 4);
}

TEST_CASE("every policy under accept is read") {
  CHECK(files("accept").size() >= 16);
  for (const fs::path& path : files("accept")) {
    INFO(path.filename().string());
    const auto policy = read(path);
    if (!policy) FAIL_CHECK(policy.error().message());
  }
}

TEST_CASE("every policy under reject and reader is refused as wrong usage, with line, member and reason") {
  CHECK(files("reject").size() >= 40);
  CHECK(files("reader").size() >= 20);
  for (const fs::path& path : files("reject")) refused_as_said(path);
  for (const fs::path& path : files("reader")) {
    INFO(path.filename().string());
    const auto policy = read(path);
    REQUIRE_FALSE(policy);
    INFO(policy.error().message());
    CHECK(policy.error().code() == ErrorCode::usage);
    const std::string text = testing::read(path), wanted = text.substr(2, text.find('\n') - 2);
    CHECK(policy.error().message().find(wanted) != std::string::npos);
  }
}

TEST_CASE("the schema takes what the reader takes, and refuses what needs no look outside the file") {
  const auto accepted_by_schema = by_schema(files("accept"));
  CHECK(accepted_by_schema.size() == files("accept").size());
  for (const auto& [name, ok] : accepted_by_schema) {
    INFO(name);
    CHECK(ok);
  }
  const auto rejected = by_schema(files("reject"));
  CHECK(rejected.size() == files("reject").size());
  for (const auto& [name, ok] : rejected) {
    INFO(name);
    CHECK_FALSE(ok);
  }
}

TEST_CASE("the schema and the guide of the rules are made of the rules' own files") {
  CHECK(testing::matches_golden(source() / "schemas/policy.schema.json", policy_schema()));
  CHECK(testing::matches_golden(source() / "tools/supply/guide/rules.md", rules_guide()));
}

TEST_CASE("the example policies, from one key to production, are read, and the schema takes them") {
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(source() / "schemas/examples/policies")) all.push_back(entry.path());
  CHECK(all.size() >= 5);
  for (const fs::path& path : all) {
    const auto policy = read(path);
    INFO(path.filename().string());
    if (!policy) FAIL_CHECK(policy.error().message());
  }
  for (const auto& [name, ok] : by_schema(all)) {
    INFO(name);
    CHECK(ok);
  }
}

TEST_CASE("the policy that is shipped as an example is read, and the schema takes it") {
  const fs::path example = source() / "schemas/examples/policy.yaml";
  const auto policy = read(example);
  if (!policy) FAIL(policy.error().message());
  CHECK(policy->keys.size() == 3);
  CHECK(policy->images.size() == 2);
  CHECK(by_schema({example}) == std::map<std::string, bool>{{"policy", true}});
}

/// What the rule says that it wants of an image of which nothing is known.
std::string expected(const Policy& policy, std::string_view rule) {
  const Digest digest = *Digest::parse("sha256:" + std::string(64, '1'));
  const Facts facts{.reference = *oci::Reference::parse("registry.example.org/app:1.0"),
                    .digest = digest,
                    .platforms = {{.platform = {"linux", "amd64", "", "", {}}, .manifest = digest}},
                    .attached = {},
                    .now = *parse_rfc3339("2026-11-24T12:00:00Z")};
  return testing::judged(rule, facts, policy.images.at(0), policy).findings.at(0).expected;
}

TEST_CASE("a policy says how many of which keys must sign") {
  CHECK(expected(accepted("any-of"), "signatures") == "signed by any of a, b");
  CHECK(expected(accepted("all-of"), "signatures") == "signed by all of a, b");
  CHECK(expected(accepted("threshold"), "signatures") ==
        "signed by 2 of 3 distinct keys: a, b, c with env=prod, release=1.0");
  // openssl pkey -pubin -in testdata/policy/keys/a.pub -outform DER | sha256sum
  CHECK(to_hex(accepted("any-of").keys.front().key.fingerprint()).size() == 64);
}

TEST_CASE("a named set stands for its texts") {
  CHECK(expected(accepted("sets"), "signatures") == "signed by any of a, b, c");
  CHECK(expected(accepted("sets"), "packages") == "none of pkg:npm/event-stream@3.3.6, pkg:deb/*/telnetd, pkg:npm/x");
}

TEST_CASE("an entry says whether it denies, and since when") {
  const Policy policy = accepted("effect");
  CHECK(policy.images[0].effect == Effect::deny);
  CHECK(policy.images[1].effect == Effect::warn);
  CHECK(to_rfc3339(policy.images[2].effective_from.value()) == "2027-01-01T00:00:00Z");
  CHECK(policy.images[2].own_exceptions);
  CHECK(policy.break_glass->longest == std::chrono::hours(4));
}

TEST_CASE("what an included policy asks is asked, under its own name") {
  const Policy policy = accepted("includes");
  REQUIRE(policy.images.size() == 1);
  CHECK(policy.images[0].file == "included.yaml");
  REQUIRE(policy.includes.size() == 1);
  CHECK(policy.includes[0].path == "included.yaml");
  CHECK(policy.keys.size() == 3);
}

TEST_CASE("two included policies that say otherwise of one name, root or glass are refused, alike they are one") {
  const std::string key_a = testing::read(testing::testdata("policy/keys/a.pub")),
                    key_b = testing::read(testing::testdata("policy/keys/b.pub"));
  const auto inline_key = [](std::string pem) {
    std::string text = "|\n";
    for (const std::string_view line : lines(pem)) text += "    " + std::string(line) + "\n";
    return text;
  };
  const std::string start = "version: 1\nimages: []\n", subject = "  github: {subject: a, issuer: b}\n";
  const auto both = [&](const std::string& one, const std::string& other) {
    const std::map<std::string, std::string> files{{"one", start + one}, {"other", start + other}};
    PolicyContext context;
    context.name = "p.yaml";
    context.read_key = [](std::string_view path) -> Result<std::string> { return std::string(path); };
    context.read_include = [&](std::string_view path) -> Result<std::pair<std::string, PolicyContext>> {
      return std::pair(files.at(std::string(path)), context);
    };
    std::string text = start + "include:\n";
    for (const auto& [name, bytes] : files)
      text += "  - {path: " + name + ", digest: \"" + crypto::sha256(bytes).to_string() + "\"}\n";
    const auto policy = parse(text, context);
    return policy ? std::string("read") : policy.error().message();
  };
  const auto says = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  CHECK(both("identities:\n" + subject, "identities:\n" + subject) == "read");
  CHECK(says(both("identities:\n" + subject, "identities:\n  github: {subject: x, issuer: b}\n"),
             "identity \"github\" is another one in \"other\""));
  CHECK(says(both("identities:\n" + subject, "identities:\n  github: {subject_regexp: a, issuer: b}\n"),
             "identity \"github\" is another one in \"other\""));
  const std::string keys = "keys:\n  ops: " + inline_key(key_a);
  CHECK(both(keys, keys) == "read");
  CHECK(says(both(keys, "keys:\n  ops: " + inline_key(key_b)), "key \"ops\" is another one in \"other\""));
  CHECK(says(both("keys:\n  github: " + inline_key(key_a), "identities:\n" + subject),
             "\"github\" is a key in one policy and an identity in another"));
  CHECK(both("trusted_root: a\n", "trusted_root: a\n") == "read");
  CHECK(says(both("trusted_root: a\n", "trusted_root: b\n"), "\"other\" has another trusted root"));
  const std::string glass = keys + "break_glass: {keys: [ops], longest: 4h}\n";
  CHECK(both(glass, keys) == "read");
  CHECK(says(both(glass, glass), "two included policies say who may break the glass"));
}

TEST_CASE("policies that include each other end at kMaxPolicyIncludes") {
  std::string innermost = "version: 1\nimages: []\n";
  const auto depth = [&](std::size_t count) {
    std::map<std::string, std::string> files{{"0", innermost}};
    for (std::size_t i = 1; i <= count; ++i)
      files[std::to_string(i)] = "version: 1\ninclude: [{path: \"" + std::to_string(i - 1) + "\", digest: \"" +
                                 crypto::sha256(files[std::to_string(i - 1)]).to_string() + "\"}]\nimages: []\n";
    PolicyContext context;
    context.name = "p.yaml";
    context.read_include = [&](std::string_view path) -> Result<std::pair<std::string, PolicyContext>> {
      PolicyContext same = context;
      return std::pair(files.at(std::string(path)), same);
    };
    return bool{parse(files[std::to_string(count)], context)};
  };
  CHECK(depth(kMaxPolicyIncludes));
  CHECK_FALSE(depth(kMaxPolicyIncludes + 1));
}

TEST_CASE("nothing outside a rule's own file names the rule: adding one is adding a file") {
  std::size_t seen = 0;
  for (const char* room : {"policy", "gate", "policy/internal", "gate/internal", "report/formats"})
    for (const auto& entry : fs::directory_iterator(source() / "libsupply/verdict" / room)) {
      const std::string name = entry.path().filename().string();
      if (entry.path().extension() != ".cpp" || name.find("_test") != std::string::npos) continue;
      const std::string text = testing::read(entry.path());
      ++seen;
      for (const Rule* rule : all_rules()) {
        INFO(name << " " << rule->id);
        CHECK(text.find("find_rule(\"" + std::string(rule->id)) == std::string::npos);
        CHECK(text.find("rule == \"" + std::string(rule->id)) == std::string::npos);
        CHECK(text.find("id == \"" + std::string(rule->id)) == std::string::npos);
      }
    }
  CHECK(seen > 20);
  for (const Rule* rule : all_rules()) {
    INFO(rule->id);
    CHECK(fs::exists(source() / "libsupply/verdict/policy/rules" / (std::string(rule->id) + ".cpp")));
    CHECK(rule->judge != nullptr);
    CHECK_FALSE(rule->title.empty());
    CHECK_FALSE(rule->denied.empty());
    CHECK(rule->title != rule->denied);
    CHECK_FALSE(rule->guide.empty());
  }
}

TEST_CASE("a key file, a key in the text and a second name are one key") {
  const Policy file = accepted("any-of"), text = accepted("inline-key");
  const auto fingerprint = [](const Policy& policy) { return to_hex(policy.keys.front().key.fingerprint()); };
  CHECK(fingerprint(file) == fingerprint(text));
}

TEST_CASE("without keys of its own, an SBOM counts from those who may sign, and must agree") {
  CHECK(expected(accepted("sbom-defaults"), "sbom") == "an SBOM signed by a, in agreement with the image");
}

TEST_CASE("a base image's local path is meant from the policy's directory") {
  const std::string directory = testing::testdata("policy/accept").string();
  const std::string said = expected(accepted("base"), "base");
  CHECK(said.starts_with("built on docker.io/library/debian:12 or oci:" + directory + "/base:12 or oci:" + directory +
                         "/./base or "));
}

TEST_CASE("licences are understood as the SPDX list spells them") {
  CHECK(expected(accepted("licenses"), "licenses") == "not licensed under GPL-3.0-only or AGPL-*, and stated");
  CHECK(expected(accepted("licenses-allow"), "licenses").find("and stated") == std::string::npos);
}

TEST_CASE("an exception ends with the first second of its day, or at its moment whatever the zone") {
  const Policy policy = accepted("exceptions");
  CHECK(to_rfc3339(policy.exceptions[0].expires) == "2027-01-31T10:00:00Z");
  CHECK(to_rfc3339(policy.exceptions[1].expires) == "2027-01-31T00:00:00Z");
}

TEST_CASE("an exception names the findings that it covers") {
  const Policy policy = accepted("exceptions");
  CHECK(policy.exceptions[0].findings.empty());
  CHECK(policy.exceptions[2].findings == std::vector<std::string>{"pkg:npm/event-stream@3.3.6"});
  CHECK(policy.exceptions[3].findings == std::vector<std::string>{"env/LEGACY_TOKEN"});
}

TEST_CASE("a file that is no YAML is wrong usage, not damaged content") {
  PolicyContext context{"p.yaml", "/", {}};
  const auto policy = parse("version: [1\n", context);
  REQUIRE_FALSE(policy);
  CHECK(policy.error().code() == ErrorCode::usage);
  CHECK(policy.error().message().starts_with("p.yaml: "));
}

}  // namespace
}  // namespace supply::policy

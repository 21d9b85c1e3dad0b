#include "libsupply/verdict/policy/policy.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/yaml/yaml.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::policy {
namespace {

namespace fs = std::filesystem;

fs::path source() { return testing::testdata("policy").parent_path().parent_path(); }

Result<Policy> read(const fs::path& path) {
  PolicyContext context;
  context.name = path.filename().string();
  context.directory = path.parent_path().string();
  context.read_key = [&](std::string_view key) -> Result<std::string> {
    const fs::path file = path.parent_path() / key;
    if (!fs::exists(file)) return Error(ErrorCode::not_found, "no file " + file.string());
    return testing::read(file);
  };
  return parse(testing::read(path), context);
}

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

TEST_CASE("the policy that is shipped as an example is read, and the schema takes it") {
  const fs::path example = source() / "schemas/examples/policy.yaml";
  const auto policy = read(example);
  if (!policy) FAIL(policy.error().message());
  CHECK(policy->keys.size() == 3);
  CHECK(policy->images.size() == 2);
  CHECK(by_schema({example}) == std::map<std::string, bool>{{"policy", true}});
}

TEST_CASE("a policy says how many of which keys must sign") {
  const Policy any = accepted("any-of"), all = accepted("all-of"), some = accepted("threshold");
  CHECK(any.images[0].signatures->threshold == 1);
  CHECK(all.images[0].signatures->threshold == 2);
  CHECK(some.images[0].signatures->threshold == 2);
  CHECK(some.images[0].signatures->signers.to_string() == "a, b, c");
  CHECK(some.images[0].signatures->annotations ==
        std::map<std::string, std::string>{{"env", "prod"}, {"release", "1.0"}});
  // openssl pkey -pubin -in testdata/policy/keys/a.pub -outform DER | sha256sum
  CHECK(any.images[0].signatures->signers.names.begin()->first.size() == 64);
}

TEST_CASE("a key file, a key in the text and a second name are one key") {
  const Policy file = accepted("any-of"), text = accepted("inline-key");
  const auto fingerprint = [](const Policy& policy) { return to_hex(policy.keys.front().key.fingerprint()); };
  CHECK(fingerprint(file) == fingerprint(text));
}

TEST_CASE("without keys of its own, an SBOM counts from those who may sign, and must agree") {
  const Policy policy = accepted("sbom-defaults");
  CHECK(policy.images[0].sbom->keys.names == policy.images[0].signatures->signers.names);
  CHECK(policy.images[0].sbom->agrees);
}

TEST_CASE("a base image's local path is meant from the policy's directory") {
  const Policy policy = accepted("base");
  const std::string directory = testing::testdata("policy/accept").string();
  REQUIRE(policy.images[0].base->allowed.size() == 4);
  CHECK(policy.images[0].base->allowed[0] == "docker.io/library/debian:12");
  CHECK(policy.images[0].base->allowed[1] == "oci:" + directory + "/base:12");
  CHECK(policy.images[0].base->allowed[2] == "oci:" + directory + "/./base");
}

TEST_CASE("licences are understood as the SPDX list spells them") {
  CHECK(accepted("licenses").images[0].licenses->deny == std::vector<std::string>{"GPL-3.0-only", "AGPL-*"});
  CHECK_FALSE(accepted("licenses").images[0].licenses->unknown);
  CHECK(accepted("licenses-allow").images[0].licenses->unknown);
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

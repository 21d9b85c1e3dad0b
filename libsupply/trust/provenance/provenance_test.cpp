#include "libsupply/trust/provenance/provenance.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using namespace supply::provenance;

namespace {

constexpr std::string_view kV1 = "https://slsa.dev/provenance/v1", kV02 = "https://slsa.dev/provenance/v0.2";
const std::string kCommit = "0123456789abcdef0123456789abcdef01234567";

nlohmann::json sample(const std::string& name) {
  return nlohmann::json::parse(testing::read(testing::testdata("provenance/" + name + ".json")));
}
Provenance reads(std::string_view type, const nlohmann::json& value) {
  auto provenance = read(type, value.dump());
  if (!provenance) FAIL(provenance.error().message());
  return *provenance;
}
Error refuses(std::string_view type, const nlohmann::json& value) {
  const auto provenance = read(type, value.dump());
  REQUIRE_FALSE(provenance);
  return provenance.error();
}

}  // namespace

TEST_CASE("GitHub's provenance names builder, source and commit") {
  const Provenance p = reads(kV1, sample("github-v1"));
  CHECK(p.builder_id == "https://github.com/example/app/.github/workflows/release.yml@refs/heads/main");
  CHECK(p.build_type == "https://actions.github.io/buildtypes/workflow/v1");
  CHECK(p.predicate_type == kV1);
  REQUIRE(p.sources.size() == 1);
  CHECK(p.sources[0].uri == "https://github.com/example/app");
  CHECK(p.sources[0].address->to_string() == "https://github.com/example/app");
  CHECK(p.sources[0].ref == "refs/heads/main");
  CHECK(p.sources[0].commit == kCommit);
  CHECK(p.dependencies.size() == 1);
  CHECK(p.invocation_id == "https://github.com/example/app/actions/runs/5/attempts/1");
  CHECK(p.external_parameters.find("release.yml") != std::string::npos);
}

TEST_CASE("GitLab's provenance names its project, and its commit under sha256") {
  const Provenance p = reads(kV1, sample("gitlab-v1"));
  REQUIRE(p.sources.size() == 1);
  CHECK(p.sources[0].address->to_string() == "https://gitlab.com/example/app");
  CHECK(p.sources[0].commit == kCommit);
  CHECK(p.invocation_id == "7");
  REQUIRE(p.started);
  CHECK(to_rfc3339(*p.started) == "2026-11-24T10:00:00Z");
  CHECK(to_rfc3339(*p.finished) == "2026-11-24T10:01:00Z");
}

TEST_CASE("BuildKit's provenance is read with its empty builder, and its hints are no source") {
  const Provenance p = reads(kV02, sample("buildkit-v0.2"));
  CHECK(p.builder_id.empty());
  REQUIRE(p.sources.size() == 1);
  CHECK(p.sources[0].address->to_string() == "https://github.com/example/app");
  CHECK(p.sources[0].ref == "refs/heads/main");
  CHECK(p.sources[0].commit == kCommit);
  CHECK(p.dependencies.size() == 2);
  CHECK(p.dependencies[0].digest.at("sha256").size() == 64);
  CHECK(p.invocation_id == "xyz123");
  CHECK(to_rfc3339(*p.started) == "2026-11-24T10:00:00Z");
  auto local = sample("buildkit-v0.2");
  local["invocation"]["configSource"] = {{"entryPoint", "Dockerfile"}};
  CHECK(reads(kV02, local).sources.empty());
}

TEST_CASE("the generator's provenance has its ref in the uri") {
  const Provenance p = reads(kV02, sample("github-generator-v0.2"));
  REQUIRE(p.sources.size() == 1);
  CHECK(p.sources[0].address->to_string() == "https://github.com/example/app");
  CHECK(p.sources[0].ref == "refs/tags/v1.0.0");
  CHECK(p.sources[0].commit == kCommit);
}

TEST_CASE("other build types' sources are found, and every one is reported") {
  auto value = sample("github-v1");
  value["buildDefinition"]["externalParameters"] = {
      {"source", {{"uri", "git+https://h/o/r@refs/heads/x"}, {"digest", {{"sha1", kCommit}}}}}};
  value["buildDefinition"]["resolvedDependencies"] = nlohmann::json::array();
  CHECK(reads(kV1, value).sources.at(0).commit == kCommit);
  CHECK(reads(kV1, value).sources.at(0).address->to_string() == "https://h/o/r");
  value["buildDefinition"]["externalParameters"] = {
      {"configSource", {{"uri", "https://h/o/r.git"}, {"path", "Dockerfile"}}}};
  CHECK(reads(kV1, value).sources.at(0).address->to_string() == "https://h/o/r");
  value["buildDefinition"]["externalParameters"] = {
      {"buildConfigSource", {{"repository", "https://h/a"}, {"ref", "x"}}}, {"source", "https://h/b"}};
  CHECK(reads(kV1, value).sources.size() == 2);
  value["buildDefinition"]["externalParameters"] = {{"anything", 1}};
  CHECK(reads(kV1, value).sources.empty());
}

TEST_CASE("each required member of v1 is missed by its name, null and absent alike") {
  for (const auto& [pointer, word] :
       {std::pair{"/buildDefinition", "buildDefinition"}, std::pair{"/buildDefinition/buildType", "buildType"},
        std::pair{"/buildDefinition/externalParameters", "externalParameters"}, std::pair{"/runDetails", "runDetails"},
        std::pair{"/runDetails/builder", "builder"}, std::pair{"/runDetails/builder/id", "id"}}) {
    INFO(pointer);
    auto value = sample("github-v1");
    value[nlohmann::json::json_pointer(pointer)] = nullptr;
    CHECK(refuses(kV1, value).code() == ErrorCode::malformed);
    CHECK(refuses(kV1, value).message().find(word) != std::string::npos);
    value[nlohmann::json::json_pointer(pointer)] = 7;
    CHECK(refuses(kV1, value).code() == ErrorCode::malformed);
    const nlohmann::json::json_pointer p(pointer);
    auto& parent = value[p.parent_pointer()];
    parent.erase(p.back());
    CHECK(refuses(kV1, value).code() == ErrorCode::malformed);
  }
}

TEST_CASE("each required member of v0.2 is missed by its name") {
  for (const char* pointer : {"/builder", "/builder/id", "/buildType"}) {
    INFO(pointer);
    auto value = sample("buildkit-v0.2");
    value[nlohmann::json::json_pointer(pointer)] = nullptr;
    CHECK(refuses(kV02, value).code() == ErrorCode::malformed);
  }
}

TEST_CASE("optional members may be null or unknown, and not of another type") {
  auto value = sample("github-v1");
  value["buildDefinition"]["internalParameters"] = nullptr;
  value["buildDefinition"]["resolvedDependencies"] = nullptr;
  value["runDetails"]["metadata"] = nullptr;
  value["vendor_extension"] = {{"x", 1}};
  CHECK(reads(kV1, value).sources.at(0).commit.empty());
  for (const auto& [pointer, bad] : {std::pair<const char*, nlohmann::json>{"/buildDefinition/internalParameters", 1},
                                     {"/buildDefinition/resolvedDependencies", nlohmann::json::object()},
                                     {"/buildDefinition/resolvedDependencies/0", "x"},
                                     {"/buildDefinition/resolvedDependencies/0", nlohmann::json::object()},
                                     {"/buildDefinition/resolvedDependencies/0/digest", 1},
                                     {"/buildDefinition/resolvedDependencies/0/digest/gitCommit", 1},
                                     {"/buildDefinition/externalParameters/workflow", 1},
                                     {"/runDetails/metadata", "x"},
                                     {"/runDetails/metadata/startedOn", "yesterday"},
                                     {"/runDetails/metadata/invocationId", 7}}) {
    INFO(pointer);
    auto broken = sample("github-v1");
    broken[nlohmann::json::json_pointer(pointer)] = bad;
    CHECK(refuses(kV1, broken).code() == ErrorCode::malformed);
  }
}

TEST_CASE("other predicate types are unsupported, broken text is malformed") {
  CHECK(refuses("https://slsa.dev/provenance/v0.3", sample("github-v1")).code() == ErrorCode::unsupported);
  CHECK(read(kV1, "{").error().code() == ErrorCode::malformed);
  CHECK(read(kV1, "[]").error().code() == ErrorCode::malformed);
  CHECK(read(kV1, "").error().code() == ErrorCode::malformed);
  CHECK(read(kV1, "{\"buildDefinition\":{},\"buildDefinition\":{}}").error().code() == ErrorCode::malformed);
}

TEST_CASE("dependencies count up to a limit") {
  auto value = sample("github-v1");
  value["buildDefinition"]["resolvedDependencies"] = std::vector<nlohmann::json>(kMaxDependencies, {{"uri", "x"}});
  CHECK(reads(kV1, value).dependencies.size() == kMaxDependencies);
  value["buildDefinition"]["resolvedDependencies"].push_back({{"uri", "x"}});
  CHECK(refuses(kV1, value).code() == ErrorCode::limit_exceeded);
}

#include "libsupply/trust/provenance/judge.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/provenance/builder_family.hpp"

using namespace supply;
using namespace supply::provenance;
using Json = nlohmann::json;

namespace {

constexpr std::string_view kV1 = "https://slsa.dev/provenance/v1", kV02 = "https://slsa.dev/provenance/v0.2";
const std::string kCommit = "0123456789abcdef0123456789abcdef01234567";
const std::string kGenerator =
    "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml";

attest::SignerIdentity workflow(const std::string& name, std::map<std::string, std::string> more = {}) {
  attest::SignerIdentity signer;
  signer.key_name = name;
  attest::CertificateIdentity identity{name,
                                       std::string(kGithubIssuer),
                                       {{"11", "github-hosted"},
                                        {"12", "https://github.com/o/r"},
                                        {"13", kCommit},
                                        {"14", "refs/tags/v1.2.3"},
                                        {"20", "push"},
                                        {"9", name}}};
  for (auto& [number, text] : more) identity.extensions[number] = text;
  signer.certificate = std::move(identity);
  return signer;
}
std::string changed(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}
attest::SignerIdentity key(const std::string& fingerprint) {
  attest::SignerIdentity signer;
  signer.key_name = "release.pub";
  signer.fingerprint = fingerprint;
  return signer;
}

Json generator(const std::string& ref = "refs/tags/v1.2.3", const std::string& release = "v2.1.0") {
  const std::string uri = "git+https://github.com/o/r@" + ref;
  return {
      {"builder", {{"id", kGenerator + "@refs/tags/" + release}}},
      {"buildType", "https://github.com/slsa-framework/slsa-github-generator/generic@v1"},
      {"invocation",
       {{"configSource", {{"uri", uri}, {"digest", {{"sha1", kCommit}}}, {"entryPoint", ".github/workflows/x.yml"}}},
        {"parameters", Json::object()},
        {"environment",
         {{"github_event_name", "push"},
          {"github_ref", ref},
          {"github_ref_type", ref.starts_with("refs/tags/") ? "tag" : "branch"},
          {"github_base_ref", ""},
          {"github_event_payload", {{"base_ref", "refs/heads/main"}}},
          {"github_sha1", kCommit}}}}},
      {"materials", Json::array({{{"uri", uri}, {"digest", {{"sha1", kCommit}}}}})}};
}
Json attestation(const std::string& builder = "https://github.com/o/r/.github/workflows/x.yml@refs/tags/v1.2.3") {
  return {{"buildDefinition",
           {{"buildType", "https://actions.github.io/buildtypes/workflow/v1"},
            {"externalParameters",
             {{"workflow",
               {{"ref", "refs/tags/v1.2.3"},
                {"repository", "https://github.com/o/r"},
                {"path", ".github/workflows/x.yml"}}}}},
            {"internalParameters", {{"github", {{"event_name", "push"}, {"runner_environment", "github-hosted"}}}}},
            {"resolvedDependencies", Json::array({{{"uri", "git+https://github.com/o/r@refs/tags/v1.2.3"},
                                                   {"digest", {{"gitCommit", kCommit}}}}})}}},
          {"runDetails", {{"builder", {{"id", builder}}}}}};
}
Judgement judged(const Json& predicate, const attest::SignerIdentity& signer, const Expectations& expected = {},
                 const BuilderMap& map = {}) {
  return judge(predicate.contains("buildDefinition") ? kV1 : kV02, predicate.dump(), signer, map, expected);
}
std::string objection(const Judgement& judgement) {
  return judgement.objection() == nullptr
             ? std::string()
             : std::string(to_string(judgement.objection()->check)) + ": " + judgement.objection()->found;
}
const attest::SignerIdentity kByGenerator = workflow(kGenerator + "@refs/tags/v2.1.0");

}  // namespace

TEST_CASE("a generator's provenance is worth level 3, by its own signature alone") {
  const Judgement good = judged(generator(), kByGenerator);
  CHECK(objection(good).empty());
  CHECK(good.level == 3);
  CHECK(good.builder == "slsa-github-generator");
  // The caller's workflow, another release, another builder of the same repository, a key.
  for (const attest::SignerIdentity& signer :
       {workflow("https://github.com/o/r/.github/workflows/x.yml@refs/tags/v1.2.3"),
        workflow(kGenerator + "@refs/tags/v2.0.0"),
        workflow("https://github.com/slsa-framework/slsa-github-generator/.github/workflows/builder_go_slsa3.yml@refs/"
                 "tags/v2.1.0"),
        key("00")}) {
    const Judgement other = judged(generator(), signer);
    CHECK(other.level == 0);
    CHECK(other.objection()->check == Check::builder);
  }
  // Not at a release; another issuer gives the same name.
  for (const char* release : {"v2.1", "v2.1.0-rc.1", "main", "v2.1.0/x"})
    CHECK(judged(generator("refs/tags/v1.2.3", release), workflow(kGenerator + "@refs/tags/" + release)).level == 0);
  attest::SignerIdentity issuer = kByGenerator;
  issuer.certificate->issuer = "https://gitlab.com";
  CHECK(judged(generator(), issuer).level == 0);
}

TEST_CASE("a builder by a prefix, a look-alike or a path trick is no builder that is known") {
  for (const std::string& id :
       {kGenerator, kGenerator + "@", kGenerator + "@refs/tags/v2.1.0@refs/tags/v2.1.0",
        kGenerator + "x@refs/tags/v2.1.0",
        std::string("https://github.com/slsa-framework/slsa-github-generator-evil/.github/workflows/"
                    "generator_generic_slsa3.yml@refs/tags/v2.1.0"),
        std::string("https://github.com/slsa-framework/slsa-github-generator/../evil/x.yml@refs/tags/v2.1.0"),
        std::string("https://github.com.evil.example/slsa-framework/slsa-github-generator/.github/workflows/"
                    "generator_generic_slsa3.yml@refs/tags/v2.1.0"),
        std::string("http://github.com/slsa-framework/slsa-github-generator/.github/workflows/"
                    "generator_generic_slsa3.yml@refs/tags/v2.1.0"),
        std::string()}) {
    INFO(id);
    Json predicate = generator();
    predicate["builder"]["id"] = id;
    CHECK(judged(predicate, workflow(id)).level == 0);
    CHECK(judged(predicate, kByGenerator).level == 0);
  }
}

TEST_CASE("a delegator speaks for builders that others bring, and only slsa-framework's own are worth level 3") {
  const std::string delegator =
      "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/delegator_generic_slsa3.yml@refs/tags/"
      "v2.1.0";
  Json predicate = attestation(
      "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/builder_maven_slsa3.yml@refs/tags/"
      "v2.1.0");
  Json& definition = predicate["buildDefinition"];
  definition["buildType"] = "https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0";
  definition["externalParameters"] = {{"inputs", {{"jdk-version", 17}}}, {"vars", Json::object()}};
  CHECK(judged(predicate, workflow(delegator)).level == 3);
  CHECK(judged(predicate, kByGenerator).level == 0);
  predicate["runDetails"]["builder"]["id"] = "https://github.com/evil/trw/.github/workflows/b.yml@refs/tags/v1.0.0";
  CHECK(judged(predicate, workflow(delegator)).level == 0);  // it counts only by its name
  Expectations named;
  named.builder_ids = {"https://github.com/evil/trw/.github/workflows/b.yml"};
  CHECK(judged(predicate, workflow(delegator), named).level == 2);
  // Without a ref the source may be at a commit of the builder's own.
  definition["resolvedDependencies"][0] = {{"uri", "git+https://github.com/o/r"},
                                           {"digest", {{"gitCommit", std::string(40, 'b')}}}};
  CHECK(objection(judged(predicate, workflow(delegator), named)).empty());
  definition["resolvedDependencies"][0]["uri"] = "git+https://github.com/evil/r";
  CHECK(judged(predicate, workflow(delegator)).objection()->check == Check::certificate);
}

TEST_CASE("GitHub's attestations are worth level 2 on GitHub's runners, signed by the workflow that they name") {
  const std::string own = "https://github.com/o/r/.github/workflows/x.yml@refs/tags/v1.2.3";
  CHECK(judged(attestation(), workflow(own)).level == 2);
  CHECK(judged(attestation(), workflow(own, {{"11", "self-hosted"}})).objection()->check == Check::certificate);
  CHECK(judged(attestation(), workflow("https://github.com/o/r/.github/workflows/y.yml@refs/tags/v1.2.3")).level == 0);
  // A reusable workflow signs for its callers.
  const std::string reusable = "https://github.com/other/shared/.github/workflows/build.yml@refs/tags/v1.0.0";
  CHECK(judged(attestation(reusable), workflow(reusable)).level == 2);
  CHECK(judged(attestation("https://github.com/actions/runner/github-hosted"), workflow(own)).level == 2);
  CHECK(judged(attestation("https://github.com/actions/runner/github-hosted"), workflow(own, {{"11", "self-hosted"}}))
            .level == 0);
}

TEST_CASE("certificate and provenance speak of one run, and a certificate does not contradict itself") {
  for (const auto& [number, text] : {std::pair{"12", "https://github.com/evil/r"},
                                     {"13", "b123456789abcdef0123456789abcdef01234567"},
                                     {"14", "refs/heads/main"},
                                     {"20", "pull_request"},
                                     {"12", ""},
                                     {"5", "evil/r"},
                                     {"3", "00"},
                                     {"6", "refs/heads/x"},
                                     {"2", "schedule"},
                                     {"9", "https://github.com/evil/x/.github/workflows/x.yml@refs/heads/main"}}) {
    INFO(number << " " << text);
    const Judgement other = judged(generator(), workflow(kGenerator + "@refs/tags/v2.1.0", {{number, text}}));
    CHECK_FALSE(other.satisfied());
    CHECK(other.objection()->check == Check::certificate);
  }
  const attest::SignerIdentity ids =
      workflow("https://github.com/o/r/.github/workflows/x.yml@refs/tags/v1.2.3",
               {{"15", "1"}, {"17", "2"}, {"21", "https://github.com/o/r/actions/runs/5/attempts/1"}});
  Json predicate = attestation();
  CHECK(objection(judged(predicate, ids)).empty());
  for (const char* id : {"repository_id", "repository_owner_id"}) {
    predicate["buildDefinition"]["internalParameters"]["github"][id] = "7";
    CHECK(judged(predicate, ids).objection()->check == Check::certificate);
    predicate["buildDefinition"]["internalParameters"]["github"].erase(id);
  }
  predicate["runDetails"]["metadata"]["invocationId"] = "https://github.com/o/r/actions/runs/6/attempts/1";
  CHECK(judged(predicate, ids).objection()->check == Check::certificate);
}

TEST_CASE("expectations are each looked at, and each says what it found") {
  Expectations expected;
  expected.sources = {*source_pattern("github.com/o/r")};
  expected.tag = "v1.2.3";
  expected.versioned_tag = "v1";
  expected.branch = "main";
  expected.commit = kCommit;
  expected.trigger = "push";
  expected.level = 3;
  expected.builder_ids = {kGenerator};
  expected.build_types = {"https://github.com/slsa-framework/slsa-github-generator/**"};
  CHECK(expected.check());
  const Judgement good = judged(generator(), kByGenerator, expected);
  CHECK(objection(good).empty());
  CHECK(good.checks.size() == 5 + 9);

  const auto fails = [&](Check check, const std::string& found, auto change) {
    Expectations other = expected;
    change(other);
    const Judgement judgement = judged(generator(), kByGenerator, other);
    REQUIRE(judgement.objection() != nullptr);
    CHECK(judgement.objection()->check == check);
    CHECK(judgement.objection()->found == found);
  };
  fails(Check::source, "\"https://github.com/o/r\" at \"refs/tags/v1.2.3\"",
        [](Expectations& e) { e.sources = {*source_pattern("https://github.com/o/r2")}; });
  fails(Check::tag, "v1.2.3", [](Expectations& e) { e.tag = "v1.2"; });
  fails(Check::versioned_tag, "v1.2.3", [](Expectations& e) { e.versioned_tag = "v1.3"; });
  fails(Check::branch, "main", [](Expectations& e) { e.branch = "master"; });
  fails(Check::commit, kCommit, [](Expectations& e) { e.commit = std::string(40, 'b'); });
  fails(Check::trigger, "push", [](Expectations& e) { e.trigger = "release"; });
  fails(Check::builder_id, kGenerator + "@refs/tags/v2.1.0",
        [](Expectations& e) { e.builder_ids = {kGenerator + "@v2.1"}; });
  fails(Check::build_type, "https://github.com/slsa-framework/slsa-github-generator/generic@v1",
        [](Expectations& e) { e.build_types = {"https://example.com/x"}; });
  fails(Check::inputs, "the build was not started with inputs", [](Expectations& e) { e.inputs = {{"a", "b"}}; });
  for (const char* id : {"@refs/tags/v2.1.0", "@v2.1.0"}) {
    expected.builder_ids = {kGenerator + id};
    CHECK(objection(judged(generator(), kByGenerator, expected)).empty());
  }
  expected.builder_ids = {kGenerator.substr(0, kGenerator.size() - 4), "x"};
  CHECK(judged(generator(), kByGenerator, expected).objection()->check == Check::builder_id);
}

TEST_CASE("a branch has no tag, and a tag without GitHub's word has no branch") {
  Expectations tag, branch, version;
  tag.tag = "main";
  branch.branch = "main";
  version.versioned_tag = "v1";
  const attest::SignerIdentity signer = workflow(kGenerator + "@refs/tags/v2.1.0", {{"14", "refs/heads/main"}});
  CHECK(objection(judged(generator("refs/heads/main"), signer, branch)).empty());
  CHECK(objection(judged(generator("refs/heads/main"), signer, tag)) == "tag: refs/heads/main");
  CHECK(judged(generator("refs/heads/main"), signer, version).objection()->check == Check::versioned_tag);
  Json predicate = generator();
  predicate["invocation"]["environment"]["github_event_payload"]["base_ref"] = nullptr;
  CHECK(objection(judged(predicate, kByGenerator, branch)) == "branch: refs/tags/v1.2.3, of no known branch");
  predicate["invocation"]["environment"]["github_event_name"] = "release";
  predicate["invocation"]["environment"]["github_event_payload"] = {{"release", {{"target_commitish", "main"}}}};
  CHECK(objection(judged(predicate, workflow(kGenerator + "@refs/tags/v2.1.0", {{"20", "release"}}), branch)).empty());
}

TEST_CASE("inputs of a workflow_dispatch are compared, and those that nobody asked about are listed") {
  Json predicate = generator();
  Json& environment = predicate["invocation"]["environment"];
  environment["github_event_name"] = "workflow_dispatch";
  environment["github_event_payload"] = {
      {"inputs", {{"release_version", "v1.2.3"}, {"some_bool", "true"}, {"n", 123}}}};
  const attest::SignerIdentity signer = workflow(kGenerator + "@refs/tags/v2.1.0", {{"20", "workflow_dispatch"}});
  Expectations expected;
  expected.inputs = {{"release_version", "v1.2.3"}, {"n", "123"}};
  const Judgement good = judged(predicate, signer, expected);
  CHECK(objection(good).empty());
  CHECK(good.notes == std::vector<std::string>{"inputs that nobody asked about: some_bool"});
  expected.inputs = {{"release_version", "v1.2"}};
  CHECK(objection(judged(predicate, signer, expected)) == "inputs: release_version=v1.2.3");
  expected.inputs = {{"other", ""}};
  CHECK(objection(judged(predicate, signer, expected)) == "inputs: there is no input \"other\"");
}

TEST_CASE("external parameters that nobody knows refuse, unless they are allowed; unknown members do not") {
  const attest::SignerIdentity signer = workflow("https://github.com/o/r/.github/workflows/x.yml@refs/tags/v1.2.3");
  Json predicate = attestation();
  predicate["extension"] = predicate["buildDefinition"]["extension"] = {{"a", 1}};
  CHECK(objection(judged(predicate, signer)).empty());
  predicate["buildDefinition"]["externalParameters"]["evil"] = "x";
  CHECK(objection(judged(predicate, signer)) ==
        "parameters: build type \"https://actions.github.io/buildtypes/workflow/v1\" defines no external parameter "
        "\"evil\"");
  Expectations expected;
  expected.parameters = {"evil"};
  const Judgement allowed = judged(predicate, signer, expected);
  CHECK(objection(allowed).empty());
  CHECK(allowed.notes == std::vector<std::string>{"external parameter \"evil\" is not checked"});
  expected.parameters = {"*"};
  CHECK(objection(judged(predicate, signer, expected)).empty());
  predicate["buildDefinition"]["externalParameters"]["evil"] = nullptr;  // unset
  CHECK(objection(judged(predicate, signer)).empty());
}

TEST_CASE("a map of one's own decides for the builders that it names, at its level and for its signers") {
  BuilderMap map;
  map.trusted = {{kGenerator + "@**", [](const attest::SignerIdentity& s) { return s.fingerprint == "aa"; }, 2},
                 {"https://ci.example/*", [](const attest::SignerIdentity& s) { return s.fingerprint == "bb"; }, 9}};
  CHECK(judged(generator(), key("aa"), {}, map).level == 2);
  CHECK(judged(generator(), kByGenerator, {}, map).level == 0);  // the public table has no say there
  CHECK(objection(judged(generator(), key("bb"), {}, map)) ==
        "builder: release.pub may not speak for builder \"" + kGenerator + "@refs/tags/v2.1.0\"");
  Json predicate = attestation("https://ci.example/7");
  CHECK(judged(predicate, key("bb"), {}, map).level == 3);
  CHECK(judged(predicate, key("cc"), {}, map).level == 0);
  CHECK(judged(predicate, key("cc")).level == 0);
  map.trusted.clear();
  map.self_asserted = true;
  const Judgement own = judged(predicate, key("cc"), {}, map);
  CHECK(own.level == 1);
  CHECK(own.satisfied());
  // Who is known to speak for a builder is not what somebody else says of itself.
  CHECK(judged(generator(), key("cc"), {}, map).level == 0);
  map.public_builders = false;
  CHECK(judged(generator(), key("cc"), {}, map).level == 1);
  CHECK(judged(generator(), kByGenerator, {}, map).level == 1);
}

TEST_CASE("npm, GitLab, Cloud Build and BuildKit are bound to those who sign for them") {
  Json npm = attestation("https://github.com/actions/runner/github-hosted");
  npm["buildDefinition"]["buildType"] = "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1";
  const attest::SignerIdentity own = workflow("https://github.com/o/r/.github/workflows/x.yml@refs/tags/v1.2.3");
  CHECK(judged(npm, own).builder == "npm");
  CHECK(judged(npm, own).level == 2);
  CHECK(judged(npm, key("aa")).level == 0);
  Expectations expected;
  expected.builder_ids = {"https://github.com/actions/runner"};
  CHECK(objection(judged(npm, own, expected)).empty());
  npm["runDetails"]["builder"]["id"] = "https://github.com/actions/runner/self-hosted";
  CHECK(judged(npm, own).level == 0);
  CHECK(judged(npm, own, expected).objection()->check == Check::builder);

  Json gitlab = Json::parse(testing::read(testing::testdata("provenance/gitlab-v1.json")));
  gitlab["runDetails"]["builder"]["id"] = "https://gitlab.com/example/app/-/runners/7";
  attest::SignerIdentity project = workflow(
      "https://gitlab.com/example/app//.gitlab-ci.yml@refs/heads/main",
      {{"11", "gitlab-hosted"}, {"12", "https://gitlab.com/example/app"}, {"14", "refs/heads/main"}, {"20", "push"}});
  project.certificate->issuer = "https://gitlab.com";
  CHECK(judged(gitlab, project).builder == "gitlab");
  CHECK(judged(gitlab, project).level == 2);
  CHECK(judged(gitlab, own).level == 0);
  project.certificate->extensions["12"] = "https://gitlab.com/evil/app";
  CHECK(judged(gitlab, project).level == 0);

  Json google = attestation("https://cloudbuild.googleapis.com/GoogleHostedWorker");
  google["buildDefinition"]["buildType"] = "https://cloud.google.com/build/gcb-buildtypes/google-worker/v1";
  google["buildDefinition"]["externalParameters"] = {
      {"buildConfigSource",
       {{"repository", "git+https://github.com/o/r"}, {"ref", "refs/tags/v1.2.3"}, {"path", "c.yaml"}}},
      {"substitutions", {{"TAG_NAME", "v1.2.3"}}}};
  google["runDetails"]["byproducts"][0] = Json::object();  // as Google writes it
  CHECK(judged(google, key("3fe6dfada209606798e976322c8b69acae580a6708b7112f0f7a053a5b96d675")).level == 3);
  CHECK(judged(google, key("7ebd8a9404a4e7569477b178cc62a7909c11fb21a5715c3a96969047fa3b4e09")).level == 0);
  CHECK(judged(google, own).level == 0);
  const char* const kRegion = "aceb8d450900d79a89b54b689fc749f10954be3a1fa8660b12d698a86f4a9e4a";  // us-west2
  CHECK(judged(google, key(kRegion)).level == 0);
  google["buildDefinition"]["buildType"] = "https://cloudbuild.googleapis.com/CloudBuildYaml@v0.1";
  CHECK(judged(google, key("3fe6dfada209606798e976322c8b69acae580a6708b7112f0f7a053a5b96d675")).level == 0);
  Json older;
  older["builder"]["id"] = "https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3";
  older["recipe"]["type"] = "https://cloudbuild.googleapis.com/CloudBuildYaml@v0.1";
  older["recipe"]["arguments"] = Json::object();
  older["materials"][0]["uri"] = "https://github.com/o/r";
  older["materials"][0]["digest"]["sha1"] = kCommit;
  const auto level_of_older = [&](const attest::SignerIdentity& by) {
    return judge("https://slsa.dev/provenance/v0.1", older.dump(), by, {}, {}).level;
  };
  CHECK(level_of_older(key(kRegion)) == 3);
  CHECK(level_of_older(key("7ebd8a9404a4e7569477b178cc62a7909c11fb21a5715c3a96969047fa3b4e09")) == 3);
  CHECK(level_of_older(key("3fe6dfada209606798e976322c8b69acae580a6708b7112f0f7a053a5b96d675")) == 0);
  older["recipe"]["type"] = "https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3";
  CHECK(level_of_older(key(kRegion)) == 0);
  older["builder"]["id"] = "https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.2";
  CHECK(level_of_older(key(kRegion)) == 0);
  older["recipe"]["type"] = "https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.2";
  CHECK(level_of_older(key(kRegion)) == 3);

  Json buildkit = Json::parse(testing::read(testing::testdata("provenance/buildkit-v0.2.json")));
  const std::string docker = "https://github.com/docker/github-builder/.github/workflows/build.yml@refs/tags/v1.0.0";
  CHECK(judged(buildkit, workflow(docker)).level == 3);
  for (const char* release : {"v1", "v1.2", "v12.3.4"})
    CHECK(judged(buildkit, workflow(changed(docker, "v1.0.0", release))).level == 3);
  for (const char* other : {"1", "v", "v1.2.3.4", "v1-rc.1", "v1.2.3-rc.1", "main"})
    CHECK(judged(buildkit, workflow(changed(docker, "v1.0.0", other))).level == 0);
  for (const char* other : {"refs/heads/v1", "refs/pull/1/merge", "0123456789012345678901234567890123456789"})
    CHECK(judged(buildkit, workflow(changed(docker, "refs/tags/v1.0.0", other))).level == 0);
  CHECK(judged(buildkit, own).level == 0);
  CHECK(judged(buildkit, key("aa"), {}, {{}, true, true}).level == 1);  // an empty builder.id matches nothing
}

TEST_CASE("what cannot be read, or contradicts itself, satisfies nothing") {
  const Judgement none = judge(kV1, "{}", kByGenerator, {}, {});
  CHECK_FALSE(none.satisfied());
  CHECK(none.objection()->check == Check::predicate);
  CHECK_FALSE(Judgement().satisfied());
  Json predicate = generator();
  predicate["materials"][0]["digest"]["sha1"] = std::string(40, 'b');
  CHECK(judged(predicate, kByGenerator).objection()->check == Check::consistency);
  predicate = generator();
  predicate["materials"].push_back({{"uri", "git+https://github.com/o/r@refs/heads/evil"}});
  CHECK(judged(predicate, kByGenerator).objection()->check == Check::consistency);
}

TEST_CASE("expectations that nothing could meet are refused before anything is judged") {
  Expectations expected;
  expected.versioned_tag = "1.2.3";
  CHECK(expected.check().error().code() == ErrorCode::usage);
  expected.versioned_tag.clear();
  expected.commit = kCommit.substr(0, 12);
  CHECK_FALSE(expected.check());
  expected.commit.clear();
  expected.level = 4;
  CHECK_FALSE(expected.check());
  for (const char* source : {"github.com/o/r/", "github.com/o/../r", "https://user@github.com/o/r", ""})
    CHECK_FALSE(source_pattern(source));
  CHECK(source_pattern("git+https://github.com/o/r")->to_string() == "https://github.com/o/r");
  CHECK(source_pattern("**"));
}

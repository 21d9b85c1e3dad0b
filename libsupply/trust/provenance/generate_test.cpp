#include "libsupply/trust/provenance/generate.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/testing/testing.hpp"

using namespace supply;
using namespace supply::provenance;

namespace {

const std::string kCommit = "0123456789abcdef0123456789abcdef01234567";
const std::string kA(64, 'a'), kB(64, 'b');

// As docs.github.com, "Variables reference", describes them.
Environment github() {
  return {{"GITHUB_ACTIONS", "true"},
          {"GITHUB_REPOSITORY", "example/app"},
          {"GITHUB_REF", "refs/tags/v1.0"},
          {"GITHUB_SHA", kCommit},
          {"GITHUB_WORKFLOW_REF", "example/app/.github/workflows/release.yml@refs/tags/v1.0"},
          {"GITHUB_RUN_ID", "5"},
          {"GITHUB_RUN_ATTEMPT", "2"},
          {"GITHUB_EVENT_NAME", "push"},
          {"GITHUB_REPOSITORY_ID", "1"},
          {"GITHUB_REPOSITORY_OWNER_ID", "2"},
          {"GITHUB_SERVER_URL", "https://github.com"},
          {"RUNNER_ENVIRONMENT", "github-hosted"},
          {"GITHUB_TOKEN", "topsecretvalue"},
          {"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "topsecretvalue"}};
}
Environment gitlab() {
  return {{"GITLAB_CI", "true"},
          {"CI_PROJECT_URL", "https://gitlab.example/group/app"},
          {"CI_COMMIT_SHA", kCommit},
          {"CI_JOB_ID", "7"},
          {"CI_JOB_NAME", "build"},
          {"CI_RUNNER_ID", "12"},
          {"CI_COMMIT_REF_NAME", "main"},
          {"CI_JOB_TOKEN", "topsecretvalue"},
          {"CI_REPOSITORY_URL", "https://gitlab-ci-token:topsecretvalue@gitlab.example/group/app.git"},
          {"CI_MY_OWN", "topsecretvalue"},
          {"CI_JOB_STARTED_AT", "2026-11-24T10:00:00Z"},
          {"HOME", "/root"},
          {"CI_RUNNER_DESCRIPTION", "runner one"}};
}
GenerateOptions generic() {
  GenerateOptions options;
  options.builder_id = "https://ci.example/builder";
  options.build_type = "https://ci.example/make/v1";
  options.source = "git+https://git.example/o/r@refs/heads/main@" + kCommit;
  return options;
}
GeneratedProvenance made(const Environment& environment, const GenerateOptions& options) {
  auto result = generate(environment, options);
  if (!result) FAIL(result.error().message());
  return *result;
}
Error refused(const Environment& environment, const GenerateOptions& options) {
  const auto result = generate(environment, options);
  REQUIRE_FALSE(result);
  return result.error();
}

}  // namespace

TEST_CASE("GitHub's variables become its build type, to the byte") {
  const GeneratedProvenance out = made(github(), {});
  CHECK(out.system == "github");
  CHECK(
      out.predicate ==
      R"({"buildDefinition":{"buildType":"https://actions.github.io/buildtypes/workflow/v1","externalParameters":{"workflow":{"path":".github/workflows/release.yml","ref":"refs/tags/v1.0","repository":"https://github.com/example/app"}},"internalParameters":{"github":{"event_name":"push","repository_id":"1","repository_owner_id":"2","runner_environment":"github-hosted"}},"resolvedDependencies":[{"digest":{"gitCommit":"0123456789abcdef0123456789abcdef01234567"},"uri":"git+https://github.com/example/app@refs/tags/v1.0"}]},"runDetails":{"builder":{"id":"https://github.com/example/app/.github/workflows/release.yml@refs/tags/v1.0"},"metadata":{"invocationId":"https://github.com/example/app/actions/runs/5/attempts/2"}}})");
  CHECK(out.predicate == made(github(), {}).predicate);
}

TEST_CASE("GitLab's variables become its build type, with no value that could be masked") {
  const GeneratedProvenance out = made(gitlab(), {});
  CHECK(out.system == "gitlab");
  CHECK(out.predicate.find("topsecretvalue") == std::string::npos);
  CHECK(out.predicate.find("HOME") == std::string::npos);
  CHECK(out.notes.size() == 1);
  const auto value = nlohmann::json::parse(out.predicate);
  const auto& definition = value["buildDefinition"];
  CHECK(definition["externalParameters"]["source"] == "https://gitlab.example/group/app");
  CHECK(definition["externalParameters"]["entryPoint"] == "build");
  CHECK(definition["externalParameters"]["variables"]["CI_JOB_TOKEN"] == "[MASKED]");
  CHECK(definition["externalParameters"]["variables"]["CI_MY_OWN"] == "[MASKED]");
  CHECK(definition["externalParameters"]["variables"]["CI_COMMIT_SHA"] == kCommit);
  CHECK(definition["internalParameters"] == nlohmann::json{{"job", "7"}, {"name", "runner one"}});
  CHECK(definition["resolvedDependencies"] ==
        nlohmann::json::array(
            {{{"uri", "git+https://gitlab.example/group/app@refs/heads/main"}, {"digest", {{"gitCommit", kCommit}}}}}));
  CHECK(value["runDetails"]["builder"]["id"] == "https://gitlab.example/group/app/-/runners/12");
  CHECK(value["runDetails"]["metadata"] ==
        nlohmann::json{{"invocationId", "7"}, {"startedOn", "2026-11-24T10:00:00Z"}});
  auto tagged = gitlab();
  tagged["CI_COMMIT_TAG"] = "main";
  CHECK(made(tagged, {}).predicate.find("refs/tags/main") != std::string::npos);
}

TEST_CASE("what is made is read back as the same") {
  for (const auto& [environment, options] :
       {std::pair{github(), GenerateOptions()}, std::pair{gitlab(), GenerateOptions()},
        std::pair{Environment(), generic()}}) {
    const auto back = read("https://slsa.dev/provenance/v1", made(environment, options).predicate);
    REQUIRE(back);
    REQUIRE(back->sources.size() == 1);
    CHECK(back->sources[0].commit == kCommit);
    CHECK_FALSE(back->builder_id.empty());
  }
}

TEST_CASE("without a CI system the options say it all") {
  GenerateOptions options = generic();
  options.parameters = {{"target", "release"}, {"jobs", "2"}};
  options.dependencies = {"https://example.org/x.tgz@sha256:" + kB, "git+https://git.example/lib@" + kCommit,
                          "pkg:generic/x@1@sha256:" + kA};
  options.invocation_id = "run-1";
  options.started = *parse_rfc3339("2026-11-24T10:00:00Z");
  options.finished = *parse_rfc3339("2026-11-24T10:01:00Z");
  const GeneratedProvenance out = made({}, options);
  CHECK(out.system == "generic");
  const auto value = nlohmann::json::parse(out.predicate);
  CHECK(value["buildDefinition"]["externalParameters"] ==
        nlohmann::json{{"source", "git+https://git.example/o/r@refs/heads/main"},
                       {"parameters", {{"jobs", "2"}, {"target", "release"}}}});
  CHECK_FALSE(value["buildDefinition"].contains("internalParameters"));
  const auto& list = value["buildDefinition"]["resolvedDependencies"];
  REQUIRE(list.size() == 4);
  CHECK(list[0] ==
        nlohmann::json{{"uri", "git+https://git.example/o/r@refs/heads/main"}, {"digest", {{"gitCommit", kCommit}}}});
  CHECK(list[2] == nlohmann::json{{"uri", "pkg:generic/x@1"}, {"digest", {{"sha256", kA}}}});
  CHECK(value["runDetails"]["metadata"] == nlohmann::json{{"invocationId", "run-1"},
                                                          {"startedOn", "2026-11-24T10:00:00Z"},
                                                          {"finishedOn", "2026-11-24T10:01:00Z"}});
}

TEST_CASE("an organisation's required workflow names the repository that was built") {
  Environment environment = github();
  environment["GITHUB_WORKFLOW_REF"] = "example/.github/.github/workflows/shared.yml@refs/heads/main";
  environment["GITHUB_REF"] = "refs/pull/1/merge";
  const GeneratedProvenance out = made(environment, {});
  const auto value = nlohmann::json::parse(out.predicate);
  CHECK(value["buildDefinition"]["externalParameters"]["workflow"] ==
        nlohmann::json{{"repository", "https://github.com/example/app"},
                       {"path", "example/.github/.github/workflows/shared.yml"},
                       {"ref", "refs/heads/main"}});
  const auto back = read("https://slsa.dev/provenance/v1", out.predicate);
  REQUIRE(back);
  CHECK(back->contradiction.empty());
  REQUIRE(back->sources.size() == 1);
  CHECK(back->sources[0].address->to_string() == "https://github.com/example/app");
  CHECK(back->sources[0].ref == "refs/pull/1/merge");
  CHECK(back->sources[0].commit == kCommit);
}

TEST_CASE("a source without an address is refused: no policy could match what is signed for ever") {
  GenerateOptions options = generic();
  for (const char* none :
       {"https://git.example/a/../b", ".", "x", "https://git.example/app?x=1", "https://git.example/a b", "git@:o/r"}) {
    CAPTURE(none);
    options.source = none;
    const auto refused = generate({}, options);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::usage);
    CHECK(refused.error().message().find("--source") != std::string::npos);
  }
  options.source = "git@git.example:o/r.git@" + kCommit;
  CHECK(made({}, options).notes.empty());
}

TEST_CASE("a build that ended before it began is refused") {
  GenerateOptions options = generic();
  options.started = *parse_rfc3339("2026-11-24T10:00:00Z");
  options.finished = options.started;
  CHECK(generate({}, options));
  options.finished = *parse_rfc3339("2026-11-24T09:59:59Z");
  const auto refused = generate({}, options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::usage);
}

TEST_CASE("a source without a commit stands among the dependencies, so that others there are none of its") {
  GenerateOptions options = generic();
  options.source = "https://git.example/app";
  options.dependencies = {"git+https://git.example/lib@" + kCommit};
  const auto back = read("https://slsa.dev/provenance/v1", made({}, options).predicate);
  REQUIRE(back);
  CHECK(back->contradiction.empty());
  CHECK(back->dependencies.size() == 2);
}

TEST_CASE("each missing option and variable is named") {
  for (const auto& [field, name] :
       {std::pair{&GenerateOptions::builder_id, "--builder-id"},
        std::pair{&GenerateOptions::build_type, "--build-type"}, std::pair{&GenerateOptions::source, "--source"}}) {
    GenerateOptions options = generic();
    options.*field = "";
    CHECK(refused({}, options).code() == ErrorCode::usage);
    CHECK(refused({}, options).message().find(name) != std::string::npos);
  }
  for (const char* name : {"GITHUB_REPOSITORY", "GITHUB_SHA", "GITHUB_REF", "GITHUB_WORKFLOW_REF", "GITHUB_RUN_ID",
                           "GITHUB_RUN_ATTEMPT"}) {
    Environment environment = github();
    environment.erase(name);
    CHECK(refused(environment, {}).code() == ErrorCode::malformed);
    CHECK(refused(environment, {}).message().find(name) != std::string::npos);
    environment[name] = "@ ?";
    CHECK(refused(environment, {}).code() == ErrorCode::malformed);
  }
  for (const char* name :
       {"CI_PROJECT_URL", "CI_COMMIT_SHA", "CI_JOB_ID", "CI_JOB_NAME", "CI_RUNNER_ID", "CI_COMMIT_REF_NAME"}) {
    Environment environment = gitlab();
    environment.erase(name);
    CHECK(refused(environment, {}).code() == ErrorCode::malformed);
  }
  Environment late = gitlab();
  late["CI_JOB_STARTED_AT"] = "noon";
  CHECK(refused(late, {}).code() == ErrorCode::malformed);
}

TEST_CASE("options stand above the environment, but a source may not contradict it") {
  GenerateOptions options;
  options.builder_id = "https://ci.example/b";
  options.source = "https://github.com/example/app.git@" + kCommit;
  options.parameters = {{"level", "3"}};
  const auto value = nlohmann::json::parse(made(github(), options).predicate);
  CHECK(value["runDetails"]["builder"]["id"] == "https://ci.example/b");
  CHECK(value["buildDefinition"]["externalParameters"]["inputs"] == nlohmann::json{{"level", "3"}});
  options.source = "https://github.com/example/other";
  CHECK(refused(github(), options).code() == ErrorCode::usage);
  options.source = "https://github.com/example/app@" + std::string(40, 'f');
  CHECK(refused(github(), options).code() == ErrorCode::usage);
}

TEST_CASE("a secret is refused as a parameter and never repeated") {
  GenerateOptions options = generic();
  options.parameters = {{"API_TOKEN", "hunter2hunter2"}};
  CHECK(refused({}, options).code() == ErrorCode::usage);
  CHECK(refused({}, options).message().find("hunter2") == std::string::npos);
  options = generic();
  options.source = "https://user:hunter2@git.example/o/r";
  CHECK(refused({}, options).code() == ErrorCode::usage);
  CHECK(refused({}, options).message().find("hunter2") == std::string::npos);
  CHECK(refused(github(), options).message().find("hunter2") == std::string::npos);
}

TEST_CASE("a dependency needs a digest") {
  for (const char* text : {"https://example.org/x", "x@", "@sha256:aa", "x@sha256:aa", "x@md5:0123", ""}) {
    GenerateOptions options = generic();
    options.dependencies = {text};
    CHECK(refused({}, options).code() == ErrorCode::usage);
  }
}

TEST_CASE("pins that surely held become dependencies, sorted, each once; others are counted") {
  const auto pin = [](pins::PinKind kind, const std::string& resolved, const std::string& hex) {
    pins::Pin out;
    out.kind = kind;
    out.resolved = resolved;
    out.status = pins::PinStatus::pinned;
    if (!hex.empty()) out.digest = *Digest::parse("sha256:" + hex);
    return out;
  };
  std::vector<pins::Pin> all = {pin(pins::PinKind::image, "debian:12@sha256:" + kA, kA),
                                pin(pins::PinKind::image, "ghcr.io/o/x/y:1@sha256:" + kB, kB),
                                pin(pins::PinKind::image, "debian:12@sha256:" + kA, kA),
                                pin(pins::PinKind::frontend, "docker/dockerfile:1@sha256:" + kA, kA),
                                pin(pins::PinKind::url, "https://example.org/x", kB),
                                pin(pins::PinKind::git, "https://h/o/r.git#v1", ""),
                                pin(pins::PinKind::package, "flask==1.0", kA),
                                pin(pins::PinKind::package, "many==1.0", kA)};
  all[0].platform = all[2].platform = "linux/amd64";
  all[5].commit = kCommit;
  all[6].hashes = 1;
  all[7].hashes = 2;
  all.push_back(pin(pins::PinKind::image, "x:1@sha256:" + kA, kA));
  all.back().status = pins::PinStatus::default_only;
  GenerateOptions options = generic();
  options.pins = all;
  const GeneratedProvenance out = made({}, options);
  std::vector<std::string> uris;
  const auto value = nlohmann::json::parse(out.predicate);
  for (const auto& item : supply::testing::some(value["buildDefinition"]["resolvedDependencies"])) {
    CHECK(item["digest"].size() == 1);
    uris.push_back(item["uri"]);
  }
  std::sort(uris.begin(), uris.end());
  CHECK(uris ==
        std::vector<std::string>{"git+https://git.example/o/r@refs/heads/main", "git+https://h/o/r.git#v1",
                                 "https://example.org/x", "pkg:docker/debian@sha256:" + kA + "?platform=linux%2Famd64",
                                 "pkg:docker/docker/dockerfile@sha256:" + kA,
                                 "pkg:docker/o/x/y@sha256:" + kB + "?repository_url=ghcr.io", "pkg:pypi/flask@1.0"});
  REQUIRE(out.notes.size() == 1);
  CHECK(out.notes[0].starts_with("2 references"));
}

namespace {

// As each system's own documentation describes its variables.
std::map<std::string, Environment> other_systems() {
  return {{"circleci",
           {{"CIRCLECI", "true"},
            {"CIRCLE_REPOSITORY_URL", "git@github.com:example/app.git"},
            {"CIRCLE_SHA1", kCommit},
            {"CIRCLE_BRANCH", "main"},
            {"CIRCLE_JOB", "build"},
            {"CIRCLE_BUILD_URL", "https://circleci.com/gh/example/app/7"},
            {"CIRCLE_PROJECT_ID", "p-1"},
            {"CIRCLE_OIDC_TOKEN_V2", "topsecretvalue"}}},
          {"jenkins",
           {{"JENKINS_URL", "https://ci.example/"},
            {"BUILD_TAG", "jenkins-app-7"},
            {"BUILD_URL", "https://ci.example/job/app/7/"},
            {"JOB_NAME", "app"},
            {"GIT_URL", "https://topsecretvalue@github.com/example/app.git"},
            {"GIT_COMMIT", kCommit},
            {"GIT_BRANCH", "origin/main"}}},
          {"azure-pipelines",
           {{"TF_BUILD", "True"},
            {"BUILD_REPOSITORY_URI", "https://github.com/example/app"},
            {"BUILD_SOURCEVERSION", kCommit},
            {"BUILD_SOURCEBRANCH", "refs/heads/main"},
            {"BUILD_DEFINITIONNAME", "app"},
            {"SYSTEM_COLLECTIONURI", "https://dev.azure.com/example/"},
            {"SYSTEM_TEAMPROJECTID", "t-1"},
            {"BUILD_BUILDID", "7"},
            {"SYSTEM_ACCESSTOKEN", "topsecretvalue"}}},
          {"bitbucket",
           {{"BITBUCKET_BUILD_NUMBER", "7"},
            {"BITBUCKET_REPO_FULL_NAME", "example/app"},
            {"BITBUCKET_COMMIT", kCommit},
            {"BITBUCKET_BRANCH", "main"}}},
          {"tekton",
           {{"TEKTON_TASKRUN_NAME", "build-x7"},
            {"TEKTON_TASKRUN_NAMESPACE", "ci"},
            {"TEKTON_TASKRUN_UID", "u-1"},
            {"TEKTON_TASK_NAME", "build"},
            {"TEKTON_SOURCE_URL", "https://x:topsecretvalue@github.com/example/app"},
            {"TEKTON_SOURCE_COMMIT", kCommit},
            {"TEKTON_SOURCE_BRANCH", "main"}}},
          {"buildkite",
           {{"BUILDKITE", "true"},
            {"BUILDKITE_REPO", "git@github.com:example/app.git"},
            {"BUILDKITE_COMMIT", kCommit},
            {"BUILDKITE_BRANCH", "main"},
            {"BUILDKITE_BUILD_URL", "https://buildkite.com/example/app/builds/7"},
            {"BUILDKITE_ORGANIZATION_SLUG", "example"},
            {"BUILDKITE_PIPELINE_SLUG", "app"},
            {"BUILDKITE_JOB_ID", "j-1"},
            {"BUILDKITE_COMMAND", "make"},
            {"BUILDKITE_AGENT_ACCESS_TOKEN", "topsecretvalue"}}}};
}

}  // namespace

TEST_CASE("every CI system is told by its own mark, and what it says is read back as its source") {
  for (const auto& [name, environment] : other_systems()) {
    INFO(name);
    const GeneratedProvenance first = made(environment, {});
    CHECK(first.system == name);
    CHECK(first.predicate == made(environment, {}).predicate);
    CHECK(first.predicate.find("topsecretvalue") == std::string::npos);
    const auto back = read("https://slsa.dev/provenance/v1", first.predicate);
    REQUIRE(back);
    CHECK(back->contradiction.empty());
    REQUIRE(back->sources.size() == 1);
    const std::string host = name == "bitbucket" ? "https://bitbucket.org/" : "https://github.com/";
    CHECK(back->sources[0].address->to_string() == host + "example/app");
    CHECK(back->sources[0].ref == "refs/heads/main");
    CHECK(back->sources[0].commit == kCommit);
    CHECK_FALSE(back->builder_id.empty());
    CHECK_FALSE(back->invocation_id.empty());
    for (const auto& [variable, value] : environment) {
      Environment without = environment;
      without.erase(variable);
      const auto other = generate(without, {});  // whatever is missing, it is an error or a provenance, and no other's
      if (other) CHECK(other->predicate.find("topsecretvalue") == std::string::npos);
    }
  }
}

TEST_CASE("a CI system's commit and repository are what they must be, and a tag goes before a branch") {
  for (const auto& [name, commit, repository, tag] :
       {std::tuple{"circleci", "CIRCLE_SHA1", "CIRCLE_REPOSITORY_URL", "CIRCLE_TAG"},
        {"jenkins", "GIT_COMMIT", "GIT_URL", "TAG_NAME"},
        {"bitbucket", "BITBUCKET_COMMIT", "BITBUCKET_REPO_FULL_NAME", "BITBUCKET_TAG"},
        {"tekton", "TEKTON_SOURCE_COMMIT", "TEKTON_SOURCE_URL", "TEKTON_SOURCE_TAG"},
        {"buildkite", "BUILDKITE_COMMIT", "BUILDKITE_REPO", "BUILDKITE_TAG"}}) {
    INFO(name);
    Environment environment = other_systems().at(name);
    environment[tag] = "v1.0";
    CHECK(made(environment, {}).predicate.find("@refs/tags/v1.0\"") != std::string::npos);
    environment[commit] = "HEAD";
    CHECK(refused(environment, {}).message().find(commit) != std::string::npos);
    environment[commit] = kCommit;
    environment[repository] = "../evil";
    CHECK(refused(environment, {}).message().find(repository) != std::string::npos);
  }
}

TEST_CASE("inputs of a workflow_dispatch come from the event, and a secret among them is masked") {
  Environment environment = github();
  environment["GITHUB_EVENT_NAME"] = "workflow_dispatch";
  CHECK(made(environment, {}).notes.size() == 1);
  environment[std::string(kGithubEvent)] =
      R"({"inputs":{"release":"v1.0","debug":"true","api_token":"topsecretvalue"},"sender":{"login":"x"}})";
  const GeneratedProvenance with = made(environment, {});
  const auto inputs = nlohmann::json::parse(with.predicate)["buildDefinition"]["externalParameters"]["inputs"];
  CHECK(inputs == nlohmann::json{{"release", "v1.0"}, {"debug", "true"}, {"api_token", "[MASKED]"}});
  CHECK(with.notes == std::vector<std::string>{"1 inputs are listed without their values"});
  environment["GITHUB_EVENT_NAME"] = "push";
  CHECK(made(environment, {}).predicate.find("inputs") == std::string::npos);
  environment["GITHUB_EVENT_NAME"] = "workflow_dispatch";
  environment[std::string(kGithubEvent)] = "[]";
  CHECK(refused(environment, {}).code() == ErrorCode::malformed);
  environment[std::string(kGithubEvent)] = R"({"inputs":null})";
  CHECK(made(environment, {}).notes.empty());
}

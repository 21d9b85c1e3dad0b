// Which repository was built, by each build type's own shape; and predicates that contradict themselves.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/trust/provenance/provenance.hpp"

using namespace supply;
using namespace supply::provenance;
using Json = nlohmann::json;

namespace {

const std::string kA(40, 'a'), kB(40, 'b');
constexpr const char* kApp = "https://git.example/org/app";

Json dependency(const std::string& uri, const std::string& commit = {}, const std::string& name = {}) {
  Json value{{"uri", uri}};
  if (!commit.empty()) value["digest"] = {{"gitCommit", commit}};
  if (!name.empty()) value["name"] = name;
  return value;
}

// A list of one in braces is a list for GCC, and its element for clang.
Json list_of(Json value) { return value.is_object() && !value.empty() ? Json::array({std::move(value)}) : value; }

Provenance v1(const std::string& type, Json external, Json dependencies, Json internal = Json::object()) {
  const Json value{{"buildDefinition",
                    {{"buildType", type},
                     {"externalParameters", std::move(external)},
                     {"internalParameters", std::move(internal)},
                     {"resolvedDependencies", list_of(std::move(dependencies))}}},
                   {"runDetails", {{"builder", {{"id", "https://ci.example/b"}}}}}};
  auto read_one = read("https://slsa.dev/provenance/v1", value.dump());
  if (!read_one) FAIL(read_one.error().message());
  return *read_one;
}
Provenance v0_2(const std::string& type, Json invocation, Json materials, Json config = nullptr) {
  const Json value{{"builder", {{"id", "https://ci.example/b"}}},
                   {"buildType", type},
                   {"invocation", std::move(invocation)},
                   {"buildConfig", std::move(config)},
                   {"materials", list_of(std::move(materials))}};
  auto read_one = read("https://slsa.dev/provenance/v0.2", value.dump());
  if (!read_one) FAIL(read_one.error().message());
  return *read_one;
}

/// "address ref commit" of each source, or the contradiction.
std::vector<std::string> told(const Provenance& provenance) {
  if (!provenance.contradiction.empty()) return {"contradiction: " + provenance.contradiction};
  std::vector<std::string> all;
  for (const SourceRepository& source : provenance.sources)
    all.push_back((source.address ? source.address->to_string() : "none") + " " + source.ref + " " +
                  source.commit.substr(0, 1));
  return all;
}
bool contradicts(const Provenance& provenance) { return !provenance.contradiction.empty(); }
using Told = std::vector<std::string>;

const std::string kGitHub = "https://actions.github.io/buildtypes/workflow/v1";
const std::string kOld = "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1";
const std::string kUnknown = "https://ci.example/build/v1";

Json workflow(const std::string& repository, const std::string& ref,
              const std::string& path = ".github/workflows/x.yml") {
  return {{"workflow", {{"repository", repository}, {"ref", ref}, {"path", path}}}};
}

}  // namespace

TEST_CASE("GitHub: the repository of the workflow and of the first dependency are one, and others are dependencies") {
  for (const std::string& type : {kGitHub, kOld}) {
    const auto from = [&](const std::string& uri, const std::string& commit) {
      return v1(
          type, workflow(kApp, "refs/heads/main"),
          Json::array({dependency(uri, commit), dependency("git+https://git.example/tools/builder@refs/tags/v1", kB)}));
    };
    CHECK(told(from("git+https://git.example/org/app@refs/heads/main", kA)) ==
          Told{"https://git.example/org/app refs/heads/main a"});
    CHECK(contradicts(from("git+https://git.example/evil/app@refs/heads/main", kA)));
    CHECK(contradicts(from("git+https://git.example/org/app@refs/heads/evil", kA)));
    CHECK(contradicts(from("git+https://git.example/org/app@refs/tags/main", kA)));
    CHECK(contradicts(from("git+https://git.example/org/app/../../evil/app@refs/heads/main", kA)));
  }
  CHECK(told(v1(kGitHub, workflow(kApp, "refs/heads/main"), Json::array())) ==
        Told{"https://git.example/org/app refs/heads/main "});
}

TEST_CASE("GitHub: for a required workflow, what was built is the repository and ref that was resolved") {
  const auto required = v1(kGitHub, workflow(kApp, "refs/heads/main", "org/.github/.github/workflows/shared.yml"),
                           Json::array({dependency("git+https://git.example/org/app@refs/pull/1/merge", kA)}));
  CHECK(told(required) == Told{"https://git.example/org/app refs/pull/1/merge a"});
  // The workflow's repository in the source's place, as Supply 0.1.0 wrote it.
  CHECK(contradicts(v1(kGitHub, workflow("https://git.example/org/.github", "refs/heads/main"),
                       Json::array({dependency("git+https://git.example/org/app@refs/heads/main", kA)}))));
}

TEST_CASE("slsa-github-generator: what a delegating workflow checked out is its first dependency") {
  const std::string type = "https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0";
  const auto from = [&](const std::string& repository) {
    return v1(type, {{"inputs", Json::object()}, {"vars", Json::object()}},
              Json::array({dependency("git+https://git.example/org/app@refs/tags/v1", kA)}),
              {{"GITHUB_REPOSITORY", repository}, {"GITHUB_REF", "refs/heads/main"}, {"GITHUB_SHA", kB}});
  };
  CHECK(told(from("org/app")) == Told{"https://git.example/org/app refs/tags/v1 a"});
  CHECK(contradicts(from("evil/app")));
  CHECK(told(v1(type, {{"inputs", Json::object()}}, Json::array())).empty());
}

TEST_CASE("npm 9 wrote the workflow's own repository into its path") {
  const auto from = [](const std::string& entry, const std::string& ref) {
    return v0_2("https://github.com/npm/cli/gha@v1",
                {{"configSource",
                  {{"uri", "git+https://git.example/org/app@refs/heads/main"},
                   {"digest", {{"sha1", kA}}},
                   {"entryPoint", entry}}}},
                Json::array({{{"uri", "git+https://git.example/org/app@" + ref}, {"digest", {{"sha1", kA}}}}}));
  };
  CHECK(contradicts(from("org/app/.github/workflows/x.yml@refs/heads/main", "refs/heads/evil")));
  CHECK(told(from("org/.github/.github/workflows/x.yml@refs/heads/main", "refs/heads/other")) ==
        Told{"https://git.example/org/app refs/heads/other a"});
}

TEST_CASE("a commit or ref that is said twice is the same, or nothing is proven") {
  const auto says = [](Json source, Json dependencies) {
    return v1(kUnknown, {{"source", std::move(source)}}, std::move(dependencies));
  };
  const Json main{{"uri", "git+https://git.example/org/app@refs/heads/main"}, {"digest", {{"gitCommit", kA}}}};
  CHECK(told(says(main, Json::array())) == Told{"https://git.example/org/app refs/heads/main a"});
  CHECK(told(says(main, Json::array({dependency(kApp, kA)}))) == Told{"https://git.example/org/app refs/heads/main a"});
  CHECK(contradicts(says(main, Json::array({dependency(kApp, kB)}))));
  CHECK(contradicts(says(main, Json::array({dependency(kApp, kA), dependency(kApp, kB)}))));
  CHECK(contradicts(says(kApp, Json::array({dependency(kApp, kA), dependency(std::string(kApp) + ".git", kB)}))));
  CHECK(contradicts(says(kApp, Json::array({dependency("git+https://git.example/evil/app", kA)}))));
  CHECK(contradicts(says(kApp, Json::array({dependency("https://git.example/evil/app.git#main")}))));
  Json other_ref = main;
  other_ref["ref"] = "refs/heads/evil";
  CHECK(contradicts(says(other_ref, Json::array())));
  other_ref["ref"] = "main";  // the short name of the same
  CHECK(told(says(other_ref, Json::array())) == Told{"https://git.example/org/app refs/heads/main a"});
  // A commit in the place of the ref.
  CHECK(contradicts(says({{"uri", std::string(kApp) + "#" + kB}, {"digest", {{"sha1", kA}}}}, Json::array())));
  CHECK(told(says(std::string(kApp) + "@" + kA, Json::array())) == Told{"https://git.example/org/app  a"});
  // Packages, images and archives say nothing of a repository.
  CHECK(told(says(kApp,
                  Json::array({{{"uri", "pkg:npm/x@1"}, {"digest", {{"sha1", kB}}}},
                               {{"uri", "https://x.example/x.tgz"}, {"digest", {{"sha256", kB + kB.substr(16)}}}}}))) ==
        Told{"https://git.example/org/app  "});
}

TEST_CASE("a dependency's digests and abbreviated commits agree with the commit, or nothing is proven") {
  const Json source{{"source", kApp}};
  const auto with = [&](Json digest) {
    return told(v1(kUnknown, source, {dependency(kApp, kA), {{"uri", kApp}, {"digest", std::move(digest)}}}));
  };
  const Told known{std::string(kApp) + "  a"};
  CHECK(with({{"gitCommit", std::string(40, 'A')}, {"sha1", kA}}) == known);
  CHECK(with({{"gitCommit", "aaaaaaa"}}) == known);
  CHECK(with({{"gitCommit", "aaaaaaa"}, {"sha1", kA}}) == known);
  CHECK(with({{"sha256", std::string(64, 'c')}}) == known);  // of an archive, say
  CHECK(contradicts(v1(kUnknown, source, {dependency(kApp, "bbbbbbb"), dependency(kApp, kA)})));
  for (const Json& digest : {Json{{"gitCommit", kA}, {"sha1", kB}}, Json{{"gitCommit", kB}, {"sha1", kA}},
                             Json{{"gitCommit", kA}, {"sha256", kB}}, Json{{"gitCommit", "bbbbbbb"}},
                             Json{{"sha1", "bbbbbbb"}}, Json{{"gitCommit", "zzz"}, {"sha1", kA}}})
    CHECK(with(digest)[0].starts_with("contradiction: "));
  const Provenance alone = v1(kUnknown, source, {dependency(kApp, "aaaaaaa")});
  REQUIRE(alone.sources.size() == 1);
  CHECK(alone.sources[0].commit.empty());
  CHECK_FALSE(SourcePattern::parse(std::string(kApp) + "@aaaaaaa*")->matches(alone.sources[0]));
  const Json twice{{"gitCommit", kA}, {"sha1", kB}};
  CHECK(contradicts(v1("https://tekton.dev/chains/v2/slsa", Json::object(),
                       {{{"uri", "git+" + std::string(kApp)}, {"name", "inputs/result"}, {"digest", twice}}})));
  CHECK(contradicts(v0_2(kUnknown, {{"configSource", {{"uri", kApp}, {"digest", twice}}}}, Json::array())));
}

TEST_CASE("another spelling of the source's repository at another commit is a contradiction") {
  for (const char* uri :
       {"git+ssh://git@git.example/org/app.git", "git@git.example:org/app.git", "ssh://git.example:22/org/app",
        "git+http://git.example/org/app", "git://git.example/org/app.git", "git+https://git.example/Org/App"}) {
    CAPTURE(uri);
    CHECK(contradicts(v1(kUnknown, {{"source", kApp}}, {dependency(kApp, kA), dependency(uri, kB)})));
    CHECK_FALSE(contradicts(v1(kUnknown, {{"source", kApp}}, {dependency(kApp, kA), dependency(uri, kA)})));
  }
  // What was fetched unprotected is not the https repository.
  CHECK(contradicts(v1(kUnknown, {{"source", kApp}}, {dependency("git+http://git.example/org/app", kA)})));
  CHECK_FALSE(contradicts(v1(kUnknown, {{"source", kApp}}, {dependency("git@git.example:org/app.git", kA)})));
}

TEST_CASE("of an unknown build type, every member that can name a source does") {
  const auto both =
      v1(kUnknown, {{"workflow", {{"repository", kApp}}}, {"source", "https://git.example/evil/app"}}, Json::array());
  CHECK(told(both) == Told{"https://git.example/org/app  ", "https://git.example/evil/app  "});
  const auto built = v1(kUnknown,
                        {{"buildConfigSource", {{"repository", kApp}}},
                         {"sourceToBuild", {{"repository", "https://git.example/evil/app"}}}},
                        Json::array());
  CHECK(told(built).size() == 2);
  CHECK(told(v1(kUnknown, {{"source", "https://git.example/%41"}}, Json::array())) == Told{"none  "});
}

TEST_CASE("GitLab: its project, and what its variables say of it") {
  const auto from = [](Json variables) {
    return v1("https://docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1",
              {{"source", kApp}, {"entryPoint", "build"}, {"variables", std::move(variables)}},
              Json::array({{{"uri", kApp}, {"digest", {{"sha256", kA}}}}}));
  };
  CHECK(told(from({{"CI_PROJECT_URL", kApp}, {"CI_COMMIT_SHA", kA}})) == Told{"https://git.example/org/app  a"});
  CHECK(told(from({{"CI_PROJECT_URL", "[MASKED]"}, {"CI_COMMIT_SHA", ""}})) == Told{"https://git.example/org/app  a"});
  CHECK(contradicts(from({{"CI_PROJECT_URL", "https://git.example/evil/app"}})));
  CHECK(contradicts(from({{"CI_COMMIT_SHA", kB}})));
}

TEST_CASE("Cloud Build: the source to build where it is another than the configuration's") {
  const std::string type = "https://cloud.google.com/build/gcb-buildtypes/google-worker/v1";
  const Json config{{"repository", "git+https://git.example/org/config"}, {"ref", "refs/heads/main"}};
  const Json dependencies = Json::array({dependency("git+https://git.example/org/config@refs/heads/main", kB),
                                         dependency("git+https://git.example/org/app@refs/heads/main", kA)});
  CHECK(told(v1(type,
                {{"buildConfigSource", config}, {"sourceToBuild", {{"repository", kApp}, {"ref", "refs/heads/main"}}}},
                dependencies)) == Told{"https://git.example/org/app refs/heads/main a"});
  CHECK(told(v1(type, {{"buildConfigSource", config}}, dependencies)) ==
        Told{"https://git.example/org/config refs/heads/main b"});
}

TEST_CASE("BuildKit: the remote context; a local directory is no source, whatever the hints say") {
  for (const bool old : {true, false}) {
    const auto from = [&](Json request) {
      const std::string uri = std::string(kApp) + ".git#refs/heads/main";
      const Json source{{"uri", uri}, {"digest", {{"sha1", kA}}}};
      const Json used = Json::array({{{"uri", uri}, {"digest", {{"sha1", kA}}}},
                                     {{"uri", "https://git.example/lib/x.git#v1"}, {"digest", {{"sha1", kB}}}}});
      if (old)
        return v0_2("https://mobyproject.org/buildkit@v1", {{"configSource", source}, {"parameters", request}}, used);
      return v1("https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
                {{"configSource", source}, {"request", request}}, used);
    };
    CHECK(told(from({{"frontend", "dockerfile.v0"}})) == Told{"https://git.example/org/app refs/heads/main a"});
    CHECK(told(from({{"locals", Json::array({{{"name", "context"}}})}})).empty());
    CHECK(told(from({{"args", {{"context", "https://git.example/evil/app.git#main"}}}})).size() == 2);
    CHECK(told(from({{"args", {{"vcs:source", "https://git.example/evil/app"}}}})).size() == 1);
  }
}

TEST_CASE("BuildKit: every context that its arguments name is a source, and a local one under any key is none") {
  const std::string type = "https://mobyproject.org/buildkit@v1";
  const auto sources = [&](Json parameters) {
    return told(v0_2(type, {{"configSource", {{"uri", kApp}, {"digest", {{"sha1", kA}}}}}, {"parameters", parameters}},
                     {dependency(kApp, kA)}));
  };
  const std::string app = std::string(kApp) + "  a";
  for (const auto& [context, address] : {std::pair{"user@evil.example:x/y.git", "https://evil.example/x/y  "},
                                         {"github.com/evil/x", "https://github.com/evil/x  "},
                                         {"github.com/evil/x.git#main:sub", "https://github.com/evil/x main "},
                                         {"https://evil.example/x.tar.gz", "https://evil.example/x.tar.gz  "},
                                         {"user@evil:x", "none  "},
                                         {".", "none  "}}) {
    CHECK(sources({{"args", {{"context", context}}}}) == Told{app, address});
    CHECK(sources({{"args", {{"contextkey", "other"}, {"other", context}}}}) == Told{app, address});
  }
  CHECK(sources({{"args", {{"build-arg:A", "github.com/o/r"}}}, {"locals", {{{"name", "dockerfile"}}}}}) == Told{app});
  CHECK(sources({{"args", {{"contextkey", "src"}}}, {"locals", {{{"name", "src"}}}}}).empty());
  CHECK(sources({{"locals", {{{"name", "context"}}}}}).empty());
}

TEST_CASE("Tekton: what a task reported as input; pipelines and tasks are definitions") {
  const Json named = Json::array({dependency("git+https://git.example/org/pipelines.git", kB, "pipeline"),
                                  dependency("git+https://git.example/catalog/tasks.git", kB, "pipelineTask"),
                                  {{"uri", "oci://r.example/image"}, {"digest", {{"sha256", std::string(64, 'c')}}}},
                                  dependency("git+https://git.example/org/app.git", kA, "inputs/result")});
  for (const char* type : {"https://tekton.dev/chains/v2/slsa", "https://tekton.dev/chains/v2/slsa-tekton",
                           "https://tekton.dev/predicate/chains/slsa/v2"}) {
    CHECK(told(v1(type,
                  {{"runSpec", Json::object()},
                   {"buildConfigSource", {{"repository", "git+https://git.example/org/pipelines.git"}}}},
                  named)) == Told{"https://git.example/org/app  a"});
    CHECK(told(v1(type, {{"runSpec", Json::object()}}, Json::array({named[0], named[1]}))).empty());
  }
  const Json definition{{"uri", "git+https://git.example/catalog/tasks.git"}, {"digest", {{"sha1", kB}}}};
  const Json source{{"uri", "git+https://git.example/org/app.git"}, {"digest", {{"sha1", kA}}}};
  const Json tasks{{"tasks", Json::array({{{"invocation", {{"configSource", definition}}}}})}};
  CHECK(told(v0_2("tekton.dev/v1beta1/PipelineRun", {{"configSource", Json::object()}},
                  Json::array({definition, source}), tasks)) == Told{"https://git.example/org/app  a"});
  CHECK(told(v0_2("tekton.dev/v1beta1/PipelineRun", Json::object(), Json::array({definition}), tasks)) ==
        Told{"https://git.example/catalog/tasks  b"});
}

TEST_CASE("v0.2: the configuration, the materials and the environment agree, or nothing is proven") {
  for (const char* type : {"https://github.com/slsa-framework/slsa-github-generator/generic@v1",
                           "https://github.com/npm/cli/gha/v2", "https://ci.example/old"}) {
    INFO(type);
    const auto from = [&](const std::string& material, const std::string& commit, Json environment) {
      return v0_2(type,
                  {{"configSource",
                    {{"uri", "git+https://git.example/org/app@refs/heads/main"},
                     {"digest", {{"sha1", kA}}},
                     {"entryPoint", ".github/workflows/x.yml"}}},
                   {"environment", std::move(environment)}},
                  Json::array({{{"uri", material}, {"digest", {{"sha1", commit}}}}}));
    };
    const std::string main = "git+https://git.example/org/app@refs/heads/main";
    CHECK(told(from(main, kA,
                    {{"GITHUB_REPOSITORY", "org/app"},
                     {"GITHUB_REF", "refs/heads/main"},
                     {"GITHUB_SHA", kA},
                     {"github_ref", "refs/heads/main"},
                     {"github_sha1", kA}})) == Told{"https://git.example/org/app refs/heads/main a"});
    CHECK(contradicts(from("git+https://git.example/evil/app@refs/heads/main", kA, Json::object())));
    CHECK(contradicts(from("git+https://git.example/org/app@refs/heads/evil", kA, Json::object())));
    CHECK(contradicts(from(main, kB, Json::object())));
    CHECK(contradicts(from(main, kA, {{"github_sha1", kB}})));
    CHECK(contradicts(from(main, kA, {{"GITHUB_REF", "refs/heads/evil"}})));
    CHECK(contradicts(from(main, kA, {{"GITHUB_REPOSITORY", "evil/app"}})));
  }
}

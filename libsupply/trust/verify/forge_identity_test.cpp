#include "libsupply/trust/verify/forge_identity.hpp"

#include <catch2/catch.hpp>

namespace supply::verify {
namespace {

// A certificate of a run of example/app at a tag, by its own workflow.
attest::CertificateIdentity run() {
  return {"https://github.com/example/app/.github/workflows/release.yml@refs/tags/v1.0",
          std::string(kGithubIssuer),
          {{"5", "example/app"},
           {"6", "refs/tags/v1.0"},
           {"12", "https://github.com/example/app"},
           {"14", "refs/tags/v1.0"}}};
}

bool matches(const Result<std::vector<TrustedIdentity>>& wanted, const attest::CertificateIdentity& identity) {
  REQUIRE(wanted);
  for (const TrustedIdentity& each : *wanted)
    if (each.matches(identity)) return true;
  return false;
}
bool github(const char* repository, const char* workflow, const attest::CertificateIdentity& identity = run()) {
  return matches(github_identity(repository, workflow), identity);
}

TEST_CASE("a repository of GitHub is meant by its name, its ref and its workflow") {
  CHECK(github("example/app", ""));
  CHECK(github("example/app@refs/tags/v1.0", ""));
  CHECK(github("example/app@v1.0", ""));
  CHECK(github("example/app", "release.yml"));
  CHECK(github("example/app@v1.0", ".github/workflows/release.yml"));
  for (const char* other : {"example/ap", "example/app2", "Example/app", "xexample/app", "example/app.x",
                            "example/app@refs/heads/v1.0", "example/app@v1", "example/app@v1x0", "example/app@1.0"})
    CHECK_FALSE(github(other, ""));
  for (const char* other : {"elease.yml", "release.ym", "build.yml", ".github/workflows/release.yaml",
                            "other/app/.github/workflows/release.yml"})
    CHECK_FALSE(github("example/app", other));
}

TEST_CASE("every part of what is meant counts") {
  attest::CertificateIdentity other = run();
  other.issuer = "https://token.actions.githubusercontent.com.example";
  CHECK_FALSE(github("example/app", "", other));
  other = run();  // a workflow of another repository, run for this one
  other.name = "https://github.com/shared/build/.github/workflows/release.yml@refs/heads/main";
  CHECK_FALSE(github("example/app", "", other));
  CHECK_FALSE(github("example/app", "release.yml", other));
  CHECK(github("example/app", "shared/build/.github/workflows/release.yml", other));
  CHECK(github("example/app@v1.0", "shared/build/.github/workflows/release.yml", other));
  other = run();  // this repository's workflow, run for a fork
  other.extensions["12"] = "https://github.com/fork/app";
  other.extensions["5"] = "fork/app";
  CHECK_FALSE(github("example/app", "", other));
  other = run();  // as certificates were in 2022
  other.extensions.erase("12");
  other.extensions.erase("14");
  CHECK(github("example/app@v1.0", "", other));
  CHECK_FALSE(github("example/app@v1.1", "", other));
  other.extensions.clear();
  CHECK_FALSE(github("example/app", "", other));
  other = run();  // the name is at the beginning, and the file in the path
  other.name = "https://evil.example/?https://github.com/example/app/.github/workflows/release.yml@refs/tags/v1.0";
  CHECK_FALSE(github("example/app", "", other));
}

TEST_CASE("a project of GitLab is meant by its path, its host and its pipeline") {
  attest::CertificateIdentity identity{"https://gitlab.com/group/sub/app//.gitlab-ci.yml@refs/heads/main",
                                       "https://gitlab.com",
                                       {{"12", "https://gitlab.com/group/sub/app"}, {"14", "refs/heads/main"}}};
  const auto gitlab = [&](const char* project, const char* workflow) {
    return matches(gitlab_identity(project, workflow), identity);
  };
  CHECK(gitlab("group/sub/app", ""));
  CHECK(gitlab("group/sub/app@main", ".gitlab-ci.yml"));
  CHECK(gitlab("https://gitlab.com/group/sub/app", ""));
  CHECK_FALSE(gitlab("group/sub", ""));
  CHECK_FALSE(gitlab("group/sub/app@dev", ""));
  CHECK_FALSE(gitlab("group/sub/app", "ci.yml"));
  CHECK_FALSE(gitlab("https://gitlab.example/group/sub/app", ""));
  identity.name = "https://gitlab.example/group/sub/app//.gitlab-ci.yml@refs/heads/main";
  identity.issuer = "https://gitlab.example";
  identity.extensions["12"] = "https://gitlab.example/group/sub/app";
  CHECK(gitlab("https://gitlab.example/group/sub/app@main", ""));
  CHECK_FALSE(gitlab("group/sub/app", ""));
}

TEST_CASE("what names no repository is a wrong command") {
  for (const char* text : {"", "app", "a/b/c", "a/b@", "/b", "a/", "a b/c", "https://github.com/a/b", "a/..", "a/*"})
    CHECK(github_identity(text, "").error().code() == ErrorCode::usage);
  for (const char* text : {"/x.yml", "x.yml@v1", "dir/x.yml", "a/"})
    CHECK(github_identity("a/b", text).error().code() == ErrorCode::usage);
  for (const char* text :
       {"", "app", "a/b@", "https://gitlab.example", "https:///a/b", "http://gitlab.com/a/b", "a//b"})
    CHECK(gitlab_identity(text, "").error().code() == ErrorCode::usage);
}

}  // namespace
}  // namespace supply::verify

#include "libsupply/image/registry/credentials.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using registry::Credential;
using registry::CredentialFiles;
using testing::TempDirectory;

namespace {

std::string entry(const std::string& key, const std::string& user) {
  return "\"" + key + "\":{\"auth\":\"" + to_base64(user + ":pass:word") + "\"}";
}

std::string auths(const std::string& entries) { return "{\"auths\":{" + entries + "}}"; }

// "user" of the credential that is found, "-" for none, the code for an error.
std::string who(const http::Environment& environment, const std::string& registry,
                const std::string& repository = "app", const std::string& auth_file = {}) {
  CredentialFiles files({.environment = environment, .auth_file = auth_file, .user_id = 4242});
  const auto found = files.find(registry, repository);
  if (!found) return "error " + std::string(to_string(found.error().code()));
  if (!*found) return "-";
  if (!(*found)->identity_token.empty()) return "token " + (*found)->identity_token;
  CHECK((*found)->password == "pass:word");
  return (*found)->username;
}

void helper(const TempDirectory& directory, const std::string& name, const std::string& script) {
  testing::write(directory / ("docker-credential-" + name), "#!/bin/sh\n" + script + "\n");
  std::filesystem::permissions(directory / ("docker-credential-" + name), std::filesystem::perms::owner_all);
}

}  // namespace

TEST_CASE("places are asked in podman's order, then docker's") {
  const TempDirectory home;
  const std::string at = home.path().string();
  http::Environment environment{{"HOME", at}, {"XDG_RUNTIME_DIR", at + "/run"}};
  CHECK(who(environment, "r.example") == "-");
  testing::write(home / ".dockercfg", "{" + entry("r.example", "old") + "}");
  CHECK(who(environment, "r.example") == "old");
  testing::write(home / ".docker/config.json", auths(entry("r.example", "docker")));
  CHECK(who(environment, "r.example") == "docker");
  testing::write(home / ".config/containers/auth.json", auths(entry("r.example", "config")));
  CHECK(who(environment, "r.example") == "config");
  testing::write(home / "run/containers/auth.json", auths(entry("r.example", "runtime")));
  CHECK(who(environment, "r.example") == "runtime");
  environment["DOCKER_AUTH_CONFIG"] = auths(entry("r.example", "variable"));
  CHECK(who(environment, "r.example") == "variable");
  testing::write(home / "only.json", auths(entry("other.example", "only")));
  environment["REGISTRY_AUTH_FILE"] = at + "/only.json";
  CHECK(who(environment, "r.example") == "-");
  CHECK(who(environment, "other.example") == "only");
  testing::write(home / "flag.json", auths(entry("r.example", "flag")));
  CHECK(who(environment, "r.example", "app", at + "/flag.json") == "flag");
}

TEST_CASE("DOCKER_CONFIG and XDG_CONFIG_HOME stand for the usual directories") {
  const TempDirectory home;
  const std::string at = home.path().string();
  testing::write(home / "d/config.json", auths(entry("r.example", "docker")));
  CHECK(who({{"HOME", "/nowhere"}, {"DOCKER_CONFIG", at + "/d"}}, "r.example") == "docker");
  testing::write(home / "x/containers/auth.json", auths(entry("r.example", "config")));
  CHECK(who({{"XDG_CONFIG_HOME", at + "/x"}, {"DOCKER_CONFIG", at + "/d"}}, "r.example") == "config");
}

TEST_CASE("the longest key wins, and old keys are addresses") {
  const TempDirectory home;
  const auto find = [&](const std::string& entries, const std::string& registry, const std::string& repository) {
    testing::write(home / "a.json", auths(entries));
    return who({}, registry, repository, (home / "a.json").string());
  };
  const std::string all =
      entry("r.example", "host") + "," + entry("r.example/team", "team") + "," + entry("r.example/team/app", "app");
  CHECK(find(all, "r.example", "team/app") == "app");
  CHECK(find(all, "r.example", "team/other") == "team");
  CHECK(find(all, "r.example", "teams/app") == "host");
  CHECK(find(all, "r.example:5000", "team/app") == "-");
  CHECK(find(entry("https://r.example/v2/", "url"), "r.example", "app") == "url");
  CHECK(find(entry("https://r.example:5000/v1/", "url"), "r.example:5000", "app") == "url");
  CHECK(find(entry("https://index.docker.io/v1/", "hub"), "docker.io", "library/debian") == "hub");
  CHECK(find(entry("docker.io", "podman"), "docker.io", "library/debian") == "podman");
  CHECK(find(entry("https://r.example.evil/v2/", "url"), "r.example", "app") == "-");
}

TEST_CASE("a key means its host in every spelling that docker, podman and people use") {
  const TempDirectory home;
  const auto find = [&](const std::string& key, const std::string& registry,
                        const std::string& repository = "team/app") {
    testing::write(home / "a.json", auths(entry(key, "u")));
    return who({}, registry, repository, (home / "a.json").string());
  };
  for (const char* key :
       {"r.example:5000", "r.example:5000/", "https://r.example:5000", "http://r.example:5000/",
        "https://r.example:5000/v2/", "http://r.example:5000/v1/", "r.example:5000/v2", "r.example:5000/v1/",
        "https://r.example:5000/some/page", "R.Example:5000", "HTTPS://R.EXAMPLE:5000/v2/", "r.example.:5000",
        "r.example:05000", " r.example:5000 ", "r.example:5000//", "r.example:5000/team/", "r.example:5000/team/app",
        "r.example:5000/team/app/"}) {
    CAPTURE(key);
    CHECK(find(key, "r.example:5000") == "u");
  }
  for (const char* key : {"r.example", "r.example:443", "https://r.example:443/v2/", "https://r.example"}) {
    CAPTURE(key);
    CHECK(find(key, "r.example") == "u");
    CHECK(find(key, "r.example:443") == "u");
    CHECK(find(key, "r.example:5000") == "-");
  }
  // A host on this machine is asked at port 80 first, so ":443" says another server: as references and docker read it.
  CHECK(find("localhost:443", "localhost:443") == "u");
  CHECK(find("localhost:443", "localhost") == "-");
  CHECK(find("localhost", "localhost:443") == "-");
  CHECK(find("foo", "foo:443") == "u");
  for (const char* key :
       {"docker.io", "index.docker.io", "registry-1.docker.io", "https://index.docker.io/v1/",
        "https://index.docker.io/v1", "index.docker.io/v1/", "https://index.docker.io/v2/", "https://docker.io",
        "https://registry-1.docker.io/v2/", "docker.io/", "docker.io/team", "https://index.docker.io:443/v1/"}) {
    CAPTURE(key);
    CHECK(find(key, "docker.io") == "u");
    CHECK(find(key, "r.example") == "-");
  }
  for (const char* key :
       {"r.example:5000/other", "r.example:5000/tea", "r.example:5000/team/app/more", "r.example.evil:5000",
        "evil.r.example:5000", "r.example:50000", "user@r.example:5000", "", "/", "https://",
        "r.example:", "evil/r.example:5000", "https://evil/https://r.example:5000/", "r.example:5000.evil"}) {
    CAPTURE(key);
    CHECK(find(key, "r.example:5000") == "-");
  }
  CHECK(find("[::1]:5000", "[::1]:5000") == "u");
  CHECK(find("https://[::1]:5000/v2/", "[::1]:5000") == "u");
}

TEST_CASE("of several spellings the registry's own counts, and an entry of nothing does not") {
  const TempDirectory home;
  const auto find = [&](const std::string& entries) {
    testing::write(home / "a.json", auths(entries));
    return who({}, "r.example", "team/app", (home / "a.json").string());
  };
  CHECK(find(entry("https://r.example/v2/", "url") + "," + entry("r.example", "name")) == "name");
  CHECK(find(entry("https://r.example/v2/", "url") + ",\"r.example\":{}") == "url");
  CHECK(find(entry("https://r.example/v2/", "url") + ",\"r.example/team\":null") == "url");
  CHECK(find(entry("R.EXAMPLE/team/", "team") + "," + entry("r.example", "name")) == "team");
}

TEST_CASE("files are read as they are saved and edited in the wild") {
  const TempDirectory home;
  const auto find = [&](const std::string& text) {
    testing::write(home / "a.json", text);
    return who({}, "r.example", "app", (home / "a.json").string());
  };
  const std::string good = auths(entry("r.example", "u"));
  CHECK(find("\xef\xbb\xbf" + good) == "u");
  CHECK(find("\xef\xbb\xbf") == "-");
  CHECK(find("\n " + good + "\r\n") == "u");
  CHECK(find(std::string("\xff\xfe{\0", 4)) == "error usage");
  std::string broken = to_base64("u:pass:word");
  broken.insert(5, "\\r\\n");
  CHECK(find(auths("\"r.example\":{\"auth\":\"" + broken + "\\n\"}")) == "u");
  std::string open = to_base64("u:pass:word");
  while (open.ends_with('=')) open.pop_back();
  CHECK(find(auths("\"r.example\":{\"auth\":\"" + open + "\"}")) == "u");
  CHECK(find("{\"auths\":null}") == "-");
  CHECK(find(auths("\"r.example\":[]")) == "error usage");
  CHECK(find(auths("\"r.example\":\"dTpw\"")) == "error usage");
  CHECK(find("[" + good + "]") == "error usage");
  testing::write(home / "a.json", auths("\"r.example\":{\"auth\":\"" + to_base64("u:") + "\"}"));
  const auto found = CredentialFiles({.auth_file = (home / "a.json").string()}).find("r.example", "app");
  REQUIRE((found && *found));
  CHECK((*found)->username == "u");
  CHECK((*found)->password.empty());
}

TEST_CASE("an identity token stays one beside <token>, a name and a registry token") {
  const TempDirectory home;
  const auto find = [&](const std::string& members) {
    testing::write(home / "a.json", auths("\"r.example\":{" + members + "}"));
    const auto found = CredentialFiles({.auth_file = (home / "a.json").string()}).find("r.example", "app");
    REQUIRE((found && *found));
    return **found;
  };
  const auto auth = [](const std::string& pair) { return "\"auth\":\"" + to_base64(pair) + "\""; };
  for (const std::string& members : std::vector<std::string>{
           auth("<token>:") + ",\"identitytoken\":\"id\"", "\"identitytoken\":\"id\"," + auth("<token>:other"),
           "\"username\":\"<token>\",\"identitytoken\":\"id\"", auth("<token>:id"),
           "\"username\":\"<token>\",\"password\":\"id\""}) {
    CAPTURE(members);
    const Credential credential = find(members);
    CHECK(credential.identity_token == "id");
    CHECK(credential.username.empty());
    CHECK(credential.password.empty());
  }
  const Credential azure = find(auth("00000000-0000-0000-0000-000000000000:") + ",\"identitytoken\":\"id\"");
  CHECK(azure.identity_token == "id");
  CHECK(azure.username == "00000000-0000-0000-0000-000000000000");
  const Credential both = find(auth("<token>:") + ",\"registrytoken\":\"reg\"");
  CHECK(both.registry_token == "reg");
  CHECK(both.username.empty());
}

TEST_CASE("tokens are told from passwords") {
  const TempDirectory home;
  testing::write(home / "a.json",
                 auths("\"r.example\":{\"identitytoken\":\"abc\"},\"s.example\":{\"auth\":\"" +
                       to_base64("<token>:def") + "\"},\"t.example\":{\"registrytoken\":\"ghi\"},\"u.example\":{}"));
  const std::string file = (home / "a.json").string();
  CHECK(who({}, "r.example", "app", file) == "token abc");
  CHECK(who({}, "s.example", "app", file) == "token def");
  CHECK(who({}, "u.example", "app", file) == "-");
  const auto found = CredentialFiles({.auth_file = file}).find("t.example", "app");
  CHECK((*found)->registry_token == "ghi");
  CHECK((*found)->source == file);
}

TEST_CASE("exactly one of helper, store and entries speaks for a registry") {
  const TempDirectory directory;
  const std::string seen = (directory / "asked").string();
  helper(directory, "one",
         "read server; echo \"$1 $server\" > " + seen +
             "; echo '{\"ServerURL\":\"x\",\"Username\":\"one\",\"Secret\":\"pass:word\"}'");
  helper(directory, "none", "echo 'credentials not found in native keychain'; exit 1");
  helper(directory, "id", "echo '{\"Username\":\"<token>\",\"Secret\":\"t\"}'");
  helper(directory, "broken", "echo secret-on-stdout; echo locked >&2; exit 1");
  helper(directory, "junk", "echo secret-junk");
  testing::write(
      directory / "a.json",
      "{\"credHelpers\":{\"r.example\":\"one\",\"id.example\":\"id\",\"b.example\":\"broken\",\"j.example\":\"junk\","
      "\"bad.example\":\"../x\",\"m.example\":\"missing\",\"https://url.example/v2/"
      "\":\"one\",\"docker.io\":\"one\"},\"credsStore\":\"none\",\"auths\":{" +
          entry("s.example", "entry") + "," + entry("r.example", "entry") + "}}");
  const http::Environment environment{{"PATH", directory.path().string() + ":/usr/bin:/bin"}};
  const auto find = [&](const std::string& registry) {
    return who(environment, registry, "app", (directory / "a.json").string());
  };
  CHECK(find("r.example") == "one");
  CHECK(testing::read(seen) == "get r.example\n");
  CHECK(find("docker.io") == "one");
  CHECK(testing::read(seen) == "get https://index.docker.io/v1/\n");
  CHECK(find("url.example") == "one");
  CHECK(testing::read(seen) == "get url.example\n");
  CHECK(find("s.example") == "-");  // the store speaks, and does not know it
  CHECK(find("id.example") == "token t");
  CHECK(find("b.example") == "error unavailable");
  CHECK(find("j.example") == "error usage");
  CHECK(find("bad.example") == "error usage");
  CHECK(find("m.example") == "error usage");
  for (const char* registry : {"b.example", "j.example"}) {
    const auto found = CredentialFiles({.environment = environment, .auth_file = (directory / "a.json").string()})
                           .find(registry, "app");
    CHECK(found.error().message().find("secret") == std::string::npos);
  }
}

TEST_CASE("a file that cannot be understood is an error, not nobody") {
  const TempDirectory home;
  const auto find = [&](const std::string& text) {
    testing::write(home / "a.json", text);
    return who({}, "r.example", "app", (home / "a.json").string());
  };
  CHECK(find("{") == "error usage");
  CHECK(find("[]") == "error usage");
  CHECK(find("{}" + std::string(kMaxCredentialFileBytes - 2, ' ')) == find("{}"));
  CHECK_THAT(find("{}" + std::string(kMaxCredentialFileBytes - 1, ' ')), Catch::StartsWith("error"));
  CHECK(find("{\"auths\":[]}") == "error usage");
  CHECK(find(auths("\"r.example\":{\"auth\":\"!!\"}")) == "error usage");
  CHECK(find(auths("\"r.example\":{\"auth\":\"" + to_base64("nocolon") + "\"}")) == "error usage");
  CHECK(find("") == "-");
  CHECK(find("{\"auths\":{}, \"psFormat\":1, \"auths\":{}}") == "-");
  CHECK(who({}, "r.example", "app", (home / "missing.json").string()) == "error usage");
  CHECK(who({{"DOCKER_AUTH_CONFIG", "{"}}, "r.example") == "error usage");
}

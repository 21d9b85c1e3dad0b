#include "libsupply/image/registry/credential_store.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "libsupply/base/text/base64.hpp"
#include "libsupply/testing/fake_client.hpp"
#include "libsupply/testing/faulty_registry.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using nlohmann::json;
using registry::Credential;
using registry::CredentialPlaces;
using registry::LoginResult;
using testing::HttpReply;
using testing::HttpRequest;
using testing::TempDirectory;

namespace {

const Credential kUser{.username = "user", .password = "s3cret"};

template <class T>
ErrorCode code_of(const Result<T>& result) {
  REQUIRE_FALSE(result);
  CHECK(result.error().message().find("s3cret") == std::string::npos);
  CHECK(result.error().message().find(to_base64("user:s3cret")) == std::string::npos);
  return result.error().code();
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat info = {};
  REQUIRE(::lstat(path.c_str(), &info) == 0);
  return info.st_mode & 0777;
}

json document(const std::filesystem::path& path) { return json::parse(testing::read(path)); }

CredentialPlaces home_of(const TempDirectory& home) {
  const std::string at = home.path().string();
  return {.environment = {{"HOME", at}, {"XDG_RUNTIME_DIR", at + "/run"}, {"PATH", at + ":/usr/bin:/bin"}}};
}

std::string found(const CredentialPlaces& places, const std::string& registry) {
  const auto credential = registry::CredentialFiles(places).find(registry, "app");
  if (!credential) return "error " + credential.error().message();
  if (!*credential) return "-";
  if (!(*credential)->identity_token.empty()) return "token " + (*credential)->identity_token;
  return (*credential)->username + ":" + (*credential)->password;
}

// A helper as docker's are: keeps one line per registry in a file, speaks JSON.
void helper(const TempDirectory& directory, const std::string& name) {
  testing::write(directory / ("docker-credential-" + name), R"(#!/usr/bin/env python3
import json, os, sys
store = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kept.json")
kept = json.load(open(store)) if os.path.exists(store) else {}
text = sys.stdin.read()
key = text.strip()
if sys.argv[1] == "store":
    kept[json.loads(text)["ServerURL"]] = json.loads(text)
elif key not in kept:
    print("credentials not found in native keychain"); sys.exit(1)
elif sys.argv[1] == "get":
    print(json.dumps(kept[key]))
elif sys.argv[1] == "erase":
    del kept[key]
json.dump(kept, open(store, "w"))
)");
  std::filesystem::permissions(directory / ("docker-credential-" + name), std::filesystem::perms::owner_all);
}

}  // namespace

TEST_CASE("a registry has one name, however it is written") {
  CHECK(*registry::parse_registry("registry.example:5000") == "registry.example:5000");
  CHECK(*registry::parse_registry("https://Registry.Example/") == "registry.example");
  CHECK(*registry::parse_registry("http://127.0.0.1:5000/v2/") == "127.0.0.1:5000");
  for (const char* hub : {"docker.io", "index.docker.io", "https://index.docker.io/v1/", "registry-1.docker.io"})
    CHECK(*registry::parse_registry(hub) == "docker.io");
  for (const char* wrong : {"", "https://", "registry.example/team", "u:p@registry.example", "a b", "x?y", "ftp://x/y"})
    CHECK(code_of(registry::parse_registry(wrong)) == ErrorCode::usage);
}

TEST_CASE("what is saved is found, in a file and a directory that are the owner's alone") {
  const TempDirectory home;
  const CredentialPlaces places = home_of(home);
  const auto kept = registry::save_credential(places, "r.example:5000", kUser);
  REQUIRE(kept);
  const auto file = home / ".docker/config.json";
  CHECK(*kept == std::vector<std::string>{file.string()});
  CHECK(mode_of(file) == 0600);
  CHECK(mode_of(home / ".docker") == 0700);
  CHECK(document(file) == json{{"auths", {{"r.example:5000", {{"auth", to_base64("user:s3cret")}}}}}});
  CHECK(found(places, "r.example:5000") == "user:s3cret");
  REQUIRE(registry::save_credential(places, "docker.io", kUser));
  CHECK(document(file)["auths"].contains("https://index.docker.io/v1/"));
  CHECK(found(places, "docker.io") == "user:s3cret");
  REQUIRE(registry::save_credential(places, "id.example", {.identity_token = "s3cret-token"}));
  CHECK(document(file)["auths"]["id.example"] == json{{"identitytoken", "s3cret-token"}});
  CHECK(found(places, "id.example") == "token s3cret-token");
  CHECK(*registry::forget_credential(places, "r.example:5000") == std::vector<std::string>{file.string()});
  CHECK(found(places, "r.example:5000") == "-");
  CHECK(found(places, "docker.io") == "user:s3cret");
}

TEST_CASE("the file that is named, or DOCKER_CONFIG's, is the one that is written") {
  const TempDirectory home;
  CredentialPlaces places = home_of(home);
  places.environment["DOCKER_CONFIG"] = (home / "d").string();
  REQUIRE(registry::save_credential(places, "r.example", kUser));
  CHECK(std::filesystem::exists(home / "d/config.json"));
  places.environment["REGISTRY_AUTH_FILE"] = (home / "e/auth.json").string();
  REQUIRE(registry::save_credential(places, "r.example", kUser));
  CHECK(std::filesystem::exists(home / "e/auth.json"));
  places.auth_file = (home / "f.json").string();
  REQUIRE(registry::save_credential(places, "r.example", kUser));
  CHECK(found(places, "r.example") == "user:s3cret");
  CHECK_FALSE(std::filesystem::exists(home / ".docker"));
  REQUIRE(registry::forget_credential(places, "r.example"));
  CHECK(document(home / "f.json") == json{{"auths", json::object()}});
  CHECK(document(home / "e/auth.json")["auths"].size() == 1);
}

TEST_CASE("everything else in the file stays, and the link that it is") {
  const TempDirectory home;
  const CredentialPlaces places = home_of(home);
  const std::string before =
      R"({"auths":{"other.example":{"auth":"eDp5","email":"x@y"},"r.example/team":{"auth":"eDp5"},"https://r.example/v2/":{"auth":"eDp5"}},
          "HttpHeaders":{"X":"1"},"psFormat":"{{.ID}}","big":12345678901234567890,"list":[1,null,true,"ü"]})";
  testing::write(home / "real/docker.json", before);
  std::filesystem::create_directories(home / ".docker");
  std::filesystem::create_symlink("../real/docker.json", home / ".docker/config.json");
  REQUIRE(registry::save_credential(places, "r.example", kUser));
  CHECK(std::filesystem::is_symlink(home / ".docker/config.json"));
  CHECK(mode_of(home / "real/docker.json") == 0600);
  json expected = json::parse(before);
  expected["auths"].erase("https://r.example/v2/");  // the old name of what is saved
  expected["auths"]["r.example"] = {{"auth", to_base64("user:s3cret")}};
  CHECK(document(home / "real/docker.json") == expected);
  REQUIRE(registry::forget_credential(places, "r.example"));
  expected["auths"].erase("r.example");
  CHECK(document(home / "real/docker.json") == expected);
  std::size_t names = 0;
  for (const auto& entry : std::filesystem::directory_iterator(home / "real")) names += entry.exists() ? 1U : 0U;
  CHECK(names == 1);  // no lock, no temporary file
}

TEST_CASE("an entry that podman would find first is changed too, and taken out too") {
  const TempDirectory home;
  const CredentialPlaces places = home_of(home);
  testing::write(home / "run/containers/auth.json", R"({"auths":{"docker.io":{"auth":"b2xkOm9sZA=="}}})");
  testing::write(home / ".dockercfg", R"({"docker.io":{"auth":"b2xkOm9sZA=="},"x.example":{"auth":"b2xkOm9sZA=="}})");
  CHECK(found(places, "docker.io") == "old:old");
  REQUIRE(registry::save_credential(places, "docker.io", kUser));
  CHECK(found(places, "docker.io") == "user:s3cret");
  CHECK(document(home / "run/containers/auth.json")["auths"].size() == 1);
  CHECK(registry::forget_credential(places, "docker.io")->size() == 3);
  CHECK(found(places, "docker.io") == "-");
  CHECK(document(home / ".dockercfg").size() == 1);
}

TEST_CASE("the helper that the file names for a registry keeps the secret, and the file does not") {
  const TempDirectory home;
  const CredentialPlaces places = home_of(home);
  helper(home, "one");
  helper(home, "all");
  const auto file = home / ".docker/config.json";
  testing::write(file, R"({"credHelpers":{"r.example":"one"},"credsStore":"all"})");
  CHECK(*registry::save_credential(places, "r.example", kUser) == std::vector<std::string>{"docker-credential-one"});
  CHECK(*registry::save_credential(places, "docker.io", {.identity_token = "s3cret-token"}) ==
        std::vector<std::string>{"docker-credential-all"});
  CHECK(testing::read(file).find("s3cret") == std::string::npos);
  CHECK(document(file)["auths"]["r.example"] == json::object());
  const json kept = document(home / "kept.json");
  CHECK(kept["r.example"] == json{{"ServerURL", "r.example"}, {"Username", "user"}, {"Secret", "s3cret"}});
  CHECK(kept["https://index.docker.io/v1/"]["Username"] == "<token>");
  CHECK(found(places, "r.example") == "user:s3cret");
  CHECK(found(places, "docker.io") == "token s3cret-token");
  CHECK(registry::forget_credential(places, "r.example")->size() == 2);
  CHECK(found(places, "r.example") == "-");
  CHECK(code_of(registry::forget_credential(places, "r.example")) == ErrorCode::not_found);
  CHECK(code_of(registry::save_credential(places, "r.example", {.registry_token = "s3cret"})) ==
        ErrorCode::unsupported);
}

TEST_CASE("a helper that fails is an error without the secret, whatever it says") {
  const TempDirectory home;
  const CredentialPlaces places = home_of(home);
  testing::write(home / ".docker/config.json", R"({"credsStore":"bad"})");
  CHECK(code_of(registry::save_credential(places, "r.example", kUser)) == ErrorCode::usage);  // there is none
  for (const char* script : {"cat; exit 1", "cat >&2; exit 3", "read x; echo locked; exit 1"}) {
    testing::write(home / "docker-credential-bad", std::string("#!/bin/sh\n") + script + "\n");
    std::filesystem::permissions(home / "docker-credential-bad", std::filesystem::perms::owner_all);
    CHECK(code_of(registry::save_credential(places, "r.example", kUser)) == ErrorCode::unavailable);
    CHECK(code_of(registry::forget_credential(places, "r.example")) == ErrorCode::unavailable);
  }
  const auto saved = registry::save_credential(places, "r.example", kUser);
  CHECK(saved.error().message().find("locked") != std::string::npos);
  CHECK(document(home / ".docker/config.json").size() == 1);
}

TEST_CASE("a file that is no such file is an error, and is left alone") {
  const TempDirectory home;
  const CredentialPlaces places = home_of(home);
  for (const char* text : {"{", "[]", "{\"auths\":[]}", "{\"credHelpers\":3}", "\xff"}) {
    testing::write(home / ".docker/config.json", text);
    CHECK(code_of(registry::save_credential(places, "r.example", kUser)) == ErrorCode::usage);
    CHECK(code_of(registry::forget_credential(places, "r.example")) == ErrorCode::usage);
    CHECK(testing::read(home / ".docker/config.json") == text);
  }
  testing::write(home / ".docker/config.json", "");  // as some tools leave it
  CHECK(registry::save_credential(places, "r.example", kUser));
}

TEST_CASE("what cannot be kept is said before anything is written") {
  const TempDirectory home;
  CredentialPlaces places = home_of(home);
  for (const Credential& wrong : {Credential{}, Credential{.username = "user"}, Credential{.password = "s3cret"},
                                  Credential{.username = "a:b", .password = "s3cret"}})
    CHECK(code_of(registry::save_credential(places, "r.example", wrong)) == ErrorCode::usage);
  CHECK(code_of(registry::save_credential({}, "r.example", kUser)) == ErrorCode::usage);  // no HOME
  places.environment["DOCKER_AUTH_CONFIG"] = R"({"auths":{"r.example":{"auth":"eDp5"}}})";
  CHECK(code_of(registry::save_credential(places, "r.example", kUser)) == ErrorCode::usage);
  CHECK(code_of(registry::forget_credential(places, "r.example")) == ErrorCode::usage);
  CHECK(registry::save_credential(places, "other.example", kUser));
}

TEST_CASE("forgetting what is not there names the places that were looked at") {
  const TempDirectory home;
  CredentialPlaces places = home_of(home);
  const auto forgotten = registry::forget_credential(places, "r.example");
  CHECK(code_of(forgotten) == ErrorCode::not_found);
  CHECK(forgotten.error().message().find("not logged in to r.example") == 0);
  CHECK(forgotten.error().message().find(".docker/config.json") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(home / ".docker"));
  places.auth_file = (home / "x.json").string();
  CHECK(code_of(registry::forget_credential(places, "r.example")) == ErrorCode::not_found);
}

TEST_CASE("writers at the same time lose nothing") {
  const TempDirectory home;
  const CredentialPlaces places = home_of(home);
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      if (registry::save_credential(places, "r" + std::to_string(i) + ".example", kUser)) ++good;
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 8);
  CHECK(document(home / ".docker/config.json")["auths"].size() == 8);
}

namespace {

struct Door {
  testing::FaultyRegistry server;
  std::vector<HttpRequest> asked;

  Result<LoginResult> check(const Credential& credential, registry::Options options = {.seed = 1}) {
    auto made = std::make_unique<testing::FakeClient>();
    made->hosts["https://r.example"] = [this](const HttpRequest& request) { return server.handle(request); };
    for (const char* realm : {"https://auth.r.example", "https://auth.elsewhere.example"})
      made->hosts[realm] = [this](const HttpRequest& request) {
        asked.push_back(request);
        const std::string right = "Basic " + to_base64("user:s3cret");
        if (!request.header("Authorization").empty() && request.header("Authorization") != right)
          return testing::registry_error(401, "UNAUTHORIZED", "wrong " + request.header("Authorization"));
        return HttpReply{.body = R"({"token":"t0ken"})"};
      };
    return registry::check_credential(std::move(made), "r.example", credential, std::move(options),
                                      std::make_shared<testing::FakeClock>());
  }
};

}  // namespace

TEST_CASE("credentials are shown to the registry before they are saved: basic") {
  Door door;
  CHECK(*door.check(kUser) == LoginResult::not_asked);
  door.server.challenge = "Basic realm=x";
  door.server.token = to_base64("user:s3cret");
  CHECK(*door.check(kUser) == LoginResult::accepted);
  CHECK(code_of(door.check({.username = "user", .password = "wrong"})) == ErrorCode::unauthenticated);
  door.server.fault("GET", "/v2/", {.status = 403}, 1);
  CHECK(code_of(door.check(kUser)) == ErrorCode::forbidden);
  door.server.fault("GET", "/v2/", {.status = 404}, 1);
  CHECK(code_of(door.check(kUser)) == ErrorCode::not_found);
  door.server.fault("GET", "/v2/", {.status = 503});
  CHECK(code_of(door.check(kUser)) == ErrorCode::unavailable);
}

TEST_CASE("credentials are shown to the registry before they are saved: a token, without any scope") {
  Door door;
  door.server.challenge =
      R"(Bearer realm="https://auth.r.example/token",service="r",scope="repository:user/image:pull")";
  const registry::Options trusting{.realms = {http::Url::parse("https://auth.r.example")->origin()}, .seed = 1};
  CHECK(*door.check(kUser, trusting) == LoginResult::accepted);
  REQUIRE(door.asked.size() == 1);
  CHECK(door.asked[0].query("scope").empty());
  CHECK(door.asked[0].query("service") == "r");
  CHECK(code_of(door.check({.username = "user", .password = "wrong"}, trusting)) == ErrorCode::unauthenticated);
  CHECK(*door.check({.identity_token = "s3cret"}, trusting) == LoginResult::accepted);
  CHECK(door.asked.back().method == "POST");
}

TEST_CASE("a token for nobody in particular proves nothing") {
  Door door;
  door.server.challenge = R"(Bearer realm="https://auth.elsewhere.example/token",service="r")";
  const auto checked = door.check(kUser);
  CHECK(code_of(checked) == ErrorCode::unauthenticated);
  CHECK(checked.error().message().find("https://auth.elsewhere.example") != std::string::npos);
  CHECK(door.asked.back().header("Authorization").empty());
  const auto realm = http::Url::parse("https://auth.elsewhere.example")->origin();
  CHECK(*door.check(kUser, {.realms = {realm}, .seed = 1}) == LoginResult::accepted);
}

#include "libsupply/image/registry/authorizer.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/testing/registry_kit.hpp"

using namespace supply;
using namespace std::chrono_literals;
using testing::HttpReply;
using testing::HttpRequest;
using testing::RegistryKit;

namespace {

const oci::Selector kTagOne{.tag = "1", .digest = {}};
const char* const kChallenge = "Bearer realm=\"https://r.example/token\",service=\"reg\",scope=\"repository:app:pull\"";

// A token server at r.example/token that numbers its tokens, and a registry that takes only the newest.
struct TokenKit : RegistryKit {
  int issued = 0;
  int lifetime = 300;
  std::vector<HttpRequest> asked;

  explicit TokenKit(std::map<std::string, registry::Credential> known = {}) : RegistryKit(std::move(known)) {
    server.challenge = kChallenge;
    server.token = "none-yet";
    client->hosts["https://r.example"] = [this](const HttpRequest& request) {
      return request.path() == "/token" ? issue(request) : server.handle(request);
    };
  }
  HttpReply issue(const HttpRequest& request) {
    asked.push_back(request);
    server.token = "token-" + std::to_string(++issued);
    return {.body = "{\"token\":\"" + server.token + "\",\"expires_in\":" + std::to_string(lifetime) + "}"};
  }
};

}  // namespace

TEST_CASE("a challenge is answered once for a scope, anonymously when nobody is known") {
  TokenKit kit;
  kit.image("x", "1");
  REQUIRE(kit.store->resolve(kTagOne));
  REQUIRE(kit.store->tags());
  REQUIRE(kit.open("r.example/app")->tags());
  REQUIRE(kit.asked.size() == 1);
  CHECK(kit.asked[0].query("service") == "reg");
  CHECK(kit.asked[0].query("scope") == "repository:app:pull");
  CHECK(kit.asked[0].header("Authorization").empty());
  CHECK(kit.client->requests.size() == 5);  // refused, token, three answers
}

TEST_CASE("a token that is wider serves what is narrower, and not the other way round") {
  TokenKit kit;
  const auto image = kit.image("x", "1");
  const std::string bytes = kit.server.manifests[image.digest.to_string()].bytes;
  REQUIRE(kit.store->put_manifest(image, bytes, "2"));
  CHECK(kit.asked.back().queries("scope") == std::vector<std::string>{"repository:app:pull,push"});
  REQUIRE(kit.store->tags());
  CHECK(kit.asked.size() == 1);
  REQUIRE(kit.store->remove({.tag = "2", .digest = {}}));
  REQUIRE(kit.asked.size() == 3);  // this token server takes only its newest, to read back too
  CHECK(kit.asked[1].query("scope") == "repository:app:delete");
}

TEST_CASE("a name and a password go to the token server, and the token alone to the registry") {
  TokenKit kit({{"r.example", {.username = "u", .password = "p"}}});
  kit.image("x", "1");
  REQUIRE(kit.store->resolve(kTagOne));
  CHECK(kit.asked[0].header("Authorization") == "Basic " + to_base64("u:p"));
  CHECK(kit.asked[0].query("account") == "u");
  CHECK(kit.client->requests.back().header("Authorization") == "Bearer token-1");
}

TEST_CASE("an identity token is exchanged by POST, and by GET where that is unknown") {
  TokenKit kit({{"r.example", {.identity_token = "id&1"}}});
  kit.image("x", "1");
  REQUIRE(kit.store->resolve(kTagOne));
  CHECK(kit.asked[0].method == "POST");
  CHECK(kit.asked[0].body ==
        "grant_type=refresh_token&service=reg&client_id=supply&scope=repository%3Aapp%3Apull&"
        "refresh_token=id%261");
  TokenKit old({{"r.example", {.identity_token = "id"}}});
  old.image("x", "1");
  old.client->hosts["https://r.example"] = [&](const HttpRequest& request) {
    if (request.path() == "/token" && request.method == "POST") return HttpReply{.status = 404};
    return request.path() == "/token" ? old.issue(request) : old.server.handle(request);
  };
  REQUIRE(old.store->resolve(kTagOne));
  CHECK(old.asked[0].method == "GET");
}

TEST_CASE("a registry token is used as it is, and for nobody else") {
  RegistryKit kit({{"r.example", {.registry_token = "given"}}});
  kit.image("x", "1");
  kit.server.challenge = kChallenge;
  kit.server.token = "given";
  REQUIRE(kit.store->resolve(kTagOne));
  CHECK(kit.client->requests.size() == 2);
  kit.server.token = "other";
  CHECK(kit.store->resolve(kTagOne).error().code() == ErrorCode::unauthenticated);
}

TEST_CASE("a token is renewed before it expires, and when the registry refuses it earlier") {
  TokenKit kit;
  kit.image("x", "1");
  REQUIRE(kit.store->resolve(kTagOne));
  kit.clock->sleep(269s);
  REQUIRE(kit.store->tags());
  CHECK(kit.issued == 1);
  kit.clock->sleep(2s);
  REQUIRE(kit.store->tags());
  CHECK(kit.issued == 2);
  kit.server.token = "revoked";
  REQUIRE(kit.store->tags());
  CHECK(kit.issued == 3);
}

TEST_CASE("a lifetime that is absent, zero or absurd is bounded") {
  for (const int lifetime : {0, -5, 1}) {
    TokenKit kit;
    kit.lifetime = lifetime;
    kit.image("x", "1");
    REQUIRE(kit.store->resolve(kTagOne));
    kit.clock->sleep(50s);
    REQUIRE(kit.store->tags());
    CHECK(kit.issued == 1);
    kit.clock->sleep(10s);
    REQUIRE(kit.store->tags());
    CHECK(kit.issued == 2);
  }
}

TEST_CASE("a registry that refuses every token is not asked for ever") {
  TokenKit kit;
  kit.client->hosts["https://r.example"] = [&](const HttpRequest& request) {
    if (request.path() == "/token") return kit.issue(request);
    kit.server.token = "moved on";
    return kit.server.handle(request);
  };
  const auto refused = kit.store->resolve(kTagOne);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::unauthenticated);
  CHECK(refused.error().message().find("none are known") != std::string::npos);
  CHECK(kit.issued == 1);
  CHECK(kit.client->requests.size() == 3);
}

TEST_CASE("a scope that the registry demands on top is asked for, first") {
  TokenKit kit;
  kit.image("x", "1");
  kit.server.challenge =
      "Bearer "
      "realm=\"https://r.example/token\",service=\"reg\",scope=\"repository:group/"
      "app:pull\",error=\"insufficient_scope\"";
  REQUIRE(kit.store->resolve(kTagOne));
  CHECK(kit.asked[0].queries("scope") == std::vector<std::string>{"repository:group/app:pull", "repository:app:pull"});
}

TEST_CASE("scopes that a registry demands on top are taken up to their limits") {
  const auto asked_for = [](const std::string& demanded) {
    TokenKit kit;
    kit.image("x", "1");
    kit.server.challenge = "Bearer realm=\"https://r.example/token\",service=\"reg\",scope=\"" + demanded + "\"";
    (void)kit.store->resolve(kTagOne);
    return kit.asked.at(0).queries("scope").size();
  };
  std::string scopes = "repository:a:pull";
  for (std::size_t i = 1; i < kMaxScopes; ++i) scopes += " repository:a" + std::to_string(i) + ":pull";
  CHECK(asked_for(scopes) == kMaxScopes + 1);
  CHECK(asked_for(scopes + " repository:b:pull") == 1);
  const std::string longest = "repository:" + std::string(kMaxScopeBytes - 16, 'a') + ":pull";
  REQUIRE(longest.size() == kMaxScopeBytes);
  CHECK(asked_for(longest) == 2);
  CHECK(asked_for(longest + "l") == 1);
}

TEST_CASE("of several challenges bearer is taken, and basic where bearer cannot be") {
  TokenKit kit({{"r.example", {.username = "u", .password = "p"}}});
  kit.image("x", "1");
  kit.server.challenge = "Negotiate, Basic realm=\"x\", " + std::string(kChallenge);
  REQUIRE(kit.store->resolve(kTagOne));
  CHECK(kit.issued == 1);
  RegistryKit basic({{"r.example", {.username = "u", .password = "p"}}});
  basic.image("x", "1");
  basic.server.challenge = "Bearer realm=\"http://r.example/token\", Basic realm=\"x\"";
  basic.server.token = to_base64("u:p");
  REQUIRE(basic.store->resolve(kTagOne));
  REQUIRE(basic.store->tags());
  CHECK(basic.client->requests.size() == 3);
}

TEST_CASE("a token server that must not be asked is named") {
  for (const char* realm :
       {"http://r.example/token", "http://127.0.0.1/token", "", "ftp://x/", "https://u:p@r.example/"}) {
    RegistryKit kit({{"r.example", {.username = "u", .password = "p"}}});
    kit.server.challenge = "Bearer realm=\"" + std::string(realm) + "\"";
    const auto refused = kit.store->resolve(kTagOne);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::unauthenticated);
    CHECK(kit.client->requests.size() == 1);
  }
}

TEST_CASE("a stranger's token server is asked as nobody, for a public image") {
  RegistryKit kit({{"r.example", {.username = "u", .password = "p", .source = "file"}}});
  kit.image("x", "1");
  kit.server.challenge = "Bearer realm=\"https://tokens.example/t\"";
  kit.client->hosts["https://tokens.example"] = [&](const HttpRequest& request) {
    CHECK(request.header("Authorization").empty());
    CHECK(request.query("account").empty());
    return HttpReply{.body = "{\"access_token\":\"t0ken\"}"};
  };
  REQUIRE(kit.store->resolve(kTagOne));
  kit.server.token = "more";
  const auto refused = kit.store->resolve(kTagOne);
  CHECK(refused.error().message().find("they are not for https://tokens.example") != std::string::npos);
  CHECK(refused.error().message().find("--token-server https://tokens.example") != std::string::npos);
}

TEST_CASE("what is not found for want of credentials says so") {
  RegistryKit kit({{"r.example", {.username = "u", .password = "p", .source = "file"}}});
  kit.server.challenge = "Bearer realm=\"https://tokens.example/t\"";
  kit.client->hosts["https://tokens.example"] = [&](const HttpRequest&) {
    return HttpReply{.body = "{\"token\":\"t0ken\"}"};
  };
  const auto gone = kit.store->resolve(kTagOne);
  CHECK(gone.error().code() == ErrorCode::not_found);
  CHECK(gone.error().message().find("--token-server https://tokens.example") != std::string::npos);
}

TEST_CASE("a registry that takes a password itself is shown it, where its token server may not see it") {
  RegistryKit kit({{"r.example", {.username = "u", .password = "p", .source = "file"}}});
  kit.image("x", "1");
  kit.server.challenge = "Bearer realm=\"https://tokens.example/t\", Basic realm=/";
  kit.server.token = to_base64("u:p");
  kit.client->hosts["https://tokens.example"] = [&](const HttpRequest&) -> HttpReply {
    FAIL("is not asked");
    return {};
  };
  CHECK(kit.store->resolve(kTagOne));
  CHECK(kit.store->tags());
  CHECK(kit.client->requests.size() == 3);
}

TEST_CASE("a token server may not be nearer than the registry is") {
  RegistryKit kit;
  kit.server.challenge = "Bearer realm=\"https://tokens.example/t\"";
  http::AddressScope allowed = http::AddressScope::local_address;
  struct Watching : http::Client {
    Watching(testing::FakeClient& under, http::AddressScope& seen) : under_(under), seen_(seen) {}
    Result<http::Response> send(const http::Request& request) override {
      if (request.url.origin().host == "tokens.example") seen_ = request.scope;
      return under_.send(request);
    }
    testing::FakeClient& under_;
    http::AddressScope& seen_;
  };
  registry::Registries watched(std::make_unique<Watching>(*kit.client, allowed),
                               std::make_unique<registry::NoCredentials>(), {.seed = 1}, kit.clock);
  (void)(*watched.open(*oci::Reference::parse("r.example/app")))->resolve(kTagOne);
  CHECK(allowed == http::AddressScope::public_address);
}

TEST_CASE("what a token server does wrong is said, and is no answer") {
  const auto answer = [](HttpReply reply, std::size_t requests) {
    TokenKit kit({{"r.example", {.username = "u", .password = "secret-p", .source = "file"}}});
    kit.client->hosts["https://r.example"] = [&](const HttpRequest& request) {
      return request.path() == "/token" ? reply : kit.server.handle(request);
    };
    const auto refused = kit.store->resolve(kTagOne);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message().find("secret-p") == std::string::npos);
    CHECK(kit.client->requests.size() == requests + 1);
    return refused.error().code();
  };
  CHECK(answer({.status = 401, .body = "bad password secret-p"}, 1) == ErrorCode::unauthenticated);
  CHECK(answer({.status = 403}, 1) == ErrorCode::forbidden);
  CHECK(answer({.status = 404}, 1) == ErrorCode::unauthenticated);
  CHECK(answer({.status = 429}, 5) == ErrorCode::rate_limited);
  CHECK(answer({.status = 503}, 5) == ErrorCode::unavailable);
  CHECK(answer({.raw = "cut"}, 5) == ErrorCode::unavailable);
  CHECK(answer({.status = 302, .headers = {{"Location", "https://evil.example/"}}}, 1) == ErrorCode::unauthenticated);
  CHECK(answer({.body = "{}"}, 1) == ErrorCode::unavailable);
  CHECK(answer({.body = "{\"token\":\"a\\r\\nHost: x\"}"}, 1) == ErrorCode::unavailable);
  CHECK(answer({.body = "<html>"}, 1) == ErrorCode::unavailable);
  CHECK(answer({.body = std::string(kMaxTokenBytes + 1, ' ')}, 1) == ErrorCode::limit_exceeded);
}

TEST_CASE("many threads that need the same token wait for one request") {
  TokenKit kit;
  kit.image("x", "1");
  REQUIRE(kit.store->resolve(kTagOne));
  kit.clock->sleep(1'000s);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { (void)kit.store->tags(); });
  for (std::thread& thread : threads) thread.join();
  CHECK(kit.issued == 2);
}

TEST_CASE("credentials that cannot be read are an error, not nobody") {
  struct Broken : registry::CredentialSource {
    Result<std::optional<registry::Credential>> find(const std::string&, const std::string&) override {
      return Error(ErrorCode::usage, "file is broken");
    }
  };
  RegistryKit kit;
  kit.server.challenge = kChallenge;
  auto client = std::make_unique<testing::FakeClient>();
  client->hosts = kit.client->hosts;
  registry::Registries broken(std::move(client), std::make_unique<Broken>(), {.seed = 1}, kit.clock);
  const auto refused = (*broken.open(*oci::Reference::parse("r.example/app")))->resolve(kTagOne);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::usage);
}

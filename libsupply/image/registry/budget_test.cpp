// How many requests a question costs.
#include <catch2/catch.hpp>
#include <thread>

#include "libsupply/testing/registry_kit.hpp"

using namespace supply;
using testing::HttpReply;
using testing::HttpRequest;
using testing::RegistryKit;

namespace {

const oci::Selector kTagOne{.tag = "1", .digest = {}};

// A registry that wants tokens, and counts.
struct BudgetKit : RegistryKit {
  std::atomic<int> refused = 0, tokens = 0, served = 0;

  explicit BudgetKit(bool wants_tokens) {
    if (wants_tokens) server.challenge = "Bearer realm=\"https://r.example/token\",service=\"s\"";
    client->hosts["https://r.example"] = [this](const HttpRequest& request) {
      if (request.path() == "/token") {
        ++tokens;
        return HttpReply{.body = "{\"token\":\"t0ken\",\"expires_in\":300}"};
      }
      HttpReply reply = server.handle(request);
      ++(reply.status == 401 ? refused : served);
      return reply;
    };
  }
  void forget() { refused = tokens = served = 0; }
  void inspect() {
    const auto manifest = store->resolve(kTagOne);
    REQUIRE(manifest);
    REQUIRE(read(*manifest));
    REQUIRE(read(RegistryKit::describe("{}", oci::kConfigType)));
  }
};

}  // namespace

TEST_CASE("a manifest and its config are two requests, and a challenge is answered once") {
  for (const bool wants_tokens : {false, true}) {
    BudgetKit kit(wants_tokens);
    kit.image("layer", "1");
    kit.inspect();
    CHECK(kit.served == 2);
    CHECK(kit.refused == (wants_tokens ? 1 : 0));
    CHECK(kit.tokens == (wants_tokens ? 1 : 0));
    kit.forget();
    kit.inspect();  // with the token in hand
    CHECK(kit.served == 2);
    CHECK(kit.refused + kit.tokens == 0);
  }
}

TEST_CASE("the referrers are one request, and one more where there is no API") {
  for (const bool api : {true, false}) {
    BudgetKit kit(true);
    kit.server.referrers_api = api;
    const auto image = kit.image("layer", "1");
    kit.inspect();
    kit.forget();
    CHECK(kit.store->referrers(image.digest));
    CHECK(kit.served == (api ? 1 : 2));
    CHECK(kit.refused + kit.tokens == 0);
  }
}

TEST_CASE("four threads that begin at once cause one refusal and one token") {
  for (const bool wants_tokens : {false, true})
    for (int round = 0; round < 20; ++round) {
      BudgetKit kit(wants_tokens);
      kit.image("layer", "1");
      std::vector<std::thread> threads;
      std::atomic<int> good = 0;
      for (int i = 0; i < 4; ++i)
        threads.emplace_back([&, i] {
          if (i % 2 == 0 ? static_cast<bool>(kit.store->resolve(kTagOne)) : static_cast<bool>(kit.store->tags()))
            ++good;
        });
      for (std::thread& thread : threads) thread.join();
      CHECK(good == 4);
      CHECK(kit.served == 4);
      CHECK(kit.refused == (wants_tokens ? 1 : 0));
      CHECK(kit.tokens == (wants_tokens ? 1 : 0));
    }
}

TEST_CASE("another scope is one token more: the one refusal has told who gives them out") {
  BudgetKit kit(true);
  kit.image("layer", "1");
  kit.inspect();
  kit.forget();
  const std::string blob = "blob";
  const auto source = io::from_string(blob);
  REQUIRE(kit.store->put_blob(RegistryKit::describe(blob), *source));
  CHECK(kit.served == 3);
  CHECK(kit.tokens == 1);
  CHECK(kit.refused == 0);
}

TEST_CASE("a first request that fails does not keep the others waiting") {
  BudgetKit kit(false);
  kit.image("layer", "1");
  kit.server.fault("GET", "/manifests/", {.raw = "cut"}, 3);
  kit.inspect();
  CHECK(kit.store->tags());
}

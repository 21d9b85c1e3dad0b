#include <catch2/catch.hpp>

#include "libsupply/testing/registry_kit.hpp"

using namespace supply;
using namespace std::chrono_literals;
using testing::HttpRequest;
using testing::RegistryKit;

namespace {

// An index that lists nothing, each with another annotation.
std::string version(int number) {
  return "{\"schemaVersion\":2,\"mediaType\":\"" + std::string(oci::kIndexType) +
         "\",\"manifests\":[],\"annotations\":{\"n\":\"" + std::to_string(number) + "\"}}";
}

oci::Descriptor describe(int number) { return RegistryKit::describe(version(number), oci::kIndexType); }

Status replace(registry::Registry& store, int number, const std::optional<Digest>& expected) {
  return store.replace_manifest(describe(number), version(number), "t", expected);
}

std::string stands(const RegistryKit& kit) {
  const auto tag = kit.server.tags.find("t");
  return tag == kit.server.tags.end() ? "" : tag->second;
}

}  // namespace

TEST_CASE("a tag is replaced while it stands where it is expected, and only then") {
  for (const bool heeds : {false, true}) {
    RegistryKit kit;
    kit.server.heeds_conditions = heeds;
    REQUIRE(replace(*kit.store, 1, std::nullopt));
    CHECK(stands(kit) == describe(1).digest.to_string());
    REQUIRE(replace(*kit.store, 2, describe(1).digest));
    CHECK(stands(kit) == describe(2).digest.to_string());
    for (const std::optional<Digest>& wrong : {std::optional<Digest>(), std::optional(describe(1).digest)}) {
      const Status refused = replace(*kit.store, 3, wrong);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code() == ErrorCode::unavailable);
    }
    CHECK(stands(kit) == describe(2).digest.to_string());
    // Where conditions are heeded there is nothing to wait for.
    CHECK(kit.clock->slept == (heeds ? 0ms : 4'002ms));
  }
}

TEST_CASE("another writer between reading and writing is noticed, with conditions and without") {
  for (const bool heeds : {false, true}) {
    RegistryKit kit;
    kit.server.heeds_conditions = heeds;
    REQUIRE(replace(*kit.store, 1, std::nullopt));
    bool once = true;
    kit.server.afterwards = [&](const HttpRequest& request) {
      const bool when = heeds ? request.method == "GET" : request.method == "PUT";
      if (when && std::exchange(once, false)) kit.server.put_manifest(version(9), std::string(oci::kIndexType), "t");
    };
    const Status lost = replace(*kit.store, 2, describe(1).digest);
    REQUIRE_FALSE(lost);
    CHECK(lost.error().code() == ErrorCode::unavailable);
    CHECK(lost.error().message().find("another writer") != std::string::npos);
    CHECK(stands(kit) == describe(9).digest.to_string());
    REQUIRE(replace(*kit.store, 2, describe(9).digest));
  }
}

TEST_CASE("a tag that cannot be read is not replaced, nor is anything by bytes that are something else") {
  RegistryKit kit;
  const Status damaged = kit.store->replace_manifest(describe(1), version(2), "t", std::nullopt);
  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().code() == ErrorCode::mismatch);
  kit.server.fault("GET", "/manifests/t", {.status = 403});
  const Status refused = replace(*kit.store, 1, std::nullopt);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::forbidden);
  CHECK(kit.server.tags.empty());
}

TEST_CASE("a write that cannot be read back before the deadline is no success") {
  RegistryKit kit({}, {.deadline = testing::FakeClock().now() + 1s, .seed = 1});
  const Status written = replace(*kit.store, 1, std::nullopt);
  REQUIRE_FALSE(written);
  CHECK(written.error().code() == ErrorCode::unavailable);
}

// What a registry says that it has done is looked at.
#include <catch2/catch.hpp>

#include "libsupply/testing/registry_kit.hpp"
#include "libsupply/testing/result.hpp"

using namespace supply;
using testing::code_of;
using namespace std::chrono_literals;
using testing::RegistryKit;

namespace {

const oci::Selector kTagOne{.tag = "1", .digest = {}};

}  // namespace

TEST_CASE("a registry that says that it has deleted and has not is not believed") {
  for (const int status : {200, 202, 204}) {
    RegistryKit kit;
    const auto image = kit.image("x", "1");
    REQUIRE(kit.read(image));  // nor is what we remember
    kit.server.fault("DELETE", "", {.status = status});
    for (const oci::Selector& selector : {kTagOne, oci::Selector{.tag = {}, .digest = image.digest}}) {
      const Status removed = kit.store->remove(selector);
      CHECK(code_of(removed) == ErrorCode::unavailable);
      CHECK(removed.error().message().find("says that it has deleted it, and still has it") != std::string::npos);
    }
  }
}

TEST_CASE("a registry that answers from a cache for a while after it has deleted is waited for") {
  RegistryKit kit;
  const auto image = kit.image("x", "1");
  const std::string bytes = kit.server.manifests[image.digest.to_string()].bytes;
  kit.server.fault("GET", "/manifests/", {.headers = {{"Content-Type", image.media_type}}, .body = bytes}, 3);
  CHECK(kit.store->remove(kTagOne));
  CHECK(kit.clock->slept > 1s);
  CHECK(kit.clock->slept < 10s);
}

TEST_CASE("whether something is deleted that cannot be read back was not found out") {
  for (const auto& [status, code] : std::initializer_list<std::pair<int, ErrorCode>>{
           {401, ErrorCode::unauthenticated}, {403, ErrorCode::forbidden}, {500, ErrorCode::unavailable}}) {
    RegistryKit kit;
    kit.image("x", "1");
    kit.server.fault("GET", "/manifests/", {.status = status});
    const Status removed = kit.store->remove(kTagOne);
    CHECK(code_of(removed) == code);
    CHECK(removed.error().message().find("reading it back") != std::string::npos);
  }
}

TEST_CASE("a tag stands for what was put under it, whatever the registry says") {
  RegistryKit kit;
  const auto old = kit.image("x", "1"), image = kit.image("y", "2");
  const std::string bytes = kit.server.manifests[image.digest.to_string()].bytes;
  CHECK(kit.store->put_manifest(image, bytes, "1"));
  kit.server.fault("PUT", "/manifests/", {.status = 201});
  for (const char* tag : {"1", "2"}) CHECK(kit.store->put_manifest(image, bytes, tag));  // as it is
  const Status moved = kit.store->put_manifest(old, kit.server.manifests[old.digest.to_string()].bytes, "2");
  CHECK(code_of(moved) == ErrorCode::unavailable);
  CHECK(moved.error().message().find("has " + image.digest.to_string() + " there") != std::string::npos);
  CHECK(code_of(kit.store->put_manifest(image, bytes, "3")) == ErrorCode::unavailable);
  const std::size_t asked = kit.client->requests.size();
  CHECK(kit.store->put_manifest(image, bytes, std::nullopt));  // its digest says what it is
  CHECK(kit.client->requests.size() == asked + 1);
}

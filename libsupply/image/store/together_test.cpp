#include "libsupply/image/store/together.hpp"

#include <catch2/catch.hpp>

#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/memory_store.hpp"

using namespace supply;
using testing::MemoryStore;

namespace {

oci::Descriptor describe(const std::string& bytes) {
  return {.media_type = std::string(oci::kManifestType), .digest = crypto::sha256(bytes), .size = bytes.size()};
}

}  // namespace

TEST_CASE("referrers are seen at once and attached at the end, each once") {
  MemoryStore store;
  store::Together together(store);
  const Digest image = crypto::sha256("image"), other = crypto::sha256("other");
  REQUIRE(store.put_referrer(describe("there"), "there", image));
  REQUIRE(together.put_referrer(describe("there"), "there", image));
  REQUIRE(together.put_referrer(describe("new"), "new", image));
  REQUIRE(together.put_referrer(describe("elsewhere"), "elsewhere", other));
  const auto seen = together.referrers(image);
  REQUIRE(seen);
  CHECK(seen->size() == 2);
  CHECK(*store::fetch(together, describe("new"), 100) == "new");
  CHECK(store.referrer_list[image].size() == 1);
  CHECK_FALSE(store.blobs.contains(describe("new").digest));

  REQUIRE(together.finish());
  CHECK(store.referrer_list[image].size() == 2);
  CHECK(store.referrer_list[other].size() == 1);
  CHECK(*store::fetch(store, describe("new"), 100) == "new");
}

TEST_CASE("what is no referrer goes straight on, and what is not finished is not attached") {
  MemoryStore store;
  {
    store::Together together(store);
    CHECK(together.name() == store.name());
    auto blob = io::from_string("blob");
    REQUIRE(together.put_blob(describe("blob"), *blob));
    CHECK(store.blobs.contains(describe("blob").digest));
    REQUIRE(together.put_manifest(describe("m"), "m", "tag"));
    CHECK(together.resolve({"tag", std::nullopt})->digest == describe("m").digest);
    CHECK(*together.tags() == std::vector<std::string>{"tag"});
    REQUIRE(together.replace_manifest(describe("n"), "n", "tag", describe("m").digest));
    CHECK(store.tag_list.at("tag").digest == describe("n").digest);
    REQUIRE(together.put_referrer(describe("new"), "new", describe("m").digest));
  }
  CHECK(store.referrer_list.empty());
}

TEST_CASE("with blobs kept too, nothing is in the store before the end, and everything after it") {
  MemoryStore store;
  store::Together together(store, store::KeepBlobs::yes);
  const Digest image = crypto::sha256("image");
  auto blob = io::from_string("blob");
  REQUIRE(together.put_blob(describe("blob"), *blob));
  REQUIRE(together.put_referrer(describe("new"), "new", image));
  auto wrong = io::from_string("blub");
  CHECK(together.put_blob(describe("blob"), *wrong).error().code() == ErrorCode::mismatch);
  CHECK(together.put_manifest(describe("m"), "m", "tag").error().code() == ErrorCode::unsupported);
  CHECK(*store::fetch(together, describe("blob"), 100) == "blob");
  CHECK(store.blobs.empty());
  CHECK(store.referrer_list.empty());
  REQUIRE(together.finish());
  CHECK(*store::fetch(store, describe("blob"), 100) == "blob");
  CHECK(store.referrer_list[image].size() == 1);
}

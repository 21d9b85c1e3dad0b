#include "libsupply/image/store/batching_store.hpp"

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
  store::BatchingStore batch(store);
  const Digest image = crypto::sha256("image"), other = crypto::sha256("other");
  REQUIRE(store.put_referrer(describe("there"), "there", image));
  REQUIRE(batch.put_referrer(describe("there"), "there", image));
  REQUIRE(batch.put_referrer(describe("new"), "new", image));
  REQUIRE(batch.put_referrer(describe("elsewhere"), "elsewhere", other));
  const auto seen = batch.referrers(image);
  REQUIRE(seen);
  CHECK(seen->size() == 2);
  const auto lists = batch.referrers_of({other, image});
  REQUIRE(lists);
  CHECK(lists->at(0).size() == 1);
  CHECK(lists->at(1).size() == 2);
  CHECK(*store::fetch(batch, describe("new"), 100) == "new");
  CHECK(*io::read_all(**batch.open_raw(describe("new"), 1), 100) == "ew");
  CHECK(store.referrer_list[image].size() == 1);
  CHECK_FALSE(store.blobs.contains(describe("new").digest));

  REQUIRE(batch.commit());
  CHECK(store.referrer_list[image].size() == 2);
  CHECK(store.referrer_list[other].size() == 1);
  CHECK(*store::fetch(store, describe("new"), 100) == "new");
}

TEST_CASE("what is no referrer goes straight on, and what is not finished is not attached") {
  MemoryStore store;
  {
    store::BatchingStore batch(store);
    CHECK(batch.name() == store.name());
    auto blob = io::from_string("blob");
    REQUIRE(batch.put_blob(describe("blob"), *blob));
    CHECK(store.blobs.contains(describe("blob").digest));
    REQUIRE(batch.put_manifest(describe("m"), "m", "tag"));
    CHECK(batch.resolve({"tag", std::nullopt})->digest == describe("m").digest);
    CHECK(*batch.tags() == std::vector<std::string>{"tag"});
    REQUIRE(batch.replace_manifest(describe("n"), "n", "tag", describe("m").digest));
    CHECK(store.tag_list.at("tag").digest == describe("n").digest);
    REQUIRE(batch.put_referrer(describe("new"), "new", describe("m").digest));
    CHECK(batch.remove({"tag", std::nullopt}).error().code() == store.remove({"tag", std::nullopt}).error().code());
  }
  CHECK(store.referrer_list.empty());
}

TEST_CASE("with blobs kept too, nothing is in the store before the end, and everything after it") {
  MemoryStore store;
  store::BatchingStore batch(store, store::KeepBlobs::yes);
  const Digest image = crypto::sha256("image");
  auto blob = io::from_string("blob");
  REQUIRE(batch.put_blob(describe("blob"), *blob));
  REQUIRE(batch.put_referrer(describe("new"), "new", image));
  auto wrong = io::from_string("blub");
  CHECK(batch.put_blob(describe("blob"), *wrong).error().code() == ErrorCode::mismatch);
  CHECK(batch.put_manifest(describe("m"), "m", "tag").error().code() == ErrorCode::unsupported);
  CHECK(*store::fetch(batch, describe("blob"), 100) == "blob");
  CHECK(store.blobs.empty());
  CHECK(store.referrer_list.empty());
  REQUIRE(batch.commit());
  CHECK(*store::fetch(store, describe("blob"), 100) == "blob");
  CHECK(store.referrer_list[image].size() == 1);
}

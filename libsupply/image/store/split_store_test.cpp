#include "libsupply/image/store/split_store.hpp"

#include <catch2/catch.hpp>

#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/memory_store.hpp"

using namespace supply;
using testing::MemoryStore;

namespace {

oci::Descriptor describe(const std::string& bytes, std::string_view media_type = oci::kConfigType) {
  return {.media_type = std::string(media_type), .digest = crypto::sha256(bytes), .size = bytes.size()};
}

struct Split {
  MemoryStore* images;
  MemoryStore* attachments;
  std::unique_ptr<store::SplitStore> store;
};

Split split() {
  auto images = std::make_unique<MemoryStore>(), attachments = std::make_unique<MemoryStore>();
  Split made{images.get(), attachments.get(), nullptr};
  made.store = std::make_unique<store::SplitStore>(std::move(images), std::move(attachments));
  return made;
}

void put(store::ContentStore& store, const std::string& bytes) {
  const auto source = io::from_string(bytes);
  REQUIRE(store.put_blob(describe(bytes), *source));
}

const std::string kHex(64, 'a');

}  // namespace

TEST_CASE("referrers and cosign's tags are those of the second store, images and other tags those of the first") {
  const Split made = split();
  const Digest image = crypto::sha256("image");
  const std::string tag = store::digest_tag(image, ".sig");
  REQUIRE(made.images->put_manifest(describe("image"), "image", "1"));
  REQUIRE(made.images->put_manifest(describe("not this"), "not this", tag));
  REQUIRE(made.images->put_referrer(describe("nor this"), "nor this", image));
  REQUIRE(made.store->put_referrer(describe("referrer"), "referrer", image));
  REQUIRE(made.store->replace_manifest(describe("signatures"), "signatures", tag, std::nullopt));
  put(*made.store, "payload");
  CHECK(made.store->resolve({"1", std::nullopt})->digest == image);
  CHECK(made.store->resolve({std::nullopt, image})->digest == image);
  CHECK(made.store->resolve({tag, std::nullopt})->digest == crypto::sha256("signatures"));
  CHECK(made.attachments->tag_list.at(tag).digest == crypto::sha256("signatures"));
  const auto referrers = made.store->referrers(image);
  REQUIRE(referrers->size() == 1);
  CHECK(referrers->front().digest == crypto::sha256("referrer"));
  CHECK(made.store->referrers_of({image, crypto::sha256("other")})->at(0).size() == 1);
  CHECK(*made.store->tags() == std::vector<std::string>{"1", tag});
  CHECK(made.images->blobs.size() == 3);
  CHECK(made.attachments->blobs.contains(crypto::sha256("payload")));
  REQUIRE(made.store->put_manifest(describe("image"), "image", "2"));
  CHECK(made.images->tag_list.contains("2"));
  CHECK_FALSE(made.attachments->tag_list.contains("2"));
  CHECK(made.store->commit());
}

TEST_CASE("what an attached manifest names is asked for where that is, and all else in both") {
  const Split made = split();
  const Digest image = crypto::sha256("image");
  oci::Manifest manifest{.media_type = std::string(oci::kManifestType),
                         .artifact_type = "a",
                         .config = describe("config"),
                         .layers = {describe("bundle"), describe("lost")},
                         .subject = std::nullopt,
                         .annotations = {}};
  const oci::Descriptor attached = made.attachments->put(manifest);
  REQUIRE(made.attachments->put_referrer(attached, oci::to_bytes(manifest), image));
  put(*made.attachments, "bundle");
  put(*made.images, "lost");
  put(*made.images, "layer");
  REQUIRE(made.store->referrers(image));
  CHECK(*store::fetch(*made.store, attached, 10'000) == oci::to_bytes(manifest));
  made.images->opened.clear();
  CHECK(*store::fetch(*made.store, describe("bundle"), 100) == "bundle");
  CHECK(made.images->opened.empty());
  CHECK(*store::fetch(*made.store, describe("lost"), 100) == "lost");
  CHECK(*store::fetch(*made.store, describe("layer"), 100) == "layer");
  CHECK(*io::read_all(**made.store->open_raw(describe("bundle"), 2), 100) == "ndle");
  CHECK(store::fetch(*made.store, describe("nowhere"), 100).error().code() == ErrorCode::not_found);
}

TEST_CASE("a second store that cannot be asked is no empty one") {
  const Split made = split();
  const Digest image = crypto::sha256("image");
  made.attachments->failing_referrers = image;
  CHECK(made.store->referrers(image).error().code() == ErrorCode::forbidden);
  const std::string tag = store::digest_tag(image, ".att");
  made.attachments->failing_tag = tag;
  CHECK(made.store->resolve({tag, std::nullopt}).error().code() == ErrorCode::unavailable);
}

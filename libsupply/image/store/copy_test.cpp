#include "libsupply/image/store/copy.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/memory_store.hpp"

using namespace supply;
using testing::MemoryStore;

namespace {

constexpr std::string_view kBundle = "application/vnd.dev.sigstore.bundle.v0.3+json";

// An index of two platforms, with what refers to it: a signature of the index, a note on that signature, an SBOM of
// one platform under a referrer, cosign's tags.
struct Source {
  MemoryStore store;
  oci::Descriptor amd, arm, root, signature, note, sbom, tagged;

  oci::Descriptor blob(const std::string& bytes, std::string_view type) {
    oci::Descriptor descriptor{.media_type = std::string(type), .digest = crypto::sha256(bytes), .size = bytes.size()};
    store.blobs[descriptor.digest] = bytes;
    return descriptor;
  }
  oci::Descriptor image(const std::string& architecture) {
    const std::string config = R"({"architecture":")" + architecture +
                               R"(","os":"linux","rootfs":{"type":"layers",)"
                               R"("diff_ids":["sha256:)" +
                               std::string(64, 'a') + R"("]}})";
    oci::Manifest manifest{.media_type = std::string(oci::kManifestType), .config = blob(config, oci::kConfigType)};
    manifest.layers = {blob("layer of " + architecture, oci::kLayerType)};
    oci::Descriptor descriptor = store.put(manifest);
    descriptor.platform = *oci::Platform::parse("linux/" + architecture);
    return descriptor;
  }
  oci::Descriptor artifact(const oci::Descriptor& subject, const std::string& content, std::string_view type) {
    oci::Manifest manifest{.media_type = std::string(oci::kManifestType),
                           .artifact_type = std::string(type),
                           .config = blob("{}", oci::kEmptyType)};
    manifest.layers = {blob(content, type)};
    manifest.subject = subject;
    manifest.subject->platform.reset();
    return store.put(manifest);
  }
  oci::Descriptor refer(const oci::Descriptor& subject, const std::string& content, std::string_view type) {
    oci::Descriptor descriptor = artifact(subject, content, type);
    descriptor.artifact_type = type;
    descriptor.annotations = {{"note", content}};
    store.referrer_list[subject.digest].insert_or_assign(descriptor.digest, descriptor);
    return descriptor;
  }

  Source() : amd(image("amd64")), arm(image("arm64")), root(amd), signature(amd), note(amd), sbom(amd), tagged(amd) {
    root = store.put(oci::Index{.media_type = std::string(oci::kIndexType), .manifests = {amd, arm}}, "1.0");
    signature = refer(root, "a signature", kBundle);
    note = refer(signature, "a note", "application/x");
    sbom = refer(arm, "an SBOM", "application/spdx+json");
    tagged = artifact(amd, "simple signing", "application/vnd.dev.cosign.simplesigning.v1+json");
    store.tag_list.insert_or_assign("sha256-" + std::string(amd.digest.encoded()) + ".sig", tagged);
    (void)store.put(oci::Manifest{.media_type = std::string(oci::kManifestType), .config = blob("{}", "x")}, "other");
  }
};

// A store that remembers in which order it was written to.
struct Writing : MemoryStore {
  std::vector<std::string> order;
  std::optional<Digest> lost;  // a referrer that is taken and not kept
  std::mutex mutex;

  Status put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                      const std::optional<std::string>& tag) override {
    {
      const std::scoped_lock lock(mutex);
      order.push_back(tag.value_or(descriptor.digest.to_string()));
    }
    return MemoryStore::put_manifest(descriptor, bytes, tag);
  }
  Status put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) override {
    if (descriptor.digest == lost) return put_manifest(descriptor, bytes, std::nullopt);
    return MemoryStore::put_referrer(descriptor, bytes, subject);
  }
};

std::ptrdiff_t place(const std::vector<std::string>& order, const std::string& what) {
  return std::find(order.begin(), order.end(), what) - order.begin();
}

}  // namespace

TEST_CASE("an index is copied with its platforms and all that refers to any of them, the tag last") {
  Source from;
  Writing to;
  store::Progress progress;
  const auto copied = store::copy(from.store, from.root, to, "2.0", {.progress = &progress});
  REQUIRE(copied);
  CHECK(copied->root.digest == from.root.digest);
  CHECK(copied->manifests == 7);
  CHECK(copied->referrers == 4);
  CHECK(to.tag_list.at("2.0").digest == from.root.digest);
  CHECK(to.tag_list.at("sha256-" + std::string(from.amd.digest.encoded()) + ".sig").digest == from.tagged.digest);
  CHECK_FALSE(to.tag_list.contains("other"));
  for (const auto& digest : {from.root, from.amd, from.arm, from.signature, from.note, from.sbom, from.tagged})
    CHECK(to.blobs.at(digest.digest) == from.store.blobs.at(digest.digest));
  CHECK(to.referrer_list.at(from.root.digest).at(from.signature.digest).artifact_type == kBundle);
  CHECK(to.referrer_list.at(from.root.digest).at(from.signature.digest).annotations.at("note") == "a signature");
  CHECK(to.referrer_list.at(from.signature.digest).contains(from.note.digest));
  CHECK(to.referrer_list.at(from.arm.digest).contains(from.sbom.digest));
  CHECK(place(to.order, from.amd.digest.to_string()) < place(to.order, from.root.digest.to_string()));
  CHECK(place(to.order, from.root.digest.to_string()) < place(to.order, from.signature.digest.to_string()));
  CHECK(place(to.order, from.signature.digest.to_string()) < place(to.order, from.note.digest.to_string()));
  CHECK(to.order.back() == "2.0");
  CHECK(progress.done == progress.total);
  CHECK(progress.total == copied->bytes);
}

TEST_CASE("referrers are left behind when that was asked for, and so is what is not part of the platform") {
  Source from;
  MemoryStore to;
  const auto copied = store::copy(from.store, from.root, to, "", {.platform = from.arm.platform, .referrers = false});
  REQUIRE(copied);
  CHECK(copied->root.digest == from.arm.digest);
  CHECK(copied->manifests == 1);
  CHECK(to.tag_list.at("").digest == from.arm.digest);
  CHECK(to.manifests.size() == 1);
  CHECK(to.blobs.size() == 3);
}

TEST_CASE("an index that lists another index and what that lists too is put after both") {
  Source from;
  const auto outer = from.store.put(
      oci::Index{.media_type = std::string(oci::kIndexType), .manifests = {from.root, from.amd, from.arm}});
  Writing to;
  REQUIRE(store::copy(from.store, outer, to, "outer", {.referrers = false}));
  CHECK(to.order.size() == 5);
  CHECK(place(to.order, from.amd.digest.to_string()) < place(to.order, from.root.digest.to_string()));
  CHECK(place(to.order, from.root.digest.to_string()) < place(to.order, outer.digest.to_string()));
}

TEST_CASE("an entry of an index that is a referrer too is put as both") {
  Source from;
  oci::Descriptor attestation = from.refer(from.amd, "a statement", "application/vnd.in-toto+json");
  const auto root =
      from.store.put(oci::Index{.media_type = std::string(oci::kIndexType), .manifests = {from.amd, attestation}});
  Writing to;
  REQUIRE(store::copy(from.store, root, to, "1", {}));
  CHECK(to.referrer_list.at(from.amd.digest).contains(attestation.digest));
  CHECK(place(to.order, attestation.digest.to_string()) < place(to.order, root.digest.to_string()));
}

TEST_CASE("layers that registries need not hold stay where they are") {
  Source from;
  oci::Manifest manifest{.media_type = std::string(oci::kDockerManifestType),
                         .config = from.blob("{}", oci::kDockerConfigType)};
  oci::Descriptor foreign{.media_type = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                          .digest = crypto::sha256("elsewhere"),
                          .size = 9};
  foreign.urls = {"https://elsewhere.example/layer"};
  manifest.layers = {foreign};
  MemoryStore to;
  const auto copied = store::copy(from.store, from.store.put(manifest), to, "w", {});
  REQUIRE(copied);
  CHECK(copied->blobs == 1);
}

TEST_CASE("what cannot be read at the source is an error, and no tag appears") {
  Source damaged;
  damaged.store.blobs.at(crypto::sha256("layer of arm64")) = "layer of ARM64";
  MemoryStore to;
  CHECK(store::copy(damaged.store, damaged.root, to, "1", {}).error().code() == ErrorCode::mismatch);
  CHECK(to.tag_list.empty());

  Source refused;
  refused.store.failing_referrers = refused.arm.digest;
  CHECK(store::copy(refused.store, refused.root, to, "1", {}).error().code() == ErrorCode::forbidden);

  Source cut;
  cut.store.failing_tag = "sha256-" + std::string(cut.root.digest.encoded()) + ".att";
  CHECK(store::copy(cut.store, cut.root, to, "1", {}).error().code() == ErrorCode::unavailable);

  Source lacking;
  lacking.store.blobs.erase(lacking.note.digest);
  CHECK(store::copy(lacking.store, lacking.root, to, "1", {}).error().code() == ErrorCode::not_found);
  CHECK(to.tag_list.empty());
}

TEST_CASE("a destination that does not list a referrer afterwards has not got it") {
  Source from;
  Writing to;
  to.lost = from.sbom.digest;
  const auto copied = store::copy(from.store, from.root, to, "1", {});
  REQUIRE_FALSE(copied);
  CHECK(copied.error().code() == ErrorCode::not_found);
  CHECK(copied.error().message().find(from.sbom.digest.to_string()) != std::string::npos);
}

TEST_CASE("a schema 1 manifest and indexes nested too deep are refused") {
  Source from;
  MemoryStore to;
  const auto old = from.store.put_document("{}", "application/vnd.docker.distribution.manifest.v1+json");
  CHECK(store::copy(from.store, old, to, "1", {}).error().code() == ErrorCode::unsupported);

  oci::Descriptor deep = from.amd;
  for (std::size_t i = 0; i <= kMaxIndexDepth; ++i)
    deep = from.store.put(oci::Index{.media_type = std::string(oci::kIndexType), .manifests = {deep}});
  CHECK(store::copy(from.store, deep, to, "1", {}).error().code() == ErrorCode::limit_exceeded);
  deep = from.amd;
  for (std::size_t i = 0; i < kMaxIndexDepth; ++i)
    deep = from.store.put(oci::Index{.media_type = std::string(oci::kIndexType), .manifests = {deep}});
  CHECK(store::copy(from.store, deep, to, "1", {}));
}

TEST_CASE("more manifests than the limit are refused before anything is put") {
  Source from;
  oci::Index index{.media_type = std::string(oci::kIndexType)};
  for (std::size_t i = 0; i < 4; ++i) {
    oci::Index part{.media_type = std::string(oci::kIndexType), .annotations = {{"part", std::to_string(i)}}};
    for (std::size_t j = 0; j < kMaxIndexEntries / 2; ++j)
      part.manifests.push_back(from.store.put(oci::Index{.media_type = std::string(oci::kIndexType),
                                                         .annotations = {{"n", std::to_string(i * 10'000 + j)}}}));
    index.manifests.push_back(from.store.put(part));
  }
  MemoryStore to;
  CHECK(kMaxCopiedManifests == 2 * kMaxIndexEntries);  // the four and their index are beyond
  CHECK(store::copy(from.store, from.store.put(index), to, "1", {}).error().code() == ErrorCode::limit_exceeded);
  CHECK(to.blobs.empty());
}

TEST_CASE("manifests that are too large together are refused before anything is put") {
  constexpr std::size_t kParts = 40, kEach = kMaxCopiedManifestBytes / kParts;
  for (const bool beyond : {false, true}) {
    Source from;
    oci::Index index{.media_type = std::string(oci::kIndexType)};
    for (std::size_t i = 0; i < kParts; ++i)  // a little room is left for the index that lists them
      index.manifests.push_back(from.store.put(
          oci::Index{.media_type = std::string(oci::kIndexType),
                     .annotations = {{"n", std::to_string(i) + std::string(kEach - (beyond ? 0 : 1'000), 'x')}}}));
    MemoryStore to;
    const auto copied = store::copy(from.store, from.store.put(index), to, "1", {.referrers = false});
    CHECK(static_cast<bool>(copied) == !beyond);
    if (!copied) CHECK(copied.error().code() == ErrorCode::limit_exceeded);
    CHECK(to.blobs.empty() == beyond);
  }
}

#include "libsupply/image/store/image.hpp"

#include <catch2/catch.hpp>

#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/memory_store.hpp"

using namespace supply;
using oci::Platform;

namespace {

const std::string kDiffId = "sha256:" + std::string(64, 'd');

// An image for a platform with that many diff_ids and layers; `salt` makes the digest another one.
oci::Manifest manifest_for(testing::MemoryStore& memory, std::string_view platform, int diff_ids = 1, int layers = 1,
                           std::string_view salt = "") {
  const Platform parsed = *Platform::parse(platform);
  std::string config = R"({"os":")" + parsed.os + R"(","architecture":")" + parsed.architecture + R"(","variant":")" +
                       parsed.variant + R"(","author":")" + std::string(salt) +
                       R"(","rootfs":{"type":"layers","diff_ids":[)";
  for (int i = 0; i < diff_ids; ++i) config += (i > 0 ? ",\"" : "\"") + kDiffId + '"';
  config += "]}}";
  oci::Manifest manifest{.media_type = std::string(oci::kManifestType),
                         .config = *store::put_bytes(memory, config, oci::kConfigType)};
  for (int i = 0; i < layers; ++i)
    manifest.layers.push_back({.media_type = std::string(oci::kLayerGzipType),
                               .digest = crypto::sha256("layer" + std::to_string(i)),
                               .size = 6});
  return manifest;
}

oci::Descriptor image_for(testing::MemoryStore& memory, std::string_view platform, std::string_view salt = "") {
  return memory.put(manifest_for(memory, platform, 1, 1, salt));
}

oci::Descriptor on(oci::Descriptor descriptor, std::string_view platform) {
  descriptor.platform = *Platform::parse(platform);
  return descriptor;
}

oci::Descriptor index_of(testing::MemoryStore& memory, std::vector<oci::Descriptor> entries) {
  return memory.put(oci::Index{.media_type = std::string(oci::kIndexType), .manifests = std::move(entries)});
}

std::vector<std::string> platforms(const std::vector<store::PlatformImage>& images) {
  std::vector<std::string> names;
  for (const auto& image : images) names.push_back(image.platform.to_string());
  return names;
}

using Names = std::vector<std::string>;

std::vector<Digest> digests(const std::vector<oci::Descriptor>& descriptors) {
  std::vector<Digest> all;
  for (const oci::Descriptor& descriptor : descriptors) all.push_back(descriptor.digest);
  return all;
}

}  // namespace

TEST_CASE("a manifest is one image, for its config's platform") {
  testing::MemoryStore memory;
  const auto root = image_for(memory, "linux/arm64/v8");
  const auto found = store::images(memory, root, {});
  REQUIRE(found);
  CHECK(platforms(*found) == Names{"linux/arm64/v8"});
  CHECK(found->front().descriptor.digest == root.digest);
  CHECK(found->front().ancestors.empty());
  CHECK(found->front().config.diff_ids.size() == 1);
}

TEST_CASE("an index gives its images in order, nested ones too, each digest once") {
  testing::MemoryStore memory;
  const auto amd64 = on(image_for(memory, "linux/amd64"), "linux/amd64");
  const auto arm64 = image_for(memory, "linux/arm64");
  const auto s390x = on(image_for(memory, "linux/s390x"), "linux/s390x");
  const auto inner = index_of(memory, {arm64, amd64});
  const auto root = index_of(memory, {s390x, inner, amd64, s390x, inner});
  const auto found = store::images(memory, root, {});
  REQUIRE(found);
  CHECK(platforms(*found) == Names{"linux/s390x", "linux/arm64", "linux/amd64"});
  CHECK(digests((*found)[0].ancestors) == std::vector<Digest>{root.digest});
  CHECK(digests((*found)[1].ancestors) == std::vector<Digest>{root.digest, inner.digest});
  CHECK((*found)[1].ancestors.back().size == inner.size);
}

TEST_CASE("attestations, artifacts and unknown media types in an index are no images") {
  testing::MemoryStore memory;
  const auto amd64 = image_for(memory, "linux/amd64");
  oci::Descriptor unknown = on(image_for(memory, "unknown/unknown"), "unknown/unknown");
  memory.blobs.erase(unknown.digest);  // need not even be there
  const auto unlabelled = image_for(memory, "unknown/unknown", "x");
  oci::Manifest artifact{.media_type = std::string(oci::kManifestType),
                         .artifact_type = "application/x",
                         .config = oci::empty_descriptor()};
  oci::Manifest in_toto = manifest_for(memory, "linux/amd64", 1, 0, "in-toto");
  in_toto.layers.push_back({.media_type = "application/vnd.in-toto+json", .digest = crypto::sha256("x"), .size = 1});
  oci::Descriptor other = amd64;
  other.media_type = "application/vnd.oci.artifact.manifest.v1+json";
  other.digest = crypto::sha256("other");
  const auto root = index_of(memory, {unknown, unlabelled, memory.put(artifact), memory.put(in_toto), other, amd64});
  const auto found = store::images(memory, root, {});
  REQUIRE(found);
  CHECK(platforms(*found) == Names{"linux/amd64"});
}

TEST_CASE("of an index with nothing to run, and of an artifact, there is no image") {
  testing::MemoryStore memory;
  for (const auto& root :
       {index_of(memory, {}), index_of(memory, {index_of(memory, {})}),
        memory.put(oci::Manifest{.media_type = std::string(oci::kManifestType), .config = oci::empty_descriptor()})}) {
    const auto found = store::images(memory, root, {});
    REQUIRE(!found);
    CHECK(found.error().code() == ErrorCode::not_found);
  }
  oci::Descriptor strange = image_for(memory, "linux/amd64");
  strange.media_type = "text/plain";
  CHECK(store::images(memory, strange, {}).error().code() == ErrorCode::unsupported);
}

TEST_CASE("the platform that was asked for is the nearest, and the first of equals") {
  testing::MemoryStore memory;
  const auto v6 = on(image_for(memory, "linux/arm/v6"), "linux/arm/v6");
  const auto v7 = on(image_for(memory, "linux/arm/v7"), "linux/arm/v7");
  const auto v7_again = on(image_for(memory, "linux/arm/v7", "again"), "linux/arm/v7");
  const auto amd64 = image_for(memory, "linux/amd64");  // without a platform in the index
  const auto root = index_of(memory, {amd64, v6, v7, v7_again});
  const auto pick = [&](const char* wanted) {
    const auto found = store::images(memory, root, *Platform::parse(wanted));
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    return found->front().descriptor.digest;
  };
  CHECK(pick("linux/arm/v7") == v7.digest);
  CHECK(pick("linux/arm/v8") == v7.digest);
  CHECK(pick("linux/arm/v6") == v6.digest);
  CHECK(pick("linux/arm") == v7.digest);
  CHECK(pick("linux/amd64") == amd64.digest);
  const auto none = store::images(memory, root, *Platform::parse("linux/s390x"));
  REQUIRE(!none);
  CHECK(none.error().code() == ErrorCode::not_found);
  CHECK(none.error().message().find("linux/amd64, linux/arm/v6, linux/arm/v7") != std::string::npos);
}

TEST_CASE("with a platform asked for, the others need not be there; without, they must") {
  testing::MemoryStore memory;
  const auto amd64 = on(image_for(memory, "linux/amd64"), "linux/amd64");
  const auto arm64 = on(image_for(memory, "linux/arm64"), "linux/arm64");
  const auto root = index_of(memory, {arm64, amd64});
  memory.blobs.erase(arm64.digest);
  CHECK(store::images(memory, root, *Platform::parse("linux/amd64"))->size() == 1);
  CHECK(store::images(memory, root, {}).error().code() == ErrorCode::not_found);
}

TEST_CASE("a manifest for which another platform was asked is not found") {
  testing::MemoryStore memory;
  const auto found = store::images(memory, image_for(memory, "linux/amd64"), *Platform::parse("linux/arm64"));
  CHECK(found.error().code() == ErrorCode::not_found);
}

TEST_CASE("layers and diff_ids must be as many") {
  testing::MemoryStore memory;
  for (const auto& [diff_ids, layers] : {std::pair(1, 2), std::pair(2, 1), std::pair(0, 1)}) {
    const auto found = store::images(memory, memory.put(manifest_for(memory, "linux/amd64", diff_ids, layers)), {});
    REQUIRE(!found);
    CHECK(found.error().code() == ErrorCode::malformed);
  }
  CHECK(store::images(memory, memory.put(manifest_for(memory, "linux/amd64", 0, 0)), {}));
}

TEST_CASE("indexes are followed four deep and no deeper") {
  testing::MemoryStore memory;
  auto root = image_for(memory, "linux/amd64");
  for (std::size_t depth = 0; depth < kMaxIndexDepth; ++depth) root = index_of(memory, {root});
  CHECK(store::images(memory, root, {}));
  root = index_of(memory, {root});
  CHECK(store::images(memory, root, {}).error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("the entries of all indexes together are bounded") {
  testing::MemoryStore memory;
  const auto image = image_for(memory, "linux/amd64");
  std::vector<oci::Descriptor> many(kMaxIndexEntries / 2, image);
  const auto one = index_of(memory, many);
  CHECK(store::images(memory, one, {}));
  many.pop_back();
  const auto two = index_of(memory, many);
  CHECK(store::images(memory, index_of(memory, {one, two}), {}).error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("a damaged or malformed part fails the whole, and schema 1 is unsupported") {
  testing::MemoryStore memory;
  const auto good = image_for(memory, "linux/amd64");
  const auto bad = image_for(memory, "linux/arm64");
  const auto root = index_of(memory, {good, bad});
  memory.blobs[bad.digest][0] = ' ';
  CHECK(store::images(memory, root, {}).error().code() == ErrorCode::mismatch);
  CHECK(store::images(memory, memory.put_document("{}", oci::kManifestType), {}).error().code() ==
        ErrorCode::malformed);
  CHECK(store::images(memory, memory.put_document("{}", oci::kIndexType), {}).error().code() == ErrorCode::malformed);
  oci::Descriptor schema1 = good;
  schema1.media_type = "application/vnd.docker.distribution.manifest.v1+json";
  CHECK(store::images(memory, index_of(memory, {schema1}), {}).error().code() == ErrorCode::unsupported);
  auto large = image_for(memory, "linux/amd64");
  large.size = kMaxManifestBytes + 1;
  CHECK(store::images(memory, large, {}).error().code() == ErrorCode::limit_exceeded);
}

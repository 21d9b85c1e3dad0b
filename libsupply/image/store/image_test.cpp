#include "libsupply/image/store/image.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/images.hpp"
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
  const auto found = testing::images(memory, root, {});
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
  const auto found = testing::images(memory, root, {});
  REQUIRE(found);
  CHECK(platforms(*found) == Names{"linux/s390x", "linux/arm64", "linux/amd64"});
  CHECK(digests((*found)[0].ancestors) == std::vector<Digest>{root.digest});
  CHECK(digests((*found)[1].ancestors) == std::vector<Digest>{root.digest, inner.digest});
  CHECK((*found)[1].ancestors.back().size == inner.size);
}

TEST_CASE("what no runtime can choose is left out, with the reason") {
  testing::MemoryStore memory;
  const auto amd64 = image_for(memory, "linux/amd64");
  oci::Descriptor unknown = on(image_for(memory, "unknown/unknown"), "unknown/unknown");
  memory.blobs.erase(unknown.digest);  // need not even be there
  oci::Manifest statements = manifest_for(memory, "unknown/unknown", 1, 1, "x");
  statements.layers.front().media_type = "application/vnd.in-toto+json";
  const auto unlabelled = memory.put(statements);
  oci::Manifest artifact{.media_type = std::string(oci::kManifestType),
                         .artifact_type = "application/x",
                         .config = oci::empty_descriptor()};
  oci::Descriptor other = *store::put_bytes(memory, "cache", "application/vnd.buildkit.cacheconfig.v0");
  const auto root = index_of(memory, {unknown, unlabelled, memory.put(artifact), other, amd64});
  const auto found = store::images(memory, root, {});
  REQUIRE(found);
  CHECK(platforms(found->images) == Names{"linux/amd64"});
  REQUIRE(found->left_out.size() == 4);
  const char* const reasons[] = {"platform unknown/unknown", "an attestation", "an artifact, \"application/x\"",
                                 "no manifest"};
  for (std::size_t i = 0; i < 4; ++i) CHECK(found->left_out[i].reason.find(reasons[i]) != std::string::npos);
  CHECK(found->left_out.front().descriptor.digest == unknown.digest);
  const auto listed = store::platform_manifests(memory, root, {});
  REQUIRE(listed);
  CHECK(listed->images.size() == 1);
  CHECK(listed->left_out.size() == 4);
}

TEST_CASE("an entry that a runtime may choose is judged whatever it looks like") {
  testing::MemoryStore memory;
  const auto good = on(image_for(memory, "linux/arm64"), "linux/arm64");
  const auto with_config = [&](std::string_view config_type, std::string_view layer_type) {
    oci::Manifest manifest = manifest_for(memory, "linux/amd64", 1, 1, "evil");
    manifest.config.media_type = config_type;
    manifest.layers.front().media_type = layer_type;
    return memory.put(manifest);
  };
  const auto judged = [&](const oci::Descriptor& entry) {
    const auto root = index_of(memory, {entry, good});
    const auto found = store::images(memory, root, {});
    const auto listed = store::platform_manifests(memory, root, {});
    REQUIRE(found);
    REQUIRE(listed);
    CHECK(found->left_out.empty());
    CHECK(listed->images.size() == found->images.size());
    return found->images.size() == 2;
  };
  const std::string config(oci::kConfigType), layer(oci::kLayerGzipType);
  for (const char* type : {"application/octet-stream", "application/json", "text/html"})
    CHECK(judged(on(with_config(type, layer), "linux/amd64")));
  for (const char* type : {"application/octet-stream", "application/x", "application/vnd.in-toto+json"})
    CHECK(judged(on(with_config(config, type), "linux/amd64")));
  // The config says unknown, or another platform: runtimes go by the index.
  for (const char* said : {"unknown/unknown", "unknown/amd64", "linux/unknown", "linux/s390x"})
    CHECK(judged(on(image_for(memory, said, "said"), "linux/amd64")));
  // Half of a platform, or none and an image's signs.
  CHECK(judged(on(image_for(memory, "linux/amd64", "half"), "unknown/amd64")));
  CHECK(judged(image_for(memory, "linux/amd64", "none")));
  // Statements labelled on what says it is for a platform: a reader that ignores labels may run them.
  oci::Manifest in_toto = manifest_for(memory, "linux/amd64", 1, 1, "in-toto");
  in_toto.layers.front().media_type = "application/vnd.in-toto+json";
  CHECK(judged(memory.put(in_toto)));
}

TEST_CASE("an entry that may be an image in a form that cannot be judged is no yes") {
  testing::MemoryStore memory;
  const auto good = on(image_for(memory, "linux/arm64"), "linux/arm64");
  const auto refused = [&](const oci::Descriptor& entry) {
    const auto root = index_of(memory, {entry, good});
    const auto found = store::images(memory, root, {});
    const auto listed = store::platform_manifests(memory, root, {});
    return !found && !listed && found.error().code() == listed.error().code() &&
           found.error().code() == ErrorCode::unsupported;
  };
  for (const char* type :
       {"application/x-odd", "application/vnd.OCI.image.manifest.v1+json",
        "application/vnd.oci.image.manifest.v1+json; charset=utf-8", "application/vnd.oci.artifact.manifest.v1+json"})
    for (const bool has_platform : {true, false}) {
      INFO(type);
      oci::Descriptor entry = image_for(memory, "linux/amd64", "evil");
      if (has_platform) entry = on(entry, "linux/amd64");
      entry.media_type = type;
      CHECK(refused(entry));
    }
  oci::Manifest wasm = manifest_for(memory, "linux/amd64", 1, 1, "wasm");
  wasm.config.media_type = "application/vnd.wasm.config.v0+json";
  CHECK(refused(memory.put(wasm)));
  CHECK(store::images(memory, index_of(memory, {on(memory.put(wasm), "linux/amd64"), good}), {}).error().code() ==
        ErrorCode::unsupported);
  // What is not there is not known.
  oci::Descriptor gone = good;
  gone.media_type = "application/x-odd";
  gone.platform.reset();
  gone.digest = crypto::sha256("gone");
  CHECK(store::images(memory, index_of(memory, {gone, good}), {}).error().code() == ErrorCode::not_found);
}

TEST_CASE("every image that a runtime may choose for a platform is judged") {
  testing::MemoryStore memory;
  const auto named = [](oci::Descriptor entry, const char* platform) {
    entry.platform = *Platform::from_json(nlohmann::json::parse(platform));
    return entry;
  };
  const auto a = image_for(memory, "linux/amd64", "a"), b = image_for(memory, "linux/amd64", "b");
  const auto chosen = [&](std::vector<oci::Descriptor> entries, const char* wanted) {
    const auto root = index_of(memory, std::move(entries));
    const auto found = store::images(memory, root, *Platform::parse(wanted));
    const auto listed = store::platform_manifests(memory, root, *Platform::parse(wanted));
    REQUIRE(found);
    REQUIRE(listed);
    CHECK(listed->images.size() == found->images.size());
    return found->images.size();
  };
  const auto plain = on(b, "linux/amd64");
  CHECK(chosen({a, plain}, "linux/amd64") == 2);  // the first without a platform
  CHECK(chosen({named(a, R"({"os":"linux","architecture":"x86_64"})"), plain}, "linux/amd64") == 2);
  CHECK(chosen({named(a, R"({"os":"linux","architecture":"AMD64"})"), plain}, "linux/amd64") == 2);
  CHECK(chosen({on(a, "linux/amd64/v1"), plain}, "linux/amd64") == 2);
  CHECK(chosen({on(a, "linux/amd64/v3"), plain}, "linux/amd64") == 2);
  CHECK(chosen({on(a, "linux/amd64"), plain}, "linux/amd64") == 2);
  CHECK(chosen({named(a, R"({"os":"linux"})"), plain}, "linux/amd64") == 2);
  CHECK(chosen({on(a, "linux/arm64"), on(b, "linux/arm64/v8")}, "linux/arm64/v8") == 2);
  CHECK(chosen({on(a, "linux/arm64/v8"), on(b, "linux/arm64/v9")}, "linux/arm64/v8") == 1);
  CHECK(chosen({on(a, "linux/arm/v6"), on(b, "linux/arm/v7")}, "linux/arm/v7") == 1);
  CHECK(chosen({on(a, "linux/arm"), on(b, "linux/arm/v7")}, "linux/arm/v7") == 2);
  // What containerd, Docker or podman take where they find nothing nearer is judged too, as long as they may.
  CHECK(chosen({on(image_for(memory, "linux/386", "c"), "linux/386"), b}, "linux/amd64") == 2);
  CHECK(chosen({on(image_for(memory, "linux/386", "c"), "linux/386"), plain}, "linux/amd64") == 1);
  const auto silent = image_for(memory, "linux/arm64", "silent");
  CHECK(chosen({silent, named(a, R"({"os":"linux","architecture":"x86_64"})")}, "linux/amd64") == 2);
  CHECK(chosen({silent, plain}, "linux/amd64") == 1);
  CHECK(store::images(memory, index_of(memory, {silent}), *Platform::parse("linux/amd64")).error().code() ==
        ErrorCode::not_found);
  const auto root = index_of(memory, {a, plain});
  CHECK(store::manifest_for(memory, root, *Platform::parse("linux/amd64")).error().code() == ErrorCode::usage);
  const auto one = store::manifest_for(memory, index_of(memory, {plain}), *Platform::parse("linux/amd64"));
  REQUIRE(one);
  CHECK(one->digest == plain.digest);
}

TEST_CASE("of an index with nothing to run, and of an artifact, there is no image") {
  testing::MemoryStore memory;
  for (const auto& root :
       {index_of(memory, {}), index_of(memory, {index_of(memory, {})}),
        memory.put(oci::Manifest{.media_type = std::string(oci::kManifestType), .config = oci::empty_descriptor()})}) {
    const auto found = testing::images(memory, root, {});
    REQUIRE(!found);
    CHECK(found.error().code() == ErrorCode::not_found);
  }
  oci::Descriptor strange = image_for(memory, "linux/amd64");
  strange.media_type = "text/plain";
  CHECK(testing::images(memory, strange, {}).error().code() == ErrorCode::unsupported);
}

TEST_CASE("the platform that was asked for is the nearest, and all of equals") {
  testing::MemoryStore memory;
  const auto v6 = on(image_for(memory, "linux/arm/v6"), "linux/arm/v6");
  const auto v7 = on(image_for(memory, "linux/arm/v7"), "linux/arm/v7");
  const auto v7_again = on(image_for(memory, "linux/arm/v7", "again"), "linux/arm/v7");
  const auto amd64 = image_for(memory, "linux/amd64");  // without a platform in the index
  const auto root = index_of(memory, {amd64, v6, v7, v7_again});
  const auto pick = [&](const char* wanted) {
    const auto found = testing::images(memory, root, *Platform::parse(wanted));
    REQUIRE(found);
    std::vector<Digest> all;
    for (const auto& image : *found) all.push_back(image.descriptor.digest);
    return all;
  };
  using Digests = std::vector<Digest>;
  CHECK(pick("linux/arm/v7") == Digests{v7.digest, v7_again.digest});
  CHECK(pick("linux/arm/v6") == Digests{v6.digest});
  // Versions of podman that know no v8 of arm take what is there without a platform; so do machines below v6.
  CHECK(pick("linux/arm/v8") == Digests{amd64.digest, v7.digest, v7_again.digest});
  CHECK(pick("linux/arm") == Digests{amd64.digest, v6.digest, v7.digest, v7_again.digest});
  CHECK(pick("linux/amd64") == Digests{amd64.digest});
  const auto none = testing::images(memory, root, *Platform::parse("linux/s390x"));
  REQUIRE(!none);
  CHECK(none.error().code() == ErrorCode::not_found);
  CHECK(none.error().message().find("linux/amd64, linux/arm/v6, linux/arm/v7") != std::string::npos);
}

TEST_CASE("what is passed over in one index is taken of another") {
  testing::MemoryStore memory;
  const auto good = image_for(memory, "linux/amd64"), evil = image_for(memory, "linux/s390x");
  auto inner = on(index_of(memory, {good, evil}), "linux/amd64");  // evil is the second without a platform
  inner.platform->architecture = "x86_64";                         // which is not amd64 for skopeo: it takes evil
  const auto root = index_of(memory, {inner, evil});
  const auto found = testing::images(memory, root, *Platform::parse("linux/amd64"));
  REQUIRE(found);
  CHECK(found->size() == 2);
}

TEST_CASE("with a platform asked for, the others need not be there; without, they must") {
  testing::MemoryStore memory;
  const auto amd64 = on(image_for(memory, "linux/amd64"), "linux/amd64");
  const auto arm64 = on(image_for(memory, "linux/arm64"), "linux/arm64");
  const auto root = index_of(memory, {arm64, amd64});
  memory.blobs.erase(arm64.digest);
  CHECK(testing::images(memory, root, *Platform::parse("linux/amd64"))->size() == 1);
  CHECK(testing::images(memory, root, {}).error().code() == ErrorCode::not_found);
}

TEST_CASE("manifests and configs of all images together have a limit") {
  testing::MemoryStore memory;
  std::vector<oci::Descriptor> entries;
  std::uint64_t sum = 0;
  const std::string salt(kMaxConfigBytes / 2, 'x');
  while (true) {
    const auto next = on(image_for(memory, "linux/amd64", salt + std::to_string(entries.size())), "linux/amd64");
    const std::uint64_t size =
        next.size + oci::Manifest::parse(memory.blobs.at(next.digest), next.media_type)->config.size;
    entries.push_back(next);
    if ((sum += size) > kMaxImageDocumentBytes) break;
  }
  CHECK(testing::images(memory, index_of(memory, entries), {}).error().code() == ErrorCode::limit_exceeded);
  for (oci::Descriptor& entry : entries) entry.platform.reset();  // held while the index is walked
  CHECK(testing::images(memory, index_of(memory, entries), {}).error().code() == ErrorCode::limit_exceeded);
  entries.pop_back();
  CHECK(testing::images(memory, index_of(memory, entries), {}));
}

TEST_CASE("a nested index is read once, and its annotations are not copied to every image below") {
  testing::MemoryStore memory;
  auto inner = index_of(memory, {on(image_for(memory, "linux/amd64"), "linux/amd64")});
  inner.annotations["a"] = std::string(1'000, 'x');
  std::vector<oci::Descriptor> entries;
  for (int i = 0; i < 100; ++i) entries.push_back(on(inner, "linux/amd64/v" + std::to_string(i)));
  memory.opened.clear();
  const auto found = testing::images(memory, index_of(memory, entries), {});
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  REQUIRE(found->front().ancestors.size() == 2);
  CHECK(found->front().ancestors.back().digest == inner.digest);
  CHECK(found->front().ancestors.back().annotations.empty());
  CHECK(std::count(memory.opened.begin(), memory.opened.end(), inner.digest) <= 1);
}

TEST_CASE("a manifest for which another platform was asked is not found") {
  testing::MemoryStore memory;
  const auto found = testing::images(memory, image_for(memory, "linux/amd64"), *Platform::parse("linux/arm64"));
  CHECK(found.error().code() == ErrorCode::not_found);
}

TEST_CASE("layers and diff_ids must be as many") {
  testing::MemoryStore memory;
  for (const auto& [diff_ids, layers] : {std::pair(1, 2), std::pair(2, 1), std::pair(0, 1)}) {
    const auto found = testing::images(memory, memory.put(manifest_for(memory, "linux/amd64", diff_ids, layers)), {});
    REQUIRE(!found);
    CHECK(found.error().code() == ErrorCode::malformed);
  }
  CHECK(testing::images(memory, memory.put(manifest_for(memory, "linux/amd64", 0, 0)), {}));
}

TEST_CASE("indexes are followed four deep and no deeper") {
  testing::MemoryStore memory;
  auto root = image_for(memory, "linux/amd64");
  for (std::size_t depth = 0; depth < kMaxIndexDepth; ++depth) root = index_of(memory, {root});
  CHECK(testing::images(memory, root, {}));
  root = index_of(memory, {root});
  CHECK(testing::images(memory, root, {}).error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("the entries of all indexes together are bounded") {
  testing::MemoryStore memory;
  const auto image = image_for(memory, "linux/amd64");
  std::vector<oci::Descriptor> many(kMaxIndexEntries / 2, image);
  const auto one = index_of(memory, many);
  CHECK(testing::images(memory, one, {}));
  many.pop_back();
  const auto two = index_of(memory, many);
  CHECK(testing::images(memory, index_of(memory, {one, two}), {}).error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("a damaged or malformed part fails the whole, and schema 1 is unsupported") {
  testing::MemoryStore memory;
  const auto good = image_for(memory, "linux/amd64");
  const auto bad = image_for(memory, "linux/arm64");
  const auto root = index_of(memory, {good, bad});
  memory.blobs[bad.digest][0] = ' ';
  CHECK(testing::images(memory, root, {}).error().code() == ErrorCode::mismatch);
  CHECK(testing::images(memory, memory.put_document("{}", oci::kManifestType), {}).error().code() ==
        ErrorCode::malformed);
  CHECK(testing::images(memory, memory.put_document("{}", oci::kIndexType), {}).error().code() == ErrorCode::malformed);
  oci::Descriptor schema1 = good;
  schema1.media_type = "application/vnd.docker.distribution.manifest.v1+json";
  CHECK(testing::images(memory, index_of(memory, {schema1}), {}).error().code() == ErrorCode::unsupported);
  auto large = image_for(memory, "linux/amd64");
  large.size = kMaxManifestBytes + 1;
  CHECK(testing::images(memory, large, {}).error().code() == ErrorCode::limit_exceeded);
}

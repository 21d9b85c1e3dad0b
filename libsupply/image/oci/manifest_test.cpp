#include "libsupply/image/oci/manifest.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using namespace supply::oci;
using nlohmann::json;

namespace {

const std::string kDigest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

json descriptor(std::string_view type) { return {{"mediaType", type}, {"digest", kDigest}, {"size", 2}}; }

json manifest() {
  return {{"schemaVersion", 2},
          {"mediaType", kManifestType},
          {"config", descriptor(kConfigType)},
          {"layers", {descriptor(kLayerGzipType)}}};
}

json index() { return {{"schemaVersion", 2}, {"mediaType", kIndexType}, {"manifests", {descriptor(kManifestType)}}}; }

json with(json value, const char* key, json member) {
  value[key] = std::move(member);
  return value;
}

json without(json value, const char* key) {
  value.erase(key);
  return value;
}

ErrorCode manifest_refusal(const json& value, std::string_view type = "") {
  const auto parsed = Manifest::parse(value.dump(), type);
  INFO(value.dump());
  REQUIRE(!parsed);
  return parsed.error().code();
}

ErrorCode index_refusal(const json& value, std::string_view type = "") {
  const auto parsed = Index::parse(value.dump(), type);
  INFO(value.dump());
  REQUIRE(!parsed);
  return parsed.error().code();
}

}  // namespace

TEST_CASE("manifests of cosign are read, and written again byte for byte") {
  // cosign 3 writes artifact manifests, cosign 2 signatures and attestations; all through go-containerregistry.
  int seen = 0;
  for (const char* layout : {"layout-cosign-save", "layout-legacy", "layout-ed25519"})
    for (const auto& file :
         std::filesystem::directory_iterator(testing::testdata(std::string("peers/") + layout + "/blobs/sha256"))) {
      const std::string bytes = testing::read(file.path());
      if (bytes.substr(0, 40).find("{\"schemaVersion\":2") != 0 || bytes.find("cosign") == std::string::npos) continue;
      const auto parsed = Manifest::parse(bytes, kManifestType);
      if (!parsed) continue;
      CHECK(to_bytes(*parsed) == bytes);
      ++seen;
    }
  CHECK(seen > 5);
}

TEST_CASE("the manifest of a cosign bundle has the members that its readers look for") {
  Manifest m{.media_type = std::string(kManifestType),
             .artifact_type = "application/vnd.dev.sigstore.bundle.v0.3+json",
             .config = empty_descriptor()};
  m.config.artifact_type = m.artifact_type;
  m.layers = {*Descriptor::parse(descriptor("application/vnd.dev.sigstore.bundle.v0.3+json"))};
  m.annotations = {{"dev.sigstore.bundle.content", "dsse-envelope"}};
  m.subject = *Descriptor::parse(descriptor(kManifestType));
  // Member order as in signing.md 2.4, written down from cosign 3.1.3.
  CHECK(
      to_bytes(m) ==
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.empty.v1+json","size":2,"digest":")" +
          kDigest +
          R"(","artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json"},"layers":[{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","size":2,"digest":")" +
          kDigest +
          R"("}],"annotations":{"dev.sigstore.bundle.content":"dsse-envelope"},"subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":2,"digest":")" +
          kDigest + R"("},"artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json"})");
}

TEST_CASE("a manifest without a mediaType takes its descriptor's") {
  const json bare = without(manifest(), "mediaType");
  CHECK(Manifest::parse(bare.dump(), kDockerManifestType)->media_type == kDockerManifestType);
  CHECK(Manifest::parse(bare.dump(), "")->media_type.empty());
  CHECK(Index::parse(without(index(), "mediaType").dump(), "")->manifests.size() == 1);
}

TEST_CASE("a mediaType that is not the descriptor's, or no manifest's, is refused") {
  CHECK(manifest_refusal(manifest(), kDockerManifestType) == ErrorCode::malformed);
  CHECK(manifest_refusal(with(manifest(), "mediaType", kIndexType)) == ErrorCode::malformed);
  CHECK(manifest_refusal(without(manifest(), "mediaType"), kIndexType) == ErrorCode::malformed);
  CHECK(index_refusal(index(), kDockerIndexType) == ErrorCode::malformed);
  CHECK(index_refusal(with(index(), "mediaType", kManifestType)) == ErrorCode::malformed);
}

TEST_CASE("a body that could be read as manifest and as index is refused as either (CVE-2021-41190)") {
  for (const json& both :
       {with(manifest(), "manifests", index()["manifests"]), with(manifest(), "manifests", json::array()),
        with(without(manifest(), "mediaType"), "manifests", index()["manifests"])}) {
    CHECK(manifest_refusal(both) == ErrorCode::malformed);
    CHECK(index_refusal(both) == ErrorCode::malformed);
  }
  CHECK(index_refusal(with(index(), "config", descriptor(kConfigType))) == ErrorCode::malformed);
  CHECK(index_refusal(with(index(), "layers", json::array())) == ErrorCode::malformed);
  for (const char* variant : {"Manifests", "MANIFESTS", "manife\xc5\xbfts"})
    CHECK(manifest_refusal(with(manifest(), variant, index()["manifests"])) == ErrorCode::malformed);
  for (const char* variant : {"Config", "Layers", "layer\xc5\xbf"})
    CHECK(index_refusal(with(index(), variant, json::array())) == ErrorCode::malformed);
  CHECK(!Manifest::parse(R"({"schemaVersion":2,"config":{},"config":{}})", ""));
}

TEST_CASE("schema 1 is refused as unsupported") {
  CHECK(manifest_refusal({{"schemaVersion", 1}, {"fsLayers", json::array()}}) == ErrorCode::unsupported);
  CHECK(manifest_refusal(manifest(), "application/vnd.docker.distribution.manifest.v1+prettyjws") ==
        ErrorCode::unsupported);
  CHECK(index_refusal(index(), "application/vnd.docker.distribution.manifest.v1+json") == ErrorCode::unsupported);
  CHECK(manifest_refusal(with(manifest(), "fsLayers", json::array())) == ErrorCode::malformed);
}

TEST_CASE("null arrays, subjects and annotations are absent") {
  json m = manifest();
  for (const char* key : {"layers", "subject", "annotations", "artifactType", "manifests"}) m[key] = nullptr;
  const auto parsed = Manifest::parse(m.dump(), kManifestType);
  REQUIRE(parsed);
  CHECK(parsed->layers.empty());
  CHECK(!parsed->subject);
  CHECK(Index::parse(with(index(), "manifests", nullptr).dump(), kIndexType)->manifests.empty());
}

TEST_CASE("what a manifest or index must have is asked for") {
  for (const json& value : {json::array(), without(manifest(), "schemaVersion"), with(manifest(), "schemaVersion", 3),
                            with(manifest(), "schemaVersion", "2"), without(manifest(), "config"),
                            with(manifest(), "config", json::array()), with(manifest(), "layers", json::object()),
                            with(manifest(), "layers", {1}), with(manifest(), "subject", "x"),
                            with(manifest(), "annotations", {{"a", 1}}), with(manifest(), "artifactType", 1)})
    CHECK(manifest_refusal(value) == ErrorCode::malformed);
  for (const json& value : {without(index(), "manifests"), with(index(), "manifests", json::object()),
                            with(index(), "manifests", {json::object()}), with(index(), "subject", json::array())})
    CHECK(index_refusal(value) == ErrorCode::malformed);
  CHECK(!Manifest::parse("", ""));
  CHECK(!Manifest::parse("{", ""));
  CHECK(!Manifest::parse(manifest().dump() + "x", ""));
}

TEST_CASE("a manifest's and an index's limits hold") {
  json many = manifest();
  many["layers"] = std::vector<json>(kMaxLayers, descriptor(kLayerType));
  CHECK(Manifest::parse(many.dump(), "")->layers.size() == kMaxLayers);
  many["layers"].push_back(descriptor(kLayerType));
  CHECK(manifest_refusal(many) == ErrorCode::limit_exceeded);
  json entries = index();
  entries["manifests"] = std::vector<json>(kMaxIndexEntries + 1, descriptor(kManifestType));
  CHECK(index_refusal(entries) == ErrorCode::limit_exceeded);
  const json large = with(manifest(), "annotations", {{"a", std::string(kMaxManifestBytes, 'x')}});
  CHECK(manifest_refusal(large) == ErrorCode::limit_exceeded);
  CHECK(index_refusal(large) == ErrorCode::limit_exceeded);
}

TEST_CASE("only a manifest with an image's config and layers is an image") {
  CHECK(Manifest::parse(manifest().dump(), "")->is_image());
  CHECK(Manifest::parse(with(manifest(), "config", descriptor(kDockerConfigType)).dump(), "")->is_image());
  CHECK(!Manifest::parse(with(manifest(), "config", descriptor(kEmptyType)).dump(), "")->is_image());
  CHECK(
      !Manifest::parse(with(manifest(), "layers", json::array({descriptor("application/vnd.in-toto+json")})).dump(), "")
           ->is_image());
  // What says nothing may be an image for a reader that goes by the bytes.
  for (const char* type :
       {"application/octet-stream", "application/json", "text/html", "application/vnd.OCI.image.config.v1+json",
        "application/vnd.oci.image.config.v1+json; charset=utf-8"})
    CHECK(Manifest::parse(with(manifest(), "config", descriptor(type)).dump(), "")->is_image());
  for (const char* type :
       {"application/octet-stream", "application/x-tar", "application/gzip", "application/vnd.OCI.image.layer.v1.tar"})
    CHECK(Manifest::parse(with(manifest(), "layers", json::array({descriptor(type)})).dump(), "")->is_image());
  // A config of its own, and layers that are file systems: neither an image nor surely an artifact.
  const auto doubtful =
      Manifest::parse(with(manifest(), "config", descriptor("application/vnd.wasm.config.v0+json")).dump(), "");
  CHECK(!doubtful->is_image());
  CHECK(!doubtful->is_artifact());
  const json mixed = with(manifest(), "layers", {descriptor("application/x"), descriptor(kLayerType)});
  CHECK(Manifest::parse(mixed.dump(), "")->is_image());
}

TEST_CASE("the artifact type of a referrer is its own or its config's") {
  CHECK(Manifest::parse(manifest().dump(), "")->effective_artifact_type() == kConfigType);
  CHECK(Manifest::parse(with(manifest(), "artifactType", "application/y").dump(), "")->effective_artifact_type() ==
        "application/y");
}

TEST_CASE("indexes of peers are read, and an index is written in one fixed order") {
  for (const char* tool : {"cosign", "regctl", "oras"}) {
    const auto parsed = Index::parse(
        testing::read(testing::testdata("peers/fallback-index/" + std::string(tool) + ".json")), kIndexType);
    REQUIRE(parsed);
    CHECK(parsed->manifests.size() == 1);
  }
  json value = index();
  value["artifactType"] = "application/y";
  value["subject"] = descriptor(kManifestType);
  value["annotations"] = {{"b", "2"}, {"a", "1"}};
  const auto parsed = Index::parse(value.dump(), kIndexType);
  const std::string bytes = to_bytes(*parsed);
  CHECK(json::parse(bytes) == value);
  CHECK(bytes.find("{\"schemaVersion\":2,\"mediaType\":") == 0);
  CHECK(to_bytes(*Index::parse(bytes, kIndexType)) == bytes);
}

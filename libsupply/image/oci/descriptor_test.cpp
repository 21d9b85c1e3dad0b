#include "libsupply/image/oci/descriptor.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/image/oci/media_type.hpp"

using namespace supply;
using nlohmann::json;
using oci::Descriptor;

namespace {

const std::string kDigest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

json base() { return {{"mediaType", "application/x"}, {"digest", kDigest}, {"size", 2}}; }

std::string refusal(const json& value) {
  const auto descriptor = Descriptor::parse(value);
  INFO(value.dump(-1, ' ', false, json::error_handler_t::replace));
  REQUIRE(!descriptor);
  CHECK(descriptor.error().code() == ErrorCode::malformed);
  return descriptor.error().message();
}

json with(const char* key, json value) {
  json changed = base();
  changed[key] = std::move(value);
  return changed;
}

}  // namespace

TEST_CASE("a descriptor with every member goes through JSON unchanged") {
  json value = base();
  value["artifactType"] = "application/y";
  value["annotations"] = {{"k", "v"}};
  value["urls"] = {"https://a.example/b"};
  value["platform"] = {{"os", "linux"}, {"architecture", "arm64"}, {"variant", "v8"}};
  value["data"] = "e30=";
  const Descriptor read = *Descriptor::parse(value);
  CHECK(read.data == "{}");
  CHECK(read.size == 2);
  CHECK(read.platform->to_string() == "linux/arm64/v8");
  CHECK(read.to_json() == value);
  CHECK(Descriptor::parse(base())->to_json() == base());
}

TEST_CASE("null members of a descriptor are absent, unknown ones are left alone") {
  json value = base();
  for (const char* key : {"artifactType", "annotations", "urls", "platform", "data"}) value[key] = nullptr;
  value["newUnspecifiedField"] = "x";
  CHECK(Descriptor::parse(value)->to_json() == base());
}

TEST_CASE("a descriptor without what it must have, or of a wrong type, is refused") {
  for (const char* key : {"mediaType", "digest", "size"}) {
    json value = base();
    value.erase(key);
    CHECK(refusal(value).find(key) != std::string::npos);
    CHECK(refusal(with(key, nullptr)).find(key) != std::string::npos);
    CHECK(refusal(with(key, json::object())).find(key) != std::string::npos);
  }
  refusal(json::array());
  refusal(with("mediaType", ""));
  refusal(with("size", -1));
  refusal(with("size", 2.5));
  refusal(with("size", std::uint64_t{1} << 63));
  refusal(with("annotations", {{"k", 1}}));
  refusal(with("annotations", json::array()));
  refusal(with("urls", "x"));
  refusal(with("data", "not base64!"));
  refusal(with("platform", "linux/amd64"));
}

TEST_CASE("a digest that could become another path is refused") {
  const std::string hex(64, 'a');
  for (const std::string& digest :
       {std::string("sha256:../../../etc/passwd"), "sha256:" + hex + "a", "sha256:" + hex.substr(1),
        "sha256:" + std::string(64, 'A'), "SHA256:" + hex, hex, std::string("sha256:"), "sha256:" + hex + "/..",
        std::string("../sha256:") + hex, std::string("sha256:\0", 8) + hex, std::string(300, 'a') + ":" + hex})
    CHECK(refusal(with("digest", digest)).find("digest") != std::string::npos);
}

TEST_CASE("a member that differs from a known one in case alone is refused") {
  for (const char* key : {"Digest", "DIGEST", "mediatype", "Size", "Annotations", "artifacttype", "\xc5\xbfize"})
    CHECK(refusal(with(key, "x")).find("some readers") != std::string::npos);
}

TEST_CASE("media types are told apart") {
  CHECK(oci::is_index(oci::kIndexType));
  CHECK(oci::is_index(oci::kDockerIndexType));
  CHECK(!oci::is_index(oci::kManifestType));
  CHECK(oci::is_manifest(oci::kDockerManifestType));
  CHECK(!oci::is_manifest("application/vnd.oci.image.manifest.v1+json; charset=utf-8"));
  CHECK(oci::is_schema1("application/vnd.docker.distribution.manifest.v1+prettyjws"));
  CHECK(oci::is_layer(oci::kLayerZstdType));
  CHECK(oci::is_layer(oci::kDockerLayerType));
  CHECK(oci::is_layer("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"));
  CHECK(!oci::is_layer("application/vnd.in-toto+json"));
  CHECK(oci::is_foreign_layer("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"));
  CHECK(oci::is_foreign_layer("application/vnd.oci.image.layer.nondistributable.v1.tar"));
  CHECK(!oci::is_foreign_layer(oci::kLayerGzipType));
}

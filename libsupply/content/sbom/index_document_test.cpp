#include "libsupply/content/sbom/index_document.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/content/sbom/format.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;

namespace {

Digest digest_of(char c) { return *Digest::parse("sha256:" + std::string(64, c)); }

sbom::DocumentSubject subject_of(std::string_view platform, char digest) {
  sbom::DocumentSubject out;
  out.name = "registry.example/app";
  if (!platform.empty()) out.platform = *oci::Platform::parse(platform);
  out.manifest = digest_of(digest);
  return out;
}

std::string document_of(const sbom::DocumentSubject& subject, const sbom::Format& format) {
  Budget budget;
  const auto tree = rootfs::FileTree::merge({}, budget);
  REQUIRE(tree);
  const pkg::Inventory catalog;
  return *sbom::to_text(format,
                        {subject, catalog, *tree, sbom::Files::none, Time(std::chrono::seconds(1)), "supply-1"});
}

struct Made {
  std::string amd64, arm64, index;
};

Made made(const char* name) {
  const sbom::Format& format = **sbom::find_format(name);
  const auto amd64 = subject_of("linux/amd64", 'a'), arm64 = subject_of("linux/arm64/v8", 'b'),
             all = subject_of("", 'c');
  Made out{document_of(amd64, format), document_of(arm64, format), {}};
  const std::vector<sbom::PlatformDocument> documents = {{amd64, out.amd64}, {arm64, out.arm64}};
  const auto text =
      sbom::index_text(format, {all, documents, Time(std::chrono::seconds(1)), "supply-1", {"Person: A B"}});
  if (!text) FAIL(text.error().message());
  out.index = *text;
  return out;
}

}  // namespace

TEST_CASE("an index's SPDX document names the images of its platforms and their documents") {
  const Made all = made("spdx-json");
  const auto index = nlohmann::json::parse(all.index), amd64 = nlohmann::json::parse(all.amd64);
  REQUIRE(index["externalDocumentRefs"].size() == 2);
  const auto& first = index["externalDocumentRefs"][0];
  CHECK(first["spdxDocument"] == amd64["documentNamespace"]);
  CHECK(first["checksum"]["checksumValue"] == to_hex(crypto::hash(crypto::HashAlgorithm::sha1, all.amd64)));
  CHECK(first["externalDocumentId"] == "DocumentRef-linux-amd64-aaaaaaaaaaaa");
  REQUIRE(index["packages"].size() == 3);
  CHECK(index["packages"][0]["checksums"][0]["checksumValue"] == std::string(64, 'c'));
  CHECK(index["packages"][1]["checksums"][0]["checksumValue"] == std::string(64, 'a'));
  CHECK(index["packages"][2]["comment"] == "platform: linux/arm64/v8");
  CHECK(index["relationships"][2]["relatedSpdxElement"] == "DocumentRef-linux-amd64-aaaaaaaaaaaa:SPDXRef-DOCUMENT");
  CHECK(all.index == made("spdx-json").index);
  const auto again = sbom::parse_sbom(all.index);
  REQUIRE(again);
  CHECK(again->subject.manifest == digest_of('c'));
}

TEST_CASE("an index's tag-value document says the same") {
  const Made all = made("spdx-tag-value");
  CHECK(all.index.find("\nExternalDocumentRef: DocumentRef-linux-amd64-aaaaaaaaaaaa https://spdx.org/spdxdocs/") !=
        std::string::npos);
  CHECK(all.index.find(" SHA1: " + to_hex(crypto::hash(crypto::HashAlgorithm::sha1, all.arm64))) != std::string::npos);
  CHECK(sbom::parse_sbom(all.index)->subject.manifest == digest_of('c'));
}

TEST_CASE("an index's SPDX 3 document imports the documents of its platforms") {
  const Made all = made("spdx3-json");
  const auto index = nlohmann::json::parse(all.index);
  const auto element = [](const nlohmann::json& of, std::string_view type) {
    for (const auto& each : of["@graph"])
      if (each["type"] == type) return each;
    return nlohmann::json();
  };
  const auto imports = element(index, "SpdxDocument")["import"];
  REQUIRE(imports.size() == 2);
  const auto arm64 = element(nlohmann::json::parse(all.arm64), "SpdxDocument");
  CHECK(imports[1]["externalSpdxId"] == arm64["spdxId"]);
  CHECK(imports[1]["verifiedUsing"][0]["algorithm"] == "sha1");
  CHECK(imports[1]["verifiedUsing"][0]["hashValue"] == to_hex(crypto::hash(crypto::HashAlgorithm::sha1, all.arm64)));
  bool described = false;
  for (const auto& each : index["@graph"])
    if (each["type"] == "Relationship" && each["relationshipType"] == "describes" && each["from"] == arm64["spdxId"])
      described = each["to"][0].get<std::string>().ends_with("Image-linux-arm64-v8-bbbbbbbbbbbb");
  CHECK(described);
  CHECK(all.index == made("spdx3-json").index);
  const auto again = sbom::parse_sbom(all.index);
  REQUIRE(again);
  CHECK(again->subject.manifest == digest_of('c'));
}

TEST_CASE("an index's CycloneDX document links the documents of its platforms") {
  for (const char* name : {"cyclonedx-json", "cyclonedx-json@1.7"}) {
    const Made all = made(name);
    const auto index = nlohmann::json::parse(all.index), arm64 = nlohmann::json::parse(all.arm64);
    CHECK(index["metadata"]["component"]["version"] == digest_of('c').to_string());
    REQUIRE(index["components"].size() == 2);
    const auto& reference = index["components"][1]["externalReferences"][0];
    CHECK(reference["type"] == "bom");
    CHECK(reference["url"] == "urn:cdx:" + arm64["serialNumber"].get<std::string>().substr(9) + "/1");
    CHECK(reference["hashes"][0]["content"] == to_hex(crypto::hash(crypto::HashAlgorithm::sha256, all.arm64)));
    CHECK(all.index == made(name).index);
  }
}

TEST_CASE("a format without documents of indexes says so") {
  const auto all = subject_of("", 'c');
  const std::vector<sbom::PlatformDocument> none;
  const auto text = sbom::index_text(**sbom::find_format("table"), {all, none, Time(), "supply", {}});
  REQUIRE_FALSE(text);
  CHECK(text.error().code() == ErrorCode::unsupported);
}

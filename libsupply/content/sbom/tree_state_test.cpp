// What documents say beside their packages: which layer brought them and what made it, what became of their files, and
// what SBOMs in the image say.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/content/sbom/format.hpp"
#include "libsupply/content/sbom/image_sbom.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using sbom::Files;

namespace {

const Digest kLow = *Digest::parse("sha256:" + std::string(64, 'a')),
             kHigh = *Digest::parse("sha256:" + std::string(64, 'b'));

pkg::Package package(const std::string& name, std::optional<std::uint32_t> introduced) {
  pkg::Package out;
  out.purl = *pkg::Purl::create({"apk", "alpine", name, "1-r0", {}, ""});
  out.name = name;
  out.version = "1-r0";
  out.cataloger = "apk";
  out.location = "lib/apk/db/installed";
  out.layer = kHigh;
  out.introduced = introduced;
  return out;
}

pkg::Inventory inventory() {
  pkg::Inventory out;
  out.layers = {{kLow, "ADD rootfs.tar /"}, {kHigh, ""}};
  out.packages = {package("a", 0), package("b", 1), package("c", std::nullopt)};
  pkg::EmbeddedSbom one;
  one.path = "var/lib/db/sbom/a.spdx.json";
  one.format = "SPDX-2.3";
  one.layer = kLow;
  one.sha1 = std::string(40, '1');
  one.sha256 = std::string(64, '2');
  one.listed = {"pkg:apk/wolfi/a@1-r0", "pkg:github/example/a@v1"};
  one.describes = {out.packages[0].purl.to_string()};
  one.generated_from = {{out.packages[0].purl.to_string(), "pkg:github/example/a@v1"}};
  out.embedded = {one};
  pkg::ChangedFile changed;
  changed.path = "bin/a";
  changed.package = out.packages[0].purl.to_string();
  changed.expected = {"sha1", "11"};
  changed.found = "22";
  changed.layer = kHigh;
  out.changed = {changed};
  changed.path = "etc/a";
  changed.kind = pkg::ChangedFile::Kind::deleted;
  changed.configuration = true;
  out.changed.push_back(changed);
  out.unowned = {{"opt/x", kHigh}};
  return out;
}

nlohmann::json written(const std::string& format) {
  Budget budget;
  const auto tree = rootfs::FileTree::merge({}, budget);
  REQUIRE(tree);
  sbom::DocumentSubject subject;
  subject.name = "registry.example/app";
  const pkg::Inventory catalog = inventory();
  return nlohmann::json::parse(*sbom::to_text(
      **sbom::find_format(format), {subject, catalog, *tree, Files::none, Time(std::chrono::seconds(1)), "supply-1"}));
}

}  // namespace

TEST_CASE("spdx says which layer brought a package, and what made the layer") {
  const auto document = written("spdx-json");
  CHECK(document["packages"][1]["comment"] ==
        "found in: lib/apk/db/installed; layer: " + kHigh.to_string() + "; introduced by layer: " + kLow.to_string());
  CHECK(document["packages"][3]["comment"] == "found in: lib/apk/db/installed; layer: " + kHigh.to_string());
  std::vector<std::string> comments;
  for (const auto& each : document["annotations"]) comments.push_back(each["comment"]);
  const std::string purl = "pkg:apk/alpine/a@1-r0";
  CHECK(comments ==
        std::vector<std::string>{
            "layer created by: " + kLow.to_string() + ": ADD rootfs.tar /",
            "embedded SBOM: var/lib/db/sbom/a.spdx.json: SPDX-2.3; sha256:" + std::string(64, '2') +
                "; lists 2 packages, 1 of them found; layer: " + kLow.to_string(),
            "changed file: bin/a: of " + purl + "; recorded: sha1:11; found: sha1:22; layer: " + kHigh.to_string(),
            "deleted file: etc/a: configuration of " + purl + "; recorded: sha1:11",
            "executable that no package owns: opt/x; layer: " + kHigh.to_string()});
}

TEST_CASE("spdx links a package with an SBOM in the image that lists it, and installs nothing of that") {
  const auto document = written("spdx-json");
  CHECK(document["packages"].size() == 4);
  REQUIRE(document["files"].size() == 1);
  CHECK(document["files"][0]["fileName"] == "./var/lib/db/sbom/a.spdx.json");
  CHECK(document["files"][0]["fileTypes"] == nlohmann::json{"SPDX"});
  bool linked = false;
  for (const auto& each : document["relationships"]) {
    if (each["relationshipType"] != "DESCRIBED_BY") continue;
    linked = true;
    CHECK(each["spdxElementId"] == document["packages"][1]["SPDXID"]);
    CHECK(each["relatedSpdxElement"] == document["files"][0]["SPDXID"]);
    CHECK(each["comment"] == "an SBOM that lies in the image lists it; GENERATED_FROM: pkg:github/example/a@v1");
  }
  CHECK(linked);
  // SPDX 2.3, section 7.8: a package whose files are not analyzed contains none.
  for (const auto& each : document["relationships"]) {
    if (each["relatedSpdxElement"] != document["files"][0]["SPDXID"]) continue;
    CHECK(each["relationshipType"] != "CONTAINS");
  }
  const auto again = sbom::parse_sbom(std::string_view(document.dump()));
  REQUIRE(again);
  CHECK(again->inventory.packages.size() == 3);
}

TEST_CASE("cyclonedx says the same in properties") {
  const auto document = written("cyclonedx-json");
  std::vector<std::string> names;
  for (const auto& each : document["metadata"]["component"]["properties"]) names.push_back(each["name"]);
  CHECK(names == std::vector<std::string>{"supply:layerCreatedBy", "supply:embeddedSbom", "supply:changedFile",
                                          "supply:deletedFile", "supply:unownedExecutable"});
  const auto value = [](const nlohmann::json& component, const std::string& name) {
    for (const auto& each : component["properties"])
      if (each["name"] == name) return each["value"].get<std::string>();
    return std::string();
  };
  CHECK(value(document["components"][0], "supply:introducedByLayer") == kLow.to_string());
  CHECK(value(document["components"][1], "supply:introducedByLayer") == kHigh.to_string());
  CHECK(value(document["components"][2], "supply:introducedByLayer").empty());
  CHECK(value(document["components"][0], "supply:describedBy") == "var/lib/db/sbom/a.spdx.json");
}

TEST_CASE("a table says where a package is and since which layer, where more is asked for") {
  Budget budget;
  const auto tree = rootfs::FileTree::merge({}, budget);
  REQUIRE(tree);
  const sbom::DocumentSubject subject;
  const pkg::Inventory catalog = inventory();
  sbom::DocumentContent document{subject, catalog, *tree, Files::none, Time(), "supply-1"};
  document.verbose = true;
  CHECK(*sbom::to_text(**sbom::find_format("table"), document) ==
        "NAME  VERSION  TYPE  LICENSE  PLACE                 SINCE LAYER\n"
        "a     1-r0     apk            lib/apk/db/installed  1 ADD rootfs.tar /\n"
        "b     1-r0     apk            lib/apk/db/installed  2\n"
        "c     1-r0     apk            lib/apk/db/installed\n");
}

TEST_CASE("which layer brought a package, and what made the layer, is read back from every format") {
  for (const char* name : {"spdx-json", "cyclonedx-json"}) {
    INFO(name);
    const auto again = sbom::parse_sbom(std::string_view(written(name).dump()));
    REQUIRE(again);
    const pkg::Inventory& read = again->inventory;
    REQUIRE(read.packages.size() == 3);
    REQUIRE(read.packages[0].introduced);
    CHECK(read.layers[*read.packages[0].introduced].digest == kLow);
    CHECK(read.layers[*read.packages[0].introduced].created_by == "ADD rootfs.tar /");
    CHECK(read.layers[*read.packages[1].introduced].digest == kHigh);
    CHECK_FALSE(read.packages[2].introduced);
  }
}

TEST_CASE("an instruction of the history is that of a layer only where they are as many, and shows no credential") {
  Budget budget;
  const auto tree = rootfs::FileTree::merge({}, budget);
  const oci::Descriptor any{.media_type = "", .digest = kLow};
  store::PlatformImage image{.descriptor = any,
                             .manifest = {.media_type = "", .config = any, .layers = {any, any}},
                             .config = {},
                             .platform = {},
                             .ancestors = {}};
  image.config.history = {{"ADD rootfs.tar /", "", false},
                          {"ENV A=b", "", true},
                          {"RUN TOKEN=ghp_0123456789abcdefghijABCDEFGHIJ456789 make", "", false}};
  auto catalog = sbom::read_catalog(*tree, image, budget);
  REQUIRE(catalog);
  REQUIRE(catalog->layers.size() == 2);
  CHECK(catalog->layers[0].created_by == "ADD rootfs.tar /");
  CHECK(catalog->layers[1].created_by.empty());
  image.config.history.pop_back();
  catalog = sbom::read_catalog(*tree, image, budget);
  REQUIRE(catalog);
  CHECK(catalog->layers[0].created_by.empty());
}

// What is written (against the official schema: ci/e2e/test_sbom.py); what is read and compared, against syft's
// documents.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/content/license/expression.hpp"
#include "libsupply/content/sbom/compare.hpp"
#include "libsupply/content/sbom/format.hpp"
#include "libsupply/image/rootfs/rootfs.hpp"
#include "libsupply/testing/directory_source.hpp"
#include "libsupply/testing/images.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using sbom::Files;

namespace {

Budget budget;  // of all tests here

const Time kCreated{std::chrono::seconds(1'700'000'000)};

struct Image {
  std::vector<store::PlatformImage> images;
  std::optional<rootfs::Layers> layers;
  std::optional<rootfs::FileTree> tree;
  pkg::Inventory catalog;
  sbom::DocumentSubject subject;

  sbom::DocumentContent document(Files files) const {
    return {subject, catalog, *tree, files, kCreated, "supply-test"};
  }
};

Image image_of(const std::string& layout, const std::string& tag, std::size_t threads = 0) {
  testing::DirectorySource source(testing::testdata(layout));
  oci::Selector selector;
  selector.tag = tag;
  Image out;
  out.images = *testing::images(source, *source.resolve(selector), {});
  rootfs::LayerRequest request;
  request.file_digests = rootfs::WithFileDigests::yes;
  request.collectors = catalog::collectors(catalog::WithOwnedFiles::yes);
  out.layers = *rootfs::Layers::read(source, out.images, request, budget, threads);
  out.tree = *out.layers->tree(out.images.front());
  std::vector<Digest> digests;
  for (const rootfs::LayerScan* facts : out.layers->of(out.images.front())) digests.push_back(facts->blob);
  out.catalog = *catalog::read(*out.tree, digests, budget, {}, catalog::WithOwnedFiles::yes);
  out.subject = {"registry.example/team/" + tag, "registry.example/team/" + tag, "1.0", out.images.front().platform,
                 out.images.front().descriptor.digest};
  return out;
}

std::string spdx_of(const Image& image, Files files = Files::none) {
  return *sbom::to_text(**sbom::find_format("spdx-json"), image.document(files));
}

sbom::ParsedSbom peer(const std::string& name) {
  return *sbom::parse_sbom(testing::read(testing::testdata("peers/" + name)));
}

}  // namespace

TEST_CASE("spdx documents hang together") {
  for (const auto& [tag, level] : {std::pair<const char*, Files>("debian", Files::all), {"alpine", Files::owned}}) {
    INFO(tag);
    const Image image = image_of("images/layout", tag);
    auto document = nlohmann::json::parse(spdx_of(image, level));
    std::set<std::string> ids = {"SPDXRef-DOCUMENT"};
    std::set<std::string> defined;
    // Alpine's licences are all SPDX's; Debian's are not.
    CHECK(document["hasExtractedLicensingInfos"].empty() == (std::string(tag) == "alpine"));
    for (const auto& one : document["hasExtractedLicensingInfos"]) {
      defined.insert(one["licenseId"]);
      CHECK_FALSE(one["extractedText"].get<std::string>().empty());
    }
    for (const char* list : {"packages", "files"}) {
      for (const auto& one : supply::testing::some(document[list])) CHECK(ids.insert(one["SPDXID"]).second);
    }
    std::set<std::string> related;
    for (const auto& one : supply::testing::some(document["relationships"])) {
      CHECK(ids.contains(one["spdxElementId"]));
      CHECK(ids.contains(one["relatedSpdxElement"]));
      if (one["relationshipType"] == "CONTAINS" || one["relationshipType"] == "DESCRIBES") {
        related.insert(one["relatedSpdxElement"].get<std::string>());
      }
    }
    CHECK(related.size() == ids.size() - 1);
    for (const auto& package : supply::testing::some(document["packages"])) {
      const auto license = license::Expression::parse(package["licenseDeclared"].get<std::string>());
      if (!license) continue;
      for (const std::string& name : supply::testing::some(license->licenses()))
        CHECK((!license::is_license_ref(name) || defined.contains(name)));
    }
    for (const auto& file : supply::testing::some(document["files"])) {
      CHECK(file["fileName"].get<std::string>().starts_with("./"));
      CHECK(file["checksums"][0]["checksumValue"].get<std::string>().size() == 40);
      CHECK(file["checksums"][1]["checksumValue"].get<std::string>().size() == 64);
    }
  }
}

TEST_CASE("spdx says what grype and trivy look for") {
  const Image image = image_of("images/layout", "debian");
  auto document = nlohmann::json::parse(spdx_of(image));
  std::map<std::string, nlohmann::json> packages;
  std::map<std::string, nlohmann::json> by_id;
  for (const auto& package : supply::testing::some(document["packages"])) {
    packages[package["name"]] = package;
    by_id[package["SPDXID"]] = package;
  }
  const auto& root = packages["registry.example/team/debian"];
  CHECK(root["primaryPackagePurpose"] == "CONTAINER");
  CHECK(root["checksums"][0]["checksumValue"] == image.subject.manifest->encoded());
  CHECK(root["externalRefs"][0]["referenceLocator"] ==
        "pkg:oci/debian@sha256%3A" + std::string(image.subject.manifest->encoded()) +
            "?arch=amd64&repository_url=registry.example%2Fteam%2Fdebian&tag=1.0");
  CHECK(packages["debian"]["SPDXID"] == "SPDXRef-OperatingSystem-debian");
  CHECK(packages["debian"]["versionInfo"] == image.catalog.distribution.version_id);
  CHECK(packages["bsdutils"]["sourceInfo"] == "built package from: util-linux 2.38.1-5+deb12u3");
  CHECK_THAT(packages["bsdutils"]["externalRefs"][0]["referenceLocator"].get<std::string>(),
             Catch::StartsWith("pkg:deb/debian/bsdutils@1%3A2.38.1-5%2Bdeb12u3?arch=amd64&distro=debian-12") &&
                 Catch::EndsWith("&upstream=util-linux%402.38.1-5%2Bdeb12u3"));
  bool contained = false;
  bool depends = false;
  for (const auto& one : supply::testing::some(document["relationships"])) {
    const std::string from = by_id.contains(one["spdxElementId"]) ? by_id[one["spdxElementId"]]["name"] : "";
    const std::string to = by_id.contains(one["relatedSpdxElement"]) ? by_id[one["relatedSpdxElement"]]["name"] : "";
    contained = contained || (one["relationshipType"] == "CONTAINS" && from == "debian" && to == "libc6");
    depends = depends || (one["relationshipType"] == "DEPENDS_ON" && from == "libc6" && to == "libgcc-s1");
  }
  CHECK(contained);
  CHECK(depends);
}

TEST_CASE("spdx verification code is the one that syft computes") {
  const Image image = image_of("peers/layout-apk", "1");
  const auto ours = nlohmann::json::parse(spdx_of(image, Files::owned));
  const auto theirs = nlohmann::json::parse(testing::read(testing::testdata("peers/sbom.apk.spdx.json")));
  const auto code = [](const nlohmann::json& document) {
    for (const auto& package : supply::testing::some(document["packages"])) {
      if (package["name"] == "musl")
        return package["packageVerificationCode"]["packageVerificationCodeValue"].get<std::string>();
    }
    return std::string();
  };
  CHECK_FALSE(code(theirs).empty());
  CHECK(code(ours) == code(theirs));
}

TEST_CASE("spdx bytes and name space depend on nothing but the content") {
  const std::string once = spdx_of(image_of("images/layout", "debian", 1), Files::all);
  for (const std::size_t threads : {std::size_t{1}, std::size_t{2}, std::size_t{4}, std::size_t{8}}) {
    CHECK(spdx_of(image_of("images/layout", "debian", threads), Files::all) == once);
  }
  Image other = image_of("images/layout", "debian");
  other.catalog.packages.pop_back();
  CHECK(nlohmann::json::parse(spdx_of(other, Files::all))["documentNamespace"] !=
        nlohmann::json::parse(once)["documentNamespace"]);
}

TEST_CASE("spdx lists known unknowns, and different texts under different names") {
  Image image = image_of("images/layout", "distroless");
  REQUIRE(image.catalog.packages.size() == 2);
  image.catalog.unknowns.push_back({"npm", "a/package.json", "not JSON"});
  for (std::size_t i = 0; i < 2; ++i) {
    image.catalog.packages[i].declared_license = "MIT AND LicenseRef-BSD";
    image.catalog.packages[i].license_texts = {{"LicenseRef-BSD", "text " + std::to_string(i)}};
  }
  auto document = nlohmann::json::parse(spdx_of(image));
  CHECK(document["annotations"][0]["comment"] == "known unknown: npm: a/package.json: not JSON");
  std::set<std::string> licenses;
  for (const auto& package : document["packages"]) licenses.insert(package["licenseDeclared"].get<std::string>());
  CHECK(licenses == std::set<std::string>{"MIT AND LicenseRef-BSD", "MIT AND LicenseRef-BSD-2", "NOASSERTION"});
  CHECK(document["hasExtractedLicensingInfos"].size() == 2);
}

TEST_CASE("spdx with files asked for of a tree without digests is an error") {
  testing::DirectorySource source(testing::testdata("images/layout"));
  oci::Selector selector;
  selector.tag = "distroless";
  const auto images = *testing::images(source, *source.resolve(selector), {});
  const auto layers = *rootfs::Layers::read(source, images, {}, budget);
  const auto tree = *layers.tree(images.front());
  const pkg::Inventory nothing;
  const sbom::DocumentSubject subject{"x", "", "", {}, {}};
  const auto text = sbom::to_text(**sbom::find_format("spdx-json"), {subject, nothing, tree, Files::all, kCreated});
  REQUIRE_FALSE(text);
  CHECK(text.error().code() == ErrorCode::internal);
}

TEST_CASE("sbom formats are found by name, and those that can be written are listed") {
  CHECK(sbom::find_format("purls"));
  const auto wrong = sbom::find_format("cyclonedx-xml");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code() == ErrorCode::usage);
  CHECK_THAT(
      wrong.error().message(),
      Catch::Contains("cyclonedx-json, cyclonedx-json@1.7, purls, spdx3-json, spdx-json, spdx-tag-value, table"));
  const Image image = image_of("peers/layout-bundle", "1.0");
  CHECK(*sbom::to_text(**sbom::find_format("purls"), image.document(Files::none)) ==
        "pkg:deb/debian/libdemopub@1.2-3?arch=amd64&distro=debian-12\npkg:pypi/demo@1.0\n");
  CHECK(*sbom::to_text(**sbom::find_format("table"), image.document(Files::none)) ==
        "NAME        VERSION  TYPE  LICENSE\ndemo        1.0      pypi  MIT\nlibdemopub  1.2-3    deb\n");
}

TEST_CASE("syft's documents agree with the images that they describe") {
  const Image app = image_of("peers/layout-bundle", "1.0");
  const Image alpine = image_of("peers/layout-apk", "1");
  for (const char* name : {"sbom.spdx.json", "sbom.cdx.json"}) {
    INFO(name);
    const auto comparison = sbom::compare_with_image(peer(name).inventory, app.catalog);
    CHECK(comparison.differences.empty());
    CHECK(comparison.agreed == 2);
  }
  const auto comparison = sbom::compare_with_image(peer("sbom.apk.spdx.json").inventory, alpine.catalog);
  CHECK(comparison.differences.empty());
  CHECK(comparison.agreed == 6);
  CHECK(comparison.not_checkable.empty());
  CHECK(peer("sbom.spdx.json").subject.manifest == app.subject.manifest);
}

TEST_CASE("our own documents agree with their images, and with no other") {
  for (const char* tag : {"debian", "alpine", "distroless", "database-gone", "metadata-through-link"}) {
    INFO(tag);
    const Image image = image_of("images/layout", tag);
    const auto parsed = sbom::parse_sbom(spdx_of(image));
    REQUIRE(parsed);
    CHECK(parsed->format == "SPDX-2.3");
    CHECK(parsed->subject.manifest == image.subject.manifest);
    CHECK(parsed->inventory.packages.size() == image.catalog.packages.size());
    CHECK(sbom::compare_with_image(parsed->inventory, image.catalog).differences.empty());
  }
  const auto parsed = *sbom::parse_sbom(spdx_of(image_of("images/layout", "alpine")));
  CHECK_FALSE(
      sbom::compare_with_image(parsed.inventory, image_of("images/layout", "debian").catalog).differences.empty());
}

TEST_CASE("one package more, fewer or newer is one disagreement") {
  const Image image = image_of("images/layout", "debian");
  const sbom::ParsedSbom parsed = *sbom::parse_sbom(spdx_of(image));
  const auto findings = [&](const pkg::Inventory& catalog) {
    return sbom::to_findings(sbom::compare_with_image(parsed.inventory, catalog), "sbom.json", "sha256:e");
  };
  pkg::Inventory more = image.catalog;
  pkg::Package extra;
  extra.name = "evil";
  extra.version = "6.6";
  extra.purl = *pkg::Purl::parse("pkg:npm/evil@6.6");
  more.packages.push_back(extra);
  auto found = findings(more);
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "sbom/added");
  CHECK(found[0].severity == Severity::error);
  CHECK(found[0].subject == "pkg:npm/evil");
  CHECK(found[0].found == "only in the image: 6.6");
  CHECK(found[0].evidence == "sha256:e");

  pkg::Inventory fewer = image.catalog;
  std::erase_if(fewer.packages, [](const pkg::Package& package) { return package.name == "libc6"; });
  found = findings(fewer);
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "sbom/removed");
  CHECK(found[0].subject == "pkg:deb/libc6");

  pkg::Inventory newer = image.catalog;
  for (pkg::Package& package : newer.packages) {
    if (package.name == "libc6") package.purl = *pkg::Purl::parse("pkg:deb/debian/libc6@9?arch=amd64");
  }
  found = findings(newer);
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "sbom/changed");
  CHECK(found[0].expected == "2.36-9+deb12u14");
  CHECK(found[0].found == "9");
}

TEST_CASE("comparison is not misled by how other tools write packages") {
  pkg::Inventory image;
  for (const char* purl : {"pkg:deb/debian/a@1:2?arch=amd64&distro=debian-12", "pkg:golang/github.com/A/b@v1.0.0",
                           "pkg:golang/example.org/main", "pkg:pypi/zope-interface@5", "pkg:npm/%40s/n@1"}) {
    pkg::Package package;
    package.purl = *pkg::Purl::parse(purl);
    package.name = package.purl.parts().name;
    package.version = package.purl.parts().version;
    image.packages.push_back(package);
  }
  const auto claims = [](const std::vector<std::pair<std::string, std::string>>& purls) {
    pkg::Inventory listed;
    for (const auto& [name, purl] : purls) {
      pkg::Package package;
      package.name = name;
      sbom::set_purl(package, purl);
      listed.packages.push_back(package);
    }
    return listed;
  };
  // As trivy writes them, and with a version made up for the program that has none.
  const auto agreed =
      sbom::compare_with_image(claims({{"a", "pkg:deb/debian/a@2?arch=amd64&distro=debian-12.15&epoch=1"},
                                       {"b", "pkg:golang/github.com/a/b@1.0.0"},
                                       {"main", "pkg:golang/example.org/main@v0.0.0-2024"},
                                       {"z", "pkg:pypi/zope.interface@5"},
                                       {"n", "pkg:npm/%40s/n@1"},
                                       {"o", "pkg:bitbucket/o/openssl@3"},
                                       {"c", "pkg:golang/command-line-arguments"}}),
                               image);
  CHECK(agreed.differences.empty());
  CHECK(agreed.not_checkable ==
        std::vector<std::string>{"pkg:bitbucket/o/openssl@3", "pkg:golang/command-line-arguments"});

  // A purl that cannot be read does not hide a package of a kind that is catalogued.
  const auto hidden = sbom::compare_with_image(claims({{"x", "pkg:npm/x@%zz"}}), pkg::Inventory());
  REQUIRE(hidden.differences.size() == 1);
  CHECK(hidden.differences[0].package == "pkg:npm/x");
}

TEST_CASE("a package of no type is compared where both know it in the same way, and what the image holds is always") {
  pkg::Inventory image;
  for (const char* purl :
       {"pkg:generic/python@3.12", "pkg:generic/lamp@1?checksum=sha1:aa", "pkg:generic/snap/core@1"}) {
    pkg::Package package;
    package.purl = *pkg::Purl::parse(purl);
    package.name = package.purl.parts().name;
    package.version = package.purl.parts().version;
    image.packages.push_back(package);
  }
  const auto compared = [&](const std::vector<std::string>& purls) {
    pkg::Inventory parsed;
    for (const std::string& purl : purls) {
      pkg::Package listed;
      listed.name = purl;
      sbom::set_purl(listed, purl);
      parsed.packages.push_back(listed);
    }
    const auto comparison = sbom::compare_with_image(parsed, image);
    std::vector<std::string> found = comparison.not_checkable;
    for (const sbom::Difference& difference : comparison.differences) found.push_back("differs " + difference.package);
    return found;
  };
  using Found = std::vector<std::string>;
  const std::string python = "pkg:generic/python@3.12", snap = "pkg:generic/snap/core@1",
                    lamp = "pkg:generic/lamp@1?checksum=sha1:aa";
  CHECK(compared({python, lamp, snap}).empty());
  CHECK(compared({"pkg:generic/python@3.11", lamp, snap}) == Found{"differs pkg:generic/python"});
  CHECK(compared({python, lamp, snap, "pkg:generic/openssl@3"}) == Found{"pkg:generic/openssl@3"});
  // Not the archive of that checksum, but a program of its name: the archive is not listed.
  CHECK(compared({python, "pkg:generic/lamp@1", snap}) == Found{"pkg:generic/lamp@1", "differs pkg:generic/lamp"});
  CHECK(compared({lamp, snap}) == Found{"differs pkg:generic/python"});
  CHECK(compared({python, lamp}) == Found{"differs pkg:generic/snap/core"});
  CHECK(compared({python, lamp, snap, "pkg:generic/snap/other@1"}) == Found{"differs pkg:generic/snap/other"});
}

TEST_CASE("a package without a purl is held by its name and version") {
  const auto parsed = sbom::parse_sbom(R"({"spdxVersion":"SPDX-2.3","packages":[
      {"SPDXID":"SPDXRef-Package-deb-a-1","name":"a","versionInfo":"1"},
      {"SPDXID":"SPDXRef-Package-deb-b-1","name":"b","versionInfo":"1"},
      {"SPDXID":"SPDXRef-x","name":"c","versionInfo":"1"}]})");
  REQUIRE(parsed);
  pkg::Inventory image;
  pkg::Package a;
  a.name = "a";
  a.version = "1";
  a.purl = *pkg::Purl::parse("pkg:deb/a@1");
  image.packages.push_back(a);
  const auto comparison = sbom::compare_with_image(parsed->inventory, image);
  REQUIRE(comparison.differences.size() == 1);
  CHECK(comparison.differences[0].package == "pkg:deb/b");
  CHECK(comparison.not_checkable == std::vector<std::string>{"c@1"});
}

TEST_CASE("a package without a purl is found by every spelling of its name") {
  pkg::Inventory image;
  for (const char* purl : {"pkg:pypi/zope-interface@1", "pkg:npm/%40s/n@1", "pkg:maven/org.x/core@1"}) {
    pkg::Package package;
    package.purl = *pkg::Purl::parse(purl);
    package.name = package.purl.parts().name;
    package.version = "1";
    image.packages.push_back(package);
  }
  const auto parsed = sbom::parse_sbom(R"({"bomFormat":"CycloneDX","specVersion":"1.5","components":[
      {"type":"library","name":"Zope.Interface","version":"1"},
      {"type":"library","group":"@s","name":"n","version":"1"},
      {"type":"library","group":"org.x","name":"core","version":"1"}]})");
  REQUIRE(parsed);
  const auto comparison = sbom::compare_with_image(parsed->inventory, image);
  CHECK(comparison.differences.empty());
  CHECK(comparison.agreed == 3);
}

TEST_CASE("CycloneDX says in properties what it has no member for") {
  Image image = image_of("images/layout", "debian");
  pkg::Package& package = image.catalog.packages.front();
  package.checksums = {{"sha1", std::string(40, 'a')}, {"whirlpool", "bb"}};
  package.cpes = {"cpe:2.3:a:x:one:1:*:*:*:*:*:*:*", "cpe:2.3:a:x:two:1:*:*:*:*:*:*:*"};
  image.subject.also_for = {*oci::Platform::parse("linux/arm/v7")};
  const auto document =
      *json::parse(*sbom::to_text(**sbom::find_format("cyclonedx-json"), image.document(Files::none)));
  const std::string text = json::to_text(document);
  CHECK(text.find(R"({"name":"supply:checksum","value":"whirlpool:bb"})") != std::string::npos);
  CHECK(text.find(R"({"name":"supply:cpe","value":"cpe:2.3:a:x:two:1:*:*:*:*:*:*:*"})") != std::string::npos);
  CHECK(text.find(R"("cpe":"cpe:2.3:a:x:one:1:*:*:*:*:*:*:*")") != std::string::npos);
  CHECK(text.find(R"({"alg":"SHA-1","content":"aaaa)") != std::string::npos);
  CHECK(text.find(R"({"name":"supply:platform","value":"linux/arm/v7"})") != std::string::npos);
  CHECK(spdx_of(image).find("platform: " + image.subject.platform.to_string() + ", linux/arm/v7") != std::string::npos);
}

TEST_CASE("documents are compared with documents") {
  const auto comparison = sbom::compare(peer("sbom.spdx.json").inventory, peer("sbom.apk.spdx.json").inventory);
  std::map<std::string, sbom::Difference::Kind> kinds;
  for (const auto& difference : comparison.differences) kinds[difference.package] = difference.kind;
  CHECK(kinds["pkg:pypi/demo"] == sbom::Difference::Kind::removed);
  CHECK(kinds["pkg:pypi/demo-pkg"] == sbom::Difference::Kind::added);
  CHECK(sbom::compare(peer("sbom.spdx.json").inventory, peer("sbom.cdx.json").inventory).differences.empty());
}

TEST_CASE("documents are read from older cosign's predicates") {
  const std::string text = testing::read(testing::testdata("peers/sbom.spdx.json"));
  CHECK(sbom::parsed_sbom_from_json(nlohmann::json(text), text.size())->inventory.packages.size() == 2);
  CHECK(sbom::parsed_sbom_from_json(nlohmann::json{{"Data", text}, {"Timestamp", "x"}}, text.size())
            ->inventory.packages.size() == 2);
}

TEST_CASE("what is no SBOM, or none that can be read, says so") {
  const std::tuple<const char*, ErrorCode, const char*> cases[] = {
      {"{", ErrorCode::malformed, "not JSON"},
      {"{}", ErrorCode::unsupported, "unknown format"},
      {"[]", ErrorCode::unsupported, "unknown format"},
      {R"({"spdxVersion":"SPDX-3.0"})", ErrorCode::unsupported, "SPDX-3.0"},
      {R"({"spdxVersion":7})", ErrorCode::malformed, "spdxVersion"},
      {R"({"spdxVersion":"SPDX-2.3","packages":{}})", ErrorCode::malformed, "packages"},
      {R"({"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"x"}]})", ErrorCode::malformed, "package 0"},
      {R"({"spdxVersion":"SPDX-2.3","packages":[7]})", ErrorCode::malformed, "package 0"},
      {R"({"bomFormat":"CycloneDX"})", ErrorCode::malformed, "specVersion"},
      {R"({"bomFormat":"CycloneDX","specVersion":"2.0"})", ErrorCode::unsupported, "2.0"},
      {R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library"}]})", ErrorCode::malformed,
       "name"},
  };
  for (const auto& [text, code, message] : cases) {
    INFO(text);
    const auto parsed = sbom::parse_sbom(std::string_view(text));
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code() == code);
    CHECK_THAT(parsed.error().message(), Catch::Contains(message));
  }
}

TEST_CASE("components within components are read, files and operating systems are not") {
  const auto parsed = sbom::parse_sbom(R"({"bomFormat":"CycloneDX","specVersion":"1.5",
      "metadata":{"component":{"type":"container","name":"x","purl":"pkg:oci/x@sha256:0000000000000000000000000000000000000000000000000000000000000000"}},
      "components":[{"type":"operating-system","name":"debian"},{"type":"file","name":"/etc/x"},
      {"type":"application","name":"app","components":[{"type":"library","group":"@s","name":"n","version":"1","purl":"pkg:npm/%40s/n@1"}]}]})");
  REQUIRE(parsed);
  REQUIRE(parsed->inventory.packages.size() == 2);
  CHECK(parsed->inventory.packages[1].purl.to_string() == "pkg:npm/%40s/n@1");
  CHECK(parsed->subject.manifest->to_string() == "sha256:" + std::string(64, '0'));
}

TEST_CASE("a package is a claim wherever a document has it") {
  const std::string purl =
      R"(,"name":"ghost","versionInfo":"9","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER",)"
      R"("referenceType":"purl","referenceLocator":"pkg:deb/debian/ghost@9"}]})";
  for (
      const std::string& text :
      {R"({"spdxVersion":"SPDX-2.3","documentDescribes":["SPDXRef-X"],"packages":[{"SPDXID":"SPDXRef-X")" + purl + "]}",
       R"({"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"SPDXRef-OperatingSystem-x")" + purl + "]}",
       R"({"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"x","primaryPackagePurpose":"OPERATING-SYSTEM")" + purl +
           "]}",
       std::string(
           R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"file","name":"g","purl":"pkg:deb/debian/ghost@9"}]})"),
       std::string(
           R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"operating-system","name":"g","purl":"pkg:deb/debian/ghost@9"}]})"),
       std::string(
           R"({"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"container","name":"g","purl":"pkg:deb/debian/ghost@9"}}})")}) {
    INFO(text);
    const auto parsed = sbom::parse_sbom(text);
    REQUIRE(parsed);
    REQUIRE(parsed->inventory.packages.size() == 1);
    CHECK(pkg::type_of(parsed->inventory.packages[0]) == "deb");
  }
}

TEST_CASE("two documents in one are refused, and versions that nobody has written yet are not read") {
  const std::string whole = R"("{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[]}")";
  CHECK(sbom::parse_sbom(R"({"Data":)" + whole + R"(,"Timestamp":"t"})"));
  for (const std::string& beside : {std::string(R"("spdxVersion":"SPDX-2.3","packages":[])"),
                                    std::string(R"("bomFormat":"CycloneDX","specVersion":"1.6")")})
    CHECK(sbom::parse_sbom("{" + beside + R"(,"Data":)" + whole + "}").error().code() == ErrorCode::malformed);
  for (const char* version : {"1.8", "1.99", "1.x", "1.", "1.6 ", "2.0"})
    CHECK(
        sbom::parse_sbom(R"({"bomFormat":"CycloneDX","specVersion":")" + std::string(version) + "\"}").error().code() ==
        ErrorCode::unsupported);
  CHECK(sbom::parse_sbom(R"({"bomFormat":"CycloneDX","specVersion":"1.7"})"));
}

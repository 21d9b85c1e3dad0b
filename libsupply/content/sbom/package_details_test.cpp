// Documents of other tools through every format: what they say of the thing that they are about, and of packages beside
// what an Inventory has.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/content/sbom/compare.hpp"
#include "libsupply/content/sbom/convert.hpp"

using namespace supply;

namespace {

const sbom::ConvertRequest kRequest{
    .tool = "supply-test", .source_date_epoch = {}, .authors = {}, .supplier = {}, .max_bytes = {}};

// As the CycloneDX plugin of Maven writes one.
constexpr const char* kMaven = R"({"bomFormat":"CycloneDX","specVersion":"1.4","metadata":{
  "timestamp":"2024-01-01T00:00:00Z",
  "component":{"type":"application","bom-ref":"app","group":"org.example","name":"shop","version":"2.0","purl":"pkg:maven/org.example/shop@2.0","licenses":[{"license":{"id":"Apache-2.0"}}]}},
  "components":[
   {"type":"framework","bom-ref":"a","group":"org.spring","name":"core","version":"1","purl":"pkg:maven/org.spring/core@1?type=jar",
    "publisher":"Spring Team","description":"The core",
    "hashes":[{"alg":"SHA3-256","content":"aa"},{"alg":"SHA-1","content":"bb"}],
    "externalReferences":[{"type":"website","url":"https://spring.example/"},{"type":"vcs","url":"https://git.example/core"},
     {"type":"distribution","url":"https://repo.example/core.jar"},{"type":"issue-tracker","url":"https://issues.example/"}]},
   {"type":"library","bom-ref":"b","group":"org.spring","name":"beans","version":"1","purl":"pkg:maven/org.spring/beans@1?type=jar"}],
  "dependencies":[{"ref":"app","dependsOn":["a"]},{"ref":"a","dependsOn":["b"]}]})";

std::vector<const sbom::Format*> written_and_read() {
  std::vector<const sbom::Format*> out;
  for (const sbom::Format* format : sbom::all_formats())
    if (format->write != nullptr && !format->media_type.empty()) out.push_back(format);
  return out;
}

std::size_t index_of(const sbom::ParsedSbom& document, std::string_view purl) {
  for (std::size_t i = 0; i < document.inventory.packages.size(); ++i)
    if (document.inventory.packages[i].purl.to_string() == purl) return i;
  FAIL("no package " << purl);
  return 0;
}

nlohmann::json written(const sbom::ParsedSbom& document, const char* format) {
  return nlohmann::json::parse(sbom::convert(document, **sbom::find_format(format), kRequest)->text);
}

}  // namespace

TEST_CASE("an application stays one in every format, with its version, purl and what it needs") {
  const auto before = sbom::parse_sbom(kMaven);
  REQUIRE(before);
  CHECK(before->subject.kind == sbom::DocumentSubject::Kind::other);
  for (const sbom::Format* format : written_and_read()) {
    INFO(format->name);
    const auto converted = sbom::convert(*before, *format, kRequest);
    REQUIRE(converted);
    CHECK(converted->lost.empty());
    const auto after = sbom::parse_sbom(converted->text);
    REQUIRE(after);
    CHECK(after->subject.kind == sbom::DocumentSubject::Kind::other);
    CHECK(after->subject.purpose == "application");
    CHECK(after->subject.tag == "2.0");
    CHECK_FALSE(after->subject.manifest);
    CHECK(after->inventory.packages.size() == before->inventory.packages.size());
    const std::size_t app = index_of(*after, "pkg:maven/org.example/shop@2.0");
    CHECK(after->details[app].is_subject);
    CHECK(after->inventory.packages[app].declared_license == "Apache-2.0");
    CHECK(after->inventory.packages[app].depends == std::vector<std::string>{"pkg:maven/org.spring/core@1?type=jar"});
    CHECK(sbom::compare(before->inventory, after->inventory).differences.empty());
    CHECK(sbom::convert(*after, *format, kRequest)->text == converted->text);
  }
  const auto spdx = written(*before, "spdx-json");
  CHECK(spdx["packages"][0]["primaryPackagePurpose"] == "APPLICATION");
  CHECK(spdx["packages"][0]["versionInfo"] == "2.0");
  CHECK(spdx["packages"].size() == 3);
  const auto cyclonedx = written(*before, "cyclonedx-json");
  CHECK(cyclonedx["metadata"]["component"]["type"] == "application");
  CHECK(cyclonedx["metadata"]["component"]["group"] == "org.example");
  CHECK(cyclonedx["metadata"]["component"]["name"] == "shop");
  CHECK(cyclonedx["components"].size() == 2);
  // An application without a purl has a version, and no tag.
  const auto plain = sbom::parse_sbom(R"({"bomFormat":"CycloneDX","specVersion":"1.6",
    "metadata":{"component":{"type":"application","name":"app","version":"1"}},"components":[]})");
  REQUIRE(plain);
  const auto root = written(*plain, "cyclonedx-json")["metadata"]["component"];
  CHECK(root["version"] == "1");
  CHECK(root.value("properties", nlohmann::json::array()).empty());
}

TEST_CASE("the group of a Maven package is CycloneDX's group, and before a colon in its name elsewhere") {
  sbom::ParsedSbom document;
  const auto add = [&](const char* purl, const char* name) {
    pkg::Package& package = document.inventory.packages.emplace_back();
    package.purl = *pkg::Purl::parse(purl);
    package.name = name;
    package.version = "1";
  };
  add("pkg:maven/com.acme/anvil@1", "com.acme:anvil");
  add("pkg:maven/com.acme/hammer@1", "hammer");
  add("pkg:npm/%40acme/nail@1", "@acme/nail");
  document.details.resize(3);
  const auto components = written(document, "cyclonedx-json")["components"];
  REQUIRE(components.size() == 3);
  CHECK(components[0]["group"] == "com.acme");
  CHECK(components[0]["name"] == "anvil");
  CHECK(!components[1].contains("group"));
  CHECK(components[1]["name"] == "hammer");
  CHECK(!components[2].contains("group"));
  CHECK(components[2]["name"] == "@acme/nail");
  const auto twice = sbom::parse_sbom(R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[
    {"type":"library","group":"com.acme","name":"com.acme:anvil","version":"1","purl":"pkg:maven/com.acme/anvil@1"}]})");
  REQUIRE(twice);
  CHECK(twice->inventory.packages.front().name == "com.acme:anvil");
  const auto before = sbom::parse_sbom(kMaven);
  REQUIRE(before);
  for (const char* format : {"spdx-json", "cyclonedx-json"}) {
    const auto after = sbom::parse_sbom(written(*before, format).dump());
    REQUIRE(after);
    CHECK(after->inventory.packages[index_of(*after, "pkg:maven/org.spring/core@1?type=jar")].name ==
          "org.spring:core");
  }
}

TEST_CASE("addresses, makers, descriptions and purposes of packages go through every format") {
  const auto before = sbom::parse_sbom(kMaven);
  REQUIRE(before);
  CHECK(before->not_kept.empty());
  for (const sbom::Format* format : written_and_read()) {
    INFO(format->name);
    const auto after = sbom::parse_sbom(sbom::convert(*before, *format, kRequest)->text);
    REQUIRE(after);
    const std::size_t core = index_of(*after, "pkg:maven/org.spring/core@1?type=jar");
    const sbom::PackageDetails& details = after->details[core];
    CHECK(details.producer == "Organization: Spring Team");
    CHECK(details.description == "The core");
    CHECK(details.download_location == "https://repo.example/core.jar");
    CHECK(details.purpose == "framework");
    CHECK(details.references == std::vector<sbom::ExternalReference>{{"issue-tracker", "https://issues.example/"},
                                                                     {"vcs", "https://git.example/core"}});
    CHECK(after->inventory.packages[core].homepage == "https://spring.example/");
    CHECK(after->inventory.packages[core].checksums == std::vector<pkg::Checksum>{{"sha3-256", "aa"}, {"sha1", "bb"}});
  }
  const auto hashes = written(*before, "cyclonedx-json")["components"][1]["hashes"];
  CHECK(hashes[0]["alg"] == "SHA3-256");
}

TEST_CASE("SPDX's kinds of references keep their names and categories") {
  const auto before = sbom::parse_sbom(R"json({"spdxVersion":"SPDX-2.2","packages":[{"SPDXID":"SPDXRef-a","name":"a",
    "packageFileName":"a.jar","originator":"Person: A (a@example.org)","summary":"short","downloadLocation":"git+https://git.example/a@1",
    "checksums":[{"algorithm":"BLAKE2b-256","checksumValue":"aa"},{"algorithm":"SHA3-512","checksumValue":"bb"}],
    "externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/a@1"},
     {"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/other@1"},
     {"referenceCategory":"SECURITY","referenceType":"advisory","referenceLocator":"https://cve.example/1"},
     {"referenceCategory":"OTHER","referenceType":"LocationRef-acme","referenceLocator":"acme/a"}]}]})json");
  REQUIRE(before);
  CHECK(before->not_kept.empty());
  for (const sbom::Format* format : written_and_read()) {
    INFO(format->name);
    const auto converted = sbom::convert(*before, *format, kRequest);
    // A file's name is of a file in SPDX 3.
    CHECK(converted->lost ==
          (format->name == "spdx3-json" ? std::vector<std::string>{"file name (1)"} : std::vector<std::string>()));
  }
  const auto refs = written(*before, "spdx-json")["packages"][1]["externalRefs"];
  REQUIRE(refs.size() == 4);
  CHECK(refs[1]["referenceType"] == "LocationRef-acme");
  CHECK(refs[1]["referenceCategory"] == "OTHER");
  CHECK(refs[2]["referenceCategory"] == "SECURITY");
  CHECK(refs[3]["referenceCategory"] == "PACKAGE-MANAGER");
}

TEST_CASE("what a document says of its subject, where that is no package, is said to be lost") {
  for (
      const std::string_view text :
      {R"({"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"application","bom-ref":"t","name":"tool","copyright":"(c) A",
           "hashes":[{"alg":"SHA-1","content":"aa"}]}},"components":[{"type":"library","bom-ref":"a","name":"a","purl":"pkg:npm/a@1"},{"type":"library","bom-ref":"b","name":"b","purl":"pkg:npm/b@1"}],
           "dependencies":[{"ref":"t","dependsOn":["a"]}]})",
       R"({"spdxVersion":"SPDX-2.3","documentDescribes":["SPDXRef-t"],"packages":[{"SPDXID":"SPDXRef-t","name":"tool","copyrightText":"(c) A",
           "checksums":[{"algorithm":"SHA1","checksumValue":"aa"}],"primaryPackagePurpose":"APPLICATION"},
           {"SPDXID":"SPDXRef-a","name":"a","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/a@1"}]},
           {"SPDXID":"SPDXRef-b","name":"b","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/b@1"}]}],
           "relationships":[{"spdxElementId":"SPDXRef-t","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-a"}]})"}) {
    const auto document = sbom::parse_sbom(text);
    REQUIRE(document);
    CHECK(document->not_kept == std::vector<std::string>{"checksums of what is described",
                                                         "copyright of what is described",
                                                         "dependencies of what is described"});
  }
}

TEST_CASE("what an SPDX document of a file describes is no image, whatever checksum it has") {
  const auto document = sbom::parse_sbom(
      R"({"spdxVersion":"SPDX-2.3","documentDescribes":["SPDXRef-a"],"packages":[{"SPDXID":"SPDXRef-a","name":"tool","versionInfo":"1",
      "primaryPackagePurpose":"ARCHIVE","checksums":[{"algorithm":"SHA256","checksumValue":")" +
      std::string(64, 'a') + R"("}]}]})");
  REQUIRE(document);
  CHECK_FALSE(document->subject.manifest);
  for (const char* format : {"spdx-json", "cyclonedx-json"}) {
    const std::string text = sbom::convert(*document, **sbom::find_format(format), kRequest)->text;
    CHECK(text.find("pkg:oci") == std::string::npos);
    CHECK(text.find("CONTAINER") == std::string::npos);
    CHECK(sbom::parse_sbom(text)->subject.purpose == "archive");
    CHECK(sbom::parse_sbom(text)->subject.tag == "1");
  }
}

TEST_CASE("packages of a kind that no purl says keep it, and are the same after a conversion") {
  const auto before = sbom::parse_sbom(
      R"({"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"HAKit","version":"unspecified",
      "purl":"pkg:swift/HAKit@unspecified"},{"type":"library","name":"odd","version":"1","purl":"pkg:invalid/"}]})");
  REQUIRE(before);
  for (const sbom::Format* format : written_and_read()) {
    INFO(format->name);
    const auto after = sbom::parse_sbom(sbom::convert(*before, *format, kRequest)->text);
    REQUIRE(after);
    CHECK(sbom::compare(before->inventory, after->inventory).differences.empty());
  }
}

TEST_CASE("a file that a document lists twice is one") {
  const std::string twice =
      R"({"spdxVersion":"SPDX-2.3","packages":[],"files":[
      {"SPDXID":"SPDXRef-1","fileName":"./a","checksums":[{"algorithm":"SHA1","checksumValue":")" +
      std::string(40, '1') +
      R"("}]},{"SPDXID":"SPDXRef-2","fileName":"/a","checksums":[{"algorithm":"SHA1","checksumValue":")" +
      std::string(40, '2') + R"("}]}]})";
  const auto document = sbom::parse_sbom(twice);
  REQUIRE(document);
  CHECK(document->files.size() == 1);
  CHECK(document->not_kept == std::vector<std::string>{"further files of one path"});
  for (const sbom::Format* format : written_and_read()) CHECK(sbom::convert(*document, *format, kRequest));
}

TEST_CASE("all versions and editions of SPDX 2 are read") {
  for (const char* version : {"SPDX-2.0", "SPDX-2.1", "SPDX-2.2", "SPDX-2.2.1", "SPDX-2.3", "SPDX-2.3.1"})
    CHECK(sbom::parse_sbom(R"({"spdxVersion":")" + std::string(version) + R"(","packages":[]})"));
  for (const char* version : {"SPDX-2.4", "SPDX-2.", "SPDX-2", "SPDX-1.2", "SPDX-2.31", "2.3"})
    CHECK(sbom::parse_sbom(R"({"spdxVersion":")" + std::string(version) + R"(","packages":[]})").error().code() ==
          ErrorCode::unsupported);
}

TEST_CASE("a document of many images is written with all of them") {
  nlohmann::json document = {{"bomFormat", "CycloneDX"}, {"specVersion", "1.6"}};
  nlohmann::json& components = document["components"];
  for (int i = 0; i < 3000; ++i) {
    const std::string number = std::to_string(i);
    nlohmann::json library = {{"type", "library"}, {"name", "l" + number}, {"version", "1"}};
    components.push_back({{"type", "container"},
                          {"bom-ref", "c" + number},
                          {"name", "c" + number},
                          {"components", nlohmann::json::array({library})}});
  }
  const auto parsed = sbom::parsed_sbom_from_json(document, document.dump().size());
  REQUIRE(parsed);
  CHECK(parsed->origins.size() == 3000);
  for (const char* format : {"spdx-json", "cyclonedx-json"}) {
    const auto again = sbom::parse_sbom(sbom::convert(*parsed, **sbom::find_format(format), kRequest)->text);
    REQUIRE(again);
    CHECK(again->origins.size() == 3000);
    CHECK(again->inventory.packages.size() == 3000);
  }
}

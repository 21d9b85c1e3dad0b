// SBOMs as other tools and systems hand them over: with a byte order mark, or in a form that is not read.
#include <catch2/catch.hpp>

#include "libsupply/base/limits/sbom_limits.hpp"
#include "libsupply/content/sbom/parsed_sbom.hpp"

using namespace supply;

namespace {

const std::string kDocument =
    R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"a"}]})";

}  // namespace

TEST_CASE("an SBOM behind a byte order mark is read") {
  const auto parsed = sbom::parse_sbom("\xEF\xBB\xBF" + kDocument);
  REQUIRE(parsed);
  CHECK(parsed->inventory.packages.size() == 1);
  CHECK_FALSE(sbom::parse_sbom("\xEF\xBB\xBF\xEF\xBB\xBF" + kDocument));
}

TEST_CASE("an SBOM in another form is named as such and unsupported") {
  const std::pair<std::string, std::string> cases[] = {
      {"<?xml version=\"1.0\"?>\n<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">", "CycloneDX in XML"},
      {"\xEF\xBB\xBF<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">", "CycloneDX in XML"},
      {"<rdf:RDF xmlns:spdx=\"http://spdx.org/rdf/terms#\">", "SPDX in RDF/XML"},
      {" <x/>", "in XML"},
      {"PackageName: a\nSPDXVersion: SPDX-2.3\n", "SPDX in tag-value form"},
      {"spdxVersion: \"SPDX-2.3\"\n", "in YAML"},
      {"@prefix spdx: <x> .\n", "in RDF Turtle"},
      {std::string("\xFF\xFE{\0", 4), "in UTF-16"},
      {std::string("\xFE\xFF\0{", 4), "in UTF-16"},
      {std::string("{\0\"\0", 4), "in UTF-16"},
  };
  for (const auto& [text, form] : cases) {
    INFO(form);
    const auto refused = sbom::parse_sbom(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::unsupported);
    CHECK_THAT(refused.error().message(), Catch::Contains(form));
  }
  for (const std::string text : {"", "{", "hello", "{\"a\":1,}"}) {
    const auto refused = sbom::parse_sbom(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::malformed);
  }
}

TEST_CASE("a document with more dependencies than the limit is refused") {
  constexpr std::size_t kPackages = 700;
  const auto document = [](std::size_t dependencies) {
    std::string packages, edges;
    for (std::size_t i = 0; i < kPackages; ++i) {
      const std::string id = std::to_string(i);
      packages += (i == 0 ? "" : ",") + (R"({"type":"library","name":"p)" + id) + R"(","version":"1","bom-ref":"r)" +
                  id + R"(","purl":"pkg:npm/p)" + id + R"(@1"})";
      edges += (i == 0 ? "" : ",") + (R"({"ref":"r)" + id) + R"(","dependsOn":[)";
      const char* comma = "";
      for (std::size_t j = 0; j < kPackages && dependencies > 0; ++j) {
        if (i == j) continue;
        edges += comma + (R"("r)" + std::to_string(j)) + '"';
        comma = ",";
        --dependencies;
      }
      edges += "]}";
    }
    return sbom::parse_sbom(R"({"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[)" + packages +
                            R"(],"dependencies":[)" + edges + "]}");
  };
  CHECK(document(kMaxSbomDependencies));
  const auto more = document(kMaxSbomDependencies + 1);
  REQUIRE_FALSE(more);
  CHECK(more.error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("a long text that a document names very often is a limit, and no memory") {
  const std::string text(500'000, 'x');
  const auto refused = [](const std::string& document) {
    const auto sbom = sbom::parse_sbom(document);
    REQUIRE_FALSE(sbom);
    CHECK(sbom.error().code() == ErrorCode::limit_exceeded);
  };
  std::string packages, licensed, relationships, components, dependencies;
  for (int i = 0; i < 3'000; ++i) {
    const std::string number = std::to_string(i);
    packages += R"({"SPDXID":"SPDXRef-)" + number + R"(","name":"p"},)";
    licensed += R"({"SPDXID":"SPDXRef-)" + number + R"(","name":"p","licenseDeclared":"LicenseRef-a"},)";
    relationships += R"({"spdxElementId":"SPDXRef-)" + number +
                     R"(","relatedSpdxElement":"SPDXRef-a","relationshipType":"DEPENDS_ON"},)";
    components += R"({"type":"library","bom-ref":")" + number + R"(","name":"p"},)";
    dependencies += R"({"ref":")" + number + R"(","dependsOn":["a"]},)";
  }
  relationships.pop_back();
  dependencies.pop_back();
  const std::string spdx = R"({"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"d",)",
                    last = R"({"SPDXID":"SPDXRef-a","name":")" + text + "\"}]";
  refused(spdx + R"("packages":[)" + packages + last + R"(,"relationships":[)" + relationships + "]}");
  refused(spdx + R"("hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-a","extractedText":")" + text +
          R"("}],"packages":[)" + licensed + last + "}");
  refused(R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[)" + components +
          R"({"type":"library","bom-ref":"a","name":")" + text + R"("}],"dependencies":[)" + dependencies + "]}");
  refused(R"({"bomFormat":"CycloneDX","specVersion":"1.6","dependencies":[{"ref":")" + text + R"(","dependsOn":[)" +
          [] {
            std::string all = "\"a\"";
            for (int i = 0; i < 3'000; ++i) all += ",\"a\"";
            return all;
          }() +
          "]}]}");
}

// Source: BuildKit, docs/attestations/attestation-storage.md: such statements lie beside an image that is not pushed.
TEST_CASE("an SBOM that is the predicate of an in-toto statement is read from its text") {
  for (const char* version : {"v0.1", "v1"}) {
    const std::string start = std::string(R"({"_type":"https://in-toto.io/Statement/)") + version +
                              R"(","predicateType":"https://cyclonedx.org/bom","subject":[],"predicate":)";
    const auto parsed = sbom::parse_sbom(start + kDocument + "}");
    REQUIRE(parsed);
    CHECK(parsed->inventory.packages.size() == 1);
    CHECK_FALSE(sbom::parse_sbom(start + "{}}"));
    CHECK_FALSE(sbom::parse_sbom(start + start + kDocument + "}}"));  // a statement about a statement
  }
  CHECK_FALSE(sbom::parse_sbom(R"({"_type":"https://in-toto.io/Statement/v1"})"));
  CHECK_FALSE(sbom::parse_sbom(R"({"_type":"https://example.org/","predicate":)" + kDocument + "}"));
}

// Source: BSI TR-03183-2 version 2.1.0, tables 8 to 11: how CycloneDX 1.6 states its data fields.
TEST_CASE("CycloneDX states licences as declared or concluded, addresses, and how complete it is") {
  const auto sbom =
      sbom::parse_sbom(R"({"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:1","components":[
    {"type":"library","bom-ref":"a","name":"a","licenses":[{"license":{"id":"MIT","acknowledgement":"concluded"}},
      {"license":{"id":"ISC","acknowledgement":"declared"}}],
     "externalReferences":[{"type":"distribution","url":"https://a/1.tgz","hashes":[{"alg":"SHA-512","content":"ab"}]},
                           {"type":"source-distribution","url":"https://a/src.tgz"}]},
    {"type":"library","bom-ref":"b","name":"b","licenses":[{"expression":"MIT OR ISC","acknowledgement":"declared"}]},
    {"type":"library","bom-ref":"c","name":"c","licenses":[{"license":{"id":"MIT"}}]}],
    "compositions":[{"aggregate":"unknown","assemblies":["a"]}]})");
  REQUIRE(sbom);
  CHECK(sbom->uri == "urn:uuid:1");
  CHECK(sbom->states_completeness);
  REQUIRE(sbom->elements.size() == 3);
  CHECK(sbom->inventory.packages[0].declared_license == "ISC");
  CHECK(sbom->inventory.packages[0].concluded_license == "MIT");
  CHECK(sbom->elements[0].concluded_license == "MIT");
  CHECK(sbom->elements[0].declared_license == "ISC");
  CHECK(sbom->elements[0].hash_algorithms == std::vector<std::string>{"sha512"});
  CHECK(sbom->elements[0].deployable_address == "https://a/1.tgz");
  CHECK(sbom->elements[0].source_address == "https://a/src.tgz");
  CHECK(sbom->elements[1].concluded_license.empty());
  CHECK(sbom->elements[1].declared_license == "MIT OR ISC");
  CHECK(sbom->elements[2].concluded_license == "MIT");
  CHECK(sbom->elements[2].declared_license == "MIT");
}

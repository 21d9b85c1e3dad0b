#include <algorithm>
#include <catch2/catch.hpp>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/parsed_sbom.hpp"

using namespace supply;

namespace {

using Texts = std::vector<std::string>;

const std::string kHead = R"({"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[
{"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"2024-01-01T00:00:00Z","createdBy":["urn:agent"]},
{"type":"Person","spdxId":"urn:agent","name":"A","creationInfo":"_:c"},
{"type":"SpdxDocument","spdxId":"urn:doc","creationInfo":"_:c","rootElement":["urn:sbom"]},
{"type":"software_Sbom","spdxId":"urn:sbom","rootElement":["urn:root"]},
{"type":"software_Package","spdxId":"urn:root","name":"root","software_primaryPurpose":"source"})";

Result<sbom::ParsedSbom> read(const Texts& elements) {
  std::string text = kHead;
  for (const std::string& each : elements) text += ",\n" + each;
  return sbom::parse_sbom(text + "]}");
}

Texts not_kept(const Texts& elements) {
  const auto sbom = read(elements);
  REQUIRE(sbom);
  return sbom->not_kept;
}

std::string wrong(const Texts& elements) {
  const auto sbom = read(elements);
  REQUIRE_FALSE(sbom);
  CHECK(sbom.error().code() == ErrorCode::malformed);
  return sbom.error().message();
}

const std::string kA = R"({"type":"software_Package","spdxId":"urn:a","name":"a","software_packageUrl":"pkg:npm/a@1"})";

}  // namespace

TEST_CASE("an SPDX 3 package or file without an id, or with another one's, is malformed") {
  CHECK(wrong({R"({"type":"software_Package","name":"a"})"}).find("without spdxId") != std::string::npos);
  CHECK(wrong({R"({"type":"software_File","name":"a"})"}).find("without spdxId") != std::string::npos);
  CHECK(wrong({kA, kA}).find("two elements \"urn:a\"") != std::string::npos);
}

TEST_CASE("SPDX 3 packages of the profiles AI and Dataset are packages") {
  const auto sbom = read({R"({"type":"ai_AIPackage","spdxId":"urn:m","name":"model","software_packageVersion":"1"})",
                          R"({"type":"dataset_DatasetPackage","spdxId":"urn:d","name":"data"})"});
  REQUIRE(sbom);
  REQUIRE(sbom->inventory.packages.size() == 2);
  CHECK(sbom->inventory.packages[0].name == "data");
  CHECK(sbom->inventory.packages[1].name == "model");
  CHECK(sbom->inventory.packages[1].version == "1");
}

TEST_CASE("what SPDX 3 has and an inventory has no place for is counted") {
  CHECK(not_kept({R"({"type":"security_Vulnerability","spdxId":"urn:v"})",
                  R"({"type":"security_Vulnerability","spdxId":"urn:w"})"}) ==
        Texts{"elements security_Vulnerability (2)"});
  CHECK(not_kept({kA, R"({"type":"Relationship","from":"urn:a","relationshipType":"dependsOn","to":["urn:none"]})"}) ==
        Texts{"relationships of what is no package or file"});
}

TEST_CASE("SPDX 3 relationships say what packages are needed for") {
  const auto sbom = read(
      {kA, R"({"type":"software_Package","spdxId":"urn:b","name":"b"})",
       R"({"type":"software_Package","spdxId":"urn:o","name":"o"})",
       R"({"type":"LifecycleScopedRelationship","from":"urn:root","relationshipType":"dependsOn","scope":"runtime","to":["urn:a"]})",
       R"({"type":"LifecycleScopedRelationship","from":"urn:root","relationshipType":"dependsOn","scope":"test","to":["urn:b"]})",
       R"({"type":"Relationship","from":"urn:root","relationshipType":"hasOptionalDependency","to":["urn:o"]})"});
  REQUIRE(sbom);
  CHECK(sbom->subject.kind == sbom::DocumentSubject::Kind::source);
  std::string shown;
  for (const pkg::Package& each : sbom->inventory.packages)
    shown += each.name + "=" + std::string(to_string(each.scope)) + " ";
  CHECK(shown == "b=development o=optional a=runtime ");
  CHECK(sbom->not_kept.empty());
}

TEST_CASE("a text that many relationships or packages say again is a limit, and no memory") {
  const std::string text(1'000'000, 'x');
  std::string to;
  for (int i = 0; i < 2'000; ++i) to += std::string(i == 0 ? "" : ",") + "\"urn:a\"";
  const auto refused = [](const Texts& elements) {
    const auto sbom = read(elements);
    REQUIRE_FALSE(sbom);
    CHECK(sbom.error().code() == ErrorCode::limit_exceeded);
  };
  refused({kA, R"({"type":"Relationship","spdxId":"urn:r","from":"urn:a","relationshipType":"dependsOn","comment":")" +
                   text + R"(","to":[)" + to + "]}"});
  Texts packages = {R"({"type":"Organization","spdxId":"urn:o","name":")" + text + R"("})"};
  for (int i = 0; i < 2'000; ++i)
    packages.push_back(R"({"type":"software_Package","spdxId":"urn:)" + std::to_string(i) +
                       R"(","name":"a","suppliedBy":"urn:o"})");
  refused(packages);
}

// Source: BSI TR-03183-2 version 2.1.0, tables 8 to 11: how SPDX 3.0.1 states its data fields.
TEST_CASE("SPDX 3 states of a package what the file says that is deployed, and of the source what generates it") {
  const auto sbom = read(
      {R"({"type":"software_Package","spdxId":"urn:a","name":"a","originatedBy":["urn:o"]})",
       R"({"type":"Organization","spdxId":"urn:o","name":"O","externalIdentifier":[
           {"type":"ExternalIdentifier","externalIdentifierType":"other","identifier":"https://o.example"}]})",
       R"({"type":"software_File","spdxId":"urn:f","name":"a-1.tgz","software_additionalPurpose":["archive","container"],
           "verifiedUsing":[{"type":"Hash","algorithm":"sha512","hashValue":"ab"}],
           "externalRef":[{"type":"ExternalRef","externalRefType":"binaryArtifact","locator":["https://o.example/a-1.tgz"]}]})",
       R"({"type":"software_File","spdxId":"urn:s","name":"a-src","externalRef":[
           {"type":"ExternalRef","externalRefType":"sourceArtifact","locator":["https://o.example/a-src.tgz"]}]})",
       R"({"type":"Relationship","from":"urn:a","relationshipType":"hasDistributionArtifact","to":["urn:f"]})",
       R"({"type":"Relationship","from":"urn:s","relationshipType":"generates","to":["urn:a"]})",
       R"({"type":"Relationship","from":"urn:root","relationshipType":"dependsOn","to":["urn:a"],"completeness":"incomplete"})"});
  REQUIRE(sbom);
  CHECK(sbom->uri == "urn:doc");
  CHECK(sbom->states_completeness);
  const auto stated =
      std::find_if(sbom->elements.begin(), sbom->elements.end(), [](const auto& e) { return e.name == "a"; });
  REQUIRE(stated != sbom->elements.end());
  CHECK(stated->producer == "Organization: O (https://o.example)");
  CHECK(stated->file_name == "a-1.tgz");
  CHECK(stated->hash_algorithms == Texts{"sha512"});
  CHECK(stated->states_kind);
  CHECK(stated->deployable_address == "https://o.example/a-1.tgz");
  CHECK(stated->source_address == "https://o.example/a-src.tgz");
  // A hash of what is deployed is none of the package in the image.
  CHECK(sbom->inventory.packages.front().checksums.empty());
  const auto bare =
      read({kA, R"({"type":"Relationship","from":"urn:root","relationshipType":"dependsOn","to":["urn:a"]})"});
  REQUIRE(bare);
  CHECK_FALSE(bare->states_completeness);
  CHECK_FALSE(bare->elements.back().states_kind);
}

// SBOMs as other tools and systems hand them over: with a byte order mark, or in a form that is not read.
#include <catch2/catch.hpp>

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

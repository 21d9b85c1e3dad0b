#include "libsupply/content/pkg/spelling.hpp"

#include <catch2/catch.hpp>

using namespace supply::pkg;

namespace {

std::string agreed(const char* purl) {
  const auto parsed = Purl::parse(purl);
  REQUIRE(parsed);
  const AgreedForm form = agreed_form(parsed->parts());
  return form.package + " " + form.version;
}

}  // namespace

TEST_CASE("two tools' spellings of one package are one in the agreed form") {
  CHECK(agreed("pkg:pypi/Ruamel.Yaml@1") == agreed("pkg:pypi/ruamel_yaml@1"));
  CHECK(agreed("pkg:golang/github.com/Azure/SDK@v1.2.0") == agreed("pkg:golang/github.com/azure/sdk@1.2.0"));
  CHECK(agreed("pkg:deb/debian/curl@7?arch=amd64&epoch=1") == agreed("pkg:deb/curl@1:7"));
  CHECK(agreed("pkg:deb/debian/curl@7?epoch=0") == "deb/curl 7");
  CHECK(agreed("pkg:npm/%40Scope/name@1?x=y") == "npm/@Scope/name 1");
  CHECK(agreed("pkg:npm/vm@v1") == "npm/vm v1");
  CHECK(agreed("pkg:npm/A") != agreed("pkg:npm/a"));
}

TEST_CASE("only Go's tools make up versions, and name a build for a package") {
  CHECK(has_made_up_versions("golang"));
  CHECK_FALSE(has_made_up_versions("pypi"));
  CHECK(is_placeholder("golang/command-line-arguments"));
  CHECK_FALSE(is_placeholder("npm/command-line-arguments"));
}

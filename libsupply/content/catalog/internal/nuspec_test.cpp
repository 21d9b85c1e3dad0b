#include "libsupply/content/catalog/internal/nuspec.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using testing::catalog_of_files;
using testing::purls;

TEST_CASE("packages among the global packages of NuGet are found, with licence and what they need") {
  const std::string place = "root/.nuget/packages/";
  const auto catalog = catalog_of_files(
      {{place + "newtonsoft.json/13.0.3/newtonsoft.json.nuspec",
        "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<package "
        "xmlns=\"http://schemas.microsoft.com/packaging/"
        "2013/05/nuspec.xsd\"><metadata minClientVersion=\"2.12\"><id>Newtonsoft.Json</id><version>13.0.3</version>"
        "<authors>James Newton-King</authors><license type=\"expression\">MIT</license></metadata></package>"},
       {place + "newtonsoft.json.bson/1.0.2/newtonsoft.json.bson.nuspec",
        "<package><metadata><id>Newtonsoft.Json.Bson</id><version>1.0.2</version><licenseUrl>"
        "https://opensource.org/licenses/MIT</licenseUrl><dependencies><group targetFramework=\".NETStandard2.0\">"
        "<dependency id=\"Newtonsoft.Json\" version=\"12.0.1\" /></group></dependencies></metadata></package>"},
       {place + "broken/1.0.0/broken.nuspec", "<package><metadata><id>Broken</id></metadata></package>"},
       {"src/Own/Own.nuspec", "<package><metadata><id>Own</id><version>1.0</version></metadata></package>"}});
  CHECK(purls(catalog, "nuget") ==
        std::set<std::string>{"pkg:nuget/Newtonsoft.Json@13.0.3", "pkg:nuget/Newtonsoft.Json.Bson@1.0.2"});
  CHECK(testing::package_named(catalog, "Newtonsoft.Json").declared_license == "MIT");
  const pkg::Package& bson = testing::package_named(catalog, "Newtonsoft.Json.Bson");
  CHECK(bson.depends == std::vector<std::string>{"pkg:nuget/Newtonsoft.Json@13.0.3"});
  CHECK(bson.declared_license == "MIT");
  REQUIRE(catalog.unknowns.size() == 1);
  CHECK(catalog.unknowns[0].reason == "no id or no version");
}

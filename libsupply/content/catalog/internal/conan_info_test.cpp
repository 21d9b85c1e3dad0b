#include "libsupply/content/catalog/internal/conan_info.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using testing::catalog_of_files;
using testing::purls;

TEST_CASE("packages of Conan are found by their places") {
  const std::string data = "root/.conan/data/";
  const auto catalog =
      catalog_of_files({{data + "lamp/1.2/acme/stable/package/0123/conaninfo.txt",
                         "[settings]\n    arch=x86_64\n[requires]\n    wick/2.Y.Z\n"
                         "[options]\nnever/1\n"},
                        {data + "wick/2.1/_/_/package/0123/conaninfo.txt", ""},
                        {"app/full_deploy/host/wax/3.0/Release/x86_64/conaninfo.txt", "[requires]\nwick/2.1:0123\n"},
                        {"app/direct_deploy/zlib/conaninfo.txt", ""},
                        {"root/.conan2/p/b/zlib0123/p/conaninfo.txt", ""}});
  CHECK(purls(catalog, "conan") == std::set<std::string>{"pkg:conan/lamp@1.2?channel=stable&user=acme",
                                                         "pkg:conan/wick@2.1", "pkg:conan/wax@3.0", "pkg:conan/zlib"});
  const pkg::Package& lamp = testing::package_named(catalog, "lamp");
  CHECK(lamp.depends == std::vector<std::string>{"pkg:conan/wick@2.1"});
  CHECK(lamp.architecture == "x86_64");
  CHECK(testing::package_named(catalog, "wax").depends == std::vector<std::string>{"pkg:conan/wick@2.1"});
  REQUIRE(catalog.unknowns.size() == 1);
  CHECK(catalog.unknowns[0].path == "root/.conan2/p/b/zlib0123/p/conaninfo.txt");
}

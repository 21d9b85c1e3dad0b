#include "libsupply/content/catalog/internal/vcpkg_status.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;

namespace {

constexpr std::string_view kStatus = R"(Package: lamp
Version: 1.2.13
Port-Version: 1
Depends: wick, tool:x64-linux-release
Architecture: x64-linux
Multi-Arch: same
Status: install ok installed

Package: lamp
Feature: oil
Depends: wax
Architecture: x64-linux
Multi-Arch: same
Status: install ok installed

Package: wick
Version: 2
Architecture: x64-linux
Multi-Arch: same
Status: install ok installed

Package: gone
Version: 2
Architecture: x64-linux
Multi-Arch: same
Status: purge ok not-installed
)";

const std::string kUpdate =
    "Package: wick\nVersion: 2\nArchitecture: x64-linux\nStatus: purge ok not-installed\n\nPackage: wax\nVersion: 3\n"
    "Architecture: x64-linux\nStatus: install ok installed\n";
const std::string kSpdx =
    R"({"packages":[{"SPDXID":"SPDXRef-binary"},{"SPDXID":"SPDXRef-port","name":"lamp","versionInfo":"1.2.13#1",
    "homepage":"https://example.org","licenseConcluded":"Zlib"}]})";

}  // namespace

TEST_CASE("the ports that vcpkg installed are those of its status with its journal") {
  const std::string root = "opt/vcpkg/installed/";
  const auto catalog = catalog_of_files(
      {{root + "vcpkg/status", std::string(kStatus)},
       {root + "vcpkg/updates/0000000001", kUpdate},
       {root + "x64-linux/share/lamp/vcpkg.spdx.json", kSpdx},
       {root + "x64-linux/share/gone/vcpkg.spdx.json", R"({"packages":[{"SPDXID":"SPDXRef-port","name":"gone"}]})"}});
  CHECK(purls(catalog, "vcpkg") == std::set<std::string>{"pkg:vcpkg/lamp@1.2.13?port_version=1&triplet=x64-linux",
                                                         "pkg:vcpkg/wax@3?triplet=x64-linux"});
  const pkg::Package& lamp = testing::package_named(catalog, "lamp");
  CHECK(lamp.depends == std::vector<std::string>{"pkg:vcpkg/wax@3?triplet=x64-linux"});
  CHECK(lamp.declared_license == "Zlib");
  CHECK(catalog.unknowns.empty());
}

TEST_CASE("a status of vcpkg that has no field is a known unknown, and an empty one has no ports") {
  for (const std::string& text : {std::string("null\n"), std::string(64, '\0'), std::string("<html>\n</html>\n")}) {
    INFO(text);
    const auto catalog = catalog_of_files({{"opt/vcpkg/installed/vcpkg/status", text}});
    REQUIRE(catalog.unknowns.size() == 1);
    CHECK(catalog.unknowns[0].to_string() == "opt/vcpkg/installed/vcpkg/status: no field in it");
  }
  for (const std::string text : {"", "\n \n"})
    CHECK(catalog_of_files({{"opt/vcpkg/installed/vcpkg/status", text}}).unknowns.empty());
}

TEST_CASE("ports of a tree that was copied are found by their SPDX documents") {
  const auto catalog = catalog_of_files({{"usr/local/x64-linux/share/lamp/vcpkg.spdx.json", kSpdx},
                                         {"usr/local/x64-linux/share/bad/vcpkg.spdx.json", "{}"},
                                         {"opt/vcpkg/status", "Package: x\n"}});
  CHECK(purls(catalog, "vcpkg") == std::set<std::string>{"pkg:vcpkg/lamp@1.2.13?port_version=1&triplet=x64-linux"});
  CHECK(catalog.unknowns.size() == 2);
}

// The packages of systems' package managers, in layers.
#include <catch2/catch.hpp>

#include "libsupply/testing/catalogs.hpp"

using namespace supply;
using testing::catalog_of_layer;
using testing::purls_in;
using testing::TarFields;
using testing::unknowns_in;

namespace {

using Texts = std::vector<std::string>;

TarFields release(std::string_view text) { return {.path = "etc/os-release", .content = text}; }

TarFields to_link(std::string_view path, std::string_view target) {
  return {.path = path, .link = target, .type = '2'};
}

}  // namespace

TEST_CASE("opkg's packages are found with what they own, wherever the database stands") {
  const std::string_view status =
      "Package: a\nVersion: 1\nDepends: b\nStatus: install user installed\nArchitecture: all\n\n"
      "Package: b\nVersion: 2\nStatus: install user installed\nArchitecture: all\n\n";
  const auto at = [&](std::string_view directory, std::string_view list) {
    const std::string base(directory);
    const std::string path = base + "/status", lists = base + "/info/a.list", control = base + "/info/a.control";
    return catalog_of_layer({release("ID=openwrt\nVERSION_ID=23.05\n"),
                             {.path = path, .content = status},
                             {.path = lists, .content = list},
                             {.path = control, .content = "License: MIT\n"},
                             {.path = "usr/bin/a", .content = "x"},
                             {.path = "opt/bin/a", .content = "x"},
                             {.path = "sub/usr/bin/a", .content = "x"}});
  };
  for (const std::string_view directory : {"usr/lib/opkg", "var/lib/opkg", "usr/lib/ipkg"}) {
    INFO(directory);
    const auto catalog = at(directory, "/usr/bin/a\n");
    CHECK(purls_in(catalog) == Texts{"pkg:opkg/openwrt/a@1?arch=all&distro=openwrt-23.05",
                                     "pkg:opkg/openwrt/b@2?arch=all&distro=openwrt-23.05"});
    CHECK(unknowns_in(catalog).empty());
    CHECK(catalog.packages[0].files == Texts{"usr/bin/a"});
    CHECK(catalog.packages[0].depends == Texts{"pkg:opkg/openwrt/b@2?arch=all&distro=openwrt-23.05"});
    CHECK(catalog.packages[0].declared_license == "MIT");
    CHECK(catalog.packages[0].layer.has_value());
  }
  CHECK(at("opt/lib/opkg", "/opt/bin/a\n").packages[0].files == Texts{"opt/bin/a"});
  CHECK(at("sub/usr/lib/opkg", "/usr/bin/a\n").packages[0].files == Texts{"sub/usr/bin/a"});
  CHECK(at("sub/usr/lib/opkg", "/sub/usr/bin/a\n").packages[0].files == Texts{"sub/usr/bin/a"});
  CHECK(
      purls_in(catalog_of_layer({{.path = "opt/db/status", .content = status}, to_link("var/lib/opkg", "/opt/db")})) ==
      Texts{"pkg:opkg/a@1?arch=all", "pkg:opkg/b@2?arch=all"});
}

TEST_CASE("what opkg has and does not list is a known unknown") {
  CHECK(unknowns_in(catalog_of_layer({{.path = "usr/lib/opkg/info/a.control", .content = "Package: a\n"}})) ==
        Texts{"usr/lib/opkg: control files of opkg without its status"});
  CHECK(unknowns_in(
            catalog_of_layer({{.path = "etc/opkg.conf", .content = "dest root /\noption status_file /opt/s\n"}})) ==
        Texts{"etc/opkg.conf: names a database of opkg elsewhere (\"/opt/s\"), which Supply does not read"});
  CHECK(catalog_of_layer({{.path = "etc/opkg/x.conf", .content = "option status_file  /var/lib/opkg/status\n"}})
            .unknowns.empty());
  CHECK(unknowns_in(
            catalog_of_layer({{.path = "var/lib/opkg/status", .content = "Package: a\nStatus: install ok odd\n\n"}})) ==
        Texts{"var/lib/opkg/status: line 1: package \"a\": unknown state \"odd\""});
}

TEST_CASE("pacman's packages are what its directories say, wherever the database stands") {
  const TarFields desc{.path = "var/lib/pacman/local/a-1-2/desc", .content = "%NAME%\nb\n\n%ARCH%\nany\n"};
  const Texts found{"pkg:alpm/arch/a@1-2?arch=any"};
  CHECK(purls_in(catalog_of_layer({desc})) == found);
  CHECK(purls_in(catalog_of_layer({{.path = "opt/db/a-1-2/desc", .content = desc.content},
                                   to_link("var/lib/pacman/local", "/opt/db")})) == found);
  CHECK(purls_in(catalog_of_layer({{.path = "opt/a-1-2/desc", .content = desc.content},
                                   to_link("var/lib/pacman/local/a-1-2", "/opt/a-1-2")})) == found);
  CHECK(purls_in(catalog_of_layer({{.path = "opt/local/a-1-2/desc", .content = desc.content},
                                   {.path = "etc/pacman.conf", .content = "[options]\nDBPath = /opt/\n"}})) == found);
  CHECK(purls_in(catalog_of_layer({{.path = "opt/local/a-1-2/desc", .content = desc.content}})).empty());
  const auto chroot =
      catalog_of_layer({{.path = "sub/var/lib/pacman/local/a-1-2/desc", .content = desc.content},
                        {.path = "sub/var/lib/pacman/local/a-1-2/files", .content = "%FILES%\nusr/\nusr/bin/a\n"},
                        {.path = "sub/usr/bin/a", .content = "x"},
                        {.path = "usr/bin/a", .content = "x"}});
  CHECK(purls_in(chroot) == found);
  CHECK(chroot.packages[0].files == Texts{"sub/usr/bin/a"});
  // pacman lists a package of which nothing more is known.
  const auto bare = catalog_of_layer({{.path = "var/lib/pacman/local/a-1-2", .type = '5'},
                                      {.path = "var/lib/pacman/local/odd-1", .type = '5'},
                                      {.path = "var/lib/pacman/local/ALPM_DB_VERSION", .content = "9\n"}});
  CHECK(purls_in(bare) == Texts{"pkg:alpm/arch/a@1-2"});
  CHECK(unknowns_in(bare) == Texts{"var/lib/pacman/local/a-1-2/desc: no desc that describes the package",
                                   "var/lib/pacman/local/odd-1: a name that pacman does not read"});
}

TEST_CASE("Portage's packages are what its directories say, with what they own and depend on") {
  const std::vector<TarFields> database = {
      release("ID=gentoo\nVERSION_ID=2.14\n"),
      {.path = "var/db/pkg/sys-libs/zlib-1.3/PF", .content = "zlib-1.3\n"},
      {.path = "var/db/pkg/sys-libs/zlib-1.3/LICENSE", .content = "ZLIB\n"},
      {.path = "var/db/pkg/sys-libs/zlib-1.3/repository", .content = "gentoo\n"},
      {.path = "var/db/pkg/sys-libs/zlib-1.3/CONTENTS", .content = "dir /usr\nobj /usr/lib/z.so 01 2\n"},
      {.path = "var/db/pkg/app-a/a-2-r1/RDEPEND", .content = ">=sys-libs/zlib-1.2\n"},
      {.path = "var/db/pkg/app-a/-MERGING-b-1/PF", .content = "b-1\n"},
      {.path = "var/db/pkg/app-a/odd/x", .content = "x"},
      {.path = "usr/lib/z.so", .content = "x"}};
  const auto catalog = catalog_of_layer(database);
  CHECK(purls_in(catalog) ==
        Texts{"pkg:ebuild/app-a/a@2-r1?distro=gentoo-2.14", "pkg:ebuild/sys-libs/zlib@1.3?distro=gentoo-2.14"});
  CHECK(unknowns_in(catalog) == Texts{"var/db/pkg/app-a/odd: a name that Portage does not read"});
  CHECK(catalog.packages[0].depends == Texts{catalog.packages[1].purl.to_string()});
  CHECK(catalog.packages[1].files == Texts{"usr/lib/z.so"});
  CHECK(catalog.packages[1].location == "var/db/pkg/sys-libs/zlib-1.3/PF");
  CHECK(catalog.packages[1].declared_license == "Zlib");
  CHECK(purls_in(catalog_of_layer({{.path = "opt/db/app-a/a-2/PF", .content = "a-2\n"},
                                   to_link("var/db/pkg", "/opt/db")})) == Texts{"pkg:ebuild/app-a/a@2"});
}

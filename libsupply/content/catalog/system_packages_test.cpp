// The packages of systems' package managers, in layers.
#include <catch2/catch.hpp>
#include <cstdlib>

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

// The bytes as zstd(1) packs them; empty without it.
std::string pack(std::string_view bytes) {
  if (!testing::needs("zstd")) return {};
  const testing::TempDirectory directory;
  testing::write(directory / "plain", bytes);
  const std::string path = (directory / "plain").string();
  if (std::system(("zstd -q '" + path + "'").c_str()) != 0) throw std::runtime_error("zstd failed");
  return testing::read(path + ".zst");
}

}  // namespace

TEST_CASE("what has a database's name and is none is a known unknown") {
  struct Place {
    std::string_view path, around, cataloger;
  };
  for (const Place& place :
       {Place{"var/lib/dpkg/status", "var/lib/dpkg", "dpkg"}, Place{"lib/apk/db/installed", "lib/apk/db", "apk"},
        Place{"usr/lib/sysimage/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm", "rpm"},
        Place{"var/lib/opkg/status", "var/lib/opkg", "opkg"}}) {
    const auto unknowns = [&](const TarFields& entry) {
      std::vector<std::pair<std::string, std::string>> out;
      for (const pkg::KnownUnknown& each : catalog_of_layer({entry}).unknowns) {
        CHECK(each.cataloger == place.cataloger);
        out.emplace_back(each.path, each.reason);
      }
      return out;
    };
    INFO(place.path);
    using Unknowns = std::vector<std::pair<std::string, std::string>>;
    const std::string path(place.path), around(place.around);
    const std::string end = " in the place of a file of a package database";
    CHECK(unknowns({.path = path, .type = '5'}) == Unknowns{{path, "a directory" + end}});
    CHECK(unknowns({.path = path, .type = '6'}) == Unknowns{{path, "a named pipe" + end}});
    CHECK(unknowns({.path = path, .type = '3'}) == Unknowns{{path, "a device" + end}});
    CHECK(unknowns(to_link(path, "nowhere")) == Unknowns{{path, "a link that leads nowhere" + end}});
    CHECK(unknowns(to_link(path, path)) == Unknowns{{path, "a link that leads nowhere" + end}});
    CHECK(unknowns(to_link(around, "/nowhere")) ==
          Unknowns{{around, "a link that leads nowhere in the place of a directory of a package database"}});
    CHECK(unknowns({.path = around, .content = "x"}) ==
          Unknowns{{around, "a file in the place of a directory of a package database"}});
    CHECK(unknowns({.path = around, .type = '5'}).empty());
  }
  for (const std::string_view directory : {"var/lib/pacman/local", "var/db/pkg", "var/lib/dpkg/status.d"}) {
    INFO(directory);
    CHECK(catalog_of_layer({to_link(directory, "/nowhere")}).unknowns.size() == 1);
    CHECK(catalog_of_layer({{.path = directory, .type = '5'}}).unknowns.empty());
  }
  CHECK(catalog_of_layer({{.path = "meta", .content = "x"}}).unknowns.empty());
}

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

TEST_CASE("Chisel's packages have what their slices own, beside those of dpkg") {
  const std::string manifest = pack(
      "{\"jsonwall\":\"1.0\",\"schema\":\"1.0\",\"count\":3}\n"
      "{\"kind\":\"package\",\"name\":\"a\",\"version\":\"1\",\"sha256\":\"00\",\"arch\":\"amd64\"}\n"
      "{\"kind\":\"path\",\"path\":\"/usr/bin/a\",\"mode\":\"0755\",\"slices\":[\"a_bins\"]}\n");
  if (manifest.empty()) return;
  const std::string_view status = "Package: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n";
  const std::vector<TarFields> files = {
      {.path = "usr/bin/a", .content = "x"},
      {.path = "usr/share/doc/a/copyright", .content = "Format: x\n\nFiles: *\nLicense: MIT\n"}};
  for (const std::string_view path : {"var/lib/chisel/manifest.wall", "opt/manifest.wall"}) {
    std::vector<TarFields> entries = files;
    entries.push_back({.path = path, .content = manifest});
    const auto alone = catalog_of_layer(entries);
    CHECK(purls_in(alone) == Texts{"pkg:deb/ubuntu/a@1?arch=amd64"});
    CHECK(alone.packages[0].files == Texts{"usr/bin/a"});
    CHECK(alone.packages[0].declared_license == "MIT");
    CHECK(unknowns_in(alone).empty());
    entries.push_back(release("ID=ubuntu\nVERSION_ID=24.04\n"));
    entries.push_back({.path = "var/lib/dpkg/status", .content = status});
    const auto both = catalog_of_layer(entries);
    CHECK(purls_in(both, "chisel") == Texts{"pkg:deb/ubuntu/a@1?arch=amd64&distro=ubuntu-24.04"});
    CHECK(purls_in(both, "dpkg") == purls_in(both, "chisel"));
  }
  CHECK(unknowns_in(catalog_of_layer({{.path = "var/lib/chisel/manifest.wall",
                                       .content = std::string_view(manifest).substr(0, manifest.size() / 2)}}))
            .size() == 1);
  CHECK(unknowns_in(catalog_of_layer({{.path = "var/lib/chisel/manifest.wall", .content = "x"}})).size() == 1);
}

TEST_CASE("the stores of Nix and Guix have a package in each directory") {
  const std::string hash = "0c5nlfxhfyk2j4smd7zbv3q1wrp68gi9", other = "1c5nlfxhfyk2j4smd7zbv3q1wrp68gi9";
  const std::string nix = "nix/store/" + hash + "-hello-2.12/bin/hello",
                    dev = "nix/store/" + other + "-hello-2.12-dev/x";
  const std::string guix = "gnu/store/" + hash + "-bash-5.1.16/bin/bash";
  const std::string file = "nix/store/" + hash + "-x-1.patch", derivation = "nix/store/" + hash + "-y-1.drv/x";
  const auto catalog = catalog_of_layer({{.path = nix, .content = "x"},
                                         {.path = dev, .content = "x"},
                                         {.path = guix, .content = "x"},
                                         {.path = file, .content = "x"},
                                         {.path = derivation, .content = "x"},
                                         {.path = "nix/store/.links/x", .content = "x"},
                                         {.path = "nix/var/nix/db/db.sqlite", .content = "x"}});
  CHECK(purls_in(catalog) == Texts{"pkg:guix/bash@5.1.16?outputhash=" + hash,
                                   "pkg:nix/hello@2.12?output=dev&outputhash=" + other,
                                   "pkg:nix/hello@2.12?outputhash=" + hash});
  CHECK(unknowns_in(catalog).empty());
  CHECK(catalog.packages[2].files == Texts{nix});
  CHECK(catalog.packages[2].location == "nix/store/" + hash + "-hello-2.12");
  const std::string nested = "home/u/" + nix;
  CHECK(purls_in(catalog_of_layer(
            {{.path = nested, .content = "x"}, {.path = "home/u/nix/var/nix/db/db.sqlite", .content = "x"}})) ==
        Texts{"pkg:nix/hello@2.12?outputhash=" + hash});
  CHECK(unknowns_in(catalog_of_layer({{.path = "nix/var/nix/db/db.sqlite", .content = "x"}})) ==
        Texts{"nix/var/nix/db/db.sqlite: a database without its store"});
}

TEST_CASE("Homebrew's kegs are packages, with or without a receipt") {
  const std::string cellar = "home/linuxbrew/.linuxbrew/Cellar/";
  const std::string receipt = cellar + "wget/1.21/INSTALL_RECEIPT.json", bad = cellar + "bad/1/INSTALL_RECEIPT.json";
  const std::string formula = cellar + "wget/1.21/.brew/wget.rb", bare = cellar + "zlib/1.3_1/lib/z.so";
  const auto catalog = catalog_of_layer(
      {{.path = receipt,
        .content = R"({"source":{"tap":"homebrew/core"},"runtime_dependencies":[{"full_name":"zlib"}]})"},
       {.path = formula, .content = "  license \"MIT\"\n"},
       {.path = bare, .content = "x"},
       {.path = bad, .content = "{"}});
  CHECK(purls_in(catalog) == Texts{"pkg:brew/bad@1", "pkg:brew/wget@1.21", "pkg:brew/zlib@1.3_1"});
  CHECK(catalog.packages[1].depends == Texts{"pkg:brew/zlib@1.3_1"});
  CHECK(catalog.packages[1].declared_license == "MIT");
  REQUIRE(catalog.unknowns.size() == 1);
  CHECK(catalog.unknowns[0].path == bad);
  CHECK(purls_in(catalog_of_layer({{.path = "opt/b/Cellar/a/2/INSTALL_RECEIPT.json", .content = "{}"}})) ==
        Texts{"pkg:brew/a@2"});
}

TEST_CASE("snaps are found unpacked, and by snapd's state") {
  const auto catalog = catalog_of_layer(
      {{.path = "meta/snap.yaml", .content = "name: core22\nversion: '20240101'\n"},
       {.path = "usr/share/snappy/dpkg.yaml", .content = "packages:\n- adduser=3.118\n"},
       {.path = "snap/hello/42/meta/snap.yaml", .content = "name: hello\nversion: 2\n"},
       {.path = "snap/bad/1/meta/snap.yaml", .content = "x\n"},
       {.path = "var/lib/snapd/state.json", .content = R"({"data":{"snaps":{"lxd":{"current":"7"}}}})"}});
  CHECK(purls_in(catalog) == Texts{"pkg:deb/ubuntu/adduser@3.118", "pkg:generic/snap/core22@20240101",
                                   "pkg:generic/snap/hello@2", "pkg:generic/snap/lxd?revision=7"});
  CHECK(unknowns_in(catalog) ==
        Texts{"snap/bad/1/meta/snap.yaml: a snap without a name",
              "var/lib/snapd/state.json: snaps that snapd mounts, which Supply does not read: 1"});
}

TEST_CASE("dpkg's packages have the vendor that dpkg goes by where there is no os-release") {
  const std::string_view status = "Package: a\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n";
  CHECK(purls_in(catalog_of_layer({{.path = "var/lib/dpkg/status", .content = status},
                                   {.path = "etc/dpkg/origins/ubuntu", .content = "Vendor: Ubuntu\n"},
                                   to_link("etc/dpkg/origins/default", "ubuntu")})) ==
        Texts{"pkg:deb/ubuntu/a@1?arch=all&distro=ubuntu"});
  // As distroless images have it.
  CHECK(purls_in(catalog_of_layer(
            {{.path = "var/lib/dpkg/status.d/a", .content = "Package: a\nArchitecture: all\nVersion: 1\n"},
             {.path = "usr/lib/os-release", .content = "ID=debian\nVERSION_ID=\"12\"\n"}})) ==
        Texts{"pkg:deb/debian/a@1?arch=all&distro=debian-12"});
  CHECK(unknowns_in(catalog_of_layer(
            {{.path = "var/lib/dpkg/status", .content = "Package: a\nArchitecture: all\nVersion: 1\n\n"}})) ==
        Texts{"var/lib/dpkg/status: stanzas without a Status, which dpkg takes for not installed: 1"});
}

TEST_CASE("apk's packages have the distribution of their repositories where there is no os-release") {
  const std::string_view installed = "P:a\nV:1\nA:x86_64\nF:usr/bin\nR:a\n\n";
  const TarFields repositories{.path = "etc/apk/repositories", .content = "https://x.example/alpine/v3.19/main\n"};
  CHECK(purls_in(catalog_of_layer({{.path = "lib/apk/db/installed", .content = installed}, repositories})) ==
        Texts{"pkg:apk/alpine/a@1?arch=x86_64&distro=alpine-3.19"});
  CHECK(purls_in(catalog_of_layer({{.path = "usr/lib/apk/db/installed", .content = installed},
                                   repositories,
                                   release("ID=wolfi\nVERSION_ID=\"20230201\"\n")})) ==
        Texts{"pkg:apk/wolfi/a@1?arch=x86_64&distro=wolfi-20230201"});
  const auto volumes = catalog_of_layer(
      {{.path = "lib/apk/db-uvol/installed", .content = installed}, {.path = "usr/bin/a", .content = "x"}});
  CHECK(purls_in(volumes) == Texts{"pkg:apk/a@1?arch=x86_64"});
  CHECK(volumes.packages[0].files == Texts{"usr/bin/a"});
}

TEST_CASE("xbps's packages have what they own and depend on") {
  const auto catalog = catalog_of_layer(
      {release("ID=\"void\"\n"),
       {.path = "var/db/xbps/pkgdb-0.38.plist",
        .content = "<plist><dict><key>a</key><dict><key>pkgver</key><string>a-1_1</string><key>run_depends</key><array>"
                   "<string>b&gt;=1</string></array></dict><key>b</key><dict><key>pkgver</key><string>b-2_1</string>"
                   "</dict></dict></plist>"},
       {.path = "var/db/xbps/.a-files.plist",
        .content = "<plist><dict><key>files</key><array><dict><key>file</key><string>/usr/bin/a</string></dict></array>"
                   "</dict></plist>"},
       {.path = "usr/bin/a", .content = "x"}});
  CHECK(purls_in(catalog) == Texts{"pkg:generic/xbps/a@1_1?distro=void", "pkg:generic/xbps/b@2_1?distro=void"});
  CHECK(catalog.packages[0].depends == Texts{catalog.packages[1].purl.to_string()});
  CHECK(catalog.packages[0].files == Texts{"usr/bin/a"});
  CHECK(unknowns_in(catalog_of_layer({{.path = "var/db/xbps/pkgdb-0.38.plist", .content = "<dict>"}})) ==
        Texts{"var/db/xbps/pkgdb-0.38.plist: byte 6: ends within an element"});
}

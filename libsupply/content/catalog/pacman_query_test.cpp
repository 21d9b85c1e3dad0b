// What pacman says that it has installed, and what Supply finds, in a root that pacman made.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "libsupply/base/text/text.hpp"
#include "libsupply/testing/catalogs.hpp"

using namespace supply;

namespace {

// A package as makepkg makes it. Source: pacman's makepkg(8), alpm-pkginfo(5).
constexpr std::string_view kScript = R"(
set -e
make() { # NAME VERSION FIELDS
  mkdir -p "in/$1/usr/share/$1" && echo "$1" >"in/$1/usr/share/$1/file"
  printf 'pkgname = %s\npkgbase = base\npkgver = %s\npkgdesc = x\nurl = http://x.example\nbuilddate = 1\n' "$1" "$2" >"in/$1/.PKGINFO"
  printf 'packager = Jo Doe <jo@example.org>\nsize = 1\narch = x86_64\n%b' "$3" >>"in/$1/.PKGINFO"
  (cd "in/$1" && bsdtar -czf "../../$1-$2-x86_64.pkg.tar.gz" .PKGINFO usr)
}
make tiny 1:1.2-3 'license = GPL2\ndepend = tiny-libs>=1\n'
make tiny-libs 0.9_rc1-1.1 'license = custom:weird\nprovides = libtiny.so=1-64\n'
make lib32-a+b 3-1 'depend = libtiny.so\n'
mkdir -p root/var/lib/pacman
pacman="pacman --root $PWD/root --dbpath $PWD/root/var/lib/pacman --config /dev/null --logfile /dev/null"
$pacman -U --noconfirm -dd ./*.pkg.tar.gz >/dev/null 2>&1
$pacman -Q >list
)";

}  // namespace

TEST_CASE("what pacman lists is what Supply finds, with edges and files") {
  if (!testing::needs("pacman") || !testing::needs("bsdtar")) return;
  const testing::TempDirectory directory;
  testing::write(directory / "make", kScript);
  REQUIRE(std::system(("cd '" + directory.path().string() + "' && sh ./make").c_str()) == 0);
  const pkg::Inventory catalog = testing::catalog_of_directory(directory / "root");
  std::set<std::string> found;
  for (const pkg::Package& package : catalog.packages) {
    found.insert(package.name + " " + package.version);
    CHECK(package.files == std::vector<std::string>{"usr/share/" + package.name + "/file"});
    CHECK(package.layer.has_value());
  }
  const std::string list = testing::read(directory / "list");
  const auto listed = lines(list);
  CHECK(found == std::set<std::string>(listed.begin(), listed.end()));
  CHECK(testing::unknowns_in(catalog).empty());
  REQUIRE(catalog.packages.size() == 3);
  const auto& [lib32, libs, tiny] = std::tie(catalog.packages[0], catalog.packages[1], catalog.packages[2]);
  CHECK(tiny.depends == std::vector<std::string>{libs.purl.to_string()});
  CHECK(lib32.depends == std::vector<std::string>{libs.purl.to_string()});
  CHECK(tiny.purl.to_string() == "pkg:alpm/arch/tiny@1:1.2-3?arch=x86_64&upstream=base");
}

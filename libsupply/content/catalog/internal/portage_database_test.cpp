#include "libsupply/content/catalog/internal/portage_database.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"

using namespace supply;
using namespace supply::catalog;

namespace {

using Pair = std::pair<std::string_view, std::string_view>;
using Files = std::map<std::string, std::string_view>;
using Names = std::vector<std::vector<std::string>>;

DebPackage describe(const Files& files) {
  auto package = describe_portage("sys-libs", "zlib-1.3-r2", files, {"gentoo", "2.14", ""});
  REQUIRE(package);
  return *std::move(package);
}

}  // namespace

TEST_CASE("the name of Portage's directory is split as Portage splits it") {
  CHECK(split_portage_name("zlib-1.3-r2") == Pair("zlib", "1.3-r2"));
  CHECK(split_portage_name("gtk+-2.24.33a_pre1_p20-r10") == Pair("gtk+", "2.24.33a_pre1_p20-r10"));
  CHECK(split_portage_name("a-1b-c-9999") == Pair("a-1b-c", "9999"));
  CHECK(split_portage_name("font-100dpi-1.0") == Pair("font-100dpi", "1.0"));
  CHECK(split_portage_name("x-r1") == Pair());
  for (const std::string_view bad :
       {"", "zlib", "-1.3", "-MERGING-zlib-1.3", "zlib-1.3-", "a-1-2", "zlib-1..3", "zlib-1.3_", "z b-1", "+a-1"}) {
    INFO(bad);
    CHECK(split_portage_name(bad) == Pair());
  }
  CHECK(is_portage_category("dev-c++"));
  for (const std::string_view bad : {"", "-x", ".x", "a b", "lost+found", "CVS"}) CHECK_FALSE(is_portage_category(bad));
}

TEST_CASE("Portage's package has the licence and the edges that its USE flags leave") {
  const DebPackage package = describe({{"LICENSE", "ZLIB doc? ( FDL-1.2 ) !doc? ( MIT ) || ( GPL-2 LGPL-2.1+ )\n"},
                                       {"USE", "abi_x86_64 static-libs\n"},
                                       {"RDEPEND",
                                        ">=sys-libs/ncurses-5.2-r1:0=[tinfo?] !sys-apps/old static-libs? ( app-a/b ) "
                                        "X? ( x11-a/c ) || ( =app-d/d-1* ( app-e/e app-f/f ) ) ~app-g/g-2"},
                                       {"HOMEPAGE", "https://zlib.example https://other.example\n"},
                                       {"repository", "gentoo\n"}});
  CHECK(package.package.purl.to_string() == "pkg:ebuild/sys-libs/zlib@1.3-r2?distro=gentoo-2.14");
  CHECK(package.package.name == "sys-libs/zlib");
  CHECK(package.package.declared_license == "Zlib AND MIT AND (GPL-2.0-only OR LGPL-2.1-or-later)");
  CHECK(package.package.homepage == "https://zlib.example");
  CHECK(package.package.supplier == "Organization: Gentoo");
  CHECK(package.depends == Names{{"sys-libs/ncurses"}, {"app-a/b"}, {"app-d/d", "app-e/e", "app-f/f"}, {"app-g/g"}});
}

TEST_CASE("conditions are all taken where the USE flags are not known") {
  const DebPackage package = describe({{"LICENSE", "a? ( MIT ) !a? ( ZLIB )"}, {"repository", "guru"}});
  CHECK(package.package.declared_license == "MIT AND Zlib");
  CHECK(package.package.supplier.empty());
  CHECK(package.package.purl.to_string() == "pkg:ebuild/sys-libs/zlib@1.3-r2?distro=gentoo-2.14&repository=guru");
}

TEST_CASE("a licence of Portage that is damaged or nested too deep is kept as it is") {
  std::string deep = "MIT";
  for (std::size_t i = 0; i <= kMaxLicenseDepth; ++i) deep = "( " + deep + " )";
  for (const std::string& text :
       {std::string("( MIT"), std::string("MIT )"), deep, std::string(kMaxLicenseExpressionBytes + 1, 'x')}) {
    const DebPackage package = describe({{"LICENSE", text}});
    CHECK(package.package.unread_licenses.size() == 1);
  }
  CHECK(describe({{"LICENSE", deep.substr(2, deep.size() - 4)}}).package.declared_license == "MIT");
  CHECK(describe({{"LICENSE", "a? ( MIT )"}, {"USE", ""}}).package.declared_license.empty());
}

TEST_CASE("Portage's CONTENTS has files and links, with blanks in their names") {
  CHECK(reduce_portage_contents("dir /usr\nobj /usr/bin/a 0123 17\nobj /usr/a b 0123 17\nsym /usr/lib/c -> d e 17\n"
                                "obj x\nfif /p\n") == "usr/bin/a\nusr/a b\nusr/lib/c\n");
}

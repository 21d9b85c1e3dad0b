#include "libsupply/content/catalog/internal/pacman_database.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using namespace supply::catalog;

TEST_CASE("the name of pacman's directory is split as libalpm splits it") {
  using Pair = std::pair<std::string_view, std::string_view>;
  CHECK(split_pacman_name("zlib-1:1.3-2") == Pair("zlib", "1:1.3-2"));
  CHECK(split_pacman_name("gcc-libs-13.2.1-3") == Pair("gcc-libs", "13.2.1-3"));
  CHECK(split_pacman_name(".hid-1-1") == Pair(".hid", "1-1"));
  CHECK(split_pacman_name("a--") == Pair("a", "-"));
  for (const std::string_view bad : {"", "zlib", "zlib-1", "-1-2", "-", "--"}) {
    INFO(bad);
    CHECK(split_pacman_name(bad).first.empty());
  }
}

TEST_CASE("pacman's desc gives licence, packager, base and edges") {
  const std::string desc =
      "%NAME%\nother\n\n%BASE%\ngcc\n\n%DESC%\n%URL%\n\n%URL%\nhttps://gcc.example\n\n%ARCH%\nx86_64\n\n"
      "%PACKAGER%\nJo Doe <jo@archlinux.org>\n\n%LICENSE%\nMIT\ncustom:RLE\n\n%DEPENDS%\nglibc>=2.27\nbash: for x\n\n"
      "%PROVIDES%\nlibgcc_s.so=1-64\n\n";
  const pkg::OperatingSystem arch{"arch", "", "Arch Linux"};
  for (const std::string& text : {desc, reduce_pacman_desc(desc)}) {
    const auto deb = describe_pacman("gcc-libs-13.2.1-3", text, arch);
    REQUIRE(deb);
    CHECK(deb->package.purl.to_string() == "pkg:alpm/arch/gcc-libs@13.2.1-3?arch=x86_64&distro=arch&upstream=gcc");
    CHECK(deb->package.declared_license == "MIT AND LicenseRef-RLE");
    CHECK(deb->package.unread_licenses.empty());
    CHECK(deb->package.supplier == "Person: Jo Doe (jo@archlinux.org)");
    CHECK(deb->package.homepage == "https://gcc.example");
    CHECK(deb->depends == std::vector<std::vector<std::string>>{{"glibc"}, {"bash"}});
    CHECK(deb->provides == std::vector<std::string>{"libgcc_s.so"});
  }
  CHECK(describe_pacman("a-1-1", "", {})->package.purl.to_string() == "pkg:alpm/arch/a@1-1");
  CHECK(describe_pacman("a-1-1", "%PACKAGER%\nUnknown Packager\n", {})->package.supplier.empty());
}

TEST_CASE("pacman's files are those under its heading") {
  CHECK(reduce_pacman_files("%FILES%\nusr/\nusr/bin/a\n\n%BACKUP%\netc/a\t0\n") == "usr/bin/a\n");
  CHECK(reduce_pacman_files("usr/bin/a\nusr/bin/b\n").empty());
}

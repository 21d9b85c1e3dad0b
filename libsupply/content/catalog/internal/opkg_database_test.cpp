// No opkg is in Debian: what is expected here is what its source says (libopkg/pkg_parse.c, pkg.c, parse_util.c).
#include "libsupply/content/catalog/internal/opkg_database.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using namespace supply::catalog;

namespace {

Budget budget;  // of all tests here
Share share(budget);

const pkg::OperatingSystem kOpenWrt{"openwrt", "23.05.2", "OpenWrt 23.05.2"};

OpkgStatus parse(std::string_view text) {
  auto status = parse_opkg_status(text, share);
  REQUIRE(status);
  return *std::move(status);
}

std::vector<std::string> names(const OpkgStatus& status) {
  std::vector<std::string> out;
  for (const DebPackage& deb : status.packages) out.push_back(deb.package.name + " " + deb.package.version);
  return out;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("opkg's packages have the control file's licence, supplier and source") {
  OpkgStatus status = parse(
      "Package: libz\nVersion: 1.3-1\nDepends: libc, libx | liby (>= 2)\nProvides: zlib\n"
      "Status: install user installed\nArchitecture: mips_24kc\nInstalled-Time: 1700000000\nAuto-Installed: yes\n\n");
  REQUIRE(status.packages.size() == 1);
  pkg::Package& package = status.packages[0].package;
  REQUIRE(describe_opkg(reduce_opkg_control("Package: libz\nSourceName: zlib\nSource: package/libs/zlib\n"
                                            "License: Zlib & MIT\nMaintainer: Jo Doe <jo@example.org>\n"
                                            "URL: http://zlib.example\nDescription:  x\n"),
                        kOpenWrt, package));
  CHECK(package.purl.to_string() == "pkg:opkg/openwrt/libz@1.3-1?arch=mips_24kc&distro=openwrt-23.05.2&upstream=zlib");
  CHECK(package.declared_license == "Zlib AND MIT");
  CHECK(package.supplier == "Person: Jo Doe (jo@example.org)");
  CHECK(package.homepage == "http://zlib.example");
  CHECK(package.cataloger == "opkg");
  CHECK(status.packages[0].depends == std::vector<Names>{{"libc"}, {"libx", "liby"}});
  CHECK(status.packages[0].provides == Names{"zlib"});
  pkg::Package yocto;
  yocto.name = "libz1";
  yocto.version = "1.3-r0";
  REQUIRE(describe_opkg("Source: zlib_1.3.bb\nHomepage: http://zlib.example\n", {}, yocto));
  CHECK(yocto.purl.to_string() == "pkg:opkg/libz1@1.3-r0?upstream=zlib");
}

TEST_CASE("opkg's state says whether a package is there, whatever action is wanted") {
  const auto state = [](const std::string& words) { return parse("Package: a\nStatus: " + words + "\n\n"); };
  for (const std::string words : {"install ok installed", "deinstall user installed", "hold hold,user unpacked",
                                  "purge reinstreq half-installed", "install ok post-inst-failed"}) {
    INFO(words);
    CHECK(names(state(words)) == Names{"a "});
  }
  for (const std::string words : {"deinstall ok not-installed", "purge ok config-files", "install ok", ""}) {
    INFO(words);
    CHECK(names(state(words)).empty());
    CHECK(state(words).faults.empty());
  }
  CHECK(state("install ok odd").faults == Names{"line 1: package \"a\": unknown state \"odd\""});
  CHECK(names(parse("Package: a\nVersion: 1\n\n")).empty());
}

TEST_CASE("opkg's stanzas end where opkg ends them, and a later line of a field counts") {
  const std::string installed = "Status: install ok installed\n";
  CHECK(names(parse("Package: a\nVersion: 1\n" + installed + "\n\nPackage: b\nVersion: 2\n" + installed)) ==
        Names{"a 1", "b 2"});
  CHECK(names(parse("Package: a\nVersion: 1\nDescription: x\n \n y\n" + installed)) == Names{"a 1"});
  CHECK(names(parse("Package: a\nConffiles:\n /etc/a 0123\n /etc/b 4567\nVersion: 1\n" + installed)) == Names{"a 1"});
  CHECK(names(parse("Package: x\nPackage: a\nVersion: 1\nnonsense\npackage: b\n" + installed + "  \t\n")) ==
        Names{"a 1"});
  CHECK(parse("Version: 1\n" + installed).faults == Names{"line 1: a stanza without a Package"});
  CHECK(parse("").packages.empty());
}

TEST_CASE("opkg's list has a path, and since 0.3 a mode and a link's target, in each line") {
  CHECK(parse_opkg_list("/usr/bin/a\n/usr/bin/b\t0100755\n/bin/c\t0120777\tb\n") ==
        std::vector<std::string_view>{"/usr/bin/a", "/usr/bin/b", "/bin/c"});
}

TEST_CASE("opkg's packages are paid for before they are made") {
  Budget::Amounts few{};
  few[static_cast<std::size_t>(Cost::memory)] = 100'000;
  std::string many, names = "Package: a\nDepends: x";
  for (int i = 0; i < 100; ++i) many += "Package: p" + std::to_string(i) + "\n\n";
  for (int i = 0; i < 1000; ++i) names += ",x";
  for (const std::string& text : {many, names}) {
    Budget small(few);
    Share part(small);
    const auto status = parse_opkg_status(text, part);
    REQUIRE_FALSE(status);
    CHECK(status.error().code() == ErrorCode::limit_exceeded);
  }
}

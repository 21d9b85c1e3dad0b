#include "libsupply/content/catalog/internal/dpkg_database.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply::catalog;
using supply::ErrorCode;
namespace testing = supply::testing;

namespace {

supply::Budget budget;  // of all tests here
supply::Share share(budget);

const supply::pkg::OperatingSystem kDebian{"debian", "12.15", "Debian GNU/Linux 12 (bookworm)"};

std::string fixture(const std::string& name) {
  return supply::testing::read(supply::testing::testdata("catalog/dpkg/" + name));
}

std::string output_of(const char* command) {
  std::string out;
  FILE* pipe = popen(command, "r");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (const std::size_t got = fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, got);
  REQUIRE(pclose(pipe) == 0);
  return out;
}

// What dpkg-query prints for each package: name, version, architecture, source, source's version.
std::set<std::string> rows(const std::vector<DebPackage>& packages) {
  std::set<std::string> out;
  for (const DebPackage& deb : packages) {
    const auto& package = deb.package;
    const std::string source = package.source_name.empty() ? package.name : package.source_name;
    const std::string version = package.source_version.empty() ? package.version : package.source_version;
    out.insert(package.name + "\t" + package.version + "\t" + package.architecture + "\t" + source + "\t" + version);
  }
  return out;
}

// Its lines, each after db:Status-Status, without those of packages that are not there.
std::set<std::string> installed(const std::string& list) {
  std::set<std::string> out;
  for (const std::string_view line : supply::lines(list)) {
    const std::size_t tab = line.find('\t');
    if (line.substr(0, tab) != "config-files" && line.substr(0, tab) != "not-installed")
      out.emplace(line.substr(tab + 1));
  }
  return out;
}

}  // namespace

TEST_CASE("dpkg status gives the purls that syft gives") {
  const auto packages = parse_dpkg_status(
      "Package: bsdutils\nStatus: install ok installed\nMaintainer: util-linux packagers "
      "<util-linux@packages.debian.org>\n"
      "Architecture: amd64\nSource: util-linux (2.38.1-5+deb12u3)\nVersion: 1:2.38.1-5+deb12u3\n\n"
      "Package: binutils-common\nStatus: install ok installed\nArchitecture: amd64\nSource: binutils\nVersion: "
      "2.40-2\n\n"
      "Package: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 7.88.1\nHomepage: https://curl.se/\n",
      kDebian, share);
  REQUIRE(packages);
  REQUIRE(packages->size() == 3);
  CHECK((*packages)[0].package.purl.to_encoded_string() ==
        "pkg:deb/debian/"
        "bsdutils@1%3A2.38.1-5%2Bdeb12u3?arch=amd64&distro=debian-12.15&upstream=util-linux%402.38.1-5%2Bdeb12u3");
  CHECK((*packages)[0].package.supplier == "Organization: util-linux packagers (util-linux@packages.debian.org)");
  CHECK((*packages)[1].package.purl.to_encoded_string() ==
        "pkg:deb/debian/binutils-common@2.40-2?arch=amd64&distro=debian-12.15&upstream=binutils");
  CHECK((*packages)[2].package.purl.to_encoded_string() == "pkg:deb/debian/curl@7.88.1?arch=amd64&distro=debian-12.15");
  CHECK((*packages)[2].package.homepage == "https://curl.se/");
}

TEST_CASE("dpkg status that dpkg wrote is read as dpkg-query reads it") {
  const auto packages = parse_dpkg_status(fixture("status"), kDebian, share);
  REQUIRE(packages);
  const std::set<std::string> theirs = installed(fixture("expected.tsv"));
  CHECK(theirs.size() == 3);  // one of the four in the file was removed, and only its configuration is there
  CHECK(rows(*packages) == theirs);
}

TEST_CASE("dpkg status leaves out what was removed") {
  CHECK(fixture("status").find("Package: old\nStatus: deinstall ok config-files\n") != std::string::npos);
  const auto packages = parse_dpkg_status(fixture("status"), kDebian, share);
  REQUIRE(packages);
  for (const DebPackage& deb : *packages) CHECK(deb.package.name != "old");
  CHECK(packages->size() == 3);
  CHECK(parse_dpkg_status("Package: a\nStatus: purge ok not-installed\n", kDebian, share)->empty());
  CHECK(parse_dpkg_status("", kDebian, share)->empty());
}

TEST_CASE("dpkg depends lead to the package that is there") {
  auto packages = parse_dpkg_status(
      "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\nDepends: missing | b (>= 1), c:any, "
      "virtual, d\nPre-Depends: e\n\n"
      "Package: b\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\nPackage: c\nStatus: install ok "
      "installed\nVersion: 1\nArchitecture: all\n\n"
      "Package: p\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\nProvides: virtual (= 2), other\n\n"
      "Package: d\nStatus: install ok installed\nVersion: 1\nArchitecture: i386\n\nPackage: d\nStatus: install ok "
      "installed\nVersion: 1\nArchitecture: amd64\n",
      kDebian, share);
  REQUIRE(packages);
  REQUIRE(resolve_depends(*packages, share));
  CHECK(packages->front().package.depends ==
        std::vector<std::string>{
            "pkg:deb/debian/b@1?arch=amd64&distro=debian-12.15", "pkg:deb/debian/c@1?arch=all&distro=debian-12.15",
            "pkg:deb/debian/d@1?arch=amd64&distro=debian-12.15", "pkg:deb/debian/p@1?arch=amd64&distro=debian-12.15"});
}

TEST_CASE("dpkg status that is broken says where") {
  const std::pair<std::string, std::string> cases[] = {
      {"Pakij: a\nStratus: install ok installed\nPrioority: required\nSection: admin\nInsterface to the settings\n",
       "line 5: no field name"},
      {"Package:\n\n" + fixture("status"), "line 1: no Package"},
      {"Package: a\nStatus: install ok installed\n", "line 1: package \"a\": no Version"},
      {"\n\nVersion: 1\n", "line 3: no Package"},
      {" x\n", "line 1: continuation of nothing"},
      {"Package: a\nVersion: 1\nAn entry: x\n", "line 3: bad field name \"An entry\""},
      {std::string("Package: \xff\nVersion: 1\n"), "bad name of a package"},
  };
  for (const auto& [text, message] : cases) {
    const auto packages = parse_dpkg_status(text, kDebian, share);
    REQUIRE_FALSE(packages);
    CHECK(packages.error().code() == ErrorCode::malformed);
    CHECK_THAT(packages.error().message(), Catch::Contains(message));
  }
}

TEST_CASE("dpkg lists name files without the leading slash") {
  CHECK(parse_dpkg_list("/.\n/usr\n/usr/bin/x y\n") == std::vector<std::string_view>{"usr", "usr/bin/x y"});
  CHECK(parse_dpkg_md5sums("d41d8cd98f00b204e9800998ecf8427e  usr/bin/x y\nshort\n") ==
        std::vector<std::string_view>{"usr/bin/x y"});
}

TEST_CASE("dpkg status of this machine is read as dpkg-query reads it") {
  if (!testing::needs_file("/var/lib/dpkg/status")) return;
  const auto packages = parse_dpkg_status(supply::testing::read("/var/lib/dpkg/status"), kDebian, share);
  REQUIRE(packages);
  const std::string list = output_of(
      "dpkg-query -W -f '${db:Status-Status}\\t${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t"
      "${source:Version}\\n'");
  const std::set<std::string> theirs = installed(list);
  CHECK_FALSE(theirs.empty());
  CHECK(rows(*packages) == theirs);
}

TEST_CASE("dpkg's packages are paid for before they are made") {
  supply::Budget::Amounts few{};
  few[static_cast<std::size_t>(supply::Cost::memory)] = 100'000;
  std::string many, names = "Package: a\nVersion: 1\nProvides: x";
  for (int i = 0; i < 100; ++i) many += "Package: p" + std::to_string(i) + "\nVersion: 1\n\n";
  for (int i = 0; i < 1000; ++i) names += ",x";
  for (const std::string& text : {many, names + "\n", "Package: a\nVersion: " + std::string(20'000, '1') + "\n"}) {
    supply::Budget small(few);
    supply::Share part(small);
    const auto packages = parse_dpkg_stanzas(text, kDebian, supply::deb822::Strictness::control, part);
    REQUIRE_FALSE(packages);
    CHECK(packages.error().code() == ErrorCode::limit_exceeded);
  }
  // A long name that many packages depend on is there many times.
  supply::Budget small(few);
  supply::Share other(budget), little(small);
  const std::string name(2000, 'n');
  std::string text = "Package: " + name + "\nVersion: 1\n\n";
  for (int i = 0; i < 100; ++i) text += "Package: p" + std::to_string(i) + "\nVersion: 1\nDepends: " + name + "\n\n";
  auto packages = parse_dpkg_stanzas(text, kDebian, supply::deb822::Strictness::control, other);
  REQUIRE(packages);
  CHECK_FALSE(resolve_depends(*packages, little));
}

#include "libsupply/content/catalog/dpkg.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <set>

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply::catalog;
using supply::ErrorCode;

namespace {

const Distribution kDebian{"debian", "12.15", "Debian GNU/Linux 12 (bookworm)"};

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

}  // namespace

TEST_CASE("dpkg status gives the purls that syft gives") {
  const auto packages = parse_dpkg_status(
      "Package: bsdutils\nStatus: install ok installed\nMaintainer: util-linux packagers "
      "<util-linux@packages.debian.org>\n"
      "Architecture: amd64\nSource: util-linux (2.38.1-5+deb12u3)\nVersion: 1:2.38.1-5+deb12u3\n\n"
      "Package: binutils-common\nStatus: install ok installed\nArchitecture: amd64\nSource: binutils\nVersion: "
      "2.40-2\n\n"
      "Package: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 7.88.1\nHomepage: https://curl.se/\n",
      kDebian);
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

TEST_CASE("dpkg status leaves out what was removed") {
  const auto packages = parse_dpkg_status(fixture("deinstall"), kDebian);
  REQUIRE(packages);
  REQUIRE(packages->size() == 1);
  CHECK(packages->front().package.name == "linux-image-6.14.0-1012-aws");
  CHECK(parse_dpkg_status("Package: a\nStatus: purge ok not-installed\n", kDebian)->empty());
  CHECK(parse_dpkg_status("", kDebian)->empty());
}

TEST_CASE("dpkg status is read as it stands in real databases") {
  for (const char* name : {"single", "installed-size-4KB"}) {
    INFO(name);
    CHECK(parse_dpkg_status(fixture(name), kDebian)->size() == 1);
  }
}

TEST_CASE("dpkg depends lead to the package that is there") {
  auto packages = parse_dpkg_status(
      "Package: a\nVersion: 1\nArchitecture: amd64\nDepends: missing | b (>= 1), c:any, virtual, d\nPre-Depends: e\n\n"
      "Package: b\nVersion: 1\nArchitecture: amd64\n\nPackage: c\nVersion: 1\nArchitecture: all\n\n"
      "Package: p\nVersion: 1\nArchitecture: amd64\nProvides: virtual (= 2), other\n\n"
      "Package: d\nVersion: 1\nArchitecture: i386\n\nPackage: d\nVersion: 1\nArchitecture: amd64\n",
      kDebian);
  REQUIRE(packages);
  resolve_depends(*packages);
  CHECK(packages->front().package.depends ==
        std::vector<std::string>{
            "pkg:deb/debian/b@1?arch=amd64&distro=debian-12.15", "pkg:deb/debian/c@1?arch=all&distro=debian-12.15",
            "pkg:deb/debian/d@1?arch=amd64&distro=debian-12.15", "pkg:deb/debian/p@1?arch=amd64&distro=debian-12.15"});
}

TEST_CASE("dpkg status that is broken says where") {
  const std::pair<std::string, std::string> cases[] = {
      {fixture("corrupt"), "line 5: no field name"},
      {fixture("multiple"), "line 1: no Package"},
      {"Package: a\nStatus: install ok installed\n", "line 1: package \"a\": no Version"},
      {"\n\nVersion: 1\n", "line 3: no Package"},
      {" x\n", "line 1: continuation of nothing"},
      {"Package: a\nVersion: 1\nAn entry: x\n", "line 3: bad field name \"An entry\""},
      {std::string("Package: \xff\nVersion: 1\n"), "bad name of a package"},
  };
  for (const auto& [text, message] : cases) {
    const auto packages = parse_dpkg_status(text, kDebian);
    REQUIRE_FALSE(packages);
    CHECK(packages.error().code() == ErrorCode::malformed);
    CHECK_THAT(packages.error().message(), Catch::Contains(message));
  }
}

TEST_CASE("dpkg lists name files without the leading slash") {
  CHECK(parse_dpkg_list("/.\n/usr\n/usr/bin/x y\n") == std::vector<std::string>{"usr", "usr/bin/x y"});
  CHECK(parse_dpkg_md5sums("d41d8cd98f00b204e9800998ecf8427e  usr/bin/x y\nshort\n") ==
        std::vector<std::string>{"usr/bin/x y"});
}

TEST_CASE("dpkg status of this machine is read as dpkg-query reads it") {
  if (!std::filesystem::exists("/var/lib/dpkg/status")) return;
  const auto packages = parse_dpkg_status(supply::testing::read("/var/lib/dpkg/status"), kDebian);
  REQUIRE(packages);
  std::set<std::string> ours;
  for (const DebPackage& deb : *packages) {
    const auto& package = deb.package;
    const std::string source = package.source_name.empty() ? package.name : package.source_name;
    const std::string version = package.source_version.empty() ? package.version : package.source_version;
    ours.insert(package.name + "\t" + package.version + "\t" + package.architecture + "\t" + source + "\t" + version);
  }
  std::set<std::string> theirs;
  const std::string list = output_of(
      "dpkg-query -W -f '${db:Status-Status}\\t${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t"
      "${source:Version}\\n'");
  for (const std::string_view line : supply::lines(list)) {
    const std::size_t tab = line.find('\t');
    if (line.substr(0, tab) != "config-files" && line.substr(0, tab) != "not-installed")
      theirs.emplace(line.substr(tab + 1));
  }
  CHECK(ours == theirs);
}

#include "libsupply/content/catalog/internal/apk_database.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "libsupply/testing/testing.hpp"

using namespace supply::catalog;
using supply::ErrorCode;

namespace {

supply::Budget budget;  // of all tests here
supply::Share share(budget);

const supply::pkg::OperatingSystem kAlpine{"alpine", "3.20.3", "Alpine Linux v3.20"};

std::string fixture(const std::string& name) {
  return supply::testing::read(supply::testing::testdata("catalog/apk/" + name));
}

}  // namespace

TEST_CASE("apk database gives the purls that syft gives") {
  const auto packages = parse_apk_installed(
      "P:libcrypto3\nV:3.3.2-r0\nA:x86_64\no:openssl\nL:Apache-2.0\nm:Ariadne Conill <ariadne@dereferenced.org>\n\n"
      "P:busybox\nV:1.36.1-r29\nA:x86_64\no:busybox\nL:GPL-2.0-only\nD:so:libc.musl-x86_64.so.1 !conflict\n\n"
      "P:musl\nV:1.2.5-r0\nA:x86_64\no:musl\nL:MIT\np:so:libc.musl-x86_64.so.1=1\n",
      kAlpine, share);
  REQUIRE(packages);
  REQUIRE(packages->size() == 3);
  CHECK((*packages)[0].purl.to_encoded_string() ==
        "pkg:apk/alpine/libcrypto3@3.3.2-r0?arch=x86_64&distro=alpine-3.20.3&upstream=openssl");
  CHECK((*packages)[0].supplier == "Person: Ariadne Conill (ariadne@dereferenced.org)");
  CHECK((*packages)[1].purl.to_encoded_string() ==
        "pkg:apk/alpine/busybox@1.36.1-r29?arch=x86_64&distro=alpine-3.20.3");
  CHECK((*packages)[1].declared_license == "GPL-2.0-only");
  CHECK((*packages)[1].depends == std::vector<std::string>{(*packages)[2].purl.to_string()});
}

// Each as "package path".
std::set<std::string> files_of(const std::string& text) {
  std::set<std::string> out;
  REQUIRE(supply::catalog::each_apk_file(text, [&](const supply::catalog::ApkFile& file) -> supply::Status {
    out.insert(std::string(file.package) + " " + std::string(file.path));
    return {};
  }));
  return out;
}

TEST_CASE("apk databases with every field are read") {
  const auto single = parse_apk_installed(fixture("one"), kAlpine, share);
  REQUIRE(single);
  REQUIRE(single->size() == 1);
  CHECK(single->front().name == "lamp-utils");
  CHECK(single->front().version == "1.1.24-r2");
  CHECK(single->front().declared_license == "MIT AND LicenseRef-BSD AND GPL-2.0-or-later");
  CHECK(single->front().homepage == "https://lamp.example/");
  CHECK(files_of(fixture("one")) ==
        std::set<std::string>{"lamp-utils sbin/dim", "lamp-utils usr/bin/glow", "lamp-utils usr/bin/shine"});
  const auto several = parse_apk_installed(fixture("several"), kAlpine, share);
  REQUIRE(several);
  std::vector<std::string> names;
  for (const auto& package : *several) names.push_back(package.name);
  REQUIRE(names == std::vector<std::string>{"lamp-layout-data", "lamp", "shade", "lamp-layout", "jdk"});
  const auto purl = [&](std::size_t i) { return (*several)[i].purl.to_string(); };
  CHECK(files_of(fixture("several")).contains("lamp-layout-data etc/lamp.conf"));
  CHECK(files_of(fixture("several")).contains("lamp-layout-data etc/shadow"));
  CHECK((*several)[1].depends.empty());
  CHECK((*several)[2].depends == std::vector<std::string>{purl(1)});
  CHECK((*several)[3].depends == std::vector<std::string>{purl(0), purl(2)});
  CHECK((*several)[4].depends == std::vector<std::string>{purl(1)});
  CHECK((*several)[4].architecture == "noarch");
  CHECK(parse_apk_installed("", kAlpine, share)->empty());
}

TEST_CASE("apk database that is broken says where") {
  const std::pair<std::string, std::string> cases[] = {
      {"this is no database\n\n" + fixture("one"), "line 1: no field in"},
      {"P:a\n\n", "line 1: package \"a\": no version"},
      {"\n\nV:1\n", "line 3: package without a name"},
      {"P:a\nV:1\njunk\n", "line 3: no field in \"junk\""},
  };
  for (const auto& [text, message] : cases) {
    const auto packages = parse_apk_installed(text, kAlpine, share);
    REQUIRE_FALSE(packages);
    CHECK(packages.error().code() == ErrorCode::malformed);
    CHECK_THAT(packages.error().message(), Catch::Contains(message));
  }
}

TEST_CASE("apk's packages are paid for before they are made") {
  supply::Budget::Amounts few{};
  few[static_cast<std::size_t>(supply::Cost::memory)] = 100'000;
  const std::string longest(2000, 'n');
  std::string many, names = "P:a\nV:1\nD:x", depends = "P:" + longest + "\nV:1\n\n";
  for (int i = 0; i < 100; ++i) {
    many += "P:p" + std::to_string(i) + "\nV:1\n\n";
    depends += "P:p" + std::to_string(i) + "\nV:1\nD:" + longest + "\n\n";
  }
  for (int i = 0; i < 1000; ++i) names += " x";
  for (const std::string& text : {many, names + "\n", depends}) {
    supply::Budget small(few);
    supply::Share part(small);
    const auto packages = parse_apk_installed(text, kAlpine, part);
    REQUIRE_FALSE(packages);
    CHECK(packages.error().code() == ErrorCode::limit_exceeded);
  }
}

TEST_CASE("apk's database and repositories tell which distribution it is of") {
  const auto guess = [](std::string_view installed, std::string_view repositories) {
    return guess_apk_distribution(installed, repositories).label();
  };
  constexpr std::string_view kAddress = "https://dl-cdn.alpinelinux.org/alpine/v3.19/main\n";
  CHECK(guess("P:musl\nV:1\n\nP:alpine-release\nV:3.19.1-r0\n\n", kAddress) == "alpine-3.19.1");
  CHECK(guess("P:alpine-baselayout\nV:3.4.3-r2\n\n", kAddress) == "alpine-3.19");
  CHECK(guess("P:alpine-baselayout\nV:3.4.3-r2\n\n", "https://packages.wolfi.dev/os\n") == "alpine");
  CHECK(guess("P:wolfi-baselayout\nV:20230201-r7\n\n", "") == "wolfi");
  CHECK(guess("P:chainguard-baselayout\nV:20230214-r7\n\n", "") == "chainguard");
  CHECK(guess("P:a\nV:1\n", "#x\nhttps://packages.wolfi.dev/os\n") == "wolfi");
  CHECK(guess("P:a\nV:1\n", "https://dl-cdn.alpinelinux.org/alpine/edge/main\n") == "alpine");
  CHECK(guess("P:a\nV:1\n", "https://downloads.openwrt.org/releases/25.12/x\n") == "openwrt");
  CHECK(guess("P:a\nV:1\n", "/local\n").empty());
}

TEST_CASE("apk's checksums are known by their form, and one of another form is said") {
  const auto read = [](std::string_view text) {
    const auto checksum = supply::catalog::parse_apk_checksum(text);
    return std::string(checksum.algorithm) + ":" + checksum.hex;
  };
  // SHA-1, SHA-256 and MD5 of nothing, as sha1sum(1) and its like print them.
  CHECK(read("Q12jmj7l5rSw0yVb/vlWAYkK/YBwk=") == "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709");
  CHECK(read("Q247DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=") ==
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(read("D41D8CD98F00B204E9800998ECF8427E") == "md5:d41d8cd98f00b204e9800998ecf8427e");
  for (const std::string text : {"Q3abc", "Q1short=", "Q1", "x", "d41d8cd98f00b204e9800998ecf8427g"})
    CHECK(read(text) == "unknown:" + text);
}

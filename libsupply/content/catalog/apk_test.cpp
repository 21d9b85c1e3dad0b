#include "libsupply/content/catalog/apk.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "libsupply/testing/testing.hpp"

using namespace supply::catalog;
using supply::ErrorCode;

namespace {

const Distribution kAlpine{"alpine", "3.20.3", "Alpine Linux v3.20"};

std::string fixture(const std::string& name) {
  return supply::testing::read(supply::testing::testdata("catalog/apk/" + name));
}

}  // namespace

TEST_CASE("apk database gives the purls that syft gives") {
  const auto packages = parse_apk_installed(
      "P:libcrypto3\nV:3.3.2-r0\nA:x86_64\no:openssl\nL:Apache-2.0\nm:Ariadne Conill <ariadne@dereferenced.org>\n\n"
      "P:busybox\nV:1.36.1-r29\nA:x86_64\no:busybox\nL:GPL-2.0-only\nD:so:libc.musl-x86_64.so.1 !conflict\n\n"
      "P:musl\nV:1.2.5-r0\nA:x86_64\no:musl\nL:MIT\np:so:libc.musl-x86_64.so.1=1\n",
      kAlpine);
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

TEST_CASE("apk databases of real images are read") {
  // The expected values are those of syft's parse_apk_db_test.go.
  const auto single = parse_apk_installed(fixture("single"), kAlpine);
  REQUIRE(single);
  REQUIRE(single->size() == 1);
  CHECK(single->front().name == "musl-utils");
  CHECK(single->front().version == "1.1.24-r2");
  CHECK(single->front().declared_license == "MIT AND LicenseRef-BSD AND GPL-2.0-or-later");
  CHECK(single->front().homepage == "https://musl.libc.org/");
  CHECK(single->front().files ==
        std::vector<std::string>{"sbin/ldconfig", "usr/bin/getconf", "usr/bin/getent", "usr/bin/iconv", "usr/bin/ldd"});
  const auto several = parse_apk_installed(fixture("multiple-2"), kAlpine);
  REQUIRE(several);
  std::vector<std::string> names;
  for (const auto& package : *several) names.push_back(package.name);
  CHECK(names == std::vector<std::string>{"alpine-baselayout-data", "musl", "busybox", "alpine-baselayout",
                                          "alpine-keys", "ca-certificates-bundle", "libcrypto1.1", "libssl1.1",
                                          "ssl_client", "zlib", "apk-tools", "scanelf", "musl-utils", "libc-utils"});
  CHECK(parse_apk_installed(fixture("base"), kAlpine)->size() == 1);
  CHECK(parse_apk_installed(fixture("extra-file-attributes"), kAlpine)->size() == 1);
  CHECK(parse_apk_installed("", kAlpine)->empty());
}

TEST_CASE("apk database that is broken says where") {
  const std::pair<std::string, std::string> cases[] = {
      {fixture("corrupt"), "line 1: no field in"},
      {"P:a\n\n", "line 1: package \"a\": no version"},
      {"\n\nV:1\n", "line 3: package without a name"},
      {"P:a\nV:1\njunk\n", "line 3: no field in \"junk\""},
  };
  for (const auto& [text, message] : cases) {
    const auto packages = parse_apk_installed(text, kAlpine);
    REQUIRE_FALSE(packages);
    CHECK(packages.error().code() == ErrorCode::malformed);
    CHECK_THAT(packages.error().message(), Catch::Contains(message));
  }
}

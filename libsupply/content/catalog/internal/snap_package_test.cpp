// snapd mounts what it installs, which no test can do: what is expected here is what its documentation says.
#include "libsupply/content/catalog/internal/snap_package.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using namespace supply::catalog;

TEST_CASE("a snap says its name, version, architecture and licence") {
  const auto snap = parse_snap_yaml(
      "name: hello\nversion: '2.10'  # x\nsummary: x\narchitectures:\n- amd64\nlicense: GPL-3.0-only\n"
      "apps:\n  name:\n    command: x\n");
  REQUIRE(snap);
  CHECK(snap->purl.to_string() == "pkg:generic/snap/hello@2.10?arch=amd64");
  CHECK(snap->declared_license == "GPL-3.0-only");
  CHECK(parse_snap_yaml("name: a\nversion: 1.0 # x\narchitectures: [amd64, arm64]\n")->purl.to_string() ==
        "pkg:generic/snap/a@1.0");
  CHECK(parse_snap_yaml("version: 1\n").error().message() == "a snap without a name");
}

TEST_CASE("Ubuntu's packages in a snap are listed in its manifest") {
  const auto names = [](const std::string& yaml) {
    const auto packages = parse_snap_packages(yaml, {"ubuntu-core", "22", ""});
    REQUIRE(packages);
    std::vector<std::string> out;
    for (const auto& package : *packages) out.push_back(package.purl.to_string());
    return out;
  };
  CHECK(names("packages:\n- adduser=3.118ubuntu5\n- libc6:amd64=2.35-0ubuntu3.4\nother:\n- x\n") ==
        std::vector<std::string>{"pkg:deb/ubuntu/adduser@3.118ubuntu5?distro=ubuntu-core-22",
                                 "pkg:deb/ubuntu/libc6@2.35-0ubuntu3.4?arch=amd64&distro=ubuntu-core-22"});
  CHECK(names("name: x\nprimed-stage-packages:\n  - a=1\n  - b=2\nparts:\n  p:\n    stage-packages:\n    - c=3\n")
            .size() == 2);
  CHECK(names("packages: []\n").empty());
  CHECK_FALSE(parse_snap_packages("packages:\n- adduser\n", {}));
}

TEST_CASE("snapd's state has the snaps that are installed, without versions") {
  const auto snaps = parse_snapd_state(
      R"({"data":{"snaps":{"core22":{"type":"base","current":"1033","active":true},"hello_x":{"current":"42"}}}})");
  REQUIRE(snaps);
  REQUIRE(snaps->size() == 2);
  CHECK((*snaps)[0].purl.to_string() == "pkg:generic/snap/core22?revision=1033");
  CHECK((*snaps)[1].purl.to_string() == "pkg:generic/snap/hello?revision=42");
  CHECK(parse_snapd_state("{}")->empty());
  for (const std::string text : {"", "[", R"({"data":[]})", R"({"data":{"snaps":{"a":{"current":7}}}})"})
    CHECK_FALSE(parse_snapd_state(text));
}

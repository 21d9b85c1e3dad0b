#include "libsupply/content/catalog/internal/opam_switch.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;

namespace {

constexpr std::string_view kLamp = R"(opam-version: "2.0"
# license: "x"
synopsis: "a \"lamp\""
description: """
license: "y"
"""
maintainer: "A B <a@example.org>"
license: ["MIT" "ISC"]
homepage: "https://example.org"
depends: [
  "wick" {>= "1.0" & build}
  ("gone" | "wax") (* "never" *)
]
)";

}  // namespace

TEST_CASE("what a switch of opam says is installed is found with what describes it") {
  const std::string root = "root/.opam/s/.opam-switch/";
  const auto catalog =
      catalog_of_files({{root + "switch-state",
                         "opam-version: \"2.0\"\nroots: [\"r.1\"]\ninstalled: [\"lamp.1.2\" \"wick.2.0~x\" \"wax.1\"]\n"
                         "pinned: [\"p.1\"]\n"},
                        {root + "packages/lamp.1.2/opam", std::string(kLamp)},
                        {root + "packages/wick.2.0~x/opam", "license: \"MIT\"\n"},
                        {root + "packages/old.9/opam", std::string(kLamp)},
                        {"root/.opam/t/.opam-switch/switch-state", "junk"},
                        {"root/.opam/u/.opam-switch/switch-state", "opam-version: \"2.0\"\ninstalled: []\n"},
                        {"root/.opam/v/.opam-switch/switch-state", "opam-version: \"2.0\"\ninstalled: [\"a.1\""}});
  CHECK(purls(catalog, "ocaml") == std::set<std::string>{"pkg:opam/lamp@1.2", "pkg:opam/wick@2.0~x", "pkg:opam/wax@1"});
  const pkg::Package& lamp = testing::package_named(catalog, "lamp");
  CHECK(lamp.depends == std::vector<std::string>{"pkg:opam/wax@1", "pkg:opam/wick@2.0~x"});
  CHECK(lamp.declared_license == "MIT AND ISC");
  CHECK(lamp.supplier == "Person: A B (a@example.org)");
  CHECK(lamp.location == root + "packages/lamp.1.2/opam");
  CHECK(testing::package_named(catalog, "wax").location == root + "switch-state");
  CHECK(testing::unknowns_in(catalog) ==
        std::vector<std::string>{"root/.opam/t/.opam-switch/switch-state: no state of a switch",
                                 "root/.opam/v/.opam-switch/switch-state: the state of a switch is cut off"});
}

TEST_CASE("what opam installs is what opam lists") {
  if (!testing::has_program("opam")) return;
  const testing::TempDirectory home;
  for (const std::string package : {"lamp.1.2", "wick.2.0"}) {
    const std::filesystem::path directory = home / ("repo/packages/" + package.substr(0, 4) + "/" + package);
    std::filesystem::create_directories(directory);
    testing::write(directory / "opam",
                   "opam-version: \"2.0\"\nmaintainer: \"A\"\nsynopsis: \"b\"\nlicense: \"MIT\"\n" +
                       std::string(package == "lamp.1.2" ? "depends: [\"wick\" {>= \"1\"}]\n" : ""));
  }
  testing::write(home / "repo/repo", "opam-version: \"2.0\"\n");
  const std::string path = home.path().string();
  const std::string go = "cd " + path + " && export OPAMROOT=" + path + "/root OPAMYES=1 OPAMROOTISOK=1 && ";
  REQUIRE(std::system((go + "(opam init --bare -n --disable-sandboxing --bypass-checks default ./repo && "
                            "opam switch create s --empty && opam install lamp) >log 2>&1")
                          .c_str()) == 0);
  const auto catalog = catalog_of_files(testing::files_below(home / "root/s", "root/.opam/s/"));
  CHECK(testing::names_and_versions(catalog, "ocaml") ==
        testing::lines_of(go + "opam list --installed --columns=name,version --short | tr -s ' '"));
  CHECK(catalog.packages.size() == 2);
  CHECK(testing::package_named(catalog, "lamp").depends.size() == 1);
}

#include "libsupply/content/catalog/internal/ghc_package.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;

namespace {

constexpr std::string_view kLamp = R"(name:                 lamp
version:              1.2.0
id:                   lamp-1.2.0-H8BOQwtT8HYFvWPR1b6zvB
license:              BSD3
maintainer:
    A B <a@example.org>, C <c@example.org>

description:
    A lamp

    name: other
homepage:             https://example.org
depends:
    base-4.15.1.0
    wick-2-abc lamp-1.2.0-inner
)";

}  // namespace

TEST_CASE("packages that are registered with GHC are found in its databases") {
  const std::string root = "usr/lib/ghc/package.conf.d/";
  const auto catalog = catalog_of_files(
      {{"root/.cabal/store/ghc-9.0.2/package.db/lamp-1.2.0.conf", std::string(kLamp)},
       {root + "base-4.15.1.0.conf", "name: base\nversion: 4.15.1.0\nid: base-4.15.1.0\nlicense: BSD-3-Clause\n"},
       {root + "wick-2.conf", "name: wick\nversion: 2\nid: wick-2-abc\n"},
       {root + "wick-3.conf", "name: wick\nversion: 3\n"},
       {root + "z-wick.conf", "name: z-wick-z-inner\nversion: 2\npackage-name: wick\nlib-name: inner\n"},
       {root + "bad.conf", "name: bad\n"},
       {"etc/fonts/x.conf", "name: x\nversion: 1\n"}});
  CHECK(purls(catalog, "haskell") == std::set<std::string>{"pkg:hackage/lamp@1.2.0", "pkg:hackage/base@4.15.1.0",
                                                           "pkg:hackage/wick@2", "pkg:hackage/wick@3"});
  const pkg::Package& lamp = testing::package_named(catalog, "lamp");
  CHECK(lamp.depends == std::vector<std::string>{"pkg:hackage/base@4.15.1.0", "pkg:hackage/wick@2"});
  CHECK(lamp.declared_license == "BSD-3-Clause");
  CHECK(lamp.supplier == "Person: A B (a@example.org)");
  CHECK(lamp.homepage == "https://example.org");
  CHECK(testing::unknowns_in(catalog) == std::vector<std::string>{root + "bad.conf: package \"bad\": no version"});
}

TEST_CASE("the packages of this machine's GHC are those that ghc-pkg lists") {
  if (!testing::has_program("ghc-pkg")) return;
  std::vector<testing::ImageFile> files =
      testing::files_below("/var/lib/ghc/package.conf.d", "var/lib/ghc/package.conf.d/");
  const auto catalog = catalog_of_files(files);
  std::set<std::string> ours, edges;
  for (const pkg::Package& package : catalog.packages) {
    ours.insert(package.name + "-" + package.version);
    for (const std::string& purl : package.depends) edges.insert(package.name + " " + purl.substr(12));
  }
  std::set<std::string> theirs, their_edges;
  for (const std::string& line : testing::lines_of("ghc-pkg list --global --simple-output | tr ' ' '\\n'"))
    theirs.insert(line);
  for (const std::string& line : testing::lines_of("ghc-pkg dot --global 2>/dev/null")) {
    const std::size_t arrow = line.find("\" -> \"");
    if (arrow == std::string::npos) continue;
    const std::string from = line.substr(line.find('"') + 1, arrow - line.find('"') - 1);
    std::string to = line.substr(arrow + 6);
    to.resize(to.find('"'));
    to.replace(to.rfind('-'), 1, "@");
    their_edges.insert(from.substr(0, from.rfind('-')) + " " + to);
  }
  CHECK(ours == theirs);
  CHECK(edges == their_edges);
  CHECK(theirs.size() > 20);
  CHECK(catalog.unknowns.empty());
}

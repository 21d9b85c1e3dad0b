#include "libsupply/content/catalog/internal/conda_package.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;

namespace {

constexpr std::string_view kLamp = R"({
  "name": "lamp", "version": "1.2.0", "build": "py310h0_1", "build_number": 1, "subdir": "linux-64",
  "channel": "https://conda.anaconda.org/conda-forge/linux-64", "fn": "lamp-1.2.0-py310h0_1.conda",
  "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "md5": "nothing",
  "depends": ["wick >=1.0,<2", "__glibc >=2.17", "main::Wax=1", "gone"], "license": "BSD-3-Clause",
  "files": ["bin/lamp", "lib/python3.10/site-packages/lamp-1.2.0.dist-info/METADATA", "gone"],
  "paths_data": {"paths": [{"_path": "bin/lamp"}]}
})";

}  // namespace

TEST_CASE("conda's packages are found in the environment where each is installed") {
  const std::string root = "opt/conda/";
  const auto catalog = catalog_of_files(
      {{root + "conda-meta/lamp-1.2.0-py310h0_1.json", std::string(kLamp)},
       {root + "conda-meta/wick-1.5-0.json",
        R"({"name":"wick","version":"1.5","build_string":"0","channel":"defaults","subdir":"noarch","url":"https://x/w.tar.bz2"})"},
       {root + "conda-meta/wax-1-0.json",
        R"({"name":"wax","version":"1","channel":"https://repo.anaconda.com/pkgs/main/"})"},
       {root + "conda-meta/bad-1-0.json", "{"},
       {root + "conda-meta/history", "x"},
       {root + "envs/e/conda-meta/gone-1-0.json", R"({"name":"gone","version":"1"})"},
       {root + "pkgs/other-1-0/info/index.json", R"({"name":"other","version":"1"})"},
       {root + "bin/lamp", "x"}});
  CHECK(purls(catalog, "conda") ==
        std::set<std::string>{
            "pkg:conda/lamp@1.2.0?build=py310h0_1&channel=conda-forge&subdir=linux-64&type=conda", "pkg:conda/gone@1",
            "pkg:conda/wick@1.5?build=0&channel=defaults&subdir=noarch&type=tar.bz2", "pkg:conda/wax@1?channel=main"});
  const pkg::Package& lamp = testing::package_named(catalog, "lamp");
  CHECK(lamp.depends ==
        std::vector<std::string>{"pkg:conda/wax@1?channel=main",
                                 "pkg:conda/wick@1.5?build=0&channel=defaults&subdir=noarch&type=tar.bz2"});
  CHECK(lamp.declared_license == "BSD-3-Clause");
  CHECK(lamp.checksums.size() == 1);
  CHECK(lamp.files == std::vector<std::string>{root + "bin/lamp"});
  REQUIRE(catalog.unknowns.size() == 1);
  CHECK(catalog.unknowns[0].path == root + "conda-meta/bad-1-0.json");
}

TEST_CASE("what a package of conda owns is no unknown") {
  const auto catalog =
      catalog_of_files({{"opt/conda/conda-meta/j-1-0.json", R"({"name":"j","version":"1","files":["share/.pnp.cjs"]})"},
                        {"opt/conda/share/.pnp.cjs", "x"}});
  CHECK(catalog.unknowns.empty());
  CHECK(catalog.packages.size() == 1);
}

// Python distributions in zip archives, and those whose metadata are not there.
#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/internal/python_archive.hpp"
#include "libsupply/testing/catalog_of_files.hpp"
#include "libsupply/testing/zip.hpp"

using namespace supply;
using testing::zip_archive;
using Texts = std::vector<std::string>;
using Purls = std::set<std::string>;

namespace {

constexpr std::string_view kLamp =
    "Metadata-Version: 2.1\nName: Lamp_Oil\nVersion: 1.2\nRequires-Dist: wick\nLicense: MIT\n";
constexpr std::string_view kWick = "Metadata-Version: 2.1\nName: wick\nVersion: 2.0+local.1\n";

Purls purls_of(const std::vector<testing::ImageFile>& files) {
  return testing::purls(testing::catalog_of_files(files), "python-archives");
}

}  // namespace

TEST_CASE("a zipped egg is the package that its EGG-INFO names") {
  const std::string egg = zip_archive({{"lamp/__init__.py", ""}, {"EGG-INFO/PKG-INFO", std::string(kLamp)}});
  const auto catalog = testing::catalog_of_files({{"v/lib/python3.11/site-packages/Lamp_Oil-1.2-py3.11.egg", egg}});
  REQUIRE(catalog.packages.size() == 1);
  CHECK(catalog.packages[0].purl.to_string() == "pkg:pypi/lamp-oil@1.2");
  CHECK(catalog.packages[0].declared_license == "MIT");
  CHECK(catalog.packages[0].location == "v/lib/python3.11/site-packages/Lamp_Oil-1.2-py3.11.egg!/EGG-INFO/PKG-INFO");
  CHECK(catalog.unknowns.empty());
}

// The layouts that shiv 1.0.8, pex 2.33 and zipapp write.
TEST_CASE("distributions in programs that are zip archives are found with what they require") {
  const std::string shiv =
      "#!/usr/bin/env python3\n" + zip_archive({{"site-packages/lamp_oil-1.2.dist-info/METADATA", std::string(kLamp)},
                                                {"site-packages/wick-2.0.dist-info/METADATA", std::string(kWick)}});
  const auto catalog = testing::catalog_of_files({{"opt/lamp", shiv}});
  CHECK(testing::purls(catalog, "python-archives") == Purls{"pkg:pypi/lamp-oil@1.2", "pkg:pypi/wick@2.0%2Blocal.1"});
  CHECK(testing::package_named(catalog, "Lamp_Oil").depends == Texts{"pkg:pypi/wick@2.0%2Blocal.1"});
  CHECK(purls_of({{"opt/lamp.pex",
                   "#!/usr/bin/env python3\n" +
                       zip_archive({{".bootstrap/pex/vendor/a-1.dist-info/METADATA", "Name: a\nVersion: 1\n"},
                                    {".deps/wick-2.0-py3-none-any.whl/wick-2.0.dist-info/METADATA",
                                     std::string(kWick)}})}}) == Purls{"pkg:pypi/wick@2.0%2Blocal.1"});
  CHECK(purls_of({{"opt/lamp.pyz", zip_archive({{"wick-2.0.Dist-Info/METADATA", std::string(kWick)}})}}) ==
        Purls{"pkg:pypi/wick@2.0%2Blocal.1"});
}

TEST_CASE("a wheel is read where a path file names it") {
  const std::string wheel = zip_archive({{"wick-2.0.dist-info/METADATA", std::string(kWick)}});
  CHECK(purls_of({{"opt/wick-2.0-py3-none-any.whl", wheel}}).empty());
  CHECK(purls_of({{"opt/wick-2.0-py3-none-any.whl", wheel},
                  {"v/site-packages/x.pth", "/opt/wick-2.0-py3-none-any.whl\n"}}) ==
        Purls{"pkg:pypi/wick@2.0%2Blocal.1"});
}

// The layout that pex 2.105 writes with "--layout packed".
TEST_CASE("a wheel is read where PEX runs it") {
  const std::string wheel = zip_archive({{"wick-2.0.dist-info/METADATA", std::string(kWick)}});
  CHECK(purls_of({{"app/.deps/wick-2.0-py3-none-any.whl", wheel}, {"app/PEX-INFO", "{}"}}) ==
        Purls{"pkg:pypi/wick@2.0%2Blocal.1"});
  CHECK(purls_of({{".deps/wick-2.0-py3-none-any.whl", wheel}, {"PEX-INFO", "{}"}}).size() == 1);
  CHECK(purls_of({{"app/.deps/wick-2.0-py3-none-any.whl", wheel}}).empty());
  CHECK(purls_of({{"app/deps/wick-2.0-py3-none-any.whl", wheel}, {"app/PEX-INFO", "{}"}}).empty());
}

TEST_CASE("metadata in an archive where Python does not look, or that are damaged, are known unknowns") {
  for (const std::string& archive :
       {zip_archive({{"wick-2.0/src/wick.egg-info/PKG-INFO", std::string(kWick)}}),
        zip_archive({{"wick-2.0.dist-info/METADATA", "\n"}}),
        zip_archive({{"wick-2.0.dist-info/METADATA", std::string(kWick), false, false, 0, {}, {}, {}, 1}})}) {
    const auto catalog = testing::catalog_of_files({{"srv/wick.zip", archive}});
    CHECK(catalog.packages.empty());
    CHECK(testing::unknowns_in(catalog).size() == 1);
  }
}

TEST_CASE("an archive's metadata are seen wherever the chunks end") {
  const std::string archive = "#!/usr/bin/python3\n" + zip_archive({{"x.EGG-INFO/PKG-INFO", "Name: x\nVersion: 1\n"}});
  for (std::size_t cut = 1; cut < archive.size(); ++cut) {
    catalog::PythonArchiveSearch search;
    search.feed(std::string_view(archive).substr(0, cut));
    search.feed(std::string_view(archive).substr(cut));
    CHECK(search.found());
  }
  catalog::PythonArchiveSearch by_byte, none;
  for (const char& c : archive) by_byte.feed({&c, 1});
  CHECK(by_byte.found());
  none.feed(zip_archive({{"x.egginfo", "-info dist- info"}}));
  CHECK_FALSE(none.found());
}

// What `pip list` of pip 24 lists of such directories: by name, "Skipping … due to invalid metadata", "Ignoring invalid
// distribution".
TEST_CASE("a dist-info directory without METADATA is the package that its name says, and a known unknown") {
  const std::string site = "v/lib/python3.11/site-packages/";
  const auto catalog = testing::catalog_of_files({{site + "ghost_pkg-1.0rc1.dist-info/INSTALLER", "pip\n"},
                                                  {site + "nover.dist-info/INSTALLER", "pip\n"},
                                                  {site + "empty-2.dist-info/METADATA", ""},
                                                  {site + "~ick-2.0.dist-info/METADATA", std::string(kWick)},
                                                  {site + "~ine-2.0.dist-info/RECORD", ""}});
  CHECK(testing::purls(catalog, "python") == Purls{"pkg:pypi/empty@2", "pkg:pypi/ghost-pkg@1.0rc1"});
  CHECK(testing::unknowns_in(catalog).size() == 5);
}

// What `pip list` of pip 26.3 leaves out of a virtual environment with setuptools 84 and pex 2.105, beside uv's cache.
TEST_CASE("what a package brings with it and what an installer keeps is not installed") {
  const std::string site = "v/lib/python3.11/site-packages/", metadata = "/wick-2.0.dist-info/METADATA";
  const std::string wick(kWick);
  for (const std::string& off : {site + "setuptools/_vendor", site + "pex/vendor/_vendored/wick",
                                 std::string("root/.cache/uv/archive-v0/0iu7zHCSAK7Ru9Z5"),
                                 std::string("opt/uv-cache/archive-v0/0iu7zHCSAK7Ru9Z5"),
                                 std::string("root/.cache/pex/installed_wheels/3/27/wick-2.0-py3-none-any.whl")}) {
    INFO(off);
    CHECK(testing::purls(testing::catalog_of_files({{off + metadata, wick}}), "python").empty());
  }
  for (const std::string& on : {std::string("root/.cache/pypoetry/virtualenvs/a/lib/python3.11/site-packages"),
                                std::string("opt/target"), site + "x/python/lib/python3.9/site-packages"})
    CHECK(testing::purls(testing::catalog_of_files({{on + metadata, wick}}), "python").size() == 1);
  // A path file puts a directory on the path.
  const auto named = testing::catalog_of_files({{site + "x.pth", "x/libs\n"}, {site + "x/libs" + metadata, wick}});
  CHECK(testing::purls(named, "python").size() == 1);
}

// As `uv pip install --link-mode symlink` leaves it.
TEST_CASE("a distribution whose METADATA is a link into a cache is installed where the link is") {
  const std::string site = "v/lib/python3.11/site-packages/wick-2.0.dist-info/METADATA";
  const auto catalog =
      testing::catalog_of_files({{"root/.cache/uv/archive-v0/0iu7/wick-2.0.dist-info/METADATA", std::string(kWick)},
                                 {site, "", "/root/.cache/uv/archive-v0/0iu7/wick-2.0.dist-info/METADATA"}});
  CHECK(testing::purls(catalog, "python") == Purls{"pkg:pypi/wick@2.0%2Blocal.1"});
  CHECK(testing::package_named(catalog, "wick").location == site);
  CHECK(catalog.unknowns.empty());
}

#include "libsupply/content/catalog/internal/direct_url.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using testing::catalog_of_files;
using testing::purls;

namespace {

const std::string kSite = "usr/lib/python3/site-packages/";

std::string metadata(const std::string& name, const std::string& more = "") {
  return "Metadata-Version: 2.1\nName: " + name + "\nVersion: 1.0\n" + more;
}

}  // namespace

TEST_CASE("a Python distribution says where it was installed from") {
  const std::string hex(64, 'a');
  for (const auto& [text, purl] : std::vector<std::pair<std::string, std::string>>{
           {R"({"url":"https://user:secret@example.org/x.git","vcs_info":{"vcs":"git","commit_id":"0123abc"}})",
            "pkg:pypi/lamp@1.0?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fx.git%400123abc"},
           {R"({"url":"https://example.org/l.whl","archive_info":{"hashes":{"sha256":")" + hex + "\"}}}",
            "pkg:pypi/lamp@1.0?download_url=https:%2F%2Fexample.org%2Fl.whl"},
           {R"({"url":"file:///tmp/l.whl","archive_info":{"hash":"sha256=)" + hex + "\"}}", "pkg:pypi/lamp@1.0"},
           {R"({"url":"file:///src","dir_info":{"editable":true}})", "pkg:pypi/lamp@1.0"}}) {
    INFO(text);
    const auto catalog = catalog_of_files({{kSite + "lamp-1.0.dist-info/METADATA", metadata("lamp")},
                                           {kSite + "lamp-1.0.dist-info/direct_url.json", text}});
    CHECK(purls(catalog, "python") == std::set<std::string>{purl});
    CHECK(catalog.packages.front().checksums.size() == (text.find(hex) == std::string::npos ? 0 : 1));
    CHECK(catalog.unknowns.empty());
  }
  for (const std::string text : {"{", "{}", "[]"}) {
    const auto catalog = catalog_of_files({{kSite + "lamp-1.0.dist-info/METADATA", metadata("lamp")},
                                           {kSite + "lamp-1.0.dist-info/direct_url.json", text}});
    CHECK(purls(catalog, "python") == std::set<std::string>{"pkg:pypi/lamp@1.0"});
    CHECK(catalog.unknowns.size() == 1);
  }
}

TEST_CASE("metadata in a Python distribution, in its tests or in a package of npm is not installed") {
  const auto catalog =
      catalog_of_files({{kSite + "lamp-1.0.dist-info/METADATA", metadata("lamp")},
                        {kSite + "lamp/tests/data/x-1.0.dist-info/METADATA", metadata("x")},
                        {kSite + "lamp/tests/data/bad-1.0.dist-info/METADATA", "junk"},
                        {kSite + "lamp/_vendor/wick-1.0.dist-info/METADATA", metadata("wick")},
                        {kSite + "pkg_resources/tests/data/y-1.0.egg/EGG-INFO/PKG-INFO", metadata("y")},
                        {"app/node_modules/gyp/test/z.egg-info/PKG-INFO", metadata("z")},
                        {"app/tests/t.egg-info/PKG-INFO", metadata("t")},
                        {kSite + "lamp/tests/venv/lib/python3/site-packages/v.egg-info/PKG-INFO", metadata("v")}});
  CHECK(purls(catalog, "python") == std::set<std::string>{"pkg:pypi/lamp@1.0", "pkg:pypi/t@1.0", "pkg:pypi/v@1.0"});
  CHECK(catalog.unknowns.empty());
}

TEST_CASE("an egg that is a directory finds what it requires beside it") {
  const auto catalog =
      catalog_of_files({{kSite + "lamp-1.0-py3.egg/EGG-INFO/PKG-INFO", metadata("lamp", "Requires-Dist: wick\n")},
                        {kSite + "wick-1.0.dist-info/METADATA", metadata("wick")}});
  CHECK(testing::package_named(catalog, "lamp").depends == std::vector<std::string>{"pkg:pypi/wick@1.0"});
}

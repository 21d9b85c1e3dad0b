#include "libsupply/content/catalog/internal/conan_info.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "libsupply/content/catalog/internal/conan_cache.hpp"
#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using catalog::ConanReference;
using catalog::parse_conan_reference;
using testing::catalog_of_files;
using testing::purls;

TEST_CASE("packages of Conan are found by their places") {
  const std::string data = "root/.conan/data/";
  const auto catalog =
      catalog_of_files({{data + "lamp/1.2/acme/stable/package/0123/conaninfo.txt",
                         "[settings]\n    arch=x86_64\n[requires]\n    wick/2.Y.Z\n"
                         "[options]\nnever/1\n"},
                        {data + "wick/2.1/_/_/package/0123/conaninfo.txt", ""},
                        {"app/full_deploy/host/wax/3.0/Release/x86_64/conaninfo.txt", "[requires]\nwick/2.1:0123\n"},
                        {"app/direct_deploy/zlib/conaninfo.txt", ""},
                        {"root/.conan2/p/b/zlib0123/p/conaninfo.txt", ""}});
  CHECK(purls(catalog, "conan") == std::set<std::string>{"pkg:conan/lamp@1.2?channel=stable&user=acme",
                                                         "pkg:conan/wick@2.1", "pkg:conan/wax@3.0", "pkg:conan/zlib"});
  const pkg::Package& lamp = testing::package_named(catalog, "lamp");
  CHECK(lamp.depends == std::vector<std::string>{"pkg:conan/wick@2.1"});
  CHECK(lamp.architecture == "x86_64");
  CHECK(testing::package_named(catalog, "wax").depends == std::vector<std::string>{"pkg:conan/wick@2.1"});
  REQUIRE(catalog.unknowns.size() == 1);
  CHECK(catalog.unknowns[0].path == "root/.conan2/p/b/zlib0123/p/conaninfo.txt");
}

TEST_CASE("a reference of Conan has up to four parts") {
  const ConanReference all = parse_conan_reference("liba/1.2@me/stable"), two = parse_conan_reference("libb/2.0.1");
  CHECK(all.name + " " + all.version + " " + all.user + " " + all.channel == "liba 1.2 me stable");
  CHECK(two.name + " " + two.version + " " + two.user + two.channel == "libb 2.0.1 ");
}

TEST_CASE("the cache of Conan 2 is read by its database, and a damaged one is said") {
  testing::TempDirectory directory;
  const std::string path = (directory / "cache.sqlite3").string();
  // The tables as Conan 2.34 makes them.
  REQUIRE(
      std::system(("/usr/bin/python3 -c \"import sqlite3; c=sqlite3.connect('" + path +
                   "'); c.execute('CREATE TABLE packages (reference text NOT NULL, rrev text NOT NULL, pkgid text, "
                   "prev text, path text NOT NULL UNIQUE, timestamp real NOT NULL, build_id text, lru integer NOT "
                   "NULL, UNIQUE(reference, rrev, pkgid, prev))'); "
                   "c.executemany('INSERT INTO packages VALUES(?,?,?,?,?,?,?,?)',[('liba/1.2@me/stable','86aa','da',"
                   "'0b','b/liba01',1,None,1),('libb/2.0.1','b0c7','cf','3c','b/libb02',1,None,1)]); c.commit()\"")
                      .c_str()) == 0);
  const std::string cache = "root/.conan2/p/";
  const auto catalog = catalog_of_files({{cache + "cache.sqlite3", testing::read(path)},
                                         {cache + "b/liba01/b/conaninfo.txt", ""},
                                         {cache + "b/liba01/p/conaninfo.txt", "[settings]\narch=armv8\n"},
                                         {cache + "b/libb02/p/conaninfo.txt", "[requires]\nliba/1.Y.Z@me/stable\n"},
                                         {cache + "b/libc03/p/conaninfo.txt", ""}});
  CHECK(purls(catalog, "conan") ==
        std::set<std::string>{"pkg:conan/liba@1.2?channel=stable&rrev=86aa&user=me", "pkg:conan/libb@2.0.1?rrev=b0c7"});
  CHECK(testing::package_named(catalog, "liba").architecture == "armv8");
  CHECK(testing::package_named(catalog, "libb").depends ==
        std::vector<std::string>{"pkg:conan/liba@1.2?channel=stable&rrev=86aa&user=me"});
  // What a build left that did not end.
  REQUIRE(catalog.unknowns.size() == 1);
  CHECK(catalog.unknowns[0].path == cache + "b/libc03/p/conaninfo.txt");
  CHECK(catalog_of_files({{cache + "cache.sqlite3", "no database"}}).unknowns.size() == 1);
}

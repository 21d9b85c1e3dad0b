// Java archives in images, from the layer to the catalog.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/java_archive_search.hpp"
#include "libsupply/image/rootfs/rootfs.hpp"
#include "libsupply/testing/catalog_of_files.hpp"
#include "libsupply/testing/catalogs.hpp"
#include "libsupply/testing/zip.hpp"

using namespace supply;
using pkg::Inventory;
using testing::TarFields;
using testing::zip_archive;
using testing::ZipFields;

namespace {

using Names = std::set<std::string>;

Result<pkg::Inventory> catalog_of(const std::vector<TarFields>& entries, Budget& budget) {
  std::string tar;
  for (const TarFields& fields : entries) tar += testing::tar_entry(fields);
  return testing::read_catalog(tar + testing::tar_end(), budget);
}

pkg::Inventory read(const std::vector<TarFields>& entries) {
  Budget budget;
  auto catalog = catalog_of(entries, budget);
  if (!catalog) FAIL(catalog.error().message());
  return *std::move(catalog);
}

// "location purl"
Names list(const pkg::Inventory& catalog) {
  Names out;
  for (const pkg::Package& each : catalog.packages)
    if (each.cataloger == "java") out.insert(each.location + " " + each.purl.to_string());
  return out;
}

ZipFields pom(const std::string& group, const std::string& artifact, const std::string& version,
              const Names& needs = {}) {
  std::string dependencies;
  for (const std::string& each : needs) {
    const std::size_t colon = each.find(':');
    dependencies += "<dependency><groupId>" + each.substr(0, colon) + "</groupId><artifactId>" +
                    each.substr(colon + 1) + "</artifactId></dependency>";
  }
  return {.name = "META-INF/maven/" + group + "/" + artifact + "/pom.xml",
          .content = "<project><groupId>" + group + "</groupId><artifactId>" + artifact + "</artifactId><version>" +
                     version +
                     "</version><url>https://example.org/</url><organization><name>The\n Maker</name>"
                     "</organization><licenses><license><name>MIT</name></license></licenses><dependencies>" +
                     dependencies + "</dependencies></project>"};
}

constexpr std::string_view kStatus =
    "Package: j\nStatus: install ok installed\nArchitecture: all\nVersion: 1\nMaintainer: A <a@example.org>\n";

}  // namespace

TEST_CASE("a jar in a war is a package with its place, licence, supplier, homepage and checksum") {
  const std::string jar = zip_archive({pom("org.a", "b", "1")});
  const std::string war = zip_archive({{.name = "WEB-INF/lib/b-1.jar", .content = jar}});
  const pkg::Inventory catalog = read({{.path = "opt/app.WAR", .content = war}});
  const std::string digest = to_hex(crypto::hash(crypto::HashAlgorithm::sha1, war));
  CHECK(list(catalog) == Names{"opt/app.WAR pkg:generic/app?checksum=sha1:" + digest,
                               "opt/app.WAR!/WEB-INF/lib/b-1.jar pkg:maven/org.a/b@1"});
  const auto found = std::find_if(catalog.packages.begin(), catalog.packages.end(),
                                  [](const pkg::Package& each) { return each.version == "1"; });
  REQUIRE(found != catalog.packages.end());
  CHECK(found->name == "org.a:b");
  CHECK(found->declared_license == "MIT");
  CHECK(found->supplier == "Organization: The Maker");
  CHECK(found->homepage == "https://example.org/");
  CHECK(found->checksums ==
        std::vector<pkg::Checksum>{{"sha1", to_hex(crypto::hash(crypto::HashAlgorithm::sha1, jar))}});
  CHECK(found->layer);
  CHECK(catalog.unknowns.empty());
}

TEST_CASE("dependencies of a jar are those libraries that are in the same archive or directory") {
  const std::string a = zip_archive({pom("g", "a", "1", {"g:b", "g:c", "g:d", "g:none"})});
  const std::string b = zip_archive({pom("g", "b", "2")}), c = zip_archive({pom("g", "c", "3")});
  const std::string c4 = zip_archive({pom("g", "c", "4")}), d = zip_archive({pom("g", "d", "5")});
  const auto depends = [](const pkg::Inventory& catalog) {
    for (const pkg::Package& each : catalog.packages)
      if (each.name == "g:a") return each.depends;
    return std::vector<std::string>{"not found"};
  };
  CHECK(depends(read({{.path = "l/a.jar", .content = a},
                      {.path = "l/b.jar", .content = b},
                      {.path = "l/c3.jar", .content = c},
                      {.path = "l/c4.jar", .content = c4},
                      {.path = "other/d.jar", .content = d}})) == std::vector<std::string>{"pkg:maven/g/b@2"});
  const std::string fat = zip_archive({{.name = "BOOT-INF/lib/a.jar", .content = a},
                                       {.name = "BOOT-INF/lib/b.jar", .content = b},
                                       {.name = "BOOT-INF/lib/c.jar", .content = c}});
  CHECK(depends(read({{.path = "l/app.jar", .content = fat}, {.path = "l/c4.jar", .content = c4}})) ==
        std::vector<std::string>{"pkg:maven/g/b@2", "pkg:maven/g/c@3"});
}

TEST_CASE("two copies of a jar are two packages, and names of one file are one") {
  const std::string jar = zip_archive({pom("g", "a", "1")});
  CHECK(list(read({{.path = "x/a.jar", .content = jar},
                   {.path = "y/a.jar", .content = jar},
                   {.path = "z/a.jar", .link = "x/a.jar", .type = '1'},
                   {.path = "s.jar", .link = "x/a.jar", .type = '2'}})) ==
        Names{"x/a.jar pkg:maven/g/a@1", "y/a.jar pkg:maven/g/a@1"});
  // A file whose own name says nothing is read through a link that does.
  CHECK(list(read({{.path = "store/1", .content = jar}, {.path = "lib/a.jar", .link = "../store/1", .type = '2'}}))
            .size() == 1);
}

TEST_CASE("a jar that a package of the system owns is listed only where it says its group") {
  const std::string named = zip_archive({pom("g", "a", "1")}), unnamed = zip_archive({{.name = "B.class"}});
  const std::vector<TarFields> files = {{.path = "var/lib/dpkg/status", .content = kStatus},
                                        {.path = "usr/share/java/a.jar", .content = named},
                                        {.path = "usr/share/java/b-2.jar", .content = unnamed}};
  CHECK(list(read(files)).size() == 2);
  std::vector<TarFields> owned = files;
  owned.push_back(
      {.path = "var/lib/dpkg/info/j.list", .content = "/.\n/usr/share/java/a.jar\n/usr/share/java/b-2.jar\n"});
  CHECK(list(read(owned)) == Names{"usr/share/java/a.jar pkg:maven/g/a@1"});
}

TEST_CASE("a Java archive that is damaged or encrypted is a known unknown with its place") {
  const std::string inner = zip_archive({{.name = "META-INF/MANIFEST.MF", .content = "A: b\n", .flags = 1}});
  const pkg::Inventory catalog =
      read({{.path = "a.jar", .content = "x"},
            {.path = "empty.jar"},
            {.path = "b.ear", .content = zip_archive({{.name = "c.war", .content = inner}})}});
  std::map<std::string, std::string> unknowns;
  for (const pkg::KnownUnknown& each : catalog.unknowns) unknowns.emplace(each.path, each.reason);
  CHECK(unknowns == std::map<std::string, std::string>{{"a.jar", "no end of central directory record"},
                                                       {"b.ear!/c.war", "\"META-INF/MANIFEST.MF\": encrypted"}});
}

TEST_CASE("a Java archive over the limit is a known unknown, and is not held") {
  const auto& all = catalog::all_catalogers();
  const auto java = std::find_if(all.begin(), all.end(), [](const auto* each) { return each->name == "java"; });
  REQUIRE(java != all.end());
  const rootfs::Collector* collector = (*java)->collectors(catalog::WithOwnedFiles::no).front();
  const auto record_of = [&](std::uint64_t size) {
    const auto sink = collector->open({"a.jar", size, 0644}, "PK");
    REQUIRE(sink);
    sink->feed("PK");
    CHECK(sink->held() == (size > kMaxJavaArchiveBytes ? 0 : 2));
    Budget budget;
    Share share(budget);
    const auto record = sink->finish_within(share);
    REQUIRE(record);
    return record->value_or("");
  };
  CHECK_THAT(record_of(kMaxJavaArchiveBytes), Catch::Contains("no end of central directory record"));
  CHECK_THAT(record_of(kMaxJavaArchiveBytes + 1), Catch::Contains("more than 536870912 bytes"));
}

TEST_CASE("archives of Java are read whatever their name is, and never left out without a word") {
  const std::string manifest = "Manifest-Version: 1.0\nImplementation-Version: 1.5\n";
  const std::vector<testing::ZipFields> lamp = {
      {"META-INF/MANIFEST.MF", manifest},
      {"META-INF/maven/org.example/lamp/pom.properties", "groupId=org.example\nartifactId=lamp\nversion=1.5\n"},
      {"org/example/Lamp.class", "x"}};
  const std::string jar = testing::zip_archive(lamp);
  for (const std::string name : {"lamp-1.5.jar.original", "lamp-1.5", "lamp.bin", "lamp", "lamp-1.5.rar"}) {
    INFO(name);
    const auto catalog = testing::catalog_of_files({{"opt/" + name, jar}});
    CHECK(testing::purls(catalog, "java") == std::set<std::string>{"pkg:maven/org.example/lamp@1.5"});
    CHECK(catalog.unknowns.empty());
  }
  // Without a pom, the name and the manifest say what it is.
  const std::string bare = testing::zip_archive({lamp[0], lamp[2]});
  CHECK(testing::package_named(testing::catalog_of_files({{"opt/wick-1.5", bare}}), "wick").version == "1.5");
  CHECK(testing::package_named(testing::catalog_of_files({{"opt/wick-1.5.jar.bak", bare}}), "wick").version == "1.5");
  // A manifest alone is of other formats too: extensions of browsers, programs of Android.
  const auto other = testing::catalog_of_files({{"opt/lamp.xpi", testing::zip_archive({lamp[0], {"a.js", "x"}})}});
  CHECK(other.packages.empty());
  CHECK(other.unknowns.empty());
  // Behind a script, or with another first member.
  for (const std::string& archive :
       {"#!/bin/bash\nexec java -jar $0\n" + jar, testing::zip_archive({{"a.txt", "a"}, lamp[0], lamp[1], lamp[2]})}) {
    const auto hidden = testing::catalog_of_files({{"opt/lamp", archive}});
    CHECK(testing::unknowns_in(hidden) ==
          std::vector<std::string>{"opt/lamp: a Java archive that begins as none, which Supply does not read"});
    CHECK(testing::catalog_of_files({{"opt/lamp.jar", archive}}).packages.size() == 1);
  }
}

TEST_CASE("the program of an Android library is the library, and its other archives are their own") {
  const std::string classes = testing::zip_archive({{"org/example/Lamp.class", "x"}});
  const std::string aar = testing::zip_archive(
      {{"AndroidManifest.xml", "<manifest/>"}, {"classes.jar", classes}, {"libs/wick-2.0.jar", classes}});
  const auto catalog = testing::catalog_of_files({{"opt/lamp-1.5.aar", aar}});
  CHECK(testing::names_and_versions(catalog, "java") == std::set<std::string>{"lamp 1.5", "wick 2.0"});
  // The sound of that suffix, and an archive of RAR.
  CHECK(testing::catalog_of_files({{"a.rar", "Rar!\x1a\x07"}}).unknowns.empty());
}

TEST_CASE("a module of Java's is a known unknown, unless it is the JDK's own") {
  const testing::ImageFile module{"opt/jdk/jmods/x.y.jmod", std::string("JM\x01\x00PK", 6)};
  CHECK(testing::unknowns_in(testing::catalog_of_files({module})).size() == 1);
  CHECK(testing::unknowns_in(testing::catalog_of_files({module, {"opt/jdk/release", "JAVA_VERSION=\"17.0.2\"\n"}}))
            .empty());
}

TEST_CASE("an archive of Java's is seen wherever the chunks end") {
  const std::string archive = testing::zip_archive({{"META-INF/MANIFEST.MF", "x"}, {"A.class", "x"}});
  for (std::size_t cut = 1; cut < archive.size(); ++cut) {
    catalog::JavaArchiveSearch search;
    search.feed(std::string_view(archive).substr(0, cut));
    search.feed(std::string_view(archive).substr(cut));
    CHECK(search.found());
  }
}

TEST_CASE("in a Maven repository the pom beside a jar says whose it is") {
  const std::string jar = zip_archive({{.name = "META-INF/MANIFEST.MF", .content = "Manifest-Version: 1.0\n"}});
  const std::string there = pom("org.a.b", "c", "1.0").content, other = pom("org.a.b", "d", "2").content;
  const std::string none = "?checksum=sha1:" + to_hex(crypto::hash(crypto::HashAlgorithm::sha1, jar));
  const pkg::Inventory catalog = read({{.path = "root/.m2/repository/org/a/b/c/1.0/c-1.0.jar", .content = jar},
                                       {.path = "root/.m2/repository/org/a/b/c/1.0/c-1.0.pom", .content = there},
                                       {.path = "root/.m2/repository/org/x/d/2/d-2.jar", .content = jar},
                                       {.path = "root/.m2/repository/org/x/d/2/d-2.pom", .content = other},
                                       {.path = "lib/c-1.0.jar", .content = jar},
                                       {.path = "lib/c-1.0.pom", .content = there}});
  CHECK(list(catalog) == Names{"root/.m2/repository/org/a/b/c/1.0/c-1.0.jar pkg:maven/org.a.b/c@1.0",
                               "root/.m2/repository/org/x/d/2/d-2.jar pkg:generic/d@2" + none,
                               "lib/c-1.0.jar pkg:generic/c@1.0" + none});
  for (const pkg::Package& each : catalog.packages)
    CHECK(each.declared_license == (each.name == "org.a.b:c" ? "MIT" : ""));
}

TEST_CASE("in Gradle's cache the place of a jar says whose it is, where it has the jar's own checksum") {
  const std::string jar = zip_archive({{.name = "META-INF/MANIFEST.MF", .content = "Manifest-Version: 1.0\n"}});
  const std::string digest = to_hex(crypto::hash(crypto::HashAlgorithm::sha1, jar));
  const std::string cache = "root/.gradle/caches/modules-2/files-2.1/org.a/c/1/";
  const std::string right = cache + digest + "/c-1.jar", wrong = cache + std::string(40, 'a') + "/c-1.jar";
  CHECK(list(read({{.path = right, .content = jar}, {.path = wrong, .content = jar}})) ==
        Names{right + " pkg:maven/org.a/c@1", wrong + " pkg:generic/c@1?checksum=sha1:" + digest});
}

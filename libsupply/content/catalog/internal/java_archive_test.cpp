#include "libsupply/content/catalog/internal/java_archive.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/catalog_of_files.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/testing/zip.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::zip_archive;
using testing::ZipFields;

namespace {

using Names = std::vector<std::string>;

ZipFields pom(const std::string& group, const std::string& artifact, const std::string& version,
              const std::string& below = {}) {
  return {.name = below + "META-INF/maven/" + group + "/" + artifact + "/pom.properties",
          .content = "groupId=" + group + "\nartifactId=" + artifact + "\nversion=" + version + "\n",
          .deflated = true};
}

ZipFields manifest(const std::string& text) { return {.name = "META-INF/MANIFEST.MF", .content = text}; }

JavaArchive read(const std::string& archive, std::string_view name, const JavaLimits& limits = {}) {
  Budget budget;
  Share share(budget);
  auto read = read_java_archive(archive, name, share, limits);
  REQUIRE(read);
  const auto again = java_archive_from_record(to_record(*read));
  REQUIRE(again);
  CHECK(to_record(*again) == to_record(*read));
  return *std::move(read);
}

// "place|group:artifact:version", with '*' for the one that is the archive itself.
Names list(const JavaArchive& archive) {
  Names out;
  for (const JavaPackage& each : archive.packages) {
    const MavenCoordinates& of = each.pom.coordinates;
    out.push_back(each.place + "|" + of.group + ":" + of.artifact + ":" + of.version + (each.sha1.empty() ? "" : "*"));
  }
  return out;
}

Names unknowns(const JavaArchive& archive) {
  Names out;
  for (const JavaUnknown& each : archive.unknowns) out.push_back(each.place + "|" + each.reason);
  return out;
}

}  // namespace

TEST_CASE("a jar that Maven built is the artifact that its pom.properties says, with its SHA-1") {
  const std::string jar = zip_archive({manifest("Implementation-Vendor: Example\n"), pom("org.a", "b", "1")});
  const JavaArchive archive = read(jar, "b-1.jar");
  CHECK(list(archive) == Names{"|org.a:b:1*"});
  CHECK(archive.packages[0].sha1 == to_hex(crypto::hash(crypto::HashAlgorithm::sha1, jar)));
  CHECK(archive.packages[0].pom.organization == "Example");
  CHECK(list(read(jar, "renamed.jar")) == Names{"|org.a:b:1*"});
}

TEST_CASE("libraries merged into a jar are packages of their own, at any depth of directories") {
  const std::string jar =
      zip_archive({pom("org.a", "b", "1"), pom("c", "d", "2"), pom("e", "f", "3", "IMPL-JARS/f.jar/"),
                   pom("g", "h", "4", "META-INF/maven/x/archetype-resources/")});
  CHECK(list(read(jar, "b-1.jar")) == Names{"|org.a:b:1*", "|c:d:2", "|e:f:3"});
  // None of them is the archive.
  CHECK(list(read(jar, "z-9.jar")) == Names{"|:z:9*", "|c:d:2", "|e:f:3", "|org.a:b:1"});
  CHECK(list(read(zip_archive({pom("c", "d", "2")}), "app-1.0-all.jar")) == Names{"|:app:1.0*", "|c:d:2"});
}

TEST_CASE("archives in archives are read where they are") {
  const std::string inner = zip_archive({pom("i", "inner", "1")});
  const std::string library = zip_archive({pom("l", "lib", "2"), {.name = "x/inner-1.jar", .content = inner}});
  const std::string war =
      zip_archive({{.name = "WEB-INF/lib/LIB-2.JAR", .content = library, .deflated = true},
                   {.name = "WEB-INF/lib/plain-3.jar", .content = zip_archive({{.name = "A.class"}})},
                   {.name = "WEB-INF/lib/notes.txt", .content = "x"},
                   {.name = "META-INF/sbom/application.cdx.json", .content = "{}"}});
  const JavaArchive archive = read(war, "app.war");
  CHECK(list(archive) == Names{"WEB-INF/lib/LIB-2.JAR!/x/inner-1.jar|i:inner:1*", "WEB-INF/lib/LIB-2.JAR|l:lib:2*",
                               "WEB-INF/lib/plain-3.jar|:plain:3*", "|:app:*"});
  REQUIRE(archive.sboms.size() == 1);
  CHECK(archive.sboms[0].place == "META-INF/sbom/application.cdx.json");
  CHECK(archive.sboms[0].record.starts_with("unread: "));
  CHECK(unknowns(archive).empty());
}

TEST_CASE("a pom.xml alone says the artifact, and beside pom.properties the rest") {
  const std::string xml =
      "<project><parent><groupId>p</groupId><version>9</version></parent><artifactId>a</artifactId>"
      "<licenses><license><name>MIT</name></license></licenses></project>";
  const ZipFields alone{.name = "META-INF/maven/p/a/pom.xml", .content = xml};
  CHECK(list(read(zip_archive({alone}), "a.jar")) == Names{"|p:a:9*"});
  const JavaArchive both = read(zip_archive({alone, pom("p", "a", "9.1")}), "a.jar");
  CHECK(list(both) == Names{"|p:a:9.1*"});
  CHECK(both.packages[0].pom.licenses == Names{"MIT"});
  // A version that was left to the builder.
  const ZipFields open{
      .name = "META-INF/maven/p/a/pom.xml",
      .content = "<project><groupId>p</groupId><artifactId>a</artifactId><version>${v}</version></project>"};
  CHECK(list(read(zip_archive({open}), "a-7.jar")) == Names{"|p:a:7*"});
  const ZipFields damaged{.name = "META-INF/maven/p/a/pom.xml", .content = "<project>"};
  CHECK(unknowns(read(zip_archive({damaged}), "a.jar")) == Names{"|pom.xml: line 1, column 10: no element found"});
  CHECK(unknowns(read(zip_archive({damaged, pom("p", "a", "1")}), "a.jar")).empty());
}

TEST_CASE("archives of sources and documentation, and those of other programs, are no packages") {
  CHECK(read(zip_archive({{.name = "a/A.java", .content = "x"}}), "a-1-sources.jar").packages.empty());
  CHECK(list(read(zip_archive({{.name = "a/A.class", .content = "x"}}), "a-1-sources.jar")).size() == 1);
  CHECK(read(zip_archive({{.name = "script/main.pl", .content = "x"}}), "program.par").packages.empty());
  CHECK(list(read(zip_archive({manifest("A: b\n")}), "x.kar")).size() == 1);
  CHECK(is_java_archive("a/B.JAR", "MThd"));
  CHECK_FALSE(is_java_archive("song.kar", "MThd"));
  CHECK_FALSE(is_java_archive("a.zip", "PK\x03\x04"));
  CHECK_FALSE(is_java_archive("java.jmod", "PK\x03\x04"));
}

TEST_CASE("a version that a pom has less of than the file's name is the name's") {
  // Maven Central's mssql-jdbc, and what Tycho builds.
  CHECK(list(read(zip_archive({pom("g", "a", "12.6.1")}), "a-12.6.1.jre11.jar")) == Names{"|g:a:12.6.1.jre11*"});
  CHECK(list(read(zip_archive({pom("g", "a", "2.36.0-SNAPSHOT")}), "a-2.36.0.jar")) == Names{"|g:a:2.36.0*"});
  CHECK(list(read(zip_archive({pom("g", "a", "2.36.0-SNAPSHOT")}), "a.jar")) == Names{"|g:a:2.36.0-SNAPSHOT*"});
}

TEST_CASE("what of an archive cannot be read is an unknown with its place, and the rest is read") {
  CHECK(unknowns(read("no archive", "a.jar")) == Names{"|no end of central directory record"});
  const std::string war = zip_archive({{.name = "WEB-INF/lib/a.jar", .content = "damaged"},
                                       {.name = "WEB-INF/lib/b.jar", .content = "x", .flags = 1},
                                       {.name = "WEB-INF/lib/empty.jar"},
                                       {.name = "WEB-INF/lib/c-1.jar", .content = zip_archive({pom("c", "c", "1")})}});
  const JavaArchive archive = read(war, "w.war");
  CHECK(list(archive) == Names{"WEB-INF/lib/c-1.jar|c:c:1*", "|:w:*"});
  CHECK(unknowns(archive) ==
        Names{"WEB-INF/lib/b.jar|encrypted", "WEB-INF/lib/a.jar|no end of central directory record"});
  // Nothing of an archive in which two readers would see two things is believed.
  const std::string twice = zip_archive({pom("a", "a", "1"), pom("a", "a", "2")});
  CHECK(read(twice, "a.jar").packages.empty());
  CHECK(unknowns(read(twice, "a.jar")) == Names{"|two members \"META-INF/maven/a/a/pom.properties\""});
  CHECK(unknowns(read(zip_archive({{.name = "META-INF/maven/-/!/pom.properties", .content = "x"}}), "a.jar")) ==
        Names{"|no artifactId in the pom of \"META-INF/maven/-/!\""});
}

TEST_CASE("a Java archive is read up to its limits, and what is beyond them is an unknown") {
  const JavaLimits defaults;
  CHECK(defaults.depth == kMaxJavaArchiveDepth);
  CHECK(defaults.nested_bytes == kMaxNestedArchiveBytes);
  CHECK(defaults.metadata_bytes == kMaxJavaMetadataBytes);
  CHECK(defaults.packages == kMaxJavaPackages);

  std::string nested = zip_archive({pom("a", "a", "1")});
  for (std::size_t depth = 1; depth < kMaxJavaArchiveDepth; ++depth)
    nested = zip_archive({{.name = "n.jar", .content = nested}});
  CHECK(unknowns(read(nested, "n.jar")).empty());
  const JavaArchive deeper = read(zip_archive({{.name = "n.jar", .content = nested}}), "n.jar");
  REQUIRE(deeper.unknowns.size() == 1);
  CHECK(deeper.unknowns[0].reason == "an archive in archives, deeper than 8");
  CHECK(deeper.unknowns[0].place == "n.jar!/n.jar!/n.jar!/n.jar!/n.jar!/n.jar!/n.jar!/n.jar");

  const std::string inner = zip_archive({pom("a", "a", "1")});
  const std::string outer = zip_archive({{.name = "a.jar", .content = inner}});
  CHECK(unknowns(read(outer, "o.jar", {.nested_bytes = inner.size()})).empty());
  CHECK(unknowns(read(outer, "o.jar", {.nested_bytes = inner.size() - 1})).size() == 1);
  const std::string two = zip_archive({{.name = "o.jar", .content = outer}});
  CHECK(unknowns(read(two, "t.jar", {.nested_bytes = outer.size() + inner.size()})).empty());
  CHECK(unknowns(read(two, "t.jar", {.nested_bytes = outer.size() + inner.size() - 1})).size() == 1);

  const std::string titled = zip_archive({manifest("A: b\n")});
  CHECK(unknowns(read(titled, "a.jar", {.metadata_bytes = 5})).empty());
  CHECK(unknowns(read(titled, "a.jar", {.metadata_bytes = 4})) ==
        Names{"|\"META-INF/MANIFEST.MF\": more than 4 bytes"});

  const std::string merged = zip_archive({pom("a", "a", "1"), pom("b", "b", "1"), pom("c", "c", "1")});
  CHECK(unknowns(read(merged, "a.jar", {.packages = 3})).empty());
  const JavaArchive fewer = read(merged, "a.jar", {.packages = 2});
  CHECK(fewer.packages.size() == 2);
  CHECK(unknowns(fewer) == Names{"|more than 2 packages"});
}

TEST_CASE("what a Java archive unpacks is drawn from the budget of the run") {
  const std::string outer = zip_archive({{.name = "a.jar", .content = zip_archive({pom("a", "a", "1")})}});
  for (const Cost cost : {Cost::memory, Cost::unpacked, Cost::steps}) {
    Budget::Amounts limits;
    limits.fill(1'000'000);
    limits[static_cast<std::size_t>(cost)] = 2;
    Budget budget(limits);
    Share share(budget);
    const auto read = read_java_archive(outer, "o.jar", share);
    REQUIRE_FALSE(read);
    CHECK(read.error().code() == ErrorCode::limit_exceeded);
  }
  Budget budget;
  Share share(budget);
  REQUIRE(read_java_archive(outer, "o.jar", share));
  CHECK(share.spent(Cost::memory) == 0);
}

TEST_CASE("a record of a Java archive that is damaged is refused") {
  for (const std::string_view record : {"", "{", "[]x", R"({"packages":[{}]})", R"({"packages":[{"artifact":1}]})",
                                        R"({"packages":{}})", R"({"unknowns":[{"place":1}]})", R"({"sboms":[1]})"}) {
    INFO(record);
    CHECK_FALSE(java_archive_from_record(record));
  }
}

TEST_CASE("an archive that the JDK's jar writes is read") {
  if (!testing::has_program("jar")) return;
  const testing::TempDirectory directory;
  std::filesystem::create_directories(directory / "in/META-INF/maven/org.a/b");
  testing::write(directory / "in/META-INF/maven/org.a/b/pom.properties", pom("org.a", "b", "1").content);
  testing::write(directory / "in/big.txt", std::string(100'000, 'x'));
  testing::write(directory / "m", "Implementation-Title: " + std::string(100, 't') + "\n");
  const std::string base = directory.path().string();
  REQUIRE(std::system(("jar --create --file " + base + "/b-1.jar --manifest " + base + "/m -C " + base + "/in . &&" +
                       " cd " + base + " && jar --create --no-compress --file app.war b-1.jar")
                          .c_str()) == 0);
  CHECK(list(read(testing::read(directory / "b-1.jar"), "b-1.jar")) == Names{"|org.a:b:1*"});
  CHECK(list(read(testing::read(directory / "app.war"), "app.war")) == Names{"b-1.jar|org.a:b:1*", "|:app:*"});
}

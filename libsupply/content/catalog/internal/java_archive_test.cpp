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

TEST_CASE("libraries merged into a jar without their poms are named by their other files, and else said to be there") {
  const ZipFields kafka{.name = "kafka/kafka-version.properties", .content = "version=3.7.1\n"},
      kafka_class{.name = "org/apache/kafka/clients/A.class", .content = "x"},
      own{.name = "com/example/app/A.class", .content = "x"},
      spring{.name = "org/springframework/A.class", .content = "x"}, okio{.name = "okio/A.class", .content = "x"};
  const JavaArchive fat =
      read(zip_archive({pom("com.example", "app", "1"), own, kafka, kafka_class, spring}), "app-1.jar");
  CHECK(list(fat) == Names{"|com.example:app:1*", "|org.apache.kafka:kafka-clients:3.7.1"});
  CHECK(unknowns(fat) == Names{"|libraries were merged into the archive that it does not name, with classes in "
                               "\"org/springframework\""});
  const JavaArchive silent = read(zip_archive({pom("com.example", "app", "1"), own, okio, spring}), "app-1.jar");
  CHECK(list(silent) == Names{"|com.example:app:1*"});
  CHECK(unknowns(silent) == Names{"|libraries were merged into the archive that it does not name, with classes in "
                                  "\"okio\", \"org/springframework\""});
  // The file alone, without the classes, is of another library of the same project.
  CHECK(list(read(zip_archive({pom("com.example", "app", "1"), own, kafka}), "app-1.jar")) ==
        Names{"|com.example:app:1*"});
  // Of two such files nothing says which one is meant, and the archive is read all the same.
  const JavaArchive twice = read(
      zip_archive({pom("com.example", "app", "1"), own, kafka, {.name = kafka.name, .content = "version=3.6.0\n"}}),
      "app-1.jar");
  CHECK(list(twice) == Names{"|com.example:app:1*"});
  CHECK(unknowns(twice).empty());
  // Where the classes are there too, the file would have said of which version they are.
  const std::string file = "\"kafka/kafka-version.properties\": ", says = ": it says which library was merged";
  const auto why_not = [&](std::vector<ZipFields> files) {
    files.insert(files.begin(), {pom("com.example", "app", "1"), own, kafka_class});
    const JavaArchive archive = read(zip_archive(files), "app-1.jar");
    CHECK(list(archive) == Names{"|com.example:app:1*"});
    return unknowns(archive);
  };
  CHECK(why_not({kafka, {.name = kafka.name, .content = "version=3.6.0\n"}}) ==
        Names{"|" + file + "two files of that name differ" + says});
  CHECK(why_not({{.name = kafka.name, .content = kafka.content + std::string(64 * kKiB, '#')}}) ==
        Names{"|" + file + "longer than is read" + says});
  CHECK(why_not({{.name = kafka.name, .content = kafka.content, .flags = 1}}) ==
        Names{"|" + file + "encrypted" + says});
  for (const char* content : {"commitId=e2494e6ffb89f828\n", "version=${version}\n", ""})
    CHECK(why_not({{.name = kafka.name, .content = content}}) == Names{"|" + file + "without a version" + says});
  CHECK(unknowns(read(zip_archive({kafka_class, {.name = kafka.name, .content = "x", .flags = 1}}),
                      "kafka-clients-3.7.1.jar"))
            .empty());
  // The library itself, and where its pom is there too.
  for (const char* name : {"kafka-clients-3.7.1.jar", "kafka-clients.jar"})
    CHECK(list(read(zip_archive({kafka, kafka_class}), name)) == Names{"|org.apache.kafka:kafka-clients:3.7.1*"});
  std::vector<ZipFields> many{pom("com.example", "app", "1")};
  for (int i = 0; i < 300; ++i)
    many.push_back({.name = "META-INF/" + std::to_string(i) + ".properties", .content = "a=b"});
  std::vector<ZipFields> makers{pom("com.example", "app", "1"), own};
  for (int i = 0; i < 300; ++i) makers.push_back({.name = "m" + std::to_string(i) + "/A.class", .content = "x"});
  makers.push_back({.name = "io/grpc/A.class", .content = "x"});
  makers.push_back({.name = "aa/b/A.class", .content = "x"});
  makers.push_back(kafka);
  makers.push_back(kafka_class);
  const auto cut = read(zip_archive(makers), "app-1.jar");
  REQUIRE(cut.unknowns.size() == 1);
  CHECK(cut.unknowns[0].reason.ends_with(" and others"));
  const auto bounded = read(zip_archive(many), "app-1.jar");
  REQUIRE(bounded.unknowns.size() == 1);
  CHECK(bounded.unknowns[0].reason.starts_with("more than 256 files"));
  CHECK(list(read(zip_archive({pom("com.example", "app", "1"), pom("org.apache.kafka", "kafka-clients", "3.7.1"), own,
                               kafka, kafka_class}),
                  "app-1.jar")) == Names{"|com.example:app:1*", "|org.apache.kafka:kafka-clients:3.7.1"});
}

TEST_CASE("gems that JRuby loads from an archive are said to be there") {
  const Names said{"|gems in an archive, which Supply does not read"};
  // jruby-complete, and what Warbler makes.
  for (const char* name : {"META-INF/jruby.home/lib/ruby/gems/shared/specifications/default/json-2.7.1.gemspec",
                           "WEB-INF/gems/specifications/rack-2.2.9.gemspec"})
    CHECK(unknowns(read(zip_archive({pom("g", "a", "1"), {.name = name, .content = "x"}}), "a-1.war")) == said);
  CHECK(
      unknowns(read(zip_archive({pom("g", "a", "1"), {.name = "gems/a.gemspec", .content = "x"}}), "a-1.jar")).empty());
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

TEST_CASE("a known library is recognised under the names that others give its file") {
  const std::string caffeine = zip_archive({{.name = "com/github/benmanes/caffeine/A.class", .content = "x"}});
  CHECK(list(read(caffeine, "caffeine-3.1.5.jar")) == Names{"|com.github.ben-manes.caffeine:caffeine:3.1.5*"});
  // Quarkus's lib/main.
  CHECK(list(read(caffeine, "com.github.ben-manes.caffeine.caffeine-3.1.5.jar")) ==
        Names{"|com.github.ben-manes.caffeine:caffeine:3.1.5*"});
  CHECK(list(read(caffeine, "org.example.caffeine-3.1.5.jar")) == Names{"|:org.example.caffeine:3.1.5*"});
  // Maven's ear plugin.
  CHECK(list(read(caffeine, "com.github.ben-manes.caffeine-caffeine-3.1.5.jar")) ==
        Names{"|com.github.ben-manes.caffeine:caffeine:3.1.5*"});
  CHECK(list(read(caffeine, "org.example-caffeine-3.1.5.jar")) == Names{"|:org.example-caffeine:3.1.5*"});
  // Maven Central's javax:javaee-api:8.0.1 has the pom of what it was built as.
  const std::string api = zip_archive(
      {pom("org.glassfish.main", "javaee-api", "5.0.1"), {.name = "javax/servlet/Servlet.class", .content = "x"}});
  CHECK(list(read(api, "javaee-api-8.0.1.jar")) == Names{"|javax:javaee-api:8.0.1*"});
  CHECK(list(read(api, "javaee-api.jar")) == Names{"|org.glassfish.main:javaee-api:5.0.1*"});
  // Another jar may have been given any name: its pom says what it is.
  const std::string gson = zip_archive(
      {pom("com.google.code.gson", "gson", "2.8.5"), {.name = "com/google/gson/Gson.class", .content = "x"}});
  CHECK(list(read(gson, "gson-20240101.jar")) == Names{"|com.google.code.gson:gson:2.8.5*"});
}

TEST_CASE("an archive that Maven or Quarkus put into another under its group's name too is one package") {
  const std::string war = zip_archive({pom("com.acme.parts", "war1", "2.5")});
  CHECK(list(read(war, "com.acme.parts-war1-2.5.war")) == Names{"|com.acme.parts:war1:2.5*"});
  CHECK(list(read(war, "com.acme.parts.war1-2.5.war")) == Names{"|com.acme.parts:war1:2.5*"});
  CHECK(list(read(war, "com.acme.parts-war1.war")) == Names{"|com.acme.parts:war1:2.5*"});
  CHECK(list(read(war, "com.acme.parts-war2-2.5.war")) ==
        Names{"|:com.acme.parts-war2:2.5*", "|com.acme.parts:war1:2.5"});
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
  // Each part of a name may be that of a library: 2000 archives with names of 4 KiB took more than a minute.
  std::string name;
  while (name.size() < 4000) name += "gson-";
  const std::uint64_t before = share.spent(Cost::steps);
  REQUIRE(read_java_archive(zip_archive({pom("a", "a", "1")}), name + ".jar", share));
  CHECK(share.spent(Cost::steps) - before > name.size());
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

#include "libsupply/content/catalog/internal/java_version_files.hpp"

#include <catch2/catch.hpp>

using namespace supply::catalog;

namespace {

using Names = std::vector<std::string>;

Names read(std::string_view member, std::string_view content) {
  CHECK(is_java_version_file(member));
  Names out;
  for (const StatedLibrary& each : libraries_of_version_file(member, content))
    out.push_back(each.coordinates.group + ":" + each.coordinates.artifact + ":" + each.coordinates.version);
  return out;
}

}  // namespace

TEST_CASE("libraries are read from the files in which they say their version") {
  // As they are in the archives of Maven Central, shortened.
  CHECK(read("kafka/kafka-version.properties", "commitId=e2494e6ffb89f828\nversion=3.7.1\n") ==
        Names{"org.apache.kafka:kafka-clients:3.7.1"});
  CHECK(read("library.properties", "maven.version.number=2.13.8\r\nosgi.version.number=2.13.8.v2021\r\n") ==
        Names{"org.scala-lang:scala-library:2.13.8"});
  CHECK(read("scala-java8-compat.properties",
             "#Thu May 13\nscala.version.number=2.13.5\nscala.binary.version.number=2.13\nversion.number=1.0.0\n") ==
        Names{"org.scala-lang.modules:scala-java8-compat_2.13:1.0.0"});
  CHECK(read("META-INF/groovy-release-info.properties", "# licence\nImplementationVersion=4.0.23\n") ==
        Names{"org.apache.groovy:groovy:4.0.23"});
  CHECK(read("META-INF/groovy-release-info.properties", "ImplementationVersion=3.0.22\n") ==
        Names{"org.codehaus.groovy:groovy:3.0.22"});
  CHECK(
      read("META-INF/io.netty.versions.properties",
           "netty-buffer.version=4.1.100.Final\nnetty-buffer.repoStatus=clean\nnetty-codec.version=4.1.100.Final\n") ==
      Names{"io.netty:netty-buffer:4.1.100.Final", "io.netty:netty-codec:4.1.100.Final"});
  CHECK(read("META-INF/micrometer-core.properties",
             "Implementation-Title=io.micrometer#micrometer-core;1.13.4\nImplementation-Version=1.13.4\n") ==
        Names{"io.micrometer:micrometer-core:1.13.4"});
  CHECK(read("kafka/kafka-version.properties", "version=3.6.0\nversion=3.7.1\n") ==
        Names{"org.apache.kafka:kafka-clients:3.7.1"});
  CHECK(read("META-INF/androidx.core_core-ktx.version", "1.13.1\n") == Names{"androidx.core:core-ktx:1.13.1"});
  CHECK(read("META-INF/kotlinx_coroutines_core.version", "1.7.1") ==
        Names{"org.jetbrains.kotlinx:kotlinx-coroutines-core-jvm:1.7.1"});
}

TEST_CASE("a file of such a name that says something else names no library") {
  CHECK(read("library.properties", "name=Servo\nversion=1.2.1\n").empty());  // of Arduino
  CHECK(read("META-INF/app.properties", "a=b\n").empty());
  CHECK(read("META-INF/app.properties", "Implementation-Title=g#other;1\n").empty());
  CHECK(read("META-INF/androidx.core_core.version", "task ':core:core' property 'version'").empty());
  CHECK(read("scala-xml.properties", "version.number=2.0\n").empty());
  CHECK(read("kafka/kafka-version.properties", "").empty());
  CHECK(read("META-INF/io.netty.versions.properties", "netty-.version=1\n").empty());
  for (const char* other :
       {"a/library.properties", "META-INF/x/a.properties", "META-INF/.properties", "x.version", "META-INF/app.version"})
    CHECK_FALSE(is_java_version_file(other));
}

#include "libsupply/content/catalog/internal/java_identity.hpp"

#include <catch2/catch.hpp>
#include <tuple>

using namespace supply::catalog;

namespace {

MavenCoordinates identity(std::string_view file, std::string_view text) {
  const JavaManifest manifest = JavaManifest::parse(text);
  return identify(parse_java_file_name(file, manifest_version(manifest)), manifest);
}

int likeness_of(const MavenCoordinates& coordinates, std::string_view file, std::string_view text = {}) {
  const JavaManifest manifest = JavaManifest::parse(text);
  MavenPom pom;
  pom.coordinates = coordinates;
  return likeness(pom, parse_java_file_name(file, manifest_version(manifest)), manifest);
}

}  // namespace

TEST_CASE("a Java archive's file name gives artifact and version") {
  const std::tuple<std::string_view, std::string_view, std::string_view> cases[] = {
      {"guava-31.1-jre.jar", "guava", "31.1-jre"},
      {"log4j-1.2-api-2.17.1.jar", "log4j-1.2-api", "2.17.1"},
      {"akka-actor_2.13-2.6.20.jar", "akka-actor_2.13", "2.6.20"},
      {"jboss-servlet-api_3.1_spec-1.0.2.Final.jar", "jboss-servlet-api_3.1_spec", "1.0.2.Final"},
      {"netty-tcnative-2.0.61.Final-linux-x86_64.jar", "netty-tcnative", "2.0.61.Final"},
      {"x-1.0-alpha-2-SNAPSHOT.jar", "x", "1.0-alpha-2-SNAPSHOT"},
      {"x-1.0-20230102.123456-7.jar", "x", "1.0-20230102.123456-7"},
      {"x-2.0.0-cdh6.3.2.jar", "x", "2.0.0-cdh6.3.2"},
      {"x-3.0.0.redhat-00001.jar", "x", "3.0.0.redhat-00001"},
      {"hadoop-hdfs-3.3.4-tests.jar", "hadoop-hdfs", "3.3.4"},
      {"bcprov-jdk18on-1.76.jar", "bcprov-jdk18on", "1.76"},
      {"org.eclipse.osgi_3.18.500.v20230801-1826.jar", "org.eclipse.osgi", "3.18.500.v20230801-1826"},
      {"org.eclipse.foo_1.2.3rc1.jar", "org.eclipse.foo", "1.2.3rc1"},
      {"com.aayushatharva.brotli4j.native-linux-x86_64-1.16.0.jar", "com.aayushatharva.brotli4j.native-linux-x86_64",
       "1.16.0"},
      {"spock-core-2.3-groovy-4.0.jar", "spock-core", "2.3-groovy-4.0"},
      {"saxpath-1.0-FCS.jar", "saxpath", "1.0-FCS"},
      {"h2.jar", "h2", ""},
      {"app.war", "app", ""},
      {"log4j-api.jar", "log4j-api", ""},
      {".jar", ".jar", ""},
      {"-1.jar", "-1", ""},
  };
  for (const auto& [name, artifact, version] : cases) {
    INFO(name);
    const JavaFileName file = parse_java_file_name(name, "");
    CHECK(file.artifact == artifact);
    CHECK(file.version == version);
  }
  // The manifest's version decides where it is in the name.
  CHECK(parse_java_file_name("a-7-zip-12.3-special.jar", "12.3").version == "12.3");
  CHECK(parse_java_file_name("guava-31.1-jre.jar", "31.1").version == "31.1-jre");
  CHECK(parse_java_file_name("a-1-sources.jar", "").has_no_program);
  CHECK(parse_java_file_name("a-1-javadoc.jar", "").has_no_program);
}

TEST_CASE("a Java archive's group is what the manifest surely says, or none") {
  // com.google.api:api-common:2.37.1 of Maven Central.
  CHECK(identity("api-common-2.37.1.jar",
                 "Implementation-Title: API Common\nImplementation-Version: 2.37.1\nartifactId: api-common\n"
                 "groupId: com.google.api\n") == MavenCoordinates{"com.google.api", "api-common", "2.37.1"});
  CHECK(identity("spring-core-5.3.jar", "Implementation-Title: spring-core\nImplementation-Version: 5.3\n") ==
        MavenCoordinates{"", "spring-core", "5.3"});
  // The vendor alone is not the group: hibernate-core 6.5 is in org.hibernate.orm, commons-lang 2 in commons-lang.
  CHECK(identity("hibernate-core-6.5.3.Final.jar",
                 "Implementation-Vendor-Id: org.hibernate\nImplementation-Title: hibernate-core\n"
                 "Bundle-SymbolicName: org.hibernate.orm.core\n")
            .group.empty());
  CHECK(identity("velocity-1.7.jar", "Implementation-Vendor-Id: org.apache\nBundle-SymbolicName: org.apache.velocity\n")
            .group.empty());
  CHECK(identity("asm-9.5.jar", "Bundle-SymbolicName: org.objectweb.asm\n").group.empty());
  CHECK(identity("config-1.4.2.jar",
                 "Implementation-Vendor-Id: com.typesafe\nBundle-SymbolicName: com.typesafe.config\n") ==
        MavenCoordinates{"com.typesafe", "config", "1.4.2"});
  CHECK(identity("akka-actor_2.13-2.6.21.jar",
                 "Implementation-Vendor-Id: com.typesafe.akka\nBundle-SymbolicName: com.typesafe.akka.actor\n")
            .group == "com.typesafe.akka");
  // sbt's organization is the group; of an archive that is not for Scala it may be just a vendor.
  CHECK(identity("play-json_2.13-2.10.8.jar",
                 "Implementation-Vendor-Id: com.typesafe.play\nSpecification-Title: play-json\n") ==
        MavenCoordinates{"com.typesafe.play", "play-json_2.13", "2.10.8"});
  CHECK(identity("play-json_2.13-2.10.8.jar", "Implementation-Vendor-Id: com.typesafe.play\n").group.empty());
  CHECK(identity("a_2.1-1.0.jar", "Implementation-Vendor-Id: org.a\nSpecification-Title: a\n").group.empty());
  CHECK(identity("elasticsearch-rest-client-8.9.1.jar",
                 "Implementation-Title: org.elasticsearch.client#rest;8.9.1\nImplementation-Version: 8.9.1\n") ==
        MavenCoordinates{"org.elasticsearch.client", "elasticsearch-rest-client", "8.9.1"});
}

TEST_CASE("plug-ins of Jenkins and NiFi say their coordinates") {
  CHECK(identity("git.jpi", "Group-Id: org.jenkins-ci.plugins\nShort-Name: git\nPlugin-Version: 5.2.0 (private-x)\n") ==
        MavenCoordinates{"org.jenkins-ci.plugins", "git", "5.2.0"});
  CHECK(identity("x.nar", "Nar-Group: org.apache.nifi\nNar-Id: nifi-kafka-nar\nNar-Version: 1.23.2\n") ==
        MavenCoordinates{"org.apache.nifi", "nifi-kafka-nar", "1.23.2"});
}

TEST_CASE("a version that only the manifest has is taken, and none that is prose or an expression") {
  CHECK(identity("h2.jar", "Implementation-Version: 2.2\n") == MavenCoordinates{"", "h2", "2.2"});
  CHECK(identity("app.jar", "Implementation-Title: shop-app\nImplementation-Version: 2\n") ==
        MavenCoordinates{"", "shop-app", "2"});
  CHECK(identity("grpc.jar", "Implementation-Title: jar\nImplementation-Version: 1\n").artifact == "grpc");
  CHECK(identity("x.jar", "Implementation-Version: 5.13.0 (b0)\nBundle-Version: 5.13.0\n").version == "5.13.0");
  CHECK(identity("x.jar", "Implementation-Version: ${project.version}\n").version.empty());
  CHECK(identity("x.jar", "Implementation-Version: unspecified\n").version.empty());
}

TEST_CASE("an archive's own pom is told from those of libraries that were merged into it") {
  CHECK(likeness_of({"g", "a", "1"}, "a-1.jar") == 4);
  CHECK(likeness_of({"g", "a", "1"}, "a-1-linux-x86_64.jar") == 4);
  CHECK(likeness_of({"g", "a", "1"}, "a.jar") == 3);
  CHECK(likeness_of({"g", "a", "1"}, "a-2.jar") == 3);
  CHECK(likeness_of({"org.g", "a", "1"}, "x.jar", "Bundle-SymbolicName: org.g.a\n") == 2);
  CHECK(likeness_of({"g", "a", "1"}, "x-1.jar", "Implementation-Title: a\n") == 2);
  CHECK(likeness_of({"g", "a", "1"}, "x-2.jar", "Implementation-Title: a\n") == 0);
  CHECK(likeness_of({"g", "b", "1"}, "a-1.jar") == 0);
}

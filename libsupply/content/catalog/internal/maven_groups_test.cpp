// Whether real archives of these libraries get the groups that Maven Central has them under: ci/benchmark/zoo.py, and
// ci/interop --only sbom.
#include "libsupply/content/catalog/internal/maven_groups.hpp"

#include <catch2/catch.hpp>

using namespace supply::catalog;

namespace {

std::string group_of(std::string_view file, std::initializer_list<std::string_view> members,
                     std::string_view text = {}) {
  const JavaManifest manifest = JavaManifest::parse(text);
  const JavaFileName name = parse_java_file_name(file, manifest_version(manifest));
  MavenGroupSearch search(name.artifact);
  for (const std::string_view member : members) search.see(member);
  return search.group(name, manifest);
}

}  // namespace

TEST_CASE("a well-known library gets its Maven group by its name and what only it has") {
  CHECK(group_of("okio-jvm-3.6.0.jar", {"META-INF/MANIFEST.MF", "okio/Buffer.class"}) == "com.squareup.okio");
  CHECK(group_of("kafka_2.13-4.4.0.jar", {"kafka/server/A.class"}) == "org.apache.kafka");
  CHECK(group_of("spring-boot-starter-web-3.2.5.jar", {},
                 "Automatic-Module-Name: spring.boot.starter.web\nBuilt-By: Spring\n") == "org.springframework.boot");
  CHECK(group_of("lucene-core-9.10.0.jar", {}, "Implementation-Title: org.apache.lucene\n") == "org.apache.lucene");
  CHECK(group_of("tomcat-coyote-10.1.23.jar", {}, "Bundle-SymbolicName: org.apache.tomcat-coyote\n") ==
        "org.apache.tomcat");
  CHECK(group_of("grpc-context-1.63.0.jar", {}, "Implementation-Title: jar\nImplementation-Version: 1.63.0\n") ==
        "io.grpc");
}

TEST_CASE("a library that moved to another group has the one of its version") {
  CHECK(group_of("dom4j-1.6.1.jar", {"org/dom4j/A.class"}) == "dom4j");
  CHECK(group_of("dom4j-2.1.4.jar", {"org/dom4j/A.class"}) == "org.dom4j");
  CHECK(group_of("dom4j.jar", {"org/dom4j/A.class"}).empty());
  CHECK(group_of("groovy-3.0.25.jar", {}, "Automatic-Module-Name: org.codehaus.groovy\n") == "org.codehaus.groovy");
  CHECK(group_of("groovy-4.0.1.jar", {}, "Automatic-Module-Name: org.apache.groovy\n") == "org.apache.groovy");
  CHECK(group_of("rxjava-2.2.21.jar", {"io/reactivex/A.class"}) == "io.reactivex.rxjava2");
  CHECK(group_of("rxjava-3.1.12.jar", {"io/reactivex/rxjava3/core/A.class"}) == "io.reactivex.rxjava3");
}

TEST_CASE("a name alone gives no Maven group, and neither do contents under another name") {
  CHECK(group_of("okio-jvm-3.6.0.jar", {"org/example/okio/A.class"}).empty());
  CHECK(group_of("my-okio-3.6.0.jar", {"okio/Buffer.class"}).empty());
  CHECK(group_of("junit-4.13.2.jar", {"org/junit/Test.class"}).empty());  // and no junit/framework/
  CHECK(group_of("spring-boot-starter-mine-1.jar", {},
                 "Automatic-Module-Name: spring.boot.starter.other\nBuilt-By: Spring\n")
            .empty());
  CHECK(
      group_of("spring-boot-starter-mine-1.jar", {}, "Automatic-Module-Name: spring.boot.starter.mine\nBuilt-By: me\n")
          .empty());
  CHECK(group_of("tomcat-coyote-10.1.23.jar", {}, "Bundle-SymbolicName: org.apache.tomcat-juli\n").empty());
}

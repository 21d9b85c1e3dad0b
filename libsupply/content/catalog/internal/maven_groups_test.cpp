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
  CHECK(group_of("opentelemetry-javaagent-2.4.0.jar", {}, "Automatic-Module-Name: io.opentelemetry.javaagent\n") ==
        "io.opentelemetry.javaagent");
  CHECK(group_of("dd-java-agent-1.34.0.jar", {"datadog/trace/bootstrap/AgentJar.class"}) == "com.datadoghq");
  CHECK(group_of("stately-concurrency-jvm-2.0.6.jar", {"co/touchlab/stately/concurrency/AtomicBoolean.class"}) ==
        "co.touchlab");
  CHECK(group_of("xmpcore-6.1.11.jar", {}, "Bundle-SymbolicName: com.adobe.xmp.xmpcore\n") == "com.adobe.xmp");
  CHECK(group_of("api-0.28.0.jar", {}, "Automatic-Module-Name: ai.djl.api\n") == "ai.djl");
  CHECK(group_of("grpc-context-1.63.0.jar", {}, "Implementation-Title: jar\nImplementation-Version: 1.63.0\n") ==
        "io.grpc");
}

TEST_CASE("a library that moved to another group has the one of its version") {
  CHECK(group_of("dom4j-1.6.1.jar", {"org/dom4j/A.class"}) == "dom4j");
  CHECK(group_of("dom4j-2.1.4.jar", {"org/dom4j/A.class"}) == "org.dom4j");
  CHECK(group_of("dom4j.jar", {"org/dom4j/A.class"}).empty());
  CHECK(group_of("htmlunit-2.70.0.jar", {"com/gargoylesoftware/htmlunit/A.class"}) == "net.sourceforge.htmlunit");
  CHECK(group_of("htmlunit-4.2.0.jar", {"org/htmlunit/A.class"}) == "org.htmlunit");
  CHECK(group_of("groovy-3.0.25.jar", {}, "Automatic-Module-Name: org.codehaus.groovy\n") == "org.codehaus.groovy");
  CHECK(group_of("groovy-4.0.1.jar", {}, "Automatic-Module-Name: org.apache.groovy\n") == "org.apache.groovy");
  CHECK(group_of("rxjava-2.2.21.jar", {"io/reactivex/A.class"}) == "io.reactivex.rxjava2");
  CHECK(group_of("rxjava-3.1.12.jar", {"io/reactivex/rxjava3/core/A.class"}) == "io.reactivex.rxjava3");
}

TEST_CASE("a library that took its artifact's name for a group, or left another library's, has its own") {
  CHECK(group_of("commons-io-1.1.jar", {"org/apache/commons/io/A.class"}) == "commons-io");
  CHECK(group_of("commons-lang-2.1.jar", {"org/apache/commons/lang/A.class"}) == "commons-lang");
  CHECK(group_of("commons-mine-1.1.jar", {"org/apache/commons/mine/A.class"}).empty());
  CHECK(group_of("c3p0-0.9.1.2.jar", {"com/mchange/v2/c3p0/A.class"}, "Implementation-Vendor-Id: com.mchange\n") ==
        "c3p0");
  CHECK(group_of("c3p0-0.9.5.5.jar", {"com/mchange/v2/c3p0/A.class"}, "Implementation-Vendor-Id: com.mchange\n") ==
        "com.mchange");
  CHECK(group_of("poi-2.5.1-final-20040804.jar", {"org/apache/poi/A.class"}) == "poi");
  CHECK(group_of("poi-5.2.5.jar", {"org/apache/poi/A.class"}) == "org.apache.poi");
  CHECK(group_of("postgresql-9.1-901-1.jdbc4.jar", {"org/postgresql/A.class"}) == "postgresql");
  CHECK(group_of("postgresql-1.19.7.jar", {"org/testcontainers/containers/A.class"}) == "org.testcontainers");
  CHECK(group_of("hibernate-core-5.6.15.Final.jar", {"org/hibernate/A.class"}) == "org.hibernate");
  // Both jdom:jdom and org.jdom:jdom are 1.1.
  CHECK(group_of("jdom-1.1.jar", {"org/jdom/A.class"}).empty());
  CHECK(group_of("jdom-1.1.3.jar", {"org/jdom/A.class"}) == "org.jdom");
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

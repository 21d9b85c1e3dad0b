#include "libsupply/content/catalog/internal/maven_groups.hpp"

#include <algorithm>
#include <array>

#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

constexpr std::array kLibraries = {
    KnownLibrary{"RoaringBitmap", "org.roaringbitmap", "org/roaringbitmap/"},
    KnownLibrary{"Saxon-HE", "net.sf.saxon", "net/sf/saxon/"},
    KnownLibrary{"activation", "javax.activation", "javax/activation/ & version=1.*"},
    KnownLibrary{"annotations", "com.google.code.findbugs", "edu/umd/cs/findbugs/annotations/ & version=*"},
    KnownLibrary{"annotations", "org.jetbrains", "org/jetbrains/annotations/ & version=*"},
    KnownLibrary{"ant ant-*", "org.apache.ant", "org/apache/tools/ant/ & version=1.1*"},
    KnownLibrary{"ant ant-*", "org.apache.ant", "org/apache/tools/ant/ & version=1.9.*"},
    KnownLibrary{"antlr", "antlr", "antlr/ & version=2.*"},
    KnownLibrary{"aopalliance", "aopalliance", "org/aopalliance/"},
    KnownLibrary{"apiguardian-api", "org.apiguardian", "org/apiguardian/"},
    KnownLibrary{"arrow-*", "io.arrow-kt", "automatic-module-name=arrow.*"},
    KnownLibrary{"asm", "asm", "org/objectweb/asm/ & version=3.*"},
    KnownLibrary{"asm asm-*", "org.ow2.asm", "bundle-symbolicname=org.objectweb.asm*"},
    KnownLibrary{"aspectjrt aspectjtools aspectjweaver", "org.aspectj", "org/aspectj/"},
    KnownLibrary{"bc-fips bcmail-* bcjmail-* bcpg-* bcpkix-* bcprov-* bctls-* bcutil-*", "org.bouncycastle",
                 "org/bouncycastle/"},
    KnownLibrary{"bson bson-* mongo-java-driver mongodb-driver-*", "org.mongodb", "bundle-symbolicname=org.mongodb.*"},
    KnownLibrary{"c3p0", "com.mchange", "com/mchange/v2/c3p0/ & implementation-vendor-id=com.mchange"},
    KnownLibrary{"caffeine", "com.github.ben-manes.caffeine", "com/github/benmanes/caffeine/"},
    KnownLibrary{"cassandra-all", "org.apache.cassandra", "org/apache/cassandra/"},
    KnownLibrary{"checker-compat-qual checker-qual", "org.checkerframework", "org/checkerframework/"},
    KnownLibrary{"connect-api connect-basic-auth-extension connect-file connect-json connect-mirror "
                 "connect-mirror-client connect-runtime connect-transforms",
                 "org.apache.kafka", "org/apache/kafka/"},
    KnownLibrary{"conscrypt-*", "org.conscrypt", "org/conscrypt/"},
    KnownLibrary{"converter-gson converter-jackson converter-moshi converter-scalars retrofit",
                 "com.squareup.retrofit2", "retrofit2/"},
    KnownLibrary{"dagger", "com.google.dagger", "dagger/internal/"},
    KnownLibrary{"derby derbyclient derbynet derbyshared derbytools", "org.apache.derby", "org/apache/derby/"},
    KnownLibrary{"dom4j", "dom4j", "org/dom4j/ & version=1.*"},
    KnownLibrary{"dom4j", "org.dom4j", "org/dom4j/ & version=2.*"},
    KnownLibrary{"ecj", "org.eclipse.jdt", "org/eclipse/jdt/ & version=3.*"},
    KnownLibrary{"ehcache", "org.ehcache", "org/ehcache/ & version=3.*"},
    KnownLibrary{"elasticsearch-java", "co.elastic.clients", "co/elastic/clients/"},
    KnownLibrary{"flatlaf", "com.formdev", "com/formdev/flatlaf/"},
    KnownLibrary{"freemarker freemarker-gae", "org.freemarker", "freemarker/core/"},
    KnownLibrary{"gradle-tooling-api", "org.gradle", "org/gradle/tooling/"},
    KnownLibrary{"graphql-java", "com.graphql-java", "graphql/"},
    KnownLibrary{"groovy groovy-*", "org.apache.groovy", "automatic-module-name=org.apache.groovy*"},
    KnownLibrary{"groovy groovy-*", "org.codehaus.groovy", "automatic-module-name=org.codehaus.groovy*"},
    KnownLibrary{"groovy groovy-*", "org.codehaus.groovy",
                 "bundle-symbolicname={a} & org/codehaus/groovy/ & version=2.*"},
    KnownLibrary{"grpc-*", "io.grpc", "automatic-module-name=io.grpc*"},
    KnownLibrary{"grpc-context", "io.grpc", "implementation-title=jar & implementation-version={v}"},
    KnownLibrary{"guice", "com.google.inject", "com/google/inject/ & bundle-symbolicname=com.google.inject"},
    KnownLibrary{"h2", "com.h2database", "org/h2/"},
    KnownLibrary{"hamcrest hamcrest-all hamcrest-core hamcrest-integration hamcrest-library", "org.hamcrest",
                 "implementation-vendor=hamcrest.org"},
    KnownLibrary{"hibernate-*", "org.hibernate.orm", "bundle-symbolicname=org.hibernate.orm.*"},
    KnownLibrary{"hibernate-commons-annotations", "org.hibernate.common",
                 "org/hibernate/annotations/common/ & version=6.*"},
    KnownLibrary{"hibernate-models", "org.hibernate.models", "org/hibernate/models/"},
    KnownLibrary{"hsqldb", "org.hsqldb", "org/hsqldb/ & bundle-symbolicname=org.hsqldb.hsqldb"},
    KnownLibrary{"ivy", "org.apache.ivy", "org/apache/ivy/"},
    KnownLibrary{"jackson-core-asl jackson-jaxrs jackson-mapper-asl jackson-xc", "org.codehaus.jackson",
                 "org/codehaus/jackson/"},
    KnownLibrary{"jaeger-*", "io.jaegertracing", "io/jaegertracing/"},
    KnownLibrary{"java-dataloader", "com.graphql-java", "org/dataloader/"},
    KnownLibrary{"java-jwt jwks-rsa", "com.auth0", "com/auth0/"},
    KnownLibrary{"javafx-*", "org.openjfx", "automatic-module-name=javafx.*"},
    KnownLibrary{"javax.inject", "javax.inject", "javax/inject/ & version=1"},
    KnownLibrary{"jcip-annotations", "net.jcip", "net/jcip/annotations/ & version=1.0"},
    KnownLibrary{"jcommander", "com.beust", "com/beust/jcommander/ & version=1.*"},
    KnownLibrary{"jcommander", "org.jcommander", "com/beust/jcommander/ & version=*"},
    KnownLibrary{"jdom2", "org.jdom", "org/jdom2/"},
    KnownLibrary{"jetty-jakarta-servlet-api", "org.eclipse.jetty.toolchain",
                 "bundle-symbolicname=org.eclipse.jetty.servlet-api"},
    KnownLibrary{"jna jna-platform", "net.java.dev.jna", "com/sun/jna/ & version=*"},
    KnownLibrary{"jnats", "io.nats", "io/nats/client/"},
    KnownLibrary{"json-path", "com.jayway.jsonpath", "com/jayway/jsonpath/"},
    KnownLibrary{"jta", "javax.transaction", "javax/transaction/ & version=1.*"},
    KnownLibrary{"junit", "junit", "org/junit/ & junit/framework/ & version=4.*"},
    KnownLibrary{"junit-jupiter junit-jupiter-*", "org.junit.jupiter",
                 "implementation-vendor=junit.org & implementation-title={a}"},
    KnownLibrary{"junit-platform-*", "org.junit.platform",
                 "implementation-vendor=junit.org & implementation-title={a}"},
    KnownLibrary{"junit-vintage-*", "org.junit.vintage", "implementation-vendor=junit.org & implementation-title={a}"},
    KnownLibrary{"jython jython-standalone", "org.python", "org/python/core/"},
    KnownLibrary{
        "kafka-clients kafka-group-coordinator kafka-log4j-appender kafka-metadata kafka-raft kafka-server "
        "kafka-server-common kafka-shell kafka-storage kafka-storage-api kafka-streams kafka-streams-test-utils "
        "kafka-tools kafka-tools-api",
        "org.apache.kafka", "org/apache/kafka/"},
    KnownLibrary{"kafka_2.11 kafka_2.12 kafka_2.13", "org.apache.kafka", "kafka/server/"},
    KnownLibrary{"kotest-*", "io.kotest", "io/kotest/"},
    KnownLibrary{"kotlin-*", "org.jetbrains.kotlin", "implementation-vendor=JetBrains & implementation-title={a}"},
    KnownLibrary{"kotlinx-*", "org.jetbrains.kotlinx", "kotlinx/"},
    KnownLibrary{"ktor-*", "io.ktor", "io/ktor/"},
    KnownLibrary{"launchdarkly-java-server-sdk", "com.launchdarkly", "com/launchdarkly/sdk/"},
    KnownLibrary{"logging-interceptor mockwebserver mockwebserver3 okhttp okhttp-jvm okhttp-sse okhttp-tls "
                 "okhttp-urlconnection",
                 "com.squareup.okhttp3", "okhttp3/"},
    KnownLibrary{"lombok", "org.projectlombok", "lombok/"},
    KnownLibrary{"lucene-*", "org.apache.lucene", "implementation-title=org.apache.lucene"},
    KnownLibrary{"lwjgl lwjgl-*", "org.lwjgl", "implementation-vendor=lwjgl.org"},
    KnownLibrary{"lz4-java", "org.lz4", "net/jpountz/ & version=1.*"},
    KnownLibrary{"mchange-commons-java", "com.mchange", "implementation-vendor-id=com.mchange"},
    KnownLibrary{"mockito-*", "org.mockito", "bundle-symbolicname=org.mockito.*"},
    KnownLibrary{"mockk-jvm mockk-agent-jvm mockk-agent-api-jvm mockk-dsl-jvm mockk-core-jvm", "io.mockk", "io/mockk/"},
    KnownLibrary{"moshi moshi-adapters moshi-kotlin", "com.squareup.moshi", "com/squareup/moshi/"},
    KnownLibrary{"mysql-connector-j", "com.mysql", "com/mysql/"},
    KnownLibrary{"mysql-connector-java", "mysql", "com/mysql/ & version=*"},
    KnownLibrary{"nullaway", "com.uber.nullaway", "com/uber/nullaway/"},
    KnownLibrary{"objenesis", "org.objenesis", "org/objenesis/"},
    KnownLibrary{"ojdbc10 ojdbc11 ojdbc17 ojdbc8", "com.oracle.database.jdbc", "oracle/jdbc/"},
    KnownLibrary{"okio okio-jvm", "com.squareup.okio", "okio/"},
    KnownLibrary{
        "opentelemetry-api opentelemetry-common opentelemetry-context opentelemetry-exporter-* opentelemetry-sdk "
        "opentelemetry-sdk-*",
        "io.opentelemetry", "io/opentelemetry/"},
    KnownLibrary{"opentelemetry-semconv", "io.opentelemetry.semconv", "io/opentelemetry/semconv/ & version=1.2*"},
    KnownLibrary{"opentelemetry-semconv", "io.opentelemetry.semconv", "bundle-symbolicname=opentelemetry-semconv"},
    KnownLibrary{"opentest4j", "org.opentest4j", "org/opentest4j/"},
    KnownLibrary{"org.osgi.core", "org.osgi", "org/osgi/framework/ & version=*"},
    KnownLibrary{"oro", "oro", "org/apache/oro/"},
    KnownLibrary{"perfmark-api", "io.perfmark", "io/perfmark/"},
    KnownLibrary{"persistence-api", "javax.persistence", "javax/persistence/ & version=1.*"},
    KnownLibrary{"picocli picocli-*", "info.picocli", "picocli/"},
    KnownLibrary{"poi poi-excelant poi-ooxml poi-scratchpad", "org.apache.poi", "org/apache/poi/"},
    KnownLibrary{"poi-ooxml-full poi-ooxml-lite poi-ooxml-schemas", "org.apache.poi",
                 "implementation-title=Apache POI"},
    KnownLibrary{"postgresql", "org.postgresql", "org/postgresql/jdbc/ & implementation-vendor-id=org.postgresql"},
    KnownLibrary{"protobuf-java protobuf-java-util protobuf-javalite protobuf-kotlin protobuf-lite",
                 "com.google.protobuf", "bundle-symbolicname=com.google.protobuf*"},
    KnownLibrary{"re2j", "com.google.re2j", "com/google/re2j/"},
    KnownLibrary{"reactive-streams", "org.reactivestreams", "org/reactivestreams/"},
    KnownLibrary{"reactor-core reactor-test", "io.projectreactor", "bundle-symbolicname=io.projectreactor.{a}"},
    KnownLibrary{"reactor-netty reactor-netty-*", "io.projectreactor.netty",
                 "bundle-symbolicname=io.projectreactor.netty.{a}"},
    KnownLibrary{"regexp", "regexp", "org/apache/regexp/"},
    KnownLibrary{"resilience4j-*", "io.github.resilience4j", "io/github/resilience4j/"},
    KnownLibrary{"rhino", "org.mozilla", "org/mozilla/javascript/ & version=1.*"},
    KnownLibrary{"rocksdbjni", "org.rocksdb", "org/rocksdb/"},
    KnownLibrary{"rxjava", "io.reactivex.rxjava2", "io/reactivex/ & version=2.*"},
    KnownLibrary{"rxjava", "io.reactivex.rxjava3", "io/reactivex/rxjava3/"},
    KnownLibrary{"scala-compiler scala-library scala-reflect", "org.scala-lang",
                 "bundle-symbolicname=org.scala-lang.{a}"},
    KnownLibrary{"selenium-*", "org.seleniumhq.selenium", "org/openqa/selenium/"},
    KnownLibrary{"serializer", "xalan", "org/apache/xml/serializer/ & version=2.7.*"},
    KnownLibrary{"servlet-api", "javax.servlet", "javax/servlet/ & version=2.*"},
    KnownLibrary{"snappy-java", "org.xerial.snappy", "org/xerial/snappy/"},
    KnownLibrary{"solr-*", "org.apache.solr", "implementation-title=org.apache.solr"},
    KnownLibrary{"spock-*", "org.spockframework", "implementation-vendor=spockframework.org"},
    KnownLibrary{"spring-aop spring-aspects spring-beans spring-context spring-context-indexer spring-context-support "
                 "spring-core spring-core-test spring-expression spring-instrument spring-jcl spring-jdbc spring-jms "
                 "spring-messaging spring-orm spring-oxm spring-r2dbc spring-test spring-tx spring-web spring-webflux "
                 "spring-webmvc spring-websocket",
                 "org.springframework", "implementation-title={a}"},
    KnownLibrary{"spring-amqp spring-rabbit spring-rabbit-*", "org.springframework.amqp",
                 "implementation-vendor-id=org.springframework.amqp"},
    KnownLibrary{"spring-boot spring-boot-*", "org.springframework.boot",
                 "automatic-module-name={.} & built-by=Spring"},
    KnownLibrary{"spring-integration-*", "org.springframework.integration",
                 "implementation-vendor-id=org.springframework.integration"},
    KnownLibrary{"spring-kafka spring-kafka-test", "org.springframework.kafka",
                 "implementation-vendor-id=org.springframework.kafka"},
    KnownLibrary{"spring-restdocs-*", "org.springframework.restdocs", "org/springframework/restdocs/"},
    KnownLibrary{"spring-security-*", "org.springframework.security",
                 "org/springframework/security/ & implementation-title={a}"},
    KnownLibrary{"spring-session-*", "org.springframework.session",
                 "org/springframework/session/ & implementation-title={a}"},
    KnownLibrary{"spring-ws-*", "org.springframework.ws", "automatic-module-name={.} & built-by=Spring"},
    KnownLibrary{"stax-api", "javax.xml.stream", "javax/xml/stream/ & version=1.0-2"},
    KnownLibrary{"stax-api", "stax", "javax/xml/stream/ & version=1.0.1"},
    KnownLibrary{"stripe-java", "com.stripe", "com/stripe/"},
    KnownLibrary{"testcontainers", "org.testcontainers", "org/testcontainers/"},
    KnownLibrary{"testng", "org.testng", "org/testng/"},
    KnownLibrary{"tink", "com.google.crypto.tink", "com/google/crypto/tink/"},
    KnownLibrary{"tomcat-embed-*", "org.apache.tomcat.embed", "bundle-symbolicname=org.apache.tomcat-embed-*"},
    KnownLibrary{"tomcat-*", "org.apache.tomcat", "bundle-symbolicname=org.apache.{a}"},
    KnownLibrary{"tomcat-jdbc", "org.apache.tomcat", "bundle-symbolicname=org.apache.tomcat.jdbc"},
    KnownLibrary{"unboundid-ldapsdk", "com.unboundid", "com/unboundid/"},
    KnownLibrary{"wsdl4j", "wsdl4j", "javax/wsdl/"},
    KnownLibrary{"xalan", "xalan", "org/apache/xalan/ & version=2.7.*"},
    KnownLibrary{"xercesImpl", "xerces", "org/apache/xerces/ & version=2.*"},
    KnownLibrary{"xml-apis", "xml-apis", "org/w3c/dom/ & version=1.*"},
    KnownLibrary{"xmlpull", "xmlpull", "org/xmlpull/"},
    KnownLibrary{"xpp3 xpp3_min", "xpp3", "org/xmlpull/"},
    KnownLibrary{"xz", "org.tukaani", "org/tukaani/xz/"},
    KnownLibrary{"zipkin-reporter zipkin-reporter-*", "io.zipkin.reporter2",
                 "bundle-symbolicname=io.zipkin.reporter2.{a}"},
    KnownLibrary{"zstd-jni", "com.github.luben", "com/github/luben/zstd/"},
};

bool matches(std::string_view pattern, std::string_view text) {
  return pattern.ends_with('*') ? text.starts_with(pattern.substr(0, pattern.size() - 1)) : text == pattern;
}

std::vector<std::string_view> conditions_of(std::string_view proof) {
  std::vector<std::string_view> out;
  for (const std::string_view part : split(proof, '&')) out.push_back(trim(part));
  return out;
}

std::string filled(std::string_view value, const JavaFileName& file) {
  std::string out(value);
  const auto put = [&](std::string_view mark, std::string text) {
    if (const std::size_t at = out.find(mark); at != std::string::npos) out.replace(at, mark.size(), text);
  };
  std::string dotted = file.artifact;
  std::replace(dotted.begin(), dotted.end(), '-', '.');
  put("{a}", file.artifact);
  put("{.}", std::move(dotted));
  put("{v}", file.version);
  return out;
}

}  // namespace

MavenGroupSearch::MavenGroupSearch(std::string_view artifact) : artifact_(artifact) {
  for (const KnownLibrary& library : kLibraries) {
    const std::vector<std::string_view> names = split(library.artifacts, ' ');
    if (std::none_of(names.begin(), names.end(), [&](std::string_view name) { return matches(name, artifact); }))
      continue;
    candidates_.push_back(&library);
    for (const std::string_view condition : conditions_of(library.proof))
      if (condition.ends_with('/')) wanted_.push_back({condition});
  }
}

void MavenGroupSearch::see(std::string_view member) {
  for (Wanted& each : wanted_) each.seen = each.seen || member.starts_with(each.directory);
}

std::string MavenGroupSearch::group(const JavaFileName& file, const JavaManifest& manifest) const {
  if (file.artifact != artifact_) return {};
  const auto holds = [&](std::string_view condition) {
    if (condition.ends_with('/'))
      return std::any_of(wanted_.begin(), wanted_.end(),
                         [&](const Wanted& each) { return each.seen && each.directory == condition; });
    const std::size_t equals = condition.find('=');
    const std::string_view name = condition.substr(0, equals);
    const std::string_view value =
        name == "version" ? std::string_view(file.version) : manifest.value_without_directives(name);
    return !value.empty() && matches(filled(condition.substr(equals + 1), file), value);
  };
  for (const KnownLibrary* library : candidates_) {
    const std::vector<std::string_view> conditions = conditions_of(library->proof);
    if (std::all_of(conditions.begin(), conditions.end(), holds)) return std::string(library->group);
  }
  return {};
}

}  // namespace supply::catalog

#include "libsupply/content/catalog/internal/maven_groups.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

// No std::array: clang deduces the size of one with 256 elements at most.
constexpr KnownLibrary kLibraries[] = {
    KnownLibrary{"ApacheJMeter_*", "org.apache.jmeter", "org/apache/jmeter/"},
    KnownLibrary{"archaius-core", "com.netflix.archaius", "com/netflix/config/"},
    KnownLibrary{"bsh", "org.apache-extras.beanshell", "bsh/ & version=2.0b6"},
    KnownLibrary{"chill-java", "com.twitter", "com/twitter/chill/"},
    KnownLibrary{"classworlds", "classworlds", "org/codehaus/classworlds/"},
    KnownLibrary{"collections", "org.graalvm.sdk", "org/graalvm/collections/"},
    KnownLibrary{"directory-watcher", "io.methvin", "io/methvin/watcher/"},
    KnownLibrary{"grails-bootstrap grails-core grails-spring", "org.grails", "grails/"},
    KnownLibrary{"gson", "com.google.code.gson", "com/google/gson/"},
    KnownLibrary{"hadoop-client-api hadoop-client-runtime", "org.apache.hadoop", "org/apache/hadoop/"},
    KnownLibrary{"http4k-core", "org.http4k", "org/http4k/core/"},
    KnownLibrary{"javaee-api javaee-web-api", "javax", "javax/servlet/ & version=*"},
    KnownLibrary{"jaxb-impl", "com.sun.xml.bind", "com/sun/xml/bind/"},
    KnownLibrary{"jctools-core", "org.jctools", "org/jctools/"},
    KnownLibrary{"JDA", "net.dv8tion", "net/dv8tion/jda/"},
    KnownLibrary{"jetty-servlet-api", "org.eclipse.jetty.toolchain", "javax/servlet/"},
    KnownLibrary{"jffi", "com.github.jnr", "com/kenai/jffi/"},
    KnownLibrary{"jodd-util", "org.jodd", "jodd/util/"},
    KnownLibrary{"js-scriptengine", "org.graalvm.js", "com/oracle/truffle/js/scriptengine/"},
    KnownLibrary{"jspecify", "org.jspecify", "org/jspecify/"},
    KnownLibrary{"jsr305", "com.google.code.findbugs", "javax/annotation/"},
    KnownLibrary{"micronaut-aop micronaut-context micronaut-core micronaut-http micronaut-http-client "
                 "micronaut-http-netty micronaut-http-server micronaut-http-server-netty micronaut-inject "
                 "micronaut-router micronaut-runtime micronaut-websocket",
                 "io.micronaut", "io/micronaut/"},
    KnownLibrary{"nativeimage word", "org.graalvm.sdk", "org/graalvm/"},
    KnownLibrary{"neko-htmlunit", "org.htmlunit", "org/htmlunit/cyberneko/"},
    KnownLibrary{"opencensus-*", "io.opencensus", "io/opencensus/"},
    KnownLibrary{"opentelemetry-api-incubator", "io.opentelemetry", "io/opentelemetry/api/incubator/"},
    KnownLibrary{"org.eclipse.sisu.inject org.eclipse.sisu.plexus", "org.eclipse.sisu", "org/eclipse/sisu/"},
    KnownLibrary{"play-build-link play-exceptions", "com.typesafe.play", "play/"},
    KnownLibrary{"polyglot", "org.graalvm.polyglot", "org/graalvm/polyglot/"},
    KnownLibrary{"RoaringBitmap", "org.roaringbitmap", "org/roaringbitmap/"},
    KnownLibrary{"Saxon-HE", "net.sf.saxon", "net/sf/saxon/"},
    KnownLibrary{"activation", "javax.activation", "javax/activation/ & version=1.*"},
    KnownLibrary{
        "activemq azure cassandra clickhouse cockroachdb consul couchbase cratedb database-commons db2 dynalite "
        "elasticsearch gcloud grafana hivemq influxdb jdbc k3s k6 kafka localstack mariadb milvus minio mockserver "
        "mongodb mssqlserver mysql neo4j nginx ollama oracle-free oracle-xe orientdb postgresql presto pulsar qdrant "
        "questdb r2dbc rabbitmq redpanda selenium solace solr tidb toxiproxy trino vault weaviate yugabytedb",
        "org.testcontainers", "org/testcontainers/"},
    KnownLibrary{"aeron-*", "io.aeron", "io/aeron/"},
    KnownLibrary{"agrona", "org.agrona", "org/agrona/"},
    KnownLibrary{"annotation", "androidx.annotation", "androidx/annotation/"},
    KnownLibrary{"annotations", "com.intellij", "org/intellij/lang/annotations/ & version=12.0"},
    KnownLibrary{"annotations", "com.google.code.findbugs", "edu/umd/cs/findbugs/annotations/ & version=*"},
    KnownLibrary{"annotations", "org.jetbrains", "org/jetbrains/annotations/ & version=*"},
    KnownLibrary{"ant ant-*", "ant", "org/apache/tools/ant/ & version=1.5*"},
    KnownLibrary{"ant ant-*", "ant", "org/apache/tools/ant/ & version=1.6*"},
    KnownLibrary{"ant ant-*", "org.apache.ant", "org/apache/tools/ant/ & version=1.7*"},
    KnownLibrary{"ant ant-*", "org.apache.ant", "org/apache/tools/ant/ & version=1.8*"},
    KnownLibrary{"ant ant-*", "org.apache.ant", "org/apache/tools/ant/ & version=1.1*"},
    KnownLibrary{"ant ant-*", "org.apache.ant", "org/apache/tools/ant/ & version=1.9.*"},
    KnownLibrary{"antlr", "antlr", "antlr/ & version=2.*"},
    KnownLibrary{"aopalliance", "aopalliance", "org/aopalliance/"},
    KnownLibrary{"api", "ai.djl", "automatic-module-name=ai.djl.api"},
    KnownLibrary{"apiguardian-api", "org.apiguardian", "org/apiguardian/"},
    KnownLibrary{"archunit", "com.tngtech.archunit", "com/tngtech/archunit/"},
    KnownLibrary{"arrow-*", "io.arrow-kt", "automatic-module-name=arrow.*"},
    KnownLibrary{"asm asm-*", "asm", "org/objectweb/asm/ & version=1.*"},
    KnownLibrary{"asm asm-*", "asm", "org/objectweb/asm/ & version=2.*"},
    KnownLibrary{"asm asm-*", "asm", "org/objectweb/asm/ & version=3.*"},
    KnownLibrary{"asm asm-*", "org.ow2.asm", "bundle-symbolicname=org.objectweb.asm*"},
    KnownLibrary{"aspectjrt aspectjtools aspectjweaver", "org.aspectj", "org/aspectj/"},
    KnownLibrary{"avalon-framework", "avalon-framework", "org/apache/avalon/framework/"},
    KnownLibrary{"avatica avatica-core avatica-metrics avatica-server", "org.apache.calcite.avatica",
                 "org/apache/calcite/avatica/"},
    KnownLibrary{"axis axis-ant", "axis", "org/apache/axis/"},
    KnownLibrary{"axis-jaxrpc", "axis", "javax/xml/rpc/"},
    KnownLibrary{"axis-saaj", "axis", "javax/xml/soap/"},
    KnownLibrary{"axis-wsdl4j", "axis", "javax/wsdl/"},
    KnownLibrary{"backport-util-concurrent", "backport-util-concurrent", "edu/emory/mathcs/backport/"},
    KnownLibrary{"batik-*", "batik", "org/apache/batik/ & version=1.5*"},
    KnownLibrary{"batik-*", "batik", "org/apache/batik/ & version=1.6*"},
    KnownLibrary{"batik-*", "org.apache.xmlgraphics", "org/apache/batik/ & version=1.*"},
    KnownLibrary{"bc-fips bcmail-* bcjmail-* bcpg-* bcpkix-* bcprov-* bctls-* bcutil-*", "org.bouncycastle",
                 "org/bouncycastle/"},
    KnownLibrary{"bcel", "bcel", "org/apache/bcel/ & version=5.*"},
    KnownLibrary{"brave brave-*", "io.zipkin.brave", "brave/"},
    KnownLibrary{"bsh", "org.beanshell", "bsh/ & version=2.0b5"},
    KnownLibrary{"bson bson-* mongo-java-driver mongodb-driver-*", "org.mongodb", "bundle-symbolicname=org.mongodb.*"},
    KnownLibrary{"c3p0", "c3p0", "com/mchange/v2/c3p0/ & version=0.9.0*"},
    KnownLibrary{"c3p0", "c3p0", "com/mchange/v2/c3p0/ & version=0.9.1*"},
    KnownLibrary{"c3p0", "com.mchange", "com/mchange/v2/c3p0/ & implementation-vendor-id=com.mchange"},
    KnownLibrary{"caffeine", "com.github.ben-manes.caffeine", "com/github/benmanes/caffeine/"},
    KnownLibrary{"calcite-*", "org.apache.calcite", "org/apache/calcite/"},
    KnownLibrary{"cassandra-all", "org.apache.cassandra", "org/apache/cassandra/"},
    KnownLibrary{"cglib-nodep", "cglib", "net/sf/cglib/"},
    KnownLibrary{"checker-compat-qual checker-qual", "org.checkerframework", "org/checkerframework/"},
    KnownLibrary{"clickhouse-jdbc", "com.clickhouse", "com/clickhouse/jdbc/"},
    KnownLibrary{"clikt-jvm", "com.github.ajalt.clikt", "com/github/ajalt/clikt/"},
    KnownLibrary{"collection", "com.github.andrewoma.dexx", "com/github/andrewoma/dexx/"},
    KnownLibrary{"colt", "colt", "cern/colt/"},
    KnownLibrary{
        "commons-beanutils commons-chain commons-cli commons-codec commons-collections commons-configuration "
        "commons-dbcp commons-digester commons-discovery commons-el commons-fileupload commons-httpclient commons-io "
        "commons-jxpath commons-lang commons-logging commons-math commons-net commons-pool commons-validator",
        "{a}", "org/apache/commons/"},
    KnownLibrary{"concurrent", "concurrent", "EDU/oswego/cs/dl/util/concurrent/"},
    KnownLibrary{"connect-api connect-basic-auth-extension connect-file connect-json connect-mirror "
                 "connect-mirror-client connect-runtime connect-transforms",
                 "org.apache.kafka", "org/apache/kafka/"},
    KnownLibrary{"connector-api", "javax.resource", "javax/resource/"},
    KnownLibrary{"conscrypt-*", "org.conscrypt", "org/conscrypt/"},
    KnownLibrary{"converter-gson converter-jackson converter-moshi converter-scalars retrofit",
                 "com.squareup.retrofit2", "retrofit2/"},
    KnownLibrary{"core crypto rlp abi utils tuples", "org.web3j", "org/web3j/"},
    KnownLibrary{"dagger", "com.google.dagger", "dagger/internal/"},
    KnownLibrary{"dagger-compiler dagger-producers dagger-spi", "com.google.dagger", "dagger/"},
    KnownLibrary{"dd-java-agent", "com.datadoghq", "datadog/trace/bootstrap/"},
    KnownLibrary{"derby derbyclient derbynet derbyshared derbytools", "org.apache.derby", "org/apache/derby/"},
    KnownLibrary{"detekt-*", "io.gitlab.arturbosch.detekt", "io/gitlab/arturbosch/detekt/"},
    KnownLibrary{"discord4j-common discord4j-core discord4j-gateway discord4j-rest discord4j-voice", "com.discord4j",
                 "discord4j/"},
    KnownLibrary{"disruptor", "com.lmax", "com/lmax/disruptor/"},
    KnownLibrary{"dom4j", "dom4j", "org/dom4j/ & version=1.*"},
    KnownLibrary{"dom4j", "org.dom4j", "org/dom4j/ & version=2.*"},
    KnownLibrary{"dropbox-core-sdk", "com.dropbox.core", "com/dropbox/core/"},
    KnownLibrary{"duckdb_jdbc", "org.duckdb", "org/duckdb/"},
    KnownLibrary{"ecj", "org.eclipse.jdt", "org/eclipse/jdt/ & version=3.*"},
    KnownLibrary{"ecs", "ecs", "org/apache/ecs/"},
    KnownLibrary{"ehcache", "net.sf.ehcache", "net/sf/ehcache/"},
    KnownLibrary{"ehcache", "org.ehcache", "org/ehcache/ & version=3.*"},
    KnownLibrary{"ejb-api", "javax.ejb", "javax/ejb/"},
    KnownLibrary{"ejml-*", "org.ejml", "org/ejml/"},
    KnownLibrary{"elasticsearch-java", "co.elastic.clients", "co/elastic/clients/"},
    KnownLibrary{"exposed-*", "org.jetbrains.exposed", "org/jetbrains/exposed/"},
    KnownLibrary{"fastutil fastutil-core", "it.unimi.dsi", "it/unimi/dsi/fastutil/"},
    KnownLibrary{"flatlaf", "com.formdev", "com/formdev/flatlaf/"},
    KnownLibrary{"flink-*", "org.apache.flink", "org/apache/flink/"},
    KnownLibrary{"fop", "fop", "org/apache/fop/ & version=0.20*"},
    KnownLibrary{"freemarker", "freemarker", "freemarker/core/ & version=2.3.8"},
    KnownLibrary{"freemarker freemarker-gae", "org.freemarker", "freemarker/core/"},
    KnownLibrary{"fuel fuel-*", "com.github.kittinunf.fuel", "com/github/kittinunf/fuel/"},
    KnownLibrary{"gdx gdx-*", "com.badlogicgames.gdx", "com/badlogic/gdx/"},
    KnownLibrary{"geode-*", "org.apache.geode", "org/apache/geode/"},
    KnownLibrary{"geronimo-spec-*", "geronimo-spec", "javax/"},
    KnownLibrary{"google-maps-services", "com.google.maps", "com/google/maps/"},
    KnownLibrary{"gradle-tooling-api", "org.gradle", "org/gradle/tooling/"},
    KnownLibrary{"graphql-java", "com.graphql-java", "graphql/"},
    KnownLibrary{"graphql-java-extended-scalars", "com.graphql-java", "graphql/scalars/"},
    KnownLibrary{"graphql-kotlin-*", "com.expediagroup", "com/expediagroup/graphql/"},
    KnownLibrary{"groovy groovy-*", "org.apache.groovy", "automatic-module-name=org.apache.groovy*"},
    KnownLibrary{"groovy groovy-*", "org.codehaus.groovy", "automatic-module-name=org.codehaus.groovy*"},
    KnownLibrary{"groovy groovy-*", "org.codehaus.groovy",
                 "bundle-symbolicname={a} & org/codehaus/groovy/ & version=2.*"},
    KnownLibrary{"grpc-context", "io.grpc", "implementation-title=jar & implementation-version={v}"},
    KnownLibrary{"grpc-*", "io.grpc", "automatic-module-name=io.grpc*"},
    KnownLibrary{"guice", "com.google.inject", "com/google/inject/ & bundle-symbolicname=com.google.inject"},
    KnownLibrary{"h2", "com.h2database", "org/h2/"},
    KnownLibrary{"hamcrest hamcrest-all hamcrest-core hamcrest-integration hamcrest-library", "org.hamcrest",
                 "implementation-vendor=hamcrest.org"},
    KnownLibrary{"hessian", "com.caucho", "com/caucho/hessian/"},
    KnownLibrary{"hibernate", "hibernate", "net/sf/hibernate/"},
    KnownLibrary{"hibernate", "org.hibernate", "org/hibernate/ & version=3.*"},
    KnownLibrary{"hibernate-commons-annotations", "org.hibernate.common",
                 "org/hibernate/annotations/common/ & version=5.*"},
    KnownLibrary{"hibernate-commons-annotations", "org.hibernate.common",
                 "org/hibernate/annotations/common/ & version=6.*"},
    KnownLibrary{
        "hibernate-core hibernate-core-jakarta hibernate-entitymanager hibernate-envers hibernate-c3p0 "
        "hibernate-ehcache hibernate-hikaricp hibernate-java8 hibernate-jcache hibernate-jpamodelgen hibernate-spatial",
        "org.hibernate", "org/hibernate/ & version=5.*"},
    KnownLibrary{"hibernate-models", "org.hibernate.models", "org/hibernate/models/"},
    KnownLibrary{"hibernate-*", "org.hibernate.orm", "bundle-symbolicname=org.hibernate.orm.*"},
    KnownLibrary{"hilt-core", "com.google.dagger", "dagger/hilt/"},
    KnownLibrary{"hivemq-mqtt-client", "com.hivemq", "com/hivemq/client/"},
    KnownLibrary{"hppc", "com.carrotsearch", "com/carrotsearch/hppc/"},
    KnownLibrary{"hsqldb", "hsqldb", "org/hsqldb/ & version=1.7.*"},
    KnownLibrary{"hsqldb", "org.hsqldb", "org/hsqldb/ & bundle-symbolicname=org.hsqldb.hsqldb"},
    KnownLibrary{"htmlunit", "net.sourceforge.htmlunit", "com/gargoylesoftware/htmlunit/ & version=2.*"},
    KnownLibrary{"htmlunit", "org.htmlunit", "org/htmlunit/"},
    KnownLibrary{"ice", "com.zeroc", "com/zeroc/Ice/"},
    KnownLibrary{"iceberg-*", "org.apache.iceberg", "org/apache/iceberg/"},
    KnownLibrary{"interface", "io.get-coursier", "coursierapi/"},
    KnownLibrary{"ipaddress", "com.github.seancfoley", "inet/ipaddr/"},
    KnownLibrary{"isorelax", "isorelax", "org/iso_relax/"},
    KnownLibrary{"itext", "com.lowagie", "com/lowagie/text/"},
    KnownLibrary{"ivy", "org.apache.ivy", "org/apache/ivy/"},
    KnownLibrary{"jackson-core-asl jackson-jaxrs jackson-mapper-asl jackson-xc", "org.codehaus.jackson",
                 "org/codehaus/jackson/"},
    KnownLibrary{"jaeger-*", "io.jaegertracing", "io/jaegertracing/"},
    KnownLibrary{"jama", "gov.nist.math", "Jama/"},
    KnownLibrary{"jasper-compiler jasper-runtime", "tomcat", "org/apache/jasper/ & version=5.5.*"},
    KnownLibrary{"java-dataloader", "com.graphql-java", "org/dataloader/"},
    KnownLibrary{"java-jwt jwks-rsa", "com.auth0", "com/auth0/"},
    KnownLibrary{"javafx-*", "org.openjfx", "automatic-module-name=javafx.*"},
    KnownLibrary{"javahelp", "javax.help", "javax/help/"},
    KnownLibrary{"javax.inject", "javax.inject", "javax/inject/ & version=1"},
    KnownLibrary{"jaxen", "jaxen", "org/jaxen/"},
    KnownLibrary{"jaxws-rt", "com.sun.xml.ws", "com/sun/xml/ws/"},
    KnownLibrary{"jaybird", "org.firebirdsql.jdbc", "org/firebirdsql/jdbc/"},
    KnownLibrary{"jcc", "com.ibm.db2", "com/ibm/db2/jcc/"},
    KnownLibrary{"jcip-annotations", "net.jcip", "net/jcip/annotations/ & version=1.0"},
    KnownLibrary{"jcommander", "com.beust", "com/beust/jcommander/ & version=1.*"},
    KnownLibrary{"jcommander", "org.jcommander", "com/beust/jcommander/ & version=*"},
    KnownLibrary{"jcs", "jcs", "org/apache/jcs/"},
    KnownLibrary{"jdbm", "jdbm", "jdbm/"},
    KnownLibrary{"jdo2-api", "javax.jdo", "javax/jdo/"},
    KnownLibrary{"jdom", "org.jdom", "org/jdom/ & version=1.1.*"},
    KnownLibrary{"jdom2", "org.jdom", "org/jdom2/"},
    KnownLibrary{"je", "com.sleepycat", "com/sleepycat/je/"},
    KnownLibrary{"jetty-jakarta-servlet-api", "org.eclipse.jetty.toolchain",
                 "bundle-symbolicname=org.eclipse.jetty.servlet-api"},
    KnownLibrary{"jfreechart", "jfree", "org/jfree/ & version=1.0.13"},
    KnownLibrary{"jgoodies-*", "com.jgoodies", "com/jgoodies/"},
    KnownLibrary{"jmf", "javax.media", "javax/media/"},
    KnownLibrary{"jmock jmock-cglib", "jmock", "org/jmock/ & version=1.*"},
    KnownLibrary{"jna jna-platform", "net.java.dev.jna", "com/sun/jna/ & version=*"},
    KnownLibrary{"jnats", "io.nats", "io/nats/client/"},
    KnownLibrary{"jpos", "org.jpos", "org/jpos/"},
    KnownLibrary{"jqwik-*", "net.jqwik", "net/jqwik/"},
    KnownLibrary{"js", "rhino", "org/mozilla/javascript/ & version=1.*"},
    KnownLibrary{"json-lib", "net.sf.json-lib", "net/sf/json/"},
    KnownLibrary{"json-patch", "com.github.fge", "com/github/fge/jsonpatch/"},
    KnownLibrary{"json-path", "com.jayway.jsonpath", "com/jayway/jsonpath/"},
    KnownLibrary{"json-schema-validator", "com.github.java-json-tools", "com/github/fge/jsonschema/ & version=2.2.1*"},
    KnownLibrary{"jsr250-api", "javax.annotation", "javax/annotation/ & version=1.0"},
    KnownLibrary{"jta", "javax.transaction", "javax/transaction/ & version=1.*"},
    KnownLibrary{"jtds", "net.sourceforge.jtds", "net/sourceforge/jtds/"},
    KnownLibrary{"junit", "junit", "junit/framework/ & version=3.*"},
    KnownLibrary{"junit", "junit", "org/junit/ & junit/framework/ & version=4.*"},
    KnownLibrary{"junit-dep", "junit", "org/junit/ & version=4.*"},
    KnownLibrary{"junit-jupiter", "org.testcontainers", "org/testcontainers/junit/"},
    KnownLibrary{"junit-jupiter junit-jupiter-*", "org.junit.jupiter",
                 "implementation-vendor=junit.org & implementation-title={a}"},
    KnownLibrary{"junit-platform-*", "org.junit.platform",
                 "implementation-vendor=junit.org & implementation-title={a}"},
    KnownLibrary{"junit-vintage-*", "org.junit.vintage", "implementation-vendor=junit.org & implementation-title={a}"},
    KnownLibrary{"junrar", "com.github.junrar", "com/github/junrar/"},
    KnownLibrary{"jxl", "net.sourceforge.jexcelapi", "jxl/"},
    KnownLibrary{"jython", "jython", "org/python/core/ & version=2.1"},
    KnownLibrary{"jython jython-standalone", "org.python", "org/python/core/"},
    KnownLibrary{
        "kafka-clients kafka-group-coordinator kafka-log4j-appender kafka-metadata kafka-raft kafka-server "
        "kafka-server-common kafka-shell kafka-storage kafka-storage-api kafka-streams kafka-streams-test-utils "
        "kafka-tools kafka-tools-api",
        "org.apache.kafka", "org/apache/kafka/"},
    KnownLibrary{"kafka_2.11 kafka_2.12 kafka_2.13", "org.apache.kafka", "kafka/server/"},
    KnownLibrary{"kodein-di-jvm", "org.kodein.di", "org/kodein/di/"},
    KnownLibrary{"koin-core-jvm", "io.insert-koin", "org/koin/core/"},
    KnownLibrary{"kotest-*", "io.kotest", "io/kotest/"},
    KnownLibrary{"kotlin-logging-jvm", "io.github.microutils", "mu/"},
    KnownLibrary{"kotlin-logging-jvm", "io.github.oshai", "io/github/oshai/kotlinlogging/"},
    KnownLibrary{"kotlin-*", "org.jetbrains.kotlin", "implementation-vendor=JetBrains & implementation-title={a}"},
    KnownLibrary{"kotlinpoet-jvm", "com.squareup", "com/squareup/kotlinpoet/"},
    KnownLibrary{"kotlinx-*", "org.jetbrains.kotlinx", "kotlinx/"},
    KnownLibrary{"ktlint-*", "com.pinterest.ktlint", "com/pinterest/ktlint/"},
    KnownLibrary{"ktor-*", "io.ktor", "io/ktor/"},
    KnownLibrary{"kxml2", "net.sf.kxml", "org/kxml2/"},
    KnownLibrary{"launchdarkly-java-server-sdk", "com.launchdarkly", "com/launchdarkly/sdk/"},
    KnownLibrary{"libthrift", "org.apache.thrift", "org/apache/thrift/"},
    KnownLibrary{"log4j", "log4j", "org/apache/log4j/ & version=1.2.*"},
    KnownLibrary{"logging-interceptor mockwebserver mockwebserver3 okhttp okhttp-jvm okhttp-sse okhttp-tls "
                 "okhttp-urlconnection",
                 "com.squareup.okhttp3", "okhttp3/"},
    KnownLibrary{"logkit", "logkit", "org/apache/log/"},
    KnownLibrary{"lombok", "org.projectlombok", "lombok/"},
    KnownLibrary{"lucene-*", "org.apache.lucene", "implementation-title=org.apache.lucene"},
    KnownLibrary{"lwjgl lwjgl-*", "org.lwjgl", "implementation-vendor=lwjgl.org"},
    KnownLibrary{"lz4-java", "org.lz4", "net/jpountz/ & version=1.*"},
    KnownLibrary{"mchange-commons-java", "com.mchange", "implementation-vendor-id=com.mchange"},
    KnownLibrary{"microsoft-graph microsoft-graph-core", "com.microsoft.graph", "com/microsoft/graph/"},
    KnownLibrary{"microsoft-kiota-*", "com.microsoft.kiota", "com/microsoft/kiota/"},
    KnownLibrary{"mockito-*", "org.mockito", "bundle-symbolicname=org.mockito.*"},
    KnownLibrary{"mockk-jvm mockk-agent-jvm mockk-agent-api-jvm mockk-dsl-jvm mockk-core-jvm", "io.mockk", "io/mockk/"},
    KnownLibrary{"moshi moshi-adapters moshi-kotlin", "com.squareup.moshi", "com/squareup/moshi/"},
    KnownLibrary{"msgpack-core", "org.msgpack", "org/msgpack/"},
    KnownLibrary{"msv", "msv", "com/sun/msv/"},
    KnownLibrary{"mysql-connector-j", "com.mysql", "com/mysql/"},
    KnownLibrary{"mysql-connector-java", "mysql", "com/mysql/ & version=*"},
    KnownLibrary{"nashorn-core", "org.openjdk.nashorn", "org/openjdk/nashorn/"},
    KnownLibrary{"nekohtml", "nekohtml", "org/cyberneko/html/ & version=0.*"},
    KnownLibrary{"nekohtml", "net.sourceforge.nekohtml", "org/cyberneko/html/ & version=1.9.2*"},
    KnownLibrary{"newrelic-api", "com.newrelic.agent.java", "com/newrelic/api/agent/"},
    KnownLibrary{"ngdbc", "com.sap.cloud.db.jdbc", "com/sap/db/jdbc/"},
    KnownLibrary{"nullaway", "com.uber.nullaway", "com/uber/nullaway/"},
    KnownLibrary{"objenesis", "org.objenesis", "org/objenesis/"},
    KnownLibrary{"ojdbc10 ojdbc11 ojdbc17 ojdbc8", "com.oracle.database.jdbc", "oracle/jdbc/"},
    KnownLibrary{"okhttp-eventsource", "com.launchdarkly", "com/launchdarkly/eventsource/"},
    KnownLibrary{"okio okio-jvm", "com.squareup.okio", "okio/"},
    KnownLibrary{"opensearch-java", "org.opensearch.client", "org/opensearch/client/"},
    KnownLibrary{
        "opentelemetry-api opentelemetry-common opentelemetry-context opentelemetry-exporter-* opentelemetry-sdk "
        "opentelemetry-sdk-*",
        "io.opentelemetry", "io/opentelemetry/"},
    KnownLibrary{"opentelemetry-instrumentation-*", "io.opentelemetry.instrumentation",
                 "io/opentelemetry/instrumentation/"},
    KnownLibrary{"opentelemetry-javaagent", "io.opentelemetry.javaagent",
                 "automatic-module-name=io.opentelemetry.javaagent"},
    KnownLibrary{"opentelemetry-proto", "io.opentelemetry.proto", "io/opentelemetry/proto/"},
    KnownLibrary{"opentelemetry-semconv", "io.opentelemetry.semconv", "io/opentelemetry/semconv/ & version=1.2*"},
    KnownLibrary{"opentelemetry-semconv", "io.opentelemetry.semconv", "bundle-symbolicname=opentelemetry-semconv"},
    KnownLibrary{"opentest4j", "org.opentest4j", "org/opentest4j/"},
    KnownLibrary{"org.eclipse.emf.common org.eclipse.emf.ecore org.eclipse.emf.ecore.xmi", "org.eclipse.emf",
                 "org/eclipse/emf/"},
    KnownLibrary{"org.eclipse.lsp4j org.eclipse.lsp4j.*", "org.eclipse.lsp4j", "org/eclipse/lsp4j/"},
    KnownLibrary{"org.osgi.core", "org.osgi", "org/osgi/framework/ & version=*"},
    KnownLibrary{"oro", "oro", "org/apache/oro/"},
    KnownLibrary{"parso", "com.epam", "com/epam/parso/"},
    KnownLibrary{"pcollections", "org.pcollections", "org/pcollections/"},
    KnownLibrary{"perfmark-api", "io.perfmark", "io/perfmark/"},
    KnownLibrary{"persistence-api", "javax.persistence", "javax/persistence/ & version=1.*"},
    KnownLibrary{"picocli picocli-*", "info.picocli", "picocli/"},
    KnownLibrary{"plantuml", "net.sourceforge.plantuml", "net/sourceforge/plantuml/"},
    KnownLibrary{"poi", "poi", "org/apache/poi/ & version=2.*"},
    KnownLibrary{"poi poi-excelant poi-ooxml poi-scratchpad", "org.apache.poi", "org/apache/poi/"},
    KnownLibrary{"poi-ooxml-full poi-ooxml-lite poi-ooxml-schemas", "org.apache.poi",
                 "implementation-title=Apache POI"},
    KnownLibrary{"postgresql", "postgresql", "org/postgresql/ & version=8.*"},
    KnownLibrary{"postgresql", "postgresql", "org/postgresql/ & version=9.1-*"},
    KnownLibrary{"postgresql", "org.postgresql", "org/postgresql/jdbc/ & implementation-vendor-id=org.postgresql"},
    KnownLibrary{"powermock-*", "org.powermock", "org/powermock/"},
    KnownLibrary{"presto-jdbc", "com.facebook.presto", "com/facebook/presto/"},
    KnownLibrary{"protobuf-java protobuf-java-util protobuf-javalite protobuf-kotlin protobuf-lite",
                 "com.google.protobuf", "bundle-symbolicname=com.google.protobuf*"},
    KnownLibrary{"protobuf-kotlin", "com.google.protobuf", "com/google/protobuf/kotlin/"},
    KnownLibrary{"proxool", "proxool", "org/logicalcobwebs/proxool/"},
    KnownLibrary{"pusher-java-client", "com.pusher", "com/pusher/"},
    KnownLibrary{"quartz", "opensymphony", "org/quartz/ & version=1.6.*"},
    KnownLibrary{"re2j", "com.google.re2j", "com/google/re2j/"},
    KnownLibrary{"reactive-streams", "org.reactivestreams", "org/reactivestreams/"},
    KnownLibrary{"reactor-core reactor-test", "io.projectreactor", "bundle-symbolicname=io.projectreactor.{a}"},
    KnownLibrary{"reactor-extra reactor-pool", "io.projectreactor.addons", "reactor/"},
    KnownLibrary{"reactor-kafka", "io.projectreactor.kafka", "reactor/kafka/"},
    KnownLibrary{"reactor-kotlin-extensions", "io.projectreactor.kotlin", "reactor/kotlin/"},
    KnownLibrary{"reactor-netty reactor-netty-*", "io.projectreactor.netty",
                 "bundle-symbolicname=io.projectreactor.netty.{a}"},
    KnownLibrary{"reactor-tools", "io.projectreactor", "reactor/tools/"},
    KnownLibrary{"redshift-jdbc42", "com.amazon.redshift", "com/amazon/redshift/"},
    KnownLibrary{"regexp", "regexp", "org/apache/regexp/"},
    KnownLibrary{"relaxngDatatype", "relaxngDatatype", "org/relaxng/datatype/"},
    KnownLibrary{"resilience4j-*", "io.github.resilience4j", "io/github/resilience4j/"},
    KnownLibrary{"rhino", "org.mozilla", "org/mozilla/javascript/ & version=1.*"},
    KnownLibrary{"rhino-runtime", "org.mozilla", "org/mozilla/javascript/ & version=1.*"},
    KnownLibrary{"robolectric", "org.robolectric", "org/robolectric/"},
    KnownLibrary{"rocksdbjni", "org.rocksdb", "org/rocksdb/"},
    KnownLibrary{"rsocket-*", "io.rsocket", "io/rsocket/"},
    KnownLibrary{"rxjava", "io.reactivex.rxjava2", "io/reactivex/ & version=2.*"},
    KnownLibrary{"rxjava", "io.reactivex.rxjava3", "io/reactivex/rxjava3/"},
    KnownLibrary{"sax", "sax", "org/xml/sax/"},
    KnownLibrary{"saxpath", "saxpath", "org/saxpath/"},
    KnownLibrary{"sbe-tool", "uk.co.real-logic", "uk/co/real_logic/sbe/"},
    KnownLibrary{"scala-compiler scala-library scala-reflect", "org.scala-lang",
                 "bundle-symbolicname=org.scala-lang.{a}"},
    KnownLibrary{"selenium-*", "org.seleniumhq.selenium", "org/openqa/selenium/"},
    KnownLibrary{"sentry sentry-*", "io.sentry", "io/sentry/"},
    KnownLibrary{"serializer", "xalan", "org/apache/xml/serializer/ & version=2.7.*"},
    KnownLibrary{"servlet-api", "tomcat", "javax/servlet/ & version=5.5.*"},
    KnownLibrary{"servlet-api", "javax.servlet", "javax/servlet/ & version=2.*"},
    KnownLibrary{"servo-core", "com.netflix.servo", "com/netflix/servo/"},
    KnownLibrary{"sisu-guice", "org.sonatype.sisu", "com/google/inject/"},
    KnownLibrary{"sitemesh", "opensymphony", "com/opensymphony/module/sitemesh/"},
    KnownLibrary{"smithy-*", "software.amazon.smithy", "software/amazon/smithy/"},
    KnownLibrary{"snappy-java", "org.xerial.snappy", "org/xerial/snappy/"},
    KnownLibrary{"solr-*", "org.apache.solr", "implementation-title=org.apache.solr"},
    KnownLibrary{"spock-*", "org.spockframework", "org/spockframework/"},
    KnownLibrary{"spock-*", "org.spockframework", "implementation-vendor=spockframework.org"},
    KnownLibrary{"spotbugs", "com.github.spotbugs", "edu/umd/cs/findbugs/"},
    KnownLibrary{"spotbugs-annotations", "com.github.spotbugs", "edu/umd/cs/findbugs/annotations/"},
    KnownLibrary{"spring", "org.springframework", "org/springframework/ & version=2.*"},
    KnownLibrary{"spring-amqp spring-rabbit spring-rabbit-*", "org.springframework.amqp",
                 "implementation-vendor-id=org.springframework.amqp"},
    KnownLibrary{"spring-aop spring-aspects spring-beans spring-context spring-context-indexer spring-context-support "
                 "spring-core spring-core-test spring-expression spring-instrument spring-jcl spring-jdbc spring-jms "
                 "spring-messaging spring-orm spring-oxm spring-r2dbc spring-test spring-tx spring-web spring-webflux "
                 "spring-webmvc spring-websocket",
                 "org.springframework", "implementation-title={a}"},
    KnownLibrary{"spring-binding spring-faces spring-js spring-webflow", "org.springframework.webflow",
                 "org/springframework/webflow/"},
    KnownLibrary{"spring-boot spring-boot-*", "org.springframework.boot",
                 "automatic-module-name={.} & built-by=Spring"},
    KnownLibrary{"spring-graphql spring-graphql-test", "org.springframework.graphql", "org/springframework/graphql/"},
    KnownLibrary{"spring-integration-*", "org.springframework.integration",
                 "implementation-vendor-id=org.springframework.integration"},
    KnownLibrary{"spring-kafka spring-kafka-test", "org.springframework.kafka",
                 "implementation-vendor-id=org.springframework.kafka"},
    KnownLibrary{"spring-ldap-*", "org.springframework.ldap", "org/springframework/ldap/"},
    KnownLibrary{"spring-pulsar spring-pulsar-*", "org.springframework.pulsar", "org/springframework/pulsar/"},
    KnownLibrary{"spring-restdocs-*", "org.springframework.restdocs", "org/springframework/restdocs/"},
    KnownLibrary{"spring-security-*", "org.springframework.security",
                 "org/springframework/security/ & implementation-title={a}"},
    KnownLibrary{"spring-session-*", "org.springframework.session",
                 "org/springframework/session/ & implementation-title={a}"},
    KnownLibrary{"spring-shell-*", "org.springframework.shell", "org/springframework/shell/"},
    KnownLibrary{"spring-statemachine-*", "org.springframework.statemachine", "org/springframework/statemachine/"},
    KnownLibrary{"spring-ws-*", "org.springframework.ws", "automatic-module-name={.} & built-by=Spring"},
    KnownLibrary{"standard", "taglibs", "org/apache/taglibs/standard/"},
    KnownLibrary{"stately-*", "co.touchlab", "co/touchlab/stately/"},
    KnownLibrary{"stax", "stax", "com/bea/xml/stream/"},
    KnownLibrary{"stax-api", "javax.xml.stream", "javax/xml/stream/ & version=1.0-2"},
    KnownLibrary{"stax-api", "stax", "javax/xml/stream/ & version=1.0.1"},
    KnownLibrary{"stripe-java", "com.stripe", "com/stripe/"},
    KnownLibrary{"struts", "struts", "org/apache/struts/ & version=1.2.*"},
    KnownLibrary{"svnkit", "org.tmatesoft.svnkit", "org/tmatesoft/svn/"},
    KnownLibrary{"swarmcache", "swarmcache", "net/sf/swarmcache/"},
    KnownLibrary{"swing-worker", "org.jdesktop", "org/jdesktop/swingworker/"},
    KnownLibrary{"swingx", "org.swinglabs", "org/jdesktop/swingx/"},
    KnownLibrary{"symbol-processing-api", "com.google.devtools.ksp", "com/google/devtools/ksp/"},
    KnownLibrary{"tagsoup", "org.ccil.cowan.tagsoup", "org/ccil/cowan/tagsoup/"},
    KnownLibrary{"temporal-*", "io.temporal", "io/temporal/"},
    KnownLibrary{"testcontainers", "org.testcontainers", "org/testcontainers/"},
    KnownLibrary{"testng", "org.testng", "org/testng/"},
    KnownLibrary{"third-party-jackson-core", "software.amazon.awssdk", "software/amazon/awssdk/thirdparty/jackson/"},
    KnownLibrary{"thymeleaf", "org.thymeleaf", "org/thymeleaf/"},
    KnownLibrary{"thymeleaf-spring5", "org.thymeleaf", "org/thymeleaf/spring5/"},
    KnownLibrary{"thymeleaf-spring6", "org.thymeleaf", "org/thymeleaf/spring6/"},
    KnownLibrary{"timingframework", "net.java.dev.timingframework", "org/jdesktop/animation/timing/"},
    KnownLibrary{"tink", "com.google.crypto.tink", "com/google/crypto/tink/"},
    KnownLibrary{"tinylog-impl", "org.tinylog", "org/tinylog/"},
    KnownLibrary{"tomcat-embed-*", "org.apache.tomcat.embed", "bundle-symbolicname=org.apache.tomcat-embed-*"},
    KnownLibrary{"tomcat-jdbc", "org.apache.tomcat", "bundle-symbolicname=org.apache.tomcat.jdbc"},
    KnownLibrary{"tomcat-*", "org.apache.tomcat", "bundle-symbolicname=org.apache.{a}"},
    KnownLibrary{"tomlj", "org.tomlj", "org/tomlj/"},
    KnownLibrary{"trino-jdbc", "io.trino", "io/trino/"},
    KnownLibrary{"trove4j", "net.sf.trove4j", "gnu/trove/ & version=3.0.*"},
    KnownLibrary{"trove4j", "org.jetbrains.intellij.deps", "gnu/trove/ & version=1.0.20*"},
    KnownLibrary{"turbine-jvm", "app.cash.turbine", "app/cash/turbine/"},
    KnownLibrary{"unboundid-ldapsdk", "com.unboundid", "com/unboundid/"},
    KnownLibrary{"unit-api", "javax.measure", "javax/measure/ & version=*"},
    KnownLibrary{"velocity", "org.apache.velocity", "org/apache/velocity/ & version=1.7*"},
    KnownLibrary{"velocity", "org.apache.velocity", "org/apache/velocity/ & version=1.5*"},
    KnownLibrary{"velocity-tools", "org.apache.velocity", "org/apache/velocity/tools/ & version=2.0"},
    KnownLibrary{"velocity-tools-generic", "velocity-tools", "org/apache/velocity/tools/generic/ & version=1.*"},
    KnownLibrary{"vertica-jdbc", "com.vertica.jdbc", "com/vertica/jdbc/"},
    KnownLibrary{"webauthn-server-core", "com.yubico", "com/yubico/webauthn/"},
    KnownLibrary{"wire-runtime-jvm", "com.squareup.wire", "com/squareup/wire/"},
    KnownLibrary{"wiremock wiremock-standalone", "org.wiremock", "org/wiremock/"},
    KnownLibrary{"wiremock-jre8 wiremock-jre8-standalone", "com.github.tomakehurst",
                 "com/github/tomakehurst/wiremock/"},
    KnownLibrary{"woodstox-core-asl wstx-asl", "org.codehaus.woodstox", "com/ctc/wstx/"},
    KnownLibrary{"wsdl4j", "wsdl4j", "javax/wsdl/"},
    KnownLibrary{"xalan", "xalan", "org/apache/xalan/ & version=2.6.*"},
    KnownLibrary{"xalan", "xalan", "org/apache/xalan/ & version=2.7.*"},
    KnownLibrary{"xbean", "xmlbeans", "org/apache/xmlbeans/ & version=2.2*"},
    KnownLibrary{"xercesImpl", "xerces", "org/apache/xerces/ & version=2.*"},
    KnownLibrary{"xml-apis", "xml-apis", "org/w3c/dom/ & version=1.*"},
    KnownLibrary{"xml-apis-ext", "xml-apis", "org/w3c/dom/svg/"},
    KnownLibrary{"xml-resolver", "xml-resolver", "org/apache/xml/resolver/"},
    KnownLibrary{"xmlbeans", "org.apache.xmlbeans", "org/apache/xmlbeans/"},
    KnownLibrary{"xmlgraphics-commons", "org.apache.xmlgraphics", "org/apache/xmlgraphics/"},
    KnownLibrary{"xmlpull", "xmlpull", "org/xmlpull/"},
    KnownLibrary{"xmlunit", "xmlunit", "org/custommonkey/xmlunit/ & version=1.*"},
    KnownLibrary{"xmpcore", "com.adobe.xmp", "bundle-symbolicname=com.adobe.xmp.xmpcore"},
    KnownLibrary{"xom", "xom", "nu/xom/ & version=1.3*"},
    KnownLibrary{"xpp3 xpp3_min", "xpp3", "org/xmlpull/"},
    KnownLibrary{"xz", "org.tukaani", "org/tukaani/xz/"},
    KnownLibrary{"zipkin-reporter zipkin-reporter-*", "io.zipkin.reporter2",
                 "bundle-symbolicname=io.zipkin.reporter2.{a}"},
    KnownLibrary{"zipkin zipkin-*", "io.zipkin.zipkin2", "zipkin2/"},
    KnownLibrary{"zstd-jni", "com.github.luben", "com/github/luben/zstd/"},
    KnownLibrary{"zt-exec", "org.zeroturnaround", "org/zeroturnaround/exec/"},
};

bool matches(std::string_view pattern, std::string_view text) {
  return pattern.ends_with('*') ? text.starts_with(pattern.substr(0, pattern.size() - 1)) : text == pattern;
}

// The rows by their names. Every part of every file's name is looked up.
class Rows {
 public:
  Rows() {
    for (const KnownLibrary& row : kLibraries) {
      for (std::string_view name : split(row.artifacts, ' ')) {
        if (name.ends_with('*')) {
          name.remove_suffix(1);
          beginnings_[static_cast<unsigned char>(name.front())].emplace_back(name, &row);
        } else {
          names_[name].push_back(&row);
          longest_ = std::max(longest_, name.size());
        }
      }
    }
  }

  std::vector<const KnownLibrary*> find(std::string_view artifact) const {
    std::vector<const KnownLibrary*> out;
    if (artifact.empty()) return out;
    if (artifact.size() <= longest_)
      if (const auto at = names_.find(artifact); at != names_.end()) out = at->second;
    for (const auto& [beginning, row] : beginnings_[static_cast<unsigned char>(artifact.front())])
      if (artifact.starts_with(beginning)) out.push_back(row);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

 private:
  std::unordered_map<std::string_view, std::vector<const KnownLibrary*>> names_;
  std::array<std::vector<std::pair<std::string_view, const KnownLibrary*>>, 256> beginnings_;  // by the first byte
  std::size_t longest_ = 0;
};

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

MavenGroupSearch::MavenGroupSearch(std::string_view artifact) {
  static const Rows rows;
  candidates_ = rows.find(artifact);
  if (has_candidates()) artifact_ = artifact;
  for (const KnownLibrary* library : candidates_)
    for (const std::string_view condition : conditions_of(library->proof))
      if (condition.ends_with('/')) wanted_.push_back({condition});
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
    if (std::all_of(conditions.begin(), conditions.end(), holds)) return filled(library->group, file);
  }
  return {};
}

}  // namespace supply::catalog

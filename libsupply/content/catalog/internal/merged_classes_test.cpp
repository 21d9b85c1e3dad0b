#include "libsupply/content/catalog/internal/merged_classes.hpp"

#include <catch2/catch.hpp>

using namespace supply::catalog;

namespace {

using Names = std::vector<std::string>;

Names unexplained(const Names& directories, const MavenCoordinates& own, const std::vector<MavenCoordinates>& others) {
  MergedClasses classes;
  for (const std::string& each : directories) classes.see(each + "/A.class");
  return classes.unexplained(own, others);
}

}  // namespace

TEST_CASE("classes of several makers that an archive does not name are said") {
  // What maven-shade-plugin makes of these libraries where it is told to leave their poms out.
  const Names shaded = {"com/example/app", "org/springframework/core", "org/apache/kafka/clients", "okio",
                        "okio/internal"};
  CHECK(unexplained(shaded, {"com.example", "app", "1"}, {}) ==
        Names{"okio", "org/apache/kafka", "org/springframework"});
  // Of an archive of another name the most classes are taken for its own.
  CHECK(unexplained(shaded, {"", "renamed", ""}, {}) ==
        Names{"com/example", "org/apache/kafka", "org/springframework"});
  // With the poms of two of them, the third remains.
  CHECK(unexplained(shaded, {"com.example", "app", "1"},
                    {{"org.apache.kafka", "kafka-clients", "3.7.1"}, {"com.squareup.okio", "okio-jvm", "3.6.0"}}) ==
        Names{"org/springframework"});
  CHECK(unexplained(shaded, {"com.example", "app", "1"},
                    {{"org.apache.kafka", "kafka-clients", "3.7.1"},
                     {"com.squareup.okio", "okio-jvm", "3.6.0"},
                     {"org.springframework", "spring-core", "6.1.13"}})
            .empty());
}

TEST_CASE("an archive's own classes in the packages of others are its own") {
  // Maven Central's elasticsearch 7.17.9, opensearch 2.11.0 and xalan 2.7.3.
  const Names lucene = {"org/elasticsearch/index", "org/opensearch/index", "org/apache/lucene/queries",
                        "org/joda/time/format"};
  const Names of_elasticsearch = {lucene[0], lucene[2], lucene[3]}, of_opensearch = {lucene[1], lucene[2], lucene[3]};
  CHECK(unexplained(of_elasticsearch, {"org.elasticsearch", "elasticsearch", "7.17.9"}, {}).empty());
  CHECK(unexplained(of_opensearch, {"org.opensearch", "opensearch", "2.11.0"}, {}).empty());
  CHECK(unexplained(of_elasticsearch, {"org.elasticsearch", "plugin", "7.17.9"}, {}) ==
        Names{"org/apache/lucene", "org/joda"});
  CHECK(unexplained({"org/apache/xalan", "org/apache/xml/dtm", "org/apache/xpath", "org/apache/regexp", "java_cup"},
                    {"xalan", "xalan", "2.7.3"},
                    {{"org.apache.bcel", "bcel", "6.7.0"}}) == Names{"java_cup", "org/apache/regexp"});
}

TEST_CASE("one library that an archive does not name is said where its classes are nobody else's") {
  const MavenCoordinates app{"com.example", "app", "1"};
  CHECK(unexplained({"com/example/app", "org/apache/commons/lang3"}, app, {}) == Names{"org/apache/commons"});
  CHECK(unexplained({"com/example/app", "okhttp3"}, app, {}) == Names{"okhttp3"});
  // Maven Central's solr-solrj 9.6.0.
  CHECK(unexplained({"org/apache/solr/client", "org/noggit"}, {"org.apache.solr", "solr-solrj", "9.6.0"}, {}) ==
        Names{"org/noggit"});
  CHECK(unexplained({"com/example/app", "org/other/lib"}, app, {}).empty());
  // Spring's interfaces of the AOP Alliance, and libraries themselves.
  CHECK(unexplained({"org/springframework/aop", "org/aopalliance/aop"}, {"org.springframework", "spring-aop", "6.1.6"},
                    {})
            .empty());
  CHECK(unexplained({"org/apache/commons/lang3"}, {"org.apache.commons", "commons-lang3", "3.14.0"}, {}).empty());
  CHECK(unexplained({"org/apache/commons/io"}, {"commons-io", "commons-io", "2.15.1"}, {}).empty());
  CHECK(unexplained({"com/google/gson"}, {"", "renamed", ""}, {}).empty());
}

TEST_CASE("an archive's own classes may have another name than it has") {
  // Directories of these artifacts' classes as they are on Maven Central.
  CHECK(unexplained({"org/objectweb/asm"}, {"org.ow2.asm", "asm", "9.7"}, {}).empty());
  CHECK(unexplained(
            {"org/apache/catalina", "org/apache/coyote", "org/apache/juli", "org/apache/naming", "jakarta/servlet"},
            {"org.apache.tomcat.embed", "tomcat-embed-core", "10.1.30"}, {})
            .empty());
  CHECK(unexplained({"com/google/rpc", "com/google/type", "com/google/longrunning"},
                    {"com.google.api.grpc", "proto-google-common-protos", "2.41.0"}, {})
            .empty());
  CHECK(unexplained({"com/ctc/wstx", "com/sun/msv"}, {"com.fasterxml.woodstox", "woodstox-core", "6.7.0"},
                    {{"net.java.dev.msv", "msv-core", "2013.6.1"}})
            .empty());
  CHECK(unexplained({"play/api", "controllers", "models", "views"}, {"com.typesafe.play", "play_2.13", "2.9.5"}, {})
            .empty());
  CHECK(
      unexplained({"org/graalvm/nativeimage", "org/graalvm/word", "com/oracle/svm"}, {"", "nativeimage", "23.1.2"}, {})
          .empty());
  CHECK(unexplained({"rx", "rx/annotations", "rx/observers"}, {"io.reactivex", "rxjava", "1.2.0"}, {}).empty());
  CHECK(
      unexplained({"org/apache/xerces", "org/apache/html", "org/w3c/dom/html"}, {"xerces", "xercesImpl", "2.12.2"}, {})
          .empty());
  CHECK(unexplained({"com/google/common/base", "com/google/thirdparty/publicsuffix"}, {"a.b", "app", "1"},
                    {{"com.google.guava", "guava", "33.2.1-jre"}})
            .empty());
  CHECK(unexplained({"com/microsoft/schemas", "org/etsi/uri", "org/openxmlformats/schemas", "org/w3/x2000"},
                    {"org.apache.poi", "poi-ooxml-lite", "5.2.5"}, {})
            .empty());
  CHECK(unexplained({"org/HdrHistogram"}, {"org.hdrhistogram", "HdrHistogram", "2.2.2"}, {}).empty());
}

TEST_CASE("classes of programs in an archive, and of specifications, are not looked at") {
  MergedClasses classes;
  for (const char* member : {"WEB-INF/classes/org/a/A.class", "BOOT-INF/classes/net/b/B.class", "javax/inject/C.class",
                             "jakarta/inject/D.class", "META-INF/versions/9/module-info.class", "E.class", "io/f/F.txt",
                             "META-INF/versions/11/net/g/G.class", "META-INF/versions/11"})
    classes.see(member);
  CHECK(classes.unexplained({"", "x", ""}, {{"org.y", "y", "1"}}).empty());
  classes.see("org/h/H.class");
  classes.see("org/x/X.class");
  CHECK(classes.unexplained({"", "x", ""}, {}) == Names{"net/g", "org/h"});
}

TEST_CASE("the directories that are told apart are limited") {
  MergedClasses classes;
  classes.see("com/x/X.class");
  for (int i = 0; i < 10'000; ++i) classes.see("com/a" + std::to_string(i) + "/A.class");
  CHECK(classes.unexplained({"com.x", "y", ""}, {{"z", "z", "1"}}).size() == 255);
}

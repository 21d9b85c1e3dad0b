#include "libsupply/content/catalog/internal/java_version_files.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

struct VersionFile {
  std::string_view member, key, group, artifact;  // "{scala}" in an artifact: the version of Scala that it is for
  std::string_view classes = {};
};

constexpr VersionFile kFiles[] = {
    {"META-INF/groovy-release-info.properties", "ImplementationVersion", "org.apache.groovy", "groovy",
     "groovy/lang/GroovyObject.class"},
    {"clojure/version.properties", "version", "org.clojure", "clojure"},
    {"freemarker/version.properties", "version", "org.freemarker", "freemarker"},
    {"kafka/kafka-version.properties", "version", "org.apache.kafka", "kafka-clients", "org/apache/kafka/clients/"},
    {"library.properties", "maven.version.number", "org.scala-lang", "scala-library", "scala/runtime/"},
    {"org/apache/hc/client5/version.properties", "info.release", "org.apache.httpcomponents.client5", "httpclient5"},
    {"org/apache/hc/core5/version.properties", "info.release", "org.apache.httpcomponents.core5", "httpcore5"},
    {"org/apache/http/client/version.properties", "info.release", "org.apache.httpcomponents", "httpclient"},
    {"org/apache/http/version.properties", "info.release", "org.apache.httpcomponents", "httpcore"},
    {"org/attoparser/attoparser.properties", "version", "org.attoparser", "attoparser"},
    {"org/thymeleaf/thymeleaf.properties", "version", "org.thymeleaf", "thymeleaf"},
    {"org/unbescape/unbescape.properties", "version", "org.unbescape", "unbescape"},
    {"reflect.properties", "maven.version.number", "org.scala-lang", "scala-reflect", "scala/reflect/internal/"},
    {"scala-collection-compat.properties", "version.number", "org.scala-lang.modules",
     "scala-collection-compat_{scala}"},
    {"scala-java8-compat.properties", "version.number", "org.scala-lang.modules", "scala-java8-compat_{scala}"},
    {"scala-parser-combinators.properties", "version.number", "org.scala-lang.modules",
     "scala-parser-combinators_{scala}"},
    {"scala-xml.properties", "version.number", "org.scala-lang.modules", "scala-xml_{scala}"},
};

constexpr std::string_view kScala = "{scala}";
constexpr std::string_view kNetty = "META-INF/io.netty.versions.properties";
constexpr std::string_view kMeta = "META-INF/";
constexpr std::string_view kCoroutines = "kotlinx_coroutines_core";

// "x.properties" and "x.version" directly below META-INF: of Nebula's plugins for Gradle, of Android and of Kotlin.
std::string_view stem_in_meta(std::string_view member, std::string_view suffix) {
  if (!member.starts_with(kMeta) || !member.ends_with(suffix)) return {};
  const std::string_view stem =
      member.substr(kMeta.size(), member.size() - std::min(member.size(), kMeta.size() + suffix.size()));
  return stem.find('/') == std::string_view::npos ? stem : std::string_view();
}

// The lines "key=value", without white space around either. The last value of a key counts.
// Source: Java SE, java.util.Properties.load().
std::map<std::string_view, std::string_view> properties_of(std::string_view content) {
  std::map<std::string_view, std::string_view> out;
  for (const std::string_view line : lines(content)) {
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos && !line.starts_with('#'))
      out.insert_or_assign(trim(line.substr(0, equals)), trim(line.substr(equals + 1)));
  }
  return out;
}

bool add(std::string_view group, std::string_view artifact, std::string_view version, std::string_view classes,
         std::vector<StatedLibrary>& into) {
  if (!is_maven_id(group) || !is_maven_id(artifact) || !is_maven_version(version)) return false;
  into.push_back({{std::string(group), std::string(artifact), std::string(version)}, classes});
  return true;
}

// "netty-buffer.version=4.1.100.Final", of each library that was merged with the file.
void add_netty(std::string_view content, std::vector<StatedLibrary>& into) {
  constexpr std::string_view kVersion = ".version";
  for (const auto& [key, value] : properties_of(content))
    if (key.starts_with("netty-") && key.ends_with(kVersion) && key.size() > kVersion.size() + 6)
      add("io.netty", key.substr(0, key.size() - kVersion.size()), value, {}, into);
}

// "androidx.core_core-ktx.version" is of androidx.core:core-ktx, "kotlinx_coroutines_core.version" of Kotlin's library,
// which is published for the JVM apart.
void add_version(std::string_view stem, std::string_view content, std::vector<StatedLibrary>& into) {
  const std::string_view version = trim(content);
  if (stem == kCoroutines) {
    add("org.jetbrains.kotlinx", "kotlinx-coroutines-core-jvm", version, {}, into);
  } else if (const std::size_t line = stem.find('_'); stem.starts_with("androidx.") && line != std::string_view::npos) {
    add(stem.substr(0, line), stem.substr(line + 1), version, {}, into);
  }
}

// "Implementation-Title=io.micrometer#micrometer-core;1.13.4". Source: Netflix's nebula gradle-info-plugin.
void add_nebula(std::string_view stem, std::string_view content, std::vector<StatedLibrary>& into) {
  const auto properties = properties_of(content);
  const auto title = properties.find("Implementation-Title");
  if (title == properties.end()) return;
  const std::size_t hash = title->second.find('#'), semicolon = title->second.find(';');
  if (hash == std::string_view::npos || semicolon == std::string_view::npos || semicolon < hash) return;
  const std::string_view artifact = title->second.substr(hash + 1, semicolon - hash - 1);
  if (artifact == stem) add(title->second.substr(0, hash), artifact, title->second.substr(semicolon + 1), {}, into);
}

}  // namespace

bool is_java_version_file(std::string_view member) {
  if (!member.ends_with(".properties") && !member.ends_with(".version")) return false;
  const std::string_view android = stem_in_meta(member, ".version");
  if (android.starts_with("androidx.") || android == kCoroutines) return true;
  if (!stem_in_meta(member, ".properties").empty()) return true;
  return std::any_of(std::begin(kFiles), std::end(kFiles),
                     [&](const VersionFile& each) { return each.member == member; });
}

std::vector<StatedLibrary> libraries_of_version_file(std::string_view member, std::string_view content) {
  std::vector<StatedLibrary> out;
  for (const VersionFile& each : kFiles) {
    if (each.member != member) continue;
    const auto properties = properties_of(content);
    const auto value_of = [&](std::string_view key) {
      const auto at = properties.find(key);
      return at == properties.end() ? std::string_view() : at->second;
    };
    std::string artifact(each.artifact);
    if (const std::size_t at = artifact.find(kScala); at != std::string::npos) {
      if (value_of("scala.binary.version.number").empty()) return out;
      artifact.replace(at, kScala.size(), value_of("scala.binary.version.number"));
    }
    const std::string_view version = value_of(each.key);
    // Groovy changed its group with version 4.
    const bool is_old =
        each.artifact == "groovy" && !version.empty() && version.front() < '4' && version.substr(1, 1) == ".";
    add(is_old ? "org.codehaus.groovy" : each.group, artifact, version, each.classes, out);
    return out;
  }
  if (member == kNetty) add_netty(content, out);
  else if (const std::string_view stem = stem_in_meta(member, ".version"); !stem.empty())
    add_version(stem, content, out);
  else if (const std::string_view name = stem_in_meta(member, ".properties"); !name.empty())
    add_nebula(name, content, out);
  return out;
}

std::optional<NamedLibrary> library_of_version_file(std::string_view member) {
  if (member == kNetty) return NamedLibrary{"netty-", {}};
  for (const VersionFile& each : kFiles)
    if (each.member == member) return NamedLibrary{each.artifact.substr(0, each.artifact.find(kScala)), each.classes};
  return std::nullopt;
}

std::vector<std::string_view> classes_of_version_files() {
  std::vector<std::string_view> out;
  for (const VersionFile& each : kFiles)
    if (!each.classes.empty()) out.push_back(each.classes);
  return out;
}

}  // namespace supply::catalog

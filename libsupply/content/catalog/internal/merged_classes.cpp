#include "libsupply/content/catalog/internal/merged_classes.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

constexpr std::size_t kDirectories = 256;  // of one archive; further ones are not told apart

// Domains at the top under which Java packages are named. "rx" is none: it is the name of a library.
constexpr std::array<std::string_view, 74> kDomains = {
    "ai", "app", "ar", "at", "au",  "be", "bg",  "biz", "br",   "by", "ca",  "cc", "ch", "cl",  "cn",
    "co", "com", "cz", "de", "dev", "dk", "edu", "ee",  "es",   "eu", "fi",  "fm", "fr", "gov", "gr",
    "hk", "hr",  "hu", "id", "ie",  "il", "im",  "in",  "info", "io", "is",  "it", "jp", "ke",  "kr",
    "kz", "la",  "li", "lt", "lu",  "lv", "ly",  "me",  "mil",  "mx", "net", "nl", "no", "nz",  "org",
    "pl", "pt",  "ro", "rs", "ru",  "se", "si",  "sk",  "su",   "to", "tr",  "tv", "uk", "us"};
// Packages of specifications: their interfaces, and what XMLBeans makes of their schemas, come with those that
// implement them, and name neither.
constexpr std::array<std::string_view, 10> kSpecifications = {
    "jakarta",  "javax",  "org/aopalliance", "org/etsi", "org/omg", "org/openxmlformats",
    "org/osgi", "org/w3", "org/w3c",         "org/xml"};
// Below these the next name tells makers apart.
constexpr std::array<std::string_view, 20> kShared = {
    "com/facebook", "com/github",    "com/google", "com/googlecode", "com/linkedin",    "com/netflix", "com/sun",
    "com/twitter",  "io/github",     "net/java",   "net/sf",         "net/sourceforge", "org/apache",  "org/codehaus",
    "org/eclipse",  "org/glassfish", "org/jboss",  "org/openjdk",    "org/sonatype",    "org/w3c"};

// What an archive has of its own in the packages of others: classes that may call what is private to those.
struct OwnDirectory {
  std::string_view group, artifact, directory;
};
constexpr OwnDirectory kOwnDirectories[] = {
    {"org.elasticsearch", "elasticsearch", "org/apache/lucene"},
    {"org.elasticsearch", "elasticsearch", "org/joda"},
    {"org.opensearch", "opensearch", "org/apache/lucene"},
    {"org.opensearch", "opensearch", "org/joda"},
    {"xalan", "xalan", "org/apache/xml"},
    {"xalan", "xalan", "org/apache/xpath"},
};

bool is_own_directory(std::string_view directory, const MavenCoordinates& own) {
  return std::any_of(std::begin(kOwnDirectories), std::end(kOwnDirectories), [&](const OwnDirectory& each) {
    return each.group == own.group && each.artifact == own.artifact && each.directory == directory;
  });
}

// Libraries that are merged often, and whose directories no other archive has. Tried on 1,446 archives of Maven
// Central's and Debian's: where none of them is named, they were merged.
constexpr std::array<std::string_view, 25> kLibraries = {"com/esotericsoftware",
                                                         "com/fasterxml",
                                                         "com/google/gson",
                                                         "com/google/guava",
                                                         "com/google/protobuf",
                                                         "com/squareup",
                                                         "io/grpc",
                                                         "io/netty",
                                                         "kotlin",
                                                         "net/bytebuddy",
                                                         "okhttp3",
                                                         "okio",
                                                         "org/antlr",
                                                         "org/apache/commons",
                                                         "org/apache/http",
                                                         "org/apache/logging",
                                                         "org/apache/thrift",
                                                         "org/bouncycastle",
                                                         "org/codehaus/jackson",
                                                         "org/joda",
                                                         "org/json",
                                                         "org/noggit",
                                                         "org/objectweb",
                                                         "org/reactivestreams",
                                                         "org/yaml"};

template <std::size_t kSize>
bool contains(const std::array<std::string_view, kSize>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool is_domain(std::string_view name) { return contains(kDomains, name); }

// The first `count` names of a path, or fewer where it has fewer.
std::string_view first(std::string_view path, std::size_t count) {
  std::size_t at = 0;
  for (; count > 0 && at != std::string_view::npos; --count) at = path.find('/', at == 0 ? 0 : at + 1);
  return path.substr(0, at);
}

// "okio", "io/grpc", "org/apache/kafka". Guava's packages do not have its name.
std::string_view maker_and_name(std::string_view directory) {
  if (!is_domain(first(directory, 1))) return first(directory, 1);
  const std::string_view two = first(directory, 2);
  if (first(directory, 3) == "com/google/common" || first(directory, 3) == "com/google/thirdparty")
    return "com/google/guava";
  return contains(kShared, two) ? first(directory, 3) : two;
}

// "okio", "io/grpc", "org/apache".
std::string_view maker_of(std::string_view directory) {
  return first(directory, is_domain(first(directory, 1)) ? 2 : 1);
}

// "org.apache.kafka" as a directory.
std::string directory_of_group(std::string group) {
  std::replace(group.begin(), group.end(), '.', '/');
  return group;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out(1);
  for (const char c : to_lower(text)) {
    if (is_alnum(c)) out.back() += c;
    else if (!out.back().empty()) out.emplace_back();
  }
  return out;
}

// What directories of classes can be of some libraries: those that begin as a group does, and those whose last name is
// a word of a group or of an artifact.
class Names {
 public:
  void add(const MavenCoordinates& library) {
    std::string group = directory_of_group(library.group);
    for (std::size_t count = 1; count <= kLongest; ++count) above_.emplace(first(group, count));
    for (const std::string& of : {library.group, library.artifact})
      for (std::string& word : words_of(of)) words_.insert(std::move(word));
    groups_.insert(std::move(group));
  }

  bool have(std::string_view directory) const {
    if (above_.contains(directory)) return true;
    for (std::size_t count = 1; count <= kLongest; ++count)
      if (groups_.contains(first(directory, count))) return true;
    return words_.contains(to_lower(last_name(directory)));
  }

  static std::string_view last_name(std::string_view directory) { return directory.substr(directory.rfind('/') + 1); }

 private:
  static constexpr std::size_t kLongest = 3;  // names of a directory that is told apart
  std::set<std::string, std::less<>> above_, groups_, words_;
};

// "jackson-databind" and "jacksondatabind": an archive's own name is written in both ways.
bool is_in_name(std::string_view directory, const MavenCoordinates& own) {
  constexpr std::size_t kShort = 3;  // "hc", "as": in too many words
  const std::string last = to_lower(Names::last_name(directory));
  if (last.size() <= kShort) return false;
  return join(words_of(own.group), "").find(last) != std::string::npos ||
         join(words_of(own.artifact), "").find(last) != std::string::npos;
}

}  // namespace

void MergedClasses::see(std::string_view member) {
  constexpr std::string_view kVersions = "META-INF/versions/";  // JAR File Specification, "Multi-release JAR files"
  if (!member.ends_with(".class")) return;
  if (member.starts_with(kVersions)) {
    const std::size_t slash = member.find('/', kVersions.size());
    if (slash == std::string_view::npos) return;
    member.remove_prefix(slash + 1);
  }
  const std::size_t end = member.rfind('/');
  if (end == std::string_view::npos) return;
  const std::string_view directory = maker_and_name(member.substr(0, end));
  if (contains(kSpecifications, first(directory, 1)) || contains(kSpecifications, first(directory, 2))) return;
  for (const std::string_view passed : {"META-INF", "WEB-INF", "BOOT-INF"})
    if (first(directory, 1) == passed) return;
  if (const auto at = classes_.find(directory); at != classes_.end()) ++at->second;
  else if (classes_.size() < kDirectories) classes_.emplace(directory, 1);
  else is_cut_ = true;
}

std::vector<std::string> MergedClasses::unexplained(const MavenCoordinates& own,
                                                    const std::vector<MavenCoordinates>& others) const {
  Names own_names, other_names;
  own_names.add(own);
  for (const MavenCoordinates& each : others) other_names.add(each);
  const std::string own_directory = directory_of_group(own.group);

  std::vector<std::string> out;
  std::string_view most;
  std::size_t count = 0;
  bool is_own_there = false;
  for (const auto& [directory, classes] : classes_) {
    const bool is_own = own_names.have(directory) || is_in_name(directory, own) || is_own_directory(directory, own);
    is_own_there = is_own_there || is_own;
    if (is_own || other_names.have(directory)) continue;
    out.push_back(directory);
    if (classes > count) most = directory, count = classes;
  }
  // Where the classes of the archive itself have another name than it has, the most are taken for its own.
  if (!is_own_there && !out.empty()) out.erase(std::find(out.begin(), out.end(), most));
  if (!others.empty()) return out;
  std::set<std::string_view> makers;
  for (const std::string& each : out)
    if (const std::string_view maker = maker_of(each); maker != maker_of(own_directory)) makers.insert(maker);
  // "controllers" and "views" are of nobody else.
  const bool is_sure = std::any_of(makers.begin(), makers.end(), [](auto maker) { return is_domain(first(maker, 1)); });
  // One other maker may be the archive's own under another name, but for libraries whose classes nobody else makes.
  const bool is_library =
      std::any_of(out.begin(), out.end(), [](const auto& each) { return contains(kLibraries, each); });
  return is_library || (is_sure && makers.size() > 1) ? out : std::vector<std::string>();
}

}  // namespace supply::catalog

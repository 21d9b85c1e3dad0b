#include "libsupply/content/catalog/internal/java_archive.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/zip/zip.hpp"
#include "libsupply/content/catalog/internal/embedded_sbom.hpp"
#include "libsupply/content/catalog/internal/java_identity.hpp"
#include "libsupply/content/catalog/internal/java_version_files.hpp"
#include "libsupply/content/catalog/internal/maven_groups.hpp"
#include "libsupply/content/catalog/internal/merged_classes.hpp"

namespace supply::catalog {
namespace {

constexpr std::uint64_t kUnpackedBytesPerStep = 16;

// Each element takes about a quarter of a microsecond, each attribute half as much.
std::uint64_t steps_to_read_xml(std::string_view text) {
  return 3 * static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '<')) +
         2 * static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '='));
}

// Suffixes that only Java has, and those that others have too: audio, Perl, Nix, system activity, RAR.
constexpr std::array<std::string_view, 5> kJavaSuffixes = {".jar", ".war", ".ear", ".hpi", ".jpi"};
constexpr std::array<std::string_view, 6> kSharedSuffixes = {".par", ".nar", ".kar", ".sar", ".rar", ".aar"};

std::string suffix_of(std::string_view path) {
  const std::string_view name = base_name(path);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string() : to_lower(name.substr(dot));
}

template <std::size_t kSize>
bool contains(const std::array<std::string_view, kSize>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

enum class Kind { other, manifest, pom_properties, pom_xml, version_file, archive, sbom, program };

// "META-INF/maven/GROUP/ARTIFACT/pom.xml", also below another directory: libraries that were put there as they were.
bool is_in_maven_directory(std::string_view name) {
  const std::vector<std::string_view> parts = split(name, '/');
  const std::size_t count = parts.size();
  return count >= 5 && parts[count - 4] == "maven" && parts[count - 5] == "META-INF" &&
         std::find(parts.begin(), parts.end(), "archetype-resources") == parts.end();
}

// "META-INF/jruby.home/lib/ruby/gems/shared/specifications/default/json-2.7.1.gemspec"
bool is_installed_gem(std::string_view name) {
  if (!name.ends_with(".gemspec")) return false;
  const std::string_view directory = directory_of(name);
  return base_name(directory) == "specifications" ||
         (base_name(directory) == "default" && base_name(directory_of(directory)) == "specifications");
}

Kind kind_of(std::string_view name) {
  const std::string_view last = base_name(name);
  if (name.size() == 20 && to_lower(name) == "meta-inf/manifest.mf") return Kind::manifest;
  if (last == "pom.properties" && is_in_maven_directory(name)) return Kind::pom_properties;
  if (last == "pom.xml" && is_in_maven_directory(name)) return Kind::pom_xml;
  if (is_java_archive(name, {})) return Kind::archive;
  if (name.starts_with("META-INF/sbom/") && last.ends_with(".json")) return Kind::sbom;
  if (is_java_version_file(name)) return Kind::version_file;
  return last.ends_with(".class") ? Kind::program : Kind::other;
}

// What one archive's metadata are, while its members come.
struct Found {
  explicit Found(std::string_view name) {
    // Where the version begins is known with the manifest alone, and where a group before the artifact ends in no way:
    // "g.a-1.jar", "g-a-1.jar".
    const JavaFileName file = parse_java_file_name(name, {});
    const std::string_view stem = file.stem, artifact = file.artifact;
    const auto add = [&](std::string_view one) {
      constexpr std::size_t kMost = 16;
      if (groups.size() == kMost) return;
      MavenGroupSearch search(one);
      if (search.has_candidates()) groups.push_back(std::move(search));
    };
    for (std::size_t at = stem.find('-'); at != std::string_view::npos; at = stem.find('-', at + 1))
      add(stem.substr(0, at));
    add(stem);
    for (std::size_t at = artifact.find_first_of(".-"); at != std::string_view::npos;
         at = artifact.find_first_of(".-", at + 1))
      add(artifact.substr(at + 1));
  }
  // A file that does not say what it should; nothing where its name alone does not tell the library.
  void add_unread(std::string_view member, std::string_view why) {
    if (const auto library = library_of_version_file(member)) unread.emplace(member, Unread{*library, why});
  }
  std::string group(const JavaFileName& file, const JavaManifest& said) const {
    for (const MavenGroupSearch& each : groups)
      if (std::string known = each.group(file, said); !known.empty()) return known;
    return {};
  }
  std::optional<std::string> manifest;
  struct Pom {
    std::optional<std::string> properties, xml;
  };
  std::map<std::string, Pom> poms;    // by the directory that holds them
  std::vector<StatedLibrary> stated;  // in other files than poms
  std::size_t version_files = 0;      // that were read, or were too many
  struct Unread {
    NamedLibrary library;
    std::string_view why;
  };
  std::map<std::string, Unread> unread;    // version files of well-known libraries
  std::set<std::string_view> directories;  // of classes_of_version_files(), that are there
  bool has_program = false, has_archives = false, has_web = false, has_gems = false;
  std::vector<MavenGroupSearch> groups;  // by what may be the artifact in the file's name
  MergedClasses classes;
};

class Reader {
 public:
  Reader(Share& share, const JavaLimits& limits) : share_(share), limits_(limits) {}

  Status read(std::string_view bytes, std::string_view name, const std::string& place, std::size_t depth,
              bool is_in_aar = false);
  JavaArchive take() { return std::move(out_); }
  void add_unknown(std::string place, std::string reason);

 private:
  class Visitor;

  void add_packages(const Found& found, std::string_view bytes, std::string_view name, const std::string& place,
                    bool is_in_aar);
  void add_package(JavaPackage package);
  void add_merged(const Found& found, const MavenCoordinates& own, std::set<MavenCoordinates> named,
                  std::string_view name, const std::string& place);
  void add_sbom(JavaSbom sbom);

  Share& share_;
  const JavaLimits& limits_;
  JavaArchive out_;
  std::uint64_t nested_ = 0;  // bytes of nested archives that are held now
  std::uint64_t unpacked_ = 0;
};

class Reader::Visitor final : public zip::ZipVisitor {
 public:
  Visitor(Reader& reader, std::string_view name, const std::string& place, std::size_t depth)
      : found(name), reader_(reader), place_(place), depth_(depth), is_aar_(suffix_of(name) == ".aar") {}

  Found found;
  Status refused;  // by the budget of the run

  Result<bool> wants(const zip::ZipMember& member) override {
    const Kind kind = kind_of(member.name);
    found.has_program = found.has_program || kind == Kind::program;
    found.has_archives = found.has_archives || kind == Kind::archive;
    found.has_web = found.has_web || member.name.starts_with("WEB-INF/");
    found.has_gems = found.has_gems || is_installed_gem(member.name);
    for (MavenGroupSearch& each : found.groups) each.see(member.name);
    found.classes.see(member.name);
    for (const std::string_view directory : directories_)
      if (member.name.starts_with(directory)) found.directories.insert(directory);
    if (kind == Kind::version_file && member.size == 0) found.add_unread(member.name, "without a version");
    if (kind == Kind::other || kind == Kind::program || member.size == 0) return false;
    const std::string unread = why_not(member, kind);
    if (kind == Kind::sbom && !unread.empty()) {
      reader_.add_sbom({inner(member.name), embedded_record({}, false)});
      return false;
    }
    // A file of such a name may be anything, and Gradle merges without asking which of two is meant.
    constexpr std::uint64_t kLargestVersionFile = 16 * kKiB;
    if (kind == Kind::version_file && (!unread.empty() || member.ambiguous || member.size > kLargestVersionFile)) {
      found.add_unread(member.name, member.encrypted   ? "encrypted"
                                    : member.ambiguous ? "two files of that name differ"
                                                       : "longer than is read");
      return false;
    }
    constexpr std::size_t kVersionFiles = 256;
    if (kind == Kind::version_file && ++found.version_files > kVersionFiles) {
      if (found.version_files == kVersionFiles + 1)
        reader_.add_unknown(place_, "more than " + std::to_string(kVersionFiles) +
                                        " files that may say which libraries were merged: the others were not read");
      return false;
    }
    if (!unread.empty()) {
      reader_.add_unknown(kind == Kind::archive ? inner(member.name) : place_,
                          kind == Kind::archive ? unread : quote(member.name) + ": " + unread);
      return false;
    }
    reader_.unpacked_ += member.size;
    refused = draw(member.size);
    if (!refused) return Error(refused.error());
    return true;
  }

  Status content(const zip::ZipMember& member, std::string bytes) override {
    const Kind kind = kind_of(member.name);
    if (kind == Kind::archive) return read_nested(member.name, std::move(bytes));
    if (kind == Kind::sbom) return read_sbom(member.name, bytes);
    if (kind == Kind::version_file) {
      std::vector<StatedLibrary> libraries = libraries_of_version_file(member.name, bytes);
      if (libraries.empty()) found.add_unread(member.name, "without a version");
      for (StatedLibrary& each : libraries)
        if (found.stated.size() < reader_.limits_.packages) found.stated.push_back(std::move(each));
      return {};
    }
    if (kind == Kind::manifest) {
      found.manifest = std::move(bytes);
      return {};
    }
    if (kind == Kind::pom_xml) SUPPLY_TRY(reader_.share_.spend(Cost::steps, steps_to_read_xml(bytes)));
    Found::Pom& pom = found.poms[std::string(directory_of(member.name))];
    (kind == Kind::pom_xml ? pom.xml : pom.properties) = std::move(bytes);
    return {};
  }

 private:
  std::string inner(std::string_view name) const {
    return place_.empty() ? std::string(name) : place_ + "!/" + std::string(name);
  }

  std::string why_not(const zip::ZipMember& member, Kind kind) const {
    if (member.encrypted) return "encrypted";
    if (kind == Kind::sbom && member.size > kMaxEmbeddedSbomBytes) return "longer than is read";
    if (kind != Kind::archive && kind != Kind::sbom && member.size > reader_.limits_.metadata_bytes)
      return "more than " + std::to_string(reader_.limits_.metadata_bytes) + " bytes";
    if (kind == Kind::archive && depth_ >= reader_.limits_.depth)
      return "an archive in archives, deeper than " + std::to_string(reader_.limits_.depth);
    if (kind == Kind::archive && member.size > reader_.limits_.nested_bytes - reader_.nested_)
      return "an archive that is larger unpacked, with those that it is in, than " +
             std::to_string(reader_.limits_.nested_bytes) + " bytes";
    if (member.size > kMaxZipUnpackedBytes - reader_.unpacked_)
      return "more than " + std::to_string(kMaxZipUnpackedBytes) + " unpacked bytes in the outermost archive";
    return {};
  }

  Status draw(std::uint64_t bytes) {
    SUPPLY_TRY(reader_.share_.spend(Cost::unpacked, bytes));
    return reader_.share_.spend(Cost::steps, 1 + bytes / kUnpackedBytesPerStep);
  }

  Status read_sbom(std::string_view name, const std::string& bytes) {
    constexpr std::uint64_t kMemoryPerByte = 32;  // of a value of JSON
    refused = reader_.share_.spend(Cost::memory, kMemoryPerByte * bytes.size());
    if (!refused) return Error(refused.error());
    reader_.add_sbom({inner(name), embedded_record(bytes, true)});
    reader_.share_.give_back(Cost::memory, kMemoryPerByte * bytes.size());
    return {};
  }

  Status read_nested(std::string_view name, std::string bytes) {
    const std::string_view head = std::string_view(bytes).substr(0, 4);
    if (!is_java_archive(name, head)) return {};
    const std::uint64_t size = bytes.size();
    refused = reader_.share_.spend(Cost::memory, size);
    if (!refused) return Error(refused.error());
    reader_.nested_ += size;
    refused = reader_.read(bytes, base_name(name), inner(name), depth_ + 1, is_aar_);
    reader_.nested_ -= size;
    reader_.share_.give_back(Cost::memory, size);
    return refused ? Status() : Status(Error(refused.error()));
  }

  Reader& reader_;
  const std::string& place_;
  std::size_t depth_;
  bool is_aar_;
  std::vector<std::string_view> directories_ = classes_of_version_files();
};

void Reader::add_unknown(std::string place, std::string reason) {
  if (out_.unknowns.size() < limits_.packages) out_.unknowns.push_back({std::move(place), std::move(reason)});
}

void Reader::add_package(JavaPackage package) {
  if (out_.packages.size() < limits_.packages) out_.packages.push_back(std::move(package));
  else if (out_.packages.size() == limits_.packages && (out_.unknowns.empty() || !out_.unknowns.back().place.empty()))
    add_unknown({}, "more than " + std::to_string(limits_.packages) + " packages");
}

void Reader::add_sbom(JavaSbom sbom) {
  if (out_.sboms.size() < limits_.packages) out_.sboms.push_back(std::move(sbom));
}

// Errors: of the budget alone.
Status Reader::read(std::string_view bytes, std::string_view name, const std::string& place, std::size_t depth,
                    bool is_in_aar) {
  // Each part of the name is looked up.
  SUPPLY_TRY(share_.spend(Cost::steps, name.size()));
  Visitor visitor(*this, name, place, depth);
  const std::size_t packages = out_.packages.size(), sboms = out_.sboms.size();
  const Status status = zip::read_zip(bytes, visitor);
  if (!visitor.refused) return Error(visitor.refused.error());
  if (!status) {
    // Nothing of an archive that was refused is believed.
    out_.packages.resize(packages);
    out_.sboms.resize(sboms);
    add_unknown(place, status.error().message());
    return {};
  }
  add_packages(visitor.found, bytes, name, place, is_in_aar);
  return {};
}

// The pom of a directory, by its pom.properties (which Maven writes when it builds) and else its pom.xml, with what
// the pom.xml says besides. Nothing without an artifact.
std::optional<MavenPom> pom_of(std::string_view directory, const Found::Pom& files, std::string& fault) {
  MavenPom pom;
  if (files.xml) {
    auto parsed = parse_pom(*files.xml);
    if (parsed) pom = *std::move(parsed);
    else fault = "pom.xml: " + parsed.error().message();
  }
  const std::string in_path(base_name(directory)), group_in_path(base_name(directory_of(directory)));
  if (files.properties) {
    MavenCoordinates stated = parse_pom_properties(*files.properties);
    if (stated.artifact.empty() && is_maven_id(in_path)) stated.artifact = in_path;
    if (stated.group.empty() && is_maven_id(group_in_path)) stated.group = group_in_path;
    if (stated.version.empty() && stated.artifact == pom.coordinates.artifact) stated.version = pom.coordinates.version;
    if (stated.artifact != pom.coordinates.artifact) pom = {};
    pom.coordinates = std::move(stated);
    fault.clear();
  }
  if (pom.coordinates.artifact.empty()) {
    if (fault.empty()) fault = "no artifactId in the pom of " + quote(directory);
    return std::nullopt;
  }
  return pom;
}

// The group of a library that does not state it, also where it is before the artifact in the file's name, as Quarkus
// and Maven's ear plugin name files. Source: quarkus-bootstrap, "lib/main/GROUP.ARTIFACT-VERSION.jar";
// maven-ear-plugin, "fileNameMapping".
void name_known_library(const Found& found, JavaFileName file, const JavaManifest& manifest, MavenCoordinates& into) {
  into.group = found.group(file, manifest);
  const std::string whole = file.artifact;
  if (!into.group.empty() || into.artifact != whole) return;
  for (const MavenGroupSearch& each : found.groups) {
    const std::string& artifact = each.artifact();
    if (whole.size() < artifact.size() + 2 || !whole.ends_with(artifact)) continue;
    const std::string_view group = std::string_view(whole).substr(0, whole.size() - artifact.size() - 1);
    const char between = whole[group.size()];
    file.artifact = artifact;
    if ((between != '.' && between != '-') || each.group(file, manifest) != group) continue;
    into.group = group;
    into.artifact = artifact;
    return;
  }
}

// Whether a file's name has the artifact of a pom of Java EE, and surely another version. Any other jar may have been
// given another name.
bool is_other_java_ee(const JavaFileName& file, const MavenCoordinates& pom) {
  const std::string_view version = pom.version;
  const bool is_java_ee = file.artifact == "javaee-api" || file.artifact == "javaee-web-api";
  return is_java_ee && file.artifact == pom.artifact && !file.version.empty() && !version.empty() &&
         file.version.substr(0, file.version.find('.')) != version.substr(0, version.find('.'));
}

void Reader::add_packages(const Found& found, std::string_view bytes, std::string_view name, const std::string& place,
                          bool is_in_aar) {
  const JavaManifest manifest = JavaManifest::parse(found.manifest.value_or(""));
  const JavaFileName file = parse_java_file_name(name, manifest_version(manifest));
  if (file.has_no_program && !found.has_program) return;
  // What has none of these and a suffix that others use too is none of Java's.
  const std::string suffix = suffix_of(name);
  const bool is_java = found.manifest || found.has_program || found.has_archives || found.has_web;
  if (!is_java && contains(kSharedSuffixes, suffix)) return;
  // Other formats have a manifest too.
  const bool is_named = contains(kJavaSuffixes, suffix) || contains(kSharedSuffixes, suffix);
  if (!is_named && !(found.manifest && (found.has_program || found.has_archives))) return;

  std::map<MavenCoordinates, MavenPom> poms;
  std::size_t at_root = 0;
  const MavenPom* main = nullptr;
  int best = 0;
  for (const auto& [directory, files] : found.poms) {
    std::string fault;
    std::optional<MavenPom> pom = pom_of(directory, files, fault);
    if (!pom) {
      add_unknown(place, fault);
      continue;
    }
    const auto [at, added] = poms.emplace(pom->coordinates, *std::move(pom));
    if (!directory.starts_with("META-INF/maven/") || !added) continue;
    ++at_root;
    const int like = likeness(at->second, file, manifest);
    // Of two that are as like, the longer name: "netty-common" before "netty".
    const auto length = [](const MavenPom& of) { return of.coordinates.artifact.size(); };
    if (like > best || (like > 0 && like == best && length(at->second) > length(*main))) {
      main = &at->second;
      best = like;
    }
  }
  // A name that says nothing ("app.jar"), and one pom: Maven built the archive, somebody gave it another name.
  if (main == nullptr && at_root == 1 && poms.size() == 1 && file.version.empty() &&
      manifest.value("implementation-title").empty() && manifest.value("bundle-symbolicname").empty())
    main = &poms.begin()->second;

  JavaPackage own{place, {}, to_hex(crypto::hash(crypto::HashAlgorithm::sha1, bytes))};
  if (main != nullptr) own.pom = *main;
  else own.pom.coordinates = identify(file, manifest);
  if (main == nullptr && own.pom.coordinates.group.empty())
    name_known_library(found, file, manifest, own.pom.coordinates);
  // Java EE's archive is published as another version than it was built as.
  if (main != nullptr && is_other_java_ee(file, main->coordinates))
    if (std::string group = found.group(file, manifest); !group.empty())
      own.pom.coordinates = {std::move(group), file.artifact, file.version};
  // The file's name and the manifest know a version that a pom leaves to its builder. The name has also for which Java
  // it was built, and that what Tycho built as a snapshot was released.
  const std::string& said = own.pom.coordinates.version;
  if (file.version.starts_with(said + ".jre") || (!file.version.empty() && said == file.version + "-SNAPSHOT"))
    own.pom.coordinates.version = file.version;
  if (own.pom.coordinates.version.empty()) own.pom.coordinates.version = identify(file, manifest).version;
  const auto fill = [&](std::string& into, std::string_view attribute) {
    if (into.empty() && is_utf8(manifest.value(attribute))) into = manifest.value(attribute);
  };
  fill(own.pom.url, "bundle-docurl");
  fill(own.pom.organization, "implementation-vendor");
  fill(own.pom.organization, "bundle-vendor");
  // The program of an Android library: the library is the archive around it. Source: developer.android.com, "Anatomy of
  // an AAR file".
  if (is_in_aar && main == nullptr && name == "classes.jar") own.pom.coordinates.artifact.clear();
  if (own.pom.licenses.empty()) {
    // Of several, nothing says whether one applies or all do.
    const std::string_view all = manifest.value("bundle-license");
    std::string_view text = manifest.value_without_directives("bundle-license");
    if (text.size() > 1 && text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
    if (!text.empty() && all.find(',') == std::string_view::npos) own.pom.licenses.emplace_back(text);
  }
  // A jar may name itself in such a file alone.
  for (const StatedLibrary& stated : found.stated) {
    MavenCoordinates& of = own.pom.coordinates;
    const auto may_be = [](const std::string& known, const std::string& other) {
      return known.empty() || known == other;
    };
    if (of.artifact == stated.coordinates.artifact && may_be(of.group, stated.coordinates.group) &&
        may_be(of.version, stated.coordinates.version))
      of = stated.coordinates;
  }
  const MavenCoordinates self = own.pom.coordinates;
  std::set<MavenCoordinates> named;
  if (!self.artifact.empty()) add_package(std::move(own));
  for (auto& [coordinates, pom] : poms) {
    if (&pom == main) continue;
    named.insert(coordinates);
    add_package({place, std::move(pom), {}});
  }
  add_merged(found, self, std::move(named), name, place);
  if (found.has_gems) add_unknown(place, "gems in an archive, which Supply does not read");
}

// What was merged into an archive without its pom: what names itself in another file, and what does not.
void Reader::add_merged(const Found& found, const MavenCoordinates& own, std::set<MavenCoordinates> named,
                        std::string_view name, const std::string& place) {
  // Kotlin's libraries are published for the JVM under a name of their own.
  std::set<std::pair<std::string, std::string>> known{{own.group, own.artifact}, {own.group, own.artifact + "-jvm"}};
  for (const MavenCoordinates& each : named) known.emplace(each.group, each.artifact);
  for (const auto& [coordinates, classes] : found.stated) {
    if (!classes.empty() && !found.directories.contains(classes)) continue;
    if (!known.emplace(coordinates.group, coordinates.artifact).second) continue;
    JavaPackage merged{place, {}, {}};
    merged.pom.coordinates = coordinates;
    add_package(std::move(merged));
    named.insert(coordinates);
  }
  for (const auto& [member, unread] : found.unread) {
    const NamedLibrary& of = unread.library;
    if (!of.classes.empty() && !found.directories.contains(of.classes)) continue;
    const bool is_known = std::any_of(known.begin(), known.end(), [&](const auto& library) {
      return library.second == of.artifact ||
             (of.artifact.find_last_of("-_") == of.artifact.size() - 1 && library.second.starts_with(of.artifact));
    });
    if (!is_known)
      add_unknown(place, quote(member) + ": " + std::string(unread.why) + ": it says which library was merged");
  }
  // Quarkus writes its own classes and those that it changed apart from the libraries, which are beside.
  if (name == "generated-bytecode.jar" || name == "transformed-bytecode.jar") return;
  std::vector<std::string> directories = found.classes.unexplained(own, {named.begin(), named.end()});
  if (directories.empty()) return;
  constexpr std::size_t kMost = 32;
  const std::size_t more = directories.size() - std::min(directories.size(), kMost);
  directories.resize(directories.size() - more);
  std::string where = join(directories, ", ", quote);
  if (found.classes.is_cut()) where += " and others";
  else if (more != 0) where += " and " + std::to_string(more) + " more";
  add_unknown(place, "libraries were merged into the archive that it does not name, with classes in " + where);
}

}  // namespace

bool begins_java_archive(std::string_view head) {
  constexpr std::size_t kName = 30;  // of the first member. Source: APPNOTE.TXT 4.3.7
  return head.starts_with("PK\x03\x04") && head.size() > kName && head.substr(kName).starts_with("META-INF/");
}

bool is_java_archive(std::string_view path, std::string_view head) {
  const std::string suffix = suffix_of(path);
  if (contains(kJavaSuffixes, suffix)) return true;
  return contains(kSharedSuffixes, suffix) && (head.empty() || head.starts_with("PK"));
}

Result<JavaArchive> read_java_archive(std::string_view bytes, std::string_view name, Share& share,
                                      const JavaLimits& limits) {
  Reader reader(share, limits);
  SUPPLY_TRY(reader.read(bytes, name, {}, 1));
  return reader.take();
}

}  // namespace supply::catalog

// Java libraries: jar, war, ear and their like, what is packed into them, and what was merged into them.
//
// A library whose Maven group the archive states, or which is known by its contents, is
// pkg:maven/GROUP/ARTIFACT@VERSION. Of others the group is not guessed; pkg:maven needs one, so the package is
// pkg:generic/ARTIFACT@VERSION?checksum=sha1:…: the checksum is what Maven Central finds it by. Such an archive is left
// out where a package of the system owns it, which names it better. Source: purl-spec, types/maven-definition.json (a
// namespace is required), types/generic-definition.json.
#include <algorithm>
#include <map>
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/embedded_links.hpp"
#include "libsupply/content/catalog/internal/java_archive.hpp"
#include "libsupply/content/catalog/internal/license_address.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/catalog/internal/maven_places.hpp"
#include "libsupply/content/pkg/package_cost.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;
constexpr Select kSelects[] = {{Select::By::suffix, ".jar"}, {Select::By::suffix, ".war"}, {Select::By::suffix, ".ear"},
                               {Select::By::suffix, ".hpi"}, {Select::By::suffix, ".jpi"}, {Select::By::suffix, ".par"},
                               {Select::By::suffix, ".nar"}, {Select::By::suffix, ".kar"}, {Select::By::suffix, ".sar"},
                               {Select::By::suffix, ".rar"}, {Select::By::suffix, ".aar"}};
constexpr Select kUnnamedSelects[] = {{Select::By::magic, "PK\x03\x04"}};

// Holds the archive while it streams by, and then keeps only what it says.
class Sink final : public rootfs::FileSink {
 public:
  explicit Sink(const rootfs::FileHeader& file) : name_(base_name(file.path)) {
    too_large_ = file.size > kMaxJavaArchiveBytes;
    if (!too_large_) bytes_.reserve(static_cast<std::size_t>(file.size));
  }

  void feed(std::string_view chunk) override {
    too_large_ = too_large_ || chunk.size() > kMaxJavaArchiveBytes - bytes_.size();
    if (!too_large_) bytes_ += chunk;
  }
  std::optional<std::size_t> held() const override { return bytes_.size(); }
  Result<std::optional<std::string>> finish() override {
    return Error(ErrorCode::internal, "a Java archive is read within a budget");
  }
  Result<std::optional<std::string>> finish_within(Share& share) override {
    if (too_large_) {
      const JavaArchive none{{}, {{{}, "more than " + std::to_string(kMaxJavaArchiveBytes) + " bytes"}}, {}};
      return std::optional<std::string>(to_record(none));
    }
    if (bytes_.empty()) return std::optional<std::string>();
    const std::uint64_t size = bytes_.size();
    SUPPLY_TRY(share.spend(Cost::memory, size));
    SUPPLY_TRY(const JavaArchive archive, read_java_archive(bytes_, name_, share));
    share.give_back(Cost::memory, size);
    if (archive.packages.empty() && archive.unknowns.empty() && archive.sboms.empty())
      return std::optional<std::string>();
    return std::optional<std::string>(to_record(archive));
  }

 private:
  std::string name_, bytes_;
  bool too_large_;
};

class Archives final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "java"; }
  int version() const override { return 7; }
  std::span<const Select> selects() const override { return kSelects; }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override {
    return is_java_archive(file.path, head) ? std::make_unique<Sink>(file) : nullptr;
  }
};
constexpr Archives kArchives;

// Those that another name has. Apart from the others, so that a link with the name of an archive still counts.
class UnnamedArchives final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "java-unnamed"; }
  int version() const override { return 4; }
  std::span<const Select> selects() const override { return kUnnamedSelects; }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override {
    const bool is_unnamed = begins_java_archive(head) && !is_java_archive(file.path, head);
    return is_unnamed ? std::make_unique<Sink>(file) : nullptr;
  }
};
constexpr UnnamedArchives kUnnamed;

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kArchives, &kUnnamed, &maven_poms()}; }

// One line without control characters, or "": what comes from a manifest or a pom for people to read.
std::string one_line(std::string_view text) {
  constexpr std::size_t kLongest = 256;
  std::string out;
  for (const char c : text) {
    const bool blank = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  while (out.ends_with(' ')) out.pop_back();
  return is_utf8(out) && out.size() <= kLongest ? out : std::string();
}

Result<pkg::Package> package_of(const JavaPackage& java, Licensing& licensing) {
  const MavenCoordinates& stated = java.pom.coordinates;
  pkg::PurlParts purl;
  purl.type = stated.group.empty() ? "generic" : "maven";
  purl.name_space = stated.group;
  purl.name = stated.artifact;
  purl.version = stated.version;
  if (stated.group.empty() && !java.sha1.empty()) purl.qualifiers["checksum"] = "sha1:" + java.sha1;
  pkg::Package out;
  SUPPLY_TRY(out.purl, pkg::Purl::create(std::move(purl)));
  out.name = stated.group.empty() ? stated.artifact : stated.group + ":" + stated.artifact;
  out.version = stated.version;
  if (const std::string organization = one_line(java.pom.organization); !organization.empty())
    out.supplier = "Organization: " + organization;
  if (java.pom.url.starts_with("http://") || java.pom.url.starts_with("https://"))
    out.homepage = one_line(java.pom.url);
  if (!java.sha1.empty()) out.checksums.push_back({"sha1", java.sha1});
  // Source: POM Reference, "Licenses": the user can choose one of several.
  std::vector<std::string> licenses;
  for (const std::string& text : java.pom.licenses) {
    const std::string_view at_address = license_at(text);
    licenses.emplace_back(at_address.empty() ? std::string_view(text) : at_address);
  }
  if (!licenses.empty()) SUPPLY_TRY(licensing.choice(licenses, out));
  out.cataloger = "java";
  return out;
}

struct Found {
  pkg::Package package;
  std::string file;     // the outermost archive
  std::string library;  // "group:artifact", "" without a group
  std::vector<std::string> requires_;
};

// Which library a dependency is: the one in the same outermost archive, else the one in the same directory. Where there
// are several versions, which of them is used is not known, and there is no edge.
class Libraries {
 public:
  void add(const Found& found) {
    if (found.library.empty()) return;
    const std::string purl = found.package.purl.to_string();
    for (const std::string& set : {found.file, std::string(directory_of(found.file)) + "/"}) {
      const auto [at, added] = purls_.emplace(std::pair(set, found.library), purl);
      if (!added && at->second != purl) at->second.clear();
    }
  }
  const std::string* find(const std::string& file, const std::string& library) const {
    for (const std::string& set : {file, std::string(directory_of(file)) + "/"})
      if (const auto at = purls_.find(std::pair(set, library)); at != purls_.end()) return &at->second;
    return nullptr;
  }

 private:
  std::map<std::pair<std::string, std::string>, std::string> purls_;  // by archive or directory, and library
};

// Everything is read here, when all packages of the system are known.
Status relate(const Context& context, pkg::Inventory& catalog) {
  std::vector<Found> found;
  std::vector<pkg::KnownUnknown> unknowns;
  std::set<std::string> unnamed;  // archives of which something is not named, or not read
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  Licensing licensing(context.share);
  const Contents poms(context.tree, maven_poms().name());
  std::vector<rootfs::CollectedFile> files = context.tree.collected(kArchives.name());
  const std::vector<rootfs::CollectedFile> unnamed_files = context.tree.collected(kUnnamed.name());
  files.insert(files.end(), unnamed_files.begin(), unnamed_files.end());
  for (const rootfs::CollectedFile& file : files) {
    // Further names of one archive say nothing new.
    if (!seen.emplace(file.file.layer, file.file.entry_index).second) continue;
    const std::string& path = file.file.path;
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + file.content.size()));
    constexpr std::uint64_t kCopies = 8;  // of a record: as a value, as packages and in the tables of libraries
    SUPPLY_TRY(context.share.spend(Cost::memory, kCopies * file.content.size()));
    const auto place = [&](const std::string& inner) { return inner.empty() ? path : path + "!/" + inner; };
    const auto add_unknown = [&](const std::string& inner, const std::string& reason) {
      unknowns.push_back({"java", place(inner), reason});
      unnamed.insert(path);
    };
    const auto archive = java_archive_from_record(file.content);
    if (!archive) {
      add_unknown({}, archive.error().message());
      continue;
    }
    for (const JavaSbom& sbom : archive->sboms)
      SUPPLY_TRY(add_embedded(context, sbom.record, place(sbom.place), file.file, catalog));
    for (const JavaUnknown& unknown : archive->unknowns) add_unknown(unknown.place, unknown.reason);
    for (JavaPackage java : archive->packages) {
      SUPPLY_TRY(identify_by_place(context, poms, path, java));
      auto package = package_of(java, licensing);
      if (!package) {
        if (package.error().code() == ErrorCode::limit_exceeded) return std::move(package).error();
        add_unknown(java.place, package.error().message());
        continue;
      }
      const MavenCoordinates& stated = java.pom.coordinates;
      package->location = place(java.place);
      package->layer = context.layer_of(file.file);
      if (stated.group.empty()) unnamed.insert(path);
      found.push_back({*std::move(package), path,
                       stated.group.empty() ? std::string() : stated.group + ":" + stated.artifact,
                       java.pom.requires_});
    }
  }
  SUPPLY_TRY(const auto owned, owned_by_system(context, catalog, unnamed));
  Libraries libraries;
  for (const Found& each : found) libraries.add(each);
  for (Found& each : found) {
    if (each.library.empty() && owned.contains(each.file)) continue;
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 * each.requires_.size()));
    const std::string self = each.package.purl.to_string();
    std::set<std::string_view> depends;
    for (const std::string& library : each.requires_) {
      const std::string* purl = libraries.find(each.file, library);
      if (purl != nullptr && !purl->empty() && *purl != self) depends.insert(*purl);
    }
    SUPPLY_TRY(pkg::set_depends(each.package, depends, context.share));
    SUPPLY_TRY(context.add(std::move(each.package), catalog));
  }
  for (pkg::KnownUnknown& unknown : unknowns) {
    const std::string file = unknown.path.substr(0, unknown.path.find("!/"));
    if (!owned.contains(file) && !owned.contains(unknown.path)) SUPPLY_TRY(context.add(std::move(unknown), catalog));
  }
  return {};
}

}  // namespace

const Cataloger& java() {
  static constexpr std::string_view kTypes[] = {"generic", "maven"};
  static constexpr Cataloger cataloger{
      .name = "java", .types = kTypes, .collectors = collectors, .read = nullptr, .relate = relate};
  return cataloger;
}

}  // namespace supply::catalog::catalogers

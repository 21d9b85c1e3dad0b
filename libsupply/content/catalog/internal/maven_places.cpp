#include "libsupply/content/catalog/internal/maven_places.hpp"

#include <algorithm>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"

namespace supply::catalog {
namespace {

using rootfs::Select;

// ARTIFACT/VERSION/ARTIFACT-VERSION.pom
bool is_in_repository(std::string_view path) {
  const std::string_view directory = directory_of(path), above = directory_of(directory);
  return base_name(path) == std::string(base_name(above)) + "-" + std::string(base_name(directory)) + ".pom";
}

std::string keep_pom(std::string bytes, bool complete) {
  auto pom = complete ? parse_pom(bytes) : Result<MavenPom>(Error(ErrorCode::limit_exceeded, ""));
  if (!pom || pom->coordinates.artifact.empty()) return {};
  JavaArchive record;
  record.packages.push_back({"", *std::move(pom), ""});
  return to_record(record);
}

constexpr Select kSelects[] = {{Select::By::suffix, ".pom"}};
constexpr PathCollector kPoms({.name = "maven-poms",
                               .selects = kSelects,
                               .wants = is_in_repository,
                               .limit = kMaxPackageMetadataBytes,
                               .reduce = keep_pom});

// The directories that Maven makes of coordinates.
std::string place_of(const MavenCoordinates& coordinates) {
  std::string out = coordinates.group;
  std::replace(out.begin(), out.end(), '.', '/');
  return out + "/" + coordinates.artifact + "/" + coordinates.version;
}

std::string_view without_zeros(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

// files-2.1/GROUP/ARTIFACT/VERSION/SHA1/NAME
std::string group_in_gradle_cache(std::string_view path, const JavaPackage& java) {
  std::string_view at = directory_of(path);
  if (java.sha1.empty() || without_zeros(base_name(at)) != without_zeros(java.sha1)) return {};
  for (const std::string& part : {java.pom.coordinates.version, java.pom.coordinates.artifact}) {
    at = directory_of(at);
    if (base_name(at) != part) return {};
  }
  at = directory_of(at);
  const std::string_view group = base_name(at);
  return base_name(directory_of(at)) == "files-2.1" && is_maven_id(group) ? std::string(group) : std::string();
}

}  // namespace

const rootfs::Collector& maven_poms() { return kPoms; }

Status identify_by_place(const Context& context, const Contents& poms, std::string_view path, JavaPackage& java) {
  MavenCoordinates& stated = java.pom.coordinates;
  if (!java.place.empty() || !stated.group.empty() || stated.artifact.empty() || stated.version.empty()) return {};
  const std::string directory(directory_of(path));
  SUPPLY_TRY(context.share.spend(Cost::steps, 10 + path.size() / 8));
  if (const auto file = poms.find(directory + "/" + stated.artifact + "-" + stated.version + ".pom")) {
    SUPPLY_TRY(context.share.spend(Cost::steps, 10 + file->content.size()));
    auto record = java_archive_from_record(file->content);
    if (!record || record->packages.size() != 1) return {};
    MavenPom& pom = record->packages[0].pom;
    if (pom.coordinates.artifact == stated.artifact && pom.coordinates.version == stated.version &&
        !pom.coordinates.group.empty() && is_or_ends_with(directory, place_of(pom.coordinates)))
      java.pom = std::move(pom);
  } else if (std::string group = group_in_gradle_cache(path, java); !group.empty()) {
    stated.group = std::move(group);
  }
  return {};
}

}  // namespace supply::catalog

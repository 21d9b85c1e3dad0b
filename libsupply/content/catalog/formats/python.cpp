// Installed Python distributions: *.dist-info/METADATA, *.egg-info/PKG-INFO and *.egg-info files.
#include "libsupply/content/catalog/python.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/content/catalog/format.hpp"

namespace supply::catalog::formats {
namespace {

bool wants_metadata(std::string_view path) {
  if (path.ends_with(".egg-info")) return true;
  const std::string_view name = base_name(path);
  if (name != "METADATA" && name != "PKG-INFO") return false;
  const std::string folder = to_lower(base_name(folder_of(path)));
  return name == "METADATA" ? folder.ends_with("dist-info") : folder.ends_with("egg-info");
}

bool wants_record(std::string_view path) {
  const std::string_view name = base_name(path);
  if (name != "RECORD" && name != "installed-files.txt") return false;
  const std::string folder = to_lower(base_name(folder_of(path)));
  return name == "RECORD" ? folder.ends_with("dist-info") : folder.ends_with("egg-info");
}

// The header alone is kept, and a mark of a header that did not end within the limit.
std::string keep_header(std::string bytes, bool complete) {
  if (!complete) return std::string(1, '\0');
  bytes.shrink_to_fit();
  return bytes;
}

const PathCollector kMetadata({.name = "python",
                               .wants = wants_metadata,
                               .limit = kMaxPackageMetadataBytes,
                               .reduce = keep_header,
                               .ends_at = end_of_python_header});
const PathCollector kRecords({.name = "python-owned", .wants = wants_record, .limit = kMaxCollectedFileBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles files) {
  if (files == WithOwnedFiles::no) return {&kMetadata};
  return {&kMetadata, &kRecords};
}

void add_files(const Contents& records, const Input& input, const std::string& metadata, pkg::Package& package) {
  const std::string folder(folder_of(metadata));
  std::set<std::string> found;
  const auto add = [&](const std::string& from, const std::string& path) {
    const auto file = input.tree.find(path.starts_with('/') ? path : from + "/" + path);
    if (file && file->type == rootfs::EntryType::file) found.insert(file->path);
  };
  if (const auto record = records.find(folder + "/RECORD")) {
    for (const std::string& path : parse_python_record(record->content)) add(std::string(folder_of(folder)), path);
  } else if (const auto installed = records.find(folder + "/installed-files.txt")) {
    for (const std::string_view path : lines(installed->content)) add(folder, std::string(path));
  }
  package.files.assign(found.begin(), found.end());
}

// The folder in which a distribution is installed: requirements are looked for there.
std::string site_of(std::string_view metadata) {
  if (metadata.ends_with(".egg-info")) return std::string(folder_of(metadata));
  return std::string(folder_of(folder_of(metadata)));
}

Status read(const Input& input, Catalog& catalog) {
  const Contents metadata(input.tree, kMetadata.name());
  const Contents records(input.tree, kRecords.name());
  std::vector<PythonPackage> packages;
  std::map<std::pair<std::string, std::string>, std::size_t> by_name;
  for (const rootfs::CollectedFile& file : metadata.all()) {
    const std::string& path = file.file.path;
    if (file.content == std::string_view("\0", 1)) {
      catalog.unknowns.push_back(
          {"python", path, "header of more than " + std::to_string(kMaxPackageMetadataBytes) + " bytes"});
      continue;
    }
    auto parsed = parse_python_metadata(file.content);
    if (!parsed) {
      catalog.unknowns.push_back({"python", path, parsed.error().message()});
      continue;
    }
    parsed->package.found_in = path;
    parsed->package.layer = input.layer_of(file.file);
    add_files(records, input, path, parsed->package);
    by_name.emplace(std::pair(site_of(path), parsed->package.purl.parts().name), packages.size());
    packages.push_back(*std::move(parsed));
  }
  for (PythonPackage& python : packages) {
    std::set<std::string> depends;
    for (const std::string& name : python.requires_) {
      const auto found = by_name.find(std::pair(site_of(python.package.found_in), name));
      if (found != by_name.end()) depends.insert(packages[found->second].package.purl.to_string());
    }
    python.package.depends.assign(depends.begin(), depends.end());
  }
  for (PythonPackage& python : packages) catalog.packages.push_back(std::move(python.package));
  return {};
}

}  // namespace

const Format& python() {
  static constexpr Format format{"python", collectors, read};
  return format;
}

}  // namespace supply::catalog::formats

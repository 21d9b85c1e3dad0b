#include "libsupply/content/locks/packages.hpp"

#include <map>
#include <set>

#include "libsupply/content/pkg/package_cost.hpp"

namespace supply::locks {
namespace {

bool is_package(const LockEntry& entry) { return !entry.project && !entry.name.empty(); }

// Hashes of one file each. "h1" and "yarn" are no hashes of a file.
std::vector<pkg::Checksum> checksums_of(const LockEntry& entry) {
  std::map<std::string_view, std::size_t> count;
  for (const IntegrityValue& value : entry.integrity) ++count[value.algorithm];
  std::vector<pkg::Checksum> out;
  for (const IntegrityValue& value : entry.integrity) {
    const bool of_file = value.algorithm == "md5" || value.algorithm.starts_with("sha");
    if (of_file && count[value.algorithm] == 1) out.push_back({value.algorithm, value.value});
  }
  return out;
}

pkg::Package package_of(const LockEntry& entry) {
  pkg::Package package;
  package.purl = entry.purl;
  package.name = entry.name;
  package.version = entry.version;
  package.scope = entry.scope;
  package.checksums = checksums_of(entry);
  return package;
}

}  // namespace

Result<Project> add_packages(const Format& format, const std::string& path, const LockFile& lock, Share& share,
                             pkg::Inventory& inventory) {
  Project project;
  std::vector<std::string> references;
  references.reserve(lock.entries.size());
  for (const LockEntry& entry : lock.entries) references.push_back(pkg::reference_of(package_of(entry)));
  for (const LockEntry& entry : lock.entries) {
    if (entry.project && project.name.empty()) project = {entry.name, entry.version};
    if (!is_package(entry)) continue;
    pkg::Package package = package_of(entry);
    package.cataloger = format.name;
    package.location = path;
    std::set<std::string_view> depends;
    for (const std::size_t to : entry.depends)
      if (is_package(lock.entries[to])) depends.insert(references[to]);
    SUPPLY_TRY(pkg::set_depends(package, depends, share));
    SUPPLY_TRY(pkg::spend_package(package, share));
    inventory.packages.push_back(std::move(package));
  }
  for (const UnreadPart& part : lock.unread)
    inventory.unknowns.push_back(
        {std::string(format.name), path, "line " + std::to_string(part.line) + ": " + part.reason});
  return project;
}

}  // namespace supply::locks

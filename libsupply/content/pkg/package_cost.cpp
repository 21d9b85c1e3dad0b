#include "libsupply/content/pkg/package_cost.hpp"

namespace supply::pkg {
namespace {

// What the largest format takes of a package that says nothing but its name, while it is written.
constexpr std::uint64_t kDocumentBytes = 5120;

}  // namespace

std::uint64_t memory_of(const Package& package) {
  std::uint64_t memory = sizeof package + 2 * (package.name.size() + package.version.size());
  for (const std::string* text :
       {&package.shown_type, &package.architecture, &package.source_name, &package.source_version, &package.supplier,
        &package.homepage, &package.declared_license, &package.concluded_license, &package.copyright, &package.location,
        &package.owner, &package.origin})
    memory += text->size();
  // A node of a map or a set, and its texts.
  constexpr std::uint64_t kNodeBytes = 64;
  for (const auto& [ref, text] : package.license_texts) memory += kNodeBytes + ref.size() + text.size();
  for (const std::string& ref : package.unread_licenses) memory += kNodeBytes + ref.size();
  for (const Checksum& checksum : package.checksums) memory += sizeof checksum + checksum.hex.size();
  for (const auto* list : {&package.depends, &package.cpes, &package.files})
    for (const std::string& text : *list) memory += sizeof text + text.size();
  if (package.model) memory += sizeof *package.model;
  return memory;
}

Status spend_package(const Package& package, Share& share) {
  SUPPLY_TRY(share.spend(Cost::memory, kDocumentBytes + 2 * memory_of(package)));
  // About twenty microseconds.
  constexpr std::uint64_t kStepsPerPackage = 50;
  return share.spend(Cost::steps, kStepsPerPackage);
}

Status set_depends(Package& package, const std::set<std::string_view>& references, Share& share) {
  std::uint64_t memory = 0;
  for (const std::string_view reference : references) memory += sizeof(std::string) + reference.size();
  SUPPLY_TRY(share.spend(Cost::memory, memory));
  package.depends.assign(references.begin(), references.end());
  return {};
}

}  // namespace supply::pkg

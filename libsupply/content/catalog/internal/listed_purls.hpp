// What a database of packages lists, for Cataloger::listed: each package by its URL. Pure.
#pragma once

#include <set>
#include <string>

#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"
#include "libsupply/content/catalog/internal/dpkg_database.hpp"

namespace supply::catalog {

inline const pkg::Package& package_of(const pkg::Package& one) { return one; }
inline const pkg::Package& package_of(const DebPackage& one) { return one.package; }
inline const pkg::Package& package_of(const DescribedPackage& one) { return one.package; }

/// The package URLs of the list that `parse` makes; the memory that it draws from the share is given back. Errors:
/// those of `parse`.
template <class Parse>
Result<std::set<std::string>> listed_purls(Share& share, const Parse& parse) {
  const std::uint64_t before = share.spent(Cost::memory);
  const auto packages = parse();
  std::set<std::string> purls;
  if (packages)
    for (const auto& one : *packages) purls.insert(package_of(one).purl.to_string());
  share.give_back(Cost::memory, share.spent(Cost::memory) - before);
  if (!packages) return packages.error();
  return purls;
}

}  // namespace supply::catalog

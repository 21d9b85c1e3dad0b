// The catalog of one layer that is made in a test, of entries or of a directory on this machine.
#pragma once

#include <algorithm>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/image/rootfs/rootfs.hpp"
#include "libsupply/testing/tar.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::testing {

/// As the tool makes it: what only links lead to is read a second time. Errors: those of the layer and of
/// catalog::read.
inline Result<pkg::Inventory> read_catalog(const std::string& tar, Budget& budget,
                                           const std::vector<std::string>& env = {},
                                           catalog::WithOwnedFiles files = catalog::WithOwnedFiles::no) {
  constexpr std::string_view kTar = "application/vnd.oci.image.layer.v1.tar";
  rootfs::LayerRequest request;
  request.collectors = catalog::collectors(files);
  const Digest digest = crypto::sha256(tar);
  const auto source = io::from_string(tar);
  SUPPLY_TRY(rootfs::LayerScan scan, rootfs::read_layer(*source, digest, kTar, request, budget));
  SUPPLY_TRY(const rootfs::FileTree merged, rootfs::FileTree::merge({&scan}, budget));
  SUPPLY_TRY(const auto wanted, merged.requested_files(request.collectors));
  const auto again = io::from_string(tar);
  SUPPLY_TRY(rootfs::read_again(*again, kTar, request, wanted[0], scan));
  SUPPLY_TRY(const rootfs::FileTree tree, rootfs::FileTree::merge({&scan}, budget));
  return catalog::read(tree, {digest}, budget, env, files);
}

/// The same with the packages' files. Throws when it cannot be made.
inline pkg::Inventory catalog_of_tar(const std::string& tar, const std::vector<std::string>& env = {}) {
  Budget budget;
  auto catalog = read_catalog(tar, budget, env, catalog::WithOwnedFiles::yes);
  if (!catalog) throw std::runtime_error(catalog.error().message());
  return *std::move(catalog);
}

inline pkg::Inventory catalog_of_layer(const std::vector<TarFields>& entries) {
  std::string tar;
  for (const TarFields& fields : entries) {
    if (fields.path.size() > 100) {
      TarFields cut = fields;
      cut.path = fields.path.substr(0, 100);
      tar += tar_pax('x', {{"path", fields.path}}) + tar_entry(cut);
    } else {
      tar += tar_entry(fields);
    }
  }
  return catalog_of_tar(tar + tar_end());
}

/// Files, directories and symbolic links below a directory.
inline pkg::Inventory catalog_of_directory(const std::filesystem::path& root) {
  struct Made {
    std::string path, content, link;
    char type;
  };
  std::vector<Made> made;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string path = std::filesystem::relative(entry.path(), root).string();
    if (entry.is_symlink()) made.push_back({path, "", std::filesystem::read_symlink(entry.path()).string(), '2'});
    else if (entry.is_directory()) made.push_back({path, "", "", '5'});
    else if (entry.is_regular_file()) made.push_back({path, read(entry.path()), "", '0'});
  }
  std::sort(made.begin(), made.end(), [](const Made& a, const Made& b) { return a.path < b.path; });
  std::vector<TarFields> entries;
  for (const Made& one : made)
    entries.push_back({.path = one.path, .content = one.content, .link = one.link, .type = one.type});
  return catalog_of_layer(entries);
}

/// Each package's purl, sorted; of one cataloger, or of all.
inline std::vector<std::string> purls_in(const pkg::Inventory& catalog, std::string_view cataloger = {}) {
  std::vector<std::string> out;
  for (const pkg::Package& package : catalog.packages)
    if (cataloger.empty() || package.cataloger == cataloger) out.push_back(package.purl.to_string());
  return out;
}

/// "path: reason" of each known unknown.
inline std::vector<std::string> unknowns_in(const pkg::Inventory& catalog) {
  std::vector<std::string> out;
  for (const pkg::KnownUnknown& unknown : catalog.unknowns) out.push_back(unknown.to_string());
  return out;
}

}  // namespace supply::testing

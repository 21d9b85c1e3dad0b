// The catalog of an image of one layer that a test makes of files, or of a directory that a package manager filled.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "libsupply/testing/catalogs.hpp"

namespace supply::testing {

/// Paths of any length.
struct ImageFile {
  std::string path, content;
  std::string link = {};
};

inline std::string tar_of(const std::vector<ImageFile>& files) {
  std::string tar;
  for (const ImageFile& file : files) {
    const bool is_long = file.path.size() > 100 || file.link.size() > 100;
    if (is_long) tar += tar_pax('x', {{"path", file.path}, {"linkpath", file.link}});
    tar += tar_entry({.path = is_long ? std::string_view("long") : std::string_view(file.path),
                      .content = file.content,
                      .link = is_long ? std::string_view() : std::string_view(file.link),
                      .type = file.link.empty() ? '0' : '2'});
  }
  return tar + tar_end();
}

inline pkg::Inventory catalog_of_files(const std::vector<ImageFile>& files) { return catalog_of_tar(tar_of(files)); }

/// Every file and link below a directory of this machine, as it would be in an image at `prefix` ("usr/lib/"), of at
/// most a mebibyte.
inline std::vector<ImageFile> files_below(const std::filesystem::path& directory, const std::string& prefix) {
  std::vector<ImageFile> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    const std::string path = prefix + entry.path().lexically_relative(directory).string();
    if (entry.is_symlink()) {
      out.push_back({path, "", std::filesystem::read_symlink(entry.path()).string()});
    } else if (entry.is_regular_file() && entry.file_size() <= 1 << 20) {
      out.push_back({path, read(entry.path())});
    }
  }
  return out;
}

/// "purl" of each package of a cataloger.
inline std::set<std::string> purls(const pkg::Inventory& catalog, std::string_view cataloger) {
  std::set<std::string> out;
  for (const pkg::Package& package : catalog.packages)
    if (package.cataloger == cataloger) out.insert(package.purl.to_string());
  return out;
}

/// "name version" of each package of a cataloger.
inline std::set<std::string> names_and_versions(const pkg::Inventory& catalog, std::string_view cataloger) {
  std::set<std::string> out;
  for (const pkg::Package& package : catalog.packages)
    if (package.cataloger == cataloger) out.insert(package.name + " " + package.version);
  return out;
}

inline const pkg::Package& package_named(const pkg::Inventory& catalog, std::string_view name) {
  const auto found = std::find_if(catalog.packages.begin(), catalog.packages.end(),
                                  [&](const pkg::Package& package) { return package.name == name; });
  if (found == catalog.packages.end()) throw std::runtime_error("no package " + std::string(name));
  return *found;
}

/// Whether a program is there that ci/setup does not install, for it is large: else the case is to return, and says so.
inline bool has_program(const std::string& program) {
  const bool found = std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
  if (!found) std::fprintf(stderr, "SKIPPED: no %s on this machine\n", program.c_str());
  return found;
}

/// The lines that a command prints; throws when it fails.
inline std::set<std::string> lines_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error(command);
  std::string all;
  char buffer[4096];
  while (const std::size_t got = fread(buffer, 1, sizeof buffer, pipe)) all.append(buffer, got);
  if (pclose(pipe) != 0) throw std::runtime_error(command + " failed: " + all);
  std::set<std::string> out;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\n', at), all.size());
    if (end > at) out.insert(all.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace supply::testing

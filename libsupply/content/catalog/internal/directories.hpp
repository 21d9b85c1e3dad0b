// Directories that packages lie in: where paths in them lead, and the directories in a directory, for package managers
// whose database is one directory for each package.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/cataloger.hpp"

namespace supply::catalog {

struct NamedDirectory {
  std::string name;
  rootfs::File file;  ///< the directory, where a link leads to it
};

/// `path` where it is absolute, else DIRECTORY/PATH. Nothing is made shorter.
std::string path_from(std::string_view directory, std::string_view path);

/// Adds the directory at a path, where links lead, if there is one. Errors: limit_exceeded.
Status add_directory_at(const Context& context, std::string_view path, std::set<std::string, std::less<>>& into);

/// What is a directory in one of `parents` (paths in the tree, without links), or a link to one: by parent, sorted by
/// name. Looks at the whole tree once, if there are parents. Errors: limit_exceeded.
Result<std::map<std::string, std::vector<NamedDirectory>>> directories_in(
    const Context& context, const std::set<std::string, std::less<>>& parents);

}  // namespace supply::catalog

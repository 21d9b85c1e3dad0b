// What a lock file says, as packages of an inventory. Pure.
#pragma once

#include <string>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/pkg/inventory.hpp"

namespace supply::locks {

/// The project that a lock file is for, as far as it says it.
struct Project {
  std::string name, version;
};

/// Adds the entries of a lock file at `path` as packages of the cataloger FORMAT, with their scopes and edges: all but
/// the project itself. There is a checksum where the file gives one for each algorithm; where an entry comes as several
/// files, none is the package's. A part that was not read is a known unknown. The project is what it returns.
/// Errors: limit_exceeded.
Result<Project> add_packages(const Format& format, const std::string& path, const LockFile& lock, Share& share,
                             pkg::Inventory& inventory);

}  // namespace supply::locks

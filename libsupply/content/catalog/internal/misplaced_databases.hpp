// What has the name of a package database and is none.
#pragma once

#include "libsupply/content/catalog/cataloger.hpp"

namespace supply::catalog {

/// Adds a known unknown for each path where a cataloger's database is looked for (the well-known paths of the collector
/// that has the cataloger's name; of "dir/*" the directory) and something else is: a directory for a file, a device, a
/// link that leads nowhere; and for a directory around it that is none. Errors: limit_exceeded.
Status add_misplaced_databases(const Context& context, pkg::Inventory& catalog);

}  // namespace supply::catalog

// Which layer brought a package: not the last one that rewrote its database, but the lowest since which this very
// version has been there without a break.
#pragma once

#include "libsupply/content/catalog/cataloger.hpp"

namespace supply::catalog {

/// Fills Package::introduced. What each layer kept of the same database or metadata file is compared; each distinct
/// content of a database is parsed once. A layer that removes the file is a break; of one whose state of the file was
/// not kept (a link in its place) nobody knows, and a package that only it could tell of gets nothing.
/// Errors: limit_exceeded.
Status add_introduced(const Context& context, pkg::Inventory& catalog);

}  // namespace supply::catalog

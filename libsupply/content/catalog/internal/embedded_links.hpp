// SBOMs that lie in an image, and the packages of the inventory that they speak of.
#pragma once

#include <string_view>

#include "libsupply/content/catalog/cataloger.hpp"

namespace supply::catalog {

/// Adds the document of a record (see embedded_record) at a path, which is in `file`. Errors: limit_exceeded.
Status add_embedded(const Context& context, std::string_view record, std::string path, const rootfs::File& file,
                    pkg::Inventory& catalog);

/// When all packages and documents are there: sets which packages each document describes, and of those what they were
/// made from. Errors: limit_exceeded.
Status link_embedded(const Context& context, pkg::Inventory& catalog);

}  // namespace supply::catalog

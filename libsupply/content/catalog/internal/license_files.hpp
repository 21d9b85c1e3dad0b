// Licences by the texts in a package's own directory, for packages that do not say theirs.
#pragma once

#include "libsupply/content/catalog/cataloger.hpp"

namespace supply::catalog {

/// Files that have the text of a licence by their names: LICENSE, COPYING.txt, LICENSE-MIT.
const rootfs::Collector& license_files();

/// Sets the concluded licence of packages that declare none, or one by a name of their own: by the texts that they give
/// for those names, else by the files in the directory that is the package's. All texts there must be of one and the
/// same SPDX expression: of several nobody says whether all of them apply, or one at the user's choice.
/// Errors: limit_exceeded.
Status conclude_licenses(const Context& context, pkg::Inventory& catalog);

}  // namespace supply::catalog

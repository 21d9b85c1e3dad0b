// Which installed distributions others require.
#pragma once

#include <string>
#include <vector>

#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/python.hpp"

namespace supply::catalog {

/// Looks for what each requires among those of the same site (sites[i] is of packages[i]), and adds all to the catalog,
/// with `cataloger` as theirs. Errors: limit_exceeded.
Status add_python_packages(const Context& context, std::string_view cataloger, std::vector<PythonPackage> packages,
                           const std::vector<std::string>& sites, pkg::Inventory& catalog);

}  // namespace supply::catalog

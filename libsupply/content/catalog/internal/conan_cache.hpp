// The database of a cache of Conan 2, which alone says what its directories are called.
// Source: Conan, conan/internal/cache/db/{packages_table,table}.py.
#pragma once

#include <string>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/content/catalog/internal/conan_info.hpp"

namespace supply::catalog {

struct ConanCachePackage {
  ConanReference reference;
  std::string recipe_revision;
  std::string path;  ///< below the directory of the database, "b/zlib0123"
};
/// The binary packages that the database lists. Errors: malformed, limit_exceeded.
Result<std::vector<ConanCachePackage>> read_conan_cache(std::string bytes, Share& share);
/// Of "NAME/VERSION@USER/CHANNEL"; a part that is not there is "".
ConanReference parse_conan_reference(std::string_view text);

}  // namespace supply::catalog

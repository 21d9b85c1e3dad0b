// What Composer says is installed: vendor/composer/installed.json. Pure function.
// Source: Composer, doc/04-schema.md; src/Composer/Repository/FilesystemRepository.php (read and write).
#pragma once

#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// Either form: an object with `packages` (Composer 2), or the list itself (Composer 1). Errors: malformed,
/// limit_exceeded.
Result<DescribedList> parse_composer_installed(std::string_view text);

}  // namespace supply::catalog

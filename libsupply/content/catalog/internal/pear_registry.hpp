// Packages of PEAR and PECL that are installed: a file each in .registry, a value that PHP's serialize() wrote. Pure
// functions.
// Source: PEAR, PEAR/Registry.php (_packageInfo), PEAR/PackageFile/v1.php and v2.php; PHP manual, serialize().
#pragma once

#include <functional>
#include <string_view>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// Calls with each text in a value that serialize() wrote, numbers included, and with the keys that lead to it, with
/// '/' between them ("version/release"). Views live during the call. Errors: malformed ("byte 17: …"), also for more
/// than kMaxTermDepth values in one another.
Status for_each_serialized(std::string_view text,
                           const std::function<void(std::string_view keys, std::string_view value)>& call);

/// One .reg. Errors: malformed.
Result<DescribedPackage> parse_pear_package(std::string_view text);

}  // namespace supply::catalog

// Source: os-release(5); base-files' /etc/debian_version.
#pragma once

#include <string_view>

#include "libsupply/content/catalog/catalog.hpp"

namespace supply::catalog {

/// Empty texts stand for files that are not there.
pkg::OperatingSystem parse_os_release(std::string_view os_release, std::string_view debian_version);

}  // namespace supply::catalog

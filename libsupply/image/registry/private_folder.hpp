// Folders and files that nobody else may read.
#pragma once

#include "libsupply/base/io/file.hpp"

namespace supply::registry {

/// Makes the folder, and those above it that are missing, with mode 0700; one that is there stays as it is. Errors:
/// forbidden, unavailable.
Status make_private_folder(const io::Path& folder);
/// Whether it is a folder, no link, that only we can read and write.
bool is_private_folder(const io::Path& folder);

}  // namespace supply::registry

// Directories and files that nobody else may read.
#pragma once

#include "libsupply/base/io/file.hpp"

namespace supply::io {

/// Makes the directory, and those above it that are missing, with mode 0700; one that is there stays as it is. Errors:
/// forbidden, unavailable.
Status make_private_directory(const Path& directory);
/// Whether it is a directory, no link, that only we can read and write.
bool is_private_directory(const Path& directory);

}  // namespace supply::io

// Hashes of files that are not held in memory.
#pragma once

#include <string>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/file.hpp"

namespace supply::tools {

struct FileHashes {
  Digest sha256;
  std::string other;  ///< raw, by the algorithm that was asked for
};

/// Both hashes in one pass. Errors: those of reading.
Result<FileHashes> hash_file(const std::string& path, crypto::HashAlgorithm algorithm,
                             io::FollowLinks links = io::FollowLinks::yes);

}  // namespace supply::tools

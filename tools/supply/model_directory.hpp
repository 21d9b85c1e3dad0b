// The files of a model's directory, for verify-blob-attestation.
#pragma once

#include <cstdint>
#include <string>

#include "libsupply/trust/verify/model_manifest.hpp"

namespace supply::tools {

/// The hash of every file below `directory`, or of its shards where the manifest lists shards, but of the paths that it
/// ignores and what is below them, and the file `bundle`, which holds the manifest; "" names none. Errors: unsupported
/// (a symbolic link, a device), limit_exceeded (kMaxModelFiles, also of shards), mismatch (the model is one file), and
/// those of reading.
Result<verify::ModelFiles> model_files(const std::string& directory, const verify::ModelManifest& manifest,
                                       const std::string& bundle);

/// The hashes of the shards of a model that is one file. Errors: limit_exceeded (kMaxModelFiles), those of reading.
Result<verify::ModelFiles> model_file_shards(const std::string& file, std::uint64_t shard_bytes);

}  // namespace supply::tools

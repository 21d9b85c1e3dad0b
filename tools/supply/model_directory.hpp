// The files of a model's directory, for verify-blob-attestation.
#pragma once

#include <string>

#include "libsupply/trust/verify/model_manifest.hpp"

namespace supply::tools {

/// The hash of every file below `directory`, or of its shards where the manifest lists shards, but of the paths that it
/// ignores and what is below them. Errors: unsupported (a symbolic link, a device), limit_exceeded (kMaxModelFiles,
/// also of shards), and those of reading.
Result<verify::ModelFiles> model_files(const std::string& directory, const verify::ModelManifest& manifest);

}  // namespace supply::tools

// `supply sbom IMAGE`: the documents of an image's platforms, and of the index that names them.
#pragma once

#include <optional>

#include "tools/common/image.hpp"
#include "tools/supply/sbom_outputs.hpp"

namespace supply::tools {

/// Writes the documents to the outputs, and says what was left out and what is not known. Errors also: usage (several
/// platforms, and an output that can only have one document).
Result<ExitCode> write_image_sboms(const oci::Reference& reference, const std::optional<oci::Platform>& platform,
                                   SbomOutputs outputs, Stores& stores, Console& console);

}  // namespace supply::tools

// `supply sbom dir:PATH`: the SBOM of a source tree.
#pragma once

#include <string>
#include <vector>

#include "libsupply/content/sbom/source_sbom.hpp"
#include "tools/common/console.hpp"
#include "tools/supply/sbom_outputs.hpp"

namespace supply::tools {

/// Writes the documents to the outputs, and says what was left out and what is not known. `name` as typed.
Result<ExitCode> write_source_sbom(const std::string& directory, const std::string& name, const SbomOutputs& outputs,
                                   Budget& budget, Console& console);
/// What was read of a source tree, what was left out on purpose, and what is not known. Whether all is known.
bool say_source(const std::string& directory, const source::SourceTree& source, const Console& console);

}  // namespace supply::tools

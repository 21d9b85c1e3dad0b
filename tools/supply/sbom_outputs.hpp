// What the documents of one run are to say, and where each goes.
#pragma once

#include <string>
#include <vector>

#include "libsupply/content/sbom/image_sbom.hpp"
#include "tools/common/console.hpp"
#include "tools/common/exit_code.hpp"

namespace supply::tools {

struct SbomOutputs {
  sbom::Request request;
  std::vector<Output> outputs;  ///< one for each of `request.formats`
  bool strict = false;          ///< what could not all be read has another exit code
};

/// Says so where the document of outputs[index] has fewer files than were asked for.
void say_left_out(const SbomOutputs& outputs, std::size_t index, sbom::Files files, const Console& console);
/// yes; with `strict` damaged where not all of `what` could be read.
ExitCode answer_of(const SbomOutputs& outputs, bool complete, const std::string& what, const Console& console);

}  // namespace supply::tools

#include "tools/supply/sbom_outputs.hpp"

namespace supply::tools {

void say_left_out(const SbomOutputs& outputs, std::size_t index, sbom::Files files, const Console& console) {
  if (files != outputs.request.files)
    console.warn(outputs.outputs[index].format + ": files were left out to keep to " +
                 std::to_string(outputs.request.max_bytes.value_or(0)) + " bytes; the document says so");
}

ExitCode answer_of(const SbomOutputs& outputs, bool complete, const std::string& what, const Console& console) {
  if (!outputs.strict || complete) return ExitCode::yes;
  console.warn("--strict: not all of " + what + " could be read");
  return ExitCode::damaged;
}

}  // namespace supply::tools

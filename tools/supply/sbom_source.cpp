#include "tools/supply/sbom_source.hpp"

#include "libsupply/base/text/text.hpp"

namespace supply::tools {

bool say_source(const std::string& directory, const source::SourceTree& source, const Console& console) {
  console.note(directory + ": " + std::to_string(source.inventory.packages.size()) +
               " packages; lock files: " + (source.lock_files.empty() ? "none" : join(source.lock_files, ", ")));
  for (const std::string& left_out : source.left_out) console.note("left out " + left_out);
  for (const pkg::KnownUnknown& unknown : source.inventory.unknowns)
    console.warn(directory + ": packages that are not in the list may be in " + unknown.to_string());
  return source.inventory.unknowns.empty();
}

Result<ExitCode> write_source_sbom(const std::string& directory, const std::string& name, const SbomOutputs& outputs,
                                   Budget& budget, Console& console) {
  SUPPLY_TRY(const sbom::SourceSbom made, sbom::generate_of_source(directory, name, outputs.request, budget));
  const bool complete = say_source(directory, made.source, console);
  for (std::size_t i = 0; i < outputs.outputs.size(); ++i) {
    say_left_out(outputs, i, made.files[i], console);
    SUPPLY_TRY(deliver(console, outputs.outputs[i], made.texts[i]));
  }
  return answer_of(outputs, complete, "the directory", console);
}

}  // namespace supply::tools

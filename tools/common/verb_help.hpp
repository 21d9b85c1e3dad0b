// What is at the end of a verb's help beside its options: exit codes and examples.
#pragma once

#include <string>
#include <string_view>

namespace supply::tools {

struct VerbHelp {
  std::string footer;           ///< exit codes and examples; empty for a verb that only holds others
  bool asks_registries = true;  ///< else the options of registries are taken and not shown
};

/// Of the verb `words` ("sbom check") of `program`.
VerbHelp verb_help(std::string_view program, std::string_view words);

}  // namespace supply::tools

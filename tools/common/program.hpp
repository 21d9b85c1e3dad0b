// A program made of verbs: reads the command line, runs one verb, and turns what came of it into an exit code.
#pragma once

#include <string>
#include <vector>

#include "tools/common/command.hpp"

namespace supply::tools {

using AddVerb = void (*)(CLI::App& app, Run& run);

/// Verbs that are together in the help.
struct VerbGroup {
  std::string title;
  std::vector<AddVerb> verbs;
};

struct ProgramDescription {
  std::string name, summary;
  std::vector<VerbGroup> groups;
};

/// Returns the process's exit code. A wrong command line is 2, with what is wrong, what may have been meant, and where
/// help goes. Without a verb the help is shown, and the answer is 2: nothing was asked, so nothing was answered yes.
int program(const ProgramDescription& description, int argc, char** argv);

}  // namespace supply::tools

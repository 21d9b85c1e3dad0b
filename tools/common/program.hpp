// A program made of verbs: reads the command line, runs one verb, and turns what came of it into an exit code.
#pragma once

#include <string>
#include <string_view>
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

/// What a process of these programs does first: signals are ignored that are errors of writing, and without memory it
/// ends at once, with one line that begins with the name, to the file, and exit code 3. `name` must live as
/// long as the process.
void begin_process(std::string_view name, int file);

/// Returns the process's exit code. A wrong command line is 2, with what is wrong, what may have been meant, and where
/// help goes. Without a verb the help is shown, and the answer is 2: nothing was asked, so nothing was answered yes.
int program(const ProgramDescription& description, int argc, char** argv);

}  // namespace supply::tools

// A program made of verbs: reads the command line, runs one verb, and turns what came of it into an exit code.
#pragma once

#include <string>
#include <vector>

#include "tools/common/command.hpp"

namespace supply::tools {

using AddVerb = void (*)(CLI::App& app, Run& run);

/// Returns the process's exit code. A wrong command line is 2, with what is wrong and where help stands.
int program(const std::string& name, const std::string& description, int argc, char** argv,
            const std::vector<AddVerb>& verbs);

}  // namespace supply::tools

// Completion scripts of shells, made from the options that the verbs declare.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace supply::tools {

/// The script for `shell` (bash, zsh, fish) of a program whose verbs all have their options. The same for the same
/// program.
std::string completion_script(const CLI::App& program, const std::string& shell);

}  // namespace supply::tools

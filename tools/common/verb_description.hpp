// What the verbs of a program declare, as values: for completion scripts and manual pages.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace supply::tools {

struct OptionDescription {
  std::vector<std::string> names;  ///< "-a", "--annotations"; of a positional argument its name alone
  std::string group, help;
  bool positional = false, takes_value = false, repeated = false, required = false;
  std::vector<std::string> choices;  ///< where only these values are taken
  std::string variable;              ///< of the environment, that sets it too; empty: none
};

struct VerbDescription {
  std::string words;  ///< "sbom check"; empty for the program itself
  std::string summary, footer;
  std::vector<std::string> below;  ///< names of the verbs under it
  std::vector<OptionDescription> options;
};

/// The program and every verb, each before those below it, in the order in which they were added.
std::vector<VerbDescription> describe_verbs(const CLI::App& program);

}  // namespace supply::tools

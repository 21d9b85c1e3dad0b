// Options whose values have names: help writes the names out, shells complete them, and a mistyped one is told the near
// name.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace supply::tools {

/// Only these values are taken.
CLI::Option* take_only(CLI::Option* option, const std::vector<std::string>& names);

/// -o FORMAT[=FILE], repeated. parse_outputs() reads the values.
CLI::Option* add_output_option(CLI::App& verb, std::vector<std::string>& outputs,
                               const std::vector<std::string>& formats, const std::string& help);

/// --type: a short name of a predicate type, or a URI; other values are refused.
CLI::Option* add_predicate_type_option(CLI::App& verb, std::string& type, const std::string& help);

/// The names that an option's values have; empty where they have none.
std::vector<std::string> choices_of(const CLI::Option& option);

}  // namespace supply::tools

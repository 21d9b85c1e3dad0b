// What users of cosign and other programs type, and what to type here.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace supply::tools {

struct Run;

/// An option that another program takes and Supply does not, and what to type.
struct OptionOfOthers {
  const char* option;
  bool has_value;
  const char* instead;
  bool is_on = false;  ///< a flag's value where nobody types it: typing that (--flag=false) changes nothing
};

/// Refuses those of `all`, and those of every verb of cosign's, that were typed and are not the verb's own: behind all
/// of the verb's own options.
void refuse_options_of_others(CLI::App& verb, std::span<const OptionOfOthers> all, const Run& run);

/// A flag, and what is done when it is typed: yes, or with a value behind '=' that says no. Any other value is a wrong
/// command.
CLI::Option* on_flag(CLI::App& verb, const std::string& flag, std::function<void(bool yes)> act);

/// What to type instead of an option of cosign's that is before the verb ("-d verify"); empty: there is none.
std::string instead_of_first_option(const Run& run);

/// Whether the option was typed, alone or with a value behind '='.
bool is_typed(const Run& run, std::string_view option);

/// Of "a=b,c=d", which cosign takes for two annotations, both. What has a part that is no key=value, or quotes, is one.
std::vector<std::string> split_annotations(const std::vector<std::string>& typed);

}  // namespace supply::tools

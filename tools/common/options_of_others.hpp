// What users of cosign and other programs type, and what to type here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace supply::tools {

struct Run;

/// An option that another program takes and Supply does not, and what to type. A flag is refused as --flag=false too.
struct OptionOfOthers {
  const char* option;
  bool has_value;
  const char* instead;
};

/// Refuses those of `all`, and those of every verb of cosign's, that were typed and are not the verb's own: behind all
/// of the verb's own options.
void refuse_options_of_others(CLI::App& verb, std::span<const OptionOfOthers> all, const Run& run);

/// Whether the option was typed, alone or with a value behind '='.
bool is_typed(const Run& run, std::string_view option);

/// Of "a=b,c=d", which cosign takes for two annotations, both. What has a part that is no key=value, or quotes, is one.
std::vector<std::string> split_annotations(const std::vector<std::string>& typed);

}  // namespace supply::tools

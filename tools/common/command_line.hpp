// The words of a command line before and after they are parsed: where global options may be, and what a mistyped word
// may have meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace supply::tools {

/// The same words with the options that every verb has moved from before a verb to behind it: `supply --json sbom check
/// X` says the same as `supply sbom check --json X`. Nothing else is moved.
std::vector<std::string> with_verbs_first(const CLI::App& app, const std::vector<std::string_view>& words);

/// Short options with a value behind '=' (`-o=json`, `-a=env=prod`), as cosign, crane and kubectl take them, by their
/// long names, which mean the same; `words` as the function above gives them.
void write_short_options_out(const CLI::App& app, std::vector<std::string>& words);

/// "supply sbom check", for the deepest verb that was parsed.
std::string typed_verb(const CLI::App& app);

std::vector<std::string> verb_names(const CLI::App& app);

/// ": did you mean "verify"?" for the nearest of `known` if one is near, else "".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);
/// The same for the first of `words` that looks like an option of the verb that was parsed, and is none; else for the
/// name of a verb below it.
std::string what_was_meant(const CLI::App& app, const std::vector<std::string_view>& words);
/// The same for a value that is none of those that its option takes.
std::string what_value_was_meant(const CLI::App& app, const std::vector<std::string_view>& words);

}  // namespace supply::tools

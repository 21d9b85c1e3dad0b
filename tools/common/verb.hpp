// Puts a verb into the program. For the sources of verbs only: it brings CLI11 with it.
#pragma once

#include "tools/common/cli11.hpp"
#include "tools/common/command.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/verb_help.hpp"

namespace supply::tools {

/// Refuses what was said to a verb above the one that was typed ("sbom --platform P check"): it would be dropped
/// without a word. Options that every verb has are the deepest one's wherever they are typed.
inline void refuse_options_of(const CLI::App& verb, const std::string& words) {
  for (const CLI::Option* option : verb.get_options())
    if (option->count() > 0 && option->get_envname().empty())
      throw CLI::ParseError(option->get_name() + ": belongs to " + words +
                                ", and says nothing to the verb behind it; write " +
                                "it at the end where that verb has it",
                            CLI::ExitCodes::ExtrasError);
}

/// Adds the verb; `run` is set when it is the one that was typed. `Options` has a member `common`.
template <class Options>
CLI::App* add_verb(CLI::App& parent, Run& run, const std::string& name, const std::string& help,
                   const std::function<void(CLI::App&, Options&)>& declare,
                   Result<ExitCode> (*body)(const Options&, Console&)) {
  CLI::App* verb = parent.add_subcommand(name, help);
  if (!run.needs(name)) return verb;
  auto options = std::make_shared<Options>();
  declare(*verb, *options);
  const CLI::App* root = verb;
  std::string words = name;
  for (root = &parent; root->get_parent() != nullptr; root = root->get_parent()) words = root->get_name() + ' ' + words;
  const VerbHelp help_end = verb_help(root->get_name(), words);
  verb->footer(help_end.footer);
  add_common(*verb, options->common, help_end.asks_registries, run);
  if (help_end.asks_registries) refuse_options_of_others(*verb, {}, run);
  // A repeated option takes one value each time: what follows is an image, not another key.
  for (CLI::Option* option : verb->get_options())
    if (!option->get_positional() && option->get_items_expected_max() > 1) option->allow_extra_args(false);
  verb->callback([options, &run, body, verb, words] {
    if (!verb->get_subcommands().empty()) {  // the deepest verb is the one that was typed
      refuse_options_of(*verb, words);
      return;
    }
    run.body = [options, body, words](Console& console) -> Result<ExitCode> {
      if (options->common.quiet && options->common.verbose)
        return Error(ErrorCode::usage, "--quiet and --verbose contradict each other");
      console.set_verb(words);
      console.set_talk(options->common.quiet ? Talk::quiet : options->common.verbose ? Talk::verbose : Talk::normal);
      console.set_color(parse_color_mode(options->common.color));
      return body(*options, console);
    };
  });
  return verb;
}

}  // namespace supply::tools

#include "tools/common/verb_description.hpp"

#include "tools/common/choices.hpp"
#include "tools/common/cli11.hpp"

namespace supply::tools {
namespace {

OptionDescription describe(const CLI::Option& option) {
  OptionDescription made;
  made.positional = option.get_positional();
  if (made.positional) made.names.push_back(option.get_name(true));
  else {
    for (const std::string& name : option.get_snames()) made.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) made.names.push_back("--" + name);
  }
  made.group = option.get_group();
  made.help = option.get_description();
  made.takes_value = option.get_items_expected_max() > 0;
  made.repeated = option.get_items_expected_max() > 1;
  made.required = option.get_required();
  made.choices = choices_of(option);
  made.variable = option.get_envname();
  return made;
}

void add(const CLI::App& verb, const std::string& words, std::vector<VerbDescription>& all) {
  VerbDescription made{words, verb.get_description(), verb.get_footer(), {}, {}};
  for (const CLI::Option* option : verb.get_options())
    if (!option->get_group().empty()) made.options.push_back(describe(*option));  // else taken, and not shown
  const auto below = verb.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* each : below) made.below.push_back(each->get_name());
  all.push_back(std::move(made));
  for (const CLI::App* each : below) add(*each, words + (words.empty() ? "" : " ") + each->get_name(), all);
}

}  // namespace

std::vector<VerbDescription> describe_verbs(const CLI::App& program) {
  std::vector<VerbDescription> all;
  add(program, "", all);
  return all;
}

}  // namespace supply::tools

#include "tools/common/choices.hpp"

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"
#include "tools/common/cli11.hpp"

namespace supply::tools {
namespace {

// "{text,json}". CLI11 keeps what a value may be in the name of its type, as CLI::IsMember writes it.
std::string names_text(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "{" : ",") + name;
  return text + '}';
}

}  // namespace

CLI::Option* take_only(CLI::Option* option, const std::vector<std::string>& names) {
  return option->check(CLI::IsMember(names));
}

CLI::Option* add_output_option(CLI::App& verb, std::vector<std::string>& outputs,
                               const std::vector<std::string>& formats, const std::string& help) {
  return verb.add_option("-o,--output", outputs, help)
      ->type_name("FORMAT[=FILE]")
      ->check(CLI::Validator([](const std::string&) { return std::string(); }, names_text(formats)));
}

CLI::Option* add_predicate_type_option(CLI::App& verb, std::string& type, const std::string& help) {
  const auto check = [](const std::string& name) {
    const Result<std::string> known = attest::predicate_type_of(name);
    return known ? std::string() : known.error().message();
  };
  return verb.add_option("--type", type, help)
      ->check(CLI::Validator(check, names_text(attest::predicate_type_names())));
}

std::vector<std::string> choices_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{'), close = type.find('}');
  std::vector<std::string> choices;
  if (open == std::string::npos || close == std::string::npos || close < open) return choices;
  for (const std::string_view choice : split(std::string_view(type).substr(open + 1, close - open - 1), ','))
    choices.emplace_back(choice);
  return choices;
}

}  // namespace supply::tools

#include "tools/common/options_of_others.hpp"

#include <algorithm>
#include <stdexcept>

#include "libsupply/base/text/text.hpp"
#include "tools/common/cli11.hpp"
#include "tools/common/command.hpp"

namespace supply::tools {
namespace {

// Those about registries and about a run, of every verb.
constexpr OptionOfOthers kOfEveryVerb[] = {
    {"--allow-http-registry", false, "write --plain-http"},
    {"--allow-insecure-registry", false, "write --plain-http, or --ca-file FILE with the registry's authority"},
    {"--registry-username", true, "log in before, with `login`"},
    {"--registry-password", true, "log in before, with `login --password-stdin`"},
    {"--registry-token", true, "log in before, with `login`"},
    {"--creds", true, "supply login REGISTRY takes a name and a password"},
    {"--tls-verify", false, "write --plain-http, or --ca-file FILE with the registry's authority", true},
    {"--registry-cacert", true, "write --ca-file FILE"},
    {"--registry-client-cert", true, "write --client-cert FILE"},
    {"--registry-client-key", true, "write --client-key FILE"},
    {"--registry-server-name", true, "the registry is reached under the name that its certificate has"},
    {"--registry-referrers-mode", true, "what is attached is found and put where the registry keeps it: leave it out"},
    {"--attachment-tag-prefix", true, "tags of what is attached are made of the image's digest alone"},
    {"--k8s-keychain", false, "credentials are read where docker and podman keep them, and from credential helpers"},
    {"--output-file", true, "write -o FORMAT=FILE, or send standard output to a file"},
    {"--timeout", true, "write --deadline"},
    {"-t", true, "write --deadline"},
    {"-d", false, "write --verbose"},
};

[[noreturn]] void refuse(const std::string& flag, const std::string& text) {
  throw CLI::ParseError(flag + ": " + text, CLI::ExitCodes::ValidationError);
}

void refuse(CLI::App& verb, std::span<const OptionOfOthers> all, const Run& run) {
  for (const OptionOfOthers& each : all) {
    if (!is_typed(run, each.option) || verb.get_option_no_throw(each.option) != nullptr) continue;  // the verb's own
    const std::string flag = each.option, text = each.instead;
    CLI::Option* option = each.has_value ? verb.add_option_function<std::string>(
                                               flag, [flag, text](const std::string&) { refuse(flag, text); })
                                         : on_flag(verb, flag, [flag, text, is_on = each.is_on](bool yes) {
                                             if (yes != is_on) refuse(flag, text);
                                           });
    option->group("");
    if (each.has_value) option->expected(0, 1);  // what to type does not depend on its value
  }
}

}  // namespace

// CLI11's own flags with a function end the program at a value that is neither.
CLI::Option* on_flag(CLI::App& verb, const std::string& flag, std::function<void(bool)> act) {
  const auto check = [flag](const std::string& value) -> std::string {
    try {
      CLI::detail::to_flag_value(value);
    } catch (const std::logic_error&) {  // what std::stoll throws
      refuse(flag, quote(value) + ": want true or false");
    }
    return {};
  };
  // Typed more than once, the last counts, as cosign has it; CLI11 would add them up.
  return verb.add_flag_function(flag, [act = std::move(act)](std::int64_t count) { act(count > 0); })
      ->check(check)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

bool is_typed(const Run& run, std::string_view flag) {
  return std::any_of(run.words.begin(), run.words.end(), [&](std::string_view word) {
    return word.starts_with(flag) && (word.size() == flag.size() || word[flag.size()] == '=');
  });
}

void refuse_options_of_others(CLI::App& verb, std::span<const OptionOfOthers> all, const Run& run) {
  refuse(verb, all, run);
  refuse(verb, kOfEveryVerb, run);
}

std::string instead_of_first_option(const Run& run) {
  if (run.words.empty()) return {};
  const std::string_view first = run.words.front(), name = first.substr(0, first.find('='));
  for (const OptionOfOthers& each : kOfEveryVerb)
    if (name == each.option) return std::string(name) + ": " + each.instead;
  return {};
}

std::vector<std::string> split_annotations(const std::vector<std::string>& typed) {
  std::vector<std::string> all;
  for (const std::string& each : typed) {
    const std::vector<std::string_view> parts = split(each, ',');
    const bool list =
        each.find('"') == std::string::npos && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
          return part.find('=') != std::string_view::npos && part.front() != '=';
        });
    if (list) all.insert(all.end(), parts.begin(), parts.end());
    else all.push_back(each);
  }
  return all;
}

}  // namespace supply::tools

#include "tools/common/completion.hpp"

#include "tools/common/cli11.hpp"
#include "tools/common/verb_description.hpp"

namespace supply::tools {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// In single quotes, for a shell.
std::string shell_word(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += "'\\''";
    else out += c;
  }
  return out + '\'';
}

std::vector<std::string> words_for(const VerbDescription& verb) {
  std::vector<std::string> words = verb.below;
  for (const OptionDescription& option : verb.options) {
    if (option.positional) words.insert(words.end(), option.choices.begin(), option.choices.end());
    else words.insert(words.end(), option.names.begin(), option.names.end());
  }
  return words;
}

// bash and zsh (through its bashcompinit): the verb is the longest known one that the words begin with; behind an
// option with a set of values these are proposed, else options, verbs, and files.
std::string bash(const std::string& name, const std::vector<VerbDescription>& verbs) {
  std::string text =
      "_" + name +
      "() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb='' next words='' i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    next=${COMP_WORDS[i]}\n"
      "    case \"${verb:+$verb }$next\" in\n      ";
  std::string known, choices, options;
  for (const VerbDescription& verb : verbs) {
    if (!verb.words.empty()) known += (known.empty() ? "" : "|") + shell_word(verb.words);
    options += "    " + shell_word(verb.words) + ") words=" + shell_word(joined(words_for(verb))) + " ;;\n";
    for (const OptionDescription& option : verb.options) {
      if (option.positional || option.choices.empty()) continue;
      for (const std::string& each : option.names)
        choices +=
            "    " + shell_word(verb.words + " " + each) + ") words=" + shell_word(joined(option.choices)) + " ;;\n";
    }
  }
  text += known + ") verb=${verb:+$verb }$next ;;\n    esac\n  done\n";
  text += "  case \"$verb $before\" in\n" + choices + "  esac\n";
  text += "  [ -n \"$words\" ] || case \"$verb\" in\n" + options + "  esac\n";
  text += "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\") $(compgen -f -- \"$word\"))\n}\n";
  return text;
}

std::string fish(const std::string& name, const std::vector<VerbDescription>& verbs) {
  std::string text;
  for (const VerbDescription& verb : verbs) {
    std::string seen = "__fish_use_subcommand";
    if (!verb.words.empty()) {
      seen.clear();
      std::string_view rest = verb.words;
      while (!rest.empty()) {
        const std::string_view word = rest.substr(0, rest.find(' '));
        seen += (seen.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + std::string(word));
        rest.remove_prefix(std::min(rest.size(), word.size() + 1));
      }
    }
    const std::string begin = "complete -c " + name + " -n " + shell_word(seen);
    for (const VerbDescription& other : verbs) {
      const std::size_t end = other.words.rfind(' ');
      const std::string above = end == std::string::npos ? "" : other.words.substr(0, end);
      if (other.words.empty() || above != verb.words) continue;
      text += begin + " -a " + shell_word(other.words.substr(end == std::string::npos ? 0 : end + 1)) + " -d " +
              shell_word(other.summary) + "\n";
    }
    for (const OptionDescription& option : verb.options) {
      if (option.positional) {
        if (!option.choices.empty()) text += begin + " -a " + shell_word(joined(option.choices)) + "\n";
        continue;
      }
      text += begin;
      for (const std::string& each : option.names)
        text += each.starts_with("--") ? " -l " + each.substr(2) : " -s " + each.substr(1);
      if (!option.choices.empty()) text += " -x -a " + shell_word(joined(option.choices));
      else if (option.takes_value) text += " -r";
      text += " -d " + shell_word(option.help) + "\n";
    }
  }
  return text;
}

}  // namespace

std::string completion_script(const CLI::App& program, const std::string& shell) {
  const std::vector<VerbDescription> verbs = describe_verbs(program);
  std::string name = program.get_name(), function = name;
  std::replace(function.begin(), function.end(), '-', '_');
  const std::string first =
      "# Completion of " + name + " for " + shell + ", made by `" + name + " completion " + shell + "`.\n";
  if (shell == "fish") return first + fish(name, verbs);
  const std::string begin = shell == "zsh" ? "autoload -Uz bashcompinit && bashcompinit\n" : "";
  return first + begin + bash(function, verbs) + "complete -F _" + function + " " + name + "\n";
}

}  // namespace supply::tools

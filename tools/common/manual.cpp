#include "tools/common/manual.hpp"

#include <algorithm>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/common/cli11.hpp"
#include "tools/common/verb_description.hpp"
#include "tools/common/version.hpp"

namespace supply::tools {
namespace {

// Text for man(7): a backslash or a hyphen means itself, a line never begins a request.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else out += c;
  }
  return out;
}

std::string capitals(std::string text) {
  for (char& c : text) c = to_upper(c);
  return text;
}

std::string option_text(const OptionDescription& option) {
  std::string names;
  for (const std::string& name : option.names) names += (names.empty() ? "" : ", ") + ("\\fB" + escaped(name) + "\\fR");
  if (!option.positional && !option.choices.empty()) {
    names += " \\fI";
    for (const std::string& choice : option.choices)
      names += (choice == option.choices.front() ? "" : "|") + escaped(choice);
    names += "\\fR";
  } else if (!option.positional && option.takes_value) {
    names += " \\fIVALUE\\fR";
  }
  std::string text = ".TP\n" + names + "\n" + escaped(option.help);
  if (option.repeated && !option.positional) text += " (repeatable)";
  if (option.required) text += " (required)";
  if (!option.variable.empty()) text += " (environment: " + escaped(option.variable) + ")";
  return text + "\n";
}

std::string page_of(const std::string& program, const std::vector<VerbDescription>& all, const VerbDescription& verb) {
  const std::string name = program + (verb.words.empty() ? "" : " " + verb.words);
  std::string title = name;
  std::replace(title.begin(), title.end(), ' ', '-');
  std::string page = ".TH " + escaped(capitals(title)) + " 1 \"\" \"" + program + " " + std::string(kVersion) + "\"\n";
  page += ".SH NAME\n" + escaped(title) + " \\- " + escaped(verb.summary) + "\n.SH SYNOPSIS\n.B " + escaped(name) +
          "\n[options]";
  for (const OptionDescription& option : verb.options)
    if (option.positional) page += " \\fI" + escaped(option.names.front()) + "\\fR" + (option.repeated ? "..." : "");
  page += verb.below.empty() ? "\n" : " \\fIverb\\fR\n";
  const auto parts = [&](bool positional, const std::string& group) {
    std::string text;
    for (const OptionDescription& option : verb.options)
      if (option.positional == positional && (positional || option.group == group)) text += option_text(option);
    return text;
  };
  if (const std::string arguments = parts(true, {}); !arguments.empty()) page += ".SH ARGUMENTS\n" + arguments;
  std::vector<std::string> groups;
  for (const OptionDescription& option : verb.options)
    if (!option.positional && std::find(groups.begin(), groups.end(), option.group) == groups.end())
      groups.push_back(option.group);
  for (const std::string& group : groups) page += ".SH " + escaped(capitals(group)) + "\n" + parts(false, group);
  if (!verb.below.empty()) {
    page += ".SH VERBS\n";
    for (const VerbDescription& other : all) {
      const std::size_t end = other.words.rfind(' ');
      if (other.words.empty() || (end == std::string::npos ? "" : other.words.substr(0, end)) != verb.words) continue;
      page += ".TP\n\\fB" + escaped(other.words) + "\\fR\n" + escaped(other.summary) + "\n";
    }
  }
  // "Exit codes:" and "Examples:" begin sections.
  for (const std::string_view line : lines(verb.footer)) {
    if (line.ends_with(':') && !line.starts_with(' '))
      page += ".SH " + capitals(std::string(line.substr(0, line.size() - 1))) + "\n.nf\n";
    else if (line.empty()) page += ".fi\n";
    else page += escaped(trim(line)) + '\n';
  }
  if (!verb.footer.empty()) page += ".fi\n";
  return page;
}

}  // namespace

Result<std::string> manual_page(const CLI::App& program, const std::vector<std::string>& verb) {
  std::string words;
  for (const std::string& word : verb) words += (words.empty() ? "" : " ") + word;
  const std::vector<VerbDescription> all = describe_verbs(program);
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const VerbDescription& each) { return each.words == words; });
  if (found == all.end())
    return Error(ErrorCode::usage, quote(words) + " is no verb (see `" + program.get_name() + " --help`)");
  return page_of(program.get_name(), all, *found);
}

}  // namespace supply::tools

#include "tools/common/command_line.hpp"

#include <algorithm>
#include <numeric>

#include "libsupply/base/text/text.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/cli11.hpp"
#include "tools/common/command.hpp"

namespace supply::tools {
namespace {

const CLI::App& deepest(const CLI::App& app) {
  const auto typed = app.get_subcommands();
  return typed.empty() ? app : deepest(*typed.front());
}

const CLI::App* below(const CLI::App& app, std::string_view name) {
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; }))
    if (verb->get_name() == name) return verb;
  return nullptr;
}

// How many letters have to be added, removed, changed, or exchanged with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last, last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::move(last);
    last = row;
  }
  return last[b.size()];
}

constexpr std::size_t kWordBytes = 64;  // a longer word was meant as no verb and no option

}  // namespace

std::vector<std::string> with_verbs_first(const CLI::App& app, const std::vector<std::string_view>& words) {
  std::vector<std::string> verbs, moved;
  const CLI::App* verb = &app;
  std::optional<CLI::App> probe;  // made only when an option is before a verb
  Common common;
  const auto value_follows = [&](std::string_view option) -> std::optional<bool> {
    if (!probe) add_common(probe.emplace(), common, true, {{}, {}, Declare::all});
    const CLI::Option* known = probe->get_option_no_throw(std::string(option.substr(0, option.find('='))));
    if (known == nullptr || !option.starts_with("--") || option == "--help") return std::nullopt;
    return known->get_items_expected_max() > 0 && option.find('=') == std::string_view::npos;
  };
  std::size_t done = 0;  // words that were taken
  std::vector<std::string> waiting;
  for (std::size_t i = 0; i < words.size();) {
    if (const CLI::App* next = below(*verb, words[i]); next != nullptr) {
      verb = next;
      verbs.emplace_back(words[i++]);
      moved.insert(moved.end(), waiting.begin(), waiting.end());
      waiting.clear();
      done = i;
    } else if (const std::optional<bool> value = value_follows(words[i]); value) {
      waiting.emplace_back(words[i++]);
      if (*value && i < words.size()) waiting.emplace_back(words[i++]);
    } else {
      break;
    }
  }
  std::vector<std::string> all = std::move(verbs);
  all.insert(all.end(), moved.begin(), moved.end());
  all.insert(all.end(), words.begin() + static_cast<std::ptrdiff_t>(done), words.end());
  return all;
}

void write_short_options_out(const CLI::App& app, std::vector<std::string>& words) {
  const CLI::App* verb = &app;
  for (std::string& word : words) {
    if (word == "--") return;
    if (const CLI::App* next = below(*verb, word); next != nullptr) verb = next;
    if (word.size() < 3 || word[0] != '-' || word[1] == '-' || word[2] != '=') continue;
    const CLI::Option* option = verb->get_option_no_throw(word.substr(0, 2));
    if (option != nullptr && !option->get_lnames().empty()) word.replace(0, 2, "--" + option->get_lnames().front());
  }
}

std::string typed_verb(const CLI::App& app) {
  std::string name = app.get_name();
  for (const CLI::App* verb : app.get_subcommands()) name += " " + typed_verb(*verb);
  return name;
}

std::vector<std::string> verb_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(verb->get_name());
  return names;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  if (word.size() > kWordBytes) return {};
  const std::string* nearest = nullptr;
  std::size_t best = std::max<std::size_t>(2, word.size() / 3 + 1);  // as far away is another word
  for (const std::string& each : known)
    if (const std::size_t far = distance(word, each); far < best) {
      best = far;
      nearest = &each;
    }
  // Or the first whose beginning it is ("spdx" of "spdx-json"), as other tools name the whole family.
  if (nearest == nullptr && word.size() > 2)
    for (const std::string& each : known)
      if (nearest == nullptr && each.starts_with(word) && each[word.size()] == '-') nearest = &each;
  return nearest == nullptr ? std::string() : ": did you mean " + quote(*nearest) + "?";
}

std::string what_was_meant(const CLI::App& app, const std::vector<std::string_view>& words) {
  const CLI::App& verb = deepest(app);
  std::vector<std::string> known;
  for (const CLI::Option* option : verb.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  for (const std::string_view word : words) {
    const std::string_view option = word.substr(0, word.find('='));
    if (option == "--") break;
    if (!option.starts_with("--") || std::find(known.begin(), known.end(), option) != known.end()) continue;
    return did_you_mean(option, known);
  }
  // A verb below the one that was parsed ("sbom dif").
  for (const std::string_view word : words)
    if (!word.starts_with('-') && typed_verb(app).find(word) == std::string::npos)
      return did_you_mean(word, verb_names(verb));
  return {};
}

std::string what_value_was_meant(const CLI::App& app, const std::vector<std::string_view>& words) {
  const CLI::App& verb = deepest(app);
  const auto meant = [](const CLI::Option& option, std::string_view value) {
    const std::vector<std::string> choices = choices_of(option);
    return std::find(choices.begin(), choices.end(), value) == choices.end() ? did_you_mean(value, choices)
                                                                             : std::string();
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    if (words[i].starts_with('-')) {
      const CLI::Option* option = verb.get_option_no_throw(std::string(words[i].substr(0, equals)));
      if (option == nullptr || (equals == std::string_view::npos && i + 1 == words.size())) continue;
      const std::string_view value = equals == std::string_view::npos ? words[i + 1] : words[i].substr(equals + 1);
      if (std::string text = meant(*option, value); !text.empty()) return text;
      continue;
    }
    for (const CLI::Option* option : verb.get_options())
      if (option->get_positional())
        if (std::string text = meant(*option, words[i]); !text.empty()) return text;
  }
  return {};
}

}  // namespace supply::tools

#include "libsupply/content/locks/internal/requirement_lines.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "libsupply/base/text/text.hpp"

namespace supply::locks {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f'); }

// The length of a line end at the front of `text`, or 0. Source: Python's str.splitlines, which pip uses.
std::size_t line_end(std::string_view text) {
  if (text.starts_with("\r\n")) return 2;
  const char c = text.front();
  if (c == '\n' || c == '\r' || c == '\v' || c == '\f' || (c >= '\x1c' && c <= '\x1e')) return 1;
  if (text.starts_with("\xc2\x85")) return 2;
  if (text.starts_with("\xe2\x80\xa8") || text.starts_with("\xe2\x80\xa9")) return 3;
  return 0;
}

std::vector<std::string_view> physical_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = line_end(text.substr(at));
    if (length == 0) {
      ++at;
      continue;
    }
    lines.push_back(text.substr(begin, at - begin));
    begin = at += length;
  }
  if (begin < text.size()) lines.push_back(text.substr(begin));
  return lines;
}

// Where a comment begins: '#' at the front, or white space and '#'. npos when there is none.
std::size_t comment(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0) return 0;
    if (!is_space(line[at - 1])) continue;
    while (at > 0 && is_space(line[at - 1])) --at;
    return at;
  }
  return std::string_view::npos;
}

std::string_view strip(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Words as a POSIX shell splits them; nullopt for an open quote or an escape at the end. Source: Python's shlex.split.
std::optional<std::vector<std::string>> shell_words(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == 0 && is_space(c)) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    if (quote != 0 && c == quote) quote = 0;
    else if (quote == 0 && (c == '"' || c == '\'')) quote = c;
    else if (c == '\\' && quote != '\'') {
      if (++i == text.size()) return std::nullopt;
      if (quote == '"' && text[i] != '"' && text[i] != '\\') words.back() += c;
      words.back() += text[i];
    } else words.back() += c;
  }
  if (quote != 0) return std::nullopt;
  return words;
}

struct Known {
  std::string_view name;
  char letter;
  bool takes_value;
};
// Source: pip.pypa.io "Requirements File Format", "Supported options", and what older versions took there.
constexpr std::array<Known, 20> kKnown = {{{"--index-url", 'i', true},
                                           {"--pypi-url", 0, true},
                                           {"--extra-index-url", 0, true},
                                           {"--no-index", 0, false},
                                           {"--constraint", 'c', true},
                                           {"--requirement", 'r', true},
                                           {"--editable", 'e', true},
                                           {"--find-links", 'f', true},
                                           {"--no-binary", 0, true},
                                           {"--only-binary", 0, true},
                                           {"--prefer-binary", 0, false},
                                           {"--require-hashes", 0, false},
                                           {"--pre", 0, false},
                                           {"--trusted-host", 0, true},
                                           {"--use-feature", 0, true},
                                           {"--global-option", 0, true},
                                           {"--install-option", 0, true},
                                           {"--hash", 0, true},
                                           {"--config-settings", 'C', true},
                                           {"--config-setting", 0, true}}};

// The option that a word names: exactly, or by a beginning that no other shares. Source: Python's optparse.
const Known* find_long(std::string_view name) {
  const Known* found = nullptr;
  for (const Known& known : kKnown) {
    if (known.name == name) return &known;
    if (!known.name.starts_with(name)) continue;
    if (found != nullptr) return nullptr;
    found = &known;
  }
  return found;
}

}  // namespace

std::vector<LogicalLine> logical_lines(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::vector<LogicalLine> out;
  LogicalLine current;
  const auto finish = [&] {
    const std::string_view kept = strip(std::string_view(current.text).substr(0, comment(current.text)));
    if (!kept.empty()) out.push_back({current.line, std::string(kept)});
    current = {};
  };
  std::size_t number = 0;
  for (const std::string_view line : physical_lines(text)) {
    ++number;
    if (current.line == 0) current.line = number;
    // A comment line ends a continued one, its own backslash included.
    const std::string_view lead = strip(line);
    const bool comment_line = lead.starts_with('#');
    if (line.ends_with('\\') && !comment_line) {
      std::string_view part = line;
      while (part.starts_with('\\')) part.remove_prefix(1);
      while (part.ends_with('\\')) part.remove_suffix(1);
      current.text += part;
      continue;
    }
    if (comment_line) current.text += ' ';
    current.text += line;
    finish();
  }
  if (current.line != 0) finish();
  return out;
}

SplitLine split_line(std::string_view text) {
  SplitLine out;
  // The first word that begins with '-' begins the options; only the space separates here.
  std::size_t at = 0;
  while (at < text.size() && text[at] != '-') {
    const std::size_t space = text.find(' ', at);
    at = space == std::string_view::npos ? text.size() : space + 1;
  }
  out.requirement = strip(text.substr(0, at));
  const auto words = shell_words(text.substr(std::min(at, text.size())));
  if (!words) {
    out.problem = "an open quote or a backslash at the end of the options";
    return out;
  }
  for (std::size_t i = 0; i < words->size(); ++i) {
    const std::string& word = (*words)[i];
    const Known* known = nullptr;
    std::optional<std::string> value;
    if (word.starts_with("--") && word.size() > 2) {
      const std::size_t equals = word.find('=');
      known = find_long(std::string_view(word).substr(0, equals));
      if (equals != std::string::npos) value = word.substr(equals + 1);
    } else if (word.size() > 1 && word[0] == '-' && word[1] != '-') {
      const auto it = std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& k) { return k.letter == word[1]; });
      if (it != kKnown.end()) known = &*it;
      if (word.size() > 2) value = word.substr(2);
    } else {
      out.problem = quote(word) + " after the options, where pip drops it";
      return out;
    }
    if (known == nullptr) {
      out.problem = "an option that pip does not take in such a file: " + quote(word);
      return out;
    }
    if (known->takes_value && !value) {
      if (i + 1 == words->size()) {
        out.problem = std::string(known->name) + " without a value";
        return out;
      }
      value = (*words)[++i];
    }
    if (!known->takes_value && value) {
      out.problem = std::string(known->name) + " takes no value";
      return out;
    }
    out.options.push_back({std::string(known->name), value.value_or("")});
  }
  return out;
}

}  // namespace supply::locks

#include "libsupply/base/text/text.hpp"

#include <algorithm>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/utf8.hpp"

namespace supply {
namespace {

constexpr std::size_t kQuotedBytes = 120;

// Whether a CI system that reads the text takes it for a command of its own, anywhere in a line: "##[error]",
// "##vso[…]", "##teamcity[…]". Source: actions/runner and microsoft/azure-pipelines-agent, TryParse of their commands.
bool is_command_prefix(std::string_view text) {
  if (!text.starts_with("##")) return false;
  std::size_t at = 2;
  while (at < text.size() && is_letter(text[at])) ++at;
  return at < text.size() && text[at] == '[';
}

// Takes the character, or the one byte that is none, off the front of `text`, as it may be shown.
std::string take_plain(std::string_view& text) {
  const std::size_t length = utf8_sequence(text);
  const std::string_view taken = text.substr(0, std::max<std::size_t>(length, 1));
  std::string shown(taken);
  if (length == 0 || is_hidden(code_point(taken)) || is_command_prefix(text)) {
    shown.clear();
    for (const char c : taken) shown += "\\x" + to_hex({&c, 1});
  }
  text.remove_prefix(taken.size());
  return shown;
}

}  // namespace

std::string escape_for_terminal(std::string_view text) {
  std::string out;
  // "::error::…" is a command to GitHub's runner where a line begins with it, blanks before it or not.
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  if (text.substr(begin).starts_with("::")) {
    out = std::string(text.substr(0, begin)) + "\\x3a";
    text.remove_prefix(begin + 1);
    for (char& c : out)
      if (c == '\t') c = ' ';
  }
  while (!text.empty()) out += take_plain(text);
  return out;
}

// Of a private key that was typed in place of its name, a message has no more than the first line.
std::string_view without_private_key(std::string_view text) {
  constexpr std::string_view kFirstLine = "PRIVATE KEY-----";  // RFC 7468, section 10
  const std::size_t at = text.substr(0, kQuotedBytes).find(kFirstLine);
  return at == std::string_view::npos ? text : text.substr(0, at + kFirstLine.size());
}

std::string quote(std::string_view whole) {
  const std::string_view text = without_private_key(whole);
  std::string out = "\"";
  for (std::string_view rest = text; !rest.empty();) {
    if (text.size() - rest.size() >= kQuotedBytes) return out + "…\"";
    if (rest.front() == '"' || rest.front() == '\\') out += '\\';
    out += take_plain(rest);
  }
  return out + (text.size() < whole.size() ? "…\"" : "\"");
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = to_lower(c);
  return lower;
}

bool is_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> parts = split(text, '\n');
  if (parts.back().empty()) parts.pop_back();
  for (std::string_view& part : parts)
    if (part.ends_with('\r')) part.remove_suffix(1);
  return parts;
}

bool glob_match(std::string_view pattern, std::string_view text) {
  // reached[j]: the pattern so far matches the first j bytes of the text.
  std::vector<char> reached(text.size() + 1, 0);
  reached[0] = 1;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char p = pattern[i];
    if (p == '*') {
      const bool any = i + 1 < pattern.size() && pattern[i + 1] == '*';
      if (any) ++i;
      for (std::size_t j = 1; j <= text.size(); ++j)
        reached[j] = static_cast<char>(reached[j] || (reached[j - 1] && (any || text[j - 1] != '/')));
      continue;
    }
    for (std::size_t j = text.size(); j > 0; --j)
      reached[j] = static_cast<char>(reached[j - 1] && (p == '?' ? text[j - 1] != '/' : text[j - 1] == p));
    reached[0] = 0;
  }
  return reached[text.size()] != 0;
}

}  // namespace supply

#include "libsupply/content/catalog/internal/dpkg_fields.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

constexpr std::string_view kBlanks = " \t\n\r\v\f";

Error bad(std::string_view field, std::string_view why, std::string_view value) {
  return Error(ErrorCode::malformed, "field " + quote(field) + ": " + std::string(why) + " " + quote(value));
}

// dpkg_arch_name_is_illegal.
bool is_architecture(std::string_view name) {
  return !name.empty() && is_alnum(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

// "libc6:any (>= 2.36) | x, y". Source: f_dependency.
class Relations {
 public:
  Relations(std::string_view field, std::string_view value, bool alternatives)
      : field_(field), value_(value), rest_(value), alternatives_(alternatives) {}

  Status check() {
    if (rest_.empty()) return {};
    for (;;) {
      SUPPLY_TRY(one());
      if (rest_.empty()) return {};
      if (rest_[0] != ',' && (rest_[0] != '|' || !alternatives_)) return fails("no relation at");
      rest_.remove_prefix(1);
      skip_blanks();
    }
  }

 private:
  Error fails(std::string_view why) const { return bad(field_, why, rest_.empty() ? value_ : rest_); }
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size())); }
  std::string_view take_until(std::string_view ends) {
    const std::size_t end = std::min(rest_.find_first_of(ends), rest_.size());
    const std::string_view taken = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return taken;
  }

  Status one() {
    if (!is_dpkg_name(take_until(" \t\n\r\v\f:(,|"))) return fails("no name of a package before");
    if (rest_.starts_with(':')) {
      rest_.remove_prefix(1);
      if (!is_architecture(take_until(" \t\n\r\v\f(,|"))) return fails("no architecture before");
    }
    skip_blanks();
    if (!rest_.starts_with('(')) return {};
    rest_.remove_prefix(1);
    skip_blanks();
    if (rest_.starts_with('<') || rest_.starts_with('>')) {
      const char first = rest_[0];
      rest_.remove_prefix(1);
      if (rest_.starts_with('=') || rest_.starts_with(first)) rest_.remove_prefix(1);
      else if (rest_.starts_with('<') || rest_.starts_with('>')) return fails("no relation of versions at");
    } else if (rest_.starts_with('=')) {
      rest_.remove_prefix(1);
    }
    skip_blanks();
    const std::string_view version = take_until(" \t\n\r\v\f()");
    skip_blanks();
    if (!rest_.starts_with(')')) return fails("a version without its end before");
    if (!is_dpkg_version(version)) return bad(field_, "bad version", version);
    rest_.remove_prefix(1);
    skip_blanks();
    return {};
  }

  std::string_view field_, value_, rest_;
  bool alternatives_;
};

// The last word of a conffile's line, taken off it; nothing where the line has no two. Source: conffvalue_lastword.
std::optional<std::string_view> take_last_word(std::string_view& line) {
  const std::size_t space = line.rfind(' ');
  if (space == std::string_view::npos || space <= 1 || space + 1 == line.size()) return std::nullopt;
  const std::string_view word = line.substr(space + 1);
  line = line.substr(0, space);
  return word;
}

// A line for each: " /etc/x 0123 obsolete". Source: f_conffiles.
Status check_conffiles(std::string_view field, std::string_view value) {
  for (std::string_view line : split(value, '\n')) {
    if (line.empty()) continue;
    const std::string_view whole = line;
    if (line[0] != ' ') return bad(field, "no blank before", line);
    line.remove_prefix(1);
    std::optional<std::string_view> word = take_last_word(line);
    for (const std::string_view flag : {"obsolete", "remove-on-upgrade"})
      if (word && *word == flag) word = take_last_word(line);
    if (!word) return bad(field, "no path and hash in", whole);
    // path_skip_slash_dotslash
    while (line.starts_with('/') || line.starts_with("./")) line.remove_prefix(line[0] == '/' ? 1 : 2);
    if (line.empty()) return bad(field, "no file in", whole);
  }
  return {};
}

std::vector<std::string_view> words_of(std::string_view value) {
  std::vector<std::string_view> words;
  while (true) {
    value.remove_prefix(std::min(value.find_first_not_of(kBlanks), value.size()));
    if (value.empty()) return words;
    const std::size_t end = std::min(value.find_first_of(kBlanks), value.size());
    words.push_back(value.substr(0, end));
    value.remove_prefix(end);
  }
}

Status check_triggers(std::string_view field, std::string_view value, bool (*is_good)(std::string_view)) {
  std::set<std::string_view> seen;
  for (const std::string_view word : words_of(value)) {
    if (!is_good(word)) return bad(field, "bad trigger", word);
    if (!seen.insert(word).second) return bad(field, "twice", word);
  }
  return {};
}

bool is_trigger(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_package_spec(std::string_view word) {
  const std::size_t colon = word.find(':');
  return is_dpkg_name(word.substr(0, colon)) &&
         (colon == std::string_view::npos || is_architecture(word.substr(colon + 1)));
}

// Source: lib/dpkg/parse.c pkg_parse_verify: what is configured is of the version that is installed.
Status check_config_version(const deb822::Stanza& stanza, std::string_view field, std::string_view value) {
  if (!is_dpkg_version(value)) return bad(field, "bad version", value);
  const std::vector<std::string_view> status = words_of(stanza.get("Status"));
  const std::string state = status.empty() ? "not-installed" : to_lower(status.back());
  if (state == "installed" || state == "not-installed") return bad(field, "of a package whose state has none:", state);
  return {};
}

// As dpkg cuts it: blanks off both ends, but at the front no line end.
std::string_view value_of(std::string_view value) {
  value.remove_prefix(std::min(value.find_first_not_of(" \t\r\v\f"), value.size()));
  return value.substr(0, value.find_last_not_of(kBlanks) + 1);
}

}  // namespace

bool is_dpkg_name(std::string_view name) {
  return !name.empty() && is_alnum(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
    return is_alnum(c) || c == '-' || c == '+' || c == '.' || c == '_';
  });
}

bool is_dpkg_version(std::string_view version) {
  if (version.empty() || version.find_first_of(kBlanks) != std::string_view::npos) return false;
  if (const std::size_t colon = version.find(':'); colon != std::string_view::npos) {
    const std::string_view epoch = version.substr(0, colon);
    if (epoch.empty() || epoch.size() > 10 || !std::all_of(epoch.begin(), epoch.end(), is_digit)) return false;
    if (epoch.size() == 10 && epoch > "2147483647") return false;
    version.remove_prefix(colon + 1);
  }
  const std::size_t dash = version.rfind('-');
  if (dash != std::string_view::npos && dash + 1 == version.size()) return false;
  return !version.substr(0, dash).empty();
}

Status check_dpkg_fields(const deb822::Stanza& stanza) {
  constexpr std::array<std::string_view, 7> kWithAlternatives = {"pre-depends", "depends",     "recommends", "suggests",
                                                                 "enhances",    "recommended", "optional"};
  constexpr std::array<std::string_view, 4> kWithout = {"breaks", "conflicts", "provides", "replaces"};
  constexpr std::array<std::string_view, 4> kOfArchives = {"filename", "size", "md5sum", "msdos-filename"};
  for (const auto& [field, raw] : stanza.fields) {
    const std::string name = to_lower(field);
    const std::string_view value = value_of(raw);
    const auto is_in = [&](const auto& names) { return std::find(names.begin(), names.end(), name) != names.end(); };
    const bool alternatives = is_in(kWithAlternatives);
    if (alternatives || is_in(kWithout)) SUPPLY_TRY(Relations(field, value, alternatives).check());
    else if (name == "conffiles") SUPPLY_TRY(check_conffiles(field, value));
    else if (name == "triggers-pending") SUPPLY_TRY(check_triggers(field, value, is_trigger));
    else if (name == "triggers-awaited") SUPPLY_TRY(check_triggers(field, value, is_package_spec));
    else if (name == "config-version") SUPPLY_TRY(check_config_version(stanza, field, value));
    else if (is_in(kOfArchives)) return bad(field, "not in this file, says dpkg:", value);
  }
  return {};
}

}  // namespace supply::catalog

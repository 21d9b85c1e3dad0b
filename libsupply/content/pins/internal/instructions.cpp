#include "libsupply/content/pins/internal/instructions.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pins/internal/expand_variables.hpp"

namespace supply::pins {
namespace {

constexpr std::size_t kLineBytes = 64 * 1024 - 1;  // bufio.MaxScanTokenSize, with which BuildKit reads

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// White space at the front, as Go's unicode.IsSpace has it.
std::string_view trim_front(std::string_view text) {
  constexpr std::array<std::string_view, 19> kWide = {
      "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83",
      "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a",
      "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};
  for (;;) {
    if (text.empty()) return text;
    if (is_space(text.front())) {
      text.remove_prefix(1);
      continue;
    }
    const auto wide = std::find_if(kWide.begin(), kWide.end(), [&](std::string_view w) { return text.starts_with(w); });
    if (wide == kWide.end()) return text;
    text.remove_prefix(wide->size());
  }
}

std::string_view trim_line_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

// Without the continuation mark; nullopt when the line has none. It is none after another escape character.
std::optional<std::string_view> without_continuation(std::string_view line, char escape) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  if (line.empty() || line.back() != escape) return std::nullopt;
  line.remove_suffix(1);
  if (!line.empty() && line.back() == escape) return std::nullopt;
  return line;
}

struct Directive {
  std::string name, value;
};

// "name=value" behind the comment mark, of the three names that there are.
std::optional<Directive> directive(std::string_view line, std::string_view mark) {
  if (!line.starts_with(mark)) return std::nullopt;
  line = trim_front(line.substr(mark.size()));
  static const RE2 form(R"((?s)([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*)", RE2::Quiet);
  Directive found;
  if (!RE2::FullMatch(re2::StringPiece(line.data(), line.size()), form, &found.name, &found.value)) return std::nullopt;
  found.name = to_lower(found.name);
  if (found.name != "syntax" && found.name != "escape" && found.name != "check") return std::nullopt;
  return found;
}

// Source: BuildKit's DetectSyntax: the first lines as they are, after a byte order mark and a "#!" line; '#' or "//".
std::optional<Syntax> detect_syntax(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::vector<std::string_view> all = lines(text);
  const std::size_t first = !all.empty() && all[0].starts_with("#!") ? 1 : 0;
  for (const std::string_view mark : {"#", "//"}) {
    for (std::size_t i = first; i < all.size(); ++i) {
      const auto found = directive(all[i], mark);
      if (!found) break;
      if (found->name == "syntax") return Syntax{i + 1, found->value.substr(0, found->value.find(' '))};
    }
  }
  return std::nullopt;
}

struct Heredoc {
  std::string name;
  bool chomp = false;
};

// Errors: as expand_variables().
Result<std::vector<Heredoc>> heredocs(std::string_view line) {
  static const Lookup nothing = [](std::string_view) { return Variable{}; };
  std::vector<Heredoc> out;
  // A line that the lexer refuses has no heredoc.
  const auto words = expand_variables(line, nothing, {.raw_quotes = true, .raw_escapes = true, .keep_unset = true});
  if (!words) return out;
  static const RE2 form(R"((?s)\d*<<(-?)\s*([^<]*))", RE2::Quiet);
  for (const std::string& word : words->words) {
    std::string chomp, rest;
    if (!RE2::FullMatch(word, form, &chomp, &rest) || rest.empty()) continue;
    SUPPLY_TRY(const Expansion name, expand_variables(rest, nothing, {.keep_unset = true}));
    if (name.words.size() == 1) out.push_back({name.words[0], !chomp.empty()});
  }
  return out;
}

// The flags at the front of `rest`, which keeps what is behind them.
std::vector<std::string> take_flags(std::string_view& rest, char escape) {
  std::vector<std::string> flags;
  std::size_t i = 0;
  while (true) {
    while (i < rest.size() && is_space(rest[i])) ++i;
    if (!rest.substr(i).starts_with("--")) break;
    std::string flag;
    char quoted = 0;
    bool blank_counts = false;
    for (; i < rest.size(); ++i) {
      const char c = rest[i];
      if (quoted == 0 && is_space(c)) break;
      if (c == quoted) quoted = 0;
      else if (quoted == 0 && (c == '"' || c == '\'')) {
        quoted = c;
        blank_counts = true;
      } else if (c == escape) {
        if (i + 1 < rest.size()) flag += rest[++i];
      } else {
        flag += c;
      }
    }
    if (flag == "--") break;  // ends the flags
    if (blank_counts || !flag.empty()) flags.push_back(std::move(flag));
  }
  rest = rest.substr(std::min(i, rest.size()));
  return flags;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Script run() {
    script_.syntax = detect_syntax(text_);
    if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
    while (const auto raw = next_line()) {
      std::string_view line = trim_front(trim_line_end(*raw));
      read_directive(line);
      if (line.starts_with('#') || line.empty()) continue;
      read_logical_line(line);
    }
    if (script_.instructions.empty() && script_.problems.empty()) problem(1, "a file without instructions");
    return std::move(script_);
  }

 private:
  void problem(std::size_t line, std::string message) { script_.problems.push_back({line, std::move(message)}); }

  // With its line end; nullopt at the end of the file.
  std::optional<std::string_view> next_line() {
    if (at_ == text_.size()) return std::nullopt;
    const std::size_t end = std::min(text_.find('\n', at_), text_.size() - 1) + 1;
    const std::string_view line = text_.substr(at_, end - at_);
    at_ = end;
    ++number_;
    if (line.size() > kLineBytes) problem(number_, "a line longer than 65535 bytes");
    return line;
  }

  void read_directive(std::string_view line) {
    if (directives_over_) return;
    const auto found = directive(line, "#");
    if (!found) {
      directives_over_ = true;
      return;
    }
    if (!seen_.insert(found->name).second) problem(number_, "a second " + found->name + " directive");
    if (found->name != "escape") return;
    if (found->value == "\\" || found->value == "`") script_.escape = found->value[0];
    else problem(number_, "an escape directive with another character than \\ or `");
  }

  void read_logical_line(std::string_view line) {
    const std::size_t start = number_;
    std::string joined;
    auto part = without_continuation(line, script_.escape);
    joined += part.value_or(line);
    while (part) {
      const auto raw = next_line();
      if (!raw) break;
      const std::string_view more = trim_line_end(*raw);
      const std::string_view lead = trim_front(more);
      if (lead.empty() || lead.starts_with('#')) continue;
      part = without_continuation(more, script_.escape);
      joined += part.value_or(more);
    }
    const std::string_view whole = trim(joined);
    if (whole.empty()) return;
    Instruction instruction;
    instruction.line = start;
    read_instruction(joined, instruction);
    const bool may_have = instruction.name == "run" || instruction.name == "copy" || instruction.name == "add";
    script_.instructions.push_back(instruction);
    if (may_have && !instruction.json && joined.find("<<") != std::string::npos) skip_heredocs(joined, start);
  }

  void read_instruction(std::string_view line, Instruction& out) {
    while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
    while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
    const std::size_t end = std::min(line.find_first_of(" \t\v\f\r"), line.size());
    const std::string name = to_lower(line.substr(0, end));
    std::string_view rest = line.substr(end);
    std::vector<std::string> flags = take_flags(rest, script_.escape);
    rest = trim_front(rest);
    while (!rest.empty() && is_space(rest.back())) rest.remove_suffix(1);
    if (name == "onbuild" && !out.onbuild) {
      if (!flags.empty()) problem(out.line, "ONBUILD takes no flag");
      out.onbuild = true;
      if (rest.empty()) {
        problem(out.line, "ONBUILD without an instruction");
        return;
      }
      return read_instruction(rest, out);
    }
    out.name = name;
    out.flags = std::move(flags);
    out.args = rest;
    if (rest.starts_with('[')) read_json(out);
  }

  void read_json(Instruction& out) {
    for (const char* name : {"run", "cmd", "entrypoint", "shell", "add", "copy", "volume", "healthcheck"}) {
      if (out.name != name) continue;
      const auto value = json::parse(out.args);
      if (!value || !value->is_array()) return;
      out.json = true;
      for (const auto& item : *value) {
        if (item.is_string()) out.list.push_back(item.get<std::string>());
        else problem(out.line, "a JSON array of other values than strings");
      }
    }
  }

  void skip_heredocs(std::string_view line, std::size_t start) {
    const auto found = heredocs(line);
    if (!found) return problem(start, "a heredoc whose name cannot be read");
    for (const Heredoc& heredoc : *found) {
      bool ended = false;
      while (const auto raw = next_line()) {
        std::string_view body = trim_line_end(*raw);
        if (heredoc.chomp)
          while (body.starts_with('\t')) body.remove_prefix(1);
        ended = body == heredoc.name;
        if (ended) break;
      }
      if (!ended) problem(start, "a heredoc " + quote(heredoc.name) + " without its end");
    }
  }

  std::string_view text_;
  std::size_t at_ = 0, number_ = 0;
  bool directives_over_ = false;
  std::set<std::string> seen_;
  Script script_;
};

}  // namespace

Result<Script> parse_script(std::string_view text) {
  if (text.size() > kMaxPinFileBytes)
    return Error(ErrorCode::limit_exceeded, "larger than " + std::to_string(kMaxPinFileBytes) + " bytes");
  if (text.find('\0') != std::string_view::npos) return Error(ErrorCode::malformed, "not a text (it has a NUL byte)");
  return Parser(text).run();
}

std::vector<std::string> argument_words(std::string_view args, char escape) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false;
  char quoted = 0;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const char c = args[i];
    if (quoted == 0 && is_space(c)) {
      if (inside) words.push_back(std::move(word));
      word.clear();
      inside = false;
      continue;
    }
    inside = true;
    if (c == quoted) quoted = 0;
    else if (quoted == 0 && (c == '"' || c == '\'')) quoted = c;
    else if (c == escape && quoted != '\'') {
      if (i + 1 == args.size()) break;  // an escape character at the end is nothing
      word += c;
      word += args[++i];
      continue;
    }
    word += c;
  }
  if (inside) words.push_back(std::move(word));
  return words;
}

std::vector<std::string> plain_words(std::string_view args) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < args.size();) {
    const std::size_t begin = i;
    while (i < args.size() && !is_space(args[i])) ++i;
    if (i > begin) words.emplace_back(args.substr(begin, i - begin));
    while (i < args.size() && is_space(args[i])) ++i;
  }
  return words;
}

}  // namespace supply::pins

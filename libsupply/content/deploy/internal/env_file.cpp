#include "libsupply/base/text/text.hpp"
#include "libsupply/content/deploy/internal/compose_value.hpp"

namespace supply::deploy {

namespace {

bool is_name(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text)
    if (c == ' ' || c == '\t' || c == '"' || c == '\'' || static_cast<unsigned char>(c) < 0x21) return false;
  return true;
}

class Reader {
 public:
  Reader(const File& file, const Variables& known, ComposeAccount& account)
      : file_(file), text_(file.text), known_(known), account_(account) {}

  Result<std::vector<EnvLine>> read() {
    std::vector<EnvLine> found;
    while (at_ < text_.size()) {
      skip(" \t\r\n");
      if (at_ >= text_.size()) break;
      if (text_[at_] == '#') {
        to_line_end();
        continue;
      }
      SUPPLY_TRY(EnvLine one, line());
      SUPPLY_TRY(account_.spend(sizeof one + one.name.size() + one.value.size() + one.unset.size()).at(file_.name));
      known_[one.name] = one.value;
      found.push_back(std::move(one));
      if (found.size() > kMaxEnvFileLines)
        return Error(ErrorCode::limit_exceeded,
                     file_.name + ": more than " + std::to_string(kMaxEnvFileLines) + " variables");
    }
    return found;
  }

 private:
  void skip(std::string_view what) {
    while (at_ < text_.size() && what.find(text_[at_]) != std::string_view::npos) {
      if (text_[at_] == '\n') ++line_;
      ++at_;
    }
  }
  std::string_view to_line_end() {
    const std::size_t from = at_;
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    return text_.substr(from, at_ - from);
  }
  Error wrong(const std::string& what) const {
    return Error(ErrorCode::malformed, file_.name + ": line " + std::to_string(line_) + ": " + what);
  }

  Result<EnvLine> line() {
    EnvLine one;
    one.line = line_;
    const std::size_t from = at_;
    while (at_ < text_.size() && std::string_view("=:\n").find(text_[at_]) == std::string_view::npos) ++at_;
    std::string_view name = trim(text_.substr(from, at_ - from));
    if (name.starts_with("export ")) name = trim(name.substr(7));
    if (!is_name(name)) return wrong("no name of a variable");
    one.name = std::string(name);
    if (at_ >= text_.size() || text_[at_] == '\n') {
      one.from_outside = true;
      return one;
    }
    ++at_;
    skip(" \t");
    SUPPLY_TRY(value(one));
    return one;
  }

  Status value(EnvLine& one) {
    const char mark = at_ < text_.size() ? text_[at_] : '\0';
    if (mark != '"' && mark != '\'') {
      std::string_view raw = to_line_end();
      for (std::size_t i = 0; i < raw.size(); ++i)
        if (raw[i] == '#' && (i == 0 || raw[i - 1] == ' ' || raw[i - 1] == '\t')) raw = raw.substr(0, i);
      return fill(one, std::string(trim(raw)));
    }
    ++at_;
    std::string text;
    for (; at_ < text_.size() && text_[at_] != mark; ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] == '\\' && at_ + 1 < text_.size() && (mark == '"' || text_[at_ + 1] == mark)) {
        const char next = text_[++at_];
        if (mark == '\'') text += next;
        else if (next == 'n') text += '\n';
        else if (next == 't') text += '\t';
        else if (next == 'r') text += '\r';
        else if (next == '$') text += "$$";
        else text += next;
      } else {
        text += text_[at_];
      }
    }
    if (at_ >= text_.size()) return wrong("a quoted value is not closed");
    ++at_;
    const std::string_view rest = trim(to_line_end());
    if (!rest.empty() && !rest.starts_with('#')) return wrong("more follows the quoted value");
    if (mark == '"') return fill(one, std::move(text));
    one.value = std::move(text);
    return {};
  }

  Status fill(EnvLine& one, std::string raw) {
    SUPPLY_TRY(Substituted done, substitute(raw, known_).at(file_.name + ": line " + std::to_string(one.line)));
    one.value = std::move(done.text);
    one.unset = std::move(done.unset);
    return {};
  }

  const File& file_;
  std::string_view text_;
  Variables known_;
  ComposeAccount& account_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
};

}  // namespace

Result<std::vector<EnvLine>> read_env_lines(const File& file, const Variables& known, ComposeAccount& account) {
  if (!is_utf8(file.text)) return Error(ErrorCode::malformed, file.name + ": not UTF-8");
  return Reader(file, known, account).read();
}

Result<Variables> read_env_file(const File& file, const Variables& known, ComposeAccount& account) {
  SUPPLY_TRY(const std::vector<EnvLine> all, read_env_lines(file, known, account));
  Variables variables;
  for (const EnvLine& each : all)
    if (!each.from_outside && each.unset.empty()) variables[each.name] = each.value;
  return variables;
}

}  // namespace supply::deploy

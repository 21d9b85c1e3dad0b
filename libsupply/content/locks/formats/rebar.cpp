// rebar.lock: terms of Erlang, of the older form (a list alone) and of "1.1.0" and "1.2.0".
// Source: rebar3.org, "Dependencies", "Lock Files"; rebar3, src/rebar_config.erl (consult_lock_file).
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "rebar.lock"; }

constexpr std::size_t kDeepest = 32;  // a lock has six levels

// Terms as JSON: tuples and lists are arrays whose first element is the line, all others are texts.
class Terms {
 public:
  explicit Terms(std::string_view text) : text_(text) {}

  Result<std::vector<json::Value>> read() {
    std::vector<json::Value> out;
    for (skip(); at_ < text_.size(); skip()) {
      SUPPLY_TRY(json::Value term, read_term(0));
      out.push_back(std::move(term));
      skip();
      if (!take('.')) return wrong("want '.' behind a term");
    }
    return out;
  }

 private:
  Error wrong(std::string_view what) const { return wrong_at({line_, at_, at_}, what); }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void skip() {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '%')
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      if (at_ == text_.size()) return;
      if (text_[at_] == '\n') ++line_;
      else if (text_[at_] != ' ' && text_[at_] != '\t' && text_[at_] != '\r') return;
    }
  }

  Result<json::Value> read_text(char quote) {
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      if (text_[at_] == '\n') ++line_;
      out += text_[at_];
    }
    if (!take(quote)) return wrong("a text is not closed");
    return json::Value(std::move(out));
  }

  Result<json::Value> read_term(std::size_t depth) {
    if (depth > kDeepest) return wrong("terms in each other deeper than a lock's");
    skip();
    const char open = peek();
    if (open == '{' || open == '[') {
      json::Value out = json::Value::array();
      out.push_back(line_);
      ++at_;
      const char close = open == '{' ? '}' : ']';
      for (skip(); !take(close); skip()) {
        SUPPLY_TRY(json::Value term, read_term(depth + 1));
        out.push_back(std::move(term));
        skip();
        if (!take(',') && peek() != close) return wrong("want ',' or the end");
      }
      return out;
    }
    if (text_.substr(at_).starts_with("<<")) {
      at_ += 2;
      json::Value out("");
      if (peek() == '"') {
        SUPPLY_TRY(out, read_text('"'));
      }
      if (text_.substr(at_).starts_with("/utf8")) at_ += 5;
      if (!text_.substr(at_).starts_with(">>")) return wrong("want '>>'");
      at_ += 2;
      return out;
    }
    if (open == '"' || open == '\'') return read_text(open);
    const std::size_t begin = at_;
    while (is_alnum(peek()) || peek() == '_' || peek() == '@' || peek() == '-') ++at_;
    if (begin == at_) return wrong("not a term that a lock has");
    return json::Value(std::string(text_.substr(begin, at_ - begin)));
  }

  std::string_view text_;
  std::size_t at_ = 0, line_ = 1;
};

std::string text_at(const json::Value& term, std::size_t index) {
  return term.is_array() && term.size() > index && term[index].is_string() ? term[index].get<std::string>()
                                                                           : std::string();
}
const json::Value& term_at(const json::Value& term, std::size_t index) {
  static const json::Value kNone = json::Value::array();
  return term.is_array() && term.size() > index && term[index].is_array() ? term[index] : kNone;
}
Span span_of(const json::Value& term) {
  return {term.is_array() && !term.empty() && term[0].is_number() ? term[0].get<std::size_t>() : 1, 0, 0};
}

// {<<"app">>, SOURCE, LEVEL}: {pkg, NAME, VERSION…}, or {git, ADDRESS, {ref, COMMIT}}, which may be within git_subdir.
Status add(const json::Value& dependency, LockBuilder& out, std::map<std::string, std::size_t>& by_app) {
  const Span span = span_of(dependency);
  const std::string app = text_at(dependency, 1);
  const json::Value& source = term_at(dependency, 2);
  const std::string kind = text_at(source, 1);
  if (app.empty()) return wrong_at(span, "a dependency without a name");
  by_app[app] = out.size();
  if (kind == "pkg") {
    SUPPLY_TRY(const std::size_t entry, out.add(text_at(source, 2), text_at(source, 3), span));
    out.from_registry(entry);
    return {};
  }
  SUPPLY_TRY(const std::size_t entry, out.add(app, "", span));
  if (kind.starts_with("git")) return out.from_git(entry, text_at(source, 2), text_at(term_at(source, 3), 2));
  if (kind == "path") out.from_path(entry, text_at(source, 2));
  else out.unread(span, "dependency " + quote(app) + " is of a kind that is not known: " + quote(kind));
  return {};
}

Result<LockFile> read(std::string_view text) {
  if (!is_utf8(text)) return wrong_at({}, "not UTF-8");
  SUPPLY_TRY(const std::vector<json::Value> terms, Terms(text).read());
  LockBuilder out("hex");
  if (terms.empty()) return std::move(out).finish();
  const bool versioned = text_at(terms[0], 1).find('.') != std::string::npos;
  if (versioned && !text_at(terms[0], 1).starts_with("1.")) return unknown_version(text_at(terms[0], 1));
  std::map<std::string, std::size_t> by_app;
  const json::Value& list = versioned ? term_at(terms[0], 2) : terms[0];
  for (std::size_t i = 1; i < list.size(); ++i) SUPPLY_TRY(add(list[i], out, by_app));
  if (terms.size() < 2) return std::move(out).finish();
  // The outer hash is of the archive itself, the inner one of a part of it.
  for (std::size_t i = 1; i < terms[1].size(); ++i) {
    const std::string kind = text_at(terms[1][i], 1);
    const json::Value& hashes = term_at(terms[1][i], 2);
    for (std::size_t k = 1; k < hashes.size(); ++k) {
      const auto found = by_app.find(text_at(hashes[k], 1));
      if (found == by_app.end()) continue;
      if (kind == "pkg_hash_ext") out.hash(found->second, "sha256", text_at(hashes[k], 2));
      else if (kind == "pkg_hash") out.other_hash(found->second, "hex", text_at(hashes[k], 2));
    }
  }
  return std::move(out).finish();
}

bool declares(std::string_view text) { return text.find("deps") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"rebar.config", declares}};

}  // namespace

namespace formats {
const Format& rebar() {
  static const Format format = {"rebar", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks

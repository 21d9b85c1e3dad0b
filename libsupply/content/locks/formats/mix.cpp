// mix.lock: a map of Elixir. Source: hexdocs.pm/mix; hex, lib/hex/mix.ex (the tuple of a package).
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

bool matches(std::string_view path) { return base_name(path) == "mix.lock"; }

constexpr std::size_t kDeepest = 64;  // a lock has five levels

// A term of Elixir as JSON: tuples and lists are arrays, atoms and texts are texts, maps and keyword lists are arrays
// of pairs.
class Terms {
 public:
  explicit Terms(std::string_view text) : text_(text) {}

  /// Each pair of the outermost map with its place.
  Result<std::vector<std::pair<Span, json::Value>>> read() {
    std::vector<std::pair<Span, json::Value>> out;
    skip();
    if (!text_.substr(at_).starts_with("%{")) return wrong("want a map");
    at_ += 2;
    for (skip(); !take('}'); skip()) {
      Span span{line_, at_, 0};
      SUPPLY_TRY(json::Value pair, read_pair(1));
      span.end = at_;
      out.emplace_back(span, std::move(pair));
      skip();
      if (take(',')) continue;
      if (peek() != '}') return wrong("want ',' or '}'");
    }
    skip();
    if (at_ != text_.size()) return wrong("something behind the map");
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
      if (text_[at_] == '#') at_ = std::min(text_.find('\n', at_), text_.size() - 1);
      if (text_[at_] == '\n') ++line_;
      else if (text_[at_] != ' ' && text_[at_] != '\t' && text_[at_] != '\r' && text_[at_] != '#') return;
    }
  }

  Result<std::string> read_text() {
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      if (text_[at_] == '\n') ++line_;
      out += text_[at_];
    }
    if (!take('"')) return wrong("a text is not closed");
    return out;
  }

  std::string read_word() {
    const std::size_t begin = at_;
    while (is_alnum(peek()) || peek() == '_' || peek() == '.' || peek() == '-' || peek() == '?' || peek() == '!') ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  // "key": value, key: value, or key => value.
  Result<json::Value> read_pair(std::size_t depth) {
    json::Value key;
    if (peek() == '"' || peek() == ':') {
      SUPPLY_TRY(key, read_term(depth));
    } else {
      key = read_word();
      if (key == "") return wrong("want a key");
    }
    skip();
    if (!take(':')) {
      if (!text_.substr(at_).starts_with("=>")) return wrong("want ':' or '=>'");
      at_ += 2;
    }
    SUPPLY_TRY(json::Value value, read_term(depth));
    return json::Value::array({std::move(key), std::move(value)});
  }

  bool at_keyword() const {
    std::size_t at = at_;
    if (at >= text_.size() || !(is_lower(text_[at]) || text_[at] == '_')) return false;
    while (at < text_.size() && (is_alnum(text_[at]) || text_[at] == '_' || text_[at] == '?')) ++at;
    return at < text_.size() && text_[at] == ':';
  }

  Result<json::Value> read_all(char end, std::size_t depth, bool pairs) {
    json::Value out = json::Value::array();
    for (skip(); !take(end); skip()) {
      SUPPLY_TRY(json::Value value, pairs || at_keyword() ? read_pair(depth) : read_term(depth));
      out.push_back(std::move(value));
      skip();
      if (!take(',') && peek() != end) return wrong("want ',' or a closing bracket");
    }
    return out;
  }

  Result<json::Value> read_term(std::size_t depth) {
    if (depth > kDeepest) return Error(ErrorCode::limit_exceeded, "terms nest deeper than " + std::to_string(kDeepest));
    skip();
    if (peek() == '"') {
      SUPPLY_TRY(std::string text, read_text());
      return json::Value(std::move(text));
    }
    if (take('{')) return read_all('}', depth + 1, false);
    if (take('[')) return read_all(']', depth + 1, false);
    if (text_.substr(at_).starts_with("%{")) {
      at_ += 2;
      return read_all('}', depth + 1, true);
    }
    if (take(':') && peek() == '"') {
      SUPPLY_TRY(std::string text, read_text());
      return json::Value(std::move(text));
    }
    std::string word = read_word();
    if (word.empty()) return wrong("not a term that a lock has");
    return json::Value(std::move(word));
  }

  std::string_view text_;
  std::size_t at_ = 0, line_ = 1;
};

std::string text_at(const json::Value& tuple, std::size_t index) {
  return tuple.size() > index && tuple[index].is_string() ? tuple[index].get<std::string>() : std::string();
}

Status add(const std::string& app, const json::Value& tuple, const Span& span, LockBuilder& out) {
  const std::string kind = text_at(tuple, 0);
  if (kind == "git") {
    SUPPLY_TRY(const std::size_t entry, out.add(app, "", span));
    return out.from_git(entry, text_at(tuple, 1), text_at(tuple, 2));
  }
  if (kind != "hex") {
    SUPPLY_TRY(const std::size_t entry, out.add(app, "", span));
    if (kind == "path") out.from_path(entry, text_at(tuple, 1));
    else out.unread(span, "package " + quote(app) + " is of a kind that is not known: " + quote(kind));
    return {};
  }
  const std::string repository = text_at(tuple, 6);
  std::map<std::string, std::string> qualifiers;
  if (!repository.empty() && repository != "hexpm" && !repository.starts_with("hexpm:"))
    qualifiers["repository_url"] = repository;
  SUPPLY_TRY(const std::size_t entry, out.add(text_at(tuple, 1), text_at(tuple, 2), span, std::move(qualifiers)));
  out.from_registry(entry, repository);
  // The inner checksum is of a part of the archive, the outer one of the archive itself.
  if (const std::string outer = text_at(tuple, 7); !outer.empty()) out.hash(entry, "sha256", outer);
  else out.other_hash(entry, "hex", text_at(tuple, 3));
  return {};
}

Result<LockFile> read(std::string_view text) {
  if (!is_utf8(text)) return wrong_at({}, "not UTF-8");
  SUPPLY_TRY(const auto pairs, Terms(text).read());
  LockBuilder out("hex");
  std::map<std::string, std::size_t> by_app;
  for (const auto& [span, pair] : pairs) {
    if (!pair[1].is_array()) return wrong_at(span, "a package that is no tuple");
    by_app[text_at(pair, 0)] = out.size();
    SUPPLY_TRY(add(text_at(pair, 0), pair[1], span, out));
  }
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const json::Value& tuple = pairs[i].second[1];
    if (text_at(tuple, 0) != "hex" || tuple.size() < 6 || !tuple[5].is_array()) continue;
    for (const json::Value& wanted : tuple[5])
      if (wanted.is_array())
        if (const auto to = by_app.find(text_at(wanted, 0)); to != by_app.end()) SUPPLY_TRY(out.depend(i, to->second));
  }
  return std::move(out).finish();
}

bool declares(std::string_view text) { return text.find("deps") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"mix.exs", declares}};

}  // namespace

namespace formats {
const Format& mix() {
  static const Format format = {"mix", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks

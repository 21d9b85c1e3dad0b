#include "libsupply/content/pins/internal/expand_variables.hpp"

#include <algorithm>
#include <set>

#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pins/internal/shell_pattern.hpp"

namespace supply::pins {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_name(char c) { return is_alnum(c) || c == '_'; }

Error bad(std::string message) { return Error(ErrorCode::malformed, std::move(message)); }

class Lexer {
 public:
  Lexer(std::string_view text, const Lookup& lookup, const LexOptions& options)
      : text_(text), lookup_(lookup), options_(options) {}

  Result<Expansion> run() {
    SUPPLY_TRY(out_.word, until(0, options_.raw_escapes, 0));
    if (out_.substituted > kMaxSubstitutedBytes)
      return Error(ErrorCode::limit_exceeded, "variables make a word too long");
    end_word();
    return std::move(out_);
  }

 private:
  bool done() const { return at_ == text_.size(); }
  char peek() const { return done() ? '\0' : text_[at_]; }

  void end_word() {
    if (!word_.empty()) out_.words.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }
  void split_in(std::string_view bytes) {
    for (const char c : bytes) {
      if (!is_space(c)) {
        word_ += c;
        in_word_ = true;
      } else if (in_word_ && !word_.empty()) {
        end_word();
      }
    }
  }
  void join_in(std::string_view bytes) {
    word_ += bytes;
    in_word_ = true;
  }

  // Up to `stop`, which is taken too; 0 stands for the end. Words are split only on the outermost level; a nested one
  // forgets the word that was begun, as BuildKit does.
  Result<TracedText> until(char stop, bool raw_escapes, int depth) {
    if (depth > kMaxSubstitutionDepth) return Error(ErrorCode::limit_exceeded, "substitutions nest too deeply");
    const bool outer = depth == 0;
    if (!outer) word_.clear();
    const bool saved = raw_escapes_;
    raw_escapes_ = raw_escapes;
    TracedText out;
    while (!done()) {
      const char c = peek();
      if (stop != 0 && c == stop) {
        ++at_;
        raw_escapes_ = saved;
        if (!outer) word_.clear();
        return out;
      }
      if (c == '\'' || c == '"') {
        SUPPLY_TRY(const TracedText part, c == '"' ? double_quoted(depth) : single_quoted());
        out.add(part);
        if (outer) join_in(part.text);
      } else if (c == '$') {
        SUPPLY_TRY(const TracedText part, dollar(depth));
        out.add(part);
        if (outer) split_in(part.text);
      } else if (c == '<') {
        const std::string part = heredoc_mark();
        out.add(part, ByteOrigin::literal);
        if (outer) join_in(part);
      } else {
        ++at_;
        std::string part(1, c);
        const bool escaped = c == options_.escape;
        if (escaped) {
          if (!raw_escapes_) part.clear();
          if (!done()) part += text_[at_++];
        }
        out.add(part, ByteOrigin::literal);
        if (outer) escaped ? join_in(part) : split_in(part);
      }
    }
    if (stop != 0) return bad(std::string("no closing '") + stop + "'");
    return out;
  }

  Result<TracedText> single_quoted() {
    const std::size_t end = text_.find('\'', at_ + 1);
    if (end == std::string_view::npos) return bad("no closing single quote");
    TracedText out;
    out.add(options_.raw_quotes ? text_.substr(at_, end + 1 - at_) : text_.substr(at_ + 1, end - at_ - 1),
            ByteOrigin::literal);
    at_ = end + 1;
    return out;
  }

  Result<TracedText> double_quoted(int depth) {
    TracedText out;
    if (options_.raw_quotes) out.add("\"", ByteOrigin::literal);
    ++at_;
    while (!done()) {
      const char c = peek();
      if (c == '"') {
        ++at_;
        if (options_.raw_quotes) out.add("\"", ByteOrigin::literal);
        return out;
      }
      if (c == '$') {
        SUPPLY_TRY(const TracedText part, dollar(depth));
        out.add(part);
        continue;
      }
      ++at_;
      if (c != options_.escape) {
        out.add(std::string_view(&c, 1), ByteOrigin::literal);
        continue;
      }
      if (raw_escapes_) out.add(std::string_view(&c, 1), ByteOrigin::literal);
      if (done()) break;
      const char next = peek();
      if (next == '"' || next == '$' || next == options_.escape) {
        ++at_;
        out.add(std::string_view(&next, 1), ByteOrigin::literal);
      } else {
        out.add(std::string_view(&c, 1), ByteOrigin::literal);
      }
    }
    return bad("no closing double quote");
  }

  std::string heredoc_mark() {
    ++at_;
    if (peek() != '<') return "<";
    ++at_;
    std::string mark = "<<";
    while (!done() && (peek() == ' ' || peek() == '\t' || peek() == '\r')) mark += text_[at_++];
    return mark;
  }

  std::string name() {
    std::string out;
    if (is_digit(peek())) {
      while (is_digit(peek())) out += text_[at_++];
    } else if (!done() && std::string_view("@*#?-$!").find(peek()) != std::string_view::npos) {
      out = text_[at_++];
    } else {
      while (is_name(peek())) out += text_[at_++];
    }
    return out;
  }

  TracedText unresolved(const std::string& variable) {
    if (unresolved_.insert(variable).second) out_.unresolved.push_back(variable);
    TracedText out;
    out.add("${" + variable + "}", ByteOrigin::open);
    return out;
  }
  TracedText kept(std::string_view from) {
    TracedText out;
    out.add(from, ByteOrigin::literal);
    return out;
  }

  Result<TracedText> dollar(int depth) {
    const std::size_t begin = at_++;
    if (peek() != '{') {
      const std::string variable = name();
      if (variable.empty()) return kept("$");
      const Variable found = look(variable);
      if (options_.keep_unset && !found.known) return kept(text_.substr(begin, at_ - begin));
      return found.known ? found.value : unresolved(variable);
    }
    ++at_;
    if (done()) return bad("no closing '}'");
    if (peek() == '{' || peek() == '}' || peek() == ':') return bad("a substitution that does not exist");
    const std::string variable = name();
    if (done()) return bad("no closing '}'");
    char modifier = text_[at_++];
    const Variable found = look(variable);
    if (modifier == '}') {
      if (options_.keep_unset && !found.known) return kept(text_.substr(begin, at_ - begin));
      return found.known ? found.value : unresolved(variable);
    }
    const bool colon = modifier == ':';
    if (colon) {
      if (done()) return bad("no closing '}'");
      modifier = text_[at_++];
    }
    const bool pattern = modifier == '#' || modifier == '%';
    if (modifier == '/' && !colon) {
      const Every every = peek() == '/' ? Every::yes : Every::no;
      if (every == Every::yes) ++at_;
      SUPPLY_TRY(const TracedText from, until('/', true, depth + 1));
      SUPPLY_TRY(const TracedText to, until('}', true, depth + 1));
      if (options_.keep_unset && !found.known) return kept(text_.substr(begin, at_ - begin));
      return replace(variable, found, from, to, every);
    }
    if ((modifier != '+' && modifier != '-' && modifier != '?' && !pattern) || (colon && pattern))
      return bad("a substitution that does not exist");
    SUPPLY_TRY(const TracedText word, until('}', pattern, depth + 1));
    if (options_.keep_unset && !found.known) return kept(text_.substr(begin, at_ - begin));
    return substitute(variable, found, modifier, colon, word);
  }

  Variable look(const std::string& variable) {
    Variable found = lookup_(variable);
    out_.overridable = out_.overridable || found.overridable;
    // Beyond the limit nothing is kept: run() refuses the word.
    out_.substituted += found.value.text.size();
    if (out_.substituted > kMaxSubstitutedBytes) found.value = {};
    return found;
  }

  Result<TracedText> substitute(const std::string& variable, const Variable& found, char modifier, bool colon,
                                const TracedText& word) {
    const bool set = found.known && !(colon && found.value.text.empty());
    if (found.open && !found.known) return unresolved(variable);
    const TracedText chosen = found.overridable ? word.as_arg() : word;
    switch (modifier) {
      case '-': return set ? found.value : chosen;
      case '+': return set ? chosen : TracedText{};
      case '?': return set ? found.value : unresolved(variable);
      default: break;
    }
    if (!found.known) return unresolved(variable);
    if (word.open()) return unresolved(variable);  // what is cut is not known
    std::string_view shape = word.text;
    const Longest longest = shape.starts_with(modifier) ? Longest::yes : Longest::no;
    if (longest == Longest::yes) shape.remove_prefix(1);
    const TracedText& value = found.value;
    SUPPLY_TRY(const std::size_t cut, modifier == '#' ? matched_prefix(shape, value.text, longest)
                                                      : matched_suffix(shape, value.text, longest));
    TracedText out;
    out.add(value, modifier == '#' ? cut : 0, value.text.size() - cut);
    return word.literal(0, word.text.size()) ? out : out.as_arg();
  }

  Result<TracedText> replace(const std::string& variable, const Variable& found, const TracedText& from,
                             const TracedText& to, Every every) {
    if (!found.known || from.open()) return unresolved(variable);
    // There Go's ReplaceAllString reads $1 and the like.
    if (every == Every::yes && to.text.find('$') != std::string::npos)
      return bad("a '$' in the replacement of a substitution");
    const TracedText& value = found.value;
    SUPPLY_TRY(const std::vector<Matched> places, matched_places(from.text, value.text, every));
    TracedText out;
    std::size_t at = 0;
    for (const Matched& place : places) {
      out.add(value, at, place.begin - at);
      out.add(to);
      at = place.end;
      if (out.text.size() > kMaxSubstitutedBytes)
        return Error(ErrorCode::limit_exceeded, "variables make a word too long");
    }
    out.add(value, at, value.text.size() - at);
    out_.substituted += out.text.size();
    const bool changeable = found.overridable || !from.literal(0, from.text.size());
    return changeable ? out.as_arg() : out;
  }

  std::string_view text_;
  const Lookup& lookup_;
  const LexOptions& options_;
  std::size_t at_ = 0;
  bool raw_escapes_ = false, in_word_ = false;
  std::string word_;
  std::set<std::string> unresolved_;
  Expansion out_;
};

}  // namespace

void TracedText::add(std::string_view bytes, ByteOrigin origin) {
  text += bytes;
  origins.insert(origins.end(), bytes.size(), origin);
}

void TracedText::add(const TracedText& other) {
  text += other.text;
  origins.insert(origins.end(), other.origins.begin(), other.origins.end());
}

void TracedText::add(const TracedText& other, std::size_t from, std::size_t count) {
  text.append(other.text, from, count);
  const auto begin = other.origins.begin() + static_cast<std::ptrdiff_t>(from);
  origins.insert(origins.end(), begin, begin + static_cast<std::ptrdiff_t>(count));
}

TracedText TracedText::as_arg() const {
  TracedText out = *this;
  for (ByteOrigin& origin : out.origins)
    if (origin == ByteOrigin::literal) origin = ByteOrigin::arg;
  return out;
}

bool TracedText::literal(std::size_t from, std::size_t to) const {
  return std::all_of(origins.begin() + static_cast<std::ptrdiff_t>(from),
                     origins.begin() + static_cast<std::ptrdiff_t>(to),
                     [](ByteOrigin origin) { return origin == ByteOrigin::literal; });
}

bool TracedText::open() const { return std::find(origins.begin(), origins.end(), ByteOrigin::open) != origins.end(); }

Result<Expansion> expand_variables(std::string_view text, const Lookup& lookup, const LexOptions& options) {
  return Lexer(text, lookup, options).run();
}

}  // namespace supply::pins

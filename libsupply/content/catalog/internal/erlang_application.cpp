#include "libsupply/content/catalog/internal/erlang_application.hpp"

#include <algorithm>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/literals.hpp"

namespace supply::catalog {
namespace {

struct Token {
  enum class Kind { end, atom, text, number, open, close, comma, other } kind = Kind::end;
  std::string text;  // of atoms and texts, in UTF-8
};

class TermReader {
 public:
  explicit TermReader(std::string_view text) : text_(text), rest_(text), is_utf8_(is_utf8(text)) { next(); }

  const Token& token() const { return token_; }
  bool failed() const { return failed_; }
  Error fail(const std::string& what) const {
    return Error(ErrorCode::malformed, "byte " + std::to_string(text_.size() - rest_.size()) + ": " + what);
  }

  void next() {
    token_ = {};
    skip_blanks();
    if (rest_.empty() || failed_) return;
    const char c = rest_[0];
    if (c == '"' || c == '\'') {
      auto text = take_quoted(rest_, QuoteStyle::erlang);
      if (!text) {
        failed_ = true;
        return;
      }
      token_ = {c == '"' ? Token::Kind::text : Token::Kind::atom, is_utf8_ ? *text : utf8_of_latin1(*text)};
      return;
    }
    if (c == '$') {
      rest_.remove_prefix(std::min<std::size_t>(rest_.size(), rest_.starts_with("$\\") ? 3 : 2));
      token_.kind = Token::Kind::number;
      return;
    }
    if (is_letter(c) || c == '_' || is_digit(c)) {
      std::size_t end = 1;
      while (end < rest_.size() &&
             (is_alnum(rest_[end]) || rest_[end] == '_' || rest_[end] == '@' || rest_[end] == '#' ||
              (rest_[end] == '.' && is_digit(c) && end + 1 < rest_.size() && is_digit(rest_[end + 1]))))
        ++end;
      token_ = {is_digit(c) ? Token::Kind::number : Token::Kind::atom, std::string(rest_.substr(0, end))};
      rest_.remove_prefix(end);
      return;
    }
    rest_.remove_prefix(1);
    token_.text = std::string(1, c);
    token_.kind = c == '{' || c == '[' || c == '('   ? Token::Kind::open
                  : c == '}' || c == ']' || c == ')' ? Token::Kind::close
                  : c == ','                         ? Token::Kind::comma
                                                     : Token::Kind::other;
  }

  bool is(char c) const {
    return (token_.kind == Token::Kind::open || token_.kind == Token::Kind::close) && token_.text[0] == c;
  }
  bool take(char c) {
    if (!is(c)) return false;
    next();
    return true;
  }
  bool take_comma() {
    if (token_.kind != Token::Kind::comma) return false;
    next();
    return true;
  }

  // Up to the comma or bracket behind a term.
  bool skip_term() {
    std::size_t open = 0;
    while (token_.kind != Token::Kind::end) {
      if (open == 0 && (token_.kind == Token::Kind::comma || token_.kind == Token::Kind::close)) return true;
      if (token_.kind == Token::Kind::open) ++open;
      if (token_.kind == Token::Kind::close) --open;
      next();
    }
    return false;
  }

  // Atoms or texts in a list; what is of another kind is passed over.
  std::vector<std::string> take_list() {
    std::vector<std::string> out;
    if (!take('[')) return out;
    while (token_.kind != Token::Kind::end && !is(']')) {
      if (token_.kind == Token::Kind::atom || token_.kind == Token::Kind::text) out.push_back(token_.text);
      if (!skip_term() || !take_comma()) break;
    }
    take(']');
    return out;
  }

 private:
  void skip_blanks() {
    while (!rest_.empty()) {
      if (rest_[0] == '%') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else if (static_cast<unsigned char>(rest_[0]) <= ' ') {
        rest_.remove_prefix(1);
      } else {
        return;
      }
    }
  }

  std::string_view text_, rest_;
  bool is_utf8_ = false, failed_ = false;
  Token token_;
};

Status read_attribute(TermReader& reader, DescribedPackage& out) {
  const std::string key = reader.token().kind == Token::Kind::atom ? reader.token().text : std::string();
  if (!reader.skip_term()) return reader.fail("the end inside a term");
  if (!reader.take_comma()) return {};
  if (key == "vsn" && reader.token().kind == Token::Kind::text) {
    // Texts side by side are one.
    for (; reader.token().kind == Token::Kind::text; reader.next()) out.package.version += reader.token().text;
  } else if (key == "licenses") {
    out.licenses = reader.take_list();
  } else if (key == "applications" || key == "included_applications") {
    for (std::string& name : reader.take_list()) out.requires_.push_back(std::move(name));
  }
  while (!reader.is('}')) {
    if (reader.token().kind == Token::Kind::end) return reader.fail("the end inside a term");
    if (!reader.skip_term()) return reader.fail("the end inside a term");
    if (!reader.take_comma() && !reader.is('}')) return reader.fail("want '}'");
  }
  return {};
}

}  // namespace

Result<DescribedPackage> parse_erlang_application(std::string_view text, std::string_view file_name) {
  TermReader reader(text);
  DescribedPackage out;
  if (!reader.take('{') || reader.token().text != "application") return reader.fail("want {application, …}");
  reader.next();
  if (!reader.take_comma() || reader.token().kind != Token::Kind::atom) return reader.fail("want a name");
  out.package.name = reader.token().text;
  if (out.package.name + ".app" != file_name)
    return Error(ErrorCode::malformed, "application " + quote(out.package.name) + " in a file of another name");
  reader.next();
  if (!reader.take_comma() || !reader.take('[')) return reader.fail("want a list");
  while (!reader.is(']')) {
    if (!reader.take('{')) return reader.fail("want '{'");
    SUPPLY_TRY(read_attribute(reader, out));
    reader.next();
    if (!reader.take_comma() && !reader.is(']')) return reader.fail("want ','");
  }
  reader.next();
  if (!reader.take('}') || reader.failed()) return reader.fail("want '}'");
  SUPPLY_TRY(out.package.purl, pkg::Purl::create({"otp", "", out.package.name, out.package.version, {}, ""}));
  out.apply = DescribedPackage::Licenses::all;
  out.key = out.package.name;
  return out;
}

}  // namespace supply::catalog

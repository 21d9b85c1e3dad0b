#include "libsupply/image/registry/internal/challenge.hpp"

#include <algorithm>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::registry {
namespace {

bool is_token_char(char c) {
  return is_alnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool starts_with(char c) const { return rest_.starts_with(c); }
  void skip(std::string_view characters) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(characters), rest_.size()));
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view token() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_token_char);
    const std::string_view found = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(found.size());
    return found;
  }
  // A value in quotes or without.
  std::string value() {
    std::string into;
    if (!take('"')) {
      const std::size_t end = std::min(rest_.find_first_of(" \t,;"), rest_.size());
      into = rest_.substr(0, end);
      rest_.remove_prefix(end);
      return into;
    }
    while (!rest_.empty()) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') break;
      if (c == '\\' && !rest_.empty()) {
        c = rest_.front();
        rest_.remove_prefix(1);
      }
      into += c;
    }
    return into;
  }
  // The form of credentials that is no list of parameters ("Negotiate YII="); it is of no use here.
  bool skip_token68() {
    Reader ahead = *this;
    const std::size_t size =
        std::min(ahead.rest_.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                               "0123456789-._~+/"),
                 ahead.rest_.size());
    ahead.rest_.remove_prefix(size);
    ahead.skip("=");
    ahead.skip(" \t");
    if (size == 0 || !(ahead.at_end() || ahead.rest_.front() == ',')) return false;
    *this = ahead;
    return true;
  }

 private:
  std::string_view rest_;
};

// Appends the challenges of one field.
void parse_field(std::string_view field, std::vector<Challenge>& into) {
  Reader reader(field);
  bool open = false;  // a challenge to which parameters may belong
  std::string* bare_scope = nullptr;
  for (;;) {
    reader.skip(" \t,;");
    if (reader.at_end()) return;
    const std::string_view word = reader.token();
    if (word.empty()) return;
    Reader after = reader;
    after.skip(" \t");
    if (open && after.take('=')) {
      after.skip(" \t");
      const bool quoted = after.starts_with('"');
      std::string& held = into.back().parameters[to_lower(word)];
      held = after.value();
      bare_scope = !quoted && to_lower(word) == "scope" ? &held : nullptr;
      reader = after;
      continue;
    }
    // The list in "scope=repository:app:pull,push" is no list of challenges.
    if (bare_scope != nullptr && (word == "push" || word == "pull" || word == "delete")) {
      bare_scope->append(",").append(word);
      continue;
    }
    into.push_back({to_lower(word), {}});
    open = true;
    bare_scope = nullptr;
    reader.skip(" \t");
    if (!reader.at_end()) reader.skip_token68();
  }
}

}  // namespace

std::string Challenge::parameter(const std::string& name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

std::vector<Challenge> parse_challenges(const std::vector<std::string_view>& fields) {
  std::vector<Challenge> challenges;
  for (const std::string_view field : fields) parse_field(field, challenges);
  return challenges;
}

}  // namespace supply::registry

#include "libsupply/content/catalog/internal/rockspec.hpp"

#include <algorithm>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/literals.hpp"

namespace supply::catalog {
namespace {

bool is_word(char c) { return is_alnum(c) || c == '_'; }

class LuaReader {
 public:
  using Call = std::function<void(std::string_view, std::string_view)>;
  LuaReader(std::string_view text, const Call& call) : rest_(text), call_(call) {}

  void read() {
    while (true) {
      skip_blanks();
      if (rest_.empty()) return;
      if (is_word(rest_[0])) {
        const std::string_view name = take_word();
        skip_blanks();
        if (take_assignment()) value(name, 0);
      } else {
        skip_token();
      }
    }
  }

 private:
  // The length of "[==[" or 0.
  std::size_t long_bracket() const {
    if (!rest_.starts_with('[')) return 0;
    std::size_t at = 1;
    while (at < rest_.size() && rest_[at] == '=') ++at;
    return at < rest_.size() && rest_[at] == '[' ? at + 1 : 0;
  }

  std::string_view take_long(std::size_t bracket) {
    const std::string end = "]" + std::string(bracket - 2, '=') + "]";
    rest_.remove_prefix(bracket);
    const std::size_t at = std::min(rest_.find(end), rest_.size());
    std::string_view out = rest_.substr(0, at);
    rest_.remove_prefix(std::min(at + end.size(), rest_.size()));
    if (out.starts_with('\n')) out.remove_prefix(1);
    return out;
  }

  void skip_blanks() {
    while (!rest_.empty()) {
      if (static_cast<unsigned char>(rest_[0]) <= ' ') {
        rest_.remove_prefix(1);
      } else if (rest_.starts_with("--")) {
        rest_.remove_prefix(2);
        if (const std::size_t bracket = long_bracket(); bracket != 0) {
          take_long(bracket);
        } else {
          rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
        }
      } else {
        return;
      }
    }
  }

  std::string_view take_word() {
    const std::size_t end =
        static_cast<std::size_t>(std::find_if_not(rest_.begin(), rest_.end(), is_word) - rest_.begin());
    const std::string_view out = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return out;
  }

  bool take_assignment() {
    if (!rest_.starts_with('=') || rest_.starts_with("==")) return false;
    rest_.remove_prefix(1);
    skip_blanks();
    return true;
  }

  std::optional<std::string> take_text() {
    if (rest_.starts_with('"') || rest_.starts_with('\'')) {
      auto out = take_quoted(rest_, QuoteStyle::lua);
      if (!out) rest_ = {};
      return out;
    }
    if (const std::size_t bracket = long_bracket(); bracket != 0) return std::string(take_long(bracket));
    return std::nullopt;
  }

  void skip_token() {
    if (take_text()) return;
    if (rest_.empty()) return;
    if (is_word(rest_[0])) {
      take_word();
    } else {
      rest_.remove_prefix(1);
    }
  }

  void value(std::string_view name, std::size_t depth) {
    const std::size_t before = names_.size();
    if (!names_.empty()) names_ += '/';
    names_ += name.substr(0, 64);
    if (rest_.starts_with('{')) {
      rest_.remove_prefix(1);
      table(depth + 1);
    } else if (const auto text = take_text()) {
      skip_blanks();
      // A part of something that is computed is not the value.
      if (!rest_.starts_with("..") && !rest_.starts_with(':')) call_(names_, *text);
    }
    names_.resize(before);
  }

  // Up to the '}' that closes it.
  void table(std::size_t depth) {
    std::size_t number = 1;
    std::size_t open = 0;  // of what is passed over
    while (true) {
      skip_blanks();
      if (rest_.empty()) return;
      if (rest_[0] == '}') {
        rest_.remove_prefix(1);
        if (open == 0) return;
        --open;
        continue;
      }
      if (rest_[0] == ',' || rest_[0] == ';') {
        rest_.remove_prefix(1);
        continue;
      }
      if (depth > kMaxTermDepth || open > 0) {
        if (rest_[0] == '{') ++open;
        skip_token();
        continue;
      }
      field(number, depth);
    }
  }

  void field(std::size_t& number, std::size_t depth) {
    if (is_word(rest_[0]) && !is_digit(rest_[0])) {
      const std::string_view name = take_word();
      skip_blanks();
      if (take_assignment()) value(name, depth);
    } else if (rest_[0] == '[' && long_bracket() == 0) {
      rest_.remove_prefix(1);
      skip_blanks();
      const auto name = take_text();
      skip_blanks();
      if (!rest_.starts_with(']')) return;
      rest_.remove_prefix(1);
      skip_blanks();
      if (take_assignment()) value(name.value_or(std::string()), depth);
    } else if (rest_[0] == '{' || rest_[0] == '"' || rest_[0] == '\'' || rest_[0] == '[') {
      value(std::to_string(number++), depth);
    } else {
      skip_token();
    }
  }

  std::string_view rest_;
  const Call& call_;
  std::string names_;
};

}  // namespace

void for_each_lua_text(std::string_view text,
                       const std::function<void(std::string_view names, std::string_view value)>& call) {
  LuaReader(text, call).read();
}

Result<DescribedPackage> parse_rockspec(std::string_view text, std::string_view name, std::string_view version) {
  DescribedPackage out;
  out.package.name = name;
  out.package.version = version;
  SUPPLY_TRY(out.package.purl, pkg::Purl::create({"luarocks", "", std::string(name), std::string(version), {}, ""}));
  out.key = to_lower(name);
  for_each_lua_text(text, [&](std::string_view names, std::string_view value) {
    const std::string said = is_utf8(value) ? std::string(trim(value)) : utf8_of_latin1(trim(value));
    if (names == "description/license") out.licenses = {said};
    if (names == "description/homepage") out.package.homepage = said;
    if (names == "description/maintainer") out.package.supplier = person(said);
    constexpr std::string_view kDependencies = "dependencies/";
    if (!names.starts_with(kDependencies) || names.substr(kDependencies.size()).find('/') != std::string_view::npos)
      return;
    std::string dependency = to_lower(said.substr(0, said.find_first_of(" \t<>=~!")));
    if (dependency != "lua" && !dependency.empty()) out.requires_.push_back(std::move(dependency));
  });
  return out;
}

}  // namespace supply::catalog

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/attest/internal/json_forms.hpp"

namespace supply::attest::internal {
namespace {

// Walks over text that is known to be JSON, so it looks only for where things end.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  char peek() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void step() { ++at_; }

  std::string_view value() {
    peek();
    const std::size_t begin = at_;
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        string();
        if (depth == 0) break;
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') {
        if (depth == 0) break;  // the end of what holds this value
        --depth;
        ++at_;
        if (depth == 0) break;
        continue;
      }
      // A number or a word ends where JSON goes on.
      if (depth == 0 && (c == ',' || std::string_view(" \t\r\n").find(c) != std::string_view::npos)) break;
      ++at_;
    }
    return text_.substr(begin, at_ - begin);
  }

 private:
  void string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::string_view> member_text(std::string_view object, std::string_view member) {
  Walk walk(object);
  if (walk.peek() != '{') return std::nullopt;
  walk.step();
  while (walk.peek() == '"') {
    const std::string_view literal = walk.value();
    // A name may be written with escapes.
    const Result<json::Value> name = json::parse(literal);
    walk.peek();
    walk.step();  // ':'
    const std::string_view value = walk.value();
    if (name && name->is_string() && name->get_ref<const std::string&>() == member) return value;
    if (walk.peek() != ',') break;
    walk.step();
  }
  return std::nullopt;
}

}  // namespace supply::attest::internal

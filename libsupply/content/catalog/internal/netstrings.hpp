// Texts one behind the other, each as "3:abc,": what a collector keeps of a file that is read many times. Pure.
// Source: D. J. Bernstein, Netstrings (1997).
#pragma once

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::catalog {

inline void put_netstring(std::string& out, std::string_view text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
  out += ',';
}
/// How many there are, then each.
inline void put_netstrings(std::string& out, const std::vector<std::string>& texts) {
  put_netstring(out, std::to_string(texts.size()));
  for (const std::string& text : texts) put_netstring(out, text);
}

/// Reads what the functions above wrote. Views into the text.
class Netstrings {
 public:
  explicit Netstrings(std::string_view text) : rest_(text) {}

  /// Errors: malformed.
  Result<std::string_view> next() {
    std::size_t size = 0;
    const char* const end = rest_.data() + rest_.size();
    const auto [colon, error] = std::from_chars(rest_.data(), end, size);
    if (error != std::errc() || colon == end || *colon != ':') return malformed();
    const auto left = static_cast<std::size_t>(end - colon) - 1;
    if (size >= left || colon[1 + size] != ',') return malformed();
    const std::string_view text(colon + 1, size);
    rest_ = rest_.substr(static_cast<std::size_t>(colon + 1 - rest_.data()) + size + 1);
    return text;
  }

  /// Errors: malformed.
  Result<std::vector<std::string>> list() {
    SUPPLY_TRY(const std::string_view said, next());
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), count);
    if (error != std::errc() || end != said.data() + said.size() || count > rest_.size()) return malformed();
    std::vector<std::string> texts;
    while (texts.size() < count) {
      SUPPLY_TRY(const std::string_view text, next());
      texts.emplace_back(text);
    }
    return texts;
  }

  bool at_end() const { return rest_.empty(); }

 private:
  static Error malformed() { return Error(ErrorCode::malformed, "a record that is none"); }

  std::string_view rest_;
};

}  // namespace supply::catalog

#include "libsupply/base/text/text_style.hpp"

namespace supply {
namespace {

std::string_view parameters(Color color) {
  switch (color) {
    case Color::good: return "32";
    case Color::bad: return "1;31";
    case Color::warning: return "33";
    case Color::faint: return "2";
    case Color::strong: return "1";
  }
  return "0";
}

}  // namespace

std::string colored(std::string_view text, Color color, const TextStyle& style) {
  if (!style.color || text.empty()) return std::string(text);
  return "\x1b[" + std::string(parameters(color)) + "m" + std::string(text) + "\x1b[0m";
}

std::string short_digest(std::string_view digest, const TextStyle& style) {
  constexpr std::size_t kHexDigits = 12;
  const std::size_t colon = digest.find(':');
  if (style.verbose || colon == std::string_view::npos) return std::string(digest);
  return std::string(digest.substr(0, colon + 1 + kHexDigits));
}

}  // namespace supply

#include "libsupply/verdict/report/plain.hpp"

#include <fmt/format.h>

#include "libsupply/base/bytes/text.hpp"

namespace supply::report {

namespace {

/// How many bytes the UTF-8 character at the front of `text` has; 0 when none is there, or a control character
/// (C0, DEL, C1) or one that turns the direction of the text around it.
std::size_t printable(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (text.size() < size || !is_utf8(text.substr(0, size))) return 0;
  if (first == 0xc2 && byte(1) < 0xa0) return 0;
  const bool bidi = first == 0xe2 && ((byte(1) == 0x80 && byte(2) >= 0xaa && byte(2) <= 0xae) ||
                                      (byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9));
  const bool noncharacter = first == 0xef && byte(1) == 0xbf && byte(2) >= 0xbe;
  return bidi || noncharacter ? 0 : size;
}

}  // namespace

std::string plain(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = printable(text);
    if (size == 0) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    else out += text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

std::string xml(std::string_view text) {
  std::string out;
  for (const char c : plain(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&apos;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace supply::report

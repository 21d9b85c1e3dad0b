#include "libsupply/base/json/escape_hidden.hpp"

#include <algorithm>

#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/utf8.hpp"

namespace supply::json {

std::string escape_hidden(std::string text) {
  // JSON has no C0 character in a string that is not escaped already, and line ends between values.
  const auto may_be_hidden = [](char c) { return c < 0 || c == 0x7f; };
  if (std::none_of(text.begin(), text.end(), may_be_hidden)) return text;
  std::string out;
  out.reserve(text.size());
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t length = utf8_sequence(rest);
    const std::string_view taken = rest.substr(0, std::max<std::size_t>(length, 1));
    const std::uint32_t c = length == 0 ? 0 : code_point(taken);
    if (c >= 0x7f && is_hidden(c)) {
      const char bytes[] = {static_cast<char>(c >> 8U), static_cast<char>(c & 0xffU)};
      out += "\\u" + to_hex({bytes, sizeof bytes});
    } else {
      out += taken;
    }
    rest.remove_prefix(taken.size());
  }
  return out;
}

}  // namespace supply::json

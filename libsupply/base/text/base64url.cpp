#include "libsupply/base/text/base64url.hpp"

#include "libsupply/base/text/base64.hpp"

namespace supply {

std::string to_base64url(std::string_view bytes) {
  std::string text = to_base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

}  // namespace supply

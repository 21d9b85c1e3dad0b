// DER written, as far as it is put together again from what was read.
#pragma once

#include <string>
#include <string_view>

namespace supply::crypto::internal {

inline std::string der(unsigned char tag, std::string_view content) {
  std::string text(1, static_cast<char>(tag));
  if (content.size() < 0x80) {
    text += static_cast<char>(content.size());
  } else {
    std::string size;
    for (std::size_t rest = content.size(); rest != 0; rest >>= 8) size.insert(size.begin(), static_cast<char>(rest));
    text += static_cast<char>(0x80 | size.size());
    text += size;
  }
  return text.append(content);
}

}  // namespace supply::crypto::internal

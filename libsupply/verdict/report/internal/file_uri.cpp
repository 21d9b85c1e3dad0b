#include "libsupply/verdict/report/internal/file_uri.hpp"

#include <filesystem>

namespace supply::report {

std::string file_uri(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const std::string normal = std::filesystem::path(path).lexically_normal().generic_string();
  std::string uri = normal.starts_with('/') ? "file://" : "";
  for (const char c : normal) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || std::string_view("-._~/").find(c) != std::string_view::npos) uri += c;
    else {
      uri += '%';
      uri += kHex[byte >> 4U];
      uri += kHex[byte & 15U];
    }
  }
  return uri;
}

}  // namespace supply::report

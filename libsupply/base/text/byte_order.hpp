// Unsigned integers as files and protocols have them, in either order of their bytes.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace supply {

/// The integer that all of `bytes` are, eight at most; 0 without any.
constexpr std::uint64_t read_integer(std::string_view bytes, std::endian order) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    out = out << 8 | static_cast<unsigned char>(bytes[order == std::endian::big ? i : bytes.size() - 1 - i]);
  return out;
}

}  // namespace supply

#include "libsupply/base/text/base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace supply {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Of each character, or -1: those of both alphabets of RFC 4648.
constexpr std::array<std::int8_t, 256> kValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  values['-'] = 62;
  values['_'] = 63;
  return values;
}();

int value_of(char c) { return kValues[static_cast<unsigned char>(c)]; }

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  char* out = text.data();
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t there = std::min<std::size_t>(bytes.size() - i, 3);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < there ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k <= there; ++k) out[k] = kAlphabet[group >> (18 - 6 * k) & 63];
    out += 4;
  }
  return text;
}

Result<std::string> from_base64(std::string_view text) {
  std::size_t digits = text.size();
  while (digits > 0 && text.size() - digits < 2 && text[digits - 1] == '=') --digits;
  const bool padded = digits != text.size();
  if ((padded && text.size() % 4 != 0) || digits % 4 == 1)
    return Error(ErrorCode::malformed, "base64 text has a wrong length");
  std::string bytes(digits / 4 * 3 + 2, '\0');
  char* out = bytes.data();
  std::uint32_t group = 0;
  int bits = 0, values = 0;  // all values in one: negative where one is
  for (std::size_t i = 0; i < digits; ++i) {
    const int value = value_of(text[i]);
    values |= value;
    group = group << 6 | static_cast<std::uint32_t>(value & 63);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    *out++ = static_cast<char>(group >> bits & 255);
  }
  if (values < 0) return Error(ErrorCode::malformed, "text has a character that is not base64");
  bytes.resize(static_cast<std::size_t>(out - bytes.data()));
  if ((group & ((1U << bits) - 1)) != 0) return Error(ErrorCode::malformed, "base64 text has stray bits at its end");
  return bytes;
}

}  // namespace supply

#include "libsupply/testing/tar.hpp"

#include <algorithm>

namespace supply::testing {
namespace {

void put(std::string& block, std::size_t at, std::string_view text, std::size_t size) {
  std::copy_n(text.begin(), std::min(text.size(), size), block.begin() + static_cast<std::ptrdiff_t>(at));
}

std::string octal(std::uint64_t value, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; i-- > 0; value /= 8) text[i] = static_cast<char>('0' + value % 8);
  return text;
}

}  // namespace

std::string tar_entry(const TarFields& fields) {
  std::string tar(512, '\0');
  put(tar, 0, fields.path, 100);
  put(tar, 100, octal(fields.mode, 7), 7);
  put(tar, 108, octal(fields.uid, 7), 7);
  put(tar, 116, octal(fields.gid, 7), 7);
  put(tar, 124, octal(fields.size.value_or(fields.content.size()), 11), 11);
  put(tar, 136, octal(0, 11), 11);
  tar[156] = fields.type;
  put(tar, 157, fields.link, 100);
  put(tar, 257,
      std::string_view("ustar\0"
                       "00",
                       8),
      8);
  tar = tar_checksum(std::move(tar));
  tar += fields.content;
  tar.resize((tar.size() + 511) / 512 * 512);
  return tar;
}

std::string tar_pax(char type, const std::vector<std::pair<std::string_view, std::string_view>>& records) {
  std::string text;
  for (const auto& [key, value] : records) {
    const std::size_t rest = key.size() + value.size() + 3;  // the space, '=' and the line's end
    std::size_t size = rest + 1;
    while (rest + std::to_string(size).size() != size) size = rest + std::to_string(size).size();
    text += std::to_string(size) + " " + std::string(key) + "=" + std::string(value) + "\n";
  }
  return tar_entry({.path = "PaxHeaders/x", .content = text, .type = type});
}

std::string tar_end() { return std::string(1024, '\0'); }

std::string tar_checksum(std::string tar) {
  put(tar, 148, "        ", 8);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(tar[i]);
  put(tar, 148, octal(sum, 6) + std::string("\0 ", 2), 8);
  return tar;
}

}  // namespace supply::testing

#include "libsupply/base/crypto/der_writer.hpp"

#include "libsupply/base/crypto/der.hpp"

namespace supply::crypto {
namespace {

std::string big_endian(std::uint64_t number) {
  std::string bytes;
  for (; number != 0; number >>= 8) bytes.insert(bytes.begin(), static_cast<char>(number & 0xff));
  return bytes;
}

}  // namespace

std::string to_der(unsigned char tag, std::string_view content) {
  std::string text(1, static_cast<char>(tag));
  const std::string length = big_endian(content.size());
  if (content.size() >= 0x80) text += static_cast<char>(0x80 | length.size());
  text += length.empty() ? std::string(1, '\0') : length;
  return text.append(content);
}

std::string der_unsigned_content(std::string_view bytes) {
  while (!bytes.empty() && bytes.front() == '\0') bytes.remove_prefix(1);
  std::string content(bytes);
  if (content.empty() || static_cast<unsigned char>(content.front()) >= 0x80) content.insert(content.begin(), '\0');
  return content;
}

std::string der_unsigned_content(std::uint64_t number) { return der_unsigned_content(big_endian(number)); }

std::string to_der_bits(std::string_view bytes) {
  return to_der(der_tag::kBitString, std::string(1, '\0').append(bytes));
}

}  // namespace supply::crypto

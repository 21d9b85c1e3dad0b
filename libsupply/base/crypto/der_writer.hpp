// DER, written from the inside out. Any thread. Source: ITU-T X.690, section 10.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace supply::crypto {

/// A value of that tag (der_tag), with the shortest form of its length; `content` is shorter than 2^32 bytes.
std::string to_der(unsigned char tag, std::string_view content);
/// The content of an INTEGER that is not below 0, of its bytes, the highest first; surplus zeros are dropped.
std::string der_unsigned_content(std::string_view bytes);
std::string der_unsigned_content(std::uint64_t number);
/// A BIT STRING of whole bytes.
std::string to_der_bits(std::string_view bytes);

}  // namespace supply::crypto

// Zip archives for tests, well formed or wrong in one place. Source: PKWARE APPNOTE.TXT 6.3.10.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace supply::testing {

struct ZipFields {
  std::string name = {}, content = {};
  bool deflated = false;    ///< in stored blocks of deflate
  bool descriptor = false;  ///< checksum and sizes are behind the content
  std::uint16_t flags = 0;
  std::optional<std::string> local_name = {};      ///< what the local header has instead
  std::optional<std::uint32_t> local_size = {};    ///< as well, and the descriptor
  std::optional<std::uint32_t> central_size = {};  ///< what the central directory has instead
  std::optional<std::uint32_t> crc = {};           ///< what both have instead
  std::optional<std::uint32_t> offset = {};        ///< what the central directory has instead
  bool listed = true;                              ///< in the central directory
  std::string extra = {};                          ///< of the central header
};

inline std::string little_endian(std::uint64_t value, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

inline std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
  }
  return ~crc;
}

/// Deflate without compression. Source: RFC 1951, section 3.2.4.
inline std::string deflate_stored(std::string_view bytes) {
  std::string out;
  do {
    const std::string_view block = bytes.substr(0, 0xffff);
    bytes.remove_prefix(block.size());
    out += static_cast<char>(bytes.empty() ? 1 : 0);
    out += little_endian(block.size(), 2) + little_endian(~block.size() & 0xffff, 2) + std::string(block);
  } while (!bytes.empty());
  return out;
}

inline std::string zip_end(std::size_t entries, std::size_t size, std::size_t offset, std::string_view comment = {}) {
  return "PK\x05\x06" + little_endian(0, 4) + little_endian(entries, 2) + little_endian(entries, 2) +
         little_endian(size, 4) + little_endian(offset, 4) + little_endian(comment.size(), 2) + std::string(comment);
}

/// The members, and the central directory that points to them; offsets count from the archive's own beginning.
inline std::string zip_archive(const std::vector<ZipFields>& members, std::string_view comment = {}) {
  std::string out, directory;
  std::size_t listed = 0;
  for (const ZipFields& each : members) {
    const std::string packed = each.deflated ? deflate_stored(each.content) : each.content;
    const std::uint32_t crc = each.crc.value_or(crc32(each.content));
    const std::string central_sizes =
        little_endian(packed.size(), 4) + little_endian(each.central_size.value_or(each.content.size()), 4);
    const std::string local_sizes =
        little_endian(packed.size(), 4) + little_endian(each.local_size.value_or(each.content.size()), 4);
    const std::string name = each.local_name.value_or(each.name);
    const std::string head = little_endian(20, 2) + little_endian(each.flags | (each.descriptor ? 8U : 0U), 2) +
                             little_endian(each.deflated ? 8 : 0, 2) + little_endian(0x5a210000, 4);
    const std::size_t at = out.size();
    out += "PK\x03\x04" + head + (each.descriptor ? std::string(12, '\0') : little_endian(crc, 4) + local_sizes) +
           little_endian(name.size(), 2) + little_endian(0, 2) + name + packed;
    if (each.descriptor) out += "PK\x07\x08" + little_endian(crc, 4) + local_sizes;
    if (!each.listed) continue;
    ++listed;
    directory += "PK\x01\x02" + little_endian(20, 2) + head + little_endian(crc, 4) + central_sizes +
                 little_endian(each.name.size(), 2) + little_endian(each.extra.size(), 2) + std::string(10, '\0') +
                 little_endian(each.offset.value_or(at), 4) + each.name + each.extra;
  }
  return out + directory + zip_end(listed, directory.size(), out.size(), comment);
}

}  // namespace supply::testing

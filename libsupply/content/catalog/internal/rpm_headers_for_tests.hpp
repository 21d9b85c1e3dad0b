// Headers and databases of rpm that tests make by hand. Tests only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/internal/rpm_header.hpp"

namespace supply::catalog::testing {

inline std::string big_endian(std::uint32_t number) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
  return out;
}

inline std::string little_endian(std::uint32_t number) {
  const std::string big = big_endian(number);
  return {big.rbegin(), big.rend()};
}

/// A header as rpm's databases hold it.
class HeaderMaker {
 public:
  HeaderMaker& text(RpmTag tag, std::string_view value) { return add(tag, 6, 1, std::string(value) + '\0'); }
  HeaderMaker& texts(RpmTag tag, const std::vector<std::string>& values) {
    std::string data;
    for (const std::string& value : values) data += value + '\0';
    return add(tag, 8, static_cast<std::uint32_t>(values.size()), data);
  }
  HeaderMaker& numbers(RpmTag tag, const std::vector<std::uint32_t>& values) {
    std::string data;
    for (const std::uint32_t value : values) data += big_endian(value);
    return add(tag, 4, static_cast<std::uint32_t>(values.size()), data);
  }
  HeaderMaker& states(const std::vector<char>& values) {
    return add(RpmTag::file_states, 1, static_cast<std::uint32_t>(values.size()),
               std::string(values.begin(), values.end()));
  }
  HeaderMaker& identity(std::string_view name, std::string_view version, std::string_view release,
                        std::string_view architecture) {
    return text(RpmTag::name, name)
        .text(RpmTag::version, version)
        .text(RpmTag::release, release)
        .text(RpmTag::architecture, architecture);
  }
  /// Each with one path: "/usr/bin/x".
  HeaderMaker& files(const std::vector<std::string>& paths) {
    std::vector<std::string> names, directories;
    std::vector<std::uint32_t> indexes;
    for (const std::string& path : paths) {
      const std::size_t slash = path.rfind('/');
      names.push_back(path.substr(slash + 1));
      directories.push_back(path.substr(0, slash + 1));
      indexes.push_back(static_cast<std::uint32_t>(indexes.size()));
    }
    return texts(RpmTag::base_names, names)
        .texts(RpmTag::directory_names, directories)
        .numbers(RpmTag::directory_indexes, indexes);
  }
  HeaderMaker& add(RpmTag tag, std::uint32_t type, std::uint32_t count, std::string_view data) {
    index_ += big_endian(static_cast<std::uint32_t>(tag)) + big_endian(type) +
              big_endian(static_cast<std::uint32_t>(data_.size())) + big_endian(count);
    data_ += data;
    return *this;
  }
  std::string bytes() const {
    return big_endian(static_cast<std::uint32_t>(index_.size() / 16)) +
           big_endian(static_cast<std::uint32_t>(data_.size())) + index_ + data_;
  }

 private:
  std::string index_, data_;
};

/// The bytes of Packages.db with these headers. Source: rpm, lib/backend/ndb/rpmpkg.c; its checksum is left 0.
inline std::string make_ndb(const std::vector<std::string>& headers) {
  const std::size_t pages = (2 + headers.size()) * 16 / 4096 + 1;
  std::string slots = "RpmP" + little_endian(0) + little_endian(1) + little_endian(static_cast<std::uint32_t>(pages)) +
                      little_endian(static_cast<std::uint32_t>(headers.size() + 1)) + std::string(12, '\0');
  std::string blobs;
  std::uint32_t key = 0;
  for (const std::string& header : headers) {
    ++key;
    std::string blob = "BlbS" + little_endian(key) + little_endian(1) +
                       little_endian(static_cast<std::uint32_t>(header.size())) + header;
    while ((blob.size() + 12) % 16 != 0) blob += '\0';
    blob += little_endian(0) + little_endian(static_cast<std::uint32_t>(header.size())) + "BlbE";
    slots += "Slot" + little_endian(key) +
             little_endian(static_cast<std::uint32_t>((pages * 4096 + blobs.size()) / 16)) +
             little_endian(static_cast<std::uint32_t>(blob.size() / 16));
    blobs += blob;
  }
  while (slots.size() < pages * 4096) slots += "Slot" + std::string(12, '\0');
  return slots + blobs;
}

}  // namespace supply::catalog::testing

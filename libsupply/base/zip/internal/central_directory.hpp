// The central directory of a zip archive, checked against the local headers that it points to. Pure functions.
// Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "libsupply/base/zip/zip.hpp"

namespace supply::zip {

struct CentralEntry {
  ZipMember member;
  std::uint64_t local = 0;  ///< where its local header begins, in the archive without what precedes it
  std::uint64_t data = 0;   ///< where its packed content begins
  std::uint64_t end = 0;    ///< behind its content and data descriptor
  std::uint32_t crc = 0;
  std::uint16_t flags = 0, method = 0;
};

struct CentralDirectory {
  std::string_view archive;           ///< without the bytes that precede the archive
  std::vector<CentralEntry> entries;  ///< in the order of the central directory; repeated ones left out
};

/// Where the end of central directory record is: the last one, as all readers take it.
std::optional<std::size_t> find_end_record(std::string_view archive);

/// Reads the central directory and compares each member's local header and data descriptor with it. Errors: as
/// read_zip.
Result<CentralDirectory> read_central_directory(std::string_view archive, const ZipLimits& limits);

}  // namespace supply::zip

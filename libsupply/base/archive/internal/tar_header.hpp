// The 512-byte header block of a tar, and the records of a pax header.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::archive {

inline constexpr std::size_t kTarBlockBytes = 512;

struct TarHeader {
  std::string_view name, prefix, link;  ///< into the block; prefix is empty where the format has none
  std::uint64_t size = 0;
  std::int64_t mode = 0, uid = 0, gid = 0;
  char type = '\0';
  bool gnu = false;  ///< old GNU format: a sparse map may be in the block
};

/// A header's number: octal, or base 256 with the first bit set. Errors: malformed.
Result<std::int64_t> tar_number(std::string_view field);
/// Errors: malformed (checksum, numbers).
Result<TarHeader> parse_tar_header(std::string_view block);

/// A section of a sparse file that is stored.
struct SparseSpan {
  std::uint64_t offset = 0, size = 0;
};

/// What pax records say of one entry. Keywords that nobody here needs (times, owners' names, most SCHILY.xattr.…) are
/// left out. Of extended attributes those under SCHILY.xattr count, which is all that Go reads.
struct PaxRecords {
  std::optional<std::string> path, link;
  std::optional<std::uint64_t> size, uid, gid;
  std::string overlay_attribute;  ///< a key that an overlay driver takes for its own; else empty
  std::string capability;         ///< the value of "security.capability"

  bool sparse = false;                 ///< one of GNU's three pax forms of a sparse file
  bool sparse_map_in_content = false;  ///< version 1.0
  std::optional<std::string> sparse_name;
  std::optional<std::uint64_t> sparse_size;
  std::vector<SparseSpan> sparse_map;  ///< versions 0.0 and 0.1
};

/// Errors: malformed, limit_exceeded.
Result<PaxRecords> parse_pax(std::string_view text);

/// Checks a sparse map: in order, not overlapping, within the file, as many bytes as are stored. Errors: malformed.
Status check_sparse(const std::vector<SparseSpan>& map, std::uint64_t file_size, std::uint64_t stored);

}  // namespace supply::archive

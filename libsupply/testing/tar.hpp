// Writes tars, also such as no tar program would write. Tests only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace supply::testing {

struct TarFields {
  std::string_view path = {};     ///< at most 100 bytes; use tar_pax for more
  std::string_view content = {};  ///< written and padded whatever `size` says
  std::string_view link = {};
  char type = '0';
  unsigned mode = 0644;
  unsigned uid = 0, gid = 0;
  std::optional<std::uint64_t> size = {};  ///< in the header; the content's when absent
};

/// One ustar header block and its content.
std::string tar_entry(const TarFields& fields);
/// A pax header, `type` 'x' or 'g', with these records.
std::string tar_pax(char type, const std::vector<std::pair<std::string_view, std::string_view>>& records);
/// Two zero blocks.
std::string tar_end();
/// The tar with the checksum of its first header set anew.
std::string tar_checksum(std::string tar);

}  // namespace supply::testing

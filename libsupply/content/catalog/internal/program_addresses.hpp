// Where in a program's file a place in memory comes from: ELF, PE and Mach-O. Pure functions of the file's first bytes.
// Source: elf(5); Microsoft, "PE Format" (Optional Header, Section Table); Apple, mach-o/loader.h (segment_command,
// segment_command_64).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace supply::catalog {

struct MappedRange {
  std::uint64_t address = 0, offset = 0, size = 0;
  bool is_writable = false;
};

/// What of the file is loaded, by the headers in its first bytes; nothing where those do not say.
std::vector<MappedRange> mapped_ranges(std::string_view head);

/// The offset in the file of `size` bytes at an address; nothing where they are not all in the file.
std::optional<std::uint64_t> offset_of(const std::vector<MappedRange>& ranges, std::uint64_t address,
                                       std::uint64_t size);

}  // namespace supply::catalog

// Small ELF files for tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace supply::testing {

struct ElfNote {
  std::string owner;
  std::uint32_t type = 0;
  std::string description;
};

struct ElfSection {
  std::string name, content;
};

struct ElfFields {
  bool is_64_bit = true, is_big_endian = false;
  std::uint16_t type = 3;                 ///< a shared object; 1 is relocatable
  std::vector<ElfNote> notes = {};        ///< in one segment, and in section .note.test
  std::vector<ElfSection> sections = {};  ///< behind those of index 0 and of the notes, before that of the names
};

/// Header, table of segments, contents, names, table of sections.
std::string elf_file(const ElfFields& fields);

}  // namespace supply::testing

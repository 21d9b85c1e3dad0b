// What shows that a program is Go's, and where its build information is. Pure functions.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "libsupply/base/elf/elf.hpp"

namespace supply::catalog {

/// Source: elf(5): Elf64_Ehdr, of both byte orders; Go 1.26 src/cmd/link/internal/ld/elf.go (asmbElf): e_shoff.
inline bool has_sections_behind_segments(std::string_view head) {
  const auto header = elf::parse_header(head);
  return header && header->segment_count > 0 &&
         header->sections_at == header->segments_at + header->segment_count * header->segment_bytes;
}

/// The note "Go" of an ELF program, or the build ID that others begin their text with, is in so many bytes of the file.
/// Without a build ID (-buildid=) old ELF programs of Go have a segment PT_PAX_FLAGS, as hardly any other has.
/// Source: Go 1.26 src/cmd/internal/buildid; Go 1.17 src/cmd/link/internal/ld/elf.go.
inline constexpr std::size_t kGoHeadBytes = 8192;
/// Where the note was taken out, Go's linker shows in its headers: it alone has those of the sections right behind
/// those of the segments.
inline bool is_go_head(std::string_view head) {
  if (has_sections_behind_segments(head)) return true;
  for (const std::string_view sign : {std::string_view("Go\0\0", 4), std::string_view("\xff Go build ID: \""),
                                      std::string_view("\x80\x15\x04\x65"), std::string_view("\x65\x04\x15\x80")})
    if (head.find(sign) != std::string_view::npos) return true;
  return false;
}

/// Whether a program that streams by is Go's, as far as its first bytes came.
enum class GoProgram { unknown, yes, no };

/// Takes what is missing of the first kGoHeadBytes from the front of `chunk` to `head`; `is` is known when they are all
/// there.
inline void take_go_head(std::string& head, std::string_view& chunk, GoProgram& is) {
  const std::size_t missing = std::min(kGoHeadBytes - head.size(), chunk.size());
  head += chunk.substr(0, missing);
  chunk.remove_prefix(missing);
  if (head.size() == kGoHeadBytes) is = is_go_head(head) ? GoProgram::yes : GoProgram::no;
}

/// Source: Go 1.26 src/debug/buildinfo/buildinfo.go: buildInfoMagic, buildInfoAlign, buildInfoHeaderSize.
inline constexpr std::string_view kGoBuildInfoMagic = "\xff Go buildinf:";
inline constexpr std::size_t kGoBuildInfoAlign = 16;
inline constexpr std::size_t kGoBuildInfoHeaderBytes = 32;

/// How the version of Go begins: "go1.26.8", "devel +abcdef Tue …".
inline constexpr std::string_view kGoRelease = "go1.";
inline constexpr std::string_view kGoDevel = "devel ";
inline bool is_go_version(std::string_view text) { return text.starts_with("go1") || text.starts_with(kGoDevel); }

}  // namespace supply::catalog

// ELF programs: header, segments, sections and notes, of 32 and 64 bits and both byte orders. Strict and bounded: what
// is handed out lies within the bytes that were given. Pure functions; any thread.
// Source: System V gABI, "Object Files" and "Program Loading and Dynamic Linking"; elf(5).
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::elf {

/// As many bytes as an ELF header has at most.
inline constexpr std::size_t kHeaderBytes = 64;
inline constexpr std::string_view kMagic{"\x7f\x45LF"};

struct Header {
  bool is_64_bit = false;
  std::endian order = std::endian::little;
  std::uint16_t type = 0, machine = 0;
  std::uint64_t segments_at = 0, sections_at = 0;  ///< offsets of the tables, 0 for none
  std::uint16_t segment_bytes = 0, segment_count = 0, section_bytes = 0, section_count = 0, section_names = 0;
};

struct Segment {
  static constexpr std::uint32_t kLoad = 1, kNote = 4;  // types
  static constexpr std::uint32_t kWritable = 2;         // a flag
  std::uint32_t type = 0, flags = 0;
  std::uint64_t offset = 0, size = 0;  ///< in the file
  std::uint64_t address = 0;           ///< in memory
  std::uint64_t alignment = 0;
};

struct Section {
  static constexpr std::uint32_t kNote = 7, kNoBits = 8;
  std::string_view name;  ///< in the bytes that were read
  std::uint32_t type = 0;
  std::uint64_t offset = 0, size = 0, alignment = 0;
};

/// The views live as long as the bytes that were read.
struct Note {
  std::string_view owner;  ///< without the NUL at its end
  std::uint32_t type = 0;
  std::string_view description;
};

/// From the first bytes of a file, kHeaderBytes or more where it has them. Errors: malformed.
Result<Header> parse_header(std::string_view head);
/// From the bytes of the table of segments. Errors: malformed.
Result<std::vector<Segment>> parse_segments(const Header& header, std::string_view table);
/// Every section of a file that is held whole. Errors: malformed, limit_exceeded (kMaxElfHeaders).
Result<std::vector<Section>> parse_sections(std::string_view file);
/// The bytes of the first section of that name; nothing when there is none, or it holds none of the file's bytes.
/// Errors: as parse_sections.
Result<std::optional<std::string_view>> find_section(std::string_view file, std::string_view name);
/// The notes in a segment or section. Errors: malformed.
Result<std::vector<Note>> parse_notes(const Header& header, std::uint64_t alignment, std::string_view bytes);

/// Finds the notes of a program while it streams by, and holds no more than the segments of notes, whose table is
/// in the front of every program that a linker makes. Notes that are before their table are not seen. One thread.
class NoteReader {
 public:
  /// A segment of more than so many bytes is not kept (the default is kMaxElfNoteBytes).
  explicit NoteReader(std::size_t segment_limit);
  void feed(std::string_view chunk);
  std::size_t held() const { return table_.capacity() + notes_bytes_; }
  /// After the last feed(): whether the file has the tables that its header says, and a program without sections what
  /// is loaded of it. A file of debug information has sections alone. Errors: malformed.
  Status whole() const;
  /// Calls with each note. Errors: malformed, limit_exceeded, and what `call` returns.
  template <class Call>
  Status finish(const Call& call) const {
    if (error_) return *error_;
    if (!header_) return Error(ErrorCode::malformed, "ELF: the header is cut off");
    for (const Kept& each : kept_) {
      if (each.bytes.size() < each.segment.size) return Error(ErrorCode::malformed, "ELF: notes behind the file's end");
      SUPPLY_TRY(const std::vector<Note> notes, parse_notes(*header_, each.segment.alignment, each.bytes));
      for (const Note& note : notes) SUPPLY_TRY(call(note));
    }
    return {};
  }

 private:
  struct Kept {
    Segment segment;
    std::string bytes;
  };
  void read_table();

  std::size_t segment_limit_, notes_bytes_ = 0;
  std::uint64_t at_ = 0;          // of the next chunk
  std::uint64_t loaded_end_ = 0;  // of what segments load from the file
  std::string table_;             // the file's first bytes, until the table of segments is whole
  bool has_table_ = false;
  std::optional<Header> header_;
  std::optional<Error> error_;
  std::vector<Kept> kept_;
};

}  // namespace supply::elf

#include "libsupply/base/elf/elf.hpp"

#include <algorithm>
#include <limits>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/byte_order.hpp"

namespace supply::elf {
namespace {

// Header::type. Source: gABI, "ELF Header", e_type.
constexpr std::uint16_t kExecutableType = 2, kSharedType = 3, kCoreType = 4;

Error malformed(std::string message) { return {ErrorCode::malformed, "ELF: " + std::move(message)}; }

// Numbers at offsets in one header's bytes; callers have seen to it that they are there.
struct Fields {
  std::string_view bytes;
  bool is_64_bit;
  std::endian order;

  std::uint64_t number(std::size_t at, std::size_t size) const { return read_integer(bytes.substr(at, size), order); }
  std::uint16_t half(std::size_t at) const { return static_cast<std::uint16_t>(number(at, 2)); }
  std::uint32_t word(std::size_t at) const { return static_cast<std::uint32_t>(number(at, 4)); }
  /// An address, offset or size, at the one place or the other.
  std::uint64_t wide(std::size_t at_32, std::size_t at_64) const {
    return is_64_bit ? number(at_64, 8) : number(at_32, 4);
  }
};

Fields fields_of(const Header& header, std::string_view bytes) { return {bytes, header.is_64_bit, header.order}; }

// The bytes of a file from `offset` on, or nothing where they are not all there.
std::optional<std::string_view> slice(std::string_view file, std::uint64_t offset, std::uint64_t size) {
  if (offset > file.size() || file.size() - offset < size) return std::nullopt;
  return file.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
}

Section read_section(const Fields& fields) {
  Section out;
  out.type = fields.word(4);
  out.offset = fields.wide(16, 24);
  out.size = fields.wide(20, 32);
  out.alignment = fields.wide(32, 48);
  return out;
}

// Of a size that is no size, as far as there are numbers.
std::uint64_t end_of(std::uint64_t offset, std::uint64_t size) {
  return offset + std::min(size, std::numeric_limits<std::uint64_t>::max() - offset);
}

std::size_t section_bytes(const Header& header) { return header.is_64_bit ? 64 : 40; }
std::size_t segment_bytes(const Header& header) { return header.is_64_bit ? 56 : 32; }

}  // namespace

Result<Header> parse_header(std::string_view head) {
  constexpr std::size_t kIdentBytes = 16;
  if (!head.starts_with(kMagic) || head.size() < kIdentBytes) return malformed("no header");
  Header out;
  if (head[4] != 1 && head[4] != 2) return malformed("neither of 32 nor of 64 bits");
  if (head[5] != 1 && head[5] != 2) return malformed("no byte order");
  out.is_64_bit = head[4] == 2;
  out.order = head[5] == 2 ? std::endian::big : std::endian::little;
  if (head.size() < (out.is_64_bit ? 64u : 52u)) return malformed("the header is cut off");
  const Fields fields = fields_of(out, head);
  out.type = fields.half(16);
  out.machine = fields.half(18);
  out.segments_at = fields.wide(28, 32);
  out.sections_at = fields.wide(32, 40);
  const std::size_t sizes = out.is_64_bit ? 54 : 42;
  out.segment_bytes = fields.half(sizes);
  out.segment_count = fields.half(sizes + 2);
  out.section_bytes = fields.half(sizes + 4);
  out.section_count = fields.half(sizes + 6);
  out.section_names = fields.half(sizes + 8);
  return out;
}

Result<std::vector<Segment>> parse_segments(const Header& header, std::string_view table) {
  std::vector<Segment> out;
  if (header.segment_count == 0) return out;
  if (header.segment_bytes != segment_bytes(header)) return malformed("segment headers of another size");
  if (table.size() < std::size_t{header.segment_bytes} * header.segment_count)
    return malformed("the table of segments is cut off");
  out.reserve(header.segment_count);
  for (std::size_t i = 0; i < header.segment_count; ++i) {
    const Fields fields = fields_of(header, table.substr(i * header.segment_bytes, header.segment_bytes));
    Segment one;
    one.type = fields.word(0);
    one.flags = fields.word(header.is_64_bit ? 4 : 24);
    one.offset = fields.wide(4, 8);
    one.address = fields.wide(8, 16);
    one.size = fields.wide(16, 32);
    one.alignment = fields.wide(28, 48);
    out.push_back(one);
  }
  return out;
}

Result<std::vector<Section>> parse_sections(std::string_view file) {
  SUPPLY_TRY(const Header header, parse_header(file.substr(0, kHeaderBytes)));
  std::vector<Section> out;
  if (header.sections_at == 0) return out;
  if (header.section_bytes != section_bytes(header)) return malformed("section headers of another size");
  const auto first = slice(file, header.sections_at, header.section_bytes);
  if (!first) return malformed("the table of sections is behind the file's end");
  // What does not fit the header is in the first section. Source: gABI, "ELF Header", e_shnum and e_shstrndx.
  const Fields extended = fields_of(header, *first);
  const std::uint64_t count = header.section_count != 0 ? header.section_count : read_section(extended).size;
  const std::uint64_t names_at =
      header.section_names != 0xFFFF ? header.section_names : extended.word(header.is_64_bit ? 40 : 24);
  if (count > kMaxElfHeaders)
    return Error(ErrorCode::limit_exceeded, "ELF: more than " + std::to_string(kMaxElfHeaders) + " sections");
  const auto table = slice(file, header.sections_at, count * header.section_bytes);
  if (!table) return malformed("the table of sections is cut off");
  const auto fields_at = [&](std::uint64_t i) {
    return fields_of(header, table->substr(static_cast<std::size_t>(i) * header.section_bytes, header.section_bytes));
  };
  std::string_view names;
  if (names_at != 0 && names_at < count) {
    const Section section = read_section(fields_at(names_at));
    const auto bytes = slice(file, section.offset, section.size);
    if (!bytes) return malformed("the names of sections are behind the file's end");
    names = *bytes;
  }
  out.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) {
    const Fields fields = fields_at(i);
    Section section = read_section(fields);
    const std::size_t name = fields.word(0);
    if (name < names.size()) {
      const std::string_view rest = names.substr(name);
      const std::size_t end = rest.find('\0');
      if (end == std::string_view::npos) return malformed("a section's name has no end");
      section.name = rest.substr(0, end);
    }
    out.push_back(section);
  }
  return out;
}

Result<std::optional<std::string_view>> find_section(std::string_view file, std::string_view name) {
  SUPPLY_TRY(const std::vector<Section> sections, parse_sections(file));
  for (const Section& section : sections) {
    if (section.name != name || section.type == Section::kNoBits) continue;
    const auto bytes = slice(file, section.offset, section.size);
    if (!bytes) return malformed("section " + std::string(name) + " is behind the file's end");
    return bytes;
  }
  return std::optional<std::string_view>();
}

Result<std::vector<Note>> parse_notes(const Header& header, std::uint64_t alignment, std::string_view bytes) {
  // Source: gABI, "Note Section"; GNU binutils and Linux align by 8 only where the segment says so.
  const std::size_t align = alignment == 8 ? 8 : 4;
  constexpr std::size_t kNoteHeaderBytes = 12;
  std::vector<Note> out;
  std::size_t at = 0;
  const auto round_up = [&](std::size_t from) { return std::min((from + align - 1) / align * align, bytes.size()); };
  while (bytes.size() - at >= kNoteHeaderBytes) {
    const Fields fields = fields_of(header, bytes.substr(at, kNoteHeaderBytes));
    const std::uint32_t owner_size = fields.word(0), description_size = fields.word(4);
    Note note;
    note.type = fields.word(8);
    const auto owner = slice(bytes, at + kNoteHeaderBytes, owner_size);
    if (!owner) return malformed("a note's owner is cut off");
    note.owner = owner->substr(0, owner->find('\0'));
    const std::size_t description_at = round_up(at + kNoteHeaderBytes + owner_size);
    const auto description = slice(bytes, description_at, description_size);
    if (!description) return malformed("a note's description is cut off");
    note.description = *description;
    out.push_back(note);
    at = round_up(description_at + description_size);
  }
  return out;
}

NoteReader::NoteReader(std::size_t segment_limit) : segment_limit_(segment_limit) {}

void NoteReader::read_table() {
  if (table_.size() < kHeaderBytes && !header_) return;
  if (!header_) {
    auto header = parse_header(table_);
    if (!header) {
      error_ = header.error();
      return;
    }
    header_ = *header;
  }
  // The table of a program is right behind its header; where it doesn't, its notes are not looked for.
  constexpr std::uint64_t kFurthestTable = 4096;
  const std::uint64_t size = std::uint64_t{header_->segment_bytes} * header_->segment_count;
  if (size != 0 && header_->segment_bytes != segment_bytes(*header_)) {
    error_ = malformed("segment headers of another size");
    return;
  }
  // A core dump's notes are of the process.
  if (header_->type == kCoreType || header_->segments_at == 0 || size == 0 || header_->segments_at > kFurthestTable) {
    has_table_ = true;
    table_ = std::string();
    return;
  }
  const std::uint64_t end = header_->segments_at + size;
  if (table_.size() < end) return;
  has_table_ = true;
  auto segments = parse_segments(*header_, std::string_view(table_).substr(header_->segments_at, size));
  table_ = std::string();
  if (!segments) {
    error_ = segments.error();
    return;
  }
  std::uint64_t kept = 0;
  for (const Segment& segment : *segments) {
    if (segment.type == Segment::kLoad && segment.size != 0)
      loaded_end_ = std::max(loaded_end_, end_of(segment.offset, segment.size));
    if (segment.type != Segment::kNote || segment.size == 0) continue;
    kept += segment.size;
    if (segment.size > segment_limit_ || kept > segment_limit_) {
      error_ = Error(ErrorCode::limit_exceeded, "ELF: notes of more than " + std::to_string(segment_limit_) + " bytes");
      return;
    }
    kept_.push_back({segment, {}});
  }
}

void NoteReader::feed(std::string_view chunk) {
  std::uint64_t at = at_;
  at_ += chunk.size();
  while (!error_ && !has_table_ && !chunk.empty()) {
    const std::uint64_t end =
        header_ ? header_->segments_at + std::uint64_t{header_->segment_bytes} * header_->segment_count : kHeaderBytes;
    const std::size_t taken = std::min<std::uint64_t>(end - table_.size(), chunk.size());
    table_ += chunk.substr(0, taken);
    chunk.remove_prefix(taken);
    at += taken;
    read_table();
  }
  if (error_) return;
  for (Kept& each : kept_) {
    const std::uint64_t next = each.segment.offset + each.bytes.size();
    if (next < each.segment.offset || each.bytes.size() == each.segment.size) continue;
    if (next < at || next - at >= chunk.size()) continue;
    const std::string_view bytes = chunk.substr(static_cast<std::size_t>(next - at));
    const std::size_t before = each.bytes.size();
    each.bytes += bytes.substr(0, static_cast<std::size_t>(each.segment.size) - before);
    notes_bytes_ += each.bytes.size() - before;
  }
}

Status NoteReader::whole() const {
  if (error_ && error_->code() == ErrorCode::malformed) return *error_;
  if (!header_) return malformed("the header is cut off");
  const bool is_program = header_->type == kExecutableType || header_->type == kSharedType;
  const auto table_end = [](std::uint64_t at, std::uint64_t count, std::uint64_t bytes) {
    return at == 0 || count == 0 ? 0 : end_of(at, count * bytes);
  };
  if (table_end(header_->segments_at, header_->segment_count, header_->segment_bytes) > at_)
    return malformed("the table of segments is behind the file's end");
  const std::uint64_t sections_end = table_end(header_->sections_at, header_->section_count, header_->section_bytes);
  if (sections_end > at_) return malformed("the table of sections is behind the file's end");
  // Strippers leave the offset of a table that has no sections any more.
  if (is_program && sections_end == 0 && loaded_end_ > at_) return malformed("what is loaded is behind the file's end");
  return {};
}

}  // namespace supply::elf

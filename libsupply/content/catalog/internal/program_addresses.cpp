#include "libsupply/content/catalog/internal/program_addresses.hpp"

#include "libsupply/base/elf/elf.hpp"
#include "libsupply/base/text/byte_order.hpp"

namespace supply::catalog {
namespace {

// Numbers at places of the head; 0 where it has none, which `cut_off` then says.
struct Head {
  std::string_view bytes;
  std::endian order = std::endian::little;
  bool cut_off = false;

  std::uint64_t number(std::uint64_t at, std::size_t size) {
    if (at > bytes.size() || bytes.size() - at < size) {
      cut_off = true;
      return 0;
    }
    return read_integer(bytes.substr(static_cast<std::size_t>(at), size), order);
  }
};

std::vector<MappedRange> ranges_of_elf(std::string_view head) {
  std::vector<MappedRange> out;
  const auto header = elf::parse_header(head);
  if (!header || header->segments_at > head.size()) return out;
  const auto segments = elf::parse_segments(*header, head.substr(static_cast<std::size_t>(header->segments_at)));
  if (!segments) return out;
  for (const elf::Segment& segment : *segments)
    if (segment.type == elf::Segment::kLoad)
      out.push_back({segment.address, segment.offset, segment.size, (segment.flags & elf::Segment::kWritable) != 0});
  return out;
}

std::vector<MappedRange> ranges_of_pe(std::string_view bytes) {
  std::vector<MappedRange> out;
  Head head{bytes};
  const std::uint64_t coff = head.number(0x3c, 4);
  if (coff > bytes.size() || !bytes.substr(static_cast<std::size_t>(coff)).starts_with(std::string_view("PE\0\0", 4)))
    return out;
  constexpr std::size_t kSectionBytes = 40;
  const std::uint64_t sections = head.number(coff + 6, 2), optional_bytes = head.number(coff + 20, 2);
  const std::uint64_t optional = coff + 24;
  const bool is_64_bit = head.number(optional, 2) == 0x20b;
  const std::uint64_t base = is_64_bit ? head.number(optional + 24, 8) : head.number(optional + 28, 4);
  for (std::uint64_t i = 0; i < sections && !head.cut_off; ++i) {
    const std::uint64_t at = optional + optional_bytes + i * kSectionBytes;
    constexpr std::uint64_t kWritable = 0x80000000;
    out.push_back({base + head.number(at + 12, 4), head.number(at + 20, 4), head.number(at + 16, 4),
                   (head.number(at + 36, 4) & kWritable) != 0});
  }
  return head.cut_off ? std::vector<MappedRange>() : out;
}

std::vector<MappedRange> ranges_of_mach_o(std::string_view bytes) {
  std::vector<MappedRange> out;
  Head head{bytes, bytes[0] == '\xfe' ? std::endian::big : std::endian::little};
  const bool is_64_bit = (head.number(0, 4) & 1) != 0;
  const std::uint64_t commands = head.number(16, 4);
  std::uint64_t at = is_64_bit ? 32 : 28;
  for (std::uint64_t i = 0; i < commands && !head.cut_off; ++i) {
    constexpr std::uint64_t kSegment = 1, kSegment64 = 0x19, kWritable = 2;
    const std::uint64_t type = head.number(at, 4), size = head.number(at + 4, 4);
    if (type == kSegment || type == kSegment64) {
      const std::size_t word = type == kSegment64 ? 8 : 4;
      out.push_back({head.number(at + 24, word), head.number(at + 24 + 2 * word, word),
                     head.number(at + 24 + 3 * word, word), (head.number(at + 28 + 4 * word, 4) & kWritable) != 0});
    }
    if (size == 0) break;
    at += size;
  }
  return head.cut_off ? std::vector<MappedRange>() : out;
}

}  // namespace

std::vector<MappedRange> mapped_ranges(std::string_view head) {
  if (head.starts_with(elf::kMagic)) return ranges_of_elf(head);
  if (head.starts_with("MZ")) return ranges_of_pe(head);
  for (const std::string_view magic : {"\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe"})
    if (head.starts_with(magic)) return ranges_of_mach_o(head);
  return {};
}

std::optional<std::uint64_t> offset_of(const std::vector<MappedRange>& ranges, std::uint64_t address,
                                       std::uint64_t size) {
  for (const MappedRange& range : ranges) {
    if (address < range.address || address - range.address > range.size) continue;
    const std::uint64_t into = address - range.address;
    if (range.size - into >= size && range.offset + into >= into) return range.offset + into;
  }
  return std::nullopt;
}

}  // namespace supply::catalog

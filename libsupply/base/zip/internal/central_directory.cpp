#include "libsupply/base/zip/internal/central_directory.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "libsupply/base/text/byte_order.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::zip {
namespace {

constexpr std::string_view kLocal = "PK\x03\x04", kCentral = "PK\x01\x02", kEnd = "PK\x05\x06";
constexpr std::string_view kEnd64 = "PK\x06\x06", kLocator64 = "PK\x06\x07", kDescriptor = "PK\x07\x08";
constexpr std::size_t kLocalBytes = 30, kCentralBytes = 46, kEndBytes = 22, kEnd64Bytes = 56, kLocator64Bytes = 20;
constexpr std::size_t kLongestComment = 0xffff;
constexpr std::uint64_t kNone16 = 0xffff, kNone32 = 0xffffffff;  // the value is in a field of Zip64
constexpr std::uint16_t kFlagEncrypted = 1, kFlagDescriptor = 8;

template <class... Parts>
Error malformed(const Parts&... parts) {
  return Error(ErrorCode::malformed, (std::string() + ... + std::string(parts)));
}

// Little-endian integers. Callers have seen to it that there are so many bytes.
std::uint64_t integer(std::string_view bytes, std::size_t at, std::size_t size) {
  return read_integer(bytes.substr(at, size), std::endian::little);
}
std::uint16_t u16(std::string_view bytes, std::size_t at) { return static_cast<std::uint16_t>(integer(bytes, at, 2)); }
std::uint32_t u32(std::string_view bytes, std::size_t at) { return static_cast<std::uint32_t>(integer(bytes, at, 4)); }
std::uint64_t u64(std::string_view bytes, std::size_t at) { return integer(bytes, at, 8); }

// `size` bytes at `at`, or nothing where the text is shorter.
std::optional<std::string_view> part(std::string_view text, std::uint64_t at, std::uint64_t size) {
  if (at > text.size() || size > text.size() - at) return std::nullopt;
  return text.substr(at, size);
}

// The data of an extra field. Fields that are cut off end the search, as they do in the JVM and in Python.
std::optional<std::string_view> extra_field(std::string_view extra, std::uint16_t id) {
  while (extra.size() >= 4) {
    const std::size_t size = u16(extra, 2);
    if (size > extra.size() - 4) return std::nullopt;
    if (u16(extra, 0) == id) return extra.substr(4, size);
    extra.remove_prefix(4 + size);
  }
  return std::nullopt;
}

// Takes the values that the header has no room for out of the Zip64 field, which has only those, in this order.
Status read_zip64(std::string_view extra, std::initializer_list<std::uint64_t*> values) {
  std::string_view field = extra_field(extra, 1).value_or("");
  for (std::uint64_t* value : values) {
    if (*value != kNone32) continue;
    if (field.size() < 8) return malformed("a Zip64 field without the value that its header has no room for");
    *value = u64(field, 0);
    field.remove_prefix(8);
  }
  return {};
}

struct Where {
  std::uint64_t at = 0, size = 0, prefix = 0, entries = 0;
};

// What the record at the end says. Readers differ in whether they look for the record of Zip64 where the plain one has
// all values: where there is one, both must say the same.
Result<Where> find_directory(std::string_view archive) {
  const auto found = find_end_record(archive);
  if (!found) return malformed("no end of central directory record");
  const std::string_view end = archive.substr(*found);
  std::uint64_t disk = u16(end, 4), directory_disk = u16(end, 6), here = u16(end, 8), all = u16(end, 10);
  std::uint64_t size = u32(end, 12), offset = u32(end, 16), behind = *found;
  if (behind >= kLocator64Bytes + kEnd64Bytes && archive.substr(behind - kLocator64Bytes, 4) == kLocator64) {
    behind -= kLocator64Bytes + kEnd64Bytes;
    const std::string_view end64 = archive.substr(behind, kEnd64Bytes);
    if (end64.substr(0, 4) != kEnd64 || u64(end64, 4) != kEnd64Bytes - 12)
      return malformed("no Zip64 end of central directory record before its locator");
    const auto differs = [](std::uint64_t plain, std::uint64_t none, std::uint64_t large) {
      return plain != none && plain != large;
    };
    if (differs(disk, kNone16, u32(end64, 16)) || differs(directory_disk, kNone16, u32(end64, 20)) ||
        differs(here, kNone16, u64(end64, 24)) || differs(all, kNone16, u64(end64, 32)) ||
        differs(size, kNone32, u64(end64, 40)) || differs(offset, kNone32, u64(end64, 48)))
      return malformed("the end of central directory record and that of Zip64 differ");
    disk = u32(end64, 16), directory_disk = u32(end64, 20), here = u64(end64, 24), all = u64(end64, 32);
    size = u64(end64, 40), offset = u64(end64, 48);
    const std::uint64_t said = u64(archive, behind + kEnd64Bytes + 8);
    if (size > behind || offset > behind - size || said != behind - (behind - size - offset))
      return malformed("the locator of Zip64 does not point to the record before it");
  }
  if (disk != 0 || directory_disk != 0 || here != all)
    return Error(ErrorCode::unsupported, "an archive on several disks");
  if (size > behind || offset > behind - size)
    return malformed("a central directory of ", std::to_string(size), " bytes at ", std::to_string(offset),
                     " does not fit before its end record at ", std::to_string(behind));
  return Where{behind - size, size, behind - size - offset, all};
}

// Reads the entry at the beginning of `rest` and takes it off.
Result<CentralEntry> read_entry(std::string_view& rest, const ZipLimits& limits) {
  if (rest.size() < kCentralBytes || rest.substr(0, 4) != kCentral) return malformed("no central header");
  const std::size_t name_bytes = u16(rest, 28), extra_bytes = u16(rest, 30), comment_bytes = u16(rest, 32);
  if (name_bytes + extra_bytes + comment_bytes > rest.size() - kCentralBytes)
    return malformed("a central header that is cut off");
  CentralEntry entry;
  entry.flags = u16(rest, 8);
  entry.method = u16(rest, 10);
  entry.crc = u32(rest, 16);
  entry.member = {rest.substr(kCentralBytes, name_bytes), u32(rest, 24), u32(rest, 20),
                  (entry.flags & kFlagEncrypted) != 0};
  entry.local = u32(rest, 42);
  const std::string_view name = entry.member.name, extra = rest.substr(kCentralBytes + name_bytes, extra_bytes);
  if (name_bytes > limits.name_bytes)
    return Error(ErrorCode::limit_exceeded,
                 "a name of " + std::to_string(name_bytes) + " bytes, more than " + std::to_string(limits.name_bytes));
  if (name.empty() || name.find('\0') != std::string_view::npos)
    return malformed("a member whose name is empty or has a NUL");
  SUPPLY_TRY(read_zip64(extra, {&entry.member.size, &entry.member.packed, &entry.local}).at(quote(name)));
  if (u16(rest, 34) != 0 && u16(rest, 34) != kNone16)
    return Error(ErrorCode::unsupported, "a member on another disk").at(quote(name));
  // Source: APPNOTE.TXT, 4.6.9, Info-ZIP Unicode Path: a second name, behind a version and a checksum of the first.
  if (const auto second = extra_field(extra, 0x7075); second && second->size() >= 5 && second->substr(5) != name)
    return malformed("a second name, ", quote(second->substr(5))).at(quote(name));
  rest.remove_prefix(kCentralBytes + name_bytes + extra_bytes + comment_bytes);
  return entry;
}

// Where the data descriptor behind the content ends: its checksum and sizes are there with or without a signature, in
// 32 or 64 bits.
std::optional<std::uint64_t> end_of_descriptor(std::string_view archive, const CentralEntry& entry, std::uint64_t at) {
  for (const bool is_signed : {true, false}) {
    for (const std::size_t width : {4U, 8U}) {
      const auto found = part(archive, at, (is_signed ? 4 : 0) + 4 + 2 * width);
      if (!found || (is_signed && !found->starts_with(kDescriptor))) continue;
      const std::string_view fields = found->substr(is_signed ? 4 : 0);
      if (u32(fields, 0) == entry.crc && integer(fields, 4, width) == entry.member.packed &&
          integer(fields, 4 + width, width) == entry.member.size)
        return at + found->size();
    }
  }
  return std::nullopt;
}

// Finds where the content is, and whether the local header says the same as the central one.
Status check_local(std::string_view archive, CentralEntry& entry) {
  const auto header = part(archive, entry.local, kLocalBytes);
  if (!header || !header->starts_with(kLocal)) return malformed("no local header at ", std::to_string(entry.local));
  const std::size_t name_bytes = u16(*header, 26), extra_bytes = u16(*header, 28);
  const auto rest = part(archive, entry.local + kLocalBytes, name_bytes + extra_bytes);
  if (!rest) return malformed("a local header that is cut off");
  if (rest->substr(0, name_bytes) != entry.member.name)
    return malformed("the local header has the name ", quote(rest->substr(0, name_bytes)));
  const std::uint16_t flags = u16(*header, 6);
  if (((flags ^ entry.flags) & kFlagEncrypted) != 0)
    return malformed("the local header says something else of its encryption");
  if (u16(*header, 8) != entry.method) return malformed("the local header has another compression method");
  const std::string_view extra = rest->substr(name_bytes);
  if (const auto second = extra_field(extra, 0x7075);
      second && second->size() >= 5 && second->substr(5) != entry.member.name)
    return malformed("the local header has a second name, ", quote(second->substr(5)));
  std::uint64_t size = u32(*header, 22), packed = u32(*header, 18);
  SUPPLY_TRY(read_zip64(extra, {&size, &packed}).at("local header"));
  const bool described = (flags & kFlagDescriptor) != 0;
  const bool silent = described && size == 0 && packed == 0;
  if (!silent && (size != entry.member.size || packed != entry.member.packed))
    return malformed("the local header says ", std::to_string(packed), " bytes of ", std::to_string(size),
                     ", the central directory ", std::to_string(entry.member.packed), " of ",
                     std::to_string(entry.member.size));
  if (!described && u32(*header, 14) != entry.crc) return malformed("the local header has another checksum");
  entry.data = entry.local + kLocalBytes + rest->size();
  if (!part(archive, entry.data, entry.member.packed)) return malformed("its content is cut off");
  entry.end = entry.data + entry.member.packed;
  if (!described) return {};
  const auto end = end_of_descriptor(archive, entry, entry.end);
  if (!end) return malformed("its data descriptor does not say what the central directory says");
  entry.end = *end;
  return {};
}

// Nothing that lies within another member, or between members without being in the directory.
Status check_layout(std::string_view archive, std::uint64_t directory, const std::vector<CentralEntry>& entries) {
  std::vector<const CentralEntry*> sorted;
  sorted.reserve(entries.size());
  for (const CentralEntry& entry : entries) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->local < b->local; });
  std::uint64_t at = 0;
  bool first = true;
  const auto check_gap = [&](std::uint64_t end) -> Status {
    const std::string_view gap = archive.substr(at, end - at);
    // Before the first member may be a program that unpacks archives; it is read as an archive only from its beginning.
    const bool hides = first ? gap.starts_with(kLocal) : gap.find(kLocal) != std::string_view::npos;
    if (hides) return malformed("a member at ", std::to_string(at), " or behind, not in the central directory");
    return {};
  };
  for (const CentralEntry* entry : sorted) {
    if (entry->local < at) return malformed("overlaps another member").at(quote(entry->member.name));
    SUPPLY_TRY(check_gap(entry->local));
    first = false;
    at = entry->end;
  }
  if (at > directory) return malformed("the last member reaches into the central directory");
  return check_gap(directory);
}

// A directory says nothing but that it is there; two members with the same packed bytes say the same.
bool say_the_same(std::string_view archive, const CentralEntry& a, const CentralEntry& b) {
  if (a.member.directory() && a.member.size + b.member.size == 0) return true;
  return a.method == b.method && a.crc == b.crc && a.member.size == b.member.size &&
         a.member.encrypted == b.member.encrypted &&
         archive.substr(a.data, a.member.packed) == archive.substr(b.data, b.member.packed);
}

// Members of one name: Ant adds a file as often as it is named. Of those that say the same one is left; which of the
// others counts depends on who reads. The members do not overlap, so that their bytes are compared once.
void join_namesakes(std::string_view archive, std::vector<CentralEntry>& entries) {
  std::vector<std::size_t> sorted(entries.size());
  std::iota(sorted.begin(), sorted.end(), std::size_t{0});
  const auto name = [&](std::size_t i) { return entries[i].member.name; };
  std::stable_sort(sorted.begin(), sorted.end(), [&](std::size_t a, std::size_t b) { return name(a) < name(b); });
  std::vector<bool> again(entries.size());
  for (std::size_t first = 0, end = 0; first < sorted.size(); first = end) {
    const auto same = [&](std::size_t i) { return say_the_same(archive, entries[sorted[first]], entries[i]); };
    for (end = first + 1; end < sorted.size() && name(sorted[end]) == name(sorted[first]);) ++end;
    if (end == first + 1) continue;
    const auto from = sorted.begin() + static_cast<std::ptrdiff_t>(first);
    const auto to = sorted.begin() + static_cast<std::ptrdiff_t>(end);
    const bool agree = std::all_of(from + 1, to, same);
    for (auto each = from; each != to; ++each) {
      entries[*each].member.ambiguous = !agree;
      again[*each] = agree && each != from;
    }
  }
  std::size_t left = 0;
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (!again[i]) entries[left++] = entries[i];
  entries.resize(left);
}

}  // namespace

std::optional<std::size_t> find_end_record(std::string_view archive) {
  if (archive.size() < kEndBytes) return std::nullopt;
  const std::size_t found = archive.rfind(kEnd, archive.size() - kEndBytes);
  if (found == std::string_view::npos || archive.size() - found > kEndBytes + kLongestComment) return std::nullopt;
  if (u16(archive, found + 20) > archive.size() - found - kEndBytes) return std::nullopt;
  return found;
}

Result<CentralDirectory> read_central_directory(std::string_view archive, const ZipLimits& limits) {
  SUPPLY_TRY(const Where where, find_directory(archive));
  if (where.entries > limits.entries)
    return Error(ErrorCode::limit_exceeded, "an archive of " + std::to_string(where.entries) + " members, more than " +
                                                std::to_string(limits.entries));
  // What is before the archive may look like one to readers that begin at the beginning.
  if (where.prefix > 0 && archive.starts_with(kLocal))
    return malformed("another archive before this one, which begins at ", std::to_string(where.prefix));
  CentralDirectory directory{archive.substr(where.prefix), {}};
  if (where.entries > where.size / kCentralBytes)
    return malformed("a central directory of ", std::to_string(where.size), " bytes has not ",
                     std::to_string(where.entries), " members");
  directory.entries.reserve(where.entries);
  std::string_view rest = archive.substr(where.at, where.size);
  for (std::uint64_t i = 0; i < where.entries; ++i) {
    SUPPLY_TRY(CentralEntry entry, read_entry(rest, limits).at("member " + std::to_string(i)));
    SUPPLY_TRY(check_local(directory.archive, entry).at(quote(entry.member.name)));
    directory.entries.push_back(entry);
  }
  if (!rest.empty()) return malformed("the central directory is longer than its members");
  SUPPLY_TRY(check_layout(directory.archive, where.at - where.prefix, directory.entries));
  join_namesakes(directory.archive, directory.entries);
  return directory;
}

}  // namespace supply::zip

#include "libsupply/base/archive/internal/tar_header.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::archive {
namespace {

Error malformed(std::string message) { return {ErrorCode::malformed, std::move(message)}; }

std::string_view until_nul(std::string_view field) { return field.substr(0, field.find('\0')); }

std::uint64_t octal_or_zero(std::string_view field) {
  std::uint64_t value = 0;
  for (const char c : field) {
    if (c >= '0' && c <= '7') value = value << 3 | static_cast<std::uint64_t>(c - '0');
    else if (value != 0 || c == '\0') break;
  }
  return value;
}

struct ByteSum {
  std::int64_t all = 0;
  std::int64_t high = 0;  // how many of the bytes have their highest bit
};

// Of whole words, at most a block: eight bytes at a time, in lanes that cannot overflow within it.
ByteSum sum_of(std::string_view bytes) {
  constexpr std::uint64_t kEven = 0x00ff00ff00ff00ff, kOnes = 0x0101010101010101;
  std::uint64_t pairs = 0, highs = 0, word = 0;
  for (std::size_t at = 0; at + sizeof word <= bytes.size(); at += sizeof word) {
    std::memcpy(&word, bytes.data() + at, sizeof word);
    pairs += (word & kEven) + (word >> 8 & kEven);
    highs += word >> 7 & kOnes;
  }
  ByteSum sum;
  for (; pairs != 0; pairs >>= 16) sum.all += static_cast<std::int64_t>(pairs & 0xffff);
  for (; highs != 0; highs >>= 8) sum.high += static_cast<std::int64_t>(highs & 0xff);
  return sum;
}

// Source: POSIX pax, "chksum": the sum of all bytes, its own field as spaces. Some old tars summed signed bytes.
bool checksum_holds(std::string_view block) {
  const std::string_view field = block.substr(148, 8);
  const ByteSum whole = sum_of(block), own = sum_of(field);
  const std::int64_t sum = whole.all - own.all + 8 * ' ', signed_sum = sum - 256 * (whole.high - own.high);
  const auto written = static_cast<std::int64_t>(octal_or_zero(field));
  return written == sum || written == signed_sum;
}

Result<std::uint64_t> pax_number(std::string_view key, std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || value > INT64_MAX)
    return malformed(fmt::format("pax record {} is no number: {}", quote(key), quote(text)));
  return value;
}

Result<std::vector<SparseSpan>> sparse_numbers(std::string_view list) {
  std::vector<SparseSpan> map;
  if (list.empty()) return map;
  const std::vector<std::string_view> numbers = split(list, ',');
  if (numbers.size() % 2 != 0) return malformed("sparse map has an odd number of numbers");
  for (std::size_t i = 0; i < numbers.size(); i += 2) {
    SUPPLY_TRY(const std::uint64_t offset, pax_number("GNU.sparse.map", numbers[i]));
    SUPPLY_TRY(const std::uint64_t size, pax_number("GNU.sparse.map", numbers[i + 1]));
    map.push_back({offset, size});
  }
  return map;
}

// GNU's records of sparse files. Source: GNU tar manual, "Storing Sparse Files".
class SparseRecords {
 public:
  Status take(std::string_view key, std::string_view value) {
    any_ = true;
    if (key == "major") major_ = value;
    else if (key == "minor") minor_ = value;
    else if (key == "name") records_.sparse_name = value.empty() ? std::nullopt : std::optional<std::string>(value);
    else if (key == "map") map_text_ = value;
    else if (key == "size" || key == "realsize") {
      SUPPLY_TRY(const std::uint64_t size, pax_number(key, value));
      if (records_.sparse_size.value_or(size) != size) return malformed("sparse file of two sizes");
      records_.sparse_size = size;
    } else if (key == "offset" || key == "numbytes") {  // version 0.0: the only keys that repeat
      SUPPLY_TRY(const std::uint64_t number, pax_number(key, value));
      if ((key == "offset") == offset_.has_value()) return malformed("sparse offsets and sizes do not alternate");
      if (offset_) records_.sparse_map.push_back({*offset_, number});
      if (offset_) offset_.reset();
      else offset_ = number;
    }
    return {};
  }

  Status finish(PaxRecords& into) {
    if (offset_) return malformed("sparse offset has no size");
    if (!any_) return {};
    // A reader that knows the version takes the name and the content from these records; one that does not, from the
    // header. Source: Go archive/tar, readGNUSparsePAXHeaders; GNU tar manual, "Storing Sparse Files".
    const bool has_map = map_text_ ? !map_text_->empty() : !records_.sparse_map.empty();
    const bool first = major_ == "0" && (minor_ == "0" || minor_ == "1");
    records_.sparse_map_in_content = major_ == "1" && minor_ == "0";
    records_.sparse = first || records_.sparse_map_in_content || (major_.empty() && minor_.empty() && has_map);
    if (!records_.sparse)
      return malformed(
          fmt::format("records of a sparse file of an unknown form ({}.{}), which readers take for different files",
                      quote(major_), quote(minor_)));
    if (map_text_ && !records_.sparse_map_in_content && !map_text_->empty()) {
      SUPPLY_TRY(records_.sparse_map, sparse_numbers(*map_text_));
    }
    into.sparse = records_.sparse;
    into.sparse_map_in_content = records_.sparse_map_in_content;
    into.sparse_name = std::move(records_.sparse_name);
    into.sparse_size = records_.sparse_size;
    into.sparse_map = std::move(records_.sparse_map);
    return {};
  }

 private:
  bool any_ = false;
  std::string_view major_, minor_;
  std::optional<std::string_view> map_text_;
  std::optional<std::uint64_t> offset_;
  PaxRecords records_;
};

// Source: Linux Documentation/filesystems/overlayfs.rst; fuse-overlayfs main.c.
bool is_overlay_attribute(std::string_view key) {
  for (const std::string_view vendor : {"SCHILY.xattr.", "LIBARCHIVE.xattr."})
    for (const std::string_view name : {"trusted.overlay.", "user.overlay.", "user.fuseoverlayfs."})
      if (key.starts_with(vendor) && key.substr(vendor.size()).starts_with(name)) return true;
  return false;
}

Status take(PaxRecords& records, SparseRecords& sparse, std::string_view key, std::string_view value) {
  constexpr std::string_view kSparse = "GNU.sparse.";
  if (key.starts_with(kSparse)) return sparse.take(key.substr(kSparse.size()), value);
  const bool text = key == "path" || key == "linkpath";
  if (text && value.find('\0') != std::string_view::npos)
    return malformed(fmt::format("pax record {} holds a NUL", quote(key)));
  if (text && value.size() > kMaxTarPathBytes)
    return Error(ErrorCode::limit_exceeded, fmt::format("a name of more than {} bytes", kMaxTarPathBytes));
  if (text) {  // an empty value takes an earlier record back
    auto& field = key == "path" ? records.path : records.link;
    field = value.empty() ? std::nullopt : std::optional<std::string>(value);
  } else if (key == "size" || key == "uid" || key == "gid") {
    auto& field = key == "size" ? records.size : key == "uid" ? records.uid : records.gid;
    field.reset();
    if (value.empty()) return {};
    SUPPLY_TRY(field, pax_number(key, value));
  } else if (key == "SCHILY.xattr.security.capability") {
    records.capability = value;
  } else if (is_overlay_attribute(key)) {
    records.overlay_attribute = key;
  }
  return {};
}

}  // namespace

Result<std::int64_t> tar_number(std::string_view field) {
  if (!field.empty() && (field.front() & '\x80') != 0) {  // base 256, two's complement. Source: GNU tar, STAR
    const bool negative = (field.front() & '\x40') != 0;
    std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
    for (std::size_t i = 0; i < field.size(); ++i) {
      std::uint64_t byte = static_cast<unsigned char>(field[i]);
      if (i == 0) byte = negative ? byte | 0x80 : byte & 0x7f;
      const std::uint64_t lost = value >> 55;  // these bits, the sign among them, must all be the sign
      if (lost != (negative ? 0x1ffU : 0U)) return malformed("a number of more than 63 bits");
      value = value << 8 | byte;
    }
    return static_cast<std::int64_t>(value);
  }
  // Spaces and NULs may be on both sides, and what follows a NUL inside is ignored. Go trims first and cuts then, so
  // that "12 \0 3" is no number.
  constexpr std::string_view kBlank(" \0", 2);
  const std::size_t start = field.find_first_not_of(kBlank);
  if (start == std::string_view::npos) return 0;
  const std::string_view digits = until_nul(field.substr(start, field.find_last_not_of(kBlank) + 1 - start));
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 8);
  if (code != std::errc{} || end != digits.data() + digits.size() || digits.front() == '-')
    return malformed(fmt::format("no octal number: {}", quote(field)));
  return value;
}

Result<TarHeader> parse_tar_header(std::string_view block) {
  if (!checksum_holds(block)) return malformed("tar header checksum does not hold");
  TarHeader header;
  header.name = until_nul(block.substr(0, 100));
  header.link = until_nul(block.substr(157, 100));
  header.type = block[156];
  SUPPLY_TRY(header.mode, tar_number(block.substr(100, 8)).at("mode"));
  SUPPLY_TRY(header.uid, tar_number(block.substr(108, 8)).at("uid"));
  SUPPLY_TRY(header.gid, tar_number(block.substr(116, 8)).at("gid"));
  SUPPLY_TRY(const std::int64_t size, tar_number(block.substr(124, 12)).at("size"));
  if (size < 0) return malformed("negative size");
  header.size = static_cast<std::uint64_t>(size);
  const std::string_view magic = block.substr(257, 8);
  const std::string_view prefix = until_nul(block.substr(345, 155));
  if (magic == std::string_view("ustar  \0", 8)) {
    header.gnu = true;
    // Here GNU keeps two times. Go's writer put a prefix here until Go 1.9, and its reader still takes it for one
    // when one of them is there and is no number. Source: Go issue 12594; archive/tar readHeader.
    const auto is_no_time = [&](std::size_t at) { return block[at] != '\0' && !tar_number(block.substr(at, 12)); };
    if (is_no_time(345) || is_no_time(357)) {
      const bool ascii = std::all_of(prefix.begin(), prefix.end(), [](char c) { return (c & '\x80') == 0; });
      if (ascii) header.prefix = prefix;
      header.gnu = false;
    }
  } else if (magic.starts_with(std::string_view("ustar\0", 6))) {
    const bool star = block.substr(508) == std::string_view("tar\0", 4);  // Source: star(5), XSTAR
    header.prefix = star ? until_nul(block.substr(345, 131)) : prefix;
  }
  return header;
}

Result<PaxRecords> parse_pax(std::string_view text) {
  PaxRecords records;
  SparseRecords sparse;
  while (!text.empty()) {
    // "%d %s=%s\n": the number counts the whole record. Source: POSIX pax, "pax Extended Header".
    std::size_t length = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + std::min<std::size_t>(text.size(), 20), length);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (code != std::errc{} || digits >= text.size() || text[digits] != ' ' || length > text.size() ||
        length < digits + 3 || text[length - 1] != '\n')
      return malformed(fmt::format("pax header is damaged at {}", quote(text.substr(0, 40))));
    const std::string_view record = text.substr(digits + 1, length - digits - 2);
    const std::size_t equals = record.find('=');
    if (equals == std::string_view::npos || equals == 0)
      return malformed(fmt::format("pax record has no key: {}", quote(record)));
    SUPPLY_TRY(take(records, sparse, record.substr(0, equals), record.substr(equals + 1)));
    text.remove_prefix(length);
  }
  SUPPLY_TRY(sparse.finish(records));
  return records;
}

Status check_sparse(const std::vector<SparseSpan>& map, std::uint64_t file_size, std::uint64_t stored) {
  std::uint64_t at = 0, sum = 0;
  for (const SparseSpan& span : map) {
    if (span.offset < at || span.offset > file_size || span.size > file_size - span.offset)
      return malformed("sparse map is out of order or leaves the file");
    at = span.offset + span.size;
    sum += span.size;
  }
  if (sum != stored) return malformed(fmt::format("sparse map says {} stored bytes, header says {}", sum, stored));
  return {};
}

}  // namespace supply::archive

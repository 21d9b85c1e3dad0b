#include "libsupply/content/catalog/internal/rpm_header.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "libsupply/base/text/byte_order.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

// Source: format_header.md, "Header structure"; rpm, include/rpm/rpmtag.h rpmTagType_e.
constexpr std::size_t kPreambleBytes = 8, kEntryBytes = 16;
constexpr std::uint32_t kInt8 = 2, kInt16 = 3, kInt32 = 4, kString = 6, kStringArray = 8, kI18nString = 9;

constexpr std::array kTags = {
    RpmTag::name,
    RpmTag::version,
    RpmTag::release,
    RpmTag::epoch,
    RpmTag::vendor,
    RpmTag::license,
    RpmTag::packager,
    RpmTag::url,
    RpmTag::architecture,
    RpmTag::file_states,
    RpmTag::file_digests,
    RpmTag::file_flags,
    RpmTag::source_rpm,
    RpmTag::file_verify_flags,
    RpmTag::provide_name,
    RpmTag::require_flags,
    RpmTag::require_name,
    RpmTag::require_version,
    RpmTag::provide_flags,
    RpmTag::provide_version,
    RpmTag::directory_indexes,
    RpmTag::base_names,
    RpmTag::directory_names,
    RpmTag::file_digest_algorithm,
    RpmTag::modularity_label,
};

bool is_read(std::uint32_t tag) {
  return std::find(kTags.begin(), kTags.end(), static_cast<RpmTag>(tag)) != kTags.end();
}

// Numbers in headers are in network order.
std::uint32_t big_endian(std::string_view bytes) {
  return static_cast<std::uint32_t>(read_integer(bytes, std::endian::big));
}

void add_big_endian(std::uint32_t number, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
}

// 0 for what is no number.
std::size_t size_of_number(std::uint32_t type) {
  switch (type) {
    case 1:  // a character
    case kInt8: return 1;
    case kInt16: return 2;
    case kInt32: return 4;
    default: return 0;
  }
}

bool is_text(std::uint32_t type) { return type == kString || type == kStringArray || type == kI18nString; }

// What of `data` the values of an entry take. Nothing when they do not fit. Of another type than Supply reads: nothing.
std::optional<std::string_view> extent(std::uint32_t type, std::uint32_t count, std::string_view data) {
  if (const std::size_t size = size_of_number(type); size > 0) {
    if (count > data.size() / size) return std::nullopt;
    return data.substr(0, count * size);
  }
  std::size_t end = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t nul = data.find('\0', end);
    if (nul == std::string_view::npos) return std::nullopt;
    end = nul + 1;
  }
  return data.substr(0, end);
}

}  // namespace

Result<RpmHeader> RpmHeader::parse(std::string_view bytes, std::size_t limit) {
  if (bytes.size() > limit)
    return Error(ErrorCode::limit_exceeded, "a header of more than " + std::to_string(limit) + " bytes");
  if (bytes.size() < kPreambleBytes)
    return Error(ErrorCode::malformed, "a header of " + std::to_string(bytes.size()) + " bytes");
  const std::uint64_t entries = big_endian(bytes.substr(0, 4)), data_size = big_endian(bytes.substr(4, 4));
  if (kPreambleBytes + kEntryBytes * entries + data_size != bytes.size())
    return Error(ErrorCode::malformed, "a header whose size is not what it says");
  const std::string_view data = bytes.substr(bytes.size() - data_size);
  // A tag that was added when the package was installed comes after, and takes the place of, the package's own.
  std::map<RpmTag, std::string_view> last;
  for (std::size_t i = 0; i < entries; ++i) {
    const std::string_view entry = bytes.substr(kPreambleBytes + i * kEntryBytes, kEntryBytes);
    const std::uint32_t tag = big_endian(entry.substr(0, 4)), type = big_endian(entry.substr(4, 4));
    if (is_read(tag) && (size_of_number(type) > 0 || is_text(type))) last[static_cast<RpmTag>(tag)] = entry;
  }
  RpmHeader out;
  for (const auto& [tag, entry] : last) {
    const std::uint32_t type = big_endian(entry.substr(4, 4)), offset = big_endian(entry.substr(8, 4));
    const std::uint32_t count = type == kString ? 1 : big_endian(entry.substr(12, 4));
    const auto own = offset > data.size() ? std::nullopt : extent(type, count, data.substr(offset));
    if (!own)
      return Error(ErrorCode::malformed,
                   "tag " + std::to_string(static_cast<std::uint32_t>(tag)) + ": data outside of the header");
    out.entries_.emplace(tag, Entry{type, count, *own});
  }
  std::uint64_t sum = 0;
  for (const auto& [tag, entry] : out.entries_) sum += entry.data.size();
  if (sum > data.size()) return Error(ErrorCode::malformed, "tags of a header share their data");
  return out;
}

const RpmHeader::Entry* RpmHeader::find(RpmTag tag) const {
  const auto found = entries_.find(tag);
  return found == entries_.end() ? nullptr : &found->second;
}

std::size_t RpmHeader::count(RpmTag tag) const {
  const Entry* entry = find(tag);
  return entry == nullptr ? 0 : entry->count;
}

std::string_view RpmHeader::string(RpmTag tag) const {
  const Entry* entry = find(tag);
  if (entry == nullptr || !is_text(entry->type)) return {};
  return entry->data.substr(0, entry->data.find('\0'));
}

std::vector<std::string_view> RpmHeader::strings(RpmTag tag) const {
  std::vector<std::string_view> out;
  const Entry* entry = find(tag);
  if (entry == nullptr || !is_text(entry->type)) return out;
  out.reserve(entry->count);
  std::string_view rest = entry->data;
  for (std::uint32_t i = 0; i < entry->count; ++i) {
    out.push_back(rest.substr(0, rest.find('\0')));
    rest.remove_prefix(out.back().size() + 1);
  }
  return out;
}

std::vector<std::uint32_t> RpmHeader::numbers(RpmTag tag) const {
  std::vector<std::uint32_t> out;
  const Entry* entry = find(tag);
  const std::size_t size = entry == nullptr ? 0 : size_of_number(entry->type);
  if (size == 0) return out;
  out.reserve(entry->count);
  for (std::size_t at = 0; at < entry->data.size(); at += size) out.push_back(big_endian(entry->data.substr(at, size)));
  return out;
}

std::string RpmHeader::reduced() const {
  std::string index, data;
  for (const auto& [tag, entry] : entries_) {
    add_big_endian(static_cast<std::uint32_t>(tag), index);
    add_big_endian(entry.type, index);
    add_big_endian(static_cast<std::uint32_t>(data.size()), index);
    add_big_endian(entry.count, index);
    data += entry.data;
  }
  std::string out;
  out.reserve(kPreambleBytes + index.size() + data.size());
  add_big_endian(static_cast<std::uint32_t>(entries_.size()), out);
  add_big_endian(static_cast<std::uint32_t>(data.size()), out);
  return out + index + data;
}

}  // namespace supply::catalog

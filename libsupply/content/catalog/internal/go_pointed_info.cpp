#include "libsupply/content/catalog/internal/go_pointed_info.hpp"

#include <algorithm>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/byte_order.hpp"
#include "libsupply/base/text/find_bytes.hpp"

namespace supply::catalog {
namespace {

// Source: Go 1.17 src/cmd/go/internal/modload/build.go: infoStart, infoEnd.
constexpr std::string_view kStart("\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6", 16);
constexpr std::string_view kEnd("\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2", 16);
constexpr std::size_t kVersionBytes = 128;  // of the version of Go, of which released ones have ten

// Calls with each place of `text` from `from` on.
template <class Call>
void for_each_place(std::string_view bytes, std::size_t from, std::string_view text, const Call& call) {
  for (; (from = find_bytes(bytes, text, from)) != std::string_view::npos; ++from)
    if (!call(from)) return;
}

}  // namespace

void GoPointedInfo::feed(std::string_view chunk) {
  if (is_ == GoProgram::no) return;
  if (is_ == GoProgram::unknown) {
    take_go_head(held_, chunk, is_);
    if (is_ == GoProgram::yes) ranges_ = mapped_ranges(held_);
    if (is_ == GoProgram::yes && ranges_.empty()) is_ = GoProgram::no;
    if (is_ == GoProgram::no) held_ = std::string();
    if (is_ != GoProgram::yes) return;
  }
  held_ += chunk;
  search(false);
}

void GoPointedInfo::search(bool at_end) {
  // What begins in the last bytes may go on in those to come.
  const std::size_t last = held_.size() - (at_end ? 0 : std::min(held_.size(), kVersionBytes));
  const std::string_view bytes = held_;
  for (const std::string_view begin : {kGoRelease, kGoDevel}) {
    for_each_place(bytes, searched_, begin, [&](std::size_t at) {
      if (at >= last || versions_.size() >= kMaxGoVersionTexts) return false;
      versions_.push_back({offset_ + at, std::string(bytes.substr(at, kVersionBytes))});
      return true;
    });
  }
  for_each_place(bytes, searched_, kGoBuildInfoMagic, [&](std::size_t at) {
    if (at >= last) return false;
    const bool is_aligned = (offset_ + at) % kGoBuildInfoAlign == 0;
    if (is_aligned && bytes.size() - at >= kGoBuildInfoHeaderBytes) add_pointers(bytes.substr(at));
    return true;
  });
  if (modules_.empty()) {
    for_each_place(bytes, searched_, kStart, [&](std::size_t at) {
      if (at >= last) return false;
      modules_offset_ = offset_ + at;
      modules_ = kStart;
      return false;
    });
  }
  if (!modules_.empty() && !modules_end_) {
    const std::uint64_t next = modules_offset_ + modules_.size();
    if (next >= offset_ && next - offset_ < bytes.size()) {
      const std::size_t before = modules_.size() - std::min(modules_.size(), kEnd.size());
      modules_ += bytes.substr(static_cast<std::size_t>(next - offset_));
      const std::size_t end = modules_.find(kEnd, before);
      modules_end_ = end != std::string::npos || modules_.size() > kMaxGoBuildInfoBytes;
      if (end != std::string::npos) modules_.resize(end + kEnd.size());
      if (modules_end_) modules_.shrink_to_fit();
    }
  }
  for (Pointers& each : pointers_) {
    read_header(each, each.version);
    read_header(each, each.modules);
  }
  searched_ = last;
  if (searched_ > 4 * kVersionBytes) forget(searched_ - kVersionBytes);
}

// Gives up the first of what is held, but for the data before the build information: with Go's own linker they are
// behind it, with the system's linker (cgo) before or behind.
void GoPointedInfo::forget(std::size_t bytes) {
  std::uint64_t to = offset_ + bytes;
  if (pointers_.empty()) {
    for (const MappedRange& range : ranges_)
      if (range.is_writable && to > range.offset && to - range.offset < range.size)
        to = std::max(range.offset, offset_);
    // Tables that are relocated (PIE) are before, and are large; the strings' headers are in what is last.
    if (held_.size() > kMaxGoDataBytes)
      to = std::max(to, offset_ + std::min<std::uint64_t>(bytes, held_.size() - kMaxGoDataBytes / 2));
  }
  held_.erase(0, static_cast<std::size_t>(to - offset_));
  searched_ -= static_cast<std::size_t>(to - offset_);
  offset_ = to;
}

void GoPointedInfo::add_pointers(std::string_view info) {
  const auto pointer_bytes = static_cast<std::size_t>(info[kGoBuildInfoAlign - 2]);
  const auto flags = static_cast<unsigned char>(info[kGoBuildInfoAlign - 1]);
  if ((pointer_bytes != 4 && pointer_bytes != 8) || flags > 1 || pointers_.size() >= kMaxGoPointers) return;
  Pointers out{pointer_bytes, flags == 1 ? std::endian::big : std::endian::little, {}, {}};
  out.version.address = read_integer(info.substr(kGoBuildInfoAlign, pointer_bytes), out.order);
  out.modules.address = read_integer(info.substr(kGoBuildInfoAlign + pointer_bytes, pointer_bytes), out.order);
  for (StringHeader* header : {&out.version, &out.modules})
    header->offset = offset_of(ranges_, header->address, 2 * pointer_bytes);
  pointers_.push_back(out);
}

void GoPointedInfo::read_header(const Pointers& pointers, StringHeader& header) const {
  if (!header.offset || header.at || *header.offset < offset_) return;
  const std::uint64_t at = *header.offset - offset_;
  const std::size_t size = pointers.pointer_bytes;
  if (at > held_.size() || held_.size() - at < 2 * size) return;
  const std::string_view bytes = std::string_view(held_).substr(static_cast<std::size_t>(at), 2 * size);
  header.size = read_integer(bytes.substr(size), pointers.order);
  header.at = offset_of(ranges_, read_integer(bytes.substr(0, size), pointers.order), *header.size);
  if (!header.at) header.offset.reset(), header.size.reset();
}

std::optional<std::string> GoPointedInfo::version_at(const StringHeader& header) const {
  if (!header.at) return std::nullopt;
  for (const Version& each : versions_) {
    if (each.offset == *header.at && *header.size <= each.bytes.size())
      return each.bytes.substr(0, static_cast<std::size_t>(*header.size));
  }
  return std::nullopt;
}

std::optional<std::string> GoPointedInfo::modules_at(const StringHeader& header) const {
  // Nothing of the file is there: a variable that nothing was assigned to.
  if (!header.offset) return std::string();
  if (!header.at) return std::nullopt;
  if (*header.size == 0) return std::string();
  if (modules_offset_ != *header.at || *header.size > modules_.size()) return std::nullopt;
  return modules_.substr(0, static_cast<std::size_t>(*header.size));
}

bool GoPointedInfo::is_cut_off() const {
  const std::uint64_t end = offset_ + held_.size();
  return is_ == GoProgram::yes && std::any_of(ranges_.begin(), ranges_.end(), [&](const MappedRange& range) {
           return range.offset > end || end - range.offset < range.size;
         });
}

std::optional<GoPointedInfo::Strings> GoPointedInfo::finish() {
  if (is_ != GoProgram::yes) return std::nullopt;
  search(true);
  for (const Pointers& each : pointers_) {
    auto version = version_at(each.version);
    auto modules = modules_at(each.modules);
    if (version && is_go_version(*version) && modules) return Strings{*std::move(version), *std::move(modules)};
  }
  return std::nullopt;
}

}  // namespace supply::catalog

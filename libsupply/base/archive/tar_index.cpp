#include "libsupply/base/archive/tar_index.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "libsupply/base/archive/internal/tar_header.hpp"
#include "libsupply/base/limits/image_limits.hpp"

namespace supply::archive {
namespace {

constexpr std::size_t kWindowBytes = 4 * kKiB;
constexpr std::array<char, 2 * kTarBlockBytes> kZeroBlocks{};
constexpr std::size_t kNameBytes = 100;
constexpr std::uint64_t kOctalSize = 077777777777;

class Collector : public TarVisitor {
 public:
  explicit Collector(Share* share) : share_(share) {}

  Result<WantContent> entry(const TarEntry& entry) override {
    names_ += entry.path.size() + entry.link.size();
    if (index.members.size() == kMaxArchiveEntries)
      return Error(ErrorCode::limit_exceeded, fmt::format("tar of more than {} entries", kMaxArchiveEntries));
    if (names_ > kMaxArchiveNameBytes)
      return Error(ErrorCode::limit_exceeded,
                   fmt::format("tar with more than {} bytes of names", kMaxArchiveNameBytes));
    if (share_ != nullptr) {
      SUPPLY_TRY(share_->spend(Cost::entries, 1));
      SUPPLY_TRY(share_->spend(Cost::memory, kGrowth * sizeof(TarMember) + entry.path.size() + entry.link.size()));
    }
    index.members.push_back({.path = std::string(entry.path),
                             .link = std::string(entry.link),
                             .size = entry.size,
                             .type = entry.type,
                             .sparse = entry.sparse,
                             .mode_says_other_type = entry.mode_says_other_type});
    return WantContent::no;
  }
  Status content(std::string_view) override { return {}; }
  Status end_entry() override { return {}; }

  TarIndex index;

 private:
  static constexpr std::uint64_t kGrowth = 2;  // a vector that grows has room for as many again

  Share* share_;
  std::size_t names_ = 0;
};

// The file's bytes a block at a time, read in larger pieces.
class Blocks {
 public:
  explicit Blocks(const ReadAt& read_at) : read_at_(read_at) {}

  Result<std::string_view> at(std::uint64_t offset) {
    if (offset < start_ || offset + kTarBlockBytes > start_ + count_) {
      start_ = offset;
      SUPPLY_TRY(count_, read_at_(offset, window_));
    }
    return std::string_view(window_.data(), count_).substr(offset - start_, kTarBlockBytes);
  }

 private:
  const ReadAt& read_at_;
  std::array<char, kWindowBytes> window_{};
  std::uint64_t start_ = 0;
  std::size_t count_ = 0;
};

void put_octal(std::string& block, std::size_t at, std::size_t width, std::uint64_t number) {
  const std::string digits = fmt::format("{:0{}o}", number, width - 1);
  block.replace(at, digits.size(), digits);
}

std::string ustar(std::string_view name, char type, std::uint64_t size) {
  std::string block(kTarBlockBytes, '\0');
  block.replace(0, std::min(name.size(), kNameBytes), name.substr(0, kNameBytes));
  put_octal(block, 100, 8, 0644);
  put_octal(block, 108, 8, 0);
  put_octal(block, 116, 8, 0);
  put_octal(block, 124, 12, std::min(size, kOctalSize));
  put_octal(block, 136, 12, 0);
  block.replace(148, 8, 8, ' ');
  block[156] = type;
  block.replace(257, 8, std::string_view("ustar\00000", 8));
  std::uint64_t sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put_octal(block, 148, 7, sum);
  block[154] = '\0';
  return block;
}

// "%d %s=%s\n", where the number counts itself too.
std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + 1;
  while (length != rest + std::to_string(length).size()) length = rest + std::to_string(length).size();
  return fmt::format("{} {}={}\n", length, key, value);
}

}  // namespace

Result<TarIndex> read_tar_index(const ReadAt& read_at, std::uint64_t size, Share* share) {
  Collector collector(share);
  TarReader reader(collector);
  Blocks blocks(read_at);
  std::vector<TarMember>& members = collector.index.members;
  std::uint64_t& end = collector.index.end;
  for (std::uint64_t place = 0; !reader.ended();) {
    if (const std::uint64_t skippable = reader.skippable(); skippable > 0) {
      if (skippable > size - place)
        return Error(ErrorCode::malformed,
                     fmt::format("tar is cut off at byte {}, {} bytes early", size, skippable - (size - place)));
      reader.skip(skippable);
      place += skippable;
      continue;
    }
    if (place >= size) break;
    SUPPLY_TRY(const std::string_view block, blocks.at(place));
    if (block.empty()) break;
    const std::size_t before = members.size();
    SUPPLY_TRY(reader.feed(block).at(fmt::format("byte {}", place)));
    place += block.size();
    if (members.size() == before) continue;
    members.back().begin = end;
    members.back().content = place;
    const std::uint64_t rest = reader.skippable();
    if (rest > INT64_MAX - place) return Error(ErrorCode::malformed, fmt::format("byte {}: size of an entry", place));
    members.back().end = end = place + rest;
  }
  SUPPLY_TRY(reader.finish());
  return std::move(collector.index);
}

std::string tar_header(std::string_view path, std::uint64_t size) {
  std::string records;
  if (path.size() > kNameBytes) records += pax_record("path", path);
  if (size > kOctalSize) records += pax_record("size", std::to_string(size));
  std::string header;
  if (!records.empty()) {
    header = ustar("pax", 'x', records.size());
    header += records;
    header += tar_padding(records.size());
  }
  return header + ustar(path, '0', size);
}

std::string_view tar_padding(std::uint64_t size) {
  return {kZeroBlocks.data(), static_cast<std::size_t>((kTarBlockBytes - size % kTarBlockBytes) % kTarBlockBytes)};
}

std::string_view tar_end() { return {kZeroBlocks.data(), kZeroBlocks.size()}; }

}  // namespace supply::archive

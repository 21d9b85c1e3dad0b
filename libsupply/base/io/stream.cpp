#include "libsupply/base/io/stream.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "libsupply/base/limits/limits.hpp"

namespace supply::io {
namespace {

class StringSource : public Source {
 public:
  explicit StringSource(std::string bytes) : bytes_(std::move(bytes)) {}

  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min(into.size(), bytes_.size() - at_);
    std::memcpy(into.data(), bytes_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

class BorrowedSource : public Source {
 public:
  explicit BorrowedSource(Source& source) : source_(source) {}
  Result<std::size_t> read(std::span<char> into) override { return source_.read(into); }

 private:
  Source& source_;
};

}  // namespace

Result<std::string> read_all(Source& source, std::size_t limit) {
  std::string bytes;
  char first[16 * kKiB];  // most documents are smaller: no large string is made for them
  for (;;) {
    // One byte more than the limit is asked for, so that the end is seen when exactly `limit` bytes are there.
    const std::size_t old = bytes.size();
    const auto asked = [&](std::size_t chunk) { return std::min(chunk, limit - old) + (limit - old <= chunk ? 1 : 0); };
    if (old < sizeof first) {
      SUPPLY_TRY(const std::size_t count, source.read(std::span(first, asked(sizeof first - 1))));
      if (count == 0) return bytes;
      bytes.append(first, count);
    } else {
      bytes.resize(old + asked(std::min<std::size_t>(old, 4 * kMiB)));
      SUPPLY_TRY(const std::size_t count, source.read(std::span(bytes).subspan(old)));
      bytes.resize(old + count);
      if (count == 0) return bytes;
    }
    if (bytes.size() > limit)
      return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(limit) + " bytes, which is the limit");
  }
}

Result<std::uint64_t> skip(Source& source, std::uint64_t bytes) {
  std::vector<char> buffer(std::min<std::uint64_t>(bytes, 256 * kKiB));
  std::uint64_t skipped = 0;
  while (skipped < bytes) {
    const std::uint64_t left = bytes - skipped;
    SUPPLY_TRY(const std::size_t count,
               source.read(std::span(buffer).first(std::min<std::uint64_t>(left, buffer.size()))));
    if (count == 0) break;
    skipped += count;
  }
  return skipped;
}

std::unique_ptr<Source> borrow(Source& source) { return std::make_unique<BorrowedSource>(source); }

std::unique_ptr<Source> from_string(std::string bytes) { return std::make_unique<StringSource>(std::move(bytes)); }

}  // namespace supply::io

#include "libsupply/base/io/stream.hpp"

#include <algorithm>
#include <cstring>

#include "libsupply/base/bytes/limits.hpp"

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

}  // namespace

Result<std::string> read_all(Source& source, std::size_t limit) {
  std::string bytes;
  for (;;) {
    // One byte more than the limit is asked for, so that the end is seen when exactly `limit` bytes are there.
    const std::size_t chunk = std::min<std::size_t>(std::max<std::size_t>(bytes.size(), 16 * kKiB), 4 * kMiB);
    const std::size_t old = bytes.size();
    bytes.resize(old + std::min(chunk, limit - old) + (limit - old <= chunk ? 1 : 0));
    SUPPLY_TRY(const std::size_t count, source.read(std::span(bytes).subspan(old)));
    bytes.resize(old + count);
    if (count == 0) return bytes;
    if (bytes.size() > limit)
      return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(limit) + " bytes, which is the limit");
  }
}

std::unique_ptr<Source> from_string(std::string bytes) { return std::make_unique<StringSource>(std::move(bytes)); }

}  // namespace supply::io

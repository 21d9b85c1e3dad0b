#include "libsupply/image/rootfs/collector.hpp"

#include <fmt/core.h>

namespace supply::rootfs {
namespace {

class WholeFile : public FileSink {
 public:
  explicit WholeFile(std::size_t limit) : limit_(limit) {}

  void feed(std::string_view chunk) override {
    if (chunk.size() > limit_ - kept_.size()) too_large_ = true;
    if (!too_large_) kept_ += chunk;
  }
  std::optional<std::size_t> held() const override { return kept_.capacity(); }
  Result<std::optional<std::string>> finish() override {
    if (too_large_) return Error(ErrorCode::limit_exceeded, fmt::format("file of more than {} bytes", limit_));
    return std::optional<std::string>(std::move(kept_));
  }

 private:
  std::size_t limit_;
  std::string kept_;
  bool too_large_ = false;
};

}  // namespace

std::unique_ptr<FileSink> keep_whole(std::size_t limit) { return std::make_unique<WholeFile>(limit); }

}  // namespace supply::rootfs

#include "libsupply/content/catalog/path_collector.hpp"

#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

class Sink final : public rootfs::FileSink {
 public:
  Sink(const PathCollector::Rules& rules, std::uint64_t size) : rules_(rules) {
    bytes_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(size, rules.ends_at ? 4096 : rules.limit)));
  }

  void feed(std::string_view chunk) override {
    if (done_) return;
    const std::size_t room = rules_.limit - bytes_.size();
    complete_ = complete_ && chunk.size() <= room;
    bytes_ += chunk.substr(0, room);
    if (rules_.ends_at == nullptr) return;
    const std::size_t end = rules_.ends_at(bytes_);
    if (end >= bytes_.size()) return;
    bytes_.resize(end);
    done_ = complete_ = true;
  }

  Result<std::optional<std::string>> finish() override {
    if (rules_.reduce != nullptr) return std::optional<std::string>(rules_.reduce(std::move(bytes_), complete_));
    if (!complete_) return std::optional<std::string>(kOverLimit);
    bytes_.shrink_to_fit();
    return std::optional<std::string>(std::move(bytes_));
  }

 private:
  const PathCollector::Rules& rules_;
  std::string bytes_;
  bool complete_ = true;
  bool done_ = false;
};

}  // namespace

const std::string_view kOverLimit("\0over the limit", 15);

std::unique_ptr<rootfs::FileSink> PathCollector::open(const rootfs::FileHeader& file, std::string_view) const {
  if (rules_.wants != nullptr && !rules_.wants(file.path)) return nullptr;
  return std::make_unique<Sink>(rules_, file.size);
}

Contents::Contents(const rootfs::FileTree& tree, std::string_view collector)
    : tree_(tree), files_(tree.collected(collector)) {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    by_entry_.emplace(std::pair(files_[i].file.layer, files_[i].file.entry_index), i);
  }
}

std::optional<rootfs::CollectedFile> Contents::find(std::string_view path) const {
  const std::optional<rootfs::File> file = tree_.find(path);
  if (!file) return std::nullopt;
  const auto found = by_entry_.find(std::pair(file->layer, file->entry_index));
  if (found == by_entry_.end()) return std::nullopt;
  return rootfs::CollectedFile{*file, files_[found->second].content};
}

}  // namespace supply::catalog

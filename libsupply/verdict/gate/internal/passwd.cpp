#include "libsupply/verdict/gate/internal/passwd.hpp"

#include <array>
#include <charconv>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::gate {

namespace {

constexpr std::string_view kPath = "etc/passwd";

class Passwd final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "passwd"; }
  int version() const override { return 1; }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view) const override {
    return file.path == kPath ? rootfs::keep_whole(kMaxCollectedFileBytes) : nullptr;
  }
  std::span<const std::string_view> well_known_paths() const override {
    static constexpr std::array<std::string_view, 1> paths{kPath};
    return paths;
  }
};

}  // namespace

const rootfs::Collector* passwd_collector() {
  static const Passwd collector;
  return &collector;
}

policy::Users users(const rootfs::FileTree& tree) {
  const auto there = tree.find(kPath);
  if (!there || there->type != rootfs::EntryType::file) return {};
  for (const rootfs::CollectedFile& collected : tree.collected(passwd_collector()->name()))
    if (collected.file.layer == there->layer && collected.file.entry_index == there->entry_index)
      return parse_passwd(collected.content);
  return {};
}

policy::Users parse_passwd(std::string_view text) {
  // runc takes the first line with the name, and 0 where the third field is missing or no number.
  constexpr long kHighestId = 2147483647;
  policy::Users all;
  for (const std::string_view line : lines(text)) {
    const auto fields = split(trim(line), ':');
    if (fields[0].empty()) continue;
    long id = 0;
    if (fields.size() > 2) {
      const std::string_view digits = fields[2];
      const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
      if (failed != std::errc{} || end != digits.data() + digits.size() || id < 0 || id > kHighestId) id = 0;
    }
    all.emplace(fields[0], id);
  }
  return all;
}

}  // namespace supply::gate

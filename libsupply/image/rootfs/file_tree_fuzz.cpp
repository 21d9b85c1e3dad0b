#include <cstdint>
#include <cstdlib>

#include "libsupply/image/rootfs/file_tree.hpp"

namespace {

using namespace supply;

class Some : public rootfs::Collector {
 public:
  std::string_view name() const override { return "some"; }
  int version() const override { return 1; }
  std::unique_ptr<rootfs::FileTap> open(const rootfs::FileHeader& file, std::string_view) const override {
    return file.path.size() % 2 == 0 ? rootfs::keep_whole(1000) : nullptr;
  }
};

}  // namespace

// Two layers, cut where the first two bytes say, merged over each other and then over themselves. Every file of the
// tree is found again under its path unless it is a link, and the order is that of the paths.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view all(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t cut = (data[0] | static_cast<std::size_t>(data[1]) << 8) * 512 % (all.size() + 1);
  static const Some some;
  std::vector<rootfs::LayerFacts> owned;
  owned.reserve(2);
  for (const std::string_view bytes : {all.substr(0, cut), all.substr(cut)}) {
    const std::unique_ptr<io::Source> source = io::from_string(std::string(bytes));
    Result<rootfs::LayerFacts> facts = rootfs::read_layer(*source, crypto::sha256(""), ".tar",
                                                          {.diff_id = rootfs::WithDiffId::no, .collectors = {&some}});
    if (facts) owned.push_back(*std::move(facts));
  }
  std::vector<const rootfs::LayerFacts*> layers;
  for (int i = 0; i < 2; ++i)
    for (const rootfs::LayerFacts& each : owned) layers.push_back(&each);
  const Result<rootfs::FileTree> tree = rootfs::FileTree::merge(layers);
  if (!tree) return 0;
  std::string last;
  std::size_t count = 0;
  tree->for_each([&](const rootfs::File& file) {
    if (count++ > 0 && file.path <= last) std::abort();
    last = file.path;
    if (file.type == rootfs::EntryType::symlink) return;
    const std::optional<rootfs::File> again = tree->find(file.path);
    if (!again || again->path != file.path || again->entry != file.entry) std::abort();
  });
  if (count != tree->size()) std::abort();
  (void)tree->collected("some");
  (void)static_cast<bool>(tree->wanted({&some}));
  return 0;
}

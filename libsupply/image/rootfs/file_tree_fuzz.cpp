#include <cstdint>
#include <cstdlib>

#include "libsupply/image/rootfs/file_tree.hpp"

namespace {

using namespace supply;

class Some final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "some"; }
  int version() const override { return 1; }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view) const override {
    return file.path.size() % 2 == 0 ? rootfs::keep_whole(1000) : nullptr;
  }
};

// Entries straight from the bytes: a path of up to four names out of few, so that they often meet.
class Maker {
 public:
  explicit Maker(std::string_view bytes) : bytes_(bytes) {}
  bool more() const { return !bytes_.empty(); }
  unsigned next() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }
  std::string path(bool link) {
    static constexpr const char* kNames[] = {"a", "b", "c", "d", ".wh.a", ".wh.b", ".wh..wh..opq", ".wh..wh.plnk"};
    const unsigned byte = next();
    std::string path = link && (byte & 4) != 0 ? "/" : "";
    for (unsigned i = 0; i <= byte % 4; ++i) {
      const unsigned name = next();
      if (i > 0) path += '/';
      path += link && name % 9 == 8 ? ".." : kNames[i < byte % 4 || link ? name % 4 : name % 8];
    }
    return path;
  }

 private:
  std::string_view bytes_;
};

}  // namespace

// Layers merged over each other and then over themselves. Every name of the tree is found again under its path, and
// the order is that of the paths.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Some some;
  Budget budget;
  std::vector<std::unique_ptr<rootfs::LayerScan>> owned;
  Maker maker({reinterpret_cast<const char*>(data), size});
  while (maker.more() && owned.size() < 20) {
    rootfs::LayerScan& scan = *owned.emplace_back(std::make_unique<rootfs::LayerScan>(crypto::sha256(""), budget));
    scan.collectors = {"some"};
    for (unsigned kind; maker.more() && (kind = maker.next()) % 16 != 15;) {
      static constexpr rootfs::EntryType kTypes[] = {rootfs::EntryType::file, rootfs::EntryType::directory,
                                                     rootfs::EntryType::symlink, rootfs::EntryType::hardlink};
      rootfs::Entry entry;
      entry.type = kTypes[kind % 4];
      entry.path = scan.names.keep(maker.path(false));
      if (entry.type == rootfs::EntryType::symlink) entry.target = scan.names.keep(maker.path(true));
      if (entry.type == rootfs::EntryType::hardlink) entry.target = scan.names.keep(maker.path(false));
      scan.entries.push_back(entry);
      if (entry.type == rootfs::EntryType::file)
        scan.collected.push_back({static_cast<std::uint32_t>(scan.entries.size() - 1), 0, "x", ""});
    }
  }
  std::vector<const rootfs::LayerScan*> layers;
  for (int i = 0; i < 2; ++i)
    for (const auto& each : owned) layers.push_back(each.get());
  const Result<rootfs::FileTree> tree = rootfs::FileTree::merge(layers, budget);
  if (!tree) return 0;
  std::string last;
  std::size_t count = 0, files = 0;
  tree->for_each([&](const rootfs::File& file) {
    if (count++ > 0 && file.path <= last) std::abort();
    last = file.path;
    if (file.type == rootfs::EntryType::file) ++files;
    if (file.type == rootfs::EntryType::symlink) return;
    const std::optional<rootfs::File> again = tree->find(file.path);
    if (!again || again->path != file.path || again->entry != file.entry) std::abort();
  });
  std::size_t in = 0, named = 0;
  tree->for_each_in([](std::string_view) { return true; }, [&](const rootfs::File&) { ++in; });
  tree->for_each_named([](const rootfs::Name&) { return true; }, [&](const rootfs::File&) { ++named; });
  if (named != count || in != count) std::abort();
  if (count != tree->size() || tree->collected("some").size() != files) std::abort();
  (void)static_cast<bool>(tree->requested_files({&some}));
  return 0;
}

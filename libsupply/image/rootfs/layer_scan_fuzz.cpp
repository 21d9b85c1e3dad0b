#include <cstdint>
#include <cstdlib>

#include "libsupply/image/rootfs/layer_scan.hpp"

namespace {

using namespace supply;

class Some final : public rootfs::Collector {
 public:
  std::string_view name() const override { return "some"; }
  int version() const override { return 1; }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader& file, std::string_view head) const override {
    if (head.size() > 64 || head.size() != std::min<std::uint64_t>(file.size, 64)) std::abort();
    return file.size < 100'000 ? rootfs::keep_whole(1 << 20) : nullptr;
  }
};

// Headers' checksums are set right, or nearly every mutation would only be a wrong checksum.
std::string with_checksums(std::string tar) {
  for (std::size_t at = 0; at + 512 <= tar.size(); at += 512) {
    if (tar.compare(at + 257, 5, "ustar") != 0) continue;
    unsigned sum = 8 * ' ';
    for (std::size_t i = 0; i < 512; ++i)
      if (i < 148 || i >= 156) sum += static_cast<unsigned char>(tar[at + i]);
    for (std::size_t i = 0; i < 8; ++i) tar[at + 148 + i] = i == 6 ? '\0' : ' ';
    for (std::size_t i = 6; i-- > 0; sum /= 8) tar[at + 148 + i] = static_cast<char>('0' + sum % 8);
  }
  return tar;
}

}  // namespace

// Paths are clean, content is as long as its entry says, and no index is out of its range.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Some some;
  Budget budget;
  const std::unique_ptr<io::Source> source =
      io::from_string(with_checksums(std::string(reinterpret_cast<const char*>(data), size)));
  const Result<rootfs::LayerScan> scan = rootfs::read_layer(
      *source, crypto::sha256(""), ".tar", {.diff_id = rootfs::WithDiffId::no, .collectors = {&some}}, budget);
  if (!scan) return 0;
  for (const rootfs::Entry& entry : scan->entries) {
    const std::string framed = "/" + std::string(entry.path) + "/";
    if (entry.path.find('\0') != std::string_view::npos) std::abort();
    for (const char* part : {"//", "/./", "/../"})
      if (!entry.path.empty() && framed.find(part) != std::string::npos) std::abort();
  }
  for (const rootfs::Collected& each : scan->collected)
    if (scan->entries.at(each.entry).size != each.content.size()) std::abort();
  return 0;
}

// Reads one layer of which no cataloger wants a file, with so many catalogers: what their number costs.
//   dispatch CATALOGERS FILES
// The first ones are Supply's own; when there are no more, others select by names as they do.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/image/rootfs/layer_scan.hpp"
#include "libsupply/testing/tar.hpp"

using namespace supply;

namespace {

class Another final : public rootfs::Collector {
 public:
  explicit Another(int number)
      : name_("another-" + std::to_string(number)),
        file_(name_ + ".json"),
        suffix_("." + std::to_string(number) + "x"),
        selects_{{{rootfs::Select::By::name, file_},
                  {rootfs::Select::By::suffix, suffix_},
                  {rootfs::Select::By::directory, name_},
                  {rootfs::Select::By::magic, name_}}} {}
  std::string_view name() const override { return name_; }
  int version() const override { return 1; }
  std::span<const rootfs::Select> selects() const override { return selects_; }
  std::unique_ptr<rootfs::FileSink> open(const rootfs::FileHeader&, std::string_view) const override { return nullptr; }

 private:
  std::string name_, file_, suffix_;
  std::array<rootfs::Select, 4> selects_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto count = static_cast<std::size_t>(std::atoi(argv[1]));
  const int files = std::atoi(argv[2]);
  std::string tar;
  const std::string content(4096, 'x');
  for (int i = 0; i < files; ++i) {
    const std::string path = "srv/data/" + std::to_string(i % 97) + "/record-" + std::to_string(i) + ".dat";
    tar += testing::tar_entry({.path = path, .content = content});
  }
  tar += testing::tar_end();
  std::vector<std::unique_ptr<Another>> others;
  rootfs::LayerRequest request;
  request.diff_id = rootfs::WithDiffId::no;
  for (std::size_t i = 0; i < count; ++i) {
    if (i < catalog::all_catalogers().size()) {
      const auto more = catalog::all_catalogers()[i]->collectors(catalog::WithOwnedFiles::no);
      request.collectors.insert(request.collectors.end(), more.begin(), more.end());
    } else {
      request.collectors.push_back(others.emplace_back(std::make_unique<Another>(static_cast<int>(i))).get());
    }
  }
  Budget budget;
  const auto source = io::from_string(tar);
  const auto scan =
      rootfs::read_layer(*source, crypto::sha256(tar), "application/vnd.oci.image.layer.v1.tar", request, budget);
  if (!scan || !scan->collected.empty()) return 1;
  std::printf("%zu catalogers, %zu collectors, %zu entries\n", count, request.collectors.size(), scan->entry_count);
  return 0;
}

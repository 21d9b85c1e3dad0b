#include "libsupply/image/rootfs/internal/read_help.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/tar.hpp"

namespace supply::rootfs {
namespace {

using testing::tar_end;
using testing::tar_entry;

// Gives its bytes, and then perhaps an error.
class Bytes : public io::Source {
 public:
  Bytes(std::string_view bytes, const std::optional<Error>& end) : bytes_(bytes), end_(end) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t size = std::min({bytes_.size(), into.size(), std::size_t{10'000}});
    if (size == 0 && end_) return *end_;
    std::copy_n(bytes_.begin(), size, into.begin());
    bytes_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view bytes_;
  std::optional<Error> end_;
};

class Everything final : public Collector {
 public:
  std::string_view name() const override { return "everything"; }
  int version() const override { return 1; }
  std::unique_ptr<FileSink> open(const FileHeader&, std::string_view) const override { return keep_whole(100'000); }
};

// What a scan says, or why there is none.
std::string told(const Result<LayerScan>& scan) {
  if (!scan) return scan.error().message();
  std::string out = scan->diff_id->to_string() + " " + std::to_string(scan->unpacked_bytes);
  for (const Entry& entry : scan->entries) out.append("\n").append(entry.path) += " " + std::to_string(entry.size);
  for (const Collected& each : scan->collected) out += "\n" + std::to_string(each.entry) + " " + each.content;
  return out + "\n" + std::to_string(scan->share.spent(Cost::memory));
}

std::string read(std::string_view bytes, const LayerRequest& request, ReadHelp* help,
                 const std::optional<Error>& end = {}) {
  Budget budget;
  Bytes source(bytes, end);
  return told(read_layer_with_help(source, crypto::sha256(""), oci::kLayerType, request, budget, help));
}

}  // namespace

TEST_CASE("a layer that two threads read is the same, and what is wrong with it too") {
  std::string tar;
  for (int i = 0; i < 200; ++i)
    tar += tar_entry({.path = "d/" + std::to_string(i), .content = std::string(static_cast<std::size_t>(i) * 97, 'x')});
  const std::string whole = tar + tar_end();
  const Everything everything;
  LayerRequest request;
  request.collectors = {&everything};
  LayerRequest small = request;
  small.limits.entries = 150;
  std::string damaged = whole;
  damaged.replace(damaged.size() / 2, 2000, 2000, '\x01');
  const Error mismatch(ErrorCode::mismatch, "digest");

  ReadHelp help(1);
  std::thread other([&] { help.serve(); });
  for (int round = 0; round < 20; ++round) {
    CHECK(read(whole, request, &help) == read(whole, request, nullptr));
    CHECK(read(whole, small, &help) == read(whole, small, nullptr));
    CHECK(read(whole, request, &help, mismatch) == "digest");
    CHECK(read(damaged, request, &help) == read(damaged, request, nullptr));
    CHECK(read(damaged, request, &help, mismatch) == "digest");
    const std::string_view cut = std::string_view(whole).substr(0, whole.size() / 2);
    CHECK(read(cut, request, &help) == read(cut, request, nullptr));
  }
  help.layer_is_done();
  other.join();
  CHECK_FALSE(help.ask([] {}));
}

TEST_CASE("no step is taken after one that failed, whoever takes them") {
  ReadHelp help(1);
  std::thread other([&] { help.serve(); });
  for (ReadHelp* const with : {&help, static_cast<ReadHelp*>(nullptr)}) {
    std::uint64_t sum = 0;
    HandOver steps([&](HandOver::Step, std::uint64_t amount, std::string_view) -> Status {
      sum += amount;
      if (sum > 1000) return Error(ErrorCode::malformed, "enough");
      return {};
    });
    Status status;
    while (status) {
      steps.ask(with);
      status = steps.give(HandOver::Step::packed, 1, "bytes");
    }
    CHECK(status.error().message() == "enough");
    CHECK(steps.finish().error().message() == "enough");
    CHECK(sum == 1001);
  }
  help.layer_is_done();
  other.join();
}

}  // namespace supply::rootfs

#include "libsupply/image/rootfs/scan_cache.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/rootfs/internal/scan_record.hpp"
#include "libsupply/testing/tar.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::rootfs {
namespace {

namespace fs = std::filesystem;
using testing::tar_end;
using testing::tar_entry;

Budget budget;  // of all tests here

class Keeps final : public Collector {
 public:
  explicit Keeps(int version = 1) : version_(version) {}
  std::string_view name() const override { return "keeps"; }
  int version() const override { return version_; }
  std::unique_ptr<FileSink> open(const FileHeader& file, std::string_view) const override {
    return file.path.ends_with("keep") ? keep_whole(100) : nullptr;
  }

 private:
  int version_;
};

const std::string& layer_tar() {
  static const std::string tar = tar_entry({.path = "usr", .type = '5'}) +
                                 tar_entry({.path = "usr/keep", .content = "kept"}) +
                                 tar_entry({.path = "usr/other", .content = "left"}) +
                                 tar_entry({.path = "link", .link = "usr/keep", .type = '2'}) +
                                 tar_entry({.path = "hard", .link = "usr/keep", .type = '1'}) + tar_end();
  return tar;
}

oci::Descriptor layer() {
  return {
      .media_type = std::string(oci::kLayerType), .digest = crypto::sha256(layer_tar()), .size = layer_tar().size()};
}

LayerRequest request_of(const Collector& collector) {
  LayerRequest request;
  request.diff_id = WithDiffId::no;
  request.file_digests = WithFileDigests::yes;
  request.collectors = {&collector};
  return request;
}

LayerScan scan_of(const LayerRequest& request) {
  const std::unique_ptr<io::Source> source = io::from_string(layer_tar());
  return *read_layer(*source, layer().digest, layer().media_type, request, budget);
}

fs::path only_file(const fs::path& cache) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(cache / "layers")) files.push_back(entry.path());
  REQUIRE(files.size() == 1);
  return files.front();
}

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace

TEST_CASE("a scan that was kept is the scan that was made") {
  const testing::TempDirectory directory;
  const Keeps collector;
  const LayerRequest request = request_of(collector);
  const LayerScan made = scan_of(request);
  const auto cache = ScanCache::open(directory.path() / "cache", "program");
  REQUIRE(cache);
  CHECK_FALSE(cache->find(layer(), request, budget)->has_value());
  cache->keep(made, layer(), request);
  const auto found = cache->find(layer(), request, budget);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK(to_scan_record(**found) == to_scan_record(made));
  CHECK((*found)->blob == made.blob);
  CHECK((*found)->collectors == made.collectors);
  REQUIRE((*found)->collected.size() == 1);
  CHECK((*found)->collected.front().content == "kept");
  CHECK((*found)->entries.back().target == "usr/keep");
  struct stat info = {};
  REQUIRE(::stat(only_file(directory.path() / "cache").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("a scan is not taken for another layer, question or program") {
  const testing::TempDirectory directory;
  const Keeps collector, newer(2);
  const LayerRequest request = request_of(collector);
  const auto cache = ScanCache::open(directory.path() / "cache", "program");
  REQUIRE(cache);
  cache->keep(scan_of(request), layer(), request);
  const auto is_found = [&](const ScanCache& by, const oci::Descriptor& of, const LayerRequest& with) {
    const auto found = by.find(of, with, budget);
    REQUIRE(found);
    return found->has_value();
  };
  CHECK(is_found(*cache, layer(), request));
  CHECK_FALSE(is_found(*cache, layer(), request_of(newer)));
  LayerRequest without = request;
  without.file_digests = WithFileDigests::no;
  CHECK_FALSE(is_found(*cache, layer(), without));
  oci::Descriptor other = layer();
  other.digest = crypto::sha256("other");
  CHECK_FALSE(is_found(*cache, other, request));
  other = layer();
  other.size += 1;
  CHECK_FALSE(is_found(*cache, other, request));
  other = layer();
  other.media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
  CHECK_FALSE(is_found(*cache, other, request));
  CHECK_FALSE(is_found(*ScanCache::open(directory.path() / "cache", "another"), layer(), request));
}

TEST_CASE("a kept scan that is cut off, changed or somebody else's to write is not believed") {
  const testing::TempDirectory directory;
  const Keeps collector;
  const LayerRequest request = request_of(collector);
  const auto cache = ScanCache::open(directory.path() / "cache", "program");
  REQUIRE(cache);
  cache->keep(scan_of(request), layer(), request);
  const fs::path file = only_file(directory.path() / "cache");
  const std::string good = bytes_of(file);
  const auto is_found = [&] { return (*cache->find(layer(), request, budget)).has_value(); };
  REQUIRE(is_found());
  for (std::size_t size = 0; size < good.size(); size += 1 + size / 7) {
    write(file, good.substr(0, size));
    INFO(size);
    CHECK_FALSE(is_found());
  }
  for (std::size_t at = 0; at < good.size(); at += 1 + at / 9) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    write(file, bad);
    INFO(at);
    CHECK_FALSE(is_found());
  }
  write(file, good + "x");
  CHECK_FALSE(is_found());
  write(file, good);
  CHECK(is_found());
  fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
  CHECK_FALSE(is_found());
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  fs::rename(file, directory.path() / "moved");
  fs::create_symlink(directory.path() / "moved", file);
  CHECK_FALSE(is_found());
}

TEST_CASE("a cache that others can write to is refused") {
  const testing::TempDirectory directory;
  fs::create_directories(directory.path() / "layers");
  fs::permissions(directory.path() / "layers", fs::perms::all);
  const auto cache = ScanCache::open(directory.path(), "program");
  REQUIRE_FALSE(cache);
  CHECK(cache.error().code() == ErrorCode::forbidden);
}

TEST_CASE("records that are no scan's are refused and crash nothing") {
  const Keeps collector;
  const LayerScan made = scan_of(request_of(collector));
  const std::string good = *to_scan_record(made);
  const auto is_taken = [&](const std::string& record) {
    LayerScan scan(layer().digest, budget);
    scan.collectors = made.collectors;
    const auto whole = from_scan_record(record, scan);
    return whole && *whole;
  };
  CHECK(is_taken(good));
  for (std::size_t size = 0; size < good.size(); ++size) CHECK_FALSE(is_taken(good.substr(0, size)));
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const char byte : {'\xff', '\x00', '\x7f'}) {
      std::string bad = good;
      bad[at] = byte;
      (void)is_taken(bad);
    }
}

TEST_CASE("what was used least lately is removed first") {
  const testing::TempDirectory directory;
  const Keeps collector;
  const LayerRequest request = request_of(collector);
  const auto cache = ScanCache::open(directory.path(), "program");
  REQUIRE(cache);
  const auto keep = [&](const std::string& name) {
    oci::Descriptor of = layer();
    of.media_type = name;  // only the key is of interest
    cache->keep(scan_of(request), of, request);
  };
  keep("old");
  const fs::path old = only_file(directory.path());
  fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(1));
  keep("new");
  CHECK(cache->prune() == 0);
  const std::uint64_t size = fs::file_size(old);
  CHECK(cache->prune(2 * size) == 0);
  CHECK(cache->prune(2 * size - 1) == 1);
  CHECK_FALSE(fs::exists(old));
  CHECK(cache->prune(0) == 1);
  // One run keeps no more than the limit, kMaxScanCacheBytes where nothing else is said.
  const std::size_t record = to_scan_record(scan_of(request))->size();
  const auto small = ScanCache::open(directory.path(), "program", 8 * record - 1);
  REQUIRE(small);
  small->keep(scan_of(request), layer(), request);
  CHECK(small->prune(0) == 0);
}

}  // namespace supply::rootfs

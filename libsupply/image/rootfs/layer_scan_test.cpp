#include "libsupply/image/rootfs/layer_scan.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/tar.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::rootfs {
namespace {

Budget budget;  // of all tests here

using testing::tar_end;
using testing::tar_entry;
using testing::tar_pax;

const Digest& some_digest() {
  static const Digest digest = crypto::sha256("");
  return digest;
}

Result<LayerScan> read(std::string bytes, const LayerRequest& request = {},
                       std::string_view media_type = oci::kLayerType) {
  const std::unique_ptr<io::Source> source = io::from_string(std::move(bytes));
  return read_layer(*source, some_digest(), media_type, request, budget);
}

Error error_of(std::string bytes, const LayerRequest& request = {}, std::string_view media_type = oci::kLayerType) {
  Result<LayerScan> result = read(std::move(bytes), request, media_type);
  REQUIRE(!result);
  return std::move(result).error();
}

// Keeps files whose path ends so, and files that start with "MAGIC".
class Wants final : public Collector {
 public:
  explicit Wants(std::string suffix, std::size_t limit = 100) : suffix_(std::move(suffix)), limit_(limit) {}
  std::string_view name() const override { return suffix_; }
  int version() const override { return 1; }
  std::unique_ptr<FileSink> open(const FileHeader& file, std::string_view head) const override {
    heads.push_back(std::string(file.path) + ":" + std::string(head));
    return file.path.ends_with(suffix_) || head.starts_with("MAGIC") ? keep_whole(limit_) : nullptr;
  }
  mutable std::vector<std::string> heads;

 private:
  std::string suffix_;
  std::size_t limit_;
};

// Gives its bytes a few at a time.
class Trickle : public io::Source {
 public:
  Trickle(std::string bytes, std::size_t step, std::optional<Error> end = {})
      : bytes_(std::move(bytes)), step_(step), end_(std::move(end)) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t size = std::min({step_, into.size(), bytes_.size() - at_});
    if (size == 0 && end_) return *end_;
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), size, into.begin());
    at_ += size;
    return size;
  }

 private:
  std::string bytes_;
  std::size_t step_, at_ = 0;
  std::optional<Error> end_;
};

}  // namespace

TEST_CASE("a layer's entries, sizes and diff_id are read in one pass") {
  const std::string tar = tar_entry({.path = "./", .type = '5', .mode = 0755}) +
                          tar_entry({.path = "/etc/f", .content = "hello", .mode = 04755, .uid = 3, .gid = 4}) +
                          tar_entry({.path = "etc/l", .link = "../usr//x", .type = '2'}) +
                          tar_entry({.path = "etc/h", .link = "./etc/f", .type = '1'}) +
                          tar_entry({.path = "dev/c", .type = '3'}) + tar_entry({.path = "dev/b", .type = '4'}) +
                          tar_entry({.path = "dev/p", .type = '6'}) + tar_end();
  Result<LayerScan> scan = read(tar);
  REQUIRE(scan);
  CHECK(scan->packed_bytes == tar.size());
  CHECK(scan->unpacked_bytes == tar.size());
  REQUIRE(scan->diff_id);
  CHECK(*scan->diff_id == crypto::sha256(tar));
  const LayerScan moved = *std::move(scan);
  REQUIRE(moved.entries.size() == 7);
  CHECK(moved.entries[0].path == "");
  CHECK(moved.entries[0].type == EntryType::directory);
  CHECK(moved.entries[1].path == "etc/f");
  CHECK(moved.entries[1].size == 5);
  CHECK(moved.entries[1].mode == 04755);
  CHECK(moved.entries[1].uid == 3);
  CHECK(moved.entries[1].gid == 4);
  CHECK(moved.entries[2].target == "../usr//x");
  CHECK(moved.entries[3].type == EntryType::hardlink);
  CHECK(moved.entries[3].target == "etc/f");
  CHECK(moved.entries[4].type == EntryType::character_device);
  CHECK(moved.entries[5].type == EntryType::block_device);
  CHECK(moved.entries[6].type == EntryType::fifo);
}

TEST_CASE("what follows the end of the tar counts for the diff_id") {
  const std::string tar = tar_entry({.path = "a"}) + tar_end() + std::string(3000, 'x');
  const Result<LayerScan> scan = read(tar);
  REQUIRE(scan);
  CHECK(*scan->diff_id == crypto::sha256(tar));
  CHECK(scan->entries.size() == 1);
  const Result<LayerScan> longer = read(tar, {.diff_id_algorithm = crypto::HashAlgorithm::sha512});
  REQUIRE(longer);
  CHECK(longer->diff_id->encoded() == to_hex(crypto::hash(crypto::HashAlgorithm::sha512, tar)));
  CHECK(!read(tar, {.diff_id = WithDiffId::no})->diff_id);
}

TEST_CASE("gzip and zstd layers are read as what they are, and a label that names another compression is said") {
  const std::string gzip = testing::read(testing::testdata("archive/gnu.tar.gz"));
  const Result<LayerScan> scan = read(gzip, {}, oci::kLayerGzipType);
  REQUIRE(scan);
  CHECK(scan->entries.size() == 8);
  CHECK(scan->packed_bytes == gzip.size());
  CHECK(scan->unpacked_bytes == 20'480);
  CHECK(read(gzip, {}, oci::kDockerLayerType));
  CHECK(scan->wrong_label.empty());
  for (const std::string_view wrong : {oci::kLayerType, oci::kLayerZstdType}) {
    const Result<LayerScan> other = read(gzip, {}, wrong);
    REQUIRE(other);
    CHECK(other->entries.size() == 8);
    CHECK(other->wrong_label == "compression is gzip, media type " + quote(wrong));
  }
  CHECK(read(tar_end(), {}, oci::kLayerGzipType)->wrong_label.starts_with("compression is none"));
  for (const std::string_view odd : {"application/octet-stream", "", "text/html"}) {
    CHECK(read(gzip, {}, odd)->wrong_label == "media type " + quote(odd) + " is none of a layer");
    CHECK(read(tar_entry({.path = "x"}) + tar_end(), {}, odd)->entries.size() == 1);
    CHECK(error_of(std::string(1'000, '{'), {}, odd).code() == ErrorCode::unsupported);
  }
  CHECK(error_of(std::string(1'000, '{')).code() == ErrorCode::malformed);
  CHECK(error_of(tar_entry({.path = "x"}) + "x", {}, "text/html").code() == ErrorCode::malformed);
  for (const std::string_view type : {oci::kLayerType, oci::kLayerGzipType}) {
    CHECK(error_of("\xfd" + std::string("7zXZ\0\0\4", 7) + std::string(100, 'x'), {}, type).message() ==
          "compression xz");
    CHECK(error_of("BZh91AY&SY" + std::string(100, 'x'), {}, type).code() == ErrorCode::unsupported);
  }
  CHECK(error_of(gzip, {}, "application/vnd.oci.image.layer.v1.tar+gzip+encrypted").code() == ErrorCode::unsupported);
}

TEST_CASE("errors name the entry") {
  const std::string first = tar_entry({.path = "usr/bin/x", .content = "1"});
  CHECK(error_of(first + tar_entry({.path = "../y"})).message() == "entry 1 \"../y\": path leaves the root");
  std::string damaged = tar_entry({.path = "y"});
  damaged[1] = 'z';
  CHECK(error_of(first + damaged).message() == "behind entry 0 \"usr/bin/x\": tar header checksum does not hold");
  CHECK(error_of(first + "x").message() == "behind entry 0 \"usr/bin/x\": tar is cut off");
}

TEST_CASE("names that make no sense are malformed") {
  for (const std::string& tar :
       {tar_entry({.path = "../x"}), tar_entry({.path = "a/../../x"}), tar_entry({.path = "/../x"}),
        tar_entry({.path = "."}), tar_entry({.path = ""}), tar_entry({.path = "a/..", .link = "x", .type = '2'}),
        tar_entry({.path = "a", .type = '2'}), tar_entry({.path = "a", .type = '1'}),
        tar_entry({.path = "a", .link = "../x", .type = '1'}), tar_entry({.path = "a", .link = "/", .type = '1'})})
    CHECK(error_of(tar + tar_end()).code() == ErrorCode::malformed);
  // A symbolic link may say what it wants; a name may be any bytes.
  const Result<LayerScan> scan =
      read(tar_entry({.path = "a", .link = "../../../x", .type = '2'}) + tar_entry({.path = "\xff\xfe\x01\n"}));
  REQUIRE(scan);
  CHECK(scan->entries[1].path == "\xff\xfe\x01\n");
}

TEST_CASE("a damaged layer is a mismatch where its digest says so") {
  const std::string gzip = testing::read(testing::testdata("archive/gnu.tar.gz"));
  std::string damaged = gzip;
  damaged[100] ^= 1;
  CHECK(error_of(damaged, {}, oci::kLayerGzipType).code() == ErrorCode::malformed);
  for (const std::size_t step : {50, 1'000'000}) {
    Trickle source(damaged, step, Error(ErrorCode::mismatch, "digest"));
    const Result<LayerScan> result = read_layer(source, some_digest(), oci::kLayerGzipType, {}, budget);
    REQUIRE(!result);
    CHECK(result.error().code() == ErrorCode::mismatch);
  }
  Trickle whole(gzip, 100, Error(ErrorCode::mismatch, "digest"));
  CHECK(!read_layer(whole, some_digest(), oci::kLayerGzipType, {}, budget));
}

TEST_CASE("collectors see each file once with its first bytes and keep what they want") {
  const std::string large(1'000'000, 'x');
  const std::string tar =
      tar_entry({.path = "a.keep", .content = "first"}) + tar_entry({.path = "large", .content = large}) +
      tar_entry({.path = "empty.keep"}) + tar_entry({.path = "magic", .content = "MAGIC" + large}) +
      tar_entry({.path = "l.keep", .link = "x", .type = '2'}) + tar_entry({.path = ".wh.gone.keep"}) + tar_end();
  for (const std::size_t step : {1, 7, 60, 513, 1'000'000}) {
    INFO("in steps of " << step);
    const Wants keep(".keep", 2'000'000), other("nothing", 2'000'000);
    Trickle source(tar, step);
    const Result<LayerScan> scan =
        read_layer(source, some_digest(), oci::kLayerType, {.collectors = {&keep, &other}}, budget);
    REQUIRE(scan);
    CHECK(scan->collectors == std::vector<std::string>{".keep", "nothing"});
    CHECK(keep.heads == std::vector<std::string>{"a.keep:first", "large:" + std::string(64, 'x'),
                                                 "empty.keep:", "magic:MAGIC" + std::string(59, 'x')});
    REQUIRE(scan->collected.size() == 4);
    CHECK(scan->collected[0].entry == 0);
    CHECK(scan->collected[0].collector == 0);
    CHECK(scan->collected[0].content == "first");
    CHECK(scan->collected[1].entry == 2);
    CHECK(scan->collected[1].content.empty());
    CHECK(scan->collected[2].entry == 3);
    CHECK((scan->collected[2].content == "MAGIC" + large));
    CHECK(scan->collected[3].collector == 1);
    CHECK(scan->candidates.size() == 4);
  }
}

TEST_CASE("a file over a collector's limit is refused by name") {
  const Wants keep(".keep", 100);
  CHECK(read(tar_entry({.path = "a.keep", .content = std::string(100, 'x')}), {.collectors = {&keep}}));
  const Error error =
      error_of(tar_entry({.path = "a.keep", .content = std::string(101, 'x')}), {.collectors = {&keep}});
  CHECK(error.code() == ErrorCode::limit_exceeded);
  CHECK(error.message() == "entry 0 \"a.keep\": file of more than 100 bytes");
}

TEST_CASE("file digests are those of sha1sum and sha256sum") {
  const Result<LayerScan> scan = read(tar_entry({.path = "d", .type = '5'}) + tar_entry({.path = "e"}) +
                                          tar_entry({.path = "f", .content = "hello\n"}) + tar_end(),
                                      {.file_digests = WithFileDigests::yes});
  REQUIRE(scan);
  REQUIRE(scan->digests.size() == 2);
  CHECK(scan->entries[0].digests == 0);
  CHECK(scan->entries[1].digests == 1);
  const FileDigests& empty = scan->digests[0];
  CHECK(to_hex(empty.sha1) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  const FileDigests& hello = scan->digests[scan->entries[2].digests - 1];
  CHECK(to_hex(hello.sha1) == "f572d396fae9206628714fb2ce00f72e94f2258f");
  CHECK(to_hex(hello.sha256) == "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
}

TEST_CASE("digests of a sparse file are those of the file with its holes") {
  const Result<LayerScan> scan = read(testing::read(testing::testdata("archive/sparse-1.0.tar.gz")),
                                      {.file_digests = WithFileDigests::yes}, oci::kLayerGzipType);
  REQUIRE(scan);
  CHECK(scan->entries[0].size == 200'000);
  CHECK(to_hex(scan->digests[0].sha256) == "2af460b3d6722503be022a22071756ef454b4897d7a46224c8c8eb9e6e34d146");
  CHECK(to_hex(scan->digests[1].sha256) == "2577b0ee962348ae3470caa519a869c4414a15798ac84e1488f28daf0e413fd5");
}

TEST_CASE("a second read gets a file under the path it is asked for") {
  const std::string tar = tar_entry({.path = "a", .content = "not me"}) + tar_entry({.path = "v", .type = 'V'}) +
                          tar_entry({.path = "b", .content = "content"}) + tar_entry({.path = "c"}) + tar_end();
  const Wants keep("status"), other("other");
  const LayerRequest request{.collectors = {&keep, &other}};
  Result<LayerScan> scan = read(tar, request);
  REQUIRE(scan);
  CHECK(scan->collected.empty());
  const std::unique_ptr<io::Source> again = io::from_string(tar);
  REQUIRE(read_again(*again, oci::kLayerType, request,
                     {{1, 0, "var/status"}, {1, 1, "not interested"}, {1, 1, "x/other"}, {2, 0, "status"}}, *scan));
  REQUIRE(scan->collected.size() == 3);
  CHECK(scan->collected[0].entry == 1);
  CHECK(scan->collected[0].collector == 0);
  CHECK(scan->collected[0].requested_path == "var/status");
  CHECK(scan->collected[0].content == "content");
  CHECK(scan->collected[1].requested_path == "x/other");
  CHECK(scan->collected[2].content.empty());
  const std::unique_ptr<io::Source> changed = io::from_string(tar_entry({.path = "a"}) + tar_end());
  CHECK(!read_again(*changed, oci::kLayerType, request, {{1, 0, "status"}}, *scan));
  CHECK(scan->collected.size() == 3);
}

TEST_CASE("a layer with more entries, names or collected bytes than its limits is refused") {
  CHECK(LayerLimits().entries == kMaxLayerEntries);
  CHECK(LayerLimits().name_bytes == kMaxLayerNameBytes);
  CHECK(LayerLimits().collected_bytes == kMaxCollectedLayerBytes);
  const Wants keep(".keep", 100);
  const std::string tar =
      tar_entry({.path = "a.keep", .content = "12345"}) + tar_entry({.path = "b.keep", .content = "678"});
  const auto with = [&](LayerLimits limits) { return LayerRequest{.collectors = {&keep}, .limits = limits}; };
  CHECK(read(tar, with({.entries = 2, .name_bytes = 12, .collected_bytes = 8})));
  const Error entries = error_of(tar, with({.entries = 1}));
  CHECK(entries.code() == ErrorCode::limit_exceeded);
  CHECK(entries.message().find("b.keep") != std::string::npos);
  CHECK(error_of(tar, with({.name_bytes = 11})).code() == ErrorCode::limit_exceeded);
  const Error collected = error_of(tar, with({.collected_bytes = 7}));
  CHECK(collected.code() == ErrorCode::limit_exceeded);
  CHECK(collected.message().find("b.keep") != std::string::npos);
}

TEST_CASE("a layer costs what it unpacks, its entries and what is kept of them, until its scan end") {
  const std::string gzip = testing::read(testing::testdata("archive/gnu.tar.gz"));
  {
    Budget run;
    const std::unique_ptr<io::Source> source = io::from_string(gzip);
    const Result<LayerScan> scan = read_layer(*source, some_digest(), oci::kLayerGzipType, {}, run);
    REQUIRE(scan);
    CHECK(scan->share.spent(Cost::unpacked) == 20'480);
    CHECK(scan->share.spent(Cost::entries) >= 8);
    CHECK(scan->share.spent(Cost::memory) >= 8 * sizeof(Entry));
    CHECK(scan->share.spent(Cost::memory) <= 8 * sizeof(Entry) + scan->names.bytes());
  }
}

TEST_CASE("layers that are only checked keep no entries, and say the same of what is wrong") {
  const std::string tar =
      tar_entry({.path = "a", .content = "12"}) + tar_entry({.path = "b", .link = "a", .type = '2'});
  const LayerRequest request{.entries = WithEntries::no};
  const Result<LayerScan> scan = read(tar + tar_end(), request);
  REQUIRE(scan);
  CHECK(scan->entries.empty());
  CHECK(scan->entry_count == 2);
  CHECK(scan->names.bytes() == 0);
  CHECK(scan->share.spent(Cost::memory) == 0);
  CHECK(*scan->diff_id == crypto::sha256(tar + tar_end()));
  for (const std::string& damaged :
       {tar + "x", tar + tar_entry({.path = "../x"}), tar + tar_entry({.path = "l", .type = '2'})})
    CHECK(error_of(damaged, request).message() == error_of(damaged).message());
}

TEST_CASE("many layers cost together no more than one may") {
  // Packed so well that their own bytes pay for little.
  const std::string gzip = testing::read(testing::testdata("archive/gnu.tar.gz"));
  const std::uint64_t paid = gzip.size() / kInputPaysPer, entries = 8 - std::min<std::uint64_t>(8, paid);
  const std::uint64_t unpacked = 20'480 - std::min<std::uint64_t>(20'480, gzip.size() * kInputPays[1] / kInputPaysPer);
  for (const Cost cost : {Cost::entries, Cost::unpacked}) {
    const std::uint64_t each = cost == Cost::entries ? entries : unpacked;
    if (each == 0) continue;
    Budget::Amounts limits{kGiB, kGiB, 1'000'000, 0, 1'000'000};
    limits[static_cast<std::size_t>(cost)] = 3 * each;
    Budget run(limits);
    for (int i = 0; i < 4; ++i) {
      const std::unique_ptr<io::Source> source = io::from_string(gzip);
      const Result<LayerScan> scan = read_layer(*source, some_digest(), oci::kLayerGzipType, {}, run);
      CHECK(static_cast<bool>(scan) == (i < 3));
      if (!scan) CHECK(scan.error().code() == ErrorCode::limit_exceeded);
    }
  }
  Budget little({8 * sizeof(Entry), kGiB, 1'000, 0, 1'000});
  LayerScan held(some_digest(), little);
  REQUIRE(held.share.spend(Cost::memory, 8 * sizeof(Entry)));  // what one holds, the next cannot have
  LayerScan next(some_digest(), little);
  CHECK_FALSE(next.share.spend(Cost::memory, 1));
}

}  // namespace supply::rootfs

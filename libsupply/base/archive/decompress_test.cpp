#include "libsupply/base/archive/decompress.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::archive {
namespace {

struct Unpacked {
  std::string bytes;
  std::optional<Error> error;
  Compression compression = Compression::none;
};

Unpacked unpack(std::string_view packed, std::size_t chunk = 1 << 18, UnpackLimits limits = {}) {
  Unpacked result;
  Decompressor decompressor(
      [&](std::string_view bytes) {
        result.bytes += bytes;
        return Status();
      },
      limits);
  Status status;
  for (std::size_t at = 0; at < packed.size() && status; at += chunk)
    status = decompressor.feed(packed.substr(at, chunk));
  if (status) status = decompressor.finish();
  if (!status) result.error.emplace(status.error());
  result.compression = decompressor.compression();
  return result;
}

std::string data(std::string_view name) { return testing::read(testing::testdata("archive") / name); }

}  // namespace

TEST_CASE("a compression is told by its first bytes") {
  using namespace std::string_view_literals;
  const std::pair<std::string_view, Compression> heads[] = {{"\x1f\x8b\x08\x00"sv, Compression::gzip},
                                                            {"\x28\xb5\x2f\xfd"sv, Compression::zstd},
                                                            {"\x5e\x2a\x4d\x18"sv, Compression::zstd},
                                                            {"BZh9"sv, Compression::bzip2},
                                                            {"BZhe"sv, Compression::none},
                                                            {"\xfd\x37zX"sv, Compression::xz},
                                                            {"usr/"sv, Compression::none},
                                                            {""sv, Compression::none}};
  for (const auto& [head, compression] : heads) {
    INFO(to_string(compression));
    CHECK(head.size() <= kCompressionHeadBytes);
    CHECK(compression_of(head) == compression);
  }
}

TEST_CASE("every compression gives the same bytes in chunks of any size") {
  const std::string numbers = data("numbers.txt");
  const std::pair<const char*, Compression> files[] = {
      {"numbers.txt", Compression::none}, {"numbers.gz", Compression::gzip},  {"fields.gz", Compression::gzip},
      {"members.gz", Compression::gzip},  {"numbers.zst", Compression::zstd}, {"frames.zst", Compression::zstd},
      {"window27.zst", Compression::zstd}};
  for (const auto& [name, compression] : files) {
    for (const std::size_t chunk : {1, 2, 3, 7, 8, 9, 100, 511, 4096, 1 << 20}) {
      INFO(name << " in chunks of " << chunk);
      const Unpacked result = unpack(data(name), chunk);
      CHECK(!result.error);
      CHECK(result.bytes == numbers);
      CHECK(result.compression == compression);
    }
  }
}

TEST_CASE("a stream that is cut off anywhere is malformed") {
  for (const char* name : {"numbers.gz", "fields.gz", "numbers.zst"}) {
    const std::string whole = data(name);
    for (std::size_t size = 4; size < whole.size(); ++size) {
      INFO(name << " cut at " << size);
      const Unpacked result = unpack(std::string_view(whole).substr(0, size), 1000);
      REQUIRE(result.error);
      CHECK(result.error->code() == ErrorCode::malformed);
    }
  }
}

TEST_CASE("a flipped bit in gzip never gives other bytes without an error") {
  const std::string whole = data("numbers.gz"), numbers = data("numbers.txt");
  for (std::size_t at = 2; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    const Unpacked result = unpack(damaged);
    INFO("byte " << at);
    if (!result.error) CHECK(result.bytes == numbers);  // bits of the header that mean nothing
    else CHECK(result.error->code() == ErrorCode::malformed);
    if (at >= 10) CHECK(result.error);
  }
}

TEST_CASE("checksum and length of each gzip member are checked") {
  const std::string whole = data("numbers.gz");
  for (const std::size_t from_end : {1, 4, 5, 8}) {
    std::string damaged = whole;
    damaged[damaged.size() - from_end] ^= 1;
    const Unpacked result = unpack(damaged, 13);
    REQUIRE(result.error);
    CHECK(result.error->message() == "gzip checksum or length does not hold");
  }
  std::string header = data("fields.gz");
  header[20] ^= 1;  // in the extra field, which the header's CRC covers
  const Unpacked result = unpack(header);
  REQUIRE(result.error);
  CHECK(result.error->code() == ErrorCode::malformed);
}

TEST_CASE("a gzip header over the limit is refused") {
  const std::string start("\x1f\x8b\x08\x08\0\0\0\0\0\3", 10);
  for (const std::size_t chunk : {1000, 1 << 20}) {
    const Unpacked result = unpack(start + std::string(kMaxGzipHeaderBytes, 'n'), chunk);
    REQUIRE(result.error);
    CHECK(result.error->code() == ErrorCode::limit_exceeded);
  }
}

TEST_CASE("a flipped bit in zstd with a checksum never gives other bytes without an error") {
  const std::string whole = data("numbers.zst"), numbers = data("numbers.txt");
  for (std::size_t at = 4; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    const Unpacked result = unpack(damaged);
    INFO("byte " << at);
    if (!result.error) CHECK(result.bytes == numbers);
    else CHECK((result.error->code() == ErrorCode::malformed || result.error->code() == ErrorCode::limit_exceeded));
  }
}

TEST_CASE("zero bytes may follow the last gzip member and nothing else may") {
  const std::string numbers = data("numbers.txt"), gz = data("numbers.gz");
  for (const std::size_t chunk : {1, 100, 1 << 20}) {
    CHECK(unpack(gz + std::string(1000, '\0'), chunk).bytes == numbers);
    CHECK(!unpack(gz + std::string(1000, '\0'), chunk).error);
    for (const std::string& tail :
         {std::string("x"), std::string("\0x", 2), std::string("\x1f"), "\0" + gz + "x", std::string(1, '\0') + gz}) {
      const Unpacked result = unpack(gz + tail, chunk);
      REQUIRE(result.error);
      CHECK(result.error->code() == ErrorCode::malformed);
    }
  }
  const Unpacked zstd = unpack(data("numbers.zst") + "garbage");
  REQUIRE(zstd.error);
  CHECK(zstd.error->code() == ErrorCode::malformed);
}

// window27.zst, at kMaxZstdWindowBytes, is read above.
TEST_CASE("a zstd window over the limit is refused") {
  const Unpacked result = unpack(data("window28.zst"));
  REQUIRE(result.error);
  CHECK(result.error->code() == ErrorCode::limit_exceeded);
}

TEST_CASE("more unpacked bytes than the limit are refused in every compression") {
  CHECK(UnpackLimits().bytes == kMaxUnpackedLayerBytes);
  for (const char* name : {"numbers.txt", "numbers.gz", "numbers.zst"}) {
    const std::size_t size = data("numbers.txt").size();
    CHECK(!unpack(data(name), 1000, {.bytes = size}).error);
    const Unpacked result = unpack(data(name), 1000, {.bytes = size - 1});
    REQUIRE(result.error);
    CHECK(result.error->code() == ErrorCode::limit_exceeded);
    CHECK(result.bytes.size() < size);
  }
}

TEST_CASE("a bomb is refused by its ratio and what gzip can do at its best is not") {
  CHECK(UnpackLimits().ratio == kMaxUnpackRatio);
  const Unpacked bomb = unpack(data("zeros.zst"));  // 300 MB out of 9 kB
  REQUIRE(bomb.error);
  CHECK(bomb.error->code() == ErrorCode::limit_exceeded);
  CHECK(bomb.bytes.size() <= kUnpackRatioFloorBytes + kMiB);
  CHECK(!unpack(data("zeros.gz"), 1 << 18, {.ratio_floor = 0}).error);  // 1,029 to 1
  CHECK(unpack(data("zeros.gz"), 1 << 18, {.ratio = 1'000, .ratio_floor = 0}).error);
}

TEST_CASE("no bytes at all are an empty plain stream") {
  const Unpacked result = unpack("");
  CHECK(!result.error);
  CHECK(result.bytes.empty());
  CHECK(unpack("\x1f\x8b").error);
}

TEST_CASE("an error of the receiver stops the stream") {
  Decompressor decompressor([](std::string_view) { return Status(Error(ErrorCode::unavailable, "full")); });
  const Status status = decompressor.feed(data("numbers.gz"));
  REQUIRE(!status);
  CHECK(status.error().message() == "full");
}

}  // namespace supply::archive

#include "libsupply/image/store/store.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/memory_store.hpp"

using namespace supply;

namespace {

oci::Descriptor of(std::string_view bytes) {
  return {.media_type = "application/x", .digest = crypto::sha256(bytes), .size = bytes.size()};
}

Result<std::string> read_verified(std::string bytes, const oci::Descriptor& descriptor) {
  SUPPLY_TRY(const auto source, store::verified(io::from_string(std::move(bytes)), descriptor));
  return io::read_all(*source, 1 << 20);
}

}  // namespace

TEST_CASE("verified bytes are those of the digest, of any size") {
  for (const std::size_t size : {0u, 1u, 70'000u}) {
    const std::string bytes(size, 'x');
    CHECK(*read_verified(bytes, of(bytes)) == bytes);
  }
  // The digest of "abc" by sha512. Source: FIPS 180-2, appendix C.1
  const oci::Descriptor abc{
      .media_type = "application/x",
      .digest = *Digest::parse("sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                               "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
      .size = 3};
  CHECK(*read_verified("abc", abc) == "abc");
}

TEST_CASE("flipped, truncated and extended bytes are a mismatch that names the digest") {
  const std::string bytes = "some bytes of a blob";
  const oci::Descriptor descriptor = of(bytes);
  std::string flipped = bytes;
  flipped[7] ^= 1;
  for (const std::string& bad :
       {flipped, bytes.substr(1), bytes.substr(0, bytes.size() - 1), bytes + "x", std::string()}) {
    const auto read = read_verified(bad, descriptor);
    REQUIRE(!read);
    CHECK(read.error().code() == ErrorCode::mismatch);
    CHECK(read.error().message().find(descriptor.digest.to_string()) != std::string::npos);
  }
  CHECK(read_verified("x", of("")).error().code() == ErrorCode::mismatch);
}

TEST_CASE("the last bytes are not handed out when the digest does not hold, and the error stays") {
  const auto source = *store::verified(io::from_string("abd"), of("abc"));
  char byte[1];
  CHECK(*source->read(byte) == 1);
  CHECK(*source->read(byte) == 1);
  CHECK(!source->read(byte));
  CHECK(source->read(byte).error().code() == ErrorCode::mismatch);
}

TEST_CASE("a digest of an algorithm that cannot be computed is unsupported") {
  oci::Descriptor descriptor = of("abc");
  descriptor.digest = *Digest::parse("blake3:" + std::string(64, 'a'));
  CHECK(read_verified("abc", descriptor).error().code() == ErrorCode::unsupported);
}

TEST_CASE("fetch takes inline data when it is right, and only then") {
  testing::MemoryStore memory;
  oci::Descriptor descriptor = of("{}");
  descriptor.data = "{}";
  CHECK(*store::fetch(memory, descriptor, 10) == "{}");
  CHECK(memory.opened.empty());
  descriptor.data = "[]";
  CHECK(store::fetch(memory, descriptor, 10).error().code() == ErrorCode::mismatch);
  descriptor.data = "{";
  CHECK(store::fetch(memory, descriptor, 10).error().code() == ErrorCode::mismatch);
}

TEST_CASE("fetch refuses what is over the limit before it reads anything") {
  testing::MemoryStore memory;
  const auto descriptor = *store::put_bytes(memory, "12345", "application/x");
  CHECK(*store::fetch(memory, descriptor, 5) == "12345");
  memory.opened.clear();
  CHECK(store::fetch(memory, descriptor, 4).error().code() == ErrorCode::limit_exceeded);
  CHECK(memory.opened.empty());
  CHECK(store::fetch(memory, of("other"), 10).error().code() == ErrorCode::not_found);
}

TEST_CASE("put_bytes stores a blob under its sha256") {
  testing::MemoryStore memory;
  const auto descriptor = *store::put_bytes(memory, "{}", "application/vnd.oci.empty.v1+json");
  CHECK(descriptor.digest == oci::empty_descriptor().digest);
  CHECK(descriptor.size == 2);
  CHECK(memory.blobs.at(descriptor.digest) == "{}");
}

TEST_CASE("the tag of a subject's referrers is its digest, cut to what a tag may be") {
  CHECK(store::referrers_tag(*Digest::parse("sha256:" + std::string(64, 'a'))) == "sha256-" + std::string(64, 'a'));
  CHECK(store::referrers_tag(*Digest::parse("sha512:" + std::string(128, 'b'))) == "sha512-" + std::string(64, 'b'));
}

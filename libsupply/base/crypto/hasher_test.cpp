#include "libsupply/base/crypto/hasher.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "libsupply/base/text/hex.hpp"

namespace supply::crypto {
namespace {

const std::string kFiftySix = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

TEST_CASE("hashes equal the published examples") {
  // FIPS 180-4 example values (NIST CSRC "Examples with Intermediate Values"); MD5 from RFC 1321, appendix A.5.
  CHECK(to_hex(hash(HashAlgorithm::sha256, "abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(hash(HashAlgorithm::sha256, kFiftySix)) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(to_hex(hash(HashAlgorithm::sha384, "abc")) ==
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  CHECK(to_hex(hash(HashAlgorithm::sha512, "abc")) ==
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce8"
        "0e2a9ac94fa54ca49f");
  CHECK(to_hex(hash(HashAlgorithm::sha1, "abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(to_hex(hash(HashAlgorithm::md5, "abc")) == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(to_hex(hash(HashAlgorithm::sha256, "")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a million letters in uneven pieces give FIPS 180's third example") {
  Hasher hasher(HashAlgorithm::sha256);
  const std::string piece(997, 'a');
  for (std::size_t left = 1'000'000; left > 0;) {
    const std::size_t now = std::min(left, piece.size());
    hasher.update(std::string_view(piece).substr(0, now));
    left -= now;
  }
  CHECK(to_hex(hasher.finish()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a hasher starts anew after finish") {
  Hasher hasher(HashAlgorithm::sha256);
  hasher.update("something else");
  CHECK_FALSE(hasher.finish().empty());
  hasher.update("a");
  hasher.update("bc");
  CHECK(hasher.finish_digest().to_string() ==
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hasher.finish_digest() == sha256(""));
}

TEST_CASE("a hasher can be moved") {
  Hasher first(HashAlgorithm::sha256);
  first.update("ab");
  Hasher second = std::move(first);
  second.update("c");
  CHECK(second.finish_digest() == sha256("abc"));
}

TEST_CASE("a hasher for a digest computes its algorithm and refuses others") {
  const std::string zeros(128, '0');
  Result<Hasher> sha512 = Hasher::create(*Digest::parse("sha512:" + zeros));
  REQUIRE(sha512);
  CHECK(sha512->finish_digest().algorithm() == "sha512");
  Result<Hasher> other = Hasher::create(*Digest::parse("blake3:" + zeros.substr(64)));
  REQUIRE_FALSE(other);
  CHECK(other.error().code() == ErrorCode::unsupported);
}

}  // namespace
}  // namespace supply::crypto

// What is checked without EVP is what EVP says. See testdata/crypto/ORIGIN.md.
#include <catch2/catch.hpp>
#include <sstream>

#include "libsupply/base/crypto/internal/ed25519_verify.hpp"
#include "libsupply/base/crypto/internal/p256_verify.hpp"
#include "libsupply/base/crypto/internal/small_hash.hpp"
#include "libsupply/base/crypto/signature_algorithm.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::crypto {
namespace {

TEST_CASE("signatures of P-256 hold where OpenSSL says so") {
  std::istringstream lines(testing::read(testing::testdata("crypto/p256.txt")));
  int good = 0, bad = 0;
  for (std::string spki, hashed, signature, told; lines >> spki >> hashed >> signature >> told;) {
    const std::string der = *from_hex(spki);
    const auto key = internal::p256_point(der);
    REQUIRE(key);
    INFO(spki << ' ' << hashed << ' ' << signature);
    CHECK(internal::verifies_p256(*key, *from_hex(hashed), *from_hex(signature)) == (told == "yes"));
    ++(told == "yes" ? good : bad);
  }
  CHECK(good == 31);
  CHECK(bad == 27);
}

TEST_CASE("a signature in which one bit is another holds no more") {
  for (const KeyType type : {KeyType::ecdsa_p256, KeyType::ecdsa_p384, KeyType::ed25519}) {
    const PrivateKey key = *PrivateKey::generate(type);
    const std::string message = "a message", signature = *key.sign(message);
    CHECK(key.public_key().verify(message, signature));
    for (std::size_t bit = 0; bit < 8 * signature.size(); bit += 7) {
      std::string changed = signature;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
      CHECK_FALSE(key.public_key().verify(message, changed));
    }
    CHECK_FALSE(key.public_key().verify("another message", signature));
  }
}

TEST_CASE("a point that is not on its curve is no key") {
  std::string der = PrivateKey::generate(KeyType::ecdsa_p256)->public_key().to_der();
  CHECK(internal::p256_point(der));
  der.back() = static_cast<char>(der.back() ^ 1);
  CHECK_FALSE(internal::p256_point(der));
  CHECK_FALSE(PublicKey::from_der(der));
  CHECK_FALSE(internal::p256_point(der.substr(1)));
  // A coordinate that is the field's own size is 0, written otherwise.
  der.replace(der.size() - 64, std::string::npos, std::string(64, '\xff'));
  CHECK_FALSE(internal::p256_point(der));
  CHECK_FALSE(internal::is_ed25519(std::string("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12) +
                                   std::string(32, '\0')));
}

TEST_CASE("few bytes have the hash that many have") {
  for (const HashAlgorithm algorithm : {HashAlgorithm::sha256, HashAlgorithm::sha384, HashAlgorithm::sha512}) {
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, std::size_t{111}, std::size_t{112}, std::size_t{128}, std::size_t{1'000}}) {
      const std::string bytes(size, 'x');
      const std::string small = internal::small_hash(algorithm, bytes);
      // Behind more than a small hash may have, so that OpenSSL makes it.
      Hasher hasher(algorithm);
      hasher.update(std::string(internal::kSmallBytes + 1, 'y'));
      hasher.finish();
      hasher.update(bytes);
      CHECK(to_hex(small) == to_hex(hasher.finish()));
    }
  }
  CHECK_FALSE(internal::is_small(HashAlgorithm::sha256, internal::kSmallBytes + 1));
  CHECK_FALSE(internal::is_small(HashAlgorithm::sha1, 0));
  for (std::size_t i = 0; i < 4; ++i)
    internal::small_hash(HashAlgorithm::sha256, std::string(internal::kSmallBytes, 'x'));
  CHECK_FALSE(internal::is_small(HashAlgorithm::sha256, 1));
}

}  // namespace
}  // namespace supply::crypto

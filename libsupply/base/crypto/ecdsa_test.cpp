// What is checked without EVP is what EVP says. See testdata/crypto/ORIGIN.md.
#include <catch2/catch.hpp>
#include <sstream>

#include "libsupply/base/crypto/internal/ecdsa_verify.hpp"
#include "libsupply/base/crypto/internal/ed25519_verify.hpp"
#include "libsupply/base/crypto/signature_algorithm.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::crypto {
namespace {

TEST_CASE("ECDSA signatures hold where OpenSSL says so") {
  std::istringstream lines(testing::read(testing::testdata("crypto/ecdsa.txt")));
  int good = 0, bad = 0;
  for (std::string spki, hashed, signature, told; lines >> spki >> hashed >> signature >> told;) {
    const std::string der = *from_hex(spki);
    const auto key = internal::curve_point(der);
    REQUIRE(key);
    INFO(spki << ' ' << hashed << ' ' << signature);
    CHECK(internal::verifies_ecdsa(*key, *from_hex(hashed), *from_hex(signature)) == (told == "yes"));
    ++(told == "yes" ? good : bad);
  }
  CHECK(good == 79);
  CHECK(bad == 105);
}

TEST_CASE("a signature in which one bit is another holds no more") {
  for (const KeyType type : {KeyType::ecdsa_p256, KeyType::ecdsa_p384, KeyType::ecdsa_p521, KeyType::ed25519}) {
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
  for (const auto& [type, coordinates] :
       {std::pair{KeyType::ecdsa_p256, 64}, std::pair{KeyType::ecdsa_p384, 96}, std::pair{KeyType::ecdsa_p521, 132}}) {
    std::string der = PrivateKey::generate(type)->public_key().to_der();
    REQUIRE(internal::curve_point(der));
    CHECK(internal::curve_point(der)->type == type);
    der.back() = static_cast<char>(der.back() ^ 1);
    CHECK_FALSE(internal::curve_point(der));
    CHECK_FALSE(PublicKey::from_der(der));
    CHECK_FALSE(internal::curve_point(der.substr(1)));
    // A coordinate that is the field's own size is 0, written otherwise.
    der.replace(der.size() - static_cast<std::size_t>(coordinates), std::string::npos,
                std::string(static_cast<std::size_t>(coordinates), '\xff'));
    CHECK_FALSE(internal::curve_point(der));
  }
  CHECK_FALSE(internal::is_ed25519(std::string("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12) +
                                   std::string(32, '\0')));
}

}  // namespace
}  // namespace supply::crypto

#include "libsupply/base/crypto/start.hpp"

#include <openssl/rand.h>

#include <catch2/catch.hpp>

#include "libsupply/base/crypto/key.hpp"

namespace supply::crypto {

TEST_CASE("after the start random numbers come from the kernel, as many as are wanted") {
  start();
  for (const std::size_t size : {std::size_t{1}, std::size_t{48}, std::size_t{1'000'000}}) {
    std::string once(size, '\0'), again(size, '\0');
    for (std::string* each : {&once, &again})
      REQUIRE(RAND_bytes(reinterpret_cast<unsigned char*>(each->data()), static_cast<int>(size)) == 1);
    if (size > 1) CHECK(once != again);
    // The last of many bytes are random too: 64 zeros in a row are not.
    if (size > 1'000) CHECK(once.find(std::string(64, '\0')) == std::string::npos);
  }
  CHECK(RAND_status() == 1);
  const PrivateKey key = *PrivateKey::generate(KeyType::ecdsa_p384);
  CHECK(key.public_key().verify("message", *key.sign("message")));
  CHECK(key.public_key().fingerprint() != PrivateKey::generate(KeyType::ecdsa_p384)->public_key().fingerprint());
}

}  // namespace supply::crypto

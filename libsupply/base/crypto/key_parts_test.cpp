#include "libsupply/base/crypto/key_parts.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/crypto/der_writer.hpp"
#include "libsupply/base/text/hex.hpp"

using namespace supply;
using namespace supply::crypto;

TEST_CASE("a point of a curve becomes the key that RFC 6979 has") {
  const std::string point =
      "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
      "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
  const auto key = public_key_of_point(KeyType::ecdsa_p256, *from_hex(point));
  REQUIRE(key);
  CHECK(to_hex(key->to_der()) == "3059301306072a8648ce3d020106082a8648ce3d030107034200" + point);
  CHECK(public_key_of_point(KeyType::ecdsa_p384, *from_hex(point)).error().code() == ErrorCode::malformed);
  CHECK(public_key_of_point(KeyType::rsa, *from_hex(point)).error().code() == ErrorCode::unsupported);
}

TEST_CASE("the 32 bytes of an Ed25519 key become the key that RFC 8032 has") {
  const std::string raw = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
  const auto key = public_key_of_point(KeyType::ed25519, *from_hex(raw));
  REQUIRE(key);
  CHECK(to_hex(key->to_der()) == "302a300506032b6570032100" + raw);
  CHECK(public_key_of_point(KeyType::ed25519, std::string(33, 'a')).error().code() == ErrorCode::malformed);
}

TEST_CASE("keys of every type are the same after they were taken apart") {
  for (const unsigned bits : {2048U, 3072U}) {
    const auto pair = PrivateKey::generate(KeyType::rsa, bits);
    REQUIRE(pair);
    const PublicKey key = pair->public_key();
    CHECK(rsa_bits(key) == bits);
    // 30 len, 19 bytes of algorithm and BIT STRING's head (with its length and 00), RSAPublicKey
    const std::string der = key.to_der();
    const std::string modulus = der.substr(33, bits / 8), exponent = der.substr(der.size() - 3);
    const auto made = public_key_of_rsa(modulus, exponent);
    REQUIRE(made);
    CHECK(made->to_der() == der);
    const auto padded = public_key_of_rsa(std::string(2, '\0') + modulus, '\0' + exponent);
    REQUIRE(padded);
    CHECK(padded->to_der() == der);
  }
  for (const KeyType type : {KeyType::ecdsa_p256, KeyType::ecdsa_p384, KeyType::ecdsa_p521, KeyType::ed25519}) {
    const auto pair = PrivateKey::generate(type);
    REQUIRE(pair);
    const std::string der = pair->public_key().to_der();
    const std::size_t size = type == KeyType::ecdsa_p256   ? 65
                             : type == KeyType::ecdsa_p384 ? 97
                             : type == KeyType::ecdsa_p521 ? 133
                                                           : 32;
    const auto made = public_key_of_point(type, der.substr(der.size() - size));
    REQUIRE(made);
    CHECK(made->to_der() == der);
    CHECK(rsa_bits(*made) == 0);
  }
}

TEST_CASE("halves of an ECDSA signature become DER with the shortest numbers") {
  CHECK(to_hex(*ecdsa_der_of(*from_hex("00010080"))) == "300702010102020080");
  CHECK(to_hex(*ecdsa_der_of(*from_hex("0000"))) == "3006020100020100");
  CHECK(ecdsa_der_of("abc").error().code() == ErrorCode::malformed);
  CHECK(ecdsa_der_of("").error().code() == ErrorCode::malformed);
  CHECK(ecdsa_der_of(std::string(134, 'a')).error().code() == ErrorCode::malformed);
}

TEST_CASE("DER is written with the shortest form of its lengths") {
  CHECK(to_hex(to_der(0x04, "")) == "0400");
  CHECK(to_hex(to_der(0x04, std::string(127, 'a'))).starts_with("047f61"));
  CHECK(to_hex(to_der(0x04, std::string(128, 'a'))).starts_with("04818061"));
  CHECK(to_hex(to_der(0x04, std::string(256, 'a'))).starts_with("0482010061"));
  CHECK(to_hex(to_der(0x04, std::string(65536, 'a'))).starts_with("048301000061"));
  CHECK(to_hex(der_unsigned_content(0)) == "00");
  CHECK(to_hex(der_unsigned_content(128)) == "0080");
  CHECK(to_hex(der_unsigned_content(256)) == "0100");
  CHECK(to_hex(to_der_bits("\x80")) == "03020080");
}

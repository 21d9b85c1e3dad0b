#include "libsupply/base/crypto/key.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::crypto {
namespace {

using supply::testing::read;
using supply::testing::testdata;

std::string hex(std::string_view text) {
  Result<std::string> bytes = from_hex(text);
  REQUIRE(bytes);
  return *bytes;
}

PublicKey key_of(std::string_view spki_hex) {
  Result<PublicKey> key = PublicKey::from_der(hex(spki_hex));
  REQUIRE(key);
  return *key;
}

// Runs openssl, quietly; whether it answered 0.
bool openssl(const std::string& arguments) {
  return std::system(("openssl " + arguments + " >/dev/null 2>&1").c_str()) == 0;
}

const std::string kEd25519Spki = "302a300506032b6570032100";
const std::string kP256Spki = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
const std::string kP384Spki = "3076301006072a8648ce3d020106052b8104002203620004";

// RFC 6979, A.2.5, message "sample", SHA-256.
const std::string kP256X = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
const std::string kP256Y = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
const std::string kP256R = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
const std::string kP256S = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";

// DER of one INTEGER that is positive, from its hex digits.
std::string der_integer(std::string_view digits) {
  std::string bytes = hex(digits);
  if ((bytes[0] & 0x80) != 0) bytes.insert(0, 1, '\0');
  return std::string("\x02") + static_cast<char>(bytes.size()) + bytes;
}
std::string der_sequence(const std::string& inside) {
  return std::string("\x30") + static_cast<char>(inside.size()) + inside;
}

TEST_CASE("Ed25519 signatures of RFC 8032 verify as pure") {
  // RFC 8032, section 7.1, TEST 1 and TEST 2.
  const PublicKey first = key_of(kEd25519Spki + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  const std::string signature = hex(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
      "24655141438e7a100b");
  Result<SignatureScheme> scheme = first.verify("", signature);
  REQUIRE(scheme);
  CHECK(*scheme == SignatureScheme::ed25519);
  CHECK(first.verify("x", signature).error().code() == ErrorCode::mismatch);
  CHECK_FALSE(first.verify("", signature + "x"));
  CHECK_FALSE(first.verify("", std::string_view(signature).substr(0, 63)));
  CHECK_FALSE(first.verify("", ""));
  const PublicKey second = key_of(kEd25519Spki + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  CHECK(second.verify("\x72",
                      hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
                          "1d8c387b2eaeb4302aeeb00d291612bb0c00")));
  CHECK_FALSE(second.verify("", signature));
}

TEST_CASE("an Ed25519 signature with s grown by the group's order is refused") {
  // s of TEST 1 plus L, which RFC 8032, section 5.1.7, rules out; computed with Python's integers.
  const PublicKey key = key_of(kEd25519Spki + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  CHECK_FALSE(
      key.verify("", hex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901554c8c7872aa064e049dbb30"
                         "13fbf29380d25bf5f0595bbe24655141438e7a101b")));
}

TEST_CASE("the Ed25519ph signature of RFC 8032 verifies and is told apart from pure") {
  // RFC 8032, section 7.3, TEST abc.
  const PublicKey key = key_of(kEd25519Spki + "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf");
  const std::string signature = hex(
      "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e63606"
      "2aaad11c2a26083406");
  Result<SignatureScheme> scheme = key.verify("abc", signature);
  REQUIRE(scheme);
  CHECK(*scheme == SignatureScheme::ed25519ph);
  CHECK_FALSE(key.verify("abd", signature));
}

TEST_CASE("ECDSA signatures of RFC 6979 verify with SHA-256 and the curve's own hash only") {
  const PublicKey p256 = key_of(kP256Spki + kP256X + kP256Y);
  CHECK(p256.type() == KeyType::ecdsa_p256);
  Result<SignatureScheme> scheme = p256.verify("sample", der_sequence(der_integer(kP256R) + der_integer(kP256S)));
  REQUIRE(scheme);
  CHECK(*scheme == SignatureScheme::ecdsa_sha256);
  CHECK_FALSE(p256.verify("samples", der_sequence(der_integer(kP256R) + der_integer(kP256S))));

  // A.2.6, P-384, "sample" with SHA-384, SHA-256 and SHA-512.
  const PublicKey p384 =
      key_of(kP384Spki +
             "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13"
             "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720");
  scheme = p384.verify(
      "sample",
      der_sequence(
          der_integer(
              "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46") +
          der_integer(
              "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8")));
  REQUIRE(scheme);
  CHECK(*scheme == SignatureScheme::ecdsa_sha384);
  scheme = p384.verify(
      "sample",
      der_sequence(
          der_integer(
              "21b13d1e013c7fa1392d03c5f99af8b30c570c6f98d4ea8e354b63a21d3daa33bde1e888e63355d92fa2b3c36d8fb2cd") +
          der_integer(
              "f3aa443fb107745bf4bd77cb3891674632068a10ca67e3d45db2266fa7d1feebefdc63eccd1ac42ec0cb8668a4fa0ab0")));
  REQUIRE(scheme);
  CHECK(*scheme == SignatureScheme::ecdsa_sha256);
  CHECK_FALSE(p384.verify(
      "sample",
      der_sequence(
          der_integer(
              "ed0959d5880ab2d869ae7f6c2915c6d60f96507f9cb3e047c0046861da4a799cfe30f35cc900056d7c99cd7882433709") +
          der_integer(
              "512c8cceee3890a84058ce1e22dbc2198f42323ce8aca9135329f03c068e5112dc7cc3ef3446defceb01a45c2667fdd5"))));
}

TEST_CASE("an ECDSA signature in any form but strict DER is refused") {
  const PublicKey key = key_of(kP256Spki + kP256X + kP256Y);
  const std::string r = der_integer(kP256R), s = der_integer(kP256S);
  const std::string good = der_sequence(r + s);
  REQUIRE(key.verify("sample", good));
  const std::string padded = std::string("\x02\x22", 2) + std::string(2, '\0') + hex(kP256R);
  const std::string wide = std::string("\x30\x81", 2) + static_cast<char>((r + s).size()) + r + s;
  // s grown by the group's order. Computed with Python's integers.
  const std::string grown = std::string("\x02\x21", 2) + hex("01f7cb1c932d657c42d436c7a1b6e29f65b0cffb8960c7928b"
                                                             "417e75f2809df2f9");
  for (const std::string& bad :
       {good + '\0', good.substr(0, good.size() - 1), std::string(), hex(kP256R) + hex(kP256S),
        der_sequence(padded + s), wide, der_sequence(r + grown), der_sequence(r + std::string("\x02\x01\x00", 3)),
        der_sequence(std::string("\x02\x01\x00\x02\x01\x00", 6)), der_sequence(s + r), der_sequence(r + s + s),
        std::string("\x30\x80", 2) + r + s + std::string(2, '\0'),
        // The integers as if they were negative: without the zero in front.
        der_sequence(std::string("\x02\x20", 2) + hex(kP256R) + std::string("\x02\x20", 2) + hex(kP256S))}) {
    INFO(to_hex(bad));
    CHECK_FALSE(key.verify("sample", bad));
  }
}

TEST_CASE("public keys from PEM keep their form and their fingerprint") {
  for (const char* name : {"ecdsa-p256", "ecdsa-p256-other", "rsa", "p384", "ed25519", "attest-only"}) {
    INFO(name);
    const std::string pem = read(testdata("peers/") / (std::string(name) + ".pub"));
    Result<PublicKey> key = PublicKey::from_pem(pem);
    REQUIRE(key);
    CHECK(key->to_pem() == pem);
  }
  // publicKey.hint as cosign wrote it.
  const std::string bundle = read(testdata("peers/release.bin.ecdsa-p256.sigstore.json"));
  const std::string hint = to_base64(PublicKey::from_pem(read(testdata("peers/ecdsa-p256.pub")))->fingerprint());
  CHECK(bundle.find("\"hint\":\"" + hint + '"') != std::string::npos);
}

TEST_CASE("a public key with a compressed point is the same key") {
  const supply::testing::TempDirectory directory;
  const std::string full = (directory / "full.pem").string(), compressed = (directory / "compressed.pem").string();
  REQUIRE(openssl("pkey -pubin -in " + testdata("peers/ecdsa-p256.pub").string() +
                  " -ec_conv_form compressed -pubout -out " + compressed));
  const PublicKey one = *PublicKey::from_pem(read(testdata("peers/ecdsa-p256.pub")));
  Result<PublicKey> other = PublicKey::from_pem(read(compressed));
  REQUIRE(other);
  CHECK(read(compressed) != one.to_pem());
  CHECK(other->to_pem() == one.to_pem());
  CHECK(other->fingerprint() == one.fingerprint());
}

// The usual form is read without OpenSSL's decoders, a compressed point with them.
TEST_CASE("a key of every curve is the same key in both forms of its point, and one off the curve is refused") {
  const supply::testing::TempDirectory directory;
  const std::string full = (directory / "full.pem").string(), compressed = (directory / "compressed.pem").string();
  for (const char* curve : {"P-256", "P-384", "P-521"}) {
    INFO(curve);
    const std::string key = (directory / "key.pem").string();
    REQUIRE(openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:" + std::string(curve) + " -out " + key));
    REQUIRE(openssl("pkey -in " + key + " -pubout -out " + full));
    REQUIRE(openssl("pkey -in " + key + " -ec_conv_form compressed -pubout -out " + compressed));
    const Result<PublicKey> one = PublicKey::from_pem(read(full)), other = PublicKey::from_pem(read(compressed));
    REQUIRE(one);
    REQUIRE(other);
    CHECK(one->to_pem() == read(full));
    CHECK(other->to_pem() == read(full));
    CHECK(one->type() == other->type());
    const Result<PrivateKey> pair = PrivateKey::from_pem(read(key), "");
    REQUIRE(pair);
    CHECK(one->verify("message", *pair->sign("message")));
    std::string off = one->to_der();
    off.back() = static_cast<char>(off.back() ^ 1);
    CHECK(PublicKey::from_der(off).error().code() == ErrorCode::malformed);
    CHECK(PublicKey::from_der(one->to_der() + '\0').error().code() == ErrorCode::malformed);
  }
}

TEST_CASE("keys of other kinds are refused as unsupported") {
  const supply::testing::TempDirectory directory;
  const std::string key = (directory / "key.pem").string(), pub = (directory / "pub.pem").string();
  for (const char* how :
       {"genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-224",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1",
        "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048",
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024", "genpkey -algorithm ED448", "genpkey -algorithm X25519",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit"}) {
    INFO(how);
    REQUIRE(openssl(std::string(how) + " -out " + key));
    REQUIRE(openssl("pkey -in " + key + " -pubout -out " + pub));
    Result<PublicKey> public_key = PublicKey::from_pem(read(pub));
    REQUIRE_FALSE(public_key);
    CHECK(public_key.error().code() == ErrorCode::unsupported);
    Result<PrivateKey> private_key = PrivateKey::from_pem(read(key), "");
    REQUIRE_FALSE(private_key);
    CHECK(private_key.error().code() == ErrorCode::unsupported);
  }
}

// Source: RFC 8017, A.1.1; RFC 5280, 4.1.
TEST_CASE("an RSA key is taken up to a number of bits") {
  const auto der = [](char tag, const std::string& content) {
    const std::size_t size = content.size();
    std::string out(1, tag);
    if (size < 128) return out + static_cast<char>(size) + content;
    return out + '\x82' + static_cast<char>(size >> 8) + static_cast<char>(size & 0xff) + content;
  };
  const auto key = [&](int bits) {
    const std::string modulus = std::string("\0\x80", 2) + std::string(static_cast<std::size_t>(bits) / 8 - 1, '\1');
    const std::string rsa = der(0x30, der(2, modulus) + der(2, std::string("\1\0\1", 3)));
    return PublicKey::from_der(
        der(0x30, der(0x30, hex("06092a864886f70d010101") + hex("0500")) + der(3, std::string(1, '\0') + rsa)));
  };
  CHECK(key(kMaxRsaBits));
  const auto longer = key(kMaxRsaBits + 8);
  REQUIRE_FALSE(longer);
  CHECK(longer.error().code() == ErrorCode::unsupported);
}

TEST_CASE("text that is no public key is refused with the right code") {
  const std::string pub = read(testdata("peers/ecdsa-p256.pub"));
  const auto code = [](const std::string& pem) {
    Result<PublicKey> key = PublicKey::from_pem(pem);
    REQUIRE_FALSE(key);
    return key.error().code();
  };
  CHECK(code("") == ErrorCode::malformed);
  CHECK(code("hello") == ErrorCode::malformed);
  CHECK(code(pub + pub) == ErrorCode::malformed);
  CHECK(code(pub.substr(0, 60)) == ErrorCode::malformed);
  CHECK(code(read(testdata("peers/p384.pem"))) == ErrorCode::malformed);
  CHECK(code(std::string(kMaxKeyFileBytes + 1, '\n')) == ErrorCode::limit_exceeded);
  CHECK(code("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n") == ErrorCode::unsupported);
  // A P-256 point that is not on the curve, and the point at infinity.
  CHECK(PublicKey::from_der(hex(kP256Spki + kP256X + kP256X)).error().code() == ErrorCode::malformed);
  CHECK_FALSE(PublicKey::from_der(hex("301a301306072a8648ce3d020106082a8648ce3d03010703030000")));
  CHECK_FALSE(
      PublicKey::from_der(hex("3019301306072a8648ce3d020106082a8648ce3d030107030200"
                              "00")));
  // Bytes after the key.
  CHECK_FALSE(PublicKey::from_der(hex(kP256Spki + kP256X + kP256Y + "00")));
  // Ed25519: the neutral element, a point of order 8, one that is not canonical.
  for (const char* point : {"0100000000000000000000000000000000000000000000000000000000000000",
                            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                            "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    CHECK(PublicKey::from_der(hex(kEd25519Spki + point)).error().code() == ErrorCode::malformed);
  }
}

TEST_CASE("a file that is no key in PEM is told what it is") {
  const std::string pub = read(testdata("peers/ecdsa-p256.pub"));
  const auto told = [](const std::string& text) {
    const Result<PublicKey> key = PublicKey::from_pem(text);
    REQUIRE_FALSE(key);
    CHECK(key.error().code() == ErrorCode::malformed);
    return key.error().message();
  };
  const auto has = [&](const std::string& text, std::string_view what) {
    INFO(text.substr(0, 60));
    CHECK(told(text).find(what) != std::string::npos);
  };
  const std::string encoded = to_base64(pub);
  const std::string body = to_base64(PublicKey::from_pem(pub)->to_der());
  has(encoded, "base64 -d");
  has(encoded.substr(0, 76) + "\r\n" + encoded.substr(76) + "\n", "base64 -d");
  has(body + "\n", "without PEM's first and last line");
  has("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBFs=\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n", "OpenPGP");
  has("-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: x\n\nmQENBFs=\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----",
      "OpenPGP");
  has("Here is our key:\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n", "OpenPGP");
  has("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n", "ssh-keygen -i");
  has("sk-ssh-ed25519@openssh.com AAAA x\n", "hardware token");
  has("untrusted comment: minisign public key 1\nRWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n",
      "minisign");
  has(R"({"kty":"EC"})", "JSON, not PEM: write");
  has(PublicKey::from_pem(pub)->to_der(), "openssl x509");
  has(read(testdata("peers/p384.pem")), "supply key public");
  has("  " + pub.substr(0, 27) + "  " + pub.substr(27), "damaged PEM block");
  has("hello", "no PEM block");
}

TEST_CASE("a PKCS#1 public key is the same key as its PKIX form") {
  const supply::testing::TempDirectory directory;
  const std::string path = (directory / "pkcs1.pem").string();
  REQUIRE(openssl("rsa -pubin -in " + testdata("peers/rsa.pub").string() + " -RSAPublicKey_out -out " + path));
  Result<PublicKey> key = PublicKey::from_pem(read(path));
  REQUIRE(key);
  CHECK(key->to_pem() == read(testdata("peers/rsa.pub")));
}

TEST_CASE("key types have names that parse") {
  for (const KeyType type :
       {KeyType::ecdsa_p256, KeyType::ecdsa_p384, KeyType::ecdsa_p521, KeyType::ed25519, KeyType::rsa}) {
    CHECK(*parse_key_type(to_string(type)) == type);
  }
  CHECK(parse_key_type("dsa").error().code() == ErrorCode::usage);
}

}  // namespace
}  // namespace supply::crypto

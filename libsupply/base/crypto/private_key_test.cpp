#include <catch2/catch.hpp>
#include <cstdlib>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::crypto {
namespace {

using supply::testing::read;
using supply::testing::TempDirectory;
using supply::testing::testdata;
using supply::testing::write;

constexpr KeyType kAll[] = {KeyType::ecdsa_p256, KeyType::ecdsa_p384, KeyType::ecdsa_p521, KeyType::ed25519,
                            KeyType::rsa};

bool openssl(const std::string& arguments) {
  return std::system(("openssl " + arguments + " >/dev/null 2>&1").c_str()) == 0;
}

ErrorCode code(const std::string& pem, std::string_view password) {
  Result<PrivateKey> key = PrivateKey::from_pem(pem, password);
  REQUIRE_FALSE(key);
  return key.error().code();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// A cosign key file whose JSON `change` has edited.
template <class Change>
std::string edited(const std::string& pem, const Change& change) {
  const std::size_t begin = pem.find('\n') + 1, end = pem.find("-----END");
  std::string body = pem.substr(begin, end - begin);
  std::erase(body, '\n');
  const std::string text = change(*from_base64(body));
  std::string lines;
  const std::string encoded = to_base64(text);
  for (std::size_t at = 0; at < encoded.size(); at += 64) lines += encoded.substr(at, 64) + '\n';
  return pem.substr(0, begin) + lines + pem.substr(end);
}

TEST_CASE("the key files that cosign wrote open with their password and match their public keys") {
  for (const char* name :
       {"ecdsa-p256", "ecdsa-p256-other", "rsa", "p384", "ed25519", "attest-only", "empty-password"}) {
    INFO(name);
    const std::string pem = read(testdata("peers/") / (std::string(name) + ".key"));
    CHECK(PrivateKey::is_encrypted(pem));
    const bool empty = std::string_view(name) == "empty-password";
    Result<PrivateKey> key = PrivateKey::from_pem(pem, empty ? "" : "pass pub");
    REQUIRE(key);
    CHECK(key->public_key().to_pem() == read(testdata("peers/") / (std::string(name) + ".pub")));
  }
}

TEST_CASE("a cosign key file: a wrong password, damage and an absurd cost are told apart") {
  const std::string pem = read(testdata("peers/ecdsa-p256.key"));
  CHECK(code(pem, "pass pub ") == ErrorCode::unauthenticated);
  CHECK(code(pem, "") == ErrorCode::unauthenticated);
  CHECK(code(pem.substr(0, pem.size() / 2), "pass pub") == ErrorCode::malformed);
  CHECK(code(edited(pem, [](std::string json) { return json.substr(1); }), "pass pub") == ErrorCode::malformed);
  CHECK(code(edited(pem, [](std::string json) { return replaced(json, "nacl/secretbox", "rot13"); }), "pass pub") ==
        ErrorCode::unsupported);
  CHECK(code(edited(pem, [](std::string json) { return replaced(json, "scrypt", "argon2"); }), "pass pub") ==
        ErrorCode::unsupported);
  for (const auto& change : {std::pair{"65536", "1073741824"},
                             {"65536", "1024"},
                             {"65536", "262144"},
                             {"\"r\":8", "\"r\":800"},
                             {"\"p\":1", "\"p\":1000000"},
                             {"65536", "-65536"}}) {
    INFO(change.second);
    CHECK(code(edited(pem, [&](std::string json) { return replaced(json, change.first, change.second); }),
               "pass pub") == ErrorCode::limit_exceeded);
  }
  // Other costs of the family are read: then the derived key is another, and the password looks wrong.
  CHECK(code(edited(pem, [](std::string json) { return replaced(json, "65536", "32768"); }), "pass pub") ==
        ErrorCode::unauthenticated);
  CHECK(code(edited(pem, [](std::string json) { return replaced(json, "\"nonce\":\"", "\"nonce\":\"AAAA"); }),
             "pass pub") == ErrorCode::malformed);
  // The other label that cosign reads.
  CHECK(PrivateKey::from_pem(replaced(replaced(pem, "SIGSTORE", "COSIGN"), "SIGSTORE", "COSIGN"), "pass pub"));
}

TEST_CASE("plain key files of openssl are read in all their forms") {
  for (const char* name : {"rsa", "p384", "ed25519"}) {
    INFO(name);
    const std::string pem = read(testdata("peers/") / (std::string(name) + ".pem"));
    CHECK_FALSE(PrivateKey::is_encrypted(pem));
    Result<PrivateKey> key = PrivateKey::from_pem(pem, "");
    REQUIRE(key);
    CHECK(key->public_key().to_pem() == read(testdata("peers/") / (std::string(name) + ".pub")));
  }
  const TempDirectory directory;
  const std::string path = (directory / "key.pem").string(), pub = (directory / "pub.pem").string();
  for (const char* how :
       {"ecparam -name prime256v1 -genkey", "ecparam -name secp384r1 -genkey", "ecparam -name secp521r1 -genkey -noout",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521", "genpkey -algorithm ED25519",
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"}) {
    INFO(how);
    REQUIRE(openssl(how + (" -out " + path)));
    REQUIRE(openssl("pkey -in " + path + " -pubout -out " + pub));
    Result<PrivateKey> key = PrivateKey::from_pem(read(path), "not asked for");
    REQUIRE(key);
    CHECK(key->public_key().to_pem() == read(pub));
    if (key->type() == KeyType::ed25519) continue;
    REQUIRE(openssl("pkey -traditional -in " + path + " -out " + path + "1"));  // PKCS#1, SEC1
    key = PrivateKey::from_pem(read(path + "1"), "");
    REQUIRE(key);
    CHECK(key->public_key().to_pem() == read(pub));
  }
}

TEST_CASE("encrypted PKCS#8 of openssl opens with its password, also the empty one") {
  const TempDirectory directory;
  const std::string path = (directory / "key.pem").string();
  const std::string from = "pkcs8 -topk8 -in " + testdata("peers/p384.pem").string() + " -out " + path;
  const std::string pub = read(testdata("peers/p384.pub"));
  for (const char* how : {"-v2 aes256", "-v2 aes-128-cbc -iter 5000", "-v2 des3 -v2prf hmacWithSHA512", "-scrypt"}) {
    for (const std::string password : {"correct horse", "", "p\xc3\xa4ss"}) {
      INFO(how << ' ' << password);
      REQUIRE(openssl(from + ' ' + how + " -passout 'pass:" + password + "'"));
      const std::string pem = read(path);
      CHECK(PrivateKey::is_encrypted(pem));
      Result<PrivateKey> key = PrivateKey::from_pem(pem, password);
      REQUIRE(key);
      CHECK(key->public_key().to_pem() == pub);
      CHECK(code(pem, "wrong") == ErrorCode::unauthenticated);
      CHECK(code(pem.substr(0, pem.size() / 2), password) == ErrorCode::malformed);
    }
  }
  REQUIRE(openssl(from + " -v1 PBE-SHA1-3DES -passout pass:x"));
  CHECK(code(read(path), "x") == ErrorCode::unsupported);
  // openssl's old encryption under PEM headers.
  REQUIRE(openssl("pkey -traditional -aes256 -in " + testdata("peers/p384.pem").string() + " -passout pass:x -out " +
                  path));
  CHECK(code(read(path), "x") == ErrorCode::unsupported);
}

TEST_CASE("a PKCS#8 file may not choose an absurd cost") {
  // openssl's file for 65,537 rounds of PBKDF2 (INTEGER 02 03 01 00 01), edited: one over the limit, and negative.
  const TempDirectory directory;
  const std::string path = (directory / "key.pem").string();
  const std::string from =
      "pkcs8 -topk8 -in " + testdata("peers/p384.pem").string() + " -out " + path + " -passout pass:x ";
  const auto with = [](const std::string& pem, std::string_view old, std::string_view now) {
    return edited(pem, [&](std::string der) { return replaced(std::move(der), old, now); });
  };
  REQUIRE(openssl(from + "-v2 aes256 -iter 65537"));
  static_assert(kMaxKeyFileRounds == 0x4c4b40);
  const std::string at =
      with(read(path), std::string_view("\x02\x03\x01\x00\x01", 5), std::string_view("\x02\x03\x4c\x4b\x40", 5));
  CHECK(code(at, "x") != ErrorCode::limit_exceeded);  // these rounds are made, of another key
  CHECK(code(with(read(path), std::string_view("\x02\x03\x01\x00\x01", 5), std::string_view("\x02\x03\x4c\x4b\x41", 5)),
             "x") == ErrorCode::limit_exceeded);
  CHECK(code(with(read(path), std::string_view("\x02\x03\x01\x00\x01", 5), std::string_view("\x02\x03\x80\x00\x01", 5)),
             "x") == ErrorCode::limit_exceeded);
  const auto scrypt = [&](std::uint64_t n, std::uint64_t r, std::uint64_t p) {
    REQUIRE(openssl(from + "-scrypt -scrypt_N " + std::to_string(n) + " -scrypt_r " + std::to_string(r) +
                    " -scrypt_p " + std::to_string(p)));
    const auto key = PrivateKey::from_pem(read(path), "x");
    return key ? 0 : key.error().code() == ErrorCode::limit_exceeded ? 1 : 2;
  };
  static_assert(kMaxScryptBlocks == 1 << 24 && kMaxScryptBytes == 32 << 20);
  CHECK(scrypt(16'384, 8, 128) == 0);  // at kMaxScryptBlocks
  CHECK(scrypt(16'384, 8, 129) == 1);
  CHECK(scrypt(32'768, 7, 1) == 0);  // below kMaxScryptBytes by an eighth
  // openssl makes none beyond kMaxScryptBytes: r is edited (INTEGER 7, before the INTEGER 1 that is p).
  CHECK(code(with(read(path), std::string_view("\x02\x01\x07\x02\x01\x01", 6),
                  std::string_view("\x02\x01\x08\x02\x01\x01", 6)),
             "x") == ErrorCode::limit_exceeded);
}

TEST_CASE("damaged and foreign files are refused with the right code") {
  const std::string pub = read(testdata("peers/ecdsa-p256.pub"));
  CHECK(code("", "") == ErrorCode::malformed);
  CHECK(code(pub, "") == ErrorCode::unsupported);
  CHECK(code(std::string(kMaxKeyFileBytes + 1, 'x'), "") == ErrorCode::limit_exceeded);
  CHECK_FALSE(PrivateKey::is_encrypted(""));
  CHECK_FALSE(PrivateKey::is_encrypted(pub));
  CHECK(code("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "") == ErrorCode::malformed);
  CHECK(code("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n", "") == ErrorCode::malformed);
  CHECK(code("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", "") ==
        ErrorCode::malformed);
}

TEST_CASE("a key whose halves do not belong together is refused") {
  // SEC1 with the public point of another key.
  const std::string one = read(testdata("peers/p384.pem"));
  CHECK(code(edited(one,
                    [](std::string der) {
                      der[10] = static_cast<char>(der[10] ^ 1);  // in the private scalar
                      return der;
                    }),
             "") == ErrorCode::malformed);
}

TEST_CASE("generated keys sign, and come back from both encrypted forms") {
  const TempDirectory directory;
  for (const KeyType type : kAll) {
    INFO(to_string(type));
    Result<PrivateKey> key = PrivateKey::generate(type, 2'048);
    REQUIRE(key);
    CHECK(key->type() == type);
    Result<std::string> signature = key->sign("message");
    REQUIRE(signature);
    Result<SignatureScheme> scheme = key->public_key().verify("message", *signature);
    REQUIRE(scheme);
    const bool ecdsa = type == KeyType::ecdsa_p256 || type == KeyType::ecdsa_p384 || type == KeyType::ecdsa_p521;
    CHECK(*scheme == (ecdsa                  ? SignatureScheme::ecdsa_sha256
                      : type == KeyType::rsa ? SignatureScheme::rsa_pkcs1_sha256
                                             : SignatureScheme::ed25519));
    for (const std::string password : {"two words", ""}) {
      if (password.empty() && type != KeyType::ecdsa_p256) continue;  // deriving a key takes its time
      Result<std::string> cosign = key->to_encrypted_cosign(password);
      REQUIRE(cosign);
      CHECK(cosign->starts_with("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n"));
      CHECK(PrivateKey::from_pem(*cosign, password)->public_key().to_pem() == key->public_key().to_pem());
      Result<std::string> pkcs8 = key->to_encrypted_pkcs8(password);
      REQUIRE(pkcs8);
      CHECK(PrivateKey::from_pem(*pkcs8, password)->public_key().to_pem() == key->public_key().to_pem());
      write(directory / "key.pem", *pkcs8);
      REQUIRE(openssl("pkey -in " + (directory / "key.pem").string() + " -passin 'pass:" + password +
                      "' -pubout -out " + (directory / "pub.pem").string()));
      CHECK(read(directory / "pub.pem") == key->public_key().to_pem());
    }
  }
  CHECK(PrivateKey::generate(KeyType::rsa, 1'024).error().code() == ErrorCode::usage);
  CHECK(PrivateKey::generate(KeyType::rsa, 32'768).error().code() == ErrorCode::usage);
}

TEST_CASE("a private key is found behind its public half, its certificate and text") {
  const TempDirectory directory;
  const std::string key = read(testdata("peers/p384.pem")), pub = read(testdata("peers/p384.pub"));
  const std::string certificate = (directory / "certificate.pem").string();
  const std::string encrypted = (directory / "encrypted.pem").string();
  REQUIRE(openssl("req -x509 -new -subj /CN=x -key " + testdata("peers/p384.pem").string() + " -out " + certificate));
  REQUIRE(openssl("pkcs8 -topk8 -in " + testdata("peers/p384.pem").string() + " -passout pass:x -out " + encrypted));
  for (const std::string& before :
       {pub, read(certificate), "Bag Attributes\n    friendlyName: x\n" + read(certificate)}) {
    for (const std::string& private_half : {key, read(encrypted)}) {
      const std::string text = before + private_half;
      CHECK(PrivateKey::is_encrypted(text) == (private_half != key));
      const Result<PrivateKey> found = PrivateKey::from_pem(text, "x");
      REQUIRE(found);
      CHECK(found->public_key().to_pem() == pub);
    }
  }
  CHECK(code(pub + pub, "") == ErrorCode::unsupported);
}

TEST_CASE("of two private keys in one file none signs") {
  const TempDirectory directory;
  const std::string one = (directory / "one.pem").string(), other = (directory / "other.pem").string();
  REQUIRE(openssl("genpkey -algorithm ed25519 -out " + one));
  REQUIRE(openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out " + other));
  const std::string a = read(one), b = read(other);
  REQUIRE(PrivateKey::from_pem(a, ""));
  for (const std::string& both :
       {a + b, b + a, a + a,
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + b + a}) {
    const auto key = PrivateKey::from_pem(both, "");
    REQUIRE_FALSE(key);
    CHECK(key.error().code() == ErrorCode::malformed);
    CHECK(key.error().message().find("2 private keys (\"PRIVATE KEY\" and \"PRIVATE KEY\")") != std::string::npos);
  }
}

TEST_CASE("openssl verifies what we sign") {
  const TempDirectory directory;
  write(directory / "message", "some bytes");
  for (const KeyType type : kAll) {
    INFO(to_string(type));
    Result<PrivateKey> key = PrivateKey::generate(type, 2'048);
    REQUIRE(key);
    write(directory / "signature", *key->sign("some bytes"));
    write(directory / "pub.pem", key->public_key().to_pem());
    const std::string files = " -in " + (directory / "message").string() + " -sigfile " +
                              (directory / "signature").string() + " -pubin -inkey " + (directory / "pub.pem").string();
    CHECK(openssl("pkeyutl -verify -rawin" + std::string(type == KeyType::ed25519 ? "" : " -digest sha256") + files));
  }
}

TEST_CASE("a signature of each type has the form of one, and costs nothing where the form is of another") {
  std::vector<PrivateKey> keys;
  for (const KeyType type : {KeyType::ecdsa_p256, KeyType::ecdsa_p384, KeyType::ecdsa_p521, KeyType::ed25519})
    keys.push_back(*PrivateKey::generate(type));
  for (const unsigned bits : {2'048U, 2'056U, 3'072U}) keys.push_back(*PrivateKey::generate(KeyType::rsa, bits));
  for (const PrivateKey& key : keys) {
    // The integers of ECDSA vary in length: some are shorter, some have a zero before them.
    for (int i = 0; i < (key.type() == KeyType::rsa ? 2 : 300); ++i) {
      const std::string text = "message " + std::to_string(i);
      const std::string signature = *key.sign(text);
      REQUIRE(may_be_signature(signature));
      Message message(std::string_view(text).substr(3), text.substr(0, 3));
      REQUIRE(key.public_key().cost(message, signature) > 0);
      REQUIRE(key.public_key().verify(message, signature));
      for (const std::string& other : {signature.substr(1), signature + '\0', std::string(), std::string("x")})
        REQUIRE_FALSE(key.public_key().verify(message, other));
    }
    const std::string junk(key.type() == KeyType::rsa ? 64 : 256, 'x');
    CHECK(key.public_key().cost(Message("m"), junk) == 0);
  }
  const PublicKey ed25519 = keys[3].public_key();
  const std::string large(16 * kMiB, 'x');
  CHECK(ed25519.cost(Message(large), std::string(64, 'x')) > 60);  // it is hashed for each signature
  for (const std::size_t size : {0U, 1U, 7U, 63U, 65U, 140U, 255U, 2'049U, 100'000U})
    CHECK_FALSE(may_be_signature(std::string(size, '\x30')));
  CHECK_FALSE(may_be_signature(std::string("\x30\x06\x02\x01\x01\x02\x01", 7)));
  CHECK(may_be_signature(std::string("\x30\x06\x02\x01\x01\x02\x01\x01", 8)));
}

}  // namespace
}  // namespace supply::crypto

#include "libsupply/trust/tuf/key.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/rsa_pss.hpp"
#include "libsupply/base/limits/tuf_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/result.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/tuf/metadata.hpp"

using namespace supply;
using namespace supply::tuf;
using supply::testing::code_of;
using Json = nlohmann::json;

namespace {

Json described(const char* type, const char* scheme, const std::string& text) {
  return {{"keytype", type}, {"scheme", scheme}, {"keyval", {{"public", text}}}};
}

Key parsed(const Json& value) {
  auto key = Key::parse(value);
  if (!key) throw std::runtime_error(key.error().message());
  return *std::move(key);
}

}  // namespace

TEST_CASE("keys come as PEM or as hexadecimal digits, under the old and the new name of their type") {
  const auto ecdsa = *crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p256);
  const std::string pem = ecdsa.public_key().to_pem(), der = ecdsa.public_key().to_der();
  const std::string point = to_hex(der.substr(der.size() - 65));
  const std::string signature = *ecdsa.sign("message");
  for (const char* type : {"ecdsa", "ecdsa-sha2-nistp256"})
    for (const std::string& text : {pem, point}) {
      const Key key = parsed(described(type, "ecdsa-sha2-nistp256", text));
      REQUIRE(key.key);
      CHECK(key.verify("message", signature));
      CHECK(code_of(key.verify("massage", signature)) == ErrorCode::mismatch);
      CHECK(code_of(key.verify("message", "")) == ErrorCode::mismatch);
    }
  const auto ed25519 = *crypto::PrivateKey::generate(crypto::KeyType::ed25519);
  const std::string raw = ed25519.public_key().to_der();
  const Key key = parsed(described("ed25519", "ed25519", to_hex(raw.substr(raw.size() - 32))));
  CHECK(key.verify("message", *ed25519.sign("message")));
  CHECK(code_of(key.verify("message", signature)) == ErrorCode::mismatch);
}

TEST_CASE("RSA keys sign with PSS, in each hash, and with nothing else") {
  if (!testing::needs("openssl")) return;
  const testing::TempDirectory directory;
  const std::string at = directory.path().string() + "/";
  REQUIRE(std::system(("openssl genrsa -out " + at + "k 2048 2>/dev/null && openssl rsa -in " + at + "k -pubout -out " +
                       at + "p 2>/dev/null && printf message > " + at + "m")
                          .c_str()) == 0);
  const std::string pem = testing::read(directory / "p");
  for (const std::string hash : {"sha256", "sha384", "sha512"}) {
    const Key key = parsed(described("rsa", ("rsassa-pss-" + hash).c_str(), pem));
    for (const std::string salt : {"digest", "max", "0"}) {
      REQUIRE(std::system(("openssl dgst -" + hash + " -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:" + salt +
                           " -sign " + at + "k -out " + at + "s " + at + "m")
                              .c_str()) == 0);
      CHECK(key.verify("message", testing::read(directory / "s")));
      CHECK(code_of(key.verify("massage", testing::read(directory / "s"))) == ErrorCode::mismatch);
    }
    REQUIRE(std::system(("openssl dgst -" + hash + " -sign " + at + "k -out " + at + "s " + at + "m").c_str()) == 0);
    CHECK(code_of(key.verify("message", testing::read(directory / "s"))) == ErrorCode::mismatch);
  }
  const Key p256 = parsed(described("ecdsa", "ecdsa-sha2-nistp256",
                                    crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p256)->public_key().to_pem()));
  CHECK(code_of(crypto::verify_rsa_pss(crypto::HashAlgorithm::sha256, *p256.key, "message", "x")) ==
        ErrorCode::mismatch);
}

TEST_CASE("a key of an unknown kind signs nothing, and a known one that is damaged is an error") {
  for (const Json& value : {described("sphincs", "sphincs-shake", "00"), described("rsa", "rsa-pkcs1v15-sha256", "x"),
                            described("ed25519", "ecdsa-sha2-nistp256", "00")}) {
    const Key key = parsed(value);
    CHECK_FALSE(key.key);
    CHECK(code_of(key.verify("m", "s")) == ErrorCode::unsupported);
  }
  const std::string p384 = crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p384)->public_key().to_pem();
  for (const Json& value :
       {described("ed25519", "ed25519", "00"), described("ed25519", "ed25519", "xyz"),
        described("ecdsa", "ecdsa-sha2-nistp256", p384), described("rsa", "rsassa-pss-sha256", "00"), Json(1),
        Json{{"keytype", "rsa"}}, Json{{"keytype", "rsa"}, {"scheme", "x"}}})
    CHECK(code_of(Key::parse(value)) == ErrorCode::malformed);
}

TEST_CASE("a threshold is of distinct keys, whatever their ids") {
  const auto one = *crypto::PrivateKey::generate(crypto::KeyType::ed25519),
             two = *crypto::PrivateKey::generate(crypto::KeyType::ed25519);
  const auto key_of = [](const crypto::PrivateKey& key) { return Key{"ed25519", key.public_key()}; };
  const Keys keys{{"a", key_of(one)}, {"again", key_of(one)}, {"b", key_of(two)}, {"unknown", Key{"x", {}}}};
  const Role role{{"a", "again", "b", "unknown", "missing"}, 2};
  const std::string by_one = *one.sign("m"), by_two = *two.sign("m");
  CHECK(verify_threshold("m", {{"a", by_one}, {"b", by_two}}, role, keys));
  CHECK(verify_threshold("m", {{"unknown", by_one}, {"missing", by_one}, {"a", ""}, {"again", by_one}, {"b", by_two}},
                         role, keys));
  CHECK(code_of(verify_threshold("m", {{"a", by_one}, {"again", by_one}}, role, keys)) == ErrorCode::mismatch);
  CHECK(code_of(verify_threshold("m", {{"a", by_one}, {"b", by_one}}, role, keys)) == ErrorCode::mismatch);
  CHECK(code_of(verify_threshold("n", {{"a", by_one}, {"b", by_two}}, role, keys)) == ErrorCode::mismatch);
  // A key that the role does not name.
  CHECK(code_of(verify_threshold("m", {{"a", by_one}, {"b", by_two}}, Role{{"a"}, 2}, keys)) == ErrorCode::mismatch);
  CHECK(code_of(verify_threshold("m", {}, Role{{}, 1}, keys)) == ErrorCode::mismatch);
}

TEST_CASE("a role names each key once and wants at least one signature") {
  CHECK(Role::parse({{"keyids", {"a", "b"}}, {"threshold", 2}}));
  for (const Json& value : {Json{{"keyids", {"a", "a"}}, {"threshold", 1}}, Json{{"keyids", {"a"}}, {"threshold", 0}},
                            Json{{"keyids", {"a"}}, {"threshold", -1}}, Json{{"keyids", {"a"}}}, Json(1),
                            Json{{"keyids", {1}}, {"threshold", 1}}})
    CHECK(code_of(Role::parse(value)) == ErrorCode::malformed);
  Json many{{"keyids", Json::array()}, {"threshold", 1}};
  for (std::size_t i = 0; i < kMaxTufKeys; ++i) many["keyids"].push_back(std::to_string(i));
  CHECK(Role::parse(many));
  many["keyids"].push_back("one more");
  CHECK(code_of(Role::parse(many)) == ErrorCode::limit_exceeded);
}

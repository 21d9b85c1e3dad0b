#include <catch2/catch.hpp>

#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/sign/signer_kind.hpp"

namespace supply::sign {
namespace {

using crypto::KeyType;
using crypto::SignatureScheme;

TEST_CASE("each type of key signs by SHA-256, or by the hash that belongs to it, and verifies") {
  for (const KeyType type :
       {KeyType::ecdsa_p256, KeyType::ecdsa_p384, KeyType::ecdsa_p521, KeyType::ed25519, KeyType::rsa}) {
    const auto key = crypto::PrivateKey::generate(type, 2'048);
    REQUIRE(key);
    for (const SchemeChoice choice : {SchemeChoice::sha256, SchemeChoice::of_key}) {
      INFO(crypto::to_string(type));
      const PrivateKeySigner signer(&*key, choice);
      const SigningInput input = SigningInput::of_message("body", "head ");
      const auto made = signer.sign(input);
      REQUIRE(made);
      CHECK(made->material.scheme == scheme_for(type, choice));
      const auto found = made->material.key.verify("head body", made->signature);
      REQUIRE(found);
      CHECK(*found == made->material.scheme);
      CHECK(check_signature(*made, input));
      CHECK(check_signature(*made, SigningInput::of_message("other")).error().code() == ErrorCode::mismatch);
    }
  }
  CHECK(scheme_for(KeyType::ecdsa_p384, SchemeChoice::of_key) == SignatureScheme::ecdsa_sha384);
  CHECK(scheme_for(KeyType::ecdsa_p521, SchemeChoice::of_key) == SignatureScheme::ecdsa_sha512);
  CHECK(scheme_for(KeyType::ed25519, SchemeChoice::of_key) == SignatureScheme::ed25519ph);
}

TEST_CASE("a hash alone is signed where the key signs over that hash, and nowhere else") {
  const auto ecdsa = crypto::PrivateKey::generate(KeyType::ecdsa_p384);
  const auto edwards = crypto::PrivateKey::generate(KeyType::ed25519);
  const SigningInput input =
      SigningInput::of_hash(crypto::HashAlgorithm::sha256, crypto::hash(crypto::HashAlgorithm::sha256, "message"));
  const auto made = PrivateKeySigner(&*ecdsa).sign(input);
  REQUIRE(made);
  CHECK(made->material.key.verify("message", made->signature));
  CHECK(PrivateKeySigner(&*ecdsa, SchemeChoice::of_key).sign(input).error().code() == ErrorCode::unsupported);
  CHECK(PrivateKeySigner(&*edwards).sign(input).error().code() == ErrorCode::unsupported);
}

TEST_CASE("a key is a file's path or a variable of the environment, by how its name begins") {
  const testing::TempDirectory directory;
  const auto key = crypto::PrivateKey::generate(KeyType::ecdsa_p256);
  const auto pem = key->to_encrypted_pkcs8("secret");
  REQUIRE(pem);
  testing::write(directory / "a.key", *pem);
  SignerContext context;
  context.environment = {{"KEY", *pem}, {"SUPPLY_PASSWORD", "secret"}};
  for (const std::string& name : {(directory / "a.key").string(), std::string("env://KEY")}) {
    const auto signer = open_signer(name, context);
    REQUIRE(signer);
    const auto material = (*signer)->material();
    REQUIRE(material);
    CHECK(material->key.fingerprint() == key->public_key().fingerprint());
  }
  CHECK(!is_key_uri("a.key"));
  CHECK(is_key_uri("env://KEY"));
  CHECK(is_key_uri("unheard-of://key"));
}

TEST_CASE("a key that cannot be used is a wrong command, and no secret is in the message") {
  const testing::TempDirectory directory;
  const auto key = crypto::PrivateKey::generate(KeyType::ecdsa_p256);
  testing::write(directory / "a.key", *key->to_encrypted_pkcs8("secret"));
  testing::write(directory / "no.key", "hello");
  SignerContext context;
  const auto code = [&](const std::string& name) {
    const auto signer = open_signer(name, context);
    REQUIRE(!signer);
    CHECK(signer.error().message().find("wrong-one") == std::string::npos);
    return signer.error().code();
  };
  CHECK(code((directory / "a.key").string()) == ErrorCode::usage);  // no passphrase
  context.environment["COSIGN_PASSWORD"] = "wrong-one";
  CHECK(code((directory / "a.key").string()) == ErrorCode::usage);
  CHECK(code((directory / "no.key").string()) == ErrorCode::usage);
  CHECK(code((directory / "missing.key").string()) == ErrorCode::usage);
  CHECK(code("env://MISSING") == ErrorCode::usage);
  const auto unknown = open_signer("unheard-of://key", context);
  REQUIRE(!unknown);
  CHECK(unknown.error().code() == ErrorCode::usage);
  CHECK(unknown.error().message().find("env://NAME") != std::string::npos);
}

}  // namespace
}  // namespace supply::sign

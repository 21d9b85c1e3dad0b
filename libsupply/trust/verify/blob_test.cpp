#include <catch2/catch.hpp>
#include <cstdlib>

#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/testing/judged.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/verify/verifier.hpp"

namespace supply::verify {
namespace {

using supply::testing::read;
using supply::testing::testdata;

constexpr const char* kKeys[] = {"ecdsa-p256", "ecdsa-p256-other", "rsa", "p384", "ed25519", "attest-only"};

Verifier trusting(const std::string& name) {
  return Verifier({{name, *crypto::PublicKey::from_pem(read(testdata("peers/" + name + ".pub")))}});
}
std::string peer(const std::string& name) { return read(testdata("peers/" + name)); }

ErrorCode code(const Verifier& verifier, std::string_view message, std::string_view file) {
  const auto result = verifier.blob(message, file);
  REQUIRE_FALSE(result);
  return result.error().code();
}

TEST_CASE("signatures of the release file by others: own key yes, any other key no") {
  struct Case {
    const char* file;
    const char* key;
    const char* scheme;
  };
  const std::string blob = peer("release.bin");
  for (const Case& wanted : {Case{"release.bin.ecdsa-p256.sigstore.json", "ecdsa-p256", "ecdsa-sha256"},
                             Case{"release.bin.ecdsa-p256.legacy.json", "ecdsa-p256", "ecdsa-sha256"},
                             Case{"release.bin.rsa.sigstore.json", "rsa", "rsa-pkcs1-sha256"},
                             Case{"release.bin.p384.sigstore.json", "p384", "ecdsa-sha384"}}) {
    for (const std::string key : kKeys) {
      INFO(wanted.file << " with " << key);
      const auto result = trusting(key).blob(blob, peer(wanted.file));
      CHECK(static_cast<bool>(result) == (key == wanted.key));
      if (result) {
        CHECK(result->signer().scheme == wanted.scheme);
        CHECK(result->claim().blob == crypto::sha256(blob));
        CHECK(result->evidence() == crypto::sha256(peer(wanted.file)));
      } else {
        CHECK(result.error().code() == ErrorCode::mismatch);
      }
    }
    CHECK(code(trusting(wanted.key), blob + '\n', peer(wanted.file)) == ErrorCode::mismatch);
  }
}

TEST_CASE("cosign's Ed25519 bundle lacks the messageDigest, and is a signature of the file itself") {
  const std::string blob = peer("release.bin"), bundle = peer("release.bin.ed25519.sigstore.json");
  const auto result = trusting("ed25519").blob(blob, bundle);
  REQUIRE(result);
  CHECK(result->signer().scheme == "ed25519");
  CHECK(result->signer().steps.at(static_cast<std::size_t>(attest::Step::artifact)).detail ==
        "bundle without messageDigest: the signature is over the file itself");
  CHECK(code(trusting("ed25519"), blob + '\n', bundle) == ErrorCode::mismatch);
  // By its digest alone the file is not at hand.
  Budget budget;
  const auto by_digest = trusting("ed25519").blob({std::nullopt, crypto::sha256(blob)}, bundle, budget);
  REQUIRE_FALSE(by_digest);
  CHECK(by_digest.error().code() == ErrorCode::unsupported);
  // Of other keys nobody leaves it out.
  const auto other = trusting("ecdsa-p256").blob(blob, bundle);
  REQUIRE_FALSE(other);
  CHECK(other.error().message() == "bundle has no messageDigest");
}

TEST_CASE("the digest in a bundle must be the file's even when the signature is right") {
  const std::string good = peer("release.bin.ecdsa-p256.sigstore.json");
  const std::string digest = "WapLZqZtJbZ3LujBS8vmtD66ZRtYox+KgGDHwZbcnOU=";
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  const Verifier verifier = trusting("ecdsa-p256");
  const std::string blob = peer("release.bin");
  REQUIRE(verifier.blob(blob, good));
  CHECK(code(verifier, blob, with(digest, to_base64(std::string(32, 'x')))) == ErrorCode::mismatch);
  CHECK(code(verifier, blob, with(digest, digest.substr(0, 24))) == ErrorCode::mismatch);
  CHECK(code(verifier, blob, with(R"("algorithm":"SHA2_256", )", "")) == ErrorCode::mismatch);
  CHECK(code(verifier, blob, with("SHA2_256", "SHA2_512")) == ErrorCode::mismatch);
  CHECK(code(verifier, blob, with("SHA2_256", "MD5")) == ErrorCode::unsupported);
  CHECK(code(verifier, blob, with("v0.3", "v0.9")) == ErrorCode::unsupported);
  CHECK(code(verifier, blob, good.substr(1)) == ErrorCode::malformed);
  // A hint that names another key, or none, is no more than a hint.
  CHECK(verifier.blob(blob, with("O0Ar", "AAAA")));
  CHECK(verifier.blob(
      blob, with(R"("publicKey":{"hint":"O0Arsr9HGH/Vw4GptrvTz1H04OKPOvtJm5Bv5VznQP8="})", R"("publicKey":{})")));
}

TEST_CASE("an attestation of a file is not its signature, nor the other way about") {
  const Verifier verifier = trusting("ecdsa-p256");
  const std::string blob = peer("release.bin");
  CHECK(code(verifier, blob, peer("release.bin.provenance.sigstore.json")) == ErrorCode::mismatch);
  const auto result =
      testing::blob_attestation(verifier, crypto::sha256(blob), peer("release.bin.ecdsa-p256.sigstore.json"));
  REQUIRE_FALSE(result);
  CHECK(result.error().code() == ErrorCode::mismatch);
}

TEST_CASE("attestations of the release file by others") {
  const Digest blob = crypto::sha256(peer("release.bin"));
  for (const char* file : {"release.bin.provenance.sigstore.json", "release.bin.altered.sigstore.json"}) {
    for (const std::string key : kKeys) {
      INFO(file << " with " << key);
      const auto result = testing::blob_attestation(trusting(key), blob, peer(file));
      CHECK(static_cast<bool>(result) == (key == "ecdsa-p256"));
      if (result) CHECK(result->claim().predicate_type == attest::kProvenanceV1Type);
    }
    CHECK_FALSE(testing::blob_attestation(trusting("ecdsa-p256"), crypto::sha256("other"), peer(file)));
  }
  // What cosign signed is what is told: its rounded number, not the file's.
  const auto altered =
      testing::blob_attestation(trusting("ecdsa-p256"), blob, peer("release.bin.altered.sigstore.json"));
  REQUIRE(altered);
  CHECK(altered->claim().predicate.find("9007199254740992") != std::string::npos);
  CHECK(peer("altered-predicate.json").find("9007199254740993") != std::string::npos);
  // The envelope alone, as cosign 2 wrote it.
  const auto bundle = attest::Bundle::parse(peer("release.bin.provenance.sigstore.json"));
  REQUIRE(bundle);
  CHECK(testing::blob_attestation(trusting("ecdsa-p256"), blob, std::get<attest::Envelope>(bundle->content).to_json()));
  CHECK(testing::blob_attestation(trusting("ecdsa-p256"), blob, "[]").error().code() == ErrorCode::malformed);
}

TEST_CASE("bare signatures of openssl and cosign verify, base64 or raw") {
  const supply::testing::TempDirectory directory;
  const std::string raw_path = (directory / "signature").string(), base64_path = (directory / "signature.b64").string();
  const std::string file = testdata("peers/release.bin").string();
  for (const std::string key : {"rsa", "p384"}) {
    REQUIRE(std::system(("openssl dgst -sha256 -sign " + testdata("peers/" + key + ".pem").string() + " -out " +
                         raw_path + ' ' + file + " && openssl base64 -in " + raw_path + " -out " + base64_path)
                            .c_str()) == 0);
    CHECK(trusting(key).blob(read(file), read(raw_path)));
    CHECK(trusting(key).blob(read(file), read(base64_path)));
    CHECK(code(trusting(key), "other", read(raw_path)) == ErrorCode::mismatch);
    CHECK(code(trusting("ecdsa-p256"), read(file), read(base64_path)) == ErrorCode::mismatch);
  }
  const Verifier verifier = trusting("rsa");
  CHECK(code(verifier, "", "") == ErrorCode::malformed);
  CHECK(code(verifier, "", " \n") == ErrorCode::malformed);
  CHECK(code(verifier, "", "not base64!") == ErrorCode::malformed);
  CHECK(code(verifier, "", std::string(kMaxKeyFileBytes + 1, 'A')) == ErrorCode::limit_exceeded);
}

TEST_CASE("a legacy blob bundle with more in it is judged by the key alone") {
  std::string text = peer("release.bin.ecdsa-p256.legacy.json");
  text.insert(1, R"("cert":"AAAA","rekorBundle":{"Payload":{}},)");
  const auto result = trusting("ecdsa-p256").blob(peer("release.bin"), text);
  REQUIRE(result);
  CHECK(result->signer().unchecked == "certificate, log entry");
  CHECK_FALSE(trusting("rsa").blob(peer("release.bin"), text));
  CHECK(code(trusting("rsa"), "", R"({"base64Signature":1})") == ErrorCode::malformed);
}

TEST_CASE("a bundle with a certificate is refused with a key") {
  std::string text = peer("release.bin.ecdsa-p256.sigstore.json");
  const std::string from = R"("publicKey":{"hint":"O0Arsr9HGH/Vw4GptrvTz1H04OKPOvtJm5Bv5VznQP8="})";
  text.replace(text.find(from), from.size(), R"("certificate":{"rawBytes":"AA=="})");
  CHECK(code(trusting("ecdsa-p256"), peer("release.bin"), text) == ErrorCode::mismatch);
}

TEST_CASE("a file that is no bundle and no signature is named, and no key is blamed") {
  const std::string blob = peer("release.bin"), good = peer("release.bin.ecdsa-p256.sigstore.json");
  const std::string envelope = peer("release.bin.provenance.sigstore.json");
  std::string utf16 = "\xff\xfe", binary, zipped("\x1f\x8b\x08\x00", 4);
  zipped.resize(300, '\xe7');
  for (const char c : good) utf16.append(1, c).append(1, '\0');
  for (int i = 0; i < 5'000; ++i) binary += static_cast<char>(i * 151 + i / 7);
  std::string broken = good;
  broken[broken.find("sigstore")] = '\xff';
  struct Case {
    std::string file, says;
    ErrorCode code = ErrorCode::malformed;
  };
  for (const Case& wrong : {
           Case{"", "empty"},
           Case{" \n", "empty"},
           Case{"\xef\xbb\xbf" + good, "byte order mark"},
           Case{"\xef\xbb\xbf", "byte order mark"},
           Case{utf16, "UTF-16"},
           Case{'[' + good + ']', "JSON list"},
           Case{"[]", "JSON list"},
           Case{R"({"a":1})"
                "\n"
                R"({"a":2})"
                "\n",
                "bundle 2 of 2"},
           Case{good.substr(0, good.size() / 2), "bundle"},
           Case{good + '}', "bundle"},
           Case{broken, "UTF-8"},
           Case{"{}", "mediaType"},
           Case{"7", "no JSON object"},
           Case{"null", "no JSON object"},
           Case{"<!DOCTYPE html><html></html>", "HTML"},
           Case{zipped, "compressed"},
           Case{binary, "no JSON object"},
           Case{std::string(70, '\xe7'), "no JSON object"},
           Case{"AAAA", "no JSON object"},
           Case{"hello world", "no JSON object"},
           Case{"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n", "SSH SIGNATURE",
                ErrorCode::unsupported},
           Case{"untrusted comment: signature\nRUQ=\n", "minisign", ErrorCode::unsupported},
       }) {
    INFO(wrong.says << ": " << wrong.file.substr(0, 60));
    for (const char* key : kKeys) {
      const auto signature = trusting(key).blob(blob, wrong.file);
      REQUIRE_FALSE(signature);
      CHECK(signature.error().code() == wrong.code);
      CHECK(signature.error().message().find(wrong.says) != std::string::npos);
    }
    const auto attestation = testing::blob_attestation(trusting("ecdsa-p256"), crypto::sha256(blob), wrong.file);
    REQUIRE_FALSE(attestation);
    CHECK(attestation.error().code() == wrong.code);
    CHECK(attestation.error().message().find("is not by") == std::string::npos);
  }
  // An editor's last line end, and an envelope as a .jsonl file of one line.
  CHECK(trusting("ecdsa-p256").blob(blob, "\n" + good + "\r\n\n"));
  CHECK(testing::blob_attestation(trusting("ecdsa-p256"), crypto::sha256(blob), envelope + "\n"));
  const auto bundle = attest::Bundle::parse(envelope);
  REQUIRE(bundle);
  CHECK(code(trusting("ecdsa-p256"), blob, std::get<attest::Envelope>(bundle->content).to_json()) ==
        ErrorCode::mismatch);
}

}  // namespace
}  // namespace supply::verify

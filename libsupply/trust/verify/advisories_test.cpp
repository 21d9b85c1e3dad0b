// What let forged signatures pass elsewhere, by the name of the advisory.
#include <catch2/catch.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/testing/judged.hpp"
#include "libsupply/testing/sigstore_verdict.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"

namespace supply::verify {
namespace {

using testing::at;
using testing::identity_policy;
using testing::instance;

TEST_CASE("GHSA-8gw7-4j42-w388: a log entry of another artifact proves nothing of this one") {
  attest::Bundle other = instance().bundle("another artifact", instance().issue(instance().leaf_form()));
  const attest::LogEntry valid = instance().entry_1(testing::hashedrekord_1(other), at(100));
  attest::Bundle bundle = instance().bundle(testing::kRelease, other.certificates[0]);
  bundle.log_entries = {valid};
  CHECK(testing::step_of(bundle) == "tlog-entry invalid");
  // cosign's own form of it.
  const std::string legacy = R"({"base64Signature":")" + to_base64(testing::signature_of(bundle)) + R"(","cert":")" +
                             to_base64(testing::pem("CERTIFICATE", bundle.certificates[0])) +
                             R"(","rekorBundle":{"SignedEntryTimestamp":")" + to_base64(valid.promise) +
                             R"(","Payload":{"body":")" + to_base64(valid.body) + R"(","integratedTime":)" +
                             std::to_string(*valid.integrated_time) + R"(,"logIndex":)" +
                             std::to_string(valid.log_index) + R"(,"logID":")" + to_hex(valid.log_id) + "\"}}}";
  CHECK(testing::step_of_file(legacy) == "tlog-entry invalid");
}

TEST_CASE("GHSA-whqx-f9j3-ch6m: a log entry holds the signature and the key that the bundle has") {
  // The entry is of the artifact, by somebody else.
  const crypto::PrivateKey mallory = testing::PrivateInstance::new_key();
  attest::Bundle theirs = instance().bundle(testing::kRelease, "", &mallory);
  const std::string body = testing::hashedrekord_1(theirs, testing::spki(mallory));
  attest::Bundle bundle = testing::logged_1();
  bundle.log_entries = {instance().entry_1(body, at(100))};
  CHECK(testing::step_of(bundle) == "tlog-entry invalid");
  // Their key with our signature.
  bundle.log_entries = {instance().entry_1(testing::hashedrekord_1(bundle, testing::spki(mallory)), at(100))};
  CHECK(testing::step_of(bundle) == "tlog-entry invalid");
}

// An image's signature in cosign's first form: everything is in the layer's annotations.
std::string told_of_layer(const attest::Bundle& bundle, const std::string& payload, const std::string& certificate) {
  const Digest image = crypto::sha256("the image's manifest");
  oci::Descriptor blob{.media_type = "b", .digest = crypto::sha256(payload), .size = payload.size()};
  blob.annotations[std::string(attest::kSignatureAnnotation)] = to_base64(testing::signature_of(bundle));
  blob.annotations["dev.sigstore.cosign/certificate"] = certificate;
  if (!bundle.log_entries.empty()) {
    const attest::LogEntry& entry = bundle.log_entries[0];
    blob.annotations["dev.sigstore.cosign/bundle"] =
        R"({"SignedEntryTimestamp":")" + to_base64(entry.promise) + R"(","Payload":{"body":")" + to_base64(entry.body) +
        R"(","integratedTime":)" + std::to_string(*entry.integrated_time) + R"(,"logIndex":)" +
        std::to_string(entry.log_index) + R"(,"logID":")" + to_hex(entry.log_id) + "\"}}";
  }
  const oci::Descriptor manifest{.media_type = "m", .digest = crypto::sha256("manifest")};
  const SubjectClaims claims =
      testing::image(Verifier(identity_policy(), at(0)), image,
                     {{attachments::AttachmentKind::simple_signing, image, manifest, std::move(blob), payload}});
  if (claims.signatures.size() == 1) return "yes";
  return claims.refused.empty() ? "nothing" : claims.refused[0].why.substr(0, claims.refused[0].why.find(':'));
}

TEST_CASE(
    "GHSA-8gw7-4j42-w388, -whqx-f9j3-ch6m, -fx35-mq7g-6g98: the same in the annotations of an image's signature") {
  const std::string payload = attest::SimpleSigning{crypto::sha256("the image's manifest"), "r", {}}.to_bytes();
  const std::string certificate = instance().issue(instance().leaf_form());
  const std::string pem = testing::pem("CERTIFICATE", certificate);
  attest::Bundle bundle = instance().bundle(payload, certificate);
  const attest::LogEntry good = instance().entry_1(testing::hashedrekord_1(bundle), at(100));
  bundle.log_entries = {good};
  CHECK(told_of_layer(bundle, payload, pem) == "yes");
  // Of another artifact, by the same certificate.
  const attest::Bundle other = instance().bundle("another artifact", certificate);
  bundle.log_entries = {instance().entry_1(testing::hashedrekord_1(other), at(100))};
  CHECK(told_of_layer(bundle, payload, pem) == "tlog-entry");
  // Of the artifact, with another signature of it; with a bare key; by somebody else.
  const attest::Bundle again = instance().bundle(payload, certificate);
  bundle.log_entries = {instance().entry_1(testing::hashedrekord_1(again), at(100))};
  CHECK(told_of_layer(bundle, payload, pem) == "tlog-entry");
  bundle.log_entries = {instance().entry_1(testing::hashedrekord_1(bundle, testing::spki(instance().leaf)), at(100))};
  CHECK(told_of_layer(bundle, payload, pem) == "tlog-entry");
  const crypto::PrivateKey mallory = testing::PrivateInstance::new_key();
  const attest::Bundle theirs = instance().bundle(payload, "", &mallory);
  bundle.log_entries = {instance().entry_1(testing::hashedrekord_1(theirs, testing::spki(mallory)), at(100))};
  CHECK(told_of_layer(bundle, payload, pem) == "tlog-entry");
  // A bare key where the certificate should be takes nobody's name.
  attest::Bundle bare = theirs;
  bare.log_entries = {instance().entry_1(testing::hashedrekord_1(theirs, testing::spki(mallory)), at(100))};
  CHECK(told_of_layer(bare, payload, mallory.public_key().to_pem()) != "yes");
  CHECK(told_of_layer(bare, payload, "") == "identity");
}

TEST_CASE("GHSA-w6c6-c85g-mmv6: an attestation is no signature, and a signature no attestation") {
  attest::Bundle bundle = testing::attested_1();
  CHECK(testing::step_of(bundle) == "yes");
  const Verifier verifier(identity_policy(), at(0));
  Budget budget;
  const std::string message = testing::kRelease;
  const auto signature = verifier.blob({message, crypto::sha256(message)}, testing::to_json(bundle), budget);
  REQUIRE_FALSE(signature);
  CHECK(signature.error().code() == ErrorCode::mismatch);
  std::string statement = testing::release_statement();
  statement = testing::changed(statement, "https://example.test/facts", std::string(attest::kCosignSignType));
  bundle = testing::attested_1(statement);
  CHECK_FALSE(verifier.blob_attestation({message, crypto::sha256(message)}, testing::to_json(bundle), budget));
}

TEST_CASE("GHSA-fx35-mq7g-6g98: a bare key in a certificate's place takes nobody's name") {
  const crypto::PrivateKey mallory = testing::PrivateInstance::new_key();
  const attest::Bundle theirs = instance().bundle(testing::kRelease, "", &mallory);
  const std::string key = mallory.public_key().to_pem();
  for (const std::string& cert : {to_base64(key), key}) {
    const std::string legacy = R"({"base64Signature":")" + to_base64(testing::signature_of(theirs)) + R"(","cert":)" +
                               json::to_literal(cert) + "}";
    TrustPolicy wanted = identity_policy();
    wanted.log = wanted.sct = Waived::yes;
    CHECK(testing::step_of_file(legacy, wanted) == "identity invalid");
    // Nor does it make itself a trusted key.
    TrustPolicy ours = testing::key_policy(instance().leaf);
    ours.log = Waived::yes;
    CHECK(testing::step_of_file(legacy, ours) == "signature invalid");
  }
  const std::string without = R"({"base64Signature":")" + to_base64(testing::signature_of(theirs)) + "\"}";
  CHECK(testing::step_of_file(without) == "identity invalid");
}

}  // namespace
}  // namespace supply::verify

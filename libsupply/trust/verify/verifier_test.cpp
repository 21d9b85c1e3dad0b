#include "libsupply/trust/verify/verifier.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/judged.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"

namespace supply::verify {
namespace {

using attachments::Attachment;
using attachments::AttachmentKind;
using attest::kCosignSignType;
using crypto::KeyType;
using crypto::PrivateKey;

const Digest kImage = *Digest::parse("sha256:b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1");
const Digest kOther = *Digest::parse("sha256:cfd855e19610a2e810b9026ae4d51b2c095ba85e969fb08ec47960cab75bb457");

// Keys made once: making them is what takes the time.
const PrivateKey& alice() {
  static const PrivateKey key = *PrivateKey::generate(KeyType::ecdsa_p256);
  return key;
}
const PrivateKey& bob() {
  static const PrivateKey key = *PrivateKey::generate(KeyType::ed25519);
  return key;
}
Verifier trusting_alice() { return Verifier({{"alice", alice().public_key()}}); }

attest::Envelope signed_by(const PrivateKey& key, std::string payload,
                           std::string type = std::string(attest::kInTotoPayloadType)) {
  std::string signature = *key.sign(attest::pre_authentication_encoding(type, payload));
  return {std::move(type), std::move(payload), {{"", std::move(signature)}}};
}

Attachment piece(AttachmentKind kind, std::string bytes, oci::Annotations annotations = {}) {
  const oci::Descriptor manifest{.media_type = "m", .digest = crypto::sha256("manifest of " + bytes)};
  oci::Descriptor blob{.media_type = "b", .digest = crypto::sha256(bytes), .size = bytes.size()};
  blob.annotations = std::move(annotations);
  return {kind, kImage, manifest, std::move(blob), std::move(bytes)};
}
Attachment bundle(const attest::Envelope& envelope) {
  return piece(AttachmentKind::bundle, attest::to_bundle_json("", envelope));
}

std::string statement(const Digest& image, std::string_view type = kCosignSignType) {
  return *attest::make_statement({"", {{"sha256", std::string(image.encoded())}}, {{"release", "1.0"}}}, type, "{}");
}

Attachment simple(const PrivateKey& key, const std::string& payload) {
  return piece(AttachmentKind::simple_signing, payload,
               {{std::string(attest::kSignatureAnnotation), to_base64(*key.sign(payload))}});
}
std::string payload(const Digest& image) { return attest::SimpleSigning{image, "r", {}}.to_bytes(); }

// The one reason why nothing came of the evidence.
Refused refusal(const Verifier& verifier, const Attachment& evidence) {
  const SubjectClaims outcome = testing::image(verifier, kImage, {evidence});
  CHECK(outcome.signatures.empty());
  CHECK(outcome.statements.empty());
  REQUIRE(outcome.refused.size() == 1);
  return outcome.refused[0];
}

TEST_CASE("a signature by a trusted key about the image is one, in both forms") {
  const SubjectClaims outcome = testing::image(
      trusting_alice(), kImage, {bundle(signed_by(alice(), statement(kImage))), simple(alice(), payload(kImage))});
  CHECK(outcome.refused.empty());
  CHECK(outcome.statements.empty());
  REQUIRE(outcome.signatures.size() == 2);
  for (const auto& signature : outcome.signatures) {
    CHECK(signature.claim().image == kImage);
    CHECK(signature.signer().key_name == "alice");
    CHECK(signature.signer().scheme == "ecdsa-sha256");
    CHECK(signature.signer().fingerprint == to_hex(alice().public_key().fingerprint()));
    CHECK(signature.signer().unchecked.empty());
    CHECK(signature.claim().annotations.contains("release") == !signature.claim().legacy);
  }
  CHECK(outcome.signatures[0].claim().legacy != outcome.signatures[1].claim().legacy);
}

TEST_CASE("one form never hides the other") {
  // A bundle by a stranger, a damaged one and a good legacy signature; and the other way about.
  const Attachment strange = bundle(signed_by(bob(), statement(kImage)));
  const Attachment broken = piece(AttachmentKind::bundle, "{");
  SubjectClaims outcome = testing::image(trusting_alice(), kImage, {strange, broken, simple(alice(), payload(kImage))});
  CHECK(outcome.signatures.size() == 1);
  REQUIRE(outcome.refused.size() == 2);
  outcome = testing::image(trusting_alice(), kImage,
                           {bundle(signed_by(alice(), statement(kImage))), simple(bob(), payload(kImage)),
                            piece(AttachmentKind::envelope, "x")});
  CHECK(outcome.signatures.size() == 1);
  CHECK(outcome.refused.size() == 2);
}

TEST_CASE("the outcome is the same for evidence in any order") {
  std::vector<Attachment> evidence = {bundle(signed_by(alice(), statement(kImage))), simple(alice(), payload(kImage)),
                                      bundle(signed_by(bob(), statement(kImage))), piece(AttachmentKind::bundle, "{"),
                                      bundle(signed_by(alice(), statement(kImage, "https://example.org/t")))};
  const auto shown = [](const SubjectClaims& outcome) {
    std::string text;
    for (const auto& s : outcome.signatures) text += s.evidence().to_string() + s.signer().key_name + '\n';
    for (const auto& s : outcome.statements) text += s.evidence().to_string() + s.signer().key_name + '\n';
    for (const auto& r : outcome.refused) text += r.evidence.to_string() + r.why + '\n';
    return text;
  };
  const std::string first = shown(testing::image(trusting_alice(), kImage, evidence));
  for (int i = 0; i < 5; ++i) {
    std::rotate(evidence.begin(), evidence.begin() + 1, evidence.end());
    CHECK(shown(testing::image(trusting_alice(), kImage, evidence)) == first);
  }
}

TEST_CASE("only a signature is a signature") {
  // GHSA-w6c6-c85g-mmv6: cosign never asked for the predicate type.
  for (const std::string_view type : {attest::kProvenanceV1Type, attest::kSpdxType, attest::kCycloneDxType,
                                      std::string_view("https://sigstore.dev/cosign/sign/v2"),
                                      std::string_view("https://sigstore.dev/cosign/sign/v1/")}) {
    const SubjectClaims outcome =
        testing::image(trusting_alice(), kImage, {bundle(signed_by(alice(), statement(kImage, type)))});
    CHECK(outcome.signatures.empty());
    REQUIRE(outcome.statements.size() == 1);
    CHECK(outcome.statements[0].claim().predicate_type == type);
  }
}

TEST_CASE("a signature by an unknown key proves nothing and says so") {
  Refused refused = refusal(trusting_alice(), bundle(signed_by(bob(), statement(kImage))));
  CHECK(refused.unknown_signer);
  CHECK(refused.what == "bundle");
  CHECK(refused.why == "signature is not by key \"alice\"");
  refused = refusal(trusting_alice(), simple(bob(), payload(kImage)));
  CHECK(refused.unknown_signer);
  CHECK(refused.what == "simple signing");
  refused = refusal(Verifier({}), bundle(signed_by(alice(), statement(kImage))));
  CHECK(refused.unknown_signer);
}

TEST_CASE("a signature about another image is refused") {
  CHECK(refusal(trusting_alice(), bundle(signed_by(alice(), statement(kOther)))).why ==
        "statement is about \"" + kOther.to_string() + "\", not " + kImage.to_string());
  CHECK(refusal(trusting_alice(), simple(alice(), payload(kOther))).why ==
        "signature is about " + kOther.to_string() + ", not " + kImage.to_string());
  CHECK_FALSE(refusal(trusting_alice(), simple(alice(), payload(kOther))).unknown_signer);
  // Also with the image's digest under another algorithm's name, or in capitals.
  const std::string hex(kImage.encoded());
  for (const auto& [algorithm, digest] : {std::pair<std::string, std::string>{"sha512", hex}, {"SHA256", hex}}) {
    refusal(
        trusting_alice(),
        bundle(signed_by(alice(), *attest::make_statement({"", {{algorithm, digest}}, {}}, kCosignSignType, "{}"))));
  }
}

TEST_CASE("any subject of several may be the image, and its annotations count") {
  const std::string hex(kImage.encoded());
  const std::string text = R"({"_type":"https://in-toto.io/Statement/v1","subject":[)"
                           R"({"digest":{"sha256":"00"},"annotations":{"a":"first"}},)"
                           R"({"digest":{"sha256":")" +
                           hex +
                           R"("},"annotations":{"a":"second"}}],)"
                           R"("predicateType":"https://sigstore.dev/cosign/sign/v1","unknown":[]})";
  const SubjectClaims outcome = testing::image(trusting_alice(), kImage, {bundle(signed_by(alice(), text))});
  REQUIRE(outcome.signatures.size() == 1);
  CHECK(outcome.signatures[0].claim().annotations.at("a") == "second");
  CHECK(outcome.signatures[0].claim().payload == text);
}

TEST_CASE("what was changed after signing is refused") {
  attest::Envelope envelope = signed_by(alice(), statement(kImage));
  envelope.payload.back() = ' ';
  CHECK(refusal(trusting_alice(), bundle(envelope)).unknown_signer);
  envelope = signed_by(alice(), statement(kImage));
  envelope.payload_type = "application/vnd.in-toto.x+json";
  CHECK(refusal(trusting_alice(), bundle(envelope)).unknown_signer);
  Attachment legacy = simple(alice(), payload(kImage));
  legacy.bytes = std::string(legacy.bytes.view()) + ' ';
  CHECK(refusal(trusting_alice(), legacy).unknown_signer);
  // The signature is over the encoding, not over the payload alone.
  envelope = signed_by(alice(), statement(kImage));
  envelope.signatures[0].bytes = *alice().sign(envelope.payload);
  CHECK(refusal(trusting_alice(), bundle(envelope)).unknown_signer);
}

TEST_CASE("a signed payload that is no statement is refused") {
  for (const std::string& text :
       {std::string("{"), std::string("{}"), payload(kImage),
        R"({"_type":"https://in-toto.io/Statement/v1","_type":"https://in-toto.io/Statement/v1"})" + std::string()}) {
    CHECK_FALSE(refusal(trusting_alice(), bundle(signed_by(alice(), text))).unknown_signer);
  }
  // A statement under the type of something else.
  CHECK(refusal(trusting_alice(), bundle(signed_by(alice(), statement(kImage), "application/json"))).why ==
        "payload type \"application/json\" is no in-toto statement");
  const Attachment other_type = bundle(signed_by(alice(), statement(kImage), "application/vnd.in-toto.sign+json"));
  CHECK(testing::image(trusting_alice(), kImage, {other_type}).signatures.size() == 1);
}

TEST_CASE("simple signing without a usable annotation is refused") {
  CHECK(refusal(trusting_alice(), piece(AttachmentKind::simple_signing, payload(kImage))).why ==
        "layer without the annotation \"dev.cosignproject.cosign/signature\"");
  refusal(trusting_alice(),
          piece(AttachmentKind::simple_signing, payload(kImage), {{std::string(attest::kSignatureAnnotation), ""}}));
  refusal(trusting_alice(),
          piece(AttachmentKind::simple_signing, payload(kImage), {{std::string(attest::kSignatureAnnotation), "?"}}));
  refusal(trusting_alice(), simple(alice(), R"({"critical":{"image":{}}})"));
}

TEST_CASE("an envelope may bring several signatures: each trusted key counts once") {
  attest::Envelope envelope = signed_by(alice(), statement(kImage, "https://example.org/t"));
  const std::string bytes = attest::pre_authentication_encoding(envelope.payload_type, envelope.payload);
  envelope.signatures.push_back({"", "junk"});
  envelope.signatures.push_back({"someone else's name", *bob().sign(bytes)});
  envelope.signatures.push_back({"", *alice().sign(bytes)});
  const Verifier both({{"alice", alice().public_key()}, {"bob", bob().public_key()}});
  CHECK(testing::image(both, kImage, {piece(AttachmentKind::envelope, envelope.to_json())}).statements.size() == 2);
  CHECK(testing::image(trusting_alice(), kImage, {piece(AttachmentKind::envelope, envelope.to_json())})
            .statements.size() == 1);
  // A Sigstore bundle has exactly one.
  const SubjectClaims outcome = testing::image(both, kImage, {bundle(envelope)});
  CHECK(outcome.statements.empty());
  CHECK(outcome.refused.size() == 1);
}

TEST_CASE("one key under two names is one signer, reported under the first") {
  const Verifier verifier({{"first", alice().public_key()}, {"second", alice().public_key()}});
  const SubjectClaims outcome = testing::image(verifier, kImage, {bundle(signed_by(alice(), statement(kImage)))});
  REQUIRE(outcome.signatures.size() == 1);
  CHECK(outcome.signatures[0].signer().key_name == "first");
}

TEST_CASE("a statement without a signature never counts") {
  CHECK(refusal(trusting_alice(), piece(AttachmentKind::unsigned_statement, statement(kImage))).why == "not signed");
}

TEST_CASE("log entries and timestamps neither help nor hurt a key's signature, and are named") {
  // GHSA-8gw7-4j42-w388, GHSA-whqx-f9j3-ch6m: a log entry about something else must not make a bundle good.
  const auto with = [](const attest::Envelope& envelope) {
    std::string json = attest::to_bundle_json("wrong hint", envelope);
    json.insert(json.find("\"publicKey\""),
                R"("tlogEntries":[{"logIndex":"1","canonicalizedBody":"e30="}],)"
                R"("timestampVerificationData":{"rfc3161Timestamps":[{"signedTimestamp":"AA=="}]},)");
    return piece(AttachmentKind::bundle, json);
  };
  const SubjectClaims good = testing::image(trusting_alice(), kImage, {with(signed_by(alice(), statement(kImage)))});
  REQUIRE(good.signatures.size() == 1);
  CHECK(good.signatures[0].signer().unchecked == "log entry, timestamp");
  CHECK(refusal(trusting_alice(), with(signed_by(bob(), statement(kImage)))).unknown_signer);
  attest::Envelope changed = signed_by(alice(), statement(kImage));
  changed.payload = statement(kImage, attest::kSpdxType);
  CHECK(refusal(trusting_alice(), with(changed)).unknown_signer);
}

TEST_CASE("no key or certificate that the evidence itself brings is trusted") {
  // GHSA-fx35-mq7g-6g98: a raw key in a legacy bundle took the identity's place.
  Attachment legacy = simple(bob(), payload(kImage));
  legacy.blob.annotations["dev.sigstore.cosign/certificate"] = bob().public_key().to_pem();
  legacy.blob.annotations["dev.sigstore.cosign/bundle"] =
      R"({"SignedEntryTimestamp":"","Payload":{"body":")" + to_base64(bob().public_key().to_pem()) + "\"}}";
  CHECK(refusal(trusting_alice(), legacy).unknown_signer);
  Attachment by_certificate = bundle(signed_by(alice(), statement(kImage)));
  const std::string key = R"("publicKey":{"hint":""})";
  std::string text(by_certificate.bytes.view());
  by_certificate.bytes = text.replace(text.find(key), key.size(), R"("certificate":{"rawBytes":"AA=="})");
  const Refused refused = refusal(trusting_alice(), by_certificate);
  CHECK(refused.unknown_signer);
  CHECK(refused.why == "signed with a certificate: want a key's signature");
  // Beside a signature that the key did make, a certificate changes nothing.
  Attachment own = simple(alice(), payload(kImage));
  own.blob.annotations["dev.sigstore.cosign/certificate"] = "x";
  const SubjectClaims outcome = testing::image(trusting_alice(), kImage, {own});
  REQUIRE(outcome.signatures.size() == 1);
  CHECK(outcome.signatures[0].signer().unchecked == "certificate");
}

TEST_CASE("a bundle with a messageSignature is no evidence about an image") {
  const attest::MessageSignature message{"SHA2_256", *from_hex(kImage.encoded()), *alice().sign("x")};
  refusal(trusting_alice(), piece(AttachmentKind::bundle, attest::to_bundle_json("", message)));
}

TEST_CASE("annotations that are wanted must all be there and be equal") {
  const std::vector<Attachment> evidence = {bundle(signed_by(alice(), statement(kImage))),
                                            simple(alice(), payload(kImage))};
  SubjectClaims outcome = testing::image(trusting_alice(), kImage, evidence);
  require_annotations(outcome, {});
  CHECK(outcome.signatures.size() == 2);
  require_annotations(outcome, {{"release", "1.0"}});
  CHECK(outcome.signatures.size() == 1);
  REQUIRE(outcome.refused.size() == 1);
  CHECK(outcome.refused[0].why == "no annotation \"release\": want \"1.0\"");
  require_annotations(outcome, {{"release", "1.0"}, {"env", "prod"}});
  CHECK(outcome.signatures.empty());
  outcome = testing::image(trusting_alice(), kImage, evidence);
  require_annotations(outcome, {{"release", "2.0"}});
  CHECK(outcome.signatures.empty());
}

// What a run may spend on verifications, and nothing else is bounded.
Budget::Amounts verifications(std::uint64_t most) {
  Budget::Amounts amounts;
  amounts.fill(UINT64_MAX);
  amounts[static_cast<std::size_t>(Cost::verifications)] = most;
  return amounts;
}

// Signatures of the right form by no key.
attest::Envelope junk(std::size_t count, std::string_view salt = "") {
  static const PrivateKey mallory = *PrivateKey::generate(KeyType::ecdsa_p256);
  attest::Envelope envelope = signed_by(mallory, statement(kImage, "https://example.org/" + std::string(salt)));
  envelope.signatures.clear();
  for (std::size_t i = 0; i < count; ++i)
    envelope.signatures.push_back({"", *mallory.sign("junk " + std::to_string(i))});
  return envelope;
}

TEST_CASE("each signature is tried once on each key, and copies of it are not") {
  attest::Envelope envelope = junk(4);
  for (int i = 0; i < 200; ++i) envelope.signatures.push_back(envelope.signatures[0]);
  const Attachment one = piece(AttachmentKind::envelope, envelope.to_json());
  Attachment elsewhere = one;
  elsewhere.manifest.digest = kOther;
  Budget budget(verifications(4));
  CHECK(trusting_alice().image(kImage, {one, elsewhere, one}, budget));
  CHECK(budget.spent(Cost::verifications) == 4);
  const Verifier both({{"alice", alice().public_key()}, {"bob", bob().public_key()}});
  Budget again(verifications(4));  // no ECDSA signature can be by Ed25519
  CHECK(both.image(kImage, {one}, again));
}

TEST_CASE("more signatures than the run may check are a limit, not a no") {
  const std::vector<Attachment> evidence = {piece(AttachmentKind::envelope, junk(3, "a").to_json()),
                                            piece(AttachmentKind::envelope, junk(3, "b").to_json())};
  for (const std::uint64_t most : {0, 1, 5}) {
    Budget budget(verifications(most));
    const auto outcome = trusting_alice().image(kImage, evidence, budget);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code() == ErrorCode::limit_exceeded);
  }
  Budget enough(verifications(6));
  CHECK(trusting_alice().image(kImage, evidence, enough));
}

TEST_CASE("junk cannot keep a good signature from being found") {
  std::vector<Attachment> evidence;
  for (int i = 0; i < 20; ++i)
    evidence.push_back(piece(AttachmentKind::envelope, junk(50, std::to_string(i)).to_json()));
  evidence.push_back(bundle(signed_by(alice(), statement(kImage))));
  evidence.push_back(simple(alice(), payload(kImage)));
  std::reverse(evidence.begin(), evidence.end());
  Budget budget(verifications(100));
  const JudgedSubjects judged = trusting_alice().judge({{kImage, {evidence, {}}}}, budget);
  REQUIRE(judged.unfinished);
  CHECK(judged.unfinished->code() == ErrorCode::limit_exceeded);
  CHECK(judged.outcomes.at(kImage).signatures.size() == 2);
  REQUIRE(judged.outcomes.at(kImage).unread);  // what was not tried is said, and is no "no"
  CHECK(judged.outcomes.at(kImage).unread->code() == ErrorCode::limit_exceeded);
}

TEST_CASE("a keyid that names a key says only which is tried first") {
  const PrivateKey carol = *PrivateKey::generate(KeyType::ecdsa_p256);
  const Verifier verifier({{"alice", alice().public_key()}, {"carol", carol.public_key()}});
  for (const std::string& keyid :
       {std::string("carol"), to_hex(carol.public_key().fingerprint()), to_base64(carol.public_key().fingerprint()),
        "SHA256:" + to_base64(carol.public_key().fingerprint())}) {
    attest::Envelope envelope = signed_by(carol, statement(kImage));
    envelope.signatures[0].keyid = keyid;
    Budget budget(verifications(1));
    const auto outcome = verifier.image(kImage, {piece(AttachmentKind::envelope, envelope.to_json())}, budget);
    REQUIRE(outcome);
    CHECK(outcome->signatures.at(0).signer().key_name == "carol");
  }
  // Alice's signature under carol's name is alice's.
  attest::Envelope envelope = signed_by(alice(), statement(kImage));
  envelope.signatures[0].keyid = "carol";
  const SubjectClaims outcome = testing::image(verifier, kImage, {piece(AttachmentKind::envelope, envelope.to_json())});
  REQUIRE(outcome.signatures.size() == 1);
  CHECK(outcome.signatures[0].signer().key_name == "alice");
}

TEST_CASE("one blob that is attached to several subjects is judged for each") {
  const Attachment both = bundle(signed_by(
      alice(), *attest::make_statement({"", {{"sha256", std::string(kImage.encoded())}}, {}}, kCosignSignType, "{}")));
  Budget budget(verifications(1));
  const JudgedSubjects judged = trusting_alice().judge({{kImage, {{both}, {}}}, {kOther, {{both}, {}}}}, budget);
  CHECK_FALSE(judged.unfinished);
  CHECK(judged.outcomes.at(kImage).signatures.size() == 1);
  CHECK(judged.outcomes.at(kOther).signatures.empty());
  CHECK(judged.outcomes.at(kOther).refused.size() == 1);
}

TEST_CASE("refusals are listed up to a limit, and how many more there are is said") {
  std::vector<Attachment> evidence;
  for (std::size_t i = 0; i < kMaxRefusedListed; ++i)
    evidence.push_back(piece(AttachmentKind::bundle, "{" + std::to_string(i)));
  CHECK(testing::image(trusting_alice(), kImage, evidence).refused.size() == kMaxRefusedListed);
  evidence.push_back(piece(AttachmentKind::bundle, "[1"));
  evidence.push_back(piece(AttachmentKind::bundle, "[2"));
  const SubjectClaims outcome = testing::image(trusting_alice(), kImage, evidence);
  REQUIRE(outcome.refused.size() == kMaxRefusedListed + 1);
  CHECK(outcome.refused.back().why == "and 2 more that prove nothing are not listed");
}

}  // namespace
}  // namespace supply::verify

// What must pass although it is easily broken, and the forms in which signatures come.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/judged.hpp"
#include "libsupply/testing/sigstore_verdict.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"

namespace supply::verify {
namespace {

using testing::at;
using testing::attested_1;
using testing::changed;
using testing::identity_policy;
using testing::instance;
using testing::key_policy;
using testing::logged_1;
using testing::logged_2;
using testing::PrivateInstance;
using testing::step_of;
using testing::step_of_file;

TEST_CASE("a bundle 0.1 with a promise alone holds, and without one does not") {
  attest::Bundle bundle = logged_1();
  bundle.minor = 1;
  bundle.log_entries[0].proof.reset();
  CHECK(step_of(bundle) == "yes");
  bundle.certificates.push_back(instance().chain()[1]);  // a surplus root
  CHECK(step_of(bundle) == "yes");
  bundle.log_entries[0].promise.clear();
  CHECK(step_of(bundle) == "tlog-set missing");
  bundle = logged_1();
  bundle.minor = 2;
  CHECK(step_of(bundle) == "yes");
  bundle.log_entries[0].proof.reset();
  CHECK(step_of(bundle) == "tlog-inclusion missing");
}

TEST_CASE("the first entry of a log has index 0 and no path, which proto JSON leaves out") {
  PrivateInstance made;
  attest::Bundle bundle = made.bundle(testing::kRelease);
  const std::size_t index = made.rekor2.add(testing::hashedrekord_2(bundle));
  bundle.log_entries = {made.rekor2.entry(index, "hashedrekord", "0.0.2", {})};
  bundle.timestamps = {made.timestamp({made.at(100), testing::signature_of(bundle)})};
  TrustPolicy wanted = identity_policy();
  wanted.trusted_root = made.trusted();
  std::string file = testing::to_json(bundle);
  CHECK(step_of_file(file, wanted) == "yes");
  for (const char* absent : {R"("logIndex":"0",)", R"("logIndex":"0",)", R"("hashes":[],)"})
    file = changed(file, absent, "");
  CHECK(step_of_file(file, wanted) == "yes");
  CHECK(step_of_file(changed(file, R"("treeSize":"1")", R"("treeSize":1)"), wanted) == "yes");  // a number
}

// RFC 8785, section 3.2.2.3: numbers are written as ECMAScript writes doubles. Source of the last: Number(2n**63n -
// 1n).
TEST_CASE("a log's promise of an index beyond 2^53 is over the double that is next to it") {
  const auto promised = [](std::uint64_t index, const std::string& text) {
    attest::Bundle bundle = logged_1();
    bundle.minor = 1;
    attest::LogEntry& entry = bundle.log_entries[0];
    entry.proof.reset();
    entry.log_index = index;
    entry.promise = *instance().rekor.key().sign(
        "{\"body\":\"" + to_base64(entry.body) + "\",\"integratedTime\":" + std::to_string(*entry.integrated_time) +
        ",\"logID\":\"" + to_hex(entry.log_id) + "\",\"logIndex\":" + text + "}");
    return step_of(bundle);
  };
  CHECK(promised(9007199254740992, "9007199254740992") == "yes");
  CHECK(promised(9007199254740993, "9007199254740992") == "yes");
  CHECK(promised(9007199254740993, "9007199254740993") == "tlog-set invalid");
  CHECK(promised(9007199254740995, "9007199254740996") == "yes");
  CHECK(promised(1000000000000000001, "1000000000000000000") == "yes");
  CHECK(promised(9223372036854775807, "9223372036854776000") == "yes");
  CHECK(promised(9223372036854775807, "9223372036854775807") == "tlog-set invalid");
}

TEST_CASE("numbers of a bundle may have an exponent or a fraction of zero") {
  const std::string file = testing::to_json(logged_1());
  const attest::LogEntry entry = logged_1().log_entries[0];
  const std::string index = std::to_string(entry.log_index), time = std::to_string(*entry.integrated_time);
  REQUIRE(index == "1001");
  CHECK(step_of_file(changed(file, R"("logIndex":"1001")", R"("logIndex":"1001.0")"), identity_policy()) == "yes");
  CHECK(step_of_file(changed(file, R"("logIndex":"1001")", R"("logIndex":1.001e3)"), identity_policy()) == "yes");
  CHECK(step_of_file(changed(file, '"' + time + '"', time + ".0"), identity_policy()) == "yes");
  CHECK(step_of_file(changed(file, R"("treeSize":"2")", R"("treeSize":20e-1)"), identity_policy()) == "yes");
  CHECK(step_of_file(changed(file, R"("algorithm":"SHA2_256")", R"("algorithm":1.0)"), identity_policy()) == "yes");
  CHECK(step_of_file(changed(file, R"("logIndex":"1001")", R"("logIndex":"1e3")"), identity_policy()) ==
        "tlog-set invalid");
  CHECK(step_of_file(changed(file, R"("logIndex":"1001")", R"("logIndex":1001.5)"), identity_policy()) ==
        "parse malformed");
}

TEST_CASE("a log that grows proves each of its entries") {
  PrivateInstance made;
  TrustPolicy wanted = identity_policy();
  wanted.trusted_root = made.trusted();
  std::vector<attest::Bundle> bundles;
  for (int i = 0; i < 11; ++i) {
    bundles.push_back(made.bundle(testing::kRelease));
    made.rekor.add(testing::hashedrekord_1(bundles.back()));
  }
  for (std::size_t i = 0; i < bundles.size(); ++i) {
    bundles[i].log_entries = {made.rekor.entry(i, "hashedrekord", "0.0.1", made.at(1))};
    CHECK(step_of(bundles[i], wanted) == "yes");
    bundles[i].log_entries = {made.rekor.entry((i + 1) % bundles.size(), "hashedrekord", "0.0.1", made.at(1))};
    CHECK(step_of(bundles[i], wanted) == "tlog-entry invalid");
  }
}

TEST_CASE("keys of every type sign as a certificate's and as their own") {
  for (const crypto::KeyType type : {crypto::KeyType::ecdsa_p256, crypto::KeyType::ecdsa_p384,
                                     crypto::KeyType::ecdsa_p521, crypto::KeyType::rsa, crypto::KeyType::ed25519}) {
    INFO(crypto::to_string(type));
    const crypto::PrivateKey key = PrivateInstance::new_key(type);
    testing::CertificateForm form = instance().leaf_form();
    form.public_key = testing::spki(key);
    const std::string certificate = instance().issue(form);
    CHECK(step_of(logged_1(certificate, &key)) == "yes");
    CHECK(step_of(logged_2(certificate, &key)) == "yes");
    CHECK(step_of(logged_1(certificate)) == "signature invalid");  // by another key than the certificate's
    attest::Bundle own = instance().bundle(testing::kRelease, "", &key);
    own.log_entries = {instance().entry_1(testing::hashedrekord_1(own, testing::spki(key)), at(100))};
    CHECK(step_of(own, key_policy(key)) == "yes");
    own.log_entries = {instance().entry_2(testing::hashedrekord_2(own, testing::spki(key)))};
    CHECK(step_of(own, key_policy(key)) == "yes");  // a managed key with Rekor v2 needs no time
    CHECK(step_of(own, key_policy(instance().ct)) == "signature invalid");
    own.log_entries.clear();
    CHECK(step_of(own, key_policy(key)) == "tlog-entry missing");
    TrustPolicy waived = key_policy(key);
    waived.log = Waived::yes;
    CHECK(step_of(own, waived) == "yes");
    CHECK(step_of(own, TrustPolicy{key_policy(key).keys, {}}) == "yes");
  }
}

TEST_CASE("a signature is by a certificate or by a key, as it was asked for") {
  CHECK(step_of(logged_1(), key_policy(instance().leaf)) == "identity invalid");
  attest::Bundle own = instance().bundle(testing::kRelease, "");
  own.log_entries = {instance().entry_1(testing::hashedrekord_1(own, testing::spki(instance().leaf)), at(100))};
  CHECK(step_of(own, key_policy(instance().leaf)) == "yes");
  CHECK(step_of(own) == "identity invalid");
  // The key's entry, and the key's certificate: each is another signer.
  attest::Bundle mixed = logged_1();
  mixed.log_entries = {instance().entry_1(testing::hashedrekord_1(mixed, testing::spki(instance().leaf)), at(100))};
  CHECK(step_of(mixed) == "tlog-entry invalid");
  own.log_entries = {instance().entry_1(testing::hashedrekord_1(logged_1()), at(100))};
  CHECK(step_of(own, key_policy(instance().leaf)) == "tlog-entry invalid");
}

TEST_CASE("names of every kind are identities") {
  const auto named = [](const std::string& name, const char* wanted) {
    testing::CertificateForm form = instance().leaf_form();
    form.name = name;
    TrustPolicy policy = identity_policy();
    policy.identities[0].names = {TextPattern::exact(wanted)};
    return step_of(logged_1(instance().issue(form)), policy);
  };
  CHECK(named(testing::uri_name("https://example.test/a"), "https://example.test/a") == "yes");
  CHECK(named(testing::email_name("me@example.test"), "me@example.test") == "yes");
  CHECK(named(testing::user_name("me"), "me") == "yes");
  CHECK(named(testing::der(0x82, "example.test"), "example.test") == "identity invalid");  // a host signs nothing
  // The first URI is the name, as cosign has it for bundles; the others are none.
  CHECK(named(testing::email_name("me@example.test") + testing::uri_name("https://a"), "https://a") == "yes");
  CHECK(named(testing::email_name("me@example.test") + testing::uri_name("https://a"), "me@example.test") ==
        "identity invalid");
}

TEST_CASE("a statement's sha512 subject is the artifact by its bytes") {
  const std::string hex = to_hex(crypto::hash(crypto::HashAlgorithm::sha512, testing::kRelease));
  const std::string statement =
      testing::statement_about(R"([{"name":"pkg:npm/a@1","digest":{"sha512":")" + hex + R"("}}])");
  CHECK(step_of(attested_1(statement)) == "yes");
  const Verifier verifier(identity_policy(), at(0));
  const std::string file = testing::to_json(attested_1(statement));
  Budget budget;
  CHECK(verifier.blob_attestation(*Digest::parse("sha512:" + hex), file, budget));
  // Nothing says which it is.
  CHECK(verifier.blob_attestation(crypto::sha256(testing::kRelease), file, budget).error().code() ==
        ErrorCode::unsupported);
}

TEST_CASE("several instances are trusted each on its own") {
  PrivateInstance other;
  attest::Bundle bundle = other.bundle(testing::kRelease);
  bundle.log_entries = {other.entry_1(testing::hashedrekord_1(bundle), at(100))};
  CHECK(step_of(bundle) == "chain invalid");
  TrustPolicy both = identity_policy();
  both.other_roots = {other.trusted()};
  CHECK(step_of(bundle, both) == "yes");
  CHECK(step_of(logged_1(), both) == "yes");
  bundle.log_entries = {
      instance().entry_1(testing::hashedrekord_1(bundle), at(100))};  // one's certificate, other's log
  CHECK(step_of(bundle, both) == "tlog-entry unknown");
  // A waiver is for the instance without a log alone.
  both.other_roots[0].logs.clear();
  both.other_roots[0].ct_logs.clear();
  both.log = both.sct = Waived::yes;
  bundle.log_entries.clear();
  bundle.timestamps = {other.timestamp({at(100), testing::signature_of(bundle)})};
  CHECK(step_of(bundle, both) == "yes");
  attest::Bundle ours = logged_1();
  CHECK(step_of(ours, both) == "yes");
  ours.log_entries.clear();
  ours.timestamps = {instance().timestamp({at(100), testing::signature_of(ours)})};
  CHECK(step_of(ours, both) == "tlog-entry missing");
  const auto roots = root::TrustedRoot::parse_all(instance().trusted_json() + "\n" + other.trusted_json() + "\n");
  REQUIRE(roots);
  CHECK(roots->size() == 2);
}

// cosign's forms of images' signatures: a layer with annotations.
attachments::Attachment layer(attachments::AttachmentKind kind, const Digest& image, const std::string& bytes,
                              const attest::Bundle& bundle, bool with_entry, bool with_timestamp) {
  oci::Descriptor blob{.media_type = "b", .digest = crypto::sha256(bytes), .size = bytes.size()};
  if (kind == attachments::AttachmentKind::simple_signing)
    blob.annotations[std::string(attest::kSignatureAnnotation)] = to_base64(testing::signature_of(bundle));
  if (!bundle.certificates.empty()) {
    blob.annotations["dev.sigstore.cosign/certificate"] = testing::pem("CERTIFICATE", bundle.certificates[0]);
    blob.annotations["dev.sigstore.cosign/chain"] = testing::pem("CERTIFICATE", instance().chain()[1]);
  }
  const attest::LogEntry& entry = bundle.log_entries.at(0);
  if (with_entry)
    blob.annotations["dev.sigstore.cosign/bundle"] =
        R"({"SignedEntryTimestamp":")" + to_base64(entry.promise) + R"(","Payload":{"body":")" + to_base64(entry.body) +
        R"(","integratedTime":)" + std::to_string(*entry.integrated_time) + R"(,"logIndex":)" +
        std::to_string(entry.log_index) + R"(,"logID":")" + to_hex(entry.log_id) + "\"}}";
  if (with_timestamp)
    blob.annotations["dev.sigstore.cosign/rfc3161timestamp"] =
        R"({"SignedRFC3161Timestamp":")" + to_base64(bundle.timestamps.at(0)) + "\"}";
  return {kind, image, oci::Descriptor{.media_type = "m", .digest = crypto::sha256("manifest")}, std::move(blob),
          bytes};
}

TEST_CASE("cosign's annotations of an image bring certificate, entry and timestamp") {
  using attachments::AttachmentKind;
  const Digest image = crypto::sha256("the image's manifest");
  const std::string payload = attest::SimpleSigning{image, "r", {{"a", "1"}}}.to_bytes();
  attest::Bundle bundle = instance().bundle(payload, instance().issue(instance().leaf_form()));
  bundle.log_entries = {instance().entry_1(testing::hashedrekord_1(bundle), at(100))};
  bundle.timestamps = {instance().timestamp({at(100), testing::signature_of(bundle)})};
  const auto judged = [&](const TrustPolicy& policy, bool entry, bool timestamp) {
    return testing::image(Verifier(policy, at(0)), image,
                          {layer(AttachmentKind::simple_signing, image, payload, bundle, entry, timestamp)});
  };
  const SubjectClaims both = judged(identity_policy(), true, true);
  REQUIRE(both.signatures.size() == 1);
  CHECK(both.signatures[0].signer().certificate->issuer == "https://issuer.test");
  CHECK(both.signatures[0].signer().times == std::vector<Time>{at(100)});
  CHECK(judged(identity_policy(), true, false).signatures.size() == 1);
  CHECK(judged(identity_policy(), false, true).refused.at(0).why.starts_with("tlog-entry: "));
  TrustPolicy waived = identity_policy();
  waived.log = Waived::yes;
  CHECK(judged(waived, false, true).signatures.size() == 1);
  waived.timestamps = 1;
  CHECK(judged(waived, false, false).refused.at(0).why.starts_with("timestamp: "));
  // By its key, the certificate beside it is nobody's concern, and is named.
  attest::Bundle own = bundle;
  own.log_entries = {instance().entry_1(testing::hashedrekord_1(own, testing::spki(instance().leaf)), at(100))};
  const SubjectClaims by_key =
      testing::image(Verifier(key_policy(instance().leaf), at(0)), image,
                     {layer(AttachmentKind::simple_signing, image, payload, own, true, false)});
  REQUIRE(by_key.signatures.size() == 1);
  CHECK(by_key.signatures[0].signer().unchecked == "certificate");
}

TEST_CASE("cosign's attestations of an image are stamped as envelopes by cosign 2, as signatures by cosign 3") {
  using attachments::AttachmentKind;
  const Digest image = crypto::sha256("the image's manifest");
  const std::string payload = testing::statement_about(testing::sha256_subject(std::string(image.encoded())));
  attest::Bundle bundle = instance().envelope(payload, instance().issue(instance().leaf_form()));
  bundle.log_entries = {instance().entry_1(testing::intoto_2(bundle), at(100))};
  const std::string bytes = std::get<attest::Envelope>(bundle.content).to_json();
  const auto judged = [&](const std::string& stamped) {
    bundle.timestamps = {instance().timestamp({at(100), stamped})};
    return testing::image(Verifier(identity_policy(), at(0)), image,
                          {layer(AttachmentKind::envelope, image, bytes, bundle, true, true)});
  };
  CHECK(judged(bytes).statements.size() == 1);
  CHECK(judged(testing::signature_of(bundle)).statements.size() == 1);
  CHECK(judged(payload).refused.at(0).why.starts_with("timestamp: "));
}

TEST_CASE("an entry that logs what no bundle holds is no witness, one of an unknown kind leaves it open") {
  attest::Bundle bundle = logged_1();
  const std::string body = testing::hashedrekord_1(bundle);
  const auto told = [&](const std::string& kind, const std::string& version) {
    bundle.log_entries = {instance().entry_1(
        changed(changed(body, "hashedrekord", kind), R"("apiVersion":"0.0.1")", R"("apiVersion":")" + version + '"'),
        at(100))};
    return step_of(bundle);
  };
  for (const char* kind : {"alpine", "cose", "helm", "jar", "rfc3161", "rpm", "tuf"})
    CHECK(told(kind, "0.0.1") == "tlog-entry invalid");
  CHECK(told("dsse", "0.0.2") == "tlog-entry invalid");
  CHECK(told("dsse", "0.0.3") == "tlog-entry unsupported");
  CHECK(told("hashedrekord", "0.0.3") == "tlog-entry unsupported");
}

// Source: sigstore/rekor, pkg/types/rekord/v0.0.1; cosign, pkg/cosign/verify.go, bundleHash.
TEST_CASE("an entry of kind rekord is read as cosign 1.0 to 1.2 logged it, of other programs' signatures it is not") {
  attest::Bundle bundle = logged_1();
  const std::string body = changed(changed(testing::hashedrekord_1(bundle), "hashedrekord", "rekord"),
                                   R"("signature":{)", R"("signature":{"format":"x509",)");
  bundle.log_entries = {instance().entry_1(body, at(100))};
  CHECK(step_of(bundle) == "yes");
  bundle.log_entries = {instance().entry_1(changed(body, "x509", "pgp"), at(100))};
  CHECK(step_of(bundle) == "tlog-entry unsupported");
  bundle.log_entries = {instance().entry_1(changed(body, R"("format":"x509",)", ""), at(100))};
  CHECK(step_of(bundle) == "tlog-entry malformed");
  attest::Bundle other = instance().bundle("another file");
  bundle.log_entries = {instance().entry_1(changed(changed(testing::hashedrekord_1(other), "hashedrekord", "rekord"),
                                                   R"("signature":{)", R"("signature":{"format":"x509",)"),
                                           at(100))};
  CHECK(step_of(bundle) == "tlog-entry invalid");
}

// Source: sigstore/rekor, pkg/types/intoto/v0.0.1; cosign 2, pkg/cosign/verify.go, bundleHash.
TEST_CASE("an entry of kind intoto 0.0.1 is of the envelope as it lies there, to the byte") {
  using attachments::AttachmentKind;
  const Digest image = crypto::sha256("the image's manifest");
  const std::string payload = testing::statement_about(testing::sha256_subject(std::string(image.encoded())));
  attest::Bundle bundle = instance().envelope(payload, instance().issue(instance().leaf_form()));
  const std::string bytes = std::get<attest::Envelope>(bundle.content).to_json();
  const auto judged = [&](const std::string& body, const std::string& held) {
    bundle.log_entries = {instance().entry_1(body, at(100))};
    return testing::image(Verifier(identity_policy(), at(0)), image,
                          {layer(AttachmentKind::envelope, image, held, bundle, true, false)});
  };
  const std::string good = testing::intoto_1(bundle, bytes);
  const SubjectClaims claims = judged(good, bytes);
  REQUIRE(claims.statements.size() == 1);
  CHECK(claims.statements[0].signer().times == std::vector<Time>{at(100)});
  CHECK(judged(good, bytes + " ").refused.at(0).why == "tlog-entry: log entry is of another envelope");
  CHECK(judged(testing::intoto_1(bundle, "other"), bytes).refused.at(0).why ==
        "tlog-entry: log entry is of another envelope");
  attest::Bundle sibling = bundle;
  testing::CertificateForm form = instance().leaf_form();
  form.serial = 77;
  sibling.certificates = {instance().issue(form)};
  CHECK(judged(testing::intoto_1(sibling, bytes), bytes).refused.at(0).why ==
        "tlog-entry: log entry holds another certificate");
  CHECK(judged(testing::intoto_1(bundle, bytes, testing::spki(instance().leaf)), bytes).refused.at(0).why ==
        "tlog-entry: log entry holds another certificate");

  // cosign 2's file of a release file's attestation has the envelope whole.
  const auto& entry = bundle.log_entries[0];
  const auto file = [&](const std::string& text) {
    const attest::LogEntry logged = instance().entry_1(good, at(100));
    return R"({"base64Signature":")" + to_base64(text) + R"(","cert":")" +
           to_base64(testing::pem("CERTIFICATE", bundle.certificates[0])) +
           R"(","rekorBundle":{"SignedEntryTimestamp":")" + to_base64(logged.promise) + R"(","Payload":{"body":")" +
           to_base64(logged.body) + R"(","integratedTime":)" + std::to_string(*logged.integrated_time) +
           R"(,"logIndex":)" + std::to_string(logged.log_index) + R"(,"logID":")" + to_hex(logged.log_id) + "\"}}}";
  };
  Budget budget;
  const Verifier verifier(identity_policy(), at(0));
  CHECK(verifier.blob_attestation(image, file(bytes), budget));
  CHECK(verifier.blob_attestation(image, file(bytes + " "), budget).error().code() == ErrorCode::mismatch);
  // A bundle keeps no text: what its entry says is not known.
  attest::Bundle bundled = bundle;
  bundled.log_entries = {instance().entry_1(good, at(100))};
  bundled.minor = 1;
  CHECK(verifier.blob_attestation(image, testing::to_json(bundled), budget).error().code() == ErrorCode::unsupported);
  CHECK(entry.kind == "intoto");
}

TEST_CASE("each of several signatures in one envelope is judged, and none is passed over in silence") {
  using attachments::AttachmentKind;
  const Digest image = crypto::sha256("the image's manifest");
  const std::string payload = testing::statement_about(testing::sha256_subject(std::string(image.encoded())));
  attest::Envelope envelope{"application/vnd.in-toto+json", payload, {}};
  const std::string bytes = testing::signed_bytes(envelope.payload_type, payload);
  const crypto::PrivateKey &first = instance().leaf, &second = instance().ct, &stranger = instance().tsa;
  for (const crypto::PrivateKey* key : {&stranger, &first, &second})
    envelope.signatures.push_back({"", *key->sign(bytes)});
  const std::string file = envelope.to_json();
  const oci::Descriptor blob{.media_type = "b", .digest = crypto::sha256(file), .size = file.size()};
  const attachments::Attachment piece{AttachmentKind::envelope, image,
                                      oci::Descriptor{.media_type = "m", .digest = crypto::sha256("m")}, blob, file};
  const Verifier verifier({{"first", first.public_key()}, {"second", second.public_key()}});
  const SubjectClaims claims = testing::image(verifier, image, {piece});
  REQUIRE(claims.statements.size() == 2);
  REQUIRE(claims.refused.size() == 1);
  CHECK(claims.refused[0].why.starts_with("signature 1 of 3: "));
  CHECK(claims.refused[0].unknown_signer);
  CHECK(claims.statements[0].claim().subjects.size() == 1);
  CHECK(claims.statements[1].claim().subjects.size() == 1);
  Budget budget;
  const auto blob_claim = verifier.blob_attestation(image, file, budget);
  REQUIRE(blob_claim);
  CHECK(blob_claim->signer().key_name == "first");
  const auto none = Verifier({{"other", instance().authority.public_key()}}).blob_attestation(image, file, budget);
  REQUIRE_FALSE(none);
  for (const char* each : {"signature 1 of 3", "signature 2 of 3", "signature 3 of 3"})
    CHECK(none.error().message().find(each) != std::string::npos);
}

TEST_CASE("a file may hold several bundles, in the forms in which others list them") {
  const attest::Bundle one = attested_1(), two = testing::attested_2();
  const std::string strange = testing::to_json(attested_1(testing::statement_about(testing::sha256_subject("00"))));
  const Verifier verifier(identity_policy(), at(0));
  const std::string artifact = testing::kRelease;
  const auto told = [&](const std::string& file) {
    Budget budget;
    return verifier.blob_attestations({artifact, crypto::sha256(artifact)}, file, budget);
  };
  const std::string first = testing::to_json(one), second = testing::to_json(two);
  for (const std::string& file : {first + "\n" + strange + "\n" + second + "\n",
                                  R"({"attestations":[{"bundle":)" + first + R"(},{"bundle":)" + strange +
                                      R"(},{"predicateType":"x","bundle":)" + second + "}]}"}) {
    const auto answer = told(file);
    REQUIRE(answer);
    CHECK(answer->verified.size() == 2);
    REQUIRE(answer->refused.size() == 1);
    CHECK(answer->refused[0].message().starts_with("bundle 2 of 3: artifact: "));
  }
  // PEP 740: the same values under other names.
  const auto pep740 = [](const attest::Bundle& bundle) {
    const auto& content = std::get<attest::Envelope>(bundle.content);
    const std::string file = testing::to_json(bundle);
    const std::size_t from = file.find(R"("tlogEntries":)") + 14, until = file.find(R"(,"timestampVerificationData")");
    return R"({"version":1,"verification_material":{"certificate":")" + to_base64(bundle.certificates[0]) +
           R"(","transparency_entries":)" + file.substr(from, until - from) + R"(},"envelope":{"statement":")" +
           to_base64(content.payload) + R"(","signature":")" + to_base64(content.signatures[0].bytes) + "\"}}";
  };
  CHECK(told(pep740(one)));
  const auto provenance =
      told(R"({"version":1,"attestation_bundles":[{"publisher":{"kind":"GitHub"},"attestations":[)" + pep740(one) +
           "," + pep740(one) + "]}]}");
  REQUIRE(provenance);
  CHECK(provenance->verified.size() == 2);
  CHECK(told(changed(pep740(one), R"("version":1)", R"("version":2)")).error().code() == ErrorCode::unsupported);
  attest::Bundle other = one;
  std::get<attest::Envelope>(other.content).payload += ' ';
  CHECK(told(pep740(other)).error().message().starts_with("tlog-entry: "));
  for (const char* none : {R"({"attestations":[]})", R"({"attestation_bundles":[]})", R"({"attestations":[{}]})",
                           R"({"attestation_bundles":[{}]})", R"({"version":1,"verification_material":{}})", "{}"})
    CHECK(told(none).error().code() == ErrorCode::malformed);
  // One that is damaged hides no other.
  const auto damaged = told("{}\n" + first + "\n{\"mediaType\":1}");
  REQUIRE(damaged);
  CHECK(damaged->verified.size() == 1);
  CHECK(damaged->refused.size() == 2);
  std::string many = "{}\n";
  for (std::size_t i = 1; i < kMaxBundlesInFile; ++i) many += "{}\n";
  CHECK(told(many).error().code() == ErrorCode::malformed);
  CHECK(told(many + "{}\n").error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("several trusted roots are one a line, up to a number") {
  const std::string one = instance().trusted_json() + "\n";
  std::string many;
  for (std::size_t i = 0; i < kMaxTrustedRoots; ++i) many += one;
  REQUIRE(root::TrustedRoot::parse_all(many));
  CHECK(root::TrustedRoot::parse_all(many + one).error().code() == ErrorCode::limit_exceeded);
  const auto damaged = root::TrustedRoot::parse_all(one + "{}\n");
  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().message().find("trusted root 2") != std::string::npos);
}

TEST_CASE("certificates and their signatures are checked once for many bundles") {
  const Verifier verifier(identity_policy(), at(0));
  const auto cost = [&](const attest::Bundle& bundle) {
    Budget budget;
    const std::string message = testing::kRelease;
    CHECK(verifier.blob({message, crypto::sha256(message)}, testing::to_json(bundle), budget));
    return budget.spent(Cost::verifications);
  };
  const std::uint64_t first = cost(logged_2()), second = cost(logged_2());
  CHECK(second < first);
}

}  // namespace
}  // namespace supply::verify

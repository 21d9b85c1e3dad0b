// What each step must refuse, each with nothing else wrong: parse, log entries of envelopes, content. The rest is in
// steps_test.cpp.
#include <catch2/catch.hpp>

#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/sigstore_verdict.hpp"

namespace supply::verify {
namespace {

using testing::attested_1;
using testing::attested_2;
using testing::changed;
using testing::instance;
using testing::logged_1;
using testing::logged_2;
using testing::step_of;
using testing::step_of_file;

// A number of 32 bytes, taken from the order of P-256.
std::string order_minus(std::string number) {
  const std::string order = *from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  number.insert(0, 32 - number.size(), '\0');
  std::string out(32, '\0');
  int borrow = 0;
  for (int i = 31; i >= 0; --i) {
    const auto at = static_cast<std::size_t>(i);
    const int digit = static_cast<unsigned char>(order[at]) - static_cast<unsigned char>(number[at]) - borrow;
    borrow = digit < 0 ? 1 : 0;
    out[at] = static_cast<char>(digit + 256 * borrow);
  }
  return out;
}

std::string integer(std::string bytes) {
  while (bytes.size() > 1 && bytes[0] == 0 && (bytes[1] & 0x80) == 0) bytes.erase(0, 1);
  if ((bytes[0] & 0x80) != 0) bytes.insert(bytes.begin(), '\0');
  return testing::der(0x02, bytes);
}

// (r, n-s), which every ECDSA key that made (r, s) has made too.
std::string twin(const std::string& signature) {
  const auto r_size = static_cast<std::size_t>(signature[3]);
  std::string s = signature.substr(4 + r_size + 2);
  if (s[0] == 0) s.erase(0, 1);
  return testing::der_sequence(signature.substr(2, 2 + r_size) + integer(order_minus(s)));
}

TEST_CASE("parse refuses what is no bundle of one signature") {
  const std::string good = testing::to_json(logged_1());
  REQUIRE(step_of_file(good) == "yes");
  const std::string kCertificate =
      good.substr(good.find(R"("certificate":)"), good.find(R"(,"tlogEntries")") - good.find(R"("certificate":)"));
  const std::string kContent = good.substr(good.find(R"("messageSignature":)"));
  const std::string kKey = R"("publicKey":{"hint":"AAAA"})", kChain = R"("x509CertificateChain":{"certificates":[]})";
  const std::string envelope = testing::to_json(attested_1());
  const std::string kEnvelope = envelope.substr(envelope.find(R"("dsseEnvelope":)"));
  struct Case {
    const char* what;
    std::string from, to, step = "parse malformed";
  };
  for (const Case& wrong : {
           Case{"unknown version", "bundle.v0.3", "bundle.v0.4", "parse unsupported"},
           Case{"no version", R"("mediaType")", R"("media")"},
           Case{"a member twice", R"("tlogEntries":)", R"("tlogEntries":[],"tlogEntries":)"},
           Case{"a member twice in two spellings", R"("tlogEntries":)", R"("tlog_entries":[],"tlogEntries":)"},
           Case{"certificate and key", kCertificate, kCertificate + ',' + kKey},
           Case{"neither certificate nor key", kCertificate + ',', ""},
           Case{"signature and envelope", kContent, kEnvelope.substr(0, kEnvelope.size() - 1) + ',' + kContent},
           Case{"neither signature nor envelope", ',' + kContent, "}"},
           Case{"a chain in 0.3", kCertificate, changed(kCertificate, "certificate", "x509CertificateChain")},
           Case{"an empty chain", kCertificate, kChain},
           Case{"an empty certificate", kCertificate, R"("certificate":{"rawBytes":""})"},
           Case{"a negative index", R"("logIndex":"1001")", R"("logIndex":"-1")"},
           Case{"an index over 63 bits", R"("logIndex":"1001")", R"("logIndex":"9223372036854775808")"},
           Case{"an index that is no number", R"("logIndex":"1001")", R"("logIndex":"1x3")"},
           Case{"an index that is no whole number", R"("logIndex":"1001")", R"("logIndex":"1e-3")"},
           Case{"a negative index of the proof", R"("logIndex":"1",)", R"("logIndex":"-1",)"},
           Case{"broken base64", R"("rootHash":")", R"("rootHash":"*)"},
           Case{"broken base64 of the signature", R"("signature":")", R"("signature":"*)"},
           Case{"proof without checkpoint", R"("checkpoint":)", R"("other":)"},
           Case{"checkpoint without envelope", R"("envelope":)", R"("other":)"},
           Case{"verification material that is none", R"("verificationMaterial":{)",
                R"("verificationMaterial":[],"x":{)"},
       }) {
    INFO(wrong.what);
    CHECK(step_of_file(changed(good, wrong.from, wrong.to)) == wrong.step);
  }
  std::string old = changed(changed(good, "bundle.v0.3+json", "bundle+json;version=0.2"), kCertificate, kChain);
  CHECK(step_of_file(old) == "parse malformed");  // an empty chain where a chain may be
  for (const std::string& signatures :
       {std::string("[]"), std::string(R"([{"sig":"AAAA"},{"sig":"AAAA"}])"), std::string("null")}) {
    const std::size_t at = envelope.find(R"("signatures":)") + 13;
    const std::string text = envelope.substr(0, at) + signatures + "}}";
    CHECK(step_of_file(text, testing::identity_policy(), testing::kRelease, true) == "parse malformed");
  }
}

TEST_CASE("more than 32 log entries or timestamps are refused, 32 are not") {
  attest::Bundle bundle = logged_2();
  while (bundle.timestamps.size() < kMaxTimestamps) bundle.timestamps.push_back(bundle.timestamps[0]);
  CHECK(step_of(bundle) == "yes");
  bundle.timestamps.push_back(bundle.timestamps[0]);
  CHECK(step_of(bundle) == "parse too-much");
  bundle = logged_1();
  while (bundle.log_entries.size() < kMaxLogEntries) bundle.log_entries.push_back(bundle.log_entries[0]);
  CHECK(step_of(bundle) == "yes");
  bundle.log_entries.push_back(bundle.log_entries[0]);
  CHECK(step_of(bundle) == "parse too-much");
}

TEST_CASE("the log entry holds the very signature, not its twin") {
  for (const bool second : {false, true}) {
    attest::Bundle bundle = second ? logged_2() : logged_1();
    auto& content = std::get<attest::MessageSignature>(bundle.content);
    const std::string was = content.signature;
    content.signature = twin(was);
    REQUIRE(content.signature != was);
    REQUIRE(instance().leaf.public_key().verify(testing::kRelease, content.signature));
    if (second) bundle.timestamps = {instance().timestamp({testing::at(100), content.signature})};
    CHECK(step_of(bundle) == "tlog-entry invalid");
    bundle.log_entries = {second ? instance().entry_2(testing::hashedrekord_2(bundle))
                                 : instance().entry_1(testing::hashedrekord_1(bundle), testing::at(100))};
    CHECK(step_of(bundle) == "yes");  // it is a signature like any other
  }
}

TEST_CASE("the log entry of an envelope is of its payload, its signature and its certificate") {
  for (const auto& body : {&testing::dsse_1, &testing::intoto_2}) {
    attest::Bundle bundle = attested_1();
    const auto logged = [&](const attest::Bundle& other) {
      attest::Bundle mixed = bundle;
      mixed.log_entries = {instance().entry_1(body(other, {}), testing::at(100))};
      return step_of(mixed);
    };
    CHECK(logged(bundle) == "yes");
    attest::Bundle other = bundle;
    std::get<attest::Envelope>(other.content).payload += ' ';
    CHECK(logged(other) == "tlog-entry invalid");
    other = bundle;
    std::get<attest::Envelope>(other.content).signatures[0].bytes = *instance().leaf.sign("something else");
    CHECK(logged(other) == "tlog-entry invalid");
    other = bundle;
    testing::CertificateForm form = instance().leaf_form();
    form.serial = 2;
    other.certificates = {instance().issue(form)};
    CHECK(logged(other) == "tlog-entry invalid");
    other = bundle;  // the bare key of the certificate is not the certificate
    other.log_entries = {instance().entry_1(body(bundle, testing::spki(instance().leaf)), testing::at(100))};
    CHECK(step_of(other) == "tlog-entry invalid");
    other = bundle;
    other.log_entries[0].kind = "hashedrekord";
    CHECK(step_of(other) == "tlog-entry invalid");
  }
  // A file's entry is none of an envelope, and the other way round.
  attest::Bundle file = logged_1(), envelope = attested_1();
  std::swap(file.log_entries, envelope.log_entries);
  CHECK(step_of(file) == "tlog-entry invalid");
  CHECK(step_of(envelope) == "tlog-entry invalid");
}

TEST_CASE("what Rekor v2 has of an envelope is the digest of its pre-authentication bytes") {
  attest::Bundle bundle = attested_2();
  CHECK(step_of(bundle) == "yes");
  const auto& content = std::get<attest::Envelope>(bundle.content);
  const std::string right = to_base64(testing::sha256_of(testing::signed_bytes(content.payload_type, content.payload)));
  const std::string of_payload = to_base64(testing::sha256_of(content.payload));
  bundle.log_entries = {instance().entry_2(changed(testing::hashedrekord_2(bundle), right, of_payload))};
  CHECK(step_of(bundle) == "tlog-entry invalid");
}

TEST_CASE("the checkpoint is by the log that it names, whoever has signed besides") {
  const crypto::PrivateKey witness = testing::PrivateInstance::new_key(crypto::KeyType::ed25519);
  const auto with = [&](const testing::CheckpointForm& form) {
    attest::Bundle bundle = logged_2();
    bundle.log_entries = {instance().entry_2(bundle.log_entries[0].body, form)};
    return step_of(bundle);
  };
  const std::string text = testing::checkpoint_text("rekor2.test", 2, testing::sha256_of("any"));
  testing::CheckpointForm form;
  form.lines_before = testing::cosignature_line("witness.test", text, witness, testing::at(1));
  form.lines_after = form.lines_before;
  CHECK(with(form) == "yes");  // no trusted root holds witnesses' keys
  form.more_text = "an extension line\n";
  CHECK(with(form) == "yes");
  form = {};
  form.origin = "other.test";
  CHECK(with(form) == "tlog-checkpoint invalid");
  form = {};
  form.name = "other.test";
  CHECK(with(form) == "tlog-checkpoint invalid");
  form = {};
  form.id = "wxyz";
  CHECK(with(form) == "tlog-checkpoint invalid");
  form = {};
  form.size = 3;
  CHECK(with(form) == "tlog-checkpoint invalid");
  form = {};
  form.root = testing::sha256_of("another tree");
  CHECK(with(form) == "tlog-checkpoint invalid");
  form = {};
  form.key = &witness;
  CHECK(with(form) == "tlog-checkpoint invalid");
  form = {};
  form.more_text = "\n";  // ends the text before its end
  CHECK(with(form) == "tlog-checkpoint invalid");
  // Rekor v1 says its tree beside its name, and signs as its name.
  attest::Bundle first = logged_1();
  form = {};
  form.origin = "other.test - 77";
  first.log_entries = {instance().entry_1(first.log_entries[0].body, testing::at(100), form)};
  CHECK(step_of(first) == "tlog-checkpoint invalid");
}

TEST_CASE("a line of the log that is in a checkpoint again is checked once") {
  attest::Bundle bundle = logged_1();
  attest::InclusionProof& proof = *bundle.log_entries[0].proof;
  const auto spent = [&] {
    Budget budget;
    const Verifier verifier(testing::identity_policy(), testing::at(0));
    const std::string release = testing::kRelease, file = testing::to_json(bundle);
    CHECK(verifier.blob({release, crypto::sha256(release)}, file, budget));
    return budget.spent(Cost::verifications);
  };
  const auto before = spent();
  const std::string line = proof.checkpoint.substr(proof.checkpoint.find("\n\n") + 2);
  for (std::size_t i = 1; i < kMaxNoteSignatures; ++i) proof.checkpoint += line;
  CHECK(spent() == before);
}

TEST_CASE("a timestamp that is there is good, whatever else proves the time") {
  attest::Bundle bundle = logged_1();
  bundle.timestamps = {instance().timestamp({testing::at(100), testing::signature_of(bundle)})};
  CHECK(step_of(bundle) == "yes");
  bundle.timestamps = {instance().timestamp({testing::at(100), "another signature"})};
  CHECK(step_of(bundle) == "timestamp invalid");
  bundle.timestamps = {"no timestamp"};
  CHECK(step_of(bundle) == "timestamp malformed");
  // Two are wanted, and two of one authority are one.
  bundle.timestamps = {instance().timestamp({testing::at(100), testing::signature_of(bundle)}),
                       instance().timestamp({testing::at(200), testing::signature_of(bundle)})};
  TrustPolicy wanted = testing::identity_policy();
  wanted.timestamps = 1;
  CHECK(step_of(bundle, wanted) == "yes");
  CHECK(step_of(logged_1(), wanted) == "timestamp missing");
  wanted.timestamps = 2;
  CHECK(step_of(bundle, wanted) == "timestamp missing");
  wanted.timestamps = 0;
  wanted.times = 2;  // the log and the authority
  CHECK(step_of(bundle, wanted) == "yes");
  CHECK(step_of(logged_1(), wanted) == "time missing");
  wanted.times = 3;
  CHECK(step_of(bundle, wanted) == "time missing");
}

TEST_CASE("a timestamp's signed attributes are of it and of its signer") {
  attest::Bundle bundle = logged_2();
  const auto with = [&](testing::TimestampForm form) {
    form.imprint_of = testing::signature_of(bundle);
    bundle.timestamps = {instance().timestamp(form)};
    return step_of(bundle);
  };
  testing::TimestampForm form{testing::at(100)};
  form.right_type = false;
  CHECK(with(form) == "timestamp invalid");
  const auto named = [&](const std::string& certificate) {  // ESSCertIDv2, RFC 5816
    testing::TimestampForm one{testing::at(100)};
    const std::string id = testing::der_sequence(testing::der_octets(testing::sha256_of(certificate)));
    one.attributes = testing::der_sequence(testing::der_oid("1.2.840.113549.1.9.16.2.47") +
                                           testing::der_set(testing::der_sequence(testing::der_sequence(id))));
    one.certificate = instance().tsa_chain()[0];
    return with(one);
  };
  CHECK(named("another certificate") == "timestamp invalid");
  for (const char* imprint : {"2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"}) {  // SHA-384, SHA-512
    form = {testing::at(100)};
    form.imprint_algorithm = imprint;
    CHECK(with(form) == "yes");
  }
  form = {testing::at(100)};
  form.nonce = testing::der_number(7);
  form.status = 1;  // granted with modifications
  CHECK(with(form) == "yes");
}

TEST_CASE("a leaf issues nothing") {
  // A second certificate "by" the first one, whose holder has its key.
  testing::CertificateForm form = instance().leaf_form();
  form.issuer = "";  // the first one's subject
  const attest::Bundle bundle = logged_1(form.signed_by(instance().leaf));
  CHECK(step_of(bundle) == "chain invalid");
  TrustPolicy wanted = testing::identity_policy();
  auto& chain = wanted.trusted_root->certificate_authorities[0].chain;
  chain.insert(chain.begin(), testing::certificate_in(instance().issue(instance().leaf_form())));
  CHECK(step_of(bundle, wanted) == "chain invalid");
}

TEST_CASE("an envelope is about the artifact, by its whole digest under its own name") {
  const std::string hex = to_hex(testing::sha256_of(testing::kRelease));
  const auto about = [](const std::string& subjects) {
    return step_of(attested_1(testing::statement_about(subjects)));
  };
  CHECK(about(testing::sha256_subject(hex)) == "yes");
  CHECK(about(testing::sha256_subject(to_hex(testing::sha256_of("another")))) == "artifact invalid");
  CHECK(about("[]") == "artifact malformed");
  CHECK(about(R"([{"name":"a"}])") == "artifact malformed");
  CHECK(about(R"([{"digest":{}}])") == "artifact malformed");
  CHECK(about(R"([{"digest":{"sha512":")" + hex + R"("}}])") == "artifact invalid");
  CHECK(about(R"([{"digest":{"gitCommit":")" + hex + R"("}}])") == "artifact invalid");
  CHECK(about(testing::sha256_subject(hex.substr(0, 32))) == "artifact invalid");
  CHECK(about(testing::sha256_subject(hex + "00")) == "artifact invalid");
  CHECK(about(R"([{"digest":{"sha256":"00"}},{"digest":{"sha256":")" + hex + R"("}}])") == "yes");
  CHECK(step_of(attested_1("no statement")) == "artifact malformed");
  attest::Bundle bundle = instance().envelope(testing::release_statement(), instance().issue(instance().leaf_form()),
                                              nullptr, "application/json");
  bundle.log_entries = {instance().entry_1(testing::dsse_1(bundle), testing::at(100))};
  CHECK(step_of(bundle) == "artifact invalid");
  // What was changed after signing: the log entry is of what was signed; without a log, the signature is.
  bundle = attested_1();
  std::get<attest::Envelope>(bundle.content).payload += ' ';
  CHECK(step_of(bundle) == "tlog-entry invalid");
  bundle.log_entries = {instance().entry_1(testing::dsse_1(bundle), testing::at(100))};
  CHECK(step_of(bundle) == "signature invalid");
}

TEST_CASE("extensions of the certificate that are expected are there and equal") {
  const auto expected = [](const char* number, const char* text) {
    TrustPolicy wanted = testing::identity_policy();
    wanted.identities[0].extensions.emplace(number, TextPattern::exact(text));
    testing::CertificateForm form = instance().leaf_form();
    form.extend("1.3.6.1.4.1.57264.1.5", false, "example/app");
    form.extend("1.3.6.1.4.1.57264.1.12", false, testing::der_text("https://github.com/example/app"));
    return step_of(logged_1(instance().issue(form)), wanted);
  };
  CHECK(expected("5", "example/app") == "yes");
  CHECK(expected("12", "https://github.com/example/app") == "yes");
  CHECK(expected("12", "https://github.com/example/ap") == "identity invalid");
  CHECK(expected("5", "Example/app") == "identity invalid");
  CHECK(expected("13", "") == "identity invalid");  // not there is not empty
  testing::CertificateForm form = instance().leaf_form();
  form.extend("1.3.6.1.4.1.57264.1.12", false, "bare text where DER belongs");
  CHECK(step_of(logged_1(instance().issue(form))) == "identity malformed");
}

TEST_CASE("times that are asked for beside a key are proven") {
  const crypto::PrivateKey& key = testing::instance().leaf;
  attest::Bundle bundle = testing::instance().bundle(testing::kRelease, "");
  bundle.log_entries = {
      testing::instance().entry_1(testing::hashedrekord_1(bundle, testing::spki(key)), testing::at(100))};
  TrustPolicy policy = testing::key_policy(key);
  CHECK(testing::step_of(bundle, policy) == "yes");
  policy.times = 2;
  CHECK(testing::step_of(bundle, policy) == "time missing");
  bundle.timestamps = {testing::instance().timestamp({testing::at(100), testing::signature_of(bundle)})};
  CHECK(testing::step_of(bundle, policy) == "yes");
  policy.times = 3;
  CHECK(testing::step_of(bundle, policy) == "time missing");
}

}  // namespace
}  // namespace supply::verify

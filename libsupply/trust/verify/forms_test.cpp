// Spellings of one bundle that proto3's JSON allows, files of several bundles, and logs that are listed several times.
#include <catch2/catch.hpp>

#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/sigstore_verdict.hpp"

namespace supply::verify {
namespace {

using testing::attested_1;
using testing::attested_2;
using testing::changed;
using testing::identity_policy;
using testing::instance;
using testing::key_policy;
using testing::logged_1;
using testing::logged_2;
using testing::step_of;
using testing::step_of_file;

std::string snake_case(std::string file) {
  for (const char* name : {"mediaType",
                           "verificationMaterial",
                           "rawBytes",
                           "tlogEntries",
                           "logIndex",
                           "logId",
                           "keyId",
                           "kindVersion",
                           "integratedTime",
                           "inclusionPromise",
                           "signedEntryTimestamp",
                           "inclusionProof",
                           "rootHash",
                           "treeSize",
                           "canonicalizedBody",
                           "timestampVerificationData",
                           "rfc3161Timestamps",
                           "signedTimestamp",
                           "messageSignature",
                           "messageDigest",
                           "dsseEnvelope",
                           "payloadType",
                           "x509CertificateChain"}) {
    std::string snake;
    for (const char c : std::string_view(name)) {
      if (c >= 'A' && c <= 'Z') snake += '_';
      snake += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    const std::string from = '"' + std::string(name) + "\":", to = '"' + snake + "\":";
    for (std::size_t at = 0; (at = file.find(from, at)) != std::string::npos; at += to.size())
      file.replace(at, from.size(), to);
  }
  return file;
}

TEST_CASE("members are read in either spelling, and not in both") {
  for (const attest::Bundle& bundle : {logged_1(), logged_2()}) {
    const std::string file = testing::to_json(bundle);
    CHECK(step_of_file(snake_case(file)) == "yes");
    CHECK(step_of_file(changed(file, R"("messageSignature":)", R"("message_signature":{},"messageSignature":)")) ==
          "parse malformed");
  }
  for (const attest::Bundle& bundle : {attested_1(), attested_2()}) {
    const std::string file = testing::to_json(bundle);
    CHECK(step_of_file(snake_case(file), identity_policy(), testing::kRelease, true) == "yes");
  }
}

TEST_CASE("a hash algorithm is named or numbered, and is the one that was used") {
  const std::string file = testing::to_json(logged_1());
  CHECK(step_of_file(changed(file, R"("algorithm":"SHA2_256")", R"("algorithm":1)")) == "yes");
  CHECK(step_of_file(changed(file, R"("algorithm":"SHA2_256")", R"("algorithm":3)")) != "yes");
  CHECK(step_of_file(changed(file, R"("algorithm":"SHA2_256")", R"("algorithm":4)")) != "yes");
  CHECK(step_of_file(changed(file, R"("algorithm":"SHA2_256")", R"("algorithm":0)")) != "yes");
  CHECK(step_of_file(changed(file, R"("algorithm":"SHA2_256")", R"("algorithm":-1)")) != "yes");
  CHECK(step_of_file(changed(file, R"("algorithm":"SHA2_256")", R"("algorithm":99)")) != "yes");
  // protobuf's JSON: the name of 0 is what is left out, a number has the form of an int32, and names are kept to.
  const auto with = [&](const char* value) {
    return step_of_file(changed(file, R"("algorithm":"SHA2_256")", "\"algorithm\":" + std::string(value)));
  };
  CHECK(with(R"("HASH_ALGORITHM_UNSPECIFIED")") == with("0"));
  CHECK(with("0") == "parse missing");
  for (const char* wrong : {"1e30", "1.5", "4294967297", "-4294967295"}) CHECK(with(wrong) == "parse malformed");
  for (const char* unknown : {"-1", "99", "4", R"("SHA3_256")"}) CHECK(with(unknown) == "signature unsupported");
}

TEST_CASE("a member in both spellings is twice, also where one is null") {
  for (const char* null : {R"("message_signature":null,)", R"("media_type":null,)"}) {
    std::string file = testing::to_json(logged_1());
    file.insert(1, null);
    CHECK(step_of_file(file) == "parse malformed");
  }
}

TEST_CASE("base64 may be wrapped in lines, as Go reads it") {
  std::string file = testing::to_json(logged_1());
  for (const char* name : {"signature", "digest", "rawBytes", "rootHash", "canonicalizedBody"}) {
    const std::string member = '"' + std::string(name) + "\":\"";
    const std::size_t at = file.find(member);
    REQUIRE(at != std::string::npos);
    file.insert(at + member.size() + 8, "\\r\\n");
  }
  CHECK(step_of_file(file) == "yes");
}

TEST_CASE("a log that is listed with several windows takes entries of each") {
  TrustPolicy wanted = identity_policy();
  const auto twice = [&](std::vector<root::TransparencyLog>& logs) {
    std::vector<root::TransparencyLog> all;
    for (const root::TransparencyLog& log : logs) {
      root::TransparencyLog before = log, now = log;
      before.valid_for.end = testing::at(-1000);
      now.valid_for.start = testing::at(-10);
      all.push_back(std::move(before));
      all.push_back(std::move(now));
    }
    logs = std::move(all);
  };
  twice(wanted.trusted_root->logs);
  twice(wanted.trusted_root->ct_logs);
  CHECK(step_of(logged_1(), wanted) == "yes");
  CHECK(step_of(logged_2(), wanted) == "yes");
  for (root::TransparencyLog& log : wanted.trusted_root->logs)
    if (log.valid_for.start == testing::at(-10)) log.valid_for.start = testing::at(200);
  CHECK(step_of(logged_1(), wanted) == "tlog-set outside");
  CHECK(step_of(logged_2(), wanted) == "time outside");
}

TEST_CASE("of a file with several bundles one must be the file's signature") {
  const std::string good = testing::to_json(logged_1()), attestation = testing::to_json(attested_1()),
                    other = testing::to_json(instance().bundle("another release"));
  CHECK(step_of_file(good + "\n" + other) == "yes");
  CHECK(step_of_file(attestation + "\n\n" + other + "\r\n" + good + "\n") == "yes");
  CHECK(step_of_file(attestation + "\n" + other) != "yes");
  CHECK(step_of_file(attestation + "\n" + good, identity_policy(), testing::kRelease, true) == "yes");
  CHECK(step_of_file(good + "\n" + other, identity_policy(), testing::kRelease, true) != "yes");
  std::string many;
  for (std::size_t i = 1; i < kMaxBundlesInFile; ++i) many += "{}\n";
  CHECK(step_of_file(many + good) == "yes");
  CHECK(step_of_file("{}\n" + many + good) != "yes");
}

TEST_CASE("a file's attestation in cosign 2's form has its envelope where a signature would be") {
  const attest::Bundle bundle = attested_1();
  const attest::LogEntry& entry = bundle.log_entries.front();
  const std::string envelope = std::get<attest::Envelope>(bundle.content).to_json();
  const auto file = [&](const std::string& signature) {
    return R"({"base64Signature":")" + to_base64(signature) + R"(","cert":")" +
           to_base64(testing::pem("CERTIFICATE", bundle.certificates.front())) +
           R"(","rekorBundle":{"SignedEntryTimestamp":")" + to_base64(entry.promise) + R"(","Payload":{"body":")" +
           to_base64(entry.body) + R"(","integratedTime":)" + std::to_string(*entry.integrated_time) +
           R"(,"logIndex":)" + std::to_string(entry.log_index) + R"(,"logID":")" + to_hex(entry.log_id) + R"("}}})";
  };
  CHECK(step_of_file(file(envelope), identity_policy(), testing::kRelease, true) == "yes");
  CHECK(step_of_file(file(envelope), identity_policy(), "another", true) == "artifact invalid");
  CHECK(step_of_file(file(testing::signature_of(bundle)), identity_policy(), testing::kRelease, true) ==
        "parse invalid");
  CHECK(step_of_file(file(envelope)) != "yes");  // an attestation is no signature
}

// cosign 2.4 and 2.6, `attest-blob --key K --bundle F`: what stands for the certificate is the public key.
TEST_CASE("a key's attestation in cosign 2's form names its key where a certificate would be") {
  const crypto::PrivateKey key = testing::PrivateInstance::new_key(), other = testing::PrivateInstance::new_key();
  attest::Envelope envelope{"application/vnd.in-toto+json", testing::release_statement(), {}};
  envelope.signatures = {{"", *key.sign(testing::signed_bytes(envelope.payload_type, envelope.payload))}};
  const auto file = [&](const std::string& cert) {
    return R"({"base64Signature":")" + to_base64(envelope.to_json()) + R"(","cert":")" + to_base64(cert) + "\"}";
  };
  const TrustPolicy alone{key_policy(key).keys, {}}, stranger{key_policy(other).keys, {}};
  for (const crypto::PrivateKey* const named : {&key, &other}) {  // the name proves nothing, and is not asked
    const std::string text = file(named->public_key().to_pem());
    CHECK(step_of_file(text, alone, testing::kRelease, true) == "yes");
    CHECK(step_of_file(text, alone, "another", true) == "artifact invalid");
    CHECK(step_of_file(text, stranger, testing::kRelease, true) == "signature invalid");
    CHECK(step_of_file(text, key_policy(key), testing::kRelease, true) == "tlog-entry missing");
    CHECK(step_of_file(text, identity_policy(), testing::kRelease, true) == "identity invalid");
  }
  CHECK(step_of_file(file("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"), alone, testing::kRelease,
                     true) == "parse malformed");
}

TEST_CASE("an extension that Fulcio may add later is of any type, and those that it has are text") {
  testing::CertificateForm form = instance().leaf_form();
  form.extend("1.3.6.1.4.1.57264.1.99", false, std::string("\x01\x01\xff", 3));
  CHECK(step_of(logged_1(instance().issue(form))) == "yes");
  form.extend("1.3.6.1.4.1.57264.1.12", false, std::string("\x01\x01\xff", 3));
  CHECK(step_of(logged_1(instance().issue(form))) == "identity malformed");
}

}  // namespace
}  // namespace supply::verify

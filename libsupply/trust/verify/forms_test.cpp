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

TEST_CASE("an extension that Fulcio may add later is of any type, and those that it has are text") {
  testing::CertificateForm form = instance().leaf_form();
  form.extend("1.3.6.1.4.1.57264.1.99", false, std::string("\x01\x01\xff", 3));
  CHECK(step_of(logged_1(instance().issue(form))) == "yes");
  form.extend("1.3.6.1.4.1.57264.1.12", false, std::string("\x01\x01\xff", 3));
  CHECK(step_of(logged_1(instance().issue(form))) == "identity malformed");
}

}  // namespace
}  // namespace supply::verify

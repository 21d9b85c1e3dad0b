#include "libsupply/trust/attest/sigstore_bundle.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/bundle_limits.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/attest/attestation_object.hpp"
#include "libsupply/trust/attest/dsse_envelope.hpp"

namespace supply::attest {
namespace {

using supply::testing::read;
using supply::testing::testdata;

const std::string kEnvelope = R"("dsseEnvelope":{"payload":"e30=","payloadType":"t","signatures":[{"sig":"AA=="}]})";

std::string bundle(const std::string& type, const std::string& material, const std::string& content) {
  return R"({"mediaType":")" + type + R"(","verificationMaterial":)" + material + "," + content + "}";
}
std::string bundle(const std::string& material, const std::string& content) {
  return bundle(std::string(kBundleType), material, content);
}

ErrorCode code(const std::string& json) {
  Result<Bundle> parsed = Bundle::parse(json);
  REQUIRE_FALSE(parsed);
  return parsed.error().code();
}

TEST_CASE("the bundles that cosign wrote are read") {
  Result<Bundle> blob = Bundle::parse(read(testdata("peers/release.bin.p384.sigstore.json")));
  REQUIRE(blob);
  CHECK(blob->key_hint == "/wdUo8PAPaTzQk2xn/YQi3EXphWaNRqf6s7CEtBqqe4=");
  CHECK(blob->certificates.empty());
  CHECK(blob->log_entries.empty());
  const auto& message = std::get<MessageSignature>(blob->content);
  CHECK(message.digest_algorithm == "SHA2_384");
  CHECK(message.digest.size() == 48);
  Result<Bundle> incomplete = Bundle::parse(read(testdata("peers/release.bin.ed25519.sigstore.json")));
  REQUIRE(incomplete);
  CHECK(std::get<MessageSignature>(incomplete->content).digest_algorithm.empty());
  Result<Bundle> provenance = Bundle::parse(read(testdata("peers/release.bin.provenance.sigstore.json")));
  REQUIRE(provenance);
  const auto& envelope = std::get<Envelope>(provenance->content);
  CHECK(envelope.payload_type == kInTotoPayloadType);
  CHECK(envelope.signatures.size() == 1);
}

TEST_CASE("what we write has cosign's members in cosign's order") {
  for (const char* name : {"ecdsa-p256", "rsa", "p384", "provenance"}) {
    INFO(name);
    std::string theirs = read(testdata("peers/release.bin.") += std::string(name) + ".sigstore.json");
    const Bundle parsed = *Bundle::parse(theirs);
    // protojson puts a space after some commas, by the toss of a coin.
    for (std::size_t at = 0; (at = theirs.find(", \"", at)) != std::string::npos;) theirs.erase(at + 1, 1);
    CHECK(to_bundle_json(parsed.key_hint, parsed.content) == theirs);
  }
}

TEST_CASE("versions 0.1 to 0.3 are read in both spellings and no others") {
  const std::string material = R"({"publicKey":{}})";
  for (const char* version : {"0.1", "0.2", "0.3"}) {
    CHECK(Bundle::parse(
        bundle("application/vnd.dev.sigstore.bundle+json;version=" + std::string(version), material, kEnvelope)));
    CHECK(Bundle::parse(
        bundle("application/vnd.dev.sigstore.bundle.v" + std::string(version) + "+json", material, kEnvelope)));
  }
  for (const char* type : {"application/json", "application/vnd.dev.sigstore.bundle.v0.4+json",
                           "application/vnd.dev.sigstore.bundle+json;version=0.30"}) {
    CHECK(code(bundle(type, material, kEnvelope)) == ErrorCode::unsupported);
  }
}

TEST_CASE("a bundle says what it brings beside the signature") {
  Result<Bundle> parsed = Bundle::parse(bundle(
      R"({"certificate":{"rawBytes":"AA=="},"tlogEntries":[{}],"timestampVerificationData":{"rfc3161Timestamps":[{}]}})",
      kEnvelope));
  REQUIRE(parsed);
  CHECK(parsed->certificates.size() == 1);
  CHECK(parsed->log_entries.size() == 1);
  CHECK(parsed->timestamps.size() == 1);
  parsed = Bundle::parse(bundle("application/vnd.dev.sigstore.bundle+json;version=0.2",
                                R"({"x509CertificateChain":{"certificates":[{"rawBytes":"AA=="},{"rawBytes":"AQ=="}]},
                                    "tlogEntries":[]})",
                                kEnvelope));
  REQUIRE(parsed);
  CHECK(parsed->certificates.size() == 2);
  CHECK(parsed->log_entries.empty());
  CHECK(parsed->minor == 2);
}

TEST_CASE("a bundle keeps all that verifies it") {
  const auto entry = [](const std::string& inside) {
    return bundle(R"({"certificate":{"rawBytes":"AA=="},"tlogEntries":[{)" + inside + "}]}", kEnvelope);
  };
  const Result<Bundle> parsed = Bundle::parse(entry(
      R"("logIndex":"7","logId":{"keyId":"AQ=="},"kindVersion":{"kind":"dsse","version":"0.0.1"},"integratedTime":"9",
         "inclusionPromise":{"signedEntryTimestamp":"Ag=="},"canonicalizedBody":"e30=",
         "inclusionProof":{"treeSize":1,"root_hash":"Aw","checkpoint":{"envelope":"note"}})"));
  REQUIRE(parsed);
  const LogEntry& one = parsed->log_entries.front();
  CHECK(one.log_index == 7);
  CHECK(one.log_id == "\x01");
  CHECK(one.kind + one.version == "dsse0.0.1");
  CHECK(one.integrated_time == 9);
  CHECK(one.promise == "\x02");
  CHECK(one.body == "{}");
  REQUIRE(one.proof);
  CHECK(one.proof->log_index == 0);  // proto3 JSON leaves out what is 0
  CHECK(one.proof->tree_size == 1);
  CHECK(one.proof->root_hash == "\x03");
  CHECK(one.proof->hashes.empty());
  CHECK(one.proof->checkpoint == "note");
  for (const char* wrong :
       {R"("logIndex":"-1")", R"("logIndex":"01")", R"("logIndex":"00")", R"("logIndex":-1)",
        R"("logIndex":"9223372036854775808")", R"("logIndex":"1x")", R"("logIndex":1.5)",
        R"("logIndex":"1","log_index":"1")", R"("logIndex":"1","logIndex":"1")", R"("integratedTime":"-5")",
        R"("canonicalizedBody":"?")", R"("inclusionProof":{})", R"("inclusionProof":{"checkpoint":{}})",
        R"("inclusionProof":{"hashes":[1],"checkpoint":{"envelope":"n"}})"}) {
    INFO(wrong);
    CHECK(code(entry(wrong)) == ErrorCode::malformed);
  }
  const auto proof = [&](const std::string& hashes, std::size_t checkpoint) {
    return entry(R"("inclusionProof":{"hashes":[)" + hashes + R"(],"checkpoint":{"envelope":")" +
                 std::string(checkpoint, 'n') + "\"}}");
  };
  std::string hashes = "\"AA==\"";
  for (std::size_t i = 1; i < kMaxProofHashes; ++i) hashes += ",\"AA==\"";
  CHECK(Bundle::parse(proof(hashes, kMaxCheckpointBytes)));
  CHECK(code(proof(hashes + ",\"AA==\"", 1)) == ErrorCode::limit_exceeded);
  CHECK(code(proof(hashes, kMaxCheckpointBytes + 1)) == ErrorCode::limit_exceeded);
}

TEST_CASE("a bundle or envelope has so many values and no more") {
  const auto list = [](std::size_t commas) {
    std::string text(2 * commas + 1, '1');
    for (std::size_t i = 0; i < commas; ++i) text[2 * i + 1] = ',';
    return R"({"x":[)" + text + "]}";
  };
  CHECK(code(list(kMaxBundleValues - 1)) == ErrorCode::malformed);
  CHECK(code(list(kMaxBundleValues)) == ErrorCode::limit_exceeded);
  CHECK(Envelope::parse(list(kMaxBundleValues)).error().code() == ErrorCode::limit_exceeded);
  CHECK(bundles_in(list(kMaxBundleValues)).error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("a chain is for versions before 0.3, and is neither empty nor endless") {
  const auto chain = [](const char* version, std::size_t count) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i) list += (i == 0 ? "" : ",") + std::string(R"({"rawBytes":"AA=="})");
    return bundle("application/vnd.dev.sigstore.bundle+json;version=" + std::string(version),
                  R"({"x509CertificateChain":{"certificates":[)" + list + "]}}", kEnvelope);
  };
  CHECK(Bundle::parse(chain("0.1", 1)));
  CHECK(Bundle::parse(chain("0.2", kMaxChainCertificates)));
  CHECK(code(chain("0.2", kMaxChainCertificates + 1)) == ErrorCode::limit_exceeded);
  CHECK(code(chain("0.1", 0)) == ErrorCode::malformed);
  CHECK(code(chain("0.3", 1)) == ErrorCode::malformed);
}

TEST_CASE("a bundle with too little or too much is malformed") {
  const std::string key = R"({"publicKey":{}})";
  const std::string message = R"("messageSignature":{"signature":"AA=="})";
  CHECK(code("") == ErrorCode::malformed);
  CHECK(code("[]") == ErrorCode::malformed);
  CHECK(code("{}") == ErrorCode::malformed);
  CHECK(code(R"({"mediaType":")" + std::string(kBundleType) + "\"," + kEnvelope + "}") == ErrorCode::malformed);
  for (const char* none : {"\"\"", "null"})  // which is left out
    CHECK(code(R"({"mediaType":)" + std::string(none) + R"(,"verificationMaterial":)" + key + "," + kEnvelope + "}") ==
          ErrorCode::malformed);
  CHECK(code(bundle("{}", kEnvelope)) == ErrorCode::malformed);
  CHECK(code(bundle(R"({"publicKey":{},"certificate":{}})", kEnvelope)) == ErrorCode::malformed);
  CHECK(code(bundle(key, "\"x\":1")) == ErrorCode::malformed);
  CHECK(code(bundle(key, kEnvelope + ',' + message)) == ErrorCode::malformed);
  CHECK(code(bundle(key, R"("messageSignature":{})")) == ErrorCode::malformed);
  CHECK(code(bundle(key, R"("messageSignature":{"signature":""})")) == ErrorCode::malformed);
  CHECK(code(bundle(key, R"("messageSignature":{"signature":"AA==","messageDigest":{"digest":"?"}})")) ==
        ErrorCode::malformed);
  CHECK(code(bundle(
            key,
            R"("dsseEnvelope":{"payload":"e30=","payloadType":"t","signatures":[{"sig":"AA=="},{"sig":"AA=="}]})")) ==
        ErrorCode::malformed);
}

TEST_CASE("log entries and timestamps have limits") {
  const auto list = [](std::size_t count) {
    std::string text = "[{}";
    for (std::size_t i = 1; i < count; ++i) text += ",{}";
    return text + "]";
  };
  const auto with = [&](std::size_t entries, std::size_t times) {
    return bundle(R"({"publicKey":{},"tlogEntries":)" + list(entries) +
                      R"(,"timestampVerificationData":{"rfc3161Timestamps":)" + list(times) + "}}",
                  kEnvelope);
  };
  CHECK(Bundle::parse(with(kMaxLogEntries, kMaxTimestamps)));
  CHECK(code(with(kMaxLogEntries + 1, 1)) == ErrorCode::limit_exceeded);
  CHECK(code(with(1, kMaxTimestamps + 1)) == ErrorCode::limit_exceeded);
  for (const char* wrong : {"null", "1", "\"AA==\"", "[]"})
    CHECK(code(bundle(
              R"({"publicKey":{},"timestampVerificationData":{"rfc3161Timestamps":[{},)" + std::string(wrong) + "]}}",
              kEnvelope)) == ErrorCode::malformed);
}

}  // namespace
}  // namespace supply::attest

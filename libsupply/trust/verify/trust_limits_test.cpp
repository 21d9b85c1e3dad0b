// The limits of certificates, timestamps, checkpoints and trusted roots: at each and one beyond.
#include "libsupply/base/limits/trust_limits.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/crypto/signature_memo.hpp"
#include "libsupply/base/crypto/timestamp.hpp"
#include "libsupply/testing/private_instance.hpp"
#include "libsupply/trust/root/certificate_timestamp.hpp"
#include "libsupply/trust/root/checkpoint.hpp"

namespace supply {
namespace {

using testing::CertificateForm;
using testing::PrivateInstance;

template <class T>
std::string outcome(const Result<T>& result) {
  return result ? "ok" : std::string(to_string(result.error().code()));
}

TEST_CASE("a certificate has a largest size") {
  const PrivateInstance made;
  const auto of_size = [&](std::size_t size) {
    CertificateForm form = made.leaf_form();
    form.more.push_back(testing::der_extension("1.2.3.4", false, std::string(size, 'x')));
    return form.signed_by(made.authority);
  };
  CHECK(crypto::Certificate::from_der(of_size(60'000)));
  CHECK(outcome(crypto::Certificate::from_der(std::string(kMaxCertificateBytes, '\0'))) == "malformed");
  CHECK(outcome(crypto::Certificate::from_der(std::string(kMaxCertificateBytes + 1, '\0'))) == "limit_exceeded");
  const std::string one = testing::pem("CERTIFICATE", made.leaf_form().signed_by(made.authority));
  std::string many;
  for (std::size_t i = 0; i < kMaxChainCertificates; ++i) many += one;
  CHECK(crypto::Certificate::all_from_pem(many));
  CHECK(outcome(crypto::Certificate::all_from_pem(many + one)) == "limit_exceeded");
}

TEST_CASE("a chain has a largest length") {
  const PrivateInstance made;
  const auto chain = [&](std::size_t length) {  // with leaf and anchor, all by one key
    std::vector<crypto::Certificate> authority;
    for (std::size_t i = 1; i < length; ++i) {
      CertificateForm form = made.anchor_form();
      form.subject = i == 1 ? "authority" : "issuer " + std::to_string(i);
      form.issuer = i + 1 == length ? form.subject : "issuer " + std::to_string(i + 1);
      form.public_key = testing::spki(made.authority);
      authority.push_back(testing::certificate_in(form.signed_by(made.authority)));
    }
    Budget budget;
    const crypto::Certificate leaf = testing::certificate_in(made.leaf_form().signed_by(made.authority));
    const auto found = crypto::chain_of(leaf, authority, {}, {crypto::kCodeSigning, made.at(1)}, budget);
    return found ? found->size() : 0;
  };
  CHECK(chain(2) == 2);
  CHECK(chain(kMaxChainLength) == kMaxChainLength);
  CHECK(chain(kMaxChainLength + 1) == 0);
}

TEST_CASE("names times constraints have a largest number") {
  const PrivateInstance made;
  const auto chain = [&](std::size_t names, std::size_t constraints) {
    CertificateForm issuer = made.authority_form();
    std::string trees;
    for (std::size_t i = 0; i < constraints; ++i) trees += testing::der_sequence(testing::der(0x81, "a.test"));
    issuer.extend("2.5.29.30", true, testing::der_sequence(testing::der_context(0, trees)));
    CertificateForm leaf = made.leaf_form();
    leaf.name.clear();
    for (std::size_t i = 0; i < names; ++i) leaf.name += testing::email_name("b@a.test");
    const crypto::Certificate signer = testing::certificate_in(leaf.signed_by(made.authority));
    const std::vector<crypto::Certificate> authority{
        testing::certificate_in(issuer.signed_by(made.anchor)),
        testing::certificate_in(made.anchor_form().signed_by(made.anchor))};
    Budget budget;
    return outcome(crypto::chain_of(signer, authority, {}, {crypto::kCodeSigning, made.at(1)}, budget));
  };
  CHECK(chain(256, kMaxNameConstraints / 256) == "ok");
  CHECK(chain(256, kMaxNameConstraints / 256 + 1) == "limit_exceeded");
}

TEST_CASE("chains are paid for") {
  const PrivateInstance made;
  const root::TrustedRoot trusted = made.trusted();
  const crypto::Certificate leaf = testing::certificate_in(made.issue(made.leaf_form()));
  Budget::Amounts amounts = kRunMayCost;
  amounts[static_cast<std::size_t>(Cost::verifications)] = 1;
  Budget budget(amounts);
  CHECK(outcome(crypto::chain_of(leaf, trusted.certificate_authorities[0].chain, {}, {crypto::kCodeSigning, made.at(1)},
                                 budget)) == "limit_exceeded");
}

TEST_CASE("signatures of certificates are remembered up to a number") {
  crypto::SignatureMemo memo;
  crypto::Certificate issuer, certificate;
  issuer.der = "issuer";
  for (std::size_t i = 0; i <= kMaxRememberedSignatures; ++i) {
    certificate.der = std::to_string(i);
    CHECK_FALSE(memo.find(certificate, issuer));
    memo.keep(certificate, issuer, i % 2 == 0);
    CHECK(memo.find(certificate, issuer) == (i < kMaxRememberedSignatures ? std::optional(i % 2 == 0) : std::nullopt));
  }
  CHECK_FALSE(memo.find(issuer, certificate));
}

TEST_CASE("a timestamp has a largest size") {
  CHECK(outcome(crypto::Timestamp::parse(std::string(kMaxTimestampBytes, '\0'))) == "malformed");
  CHECK(outcome(crypto::Timestamp::parse(std::string(kMaxTimestampBytes + 1, '\0'))) == "limit_exceeded");
}

TEST_CASE("a checkpoint has a largest size and number of signatures") {
  const std::string text = testing::checkpoint_text("log.test", 1, testing::sha256_of("")) + "\n";
  const std::string line = "\xe2\x80\x94 witness AAAAAAE=\n";
  std::string lines;
  for (std::size_t i = 0; i < kMaxNoteSignatures; ++i) lines += line;
  CHECK(root::Checkpoint::parse(text + lines));
  CHECK(outcome(root::Checkpoint::parse(text + lines + line)) == "limit_exceeded");
  CHECK(outcome(root::Checkpoint::parse(std::string(kMaxCheckpointBytes, 'a'))) == "malformed");
  CHECK(outcome(root::Checkpoint::parse(std::string(kMaxCheckpointBytes + 1, 'a'))) == "limit_exceeded");
}

TEST_CASE("a certificate has a largest number of SCTs") {
  const PrivateInstance made;
  const auto with = [&](std::size_t count) {
    const std::string one = made.sct(made.leaf_form(), {made.at(0)}).substr(2 + 2 + 0);
    std::string list;
    for (std::size_t i = 0; i < count; ++i) list += one;
    CertificateForm form = made.leaf_form();
    form.more = {testing::der_extension("1.3.6.1.4.1.11129.2.4.2", false,
                                        testing::der(0x04, testing::big_endian(list.size(), 2) + list))};
    return outcome(root::certificate_timestamps(testing::certificate_in(form.signed_by(made.authority))));
  };
  CHECK(with(1) == "ok");
  CHECK(with(kMaxSignedCertificateTimestamps) == "ok");
  CHECK(with(kMaxSignedCertificateTimestamps + 1) == "limit_exceeded");
}

TEST_CASE("a trusted root says what it is, and has a largest size") {
  const PrivateInstance made;
  const std::string type = R"("mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1")";
  const std::string key = R"({"baseUrl":"https://log.test","hashAlgorithm":"SHA2_256","publicKey":{"rawBytes":")" +
                          to_base64(testing::spki(made.rekor.key())) +
                          R"(","keyDetails":"PKIX_ECDSA_P256_SHA_256","validFor":{"start":"2026-01-01T00:00:00Z"}},)" +
                          R"("logId":{"keyId":"AAAAAAAA"}})";
  const auto with = [&](std::size_t count) {
    std::string list = key;
    for (std::size_t i = 1; i < count; ++i) list += ',' + key;
    return outcome(root::TrustedRoot::parse('{' + type + R"(,"tlogs":[)" + list + "]}"));
  };
  CHECK(with(1) == "ok");
  CHECK(with(kMaxTrustedRootEntries) == "ok");
  CHECK(with(kMaxTrustedRootEntries + 1) == "limit_exceeded");
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = '{' + type + R"(,"tlogs":[)" + key + "]}";
    text.replace(text.find(from), from.size(), to);
    return outcome(root::TrustedRoot::parse(text));
  };
  CHECK(changed("version=0.1", "version=0.9") == "malformed");
  CHECK(changed("+json;version=0.1", ".v0.1+json") == "ok");
  CHECK(changed("+json;version=0.1", ".v0.2+json") == "ok");
  CHECK(root::TrustedRoot::parse(
            R"({"mediaType":"application/vnd.dev.sigstore.clienttrustconfig.v0.1+json","trustedRoot":{}})")
            .error()
            .message()
            .find("its member trustedRoot") != std::string::npos);
  CHECK(root::TrustedRoot::parse(R"({"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json","caUrls":[]})")
            .error()
            .message()
            .find("want a Sigstore trusted root") != std::string::npos);
  CHECK(changed(R"("start")", R"("end")") == "malformed");
  CHECK(changed(R"("baseUrl")", R"("unknown")") == "malformed");
  CHECK(changed(R"("tlogs")", R"("others")") == "malformed");
  CHECK(changed(R"("SHA2_256")", "1") == "ok");
  CHECK(changed(R"("SHA2_256")", "2") == "malformed");
  CHECK(outcome(root::TrustedRoot::parse(std::string(kMaxTrustedRootBytes, ' '))) == "malformed");
  CHECK(outcome(root::TrustedRoot::parse(std::string(kMaxTrustedRootBytes + 1, ' '))) == "limit_exceeded");
}

// sigstore_common.proto, PublicKeyDetails.
TEST_CASE("a log's key counts only as what keyDetails say it is") {
  const PrivateInstance made;
  const auto read = [&](const std::string& details) -> std::string {
    const auto root = root::TrustedRoot::parse(
        R"({"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1","tlogs":[{"hashAlgorithm":"SHA2_256",)"
        R"("publicKey":{"rawBytes":")" +
        to_base64(testing::spki(made.rekor.key())) + '"' + details +
        R"(,"validFor":{"start":"2026-01-01T00:00:00Z"}},"logId":{"keyId":"AAAAAAAA"}}]})");
    if (!root) return outcome(root);
    return root->logs[0].key ? "used" : "unused";
  };
  for (const char* said : {R"(,"keyDetails":"PKIX_ECDSA_P256_SHA_256")", R"(,"keyDetails":5)",
                           R"(,"key_details":"PKIX_ECDSA_P256_HMAC_SHA_256")", ""})
    CHECK(read(said) == "used");
  for (const char* unknown : {"\"PKIX_ECDSA_P256_SHA_257\"", "\"PKCS1_\"", "\"pkix_ecdsa_p256_sha_256\"",
                              "\"ML_DSA_65\"", "\"5\"", "99", "-1", "5.5"})
    CHECK(read(std::string(R"(,"keyDetails":)") + unknown) == "unused");
  for (const char* other : {"\"PKIX_ED25519\"", "\"PKIX_RSA_PKCS1V15_2048_SHA256\"", "9"})
    CHECK(read(std::string(R"(,"keyDetails":)") + other) == "unused");
  for (const char* wrong : {"true", "\"PKCS1_RSA_PKCS1V5\""})  // no text; no such key
    CHECK(read(std::string(R"(,"keyDetails":)") + wrong) == "malformed");
}

}  // namespace
}  // namespace supply

// What certificates, timestamps and logs may look like, and what makes them prove nothing.
#include <catch2/catch.hpp>

#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/testing/sigstore_verdict.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::verify {
namespace {

using testing::at;
using testing::attested_1;
using testing::identity_policy;
using testing::instance;
using testing::logged_1;
using testing::logged_2;
using testing::step_of;

std::string key_usage(int bit) {
  const std::string bits{static_cast<char>(7 - bit), static_cast<char>(0x80 >> bit)};
  return testing::der_extension("2.5.29.15", true, testing::der(0x03, bits));
}

// RFC 5280, section 4.2.1.12: "id-kp-timeStamping … digitalSignature and/or nonRepudiation".
TEST_CASE("the signer of a timestamp may have nonRepudiation alone, the signer of code may not") {
  const auto stamped = [](int bit) {
    testing::CertificateForm signer = instance().tsa_form();
    signer.more.push_back(key_usage(bit));
    attest::Bundle bundle = logged_2();
    TrustPolicy wanted = identity_policy();
    auto& chain = wanted.trusted_root->timestamp_authorities[0].chain;
    chain[0] = testing::certificate_in(signer.signed_by(instance().tsa_anchor));
    return step_of(bundle, wanted);
  };
  CHECK(stamped(0) == "yes");
  CHECK(stamped(1) == "yes");
  CHECK(stamped(2) == "timestamp invalid");  // keyEncipherment
  const auto signed_with = [](int bit) {
    testing::CertificateForm form = instance().leaf_form();
    form.more.push_back(key_usage(bit));
    return step_of(logged_1(instance().issue(form)));
  };
  CHECK(signed_with(0) == "yes");
  CHECK(signed_with(1) == "chain invalid");
}

TEST_CASE("a timestamp with a broken hash or a critical extension is a no") {
  attest::Bundle bundle = logged_2();
  testing::TimestampForm form{at(100), testing::signature_of(bundle)};
  form.imprint_algorithm = "1.3.14.3.2.26";
  bundle.timestamps = {instance().timestamp(form)};
  CHECK(step_of(bundle) == "timestamp invalid");
  form = {at(100), testing::signature_of(bundle)};
  form.nonce = testing::der_context(
      1, testing::der_sequence(testing::der_oid("1.2.3") + testing::der(0x01, "\xff") + testing::der_octets("x")));
  bundle.timestamps = {instance().timestamp(form)};
  CHECK(step_of(bundle) == "timestamp invalid");
  form.nonce = testing::der_context(1, testing::der_sequence(testing::der_oid("1.2.3") + testing::der_octets("x")));
  bundle.timestamps = {instance().timestamp(form)};
  CHECK(step_of(bundle) == "yes");
}

// RFC 6962, section 3.3: "out-of-date clients can still parse old SCTs while skipping over new SCTs whose versions they
// don't understand".
TEST_CASE("an SCT of a later version is passed over, and proves nothing") {
  const testing::CertificateForm form = instance().leaf_form();
  const std::string good = instance().sct(form, {at(0)});
  const std::size_t head = good.size() >= 0x80 + 3 ? 3 : 2;  // of the OCTET STRING
  const std::string one = good.substr(head + 2);             // with its length
  const std::string later = testing::big_endian(5, 2) + '\x01' + "late";
  const auto with = [&](const std::string& list) {
    testing::CertificateForm of = form;
    of.extend(testing::kSctExtension, false, testing::der_octets(testing::big_endian(list.size(), 2) + list));
    return step_of(logged_1(of.signed_by(instance().authority)));
  };
  CHECK(with(one) == "yes");
  CHECK(with(later + one) == "yes");
  CHECK(with(one + later) == "yes");
  CHECK(with(later) == "sct missing");
  CHECK(with(one + testing::big_endian(5, 2) + std::string(1, '\0') + "late") == "sct malformed");
}

// RFC 8422, section 5.1.3: ed25519(7) goes with the hash Intrinsic(8).
TEST_CASE("a CT log with an Ed25519 key says so in its SCTs") {
  const crypto::PrivateKey log = testing::PrivateInstance::new_key(crypto::KeyType::ed25519);
  TrustPolicy wanted = identity_policy();
  auto& ct = wanted.trusted_root->ct_logs[0];
  ct.key = log.public_key();
  ct.id = testing::sha256_of(testing::spki(log));
  const testing::CertificateForm form = instance().leaf_form();
  const std::string sct = instance().sct(form, {at(0), {}, &log});
  const auto with = [&](const std::string& algorithms) {
    testing::CertificateForm of = form;
    std::string said = sct;
    said.replace(said.size() - 64 - 2 - 2, 2, algorithms);
    of.extend(testing::kSctExtension, false, said);
    return step_of(logged_1(of.signed_by(instance().authority)), wanted);
  };
  CHECK(with("\x08\x07") == "yes");
  CHECK(with("\x04\x03") == "sct invalid");
  CHECK(with("\x04\x07") == "sct invalid");
}

TEST_CASE("an entry of Rekor v2 has a checkpoint of Rekor v2") {
  testing::CheckpointForm form;
  form.origin = "rekor2.test - 77";
  attest::Bundle bundle = logged_2();
  bundle.log_entries = {instance().entry_2(bundle.log_entries[0].body, form)};
  CHECK(step_of(bundle) == "tlog-checkpoint invalid");
}

TEST_CASE("a subject whose digests are of two files is neither") {
  const std::string sha256 = to_hex(testing::sha256_of(testing::kRelease)),
                    sha512 = to_hex(crypto::hash(crypto::HashAlgorithm::sha512, testing::kRelease));
  const auto about = [](const std::string& digests) {
    return step_of(
        attested_1(testing::statement_about(R"([{"digest":{"sha256":"00"}},{"digest":{)" + digests + "}}]")));
  };
  CHECK(about(R"("sha256":")" + sha256 + R"(","sha512":")" + sha512 + '"') == "yes");
  CHECK(about(R"("sha256":")" + sha256 + R"(","gitCommit":"00")") == "yes");
  std::string capitals = sha512;
  for (char& c : capitals) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  CHECK(about(R"("sha256":")" + sha256 + R"(","sha512":")" + capitals + '"') == "yes");
  CHECK(about(R"("sha512":")" + capitals + '"') == "artifact invalid");
  CHECK(about(R"("sha256":")" + sha256 + R"(","sha512":")" + std::string(128, '0') + '"') == "artifact invalid");
  CHECK(about(R"("sha256":")" + std::string(64, '0') + R"(","sha512":")" + sha512 + '"') == "artifact invalid");
}

TEST_CASE("a certificate with a key that nobody can use says which") {
  const auto with = [](const std::string& key) {
    testing::CertificateForm form = instance().leaf_form();
    form.public_key = key;
    return step_of(logged_1(form.signed_by(instance().authority)));
  };
  std::string off_curve = testing::spki(instance().leaf);
  off_curve[off_curve.size() - 1] ^= 1;
  CHECK(with(off_curve) == "parse malformed");
  // secp256k1, with the generator as the key (SEC 2, section 2.4.1).
  const std::string generator = *from_hex(
      "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554"
      "19"
      "9c47d08ffb10d4b8");
  CHECK(with(testing::der_sequence(
            testing::der_sequence(testing::der_oid("1.2.840.10045.2.1") + testing::der_oid("1.3.132.0.10")) +
            testing::der(0x03, std::string(1, '\0') + generator))) == "signature invalid");
  // ML-DSA-65 (RFC 9881, section 2), which Sigstore's algorithm registry calls not yet functional.
  CHECK(with(testing::der_sequence(testing::der_sequence(testing::der_oid("2.16.840.1.101.3.4.3.18")) +
                                   testing::der(0x03, std::string(1953, '\0')))) == "signature invalid");
  const std::string exponent = testing::der(0x02, std::string("\1\0\1", 3));
  CHECK(with(testing::der_sequence(
            testing::der_sequence(testing::der_oid("1.2.840.113549.1.1.1") + testing::der(0x05, "")) +
            testing::der(
                0x03, std::string(1, '\0') +
                          testing::der_sequence(testing::der(0x02, std::string("\0\x80", 2) + std::string(127, '\1')) +
                                                exponent)))) == "signature invalid");
}

TEST_CASE("of an issuer's key that nobody can use it is said why") {
  const auto issued_by_key = [](const std::string& key) {
    testing::CertificateForm authority = instance().authority_form();
    authority.public_key = key;
    const std::vector<crypto::Certificate> chain = {
        testing::certificate_in(authority.signed_by(instance().anchor)),
        testing::certificate_in(instance().anchor_form().signed_by(instance().anchor))};
    const crypto::Certificate leaf = testing::certificate_in(instance().leaf_form().signed_by(instance().authority));
    Budget budget;
    const auto found =
        crypto::chain_of(leaf, chain, {}, {crypto::kCodeSigning, leaf.not_before, true, nullptr}, budget);
    return found ? "a chain" : found.error().message();
  };
  std::string off_curve = testing::spki(instance().authority);
  CHECK(issued_by_key(off_curve) == "a chain");
  off_curve.back() ^= 1;
  CHECK(issued_by_key(off_curve) == "issuer's key: damaged public key, or one of an unknown curve");
  CHECK(issued_by_key(testing::der_sequence(testing::der_sequence(testing::der_oid("1.2.3")) +
                                            testing::der(0x03, std::string(9, '\0'))))
            .starts_with("issuer's key: key type \"1.2.3\": want "));
}

TEST_CASE("what is wrong with the entry of a trusted log is said, whatever other logs there are") {
  for (const bool first : {true, false}) {
    attest::Bundle bundle = logged_1();
    attest::LogEntry unknown = bundle.log_entries.front();
    unknown.log_id = std::string(32, 'x');
    bundle.log_entries.front().integrated_time = *bundle.log_entries.front().integrated_time + 1;
    bundle.log_entries.insert(first ? bundle.log_entries.begin() : bundle.log_entries.end(), unknown);
    CHECK(step_of(bundle) == "tlog-set invalid");
  }
}

TEST_CASE("of several timestamps of which none holds, each is said why") {
  attest::Bundle bundle = logged_2();
  testing::TimestampForm other{testing::at(100), "another signature"};
  testing::TimestampForm weak{testing::at(100), testing::signature_of(bundle)};
  weak.imprint_algorithm = "1.3.14.3.2.26";  // SHA-1
  bundle.timestamps = {"no timestamp", instance().timestamp(other), instance().timestamp(weak)};
  const Verifier verifier(testing::identity_policy(), testing::at(0));
  Budget budget;
  std::vector<attest::StepResult> steps;
  const Artifact about{testing::kRelease, crypto::sha256(testing::kRelease)};
  CHECK_FALSE(verifier.blob(about, testing::to_json(bundle), budget, &steps));
  const attest::StepResult& step = steps[static_cast<std::size_t>(attest::Step::timestamp)];
  CHECK(step.code == attest::StepCode::invalid);
  for (const char* place : {"timestamp 1 of 3: ", "; timestamp 2 of 3: ", "; timestamp 3 of 3: "})
    CHECK(step.detail.find(place) != std::string::npos);
}

// RFC 6962 has TLS clients refuse an SCT of the future (section 5.2); Sigstore's client specification (section 4.3)
// asks for the signature alone (section 3.2), as cosign, sigstore-go and sigstore-python do.
TEST_CASE("an SCT counts whatever its time is, within its log's window") {
  testing::CertificateForm form = instance().leaf_form();
  form.extend("1.3.6.1.4.1.11129.2.4.2", false, instance().sct(form, {testing::at(365 * 24 * 3600)}));
  CHECK(step_of(logged_1(form.signed_by(instance().authority))) == "yes");
}

TEST_CASE("a log holds the whole of the largest certificate") {
  testing::CertificateForm form = instance().leaf_form();
  form.extend("1.2.3.4", false, std::string(kMaxCertificateBytes - 2000, 'x'));
  CHECK(step_of(logged_1(instance().issue(form))) == "yes");
  CHECK(crypto::Certificate::all_from_pem(std::string(kMaxCertificatesPemBytes, '\n')).error().code() ==
        ErrorCode::malformed);
  CHECK(crypto::Certificate::all_from_pem(std::string(kMaxCertificatesPemBytes + 1, '\n')).error().code() ==
        ErrorCode::limit_exceeded);
}

// By OpenSSL, as authorities of companies sign: RFC 4055, section 3.
TEST_CASE("certificates may be signed with RSASSA-PSS, with SHA-2 and its MGF1") {
  if (!testing::needs("openssl")) return;
  const testing::TempDirectory directory;
  const std::string in = "cd " + directory.path().string() + " && ";
  const auto run = [&](const std::string& command) { return std::system((in + command + " 2>/dev/null").c_str()); };
  REQUIRE(run("openssl genrsa -out ca.key 2048") == 0);
  const auto chain = [&](const std::string& options) -> Status {
    const std::string how = " -sigopt rsa_padding_mode:pss " + options;
    REQUIRE(run("openssl req -x509 -key ca.key -subj /CN=ca -days 3000 -out ca.pem" + how) == 0);
    REQUIRE(
        run("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -subj /CN=leaf -out "
            "leaf.csr && printf 'extendedKeyUsage=codeSigning' > ext && openssl x509 -req -in leaf.csr -CA ca.pem "
            "-CAkey ca.key -CAcreateserial -extfile ext -days 3000 -out leaf.pem" +
            how) == 0);
    const auto leaf = crypto::Certificate::all_from_pem(testing::read(directory / "leaf.pem"));
    const auto authority = crypto::Certificate::all_from_pem(testing::read(directory / "ca.pem"));
    REQUIRE((leaf && authority));
    Budget budget;
    const auto found = crypto::chain_of(leaf->front(), *authority, {},
                                        {crypto::kCodeSigning, leaf->front().not_before, true, nullptr}, budget);
    return found ? Status() : Status(found.error());
  };
  CHECK(chain("-sha256 -sigopt rsa_pss_saltlen:32"));
  CHECK(chain("-sha256 -sigopt rsa_pss_saltlen:0"));
  CHECK(chain("-sha384 -sigopt rsa_pss_saltlen:48"));
  CHECK(chain("-sha512 -sigopt rsa_pss_saltlen:64"));
  const Status sha1 = chain("-sha1 -sigopt rsa_pss_saltlen:20");
  REQUIRE_FALSE(sha1);
  CHECK(sha1.error().message() == "signature algorithm: RSASSA-PSS with SHA-1: want SHA-256, SHA-384 or SHA-512");
  const Status masked = chain("-sha256 -sigopt rsa_pss_saltlen:32 -sigopt rsa_mgf1_md:sha512");
  REQUIRE_FALSE(masked);
  CHECK(masked.error().message() == "signature algorithm: RSASSA-PSS with MGF1 over another hash");
}

}  // namespace
}  // namespace supply::verify

#include "libsupply/testing/private_instance.hpp"

#include "libsupply/base/text/hex.hpp"

namespace supply::testing {
namespace {

constexpr const char* kSha1 = "1.3.14.3.2.26";
constexpr const char* kSha256 = "2.16.840.1.101.3.4.2.1";
constexpr const char* kSha384 = "2.16.840.1.101.3.4.2.2";
constexpr const char* kSha512 = "2.16.840.1.101.3.4.2.3";
constexpr const char* kTimestampContent = "1.2.840.113549.1.9.16.1.4";

std::string hash_by(const std::string& oid, std::string_view bytes) {
  using crypto::HashAlgorithm;
  return crypto::hash(oid == kSha1     ? HashAlgorithm::sha1
                      : oid == kSha384 ? HashAlgorithm::sha384
                      : oid == kSha512 ? HashAlgorithm::sha512
                                       : HashAlgorithm::sha256,
                      bytes);
}

std::string key_details(crypto::KeyType type) {
  switch (type) {
    case crypto::KeyType::ecdsa_p384: return "PKIX_ECDSA_P384_SHA_256";
    case crypto::KeyType::ecdsa_p521: return "PKIX_ECDSA_P521_SHA_256";
    case crypto::KeyType::ed25519: return "PKIX_ED25519";
    case crypto::KeyType::rsa: return "PKIX_RSA_PKCS1V15_3072_SHA256";
    default: return "PKIX_ECDSA_P256_SHA_256";
  }
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

std::string window(Time start) { return R"("validFor":{"start":)" + quoted(to_rfc3339(start)) + '}'; }

std::string log_json(const root::TransparencyLog& log) {
  return R"({"baseUrl":)" + quoted(log.base_url) + R"(,"hashAlgorithm":"SHA2_256","publicKey":{"rawBytes":)" +
         quoted(to_base64(log.key->to_der())) + R"(,"keyDetails":)" + quoted(key_details(log.key->type())) + ',' +
         window(*log.valid_for.start) + R"(},"logId":{"keyId":)" + quoted(to_base64(log.id)) + "}}";
}

std::string certificates_json(const std::vector<std::string>& chain) {
  std::string list;
  for (const std::string& each : chain)
    list += (list.empty() ? "" : ",") + (R"({"rawBytes":)" + quoted(to_base64(each)) + '}');
  return R"({"certificates":[)" + list + "]}";
}

std::string authority_json(const std::string& uri, const std::vector<std::string>& chain, Time start) {
  return R"({"subject":{"organization":"test","commonName":"test"},"uri":)" + quoted(uri) + R"(,"certChain":)" +
         certificates_json(chain) + ',' + window(start) + '}';
}

// Base64 of PEM, as Rekor v1 has it.
std::string verifier_pem(const attest::Bundle& bundle, const std::string& key) {
  return to_base64(key.empty() ? pem("CERTIFICATE", bundle.certificates.front()) : pem("PUBLIC KEY", key));
}

std::string digest_of(const attest::Bundle& bundle) {
  if (const auto* content = std::get_if<attest::MessageSignature>(&bundle.content)) return content->digest;
  const auto& content = std::get<attest::Envelope>(bundle.content);
  return sha256_of(signed_bytes(content.payload_type, content.payload));
}

}  // namespace

std::string signature_algorithm(crypto::KeyType type) {
  if (type == crypto::KeyType::ed25519) return der_algorithm("1.3.101.112");
  if (type == crypto::KeyType::rsa) return der_sequence(der_oid("1.2.840.113549.1.1.11") + der(0x05, ""));
  return der_algorithm("1.2.840.10045.4.3.2");
}

std::string uri_name(std::string_view uri) { return der(0x86, uri); }
std::string email_name(std::string_view address) { return der(0x81, address); }
std::string user_name(std::string_view name) {
  return der_context(0, der_oid("1.3.6.1.4.1.57264.1.7") + der_context(0, der_text(name)));
}

std::string CertificateForm::tbs() const {
  std::string list;
  if (ca) {
    const std::string length = path_length < 0 ? std::string() : der_number(static_cast<std::uint64_t>(path_length));
    list += der_extension("2.5.29.19", true, der_sequence(der(0x01, "\xff") + length));
  }
  if (!usages.empty()) {
    std::string oids;
    for (const std::string& usage : usages) oids += der_oid(usage);
    list += der_extension("2.5.29.37", usage_critical, der_sequence(oids));
  }
  if (!name.empty()) list += der_extension("2.5.29.17", true, der_sequence(name));
  for (const std::string& each : more) list += each;
  return der_sequence(der_context(0, der_number(2)) + der_number(serial) + algorithm + der_name(issuer) +
                      der_sequence(der_time(from) + der_time(until)) + der_name(subject) + public_key +
                      (list.empty() ? std::string() : der_context(3, der_sequence(list))));
}

std::string CertificateForm::signed_by(const crypto::PrivateKey& issuer_key) const {
  return der_sequence(tbs() + algorithm + der(0x03, std::string(1, '\0') + *issuer_key.sign(tbs())));
}

CertificateForm& CertificateForm::extend(const std::string& oid, bool critical, std::string_view value) {
  more.push_back(der_extension(oid, critical, value));
  return *this;
}

crypto::PrivateKey PrivateInstance::new_key(crypto::KeyType type) { return *crypto::PrivateKey::generate(type); }

CertificateForm PrivateInstance::anchor_form() const {
  return {"root", "root", at(-100'000), at(100'000), spki(anchor), true};
}
CertificateForm PrivateInstance::authority_form() const {
  return {"authority", "root", at(-50'000), at(50'000), spki(authority), true, 0, {kCodeSigningUsage}};
}
CertificateForm PrivateInstance::leaf_form() const {
  CertificateForm form{"", "authority", at(0), at(600), spki(leaf), false, -1, {kCodeSigningUsage}};
  form.name = uri_name("https://example.test/workflow@main");
  form.extend("1.3.6.1.4.1.57264.1.1", false, "https://issuer.test");
  form.extend("1.3.6.1.4.1.57264.1.8", false, der_text("https://issuer.test"));
  return form;
}
CertificateForm PrivateInstance::tsa_anchor_form() const {
  return {"tsa root", "tsa root", at(-100'000), at(100'000), spki(tsa_anchor), true};
}
CertificateForm PrivateInstance::tsa_form() const {
  CertificateForm form{"tsa", "tsa root", at(-50'000), at(50'000), spki(tsa), false, -1, {kTimeStampingUsage}, true};
  form.serial = 7;
  return form;
}

std::vector<std::string> PrivateInstance::chain() const {
  return {authority_form().signed_by(anchor), anchor_form().signed_by(anchor)};
}
std::vector<std::string> PrivateInstance::tsa_chain() const {
  return {tsa_form().signed_by(tsa_anchor), tsa_anchor_form().signed_by(tsa_anchor)};
}

root::TrustedRoot PrivateInstance::trusted() const {
  const auto read = [](const std::vector<std::string>& ders) {
    std::vector<crypto::Certificate> all;
    for (const std::string& each : ders) all.push_back(certificate_in(each));
    return all;
  };
  root::TrustedRoot all;
  all.logs = {rekor.trusted(at(-1000)), rekor2.trusted(at(-1000))};
  const std::string id = sha256_of(spki(ct));
  all.ct_logs = {{"https://ct.test", "ct.test", id, id, ct.public_key(), {at(-1000), std::nullopt}, {}}};
  all.certificate_authorities = {{"https://fulcio.test", read(chain()), {at(-1000), std::nullopt}, {}}};
  all.timestamp_authorities = {{"https://tsa.test", read(tsa_chain()), {at(-1000), std::nullopt}, {}}};
  return all;
}

std::string PrivateInstance::trusted_json() const {
  const root::TrustedRoot all = trusted();
  return R"({"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1","tlogs":[)" +
         log_json(all.logs[0]) + ',' + log_json(all.logs[1]) + R"(],"certificateAuthorities":[)" +
         authority_json("https://fulcio.test", chain(), at(-1000)) + R"(],"ctlogs":[)" + log_json(all.ct_logs[0]) +
         R"(],"timestampAuthorities":[)" + authority_json("https://tsa.test", tsa_chain(), at(-1000)) + "]}";
}

std::string PrivateInstance::sct(const CertificateForm& form, const SctForm& sct) const {
  const crypto::PrivateKey& signer = sct.log == nullptr ? ct : *sct.log;
  const auto milliseconds = static_cast<std::uint64_t>(sct.time.time_since_epoch().count()) * 1000;
  const std::string tbs = form.tbs();
  const std::string extensions = big_endian(sct.extensions.size(), 2) + sct.extensions;
  const std::string input = big_endian(0, 2) + big_endian(milliseconds, 8) + big_endian(1, 2) +
                            sha256_of(sct.issuer_key.empty() ? spki(authority) : sct.issuer_key) +
                            big_endian(tbs.size(), 3) + tbs + extensions;
  const std::string signature = *signer.sign(input);
  const std::string one = big_endian(0, 1) + sha256_of(spki(signer)) + big_endian(milliseconds, 8) + extensions +
                          big_endian(4, 1) + big_endian(signer.type() == crypto::KeyType::rsa ? 1 : 3, 1) +
                          big_endian(signature.size(), 2) + signature;
  const std::string list = big_endian(one.size(), 2) + one;
  return der_octets(big_endian(list.size(), 2) + list);
}

std::string PrivateInstance::issue(CertificateForm form) const {
  const std::string value = sct(form, {form.from, "more"});
  return form.extend(kSctExtension, false, value).signed_by(authority);
}

attest::Bundle PrivateInstance::bundle(const std::string& message, const std::string& certificate,
                                       const crypto::PrivateKey* key) const {
  const crypto::PrivateKey& signer = key == nullptr ? leaf : *key;
  attest::Bundle made{};
  made.media_type = std::string(attest::kBundleType);
  if (certificate.empty()) made.key_hint = to_base64(sha256_of(spki(signer)));
  else made.certificates = {certificate};
  made.content = attest::MessageSignature{"SHA2_256", sha256_of(message), *signer.sign(message)};
  return made;
}

attest::Bundle PrivateInstance::envelope(const std::string& payload, const std::string& certificate,
                                         const crypto::PrivateKey* key, const std::string& payload_type) const {
  const crypto::PrivateKey& signer = key == nullptr ? leaf : *key;
  attest::Bundle made = bundle("", certificate, key);
  made.content = attest::Envelope{payload_type, payload, {{"", *signer.sign(signed_bytes(payload_type, payload))}}};
  return made;
}

attest::LogEntry PrivateInstance::entry_1(const std::string& body, Time time, const CheckpointForm& form) const {
  const auto said = [&](std::string name) {
    name = '"' + name + "\":\"";
    const std::size_t at = body.find(name) + name.size();
    return body.substr(at, body.find('"', at) - at);
  };
  return rekor.entry_of_two(body, said("kind"), said("apiVersion"), time, form);
}

attest::LogEntry PrivateInstance::entry_2(const std::string& body, const CheckpointForm& form) const {
  return rekor2.entry_of_two(body, "hashedrekord", "0.0.2", Time(), form);
}

std::string PrivateInstance::timestamp(const TimestampForm& form) const {
  const std::string imprint = form.imprint.empty() ? hash_by(form.imprint_algorithm, form.imprint_of) : form.imprint;
  const std::string info = der_sequence(der_number(1) + der_oid("1.3.6.1.4.1.57264.2") +
                                        der_sequence(der_algorithm(form.imprint_algorithm) + der_octets(imprint)) +
                                        der_number(5) + der_time(form.time) + form.nonce);
  const auto attribute = [](const char* oid, const std::string& value) {
    return der_sequence(der_oid(oid) + der_set(value));
  };
  const std::string attributes =
      attribute("1.2.840.113549.1.9.3", der_oid(form.right_type ? kTimestampContent : "1.2.840.113549.1.7.1")) +
      attribute("1.2.840.113549.1.9.4", der_octets(sha256_of(form.right_digest ? info : "other"))) + form.attributes;
  const crypto::PrivateKey& signer = form.key != nullptr ? *form.key : tsa;
  const std::string certificate = form.certificate.empty() ? tsa_form().signed_by(tsa_anchor) : form.certificate;
  const std::string signer_info = der_sequence(
      der_number(1) + der_sequence(der_name(form.issuer) + der_number(form.serial)) + der_algorithm(kSha256) +
      der_context(0, attributes) + signature_algorithm(signer.type()) + der_octets(*signer.sign(der_set(attributes))));
  const std::string certificates = (form.embed ? certificate : std::string()) + form.embed_more;
  const std::string data =
      der_sequence(der_number(3) + der_set(der_algorithm(kSha256)) +
                   der_sequence(der_oid(kTimestampContent) + der_context(0, der_octets(info))) +
                   (certificates.empty() ? std::string() : der_context(0, certificates)) + der_set(signer_info));
  return der_sequence(der_sequence(der_number(static_cast<std::uint64_t>(form.status))) +
                      der_sequence(der_oid("1.2.840.113549.1.7.2") + der_context(0, data)));
}

std::string hashedrekord_1(const attest::Bundle& bundle, const std::string& key) {
  return R"({"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":"sha256","value":)" +
         quoted(to_hex(digest_of(bundle))) + R"(}},"signature":{"content":)" + quoted(to_base64(signature_of(bundle))) +
         R"(,"publicKey":{"content":)" + quoted(verifier_pem(bundle, key)) + "}}}}";
}

std::string hashedrekord_2(const attest::Bundle& bundle, const std::string& key) {
  const crypto::PublicKey verifying =
      key.empty() ? *certificate_in(bundle.certificates.front()).key : *crypto::PublicKey::from_der(key);
  return R"({"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{"data":{"algorithm":"SHA2_256","digest":)" +
         quoted(to_base64(digest_of(bundle))) + R"(},"signature":{"content":)" +
         quoted(to_base64(signature_of(bundle))) + R"(,"verifier":{"keyDetails":)" +
         quoted(key_details(verifying.type())) + (key.empty() ? R"(,"x509Certificate")" : R"(,"publicKey")") +
         R"(:{"rawBytes":)" + quoted(to_base64(key.empty() ? bundle.certificates.front() : key)) + "}}}}}}";
}

std::string dsse_1(const attest::Bundle& bundle, const std::string& key) {
  const auto& content = std::get<attest::Envelope>(bundle.content);
  return R"({"apiVersion":"0.0.1","kind":"dsse","spec":{"envelopeHash":{"algorithm":"sha256","value":)" +
         quoted(to_hex(sha256_of("as it was sent"))) + R"(},"payloadHash":{"algorithm":"sha256","value":)" +
         quoted(to_hex(sha256_of(content.payload))) + R"(},"signatures":[{"signature":)" +
         quoted(to_base64(signature_of(bundle))) + R"(,"verifier":)" + quoted(verifier_pem(bundle, key)) + "}]}}";
}

std::string intoto_1(const attest::Bundle& bundle, std::string_view text, const std::string& key) {
  return R"({"apiVersion":"0.0.1","kind":"intoto","spec":{"content":{"hash":{"algorithm":"sha256","value":)" +
         quoted(to_hex(sha256_of(std::string(text)))) + R"(}},"publicKey":)" + quoted(verifier_pem(bundle, key)) + "}}";
}

std::string intoto_2(const attest::Bundle& bundle, const std::string& key) {
  const auto& content = std::get<attest::Envelope>(bundle.content);
  return R"({"apiVersion":"0.0.2","kind":"intoto","spec":{"content":{"envelope":{"payloadType":)" +
         quoted(content.payload_type) + R"(,"signatures":[{"publicKey":)" + quoted(verifier_pem(bundle, key)) +
         R"(,"sig":)" + quoted(to_base64(to_base64(signature_of(bundle)))) +
         R"(}]},"hash":{"algorithm":"sha256","value":)" + quoted(to_hex(sha256_of("as it was sent"))) +
         R"(},"payloadHash":{"algorithm":"sha256","value":)" + quoted(to_hex(sha256_of(content.payload))) + "}}}}";
}

std::string signed_bytes(const std::string& payload_type, const std::string& payload) {
  return "DSSEv1 " + std::to_string(payload_type.size()) + ' ' + payload_type + ' ' + std::to_string(payload.size()) +
         ' ' + payload;
}

std::string signature_of(const attest::Bundle& bundle) {
  if (const auto* content = std::get_if<attest::MessageSignature>(&bundle.content)) return content->signature;
  return std::get<attest::Envelope>(bundle.content).signatures.front().bytes;
}

}  // namespace supply::testing

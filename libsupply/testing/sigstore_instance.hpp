// A private instance of Sigstore in memory: authority, CT log, Rekor v1 and v2, timestamp authority. It signs what it
// is told to, wrong or not, and writes every form by hand, so that readers are not tested with themselves. Tests only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/root/trusted_root.hpp"

namespace supply::testing {

inline std::string sha256_of(std::string_view bytes) { return crypto::hash(crypto::HashAlgorithm::sha256, bytes); }

inline std::string der(int tag, std::string_view content) {
  std::string head(1, static_cast<char>(tag));
  if (content.size() < 0x80) head += static_cast<char>(content.size());
  else if (content.size() < 0x100) head += std::string("\x81") + static_cast<char>(content.size());
  else head += std::string("\x82") + static_cast<char>(content.size() >> 8) + static_cast<char>(content.size() & 0xff);
  return head + std::string(content);
}

inline std::string der_oid(const std::string& dots) {
  std::vector<unsigned long> arcs;
  for (std::size_t at = 0; at <= dots.size();) {
    const std::size_t end = std::min(dots.find('.', at), dots.size());
    arcs.push_back(std::stoul(dots.substr(at, end - at)));
    at = end + 1;
  }
  arcs[1] += arcs[0] * 40;
  std::string content;
  for (std::size_t i = 1; i < arcs.size(); ++i) {
    std::string digits(1, static_cast<char>(arcs[i] & 0x7f));
    for (unsigned long rest = arcs[i] >> 7; rest != 0; rest >>= 7)
      digits.insert(digits.begin(), static_cast<char>(0x80 | (rest & 0x7f)));
    content += digits;
  }
  return der(0x06, content);
}

inline std::string der_time(Time time) {
  std::string text = to_rfc3339(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':' || c == 'T'; });
  return der(0x18, text);
}
inline std::string der_number(unsigned char number) { return der(0x02, std::string(1, static_cast<char>(number))); }
inline std::string der_name(const std::string& name) {
  return der(0x30, der(0x31, der(0x30, der_oid("2.5.4.3") + der(0x0c, name))));
}
inline std::string der_extension(const std::string& oid, bool critical, std::string_view value) {
  return der(0x30, der_oid(oid) + (critical ? der(0x01, "\xff") : std::string()) + der(0x04, value));
}
inline std::string ecdsa_sha256() { return der(0x30, der_oid("1.2.840.10045.4.3.2")); }
inline std::string sha256_algorithm() { return der(0x30, der_oid("2.16.840.1.101.3.4.2.1")); }

/// What a certificate is to say; the defaults are good.
struct CertificateForm {
  std::string subject, issuer;
  Time from, until;
  std::string public_key;  ///< DER
  bool ca = false;
  int path_length = -1;  ///< below 0: none
  std::vector<std::string> usages = {};
  bool usage_critical = false;
  std::string name = {};               ///< DER of a GeneralName
  std::vector<std::string> more = {};  ///< DER of extensions
  unsigned char serial = 1;

  std::string tbs() const {
    std::string list;
    if (ca)
      list += der_extension(
          "2.5.29.19", true,
          der(0x30, der(0x01, "\xff") +
                        (path_length < 0 ? std::string() : der_number(static_cast<unsigned char>(path_length)))));
    if (!usages.empty()) {
      std::string oids;
      for (const std::string& usage : usages) oids += der_oid(usage);
      list += der_extension("2.5.29.37", usage_critical, der(0x30, oids));
    }
    if (!name.empty()) list += der_extension("2.5.29.17", true, der(0x30, name));
    for (const std::string& each : more) list += each;
    return der(0x30, der(0xa0, der_number(2)) + der_number(serial) + ecdsa_sha256() + der_name(issuer) +
                         der(0x30, der_time(from) + der_time(until)) + der_name(subject) + public_key +
                         (list.empty() ? std::string() : der(0xa3, der(0x30, list))));
  }
  std::string signed_by(const crypto::PrivateKey& key) const {
    return der(0x30, tbs() + ecdsa_sha256() + der(0x03, std::string(1, '\0') + *key.sign(tbs())));
  }
};

inline std::string big_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes; i-- > 0;) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

inline std::string pem(const std::string& label, std::string_view der_bytes) {
  return "-----BEGIN " + label + "-----\n" + to_base64(der_bytes) + "\n-----END " + label + "-----\n";
}

/// What a timestamp is to say; the defaults are good.
struct TimestampForm {
  Time time;
  std::string imprint_of;
  std::string imprint_algorithm = "2.16.840.1.101.3.4.2.1";
  int status = 0;
  bool right_digest = true;
  bool embed = false;
  const crypto::PrivateKey* key = nullptr;  ///< null: the authority's
  std::string certificate = {};             ///< empty: the authority's
  std::string issuer = "tsa root";
  unsigned char serial = 7;
};

class SigstoreInstance {
 public:
  static crypto::PrivateKey key(crypto::KeyType type = crypto::KeyType::ecdsa_p256) {
    return *crypto::PrivateKey::generate(type);
  }
  static Time at(int seconds) { return Time(std::chrono::seconds(1'780'000'000 + seconds)); }

  crypto::PrivateKey anchor = key(), authority = key(), ct = key(), rekor = key(),
                     rekor2 = key(crypto::KeyType::ed25519), tsa_anchor = key(), tsa = key(), leaf = key();

  static std::string spki(const crypto::PrivateKey& one) { return one.public_key().to_der(); }
  static root::TransparencyLog log(const crypto::PrivateKey& one, const std::string& host) {
    std::string id = sha256_of(spki(one));
    if (one.type() == crypto::KeyType::ed25519)  // C2SP signed-note: SHA-256(name || "\n" || 1 || key)
      id = sha256_of(host + "\n\x01" + spki(one).substr(12));
    return {"https://" + host, host, id, id, one.public_key(), {at(-1000), std::nullopt}, {}};
  }

  CertificateForm anchor_form() const { return {"root", "root", at(-100'000), at(100'000), spki(anchor), true}; }
  CertificateForm authority_form() const {
    return {"authority", "root", at(-50'000), at(50'000), spki(authority), true, 0, {"1.3.6.1.5.5.7.3.3"}};
  }
  CertificateForm leaf_form() const {
    CertificateForm form{"", "authority", at(0), at(600), spki(leaf), false, -1, {"1.3.6.1.5.5.7.3.3"}};
    form.name = der(0x86, "https://example.test/workflow@main");
    form.more = {der_extension("1.3.6.1.4.1.57264.1.1", false, "https://issuer.test"),
                 der_extension("1.3.6.1.4.1.57264.1.8", false, der(0x0c, "https://issuer.test"))};
    return form;
  }
  CertificateForm tsa_anchor_form() const {
    return {"tsa root", "tsa root", at(-100'000), at(100'000), spki(tsa_anchor), true};
  }
  CertificateForm tsa_form() const {
    CertificateForm form{"tsa", "tsa root", at(-50'000), at(50'000), spki(tsa), false, -1, {"1.3.6.1.5.5.7.3.8"}, true};
    form.serial = 7;
    return form;
  }

  static crypto::Certificate read(const std::string& bytes) { return *crypto::Certificate::from_der(bytes); }

  root::TrustedRoot trusted() const {
    root::TrustedRoot all;
    all.logs = {log(rekor, "rekor.test"), log(rekor2, "rekor2.test")};
    all.ct_logs = {log(ct, "ct.test")};
    all.certificate_authorities = {{"https://fulcio.test",
                                    {read(authority_form().signed_by(anchor)), read(anchor_form().signed_by(anchor))},
                                    {at(-1000), std::nullopt},
                                    {}}};
    all.timestamp_authorities = {
        {"https://tsa.test",
         {read(tsa_form().signed_by(tsa_anchor)), read(tsa_anchor_form().signed_by(tsa_anchor))},
         {at(-1000), std::nullopt},
         {}}};
    return all;
  }

  /// An SCT over the certificate as it would be without, as the extension's value.
  std::string sct(const CertificateForm& form, const crypto::PrivateKey& signer, const std::string& issuer_key,
                  Time time, const std::string& extensions = {}) const {
    const auto milliseconds = static_cast<std::uint64_t>(time.time_since_epoch().count()) * 1000;
    const std::string tbs = form.tbs();
    const std::string input = big_endian(0, 2) + big_endian(milliseconds, 8) + big_endian(1, 2) +
                              sha256_of(issuer_key) + big_endian(tbs.size(), 3) + tbs +
                              big_endian(extensions.size(), 2) + extensions;
    const std::string signature = *signer.sign(input);
    const std::string one = big_endian(0, 1) + sha256_of(spki(signer)) + big_endian(milliseconds, 8) +
                            big_endian(extensions.size(), 2) + extensions + big_endian(4, 1) + big_endian(3, 1) +
                            big_endian(signature.size(), 2) + signature;
    const std::string list = big_endian(one.size(), 2) + one;
    return der(0x04, big_endian(list.size(), 2) + list);
  }

  /// The leaf of that form with an SCT, signed by the authority.
  std::string issue(CertificateForm form) const {
    form.more.push_back(der_extension("1.3.6.1.4.1.11129.2.4.2", false, sct(form, ct, spki(authority), at(0), "more")));
    return form.signed_by(authority);
  }

  /// A signature of the message with its certificate: no log entry, no timestamp.
  attest::Bundle bundle(const std::string& message) const { return bundle(message, issue(leaf_form())); }
  attest::Bundle bundle(const std::string& message, const std::string& certificate) const {
    attest::Bundle made{};
    made.media_type = std::string(attest::kBundleType);
    made.certificates = {certificate};
    made.content = attest::MessageSignature{"SHA2_256", sha256_of(message), *leaf.sign(message)};
    return made;
  }

  static std::string hashedrekord_1(const attest::Bundle& bundle) {
    const auto& content = std::get<attest::MessageSignature>(bundle.content);
    return R"({"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":"sha256","value":")" +
           to_hex(content.digest) + R"("}},"signature":{"content":")" + to_base64(content.signature) +
           R"(","publicKey":{"content":")" + to_base64(pem("CERTIFICATE", bundle.certificates.front())) + R"("}}}})";
  }
  static std::string hashedrekord_2(const attest::Bundle& bundle) {
    const auto& content = std::get<attest::MessageSignature>(bundle.content);
    return R"({"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{"data":{"algorithm":"SHA2_256","digest":")" +
           to_base64(content.digest) + R"("},"signature":{"content":")" + to_base64(content.signature) +
           R"(","verifier":{"keyDetails":"PKIX_ECDSA_P256_SHA_256","x509Certificate":{"rawBytes":")" +
           to_base64(bundle.certificates.front()) + R"("}}}}}})";
  }

  static std::string promise_of(const attest::LogEntry& entry, const crypto::PrivateKey& signer) {
    return *signer.sign("{\"body\":\"" + to_base64(entry.body) +
                        "\",\"integratedTime\":" + std::to_string(*entry.integrated_time) + ",\"logID\":\"" +
                        to_hex(entry.log_id) + "\",\"logIndex\":" + std::to_string(entry.log_index) + "}");
  }

  static std::string note(const std::string& origin, std::uint64_t size, const std::string& root) {
    return origin + "\n" + std::to_string(size) + "\n" + to_base64(root) + "\n";
  }
  static std::string note_line(const std::string& name, const std::string& id, const std::string& text,
                               const crypto::PrivateKey& signer) {
    return "\xe2\x80\x94 " + name + ' ' + to_base64(id.substr(0, 4) + *signer.sign(text)) + "\n";
  }

  /// The entry as the second leaf of a tree of two.
  attest::LogEntry entry_1(const std::string& body, Time time) const {
    attest::LogEntry entry;
    entry.log_id = sha256_of(spki(rekor));
    entry.log_index = 1001;
    entry.kind = "hashedrekord";
    entry.version = "0.0.1";
    entry.integrated_time = time.time_since_epoch().count();
    entry.body = body;
    entry.promise = promise_of(entry, rekor);
    entry.proof = proof(body, "rekor.test - 77", "rekor.test", entry.log_id, rekor);
    return entry;
  }
  attest::LogEntry entry_2(const std::string& body) const {
    attest::LogEntry entry;
    entry.log_id = log(rekor2, "rekor2.test").id;
    entry.log_index = 1;
    entry.kind = "hashedrekord";
    entry.version = "0.0.2";
    entry.body = body;
    entry.proof = proof(body, "rekor2.test", "rekor2.test", entry.log_id, rekor2);
    return entry;
  }
  static attest::InclusionProof proof(const std::string& body, const std::string& origin, const std::string& name,
                                      const std::string& id, const crypto::PrivateKey& signer) {
    const std::string sibling = sha256_of("sibling");
    const std::string root = sha256_of('\x01' + sibling + sha256_of(std::string(1, '\0') + body));
    const std::string text = note(origin, 2, root);
    return {1, 2, root, {sibling}, text + "\n" + note_line(name, id, text, signer)};
  }

  std::string timestamp(const TimestampForm& form) const {
    const std::string hash = form.imprint_algorithm == "1.3.14.3.2.26"
                                 ? crypto::hash(crypto::HashAlgorithm::sha1, form.imprint_of)
                                 : sha256_of(form.imprint_of);
    const std::string info = der(0x30, der_number(1) + der_oid("1.3.6.1.4.1.57264.2") +
                                           der(0x30, der(0x30, der_oid(form.imprint_algorithm)) + der(0x04, hash)) +
                                           der_number(5) + der_time(form.time));
    const std::string attributes =
        der(0x30, der_oid("1.2.840.113549.1.9.3") + der(0x31, der_oid("1.2.840.113549.1.9.16.1.4"))) +
        der(0x30, der_oid("1.2.840.113549.1.9.4") +
                      der(0x31, der(0x04, form.right_digest ? sha256_of(info) : sha256_of("other"))));
    const crypto::PrivateKey& signer = form.key != nullptr ? *form.key : tsa;
    const std::string certificate = form.certificate.empty() ? tsa_form().signed_by(tsa_anchor) : form.certificate;
    const std::string signer_info =
        der(0x30, der_number(1) + der(0x30, der_name(form.issuer) + der_number(form.serial)) + sha256_algorithm() +
                      der(0xa0, attributes) + ecdsa_sha256() + der(0x04, *signer.sign(der(0x31, attributes))));
    const std::string data =
        der(0x30, der_number(3) + der(0x31, sha256_algorithm()) +
                      der(0x30, der_oid("1.2.840.113549.1.9.16.1.4") + der(0xa0, der(0x04, info))) +
                      (form.embed ? der(0xa0, certificate) : std::string()) + der(0x31, signer_info));
    return der(0x30, der(0x30, der_number(static_cast<unsigned char>(form.status))) +
                         der(0x30, der_oid("1.2.840.113549.1.7.2") + der(0xa0, data)));
  }
};

}  // namespace supply::testing

// A private instance of Sigstore in memory: authority, CT log, Rekor v1 and v2, timestamp authority. It signs what it
// is told to, wrong or not, and writes every form by hand, so that readers are not tested with themselves. One thread.
// Tests only.
#pragma once

#include <string>
#include <vector>

#include "libsupply/testing/der.hpp"
#include "libsupply/testing/private_log.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"

namespace supply::testing {

inline constexpr const char* kCodeSigningUsage = "1.3.6.1.5.5.7.3.3";
inline constexpr const char* kTimeStampingUsage = "1.3.6.1.5.5.7.3.8";
inline constexpr const char* kSctExtension = "1.3.6.1.4.1.11129.2.4.2";

/// The signature algorithm with which keys of that type sign here, as an AlgorithmIdentifier.
std::string signature_algorithm(crypto::KeyType type);

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
  std::uint64_t serial = 1;
  std::string algorithm = signature_algorithm(crypto::KeyType::ecdsa_p256);  ///< that of the issuer

  std::string tbs() const;
  std::string signed_by(const crypto::PrivateKey& issuer_key) const;  ///< DER
  CertificateForm& extend(const std::string& oid, bool critical, std::string_view value);
};

/// GeneralNames.
std::string uri_name(std::string_view uri);
std::string email_name(std::string_view address);
std::string user_name(std::string_view name);  ///< Fulcio's otherName

/// What a signed certificate timestamp is to say; the defaults are good.
struct SctForm {
  Time time;
  std::string extensions = {};
  const crypto::PrivateKey* log = nullptr;  ///< null: the CT log's
  std::string issuer_key = {};              ///< DER; empty: the authority's
};

/// What a timestamp is to say; the defaults are good.
struct TimestampForm {
  Time time;
  std::string imprint_of = {};                               ///< what is stamped, or else:
  std::string imprint = {};                                  ///< its hash, raw
  std::string imprint_algorithm = "2.16.840.1.101.3.4.2.1";  ///< SHA-256; SHA-384, -512 and SHA-1 are known too
  std::string nonce = {};                                    ///< DER of an INTEGER; empty: none
  int status = 0;
  bool right_digest = true;                 ///< the messageDigest attribute
  bool right_type = true;                   ///< the contentType attribute
  std::string attributes = {};              ///< DER of more signed attributes
  bool embed = false;                       ///< the signer's certificate
  std::string embed_more = {};              ///< DER of other certificates
  const crypto::PrivateKey* key = nullptr;  ///< null: the authority's
  std::string certificate = {};             ///< of the signer; empty: the authority's
  std::string issuer = "tsa root";
  std::uint64_t serial = 7;
};

class PrivateInstance {
 public:
  static constexpr Time kEpoch{std::chrono::seconds(1'780'000'000)};
  /// All validity is around `epoch`: a certificate is valid from then for ten minutes.
  explicit PrivateInstance(Time epoch = kEpoch) : epoch_(epoch) {}

  static crypto::PrivateKey new_key(crypto::KeyType type = crypto::KeyType::ecdsa_p256);
  Time at(int seconds) const { return epoch_ + std::chrono::seconds(seconds); }

  crypto::PrivateKey anchor = new_key(), authority = new_key(), ct = new_key(), tsa_anchor = new_key(), tsa = new_key(),
                     leaf = new_key();
  PrivateLog rekor{Rekor::v1, "rekor.test"}, rekor2{Rekor::v2, "rekor2.test"};

  // Certificates. The authority's is an intermediate's; names are "authority", "root", "tsa", "tsa root".
  CertificateForm anchor_form() const;
  CertificateForm authority_form() const;
  /// A URI by the issuer "https://issuer.test", for the key `leaf`; without SCT.
  CertificateForm leaf_form() const;
  CertificateForm tsa_anchor_form() const;
  CertificateForm tsa_form() const;
  std::vector<std::string> chain() const;      ///< DER: intermediate, anchor
  std::vector<std::string> tsa_chain() const;  ///< DER: signer, anchor

  /// The value of the SCT extension over the certificate as it would be without.
  std::string sct(const CertificateForm& form, const SctForm& sct) const;
  /// The certificate of that form with a good SCT, signed by the authority. DER.
  std::string issue(CertificateForm form) const;

  // Trust.
  root::TrustedRoot trusted() const;
  std::string trusted_json() const;  ///< the same as a trusted_root.json

  // Signatures, with neither log entry nor timestamp. By `key` (null: `leaf`), and its certificate (empty: the key's).
  attest::Bundle bundle(const std::string& message) const { return bundle(message, issue(leaf_form())); }
  attest::Bundle bundle(const std::string& message, const std::string& certificate,
                        const crypto::PrivateKey* key = nullptr) const;
  attest::Bundle envelope(const std::string& payload, const std::string& certificate,
                          const crypto::PrivateKey* key = nullptr,
                          const std::string& payload_type = "application/vnd.in-toto+json") const;

  /// The second entry of a tree of two, of either Rekor. `body`: see below.
  attest::LogEntry entry_1(const std::string& body, Time time, const CheckpointForm& form = {}) const;
  attest::LogEntry entry_2(const std::string& body, const CheckpointForm& form = {}) const;

  /// DER of a TimeStampResp.
  std::string timestamp(const TimestampForm& form) const;

 private:
  Time epoch_;
};

// Bodies of log entries for a bundle by a certificate, or by the key whose DER is given.
std::string hashedrekord_1(const attest::Bundle& bundle, const std::string& key = {});
std::string hashedrekord_2(const attest::Bundle& bundle, const std::string& key = {});
std::string dsse_1(const attest::Bundle& bundle, const std::string& key = {});
/// Of `text`, the envelope's JSON.
std::string intoto_1(const attest::Bundle& bundle, std::string_view text, const std::string& key = {});
std::string intoto_2(const attest::Bundle& bundle, const std::string& key = {});

/// The bytes that are signed of an envelope (DSSE).
std::string signed_bytes(const std::string& payload_type, const std::string& payload);
/// The signature in a bundle, raw.
std::string signature_of(const attest::Bundle& bundle);
/// As a file, in proto JSON.
std::string to_json(const attest::Bundle& bundle);

inline crypto::Certificate certificate_in(const std::string& der) { return *crypto::Certificate::from_der(der); }

}  // namespace supply::testing

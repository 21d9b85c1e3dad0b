// Who may vouch: keys by their fingerprints, and the identities of certificates. Made by the policy's reader; values.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/base/result/result.hpp"
#include "libsupply/trust/attest/signer_identity.hpp"

namespace re2 {
class RE2;
}

namespace supply::policy {

struct NamedKey {
  std::string name;
  crypto::PublicKey key;
};

/// A text that is asked for: byte for byte, or a regular expression (RE2) that the whole text must match.
class TextMatch {
 public:
  static TextMatch exact(std::string text);
  /// Errors: usage.
  static Result<TextMatch> regexp(const std::string& expression);
  bool matches(std::string_view text) const;
  const std::string& text() const { return text_; }
  bool is_regexp() const { return regexp_ != nullptr; }
  friend bool operator==(const TextMatch& a, const TextMatch& b) {
    return a.text_ == b.text_ && a.is_regexp() == b.is_regexp();
  }

 private:
  std::string text_;
  std::shared_ptr<const re2::RE2> regexp_;
};

/// Holders of certificates: all of it must match. Source: sigstore/fulcio, docs/oid-info.md.
struct NamedIdentity {
  std::string name;                               ///< in the policy
  std::vector<TextMatch> subjects;                ///< the subjectAltName; any of them
  std::vector<TextMatch> issuers;                 ///< any of them
  std::map<std::string, std::string> extensions;  ///< by the last number of the OID, exact

  bool matches(const attest::CertificateIdentity& identity) const;
  friend bool operator==(const NamedIdentity&, const NamedIdentity&) = default;
};

/// A set of signers. Two names of one key are one signer.
struct Signers {
  std::map<std::string, std::string> names = {};  ///< fingerprint (hex) to the name, the first of them, in the policy
  std::vector<NamedIdentity> identities = {};     ///< sorted by name

  bool empty() const { return names.empty() && identities.empty(); }
  std::size_t size() const { return names.size() + identities.size(); }
  bool contains(const attest::SignerIdentity& signer) const { return name_of(signer).has_value(); }
  /// The first name in the policy under which the signer is one of these.
  std::optional<std::string> name_of(const attest::SignerIdentity& signer) const;
  /// How many of the set's names can be given a signer each, no signer twice: what thresholds count.
  std::size_t distinct(const std::vector<const attest::SignerIdentity*>& who) const;
  /// "release, backup", sorted; for messages.
  std::string to_string() const;
};

/// What makes two signatures one signer's: a key's fingerprint, or a certificate's issuer and name.
std::string signer_id(const attest::SignerIdentity& signer);
/// "release (ecdsa-sha256)" is said with the name; this is "release", or the identity that a certificate names.
std::string display_name(const attest::SignerIdentity& signer);

}  // namespace supply::policy

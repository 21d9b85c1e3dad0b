// Whom somebody believes, and how much proof they want. Immutable values; any thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/trust/attest/signer_identity.hpp"
#include "libsupply/trust/root/trusted_root.hpp"

namespace re2 {
class RE2;
}

namespace supply::verify {

struct TrustedKey {
  std::string name;
  crypto::PublicKey key;
  /// With a start or an end, its signatures count only with a proven time within, which needs a trusted root.
  root::ValidityWindow valid_for = {};
  std::string reason = {};  ///< why it is trusted for that time only: "rotated", "revoked: …"
  /// Signs the payload of an envelope, and not its pre-authentication encoding. So did Google Cloud Build's regions.
  bool signs_bare_payload = false;
};

/// A text that is wanted: byte for byte, or found by a regular expression anywhere in it, as cosign's flags mean it.
class TextPattern {
 public:
  static TextPattern exact(std::string text);
  /// RE2. Errors: usage.
  static Result<TextPattern> regexp(const std::string& expression);

  bool matches(std::string_view text) const;
  const std::string& text() const { return text_; }
  bool is_regexp() const { return regexp_ != nullptr; }
  std::string to_string() const;  ///< "\"text\"", or "/expression/"

 private:
  std::string text_;
  std::shared_ptr<const re2::RE2> regexp_;
};

/// A certificate's holder: all of it must match.
struct TrustedIdentity {
  std::vector<TextPattern> names;                      ///< at least one
  std::vector<TextPattern> issuers;                    ///< at least one
  std::map<std::string, TextPattern> extensions = {};  ///< by the names of CertificateIdentity::extensions

  bool matches(const attest::CertificateIdentity& identity) const { return !mismatch(identity); }
  /// What does not match, as "want …"; nothing when all does.
  std::optional<std::string> mismatch(const attest::CertificateIdentity& identity) const;
};

enum class Waived { no, yes };

struct TrustPolicy {
  std::vector<TrustedKey> keys;
  std::vector<TrustedIdentity> identities;
  /// With it, log entries and timestamps of a key's signature are checked too; identities need it.
  std::optional<root::TrustedRoot> trusted_root = {};
  /// More instances, each on its own: certificate, log entries and timestamps are all of one of them. Where there are
  /// several, a waiver is for those alone that list no log: it takes nothing from the others.
  std::vector<root::TrustedRoot> other_roots = {};
  std::size_t log_entries = 1;  ///< of distinct logs
  std::size_t times = 1;        ///< proven by distinct witnesses, for certificates
  std::size_t timestamps = 0;   ///< of distinct authorities, whatever times logs promise
  std::size_t scts = 1;         ///< of distinct logs, for certificates
  Waived log = Waived::no;      ///< entries are not looked at: for private instances
  Waived sct = Waived::no;
};

}  // namespace supply::verify

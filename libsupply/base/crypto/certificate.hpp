// X.509 certificates as values. Immutable after creation; any thread. Source: RFC 5280.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/base/crypto/signature_algorithm.hpp"
#include "libsupply/base/limits/budget.hpp"
#include "libsupply/base/time/time.hpp"

namespace supply::crypto {

struct Extension {
  std::string oid;  ///< "2.5.29.15"
  bool critical = false;
  std::string value;  ///< the bytes in the OCTET STRING
};

struct AlternativeName {
  enum class Kind { email, dns, uri, other_name, unknown };
  Kind kind = Kind::unknown;
  std::string value;  ///< of an otherName: its UTF8String; of a kind that is not named above: DER
  std::string oid;    ///< of an otherName
};

class SignatureMemo;

inline constexpr std::string_view kCodeSigning = "1.3.6.1.5.5.7.3.3";
inline constexpr std::string_view kTimeStamping = "1.3.6.1.5.5.7.3.8";
inline constexpr std::string_view kAnyExtendedKeyUsage = "2.5.29.37.0";

struct Certificate {
  std::string der;      ///< the very bytes that were read
  std::string tbs;      ///< what is signed: DER of TBSCertificate
  std::string serial;   ///< content of the INTEGER
  std::string issuer;   ///< DER of the Name
  std::string subject;  ///< DER of the Name
  Time not_before, not_after;
  std::string spki;                ///< DER of SubjectPublicKeyInfo as it is there
  std::optional<PublicKey> key;    ///< nothing: `key_fault` says why
  std::optional<Error> key_fault;  ///< malformed; unsupported: of a type that Supply does not use
  StatedAlgorithm signature_algorithm;
  std::string signature;              ///< raw
  std::vector<Extension> extensions;  ///< in their order, each object identifier once
  bool is_ca = false;                 ///< basicConstraints
  std::optional<std::uint64_t> path_length;
  std::optional<unsigned> key_usage;  ///< bit 0 is digitalSignature, 1 nonRepudiation, 5 keyCertSign
  std::vector<std::string> extended_key_usage;
  bool extended_key_usage_critical = false;
  std::vector<AlternativeName> names;  ///< subjectAltName
  std::string subject_key_id;          ///< raw; empty when absent

  /// Version 3 only. Errors: malformed (also an extension twice, or two signature algorithms), limit_exceeded.
  static Result<Certificate> from_der(std::string_view der);
  /// Every certificate of a PEM text, at least one; no other block. Errors: malformed, limit_exceeded.
  static Result<std::vector<Certificate>> all_from_pem(std::string_view pem);

  const Extension* extension(std::string_view oid) const;
  /// DER of the TBSCertificate as it was before that extension was added. Source: RFC 6962, section 3.2.
  std::string tbs_without(std::string_view oid) const;
  /// Whether a time is within validity, both ends included.
  bool is_valid_at(Time at) const { return not_before <= at && at <= not_after; }
};

struct ChainQuestion {
  std::string_view usage;         ///< the extended key usage that the leaf must state: kCodeSigning, kTimeStamping
  Time at;                        ///< every certificate of the chain is valid then
  bool leaf_validity = true;      ///< false: of the leaf, the caller asks that itself
  SignatureMemo* memo = nullptr;  ///< of signatures that were checked before; null: none is remembered
};

/// The chain from `leaf` to the last certificate of `authority`, which is its only anchor, by way of the others of it
/// and of `untrusted`; the leaf first. Pointers into the arguments. An issuer's name and key fit, it is a CA, may sign
/// certificates, its path length and name constraints hold; nobody has a critical extension that Supply does not know;
/// the leaf is no CA and states the usage by name, and each issuer that states usages states it too. Errors: mismatch,
/// saying why the chain that came furthest does not hold; limit_exceeded, of the budget.
Result<std::vector<const Certificate*>> chain_of(const Certificate& leaf, std::span<const Certificate> authority,
                                                 std::span<const Certificate> untrusted, const ChainQuestion& question,
                                                 Budget& budget);

}  // namespace supply::crypto

// RFC 3161 timestamps as values, and whether an authority made one. Any thread. Source: RFC 3161, RFC 5652, RFC 5816.
#pragma once

#include "libsupply/base/crypto/certificate.hpp"

namespace supply::crypto {

struct Timestamp {
  Time time;    ///< genTime, without fractions of a second
  Time latest;  ///< the same, or where it has a fraction the second after
  HashAlgorithm imprint_algorithm = HashAlgorithm::sha256;
  std::string imprint;  ///< hash of what was stamped
  std::string content;  ///< DER of TSTInfo
  HashAlgorithm digest_algorithm = HashAlgorithm::sha256;
  std::string signed_attributes;  ///< DER, as the SET that is signed
  StatedAlgorithm signature_algorithm;
  std::string signature;
  std::string signer_issuer, signer_serial;  ///< DER of the Name, content of the INTEGER; or else:
  std::string signer_key_id;
  std::vector<Certificate> certificates;  ///< that it brought; none of them is an anchor

  /// From a TimeStampResp that grants. Errors: malformed; unsupported (a hash that is not of SHA-2); mismatch (SHA-1 or
  /// MD5, several signers, a critical extension, a status that does not grant, content type or message digest
  /// attributes that do not fit); limit_exceeded.
  static Result<Timestamp> parse(std::string_view response);

  bool names(const Certificate& certificate) const;  ///< whether it says that this one signed
};

/// Whether the authority stamped `message`: `chain` is its certificates, the anchor last; where one of them is no CA,
/// it alone may have signed; else the timestamp has to bring the signer's. The signer's chain holds at the time that is
/// stated, its only extended key usage is timeStamping, which is critical, and it is no CA.
/// Errors: mismatch, saying why not; limit_exceeded, of the budget.
Status verify_timestamp(const Timestamp& timestamp, std::string_view message, std::span<const Certificate> chain,
                        Budget& budget, SignatureMemo* memo = nullptr);

}  // namespace supply::crypto

// Signed certificate timestamps (SCTs) in certificates. Source: RFC 6962, sections 3.2 and 3.3.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/trust/root/trusted_root.hpp"

namespace supply::root {

struct CertificateTimestamp {
  std::string log_id;                     ///< raw
  std::uint64_t time = 0;                 ///< milliseconds since 1970
  std::string extensions;                 ///< part of what is signed
  unsigned hash = 0, signature_kind = 0;  ///< of TLS: 4 is SHA-256; 1 is RSA, 3 ECDSA
  std::string signature;

  Time seconds() const { return Time(std::chrono::seconds(time / 1000)); }
  /// The same, or where it has a fraction the second after.
  Time latest() const { return seconds() + std::chrono::seconds(time % 1000 == 0 ? 0 : 1); }
};

/// Those that a certificate embeds; none when it lacks the extension. Errors: malformed, limit_exceeded.
Result<std::vector<CertificateTimestamp>> certificate_timestamps(const crypto::Certificate& certificate);

/// Whether the log signed it for this certificate by this issuer, in the log's validity. Errors: mismatch, saying why
/// not; limit_exceeded, of the budget.
Status verify_certificate_timestamp(const CertificateTimestamp& timestamp, const crypto::Certificate& certificate,
                                    const crypto::Certificate& issuer, const TransparencyLog& log, Budget& budget);

}  // namespace supply::root

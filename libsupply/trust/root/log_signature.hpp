// What logs sign, and how.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/trust/attest/log_entry.hpp"
#include "libsupply/trust/root/trusted_root.hpp"

namespace supply::root {

/// Whether the log's key made the signature: ECDSA over SHA-256 (as Rekor v1 does with every curve) or the curve's own
/// hash (as Rekor v2 does), RSA PKCS#1 v1.5 or PSS over SHA-256, Ed25519, pure or prehashed.
/// Errors: mismatch; limit_exceeded, of the budget.
Status verify_log_signature(const TransparencyLog& log, std::string_view message, std::string_view signature,
                            Budget& budget);
/// The same over SHA-256 alone, RSA in PKCS#1 v1.5: what CT logs make (RFC 6962, section 2.1.4).
Status verify_certificate_log_signature(const TransparencyLog& log, std::string_view message,
                                        std::string_view signature, Budget& budget);

/// What a signed entry timestamp of Rekor v1 is over: canonical JSON (RFC 8785) of body, integratedTime, logID,
/// logIndex.
std::string signed_entry(const attest::LogEntry& entry);

}  // namespace supply::root

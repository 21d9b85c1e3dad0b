// What logs sign, and how.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/trust/attest/log_entry.hpp"
#include "libsupply/trust/root/trusted_root.hpp"

namespace supply::root {

/// Whether the log's key made the signature: ECDSA or RSA PKCS#1 v1.5 over SHA-256, or Ed25519.
/// Errors: mismatch; limit_exceeded, of the budget.
Status verify_log_signature(const TransparencyLog& log, std::string_view message, std::string_view signature,
                            Budget& budget);

/// What a signed entry timestamp of Rekor v1 is over: canonical JSON (RFC 8785) of body, integratedTime, logID,
/// logIndex.
std::string signed_entry(const attest::LogEntry& entry);

}  // namespace supply::root

// RSASSA-PSS signatures by RSA keys of the usual type, as TUF has them. Any thread. Source: RFC 8017, section 8.1.
#pragma once

#include <string_view>

#include "libsupply/base/crypto/key.hpp"

namespace supply::crypto {

/// Whether the key made the signature, with MGF1 over the same hash and a salt of any length.
/// Errors: mismatch, also for a key that is no RSA key.
Status verify_rsa_pss(HashAlgorithm algorithm, const PublicKey& key, std::string_view message,
                      std::string_view signature);

}  // namespace supply::crypto

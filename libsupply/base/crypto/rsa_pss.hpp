// RSASSA-PSS signatures by RSA keys of the usual type, as TUF and certificates have them. Any thread. Source: RFC 8017,
// section 8.1.
#pragma once

#include <string_view>

#include "libsupply/base/crypto/key.hpp"

namespace supply::crypto {

/// Whether the key made the signature, with MGF1 over the same hash and a salt of any length.
/// Errors: mismatch, also for a key that is no RSA key.
Status verify_rsa_pss(HashAlgorithm algorithm, const PublicKey& key, std::string_view message,
                      std::string_view signature);

inline constexpr std::string_view kRsaPss = "1.2.840.113549.1.1.10";  ///< of an AlgorithmIdentifier

/// What an AlgorithmIdentifier states of it.
struct RsaPssParameters {
  HashAlgorithm hash = HashAlgorithm::sha256;
  std::size_t salt_bytes = 0;
};
/// From the DER of its parameters. Errors: malformed; unsupported, when a hash is none of SHA-2 (SHA-1 where nothing is
/// said), or MGF1's is another. Source: RFC 4055, section 3.1.
Result<RsaPssParameters> rsa_pss_parameters(std::string_view der);

/// The same with the salt's stated length. Errors: mismatch.
Status verify_rsa_pss(const RsaPssParameters& parameters, const PublicKey& key, std::string_view message,
                      std::string_view signature);

}  // namespace supply::crypto

// What the two kinds of key share.
#pragma once

#include "libsupply/base/crypto/internal/openssl_ptr.hpp"
#include "libsupply/base/crypto/key.hpp"

namespace supply::crypto::internal {

/// What the message about another key says is wanted.
inline constexpr std::string_view kKeysUsed = "ECDSA P-256, P-384 or P-521, Ed25519, or RSA of 2048 to 16384 bits";

/// The type of a key that Supply uses, its public part checked. Errors: unsupported (another type or curve, explicit
/// curve parameters, RSA-PSS, RSA under 2048 or over 16384 bits), malformed (a public part that is no such key).
Result<KeyType> key_type(EVP_PKEY* key);

/// OpenSSL's form of an Ed25519 key; `spki` is one by is_ed25519().
PkeyPtr ed25519_pkey(std::string_view spki);

/// SubjectPublicKeyInfo in its one canonical form: named curve, uncompressed point.
Result<std::string> public_der(EVP_PKEY* key);

}  // namespace supply::crypto::internal

// The two encrypted forms of a private key; inside both is a PKCS#8 PrivateKeyInfo.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/crypto/internal/secret.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::crypto::internal {

// Errors of both readers: malformed (not of that form), unsupported (another cipher or KDF), limit_exceeded (a KDF cost
// beyond ours), unauthenticated (the password is wrong; a changed ciphertext looks the same, by design).

/// The JSON in "ENCRYPTED SIGSTORE PRIVATE KEY": scrypt, then XSalsa20-Poly1305.
/// Source: secure-systems-lab/go-securesystemslib, encrypted.
Result<SecretBytes> decrypt_cosign(std::string_view json, std::string_view password);
Result<std::string> encrypt_cosign(std::string_view pkcs8, std::string_view password);

/// DER EncryptedPrivateKeyInfo with PBES2. Source: RFC 5958, RFC 8018; RFC 7914 for scrypt.
Result<SecretBytes> decrypt_pkcs8(std::string_view der, std::string_view password);
Result<std::string> encrypt_pkcs8(std::string_view pkcs8, std::string_view password);

}  // namespace supply::crypto::internal

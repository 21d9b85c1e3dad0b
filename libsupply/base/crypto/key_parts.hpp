// Public keys and signatures as tokens and services have them, in parts: points, moduli, halves. Any thread.
#pragma once

#include "libsupply/base/crypto/key.hpp"

namespace supply::crypto {

/// The key of an uncompressed point (04 x y), or of Ed25519's 32 bytes. Errors: malformed (another length, no point of
/// the curve), unsupported (RSA). Source: RFC 5480, section 2; RFC 8410, section 4.
Result<PublicKey> public_key_of_point(KeyType type, std::string_view point);
/// An RSA key of its modulus and exponent, the highest byte first. Errors: those of PublicKey::from_der.
/// Source: RFC 8017, appendix A.1.1.
Result<PublicKey> public_key_of_rsa(std::string_view modulus, std::string_view exponent);
/// The bits of an RSA key's modulus; 0 of other keys.
unsigned rsa_bits(const PublicKey& key);

/// DER of the two halves of an ECDSA signature, of equal size, as JWS and PKCS#11 have them. Errors: malformed.
Result<std::string> ecdsa_der_of(std::string_view halves);

}  // namespace supply::crypto

// Ed25519 without EVP (see ecdsa_verify.hpp), by libsodium. Any thread. Source: RFC 8032, section 5.1; RFC 8410,
// section 4.
#pragma once

#include <string_view>

namespace supply::crypto::internal {

/// Whether it is a SubjectPublicKeyInfo of an Ed25519 key, whose point is canonical, on the curve and of full order.
bool is_ed25519(std::string_view spki);

/// Whether the key of that form made the signature over the message itself.
bool verifies_ed25519(std::string_view spki, std::string_view message, std::string_view signature);

}  // namespace supply::crypto::internal

// The SubjectPublicKeyInfo of the usual keys in the one form that nearly every tool writes.
#pragma once

#include <string_view>

#include "libsupply/base/crypto/internal/openssl_ptr.hpp"

namespace supply::crypto::internal {

/// The key, where `spki` has exactly the bytes that public_der() writes for a P-256, P-384, P-521 or Ed25519 key; null
/// for everything else, damage included: d2i_PUBKEY reads that, and says what is wrong. It is for speed alone: OpenSSL
/// builds the decoders and encoders of all its key types before it reads the first, which is most of what a verb with a
/// key needs. key_type() judges the key of either.
/// Source: RFC 5480, sections 2.1.1 and 2.2; RFC 8410, section 4.
PkeyPtr read_canonical_spki(std::string_view spki);

}  // namespace supply::crypto::internal

// The names that Sigstore has for a key with a way of signing. Any thread.
// Source: sigstore/protobuf-specs, sigstore_common.proto, PublicKeyDetails.
#pragma once

#include "libsupply/base/crypto/signature_algorithm.hpp"

namespace supply::root {

/// "PKIX_ECDSA_P256_SHA_256".
std::string key_details(const crypto::PublicKey& key, crypto::SignatureScheme scheme);
/// Whether it is the name of the key with some scheme over that hash; Ed25519 is over none that is named here, in
/// either of its forms.
bool are_details_of(std::string_view details, const crypto::PublicKey& key, crypto::HashAlgorithm hash);

}  // namespace supply::root

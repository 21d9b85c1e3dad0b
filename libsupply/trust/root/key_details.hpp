// The names that Sigstore has for a key with a way of signing. Any thread.
// Source: sigstore/protobuf-specs, sigstore_common.proto, PublicKeyDetails.
#pragma once

#include <optional>

#include "libsupply/base/crypto/signature_algorithm.hpp"

namespace supply::root {

/// "PKIX_ECDSA_P256_SHA_256".
std::string key_details(const crypto::PublicKey& key, crypto::SignatureScheme scheme);
/// Whether it is the name of the key with some scheme over that hash; Ed25519 is over none that is named here, in
/// either of its forms.
bool are_details_of(std::string_view details, const crypto::PublicKey& key, crypto::HashAlgorithm hash);

/// The key that a trusted root lists, `key` in the encoding that `details` names ("": PKIX). Nothing: of a type that
/// Supply does not use, or `details` are a name that Sigstore has not given, or that of another type of key.
/// Errors: malformed.
Result<std::optional<crypto::PublicKey>> listed_key(std::string_view key, std::string_view details);
/// The name of PublicKeyDetails with that number, which proto JSON may have in its place; "" when there is none.
std::string_view details_numbered(std::int64_t number);

}  // namespace supply::root

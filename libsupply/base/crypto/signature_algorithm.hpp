// Signatures whose scheme is said beside them, as certificates, timestamps and logs say it. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/crypto/key.hpp"

namespace supply::crypto {

HashAlgorithm hash_of(SignatureScheme scheme);
/// Whether keys of that type make signatures by that scheme.
bool is_scheme_of(SignatureScheme scheme, KeyType type);

/// The AlgorithmIdentifier of a signature.
struct StatedAlgorithm {
  std::string oid;         ///< in dots
  std::string parameters;  ///< DER; empty when absent
};
/// From the content of its SEQUENCE. Errors: malformed.
Result<StatedAlgorithm> stated_algorithm(std::string_view content);
/// Whether the key made the signature over `message` by the very algorithm that is stated. Errors: mismatch;
/// unsupported, for one with SHA-1 or that Supply does not know.
Status verify_as(const StatedAlgorithm& stated, const PublicKey& key, std::string_view message,
                 std::string_view signature);

/// The scheme of a signature AlgorithmIdentifier's object identifier, in dots; nothing for SHA-1, RSASSA-PSS and
/// others. Source: RFC 5758, section 3.2; RFC 4055, section 5; RFC 8410, section 3.
std::optional<SignatureScheme> scheme_of(std::string_view oid);
/// sha256, sha384 or sha512 of a digest AlgorithmIdentifier; nothing for SHA-1 and others.
std::optional<HashAlgorithm> sha2_of(std::string_view oid);

/// Whether the key made the signature over `message` by this very scheme. Errors: mismatch.
Status verify_as(SignatureScheme scheme, const PublicKey& key, std::string_view message, std::string_view signature);
/// The same where only the message's hash (by hash_of(scheme)) is known. Errors: mismatch; unsupported, for Ed25519,
/// which is over the message itself.
Status verify_hash_as(SignatureScheme scheme, const PublicKey& key, std::string_view hash, std::string_view signature);

}  // namespace supply::crypto

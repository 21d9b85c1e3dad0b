// ECDSA signatures over P-256 checked by OpenSSL's arithmetic of the curve, without EVP, which builds the tables of all
// algorithms before it checks one signature: that was most of what verifying one cost. Other curves are left to EVP.
// Any thread. Source: FIPS 186-5, section 6.4.2.
#pragma once

#include <optional>
#include <string_view>

namespace supply::crypto::internal {

/// The point of a SubjectPublicKeyInfo in its usual form, uncompressed: x and y, a view into it. Nothing for any other
/// key or form, also for a point that is not on the curve.
std::optional<std::string_view> p256_point(std::string_view spki);

/// Whether the signature, in DER and in its one form, holds for a hash of any length.
bool verifies_p256(std::string_view point, std::string_view hash, std::string_view signature);

}  // namespace supply::crypto::internal

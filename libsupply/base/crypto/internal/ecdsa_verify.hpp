// ECDSA signatures checked by OpenSSL's arithmetic of the curve, without EVP, which builds the tables of all algorithms
// before it checks one signature: that was most of what verifying one cost. Any thread. Source: FIPS 186-5,
// section 6.4.2.
#pragma once

#include <optional>
#include <string_view>

#include "libsupply/base/crypto/key.hpp"

namespace supply::crypto::internal {

struct CurvePoint {
  KeyType type;                  ///< ecdsa_p256, ecdsa_p384 or ecdsa_p521
  std::string_view coordinates;  ///< x and y
};

/// The point of a SubjectPublicKeyInfo in its usual form, of a named curve and uncompressed; a view into it. Nothing
/// for any other key or form, also for a point that is not on its curve. Source: RFC 5480, sections 2.1.1 and 2.2.
std::optional<CurvePoint> curve_point(std::string_view spki);

/// Whether the signature, in DER and in its one form, holds for a hash of any length.
bool verifies_ecdsa(const CurvePoint& key, std::string_view hash, std::string_view signature);

}  // namespace supply::crypto::internal

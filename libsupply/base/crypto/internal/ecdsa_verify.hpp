// ECDSA signatures over P-256 and P-384 checked by the curve's arithmetic alone. Any thread.
//
// EVP builds the tables of all of OpenSSL's algorithms before it checks one signature, and OpenSSL 3.0's P-384 starts a
// random generator besides: both were most of what verifying a bundle cost. Source: FIPS 186-5, section 6.4.2.
#pragma once

#include <optional>
#include <string_view>

namespace supply::crypto::internal {

enum class Curve { p256, p384 };

/// A SubjectPublicKeyInfo in its usual form, with an uncompressed point: the point's x and y, a view into it. Nothing
/// for any other key or form, also for a point that is not on its curve.
struct CurvePoint {
  Curve curve;
  std::string_view point;
};
std::optional<CurvePoint> curve_point(std::string_view spki);

/// Whether the signature, in DER and in its one form, holds for a hash of any length.
bool verifies_ecdsa(const CurvePoint& key, std::string_view hash, std::string_view signature);

}  // namespace supply::crypto::internal

// P-384 in 64-bit words, for signatures that are checked, and for nothing else: nothing here is secret, so that times
// may differ. Any thread. Source: FIPS 186-5, section 6.4.2; SP 800-186, section 3.2.1.4; Explicit-Formulas Database,
// short Weierstrass curves, a = -3, Jacobian coordinates.
#pragma once

#include <string_view>

namespace supply::crypto::internal {

/// Whether x and y, of 48 bytes each, are a point of the curve (never the one at infinity).
bool is_on_p384(std::string_view point);

/// Whether r and s, without zeros before them, sign a hash of any length. `point` is on the curve.
bool verifies_p384(std::string_view point, std::string_view hash, std::string_view r, std::string_view s);

}  // namespace supply::crypto::internal

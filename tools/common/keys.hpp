// Keys as a user names them: a file, env://NAME.
#pragma once

#include <string>
#include <vector>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/trust/verify/verifier.hpp"

namespace supply::tools {

/// The bytes behind `--key`. Errors: usage (a scheme that is not known), not_found, forbidden, limit_exceeded.
Result<std::string> read_key_text(const std::string& key);
/// Public keys for verifying, each named as it was typed. A private key file is refused, not opened.
Result<std::vector<verify::TrustedKey>> trusted_keys(const std::vector<std::string>& keys);

}  // namespace supply::tools

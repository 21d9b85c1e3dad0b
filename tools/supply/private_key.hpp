// Private keys as a user names them, and their passphrase. Not in supply-gate.
#pragma once

#include <string>

#include "libsupply/base/crypto/key.hpp"

namespace supply::tools {

/// The key behind `--key`, decrypted with the passphrase of SUPPLY_PASSWORD or COSIGN_PASSWORD, else asked on the
/// terminal. Errors: usage: not a private key that can be used; encrypted, and no passphrase to be had, or a wrong one.
Result<crypto::PrivateKey> read_private_key(const std::string& key);
/// A passphrase for a new key, asked twice on a terminal. Errors: usage, when there is none to be had: a key is never
/// written plain.
Result<std::string> new_passphrase();

}  // namespace supply::tools

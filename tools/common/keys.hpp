// Keys as a user names them: a file, env://NAME. Whatever is wrong with the asker's own key is a wrong command (usage),
// at every verb: what was asked was never in sight, and asking again gives the same.
#pragma once

#include <string>
#include <vector>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/trust/verify/verifier.hpp"

namespace supply::tools {

struct Common;

/// What went wrong with `--key`, as usage; only a fault of Supply stays one.
Error key_fault(const std::string& key, const Error& error);
/// The bytes behind `--key`. Errors: usage.
Result<std::string> read_key_text(const std::string& key);
/// The public key in those bytes. Errors: usage.
Result<crypto::PublicKey> public_key_in(const std::string& key, std::string_view text);
/// Public keys for verifying, each named as it was typed. A private key file is refused, not opened. Errors: usage, and
/// those of remote_public_key().
Result<std::vector<verify::TrustedKey>> trusted_keys(const std::vector<std::string>& keys, const Common& common);

/// That `--key` is where a key is, and not the key itself, which belongs on no command line. Errors: usage.
Status check_is_place(const std::string& key);
/// A key's name for messages: without a PIN that somebody wrote into a PKCS#11 URI, and without a key that is in
/// its place.
std::string shown_key(const std::string& key);
/// Whether a token, a service or a program has the key: neither a file nor a variable of the environment.
bool is_remote_key(const std::string& key);
/// The public half of such a key. Each program defines it: supply asks for it, supply-gate holds no code that could.
/// Errors: usage, and those of the service.
Result<crypto::PublicKey> remote_public_key(const std::string& key, const Common& common);

}  // namespace supply::tools

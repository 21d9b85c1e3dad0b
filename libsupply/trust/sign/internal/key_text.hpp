// Private keys that come as text, and their passphrase.
#pragma once

#include "libsupply/trust/sign/signer_kind.hpp"

namespace supply::sign::internal {

/// The signer of a key's text: PEM in any form, decrypted with the passphrase in SUPPLY_PASSWORD or COSIGN_PASSWORD,
/// else with what the user types. `name` is for the question. Errors: usage, whatever is wrong with the key or the
/// passphrase.
Result<std::unique_ptr<Signer>> signer_of_text(std::string_view text, const std::string& name,
                                               const SignerContext& context);

/// What is wrong with the asker's own key is a wrong command; only a fault of Supply stays one.
Error as_usage(const Error& error);

}  // namespace supply::sign::internal

// The services that the options for signing name, and whether they are enough.
#pragma once

#include "libsupply/trust/sigstore/services.hpp"
#include "tools/supply/signing.hpp"

namespace supply::tools {

/// What is said by flags goes before what the configuration says; with neither, the public-good instance signs.
/// Errors: usage (a configuration that is none or contradicts the flags; too few services for what signs: a key wants
/// one at all, an identity a certificate authority and something that proves the time).
Result<sigstore::ServiceAddresses> signing_addresses(const SigningOptions& options, Time now);

/// The text of a file that an option names. Errors: usage.
Result<std::string> read_option_file(const std::string& option, const std::string& file, std::size_t limit);

}  // namespace supply::tools

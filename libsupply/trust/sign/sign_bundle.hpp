// Signs and wraps: from a statement or a file's bytes to the text of a Sigstore bundle. Making a statement is
// attest::make_statement, attaching a bundle is in sign_image.hpp.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/trust/sign/signing_services.hpp"

namespace supply::sign {

/// A bundle (JSON) with a DSSE envelope over `statement`, which is checked to be one. `services` may be null. Errors:
/// malformed; limit_exceeded (also for a bundle larger than kMaxAttachmentBytes, which nobody would read); those of the
/// signer and the services.
Result<std::string> sign_statement(const Signer& signer, std::string_view statement,
                                   const SigningServices* services = nullptr);
/// A bundle (JSON) with a messageSignature over a release file. Errors: those of the signer and the services.
Result<std::string> sign_blob(const Signer& signer, const SigningInput& blob,
                              const SigningServices* services = nullptr);

}  // namespace supply::sign

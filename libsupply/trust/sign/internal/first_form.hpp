// What vouches for a signature in cosign's first form: annotations of its layer. Pure; any thread.
// Source: sigstore/cosign, specs/SIGNATURE_SPEC.md.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/image/oci/descriptor.hpp"
#include "libsupply/trust/sign/signing_services.hpp"

namespace supply::sign::internal {

/// Certificate and chain in PEM, the promise of Rekor v1, the timestamp. Errors: usage, for what that form has no room
/// for (SigningServices::check_first_form).
Result<oci::Annotations> first_form_annotations(const MadeSignature& made, const Countersignatures& countersignatures);

/// A layer as a file of cosign 2 (`sign-blob --bundle`), for SigningServices::is_complete_file. `signature`: base64, of
/// an attestation that of the whole envelope. Nothing, as an empty text, where an annotation is damaged.
std::string first_form_file(const oci::Annotations& annotations, std::string_view signature);

}  // namespace supply::sign::internal

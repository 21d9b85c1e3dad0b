// Whom a certificate of Fulcio names. Source: sigstore/fulcio, docs/oid-info.md and docs/certificate-specification.md.
#pragma once

#include "libsupply/base/crypto/certificate.hpp"
#include "libsupply/trust/attest/signer_identity.hpp"

namespace supply::root {

/// The name is the first URI, else the first e-mail address, else a user's name (an otherName of Fulcio's). The issuer
/// is extension 8, or 1 of older certificates. Errors: mismatch, when there is no name, or 8 and 1 differ; malformed.
Result<attest::CertificateIdentity> certificate_identity(const crypto::Certificate& certificate);

}  // namespace supply::root

// Whether a signer's certificate and the provenance that it signed speak of the same run. Pure.
// Source: sigstore/fulcio, docs/oid-info.md; sigstore/fulcio, docs/oidc.md.
#pragma once

#include <string>

#include "libsupply/trust/attest/signer_identity.hpp"
#include "libsupply/trust/provenance/provenance.hpp"

namespace supply::provenance {

/// What the two say differently (repository, commit, ref, event, runner, ids, run), or how the certificate contradicts
/// itself; empty when they agree, or the certificate says nothing of a run (a person's, none). What the one leaves out
/// is no difference, but a certificate of GitHub or GitLab without a repository is.
std::string certificate_difference(const Provenance& provenance, const attest::CertificateIdentity& certificate);

}  // namespace supply::provenance

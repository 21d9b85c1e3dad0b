// PyPI's attestation objects, and the documents in which registries and forges list bundles, as Sigstore bundles.
// Source: PEP 740; npm's and GitHub's attestation endpoints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/trust/attest/sigstore_bundle.hpp"

namespace supply::attest {

/// The bundles of a document: a Sigstore bundle or a bare DSSE envelope; several of them, one a line (JSON Lines, as
/// `gh attestation download` writes them); {"attestations":[{"bundle":…}]} of npm's and GitHub's endpoints; an
/// attestation object of PEP 740, or its provenance object with all of them. Each as the text of a bundle, or why it is
/// none: one damaged bundle hides no other. Errors: malformed, limit_exceeded (kMaxBundlesInFile), of the document
/// itself.
Result<std::vector<Result<Bundle>>> bundles_in(std::string_view document);

}  // namespace supply::attest

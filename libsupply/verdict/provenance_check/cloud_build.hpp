// What Google Cloud Build signs of an image, as gcloud prints it: each signature by the key that it names, of those
// that are built in, and what is around the envelope must say the same as what is in it. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "libsupply/trust/verify/verifier.hpp"
#include "libsupply/verdict/provenance_check/attestation_file.hpp"

namespace supply::provenance_check {

/// Why attestation `at` of the file contradicts the image or itself; empty: it does not. What is absent contradicts
/// nothing. Source: slsa-verifier, verifiers/internal/gcb (what it refuses).
std::string gcloud_objection(const AttestationFile& file, std::size_t at, const Digest& image);

/// The envelope's statement, by one of Google's keys. Errors: as Verifier::blob_attestation; mismatch where no
/// signature names a key that is known.
Result<attest::Verified<attest::Statement>> cloud_build_attestation(const verify::Artifact& image,
                                                                    std::string_view envelope, Budget& budget);

/// Of keys that somebody gives, those of Google's regions sign as they do.
void know_cloud_build(std::vector<verify::TrustedKey>& keys);

}  // namespace supply::provenance_check

// The files that are beside a release file, opened; and what evidence brings that a key does not need.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/image/oci/descriptor.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/verify/artifact.hpp"

namespace supply::verify::internal {

inline constexpr std::string_view kByCertificate = "signed with a certificate: want a key's signature";

struct BlobSignatureFile {
  std::string signature;  ///< raw
  std::string unchecked;
};
struct BlobAttestationFile {
  attest::Envelope envelope;
  std::string unchecked;
};

/// The signature in a Sigstore bundle whose messageDigest is that of `message`, in cosign's legacy JSON, or bare.
/// Errors: as Verifier::blob.
Result<BlobSignatureFile> read_blob_signature(std::string_view message, std::string_view file);
/// The envelope in a Sigstore bundle, or bare. Errors: as Verifier::blob_attestation.
Result<BlobAttestationFile> read_blob_attestation(std::string_view file);

// The same for a policy with a trusted root: all that came with the signature is kept.
/// A Sigstore bundle of a message, cosign's legacy JSON, or a bare signature. Errors: as Verifier::blob.
Result<attest::Bundle> read_blob_bundle(const Artifact& artifact, std::string_view file);
/// A Sigstore bundle of an envelope, or a bare envelope. Errors: as Verifier::blob_attestation.
Result<attest::Bundle> read_attestation_bundle(std::string_view file);

/// For Signer::unchecked.
std::string unchecked_material(const attest::Bundle& bundle);
std::string unchecked_annotations(const oci::Annotations& annotations);

}  // namespace supply::verify::internal

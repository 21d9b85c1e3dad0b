// What lies beside a release file, opened as a bundle; and what evidence brings that a key does not need.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/image/oci/descriptor.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/verify/artifact.hpp"

namespace supply::verify::internal {

/// Whether certificate, log entry and timestamps that come with a signature in older forms are read. With `no`, what is
/// wrong with them is nobody's concern; their names are in the second member of the answer.
enum class ReadMaterial { no, yes };

struct OpenedFile {
  attest::Bundle bundle;                          ///< an envelope's signatures each once
  std::string unread;                             ///< "certificate, log entry", as SignerIdentity::unchecked
  std::optional<std::string> envelope_text = {};  ///< of an envelope in cosign 2's form: as it was signed and logged
};

/// A Sigstore bundle of a message, cosign's legacy JSON, or a bare signature. Errors: as Verifier::blob.
Result<OpenedFile> read_blob_signature(const Artifact& artifact, std::string_view file, ReadMaterial material);
/// The bundles of envelopes, and bare envelopes, of a file that may hold several (attest::bundles_in), each or why it
/// is none. Errors: as Verifier::blob_attestations.
Result<std::vector<Result<OpenedFile>>> read_blob_attestations(std::string_view file);

/// For SignerIdentity::unchecked.
std::string unchecked_material(const attest::Bundle& bundle);
std::string unchecked_annotations(const oci::Annotations& annotations);

}  // namespace supply::verify::internal

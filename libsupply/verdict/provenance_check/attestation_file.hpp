// The attestations in a file, one by one: a Sigstore bundle or DSSE envelope, JSON lines of them (*.intoto.jsonl), what
// npm's registry answers for a package, and what gcloud prints of an image. Pure; nothing of it is believed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::provenance_check {

struct AttestationFile {
  enum class Form { attestations, npm, gcloud };
  Form form = Form::attestations;
  std::vector<std::string> attestations;  ///< JSON of a bundle or envelope each, in their order; at least one
  /// Of gcloud, what it says besides: JSON of the image's summary, and of the list's element around each envelope.
  std::string summary = {};
  std::vector<std::string> around = {};
};

/// Errors: malformed (no JSON, none of those forms, no attestation in it), limit_exceeded (kMaxSignatures of them).
/// Source: npm/attestation, README.md; docs.cloud.google.com/build, "View build provenance".
Result<AttestationFile> read_attestation_file(std::string_view text);

/// How signers are known.
enum class SignersBy {
  keys,
  certificates,
  cloud_build,  ///< by the keys of Google that are built in
};
/// Whether it is a plain envelope that only the log can speak for: its signature brings a certificate and no log entry,
/// as slsa-github-generator wrote until 2.0, or nothing at all where signers are known by their certificates, as it
/// wrote until 1.0.
bool needs_log_search(std::string_view attestation, SignersBy signers);

}  // namespace supply::provenance_check

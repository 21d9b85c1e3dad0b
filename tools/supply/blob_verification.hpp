// What verify-blob and verify-blob-attestation have in common: what they read, and how they answer.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/verdict/report/blob_run.hpp"
#include "tools/common/cosign_flags.hpp"
#include "tools/common/trust_options.hpp"
#include "tools/supply/blob_artifact.hpp"
#include "tools/supply/evidence_report.hpp"

namespace supply::tools {

struct BlobOptions {
  Common common;
  TrustOptions trust;
  CosignFlags cosign;
  std::string file, bundle, signature, certificate, timestamp, type;
  std::vector<std::string> outputs;
};

/// What is verified of a file, read already.
class BlobVerification {
 public:
  using Judge = std::function<Result<report::ProvenBlob>(const BlobVerification&, std::vector<attest::StepResult>&)>;
  /// Reads the trust, the bundle and the file, says what is asked, and answers what `judge` finds in every form that is
  /// asked for: a mismatch is a no. Errors: usage, those of the files, and what `judge` could not find out.
  static Result<ExitCode> run(const BlobOptions& options, report::BlobClaim claim, Console& console,
                              const Judge& judge);

  const AskedTrust& trust() const { return trust_; }
  const std::string& bundle() const { return bundle_; }
  /// Where the bundle was read; "" where it is no file of its own.
  const std::string& bundle_file() const { return bundle_file_; }
  const std::string& name() const { return name_; }
  /// Nothing: FILE is a directory, a model. Views into this.
  std::optional<verify::Artifact> artifact() const;

 private:
  static Result<BlobVerification> begin(const BlobOptions& options, const Console& console);
  BlobVerification(AskedTrust trust, std::string bundle, std::string name)
      : trust_(std::move(trust)), bundle_(std::move(bundle)), name_(std::move(name)) {}

  AskedTrust trust_;
  std::string bundle_, bundle_file_, name_;
  std::optional<BlobArtifact> blob_;
};

}  // namespace supply::tools

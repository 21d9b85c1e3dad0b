// What the verbs share that say what is attached to images, and by whom.
#pragma once

#include <string>
#include <vector>

#include "libsupply/trust/evidence/evidence.hpp"
#include "tools/common/cosign_flags.hpp"
#include "tools/common/image.hpp"
#include "tools/common/trust_options.hpp"
#include "tools/supply/evidence_report.hpp"

namespace supply::tools {

struct EvidenceOptions {
  Common common;
  TrustOptions trust;
  CosignFlags cosign;
  std::string platform;
  std::vector<std::string> outputs;
};

/// --platform, -o, and cosign's flags: those that are not about trust.
void add_evidence_options(CLI::App& verb, EvidenceOptions& options, const Run& run);

/// What is attached to the image and asked for. Of an image on this machine the layers are checked too, and the report
/// notes that. Errors: those of the store.
Result<evidence::ImageEvidence> read_evidence(const Image& image, const verify::Verifier& verifier,
                                              evidence::Request request, Stores& stores, EvidenceReport& report);

}  // namespace supply::tools

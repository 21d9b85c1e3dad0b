#include "tools/supply/image_evidence.hpp"

#include "tools/common/cli11.hpp"
#include "tools/common/verdict.hpp"

namespace supply::tools {

void add_evidence_options(CLI::App& verb, EvidenceOptions& options, const Run& run) {
  verb.add_option("--platform", options.platform, "Only this platform, e.g. linux/arm64");
  add_report_option(verb, options.outputs, Reports::of_any);
  add_cosign_flags(verb, options.cosign, Verifies::images, run);
}

Result<evidence::ImageEvidence> read_evidence(const Image& image, const verify::Verifier& verifier,
                                              evidence::Request request, Stores& stores, EvidenceReport& report) {
  request.layers = image.local ? evidence::CheckLayers::yes : evidence::CheckLayers::no;
  SUPPLY_TRY(evidence::ImageEvidence attached,
             evidence::read(*image.store, image.root, verifier, request, stores.budget()));
  if (image.local) report.note_once(kDiffIdsUnchecked);
  return attached;
}

}  // namespace supply::tools

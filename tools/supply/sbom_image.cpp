#include "tools/supply/sbom_image.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/tree_state.hpp"

namespace supply::tools {
namespace {

// A document describes one platform's image: several on one stream would be no document at all.
Status one_document_each(const SbomOutputs& outputs, const std::vector<store::PlatformImage>& images) {
  for (std::size_t i = 0; i < outputs.outputs.size(); ++i) {
    if (outputs.outputs[i].file || outputs.request.formats[i]->read == nullptr) continue;
    return Error(ErrorCode::usage, "the image has " + std::to_string(images.size()) + " platforms (" +
                                       join(images, "; ", sbom::platforms_text) +
                                       "), each with a document of its own: pick one with --platform, or write each "
                                       "to a file with -o " +
                                       outputs.outputs[i].format + "=FILE");
  }
  return {};
}

// What was not read now is as it was when its digest held: the list is the same, but nothing was said of the store.
void say_contents(const sbom::ImageSbom& one, const sbom::Request& request, const Console& console) {
  const std::string digest = one.image.descriptor.digest.to_string();
  if (one.cached_layers != 0)
    console.note(digest + ": " + std::to_string(one.cached_layers) + " of " +
                 std::to_string(one.image.manifest.layers.size()) +
                 " layers were read by an earlier run and not again (--no-cache reads all)");
  console.note(sbom::platforms_text(one.image) + " " + digest + ": " + std::to_string(one.catalog.packages.size()) +
               " packages");
  for (const pkg::KnownUnknown& unknown : one.catalog.unknowns)
    console.warn("packages that are not in the list may be in " + unknown.to_string());
  if (request.files == sbom::Files::none) return;
  const sbom::TreeState state = sbom::tree_state_of(one.catalog);
  console.note(sbom::to_text(state));
  if (state.unchecked != 0)
    console.warn(
        std::to_string(state.unchecked) +
        " files were not checked: what their packages recorded is no checksum, or one of a kind that Supply does "
        "not compute");
}

// The index's own document goes to the FILE that those of its platforms are named after.
Status deliver_index(const SbomOutputs& outputs, const Digest& index, const std::vector<sbom::ImageSbom>& sboms,
                     Console& console) {
  SUPPLY_TRY(const std::vector<std::string> texts, sbom::index_documents(index, sboms, outputs.request));
  for (std::size_t i = 0; i < outputs.outputs.size(); ++i)
    if (outputs.outputs[i].file && !texts[i].empty()) SUPPLY_TRY(deliver(console, outputs.outputs[i], texts[i]));
  return {};
}

}  // namespace

Result<ExitCode> write_image_sboms(const oci::Reference& reference, const std::optional<oci::Platform>& platform,
                                   SbomOutputs outputs, Stores& stores, Console& console) {
  SUPPLY_TRY(const Image image, stores.image(reference));
  SUPPLY_TRY(const store::Images found, store::images(*image.store, image.root, platform));
  for (const oci::LeftOut& each : found.left_out)
    console.note("left out " + each.descriptor.digest.to_string() + ": " + each.reason);
  const bool several = found.images.size() > 1;
  if (several) SUPPLY_TRY(one_document_each(outputs, found.images));
  outputs.request.cache = stores.scan_cache();
  SUPPLY_TRY(const auto sboms, sbom::generate(*image.store, found.images, outputs.request, stores.budget()));
  if (!outputs.request.verify_diff_ids) console.note(kDiffIdsUnchecked);
  for (const sbom::ImageSbom& one : sboms) {
    say_contents(one, outputs.request, console);
    for (std::size_t i = 0; i < outputs.outputs.size(); ++i) {
      Output output = outputs.outputs[i];
      if (output.file) output.file = sbom::file_of_platform(*output.file, one.image, found.images);
      else if (several) console.print("# " + sbom::platforms_text(one.image) + "\n");
      say_left_out(outputs, i, one.files[i], console);
      SUPPLY_TRY(deliver(console, output, one.texts[i]));
    }
  }
  if (several) SUPPLY_TRY(deliver_index(outputs, image.root.digest, sboms, console));
  const bool complete =
      std::all_of(sboms.begin(), sboms.end(), [](const auto& one) { return one.catalog.unknowns.empty(); });
  return answer_of(outputs, complete, "the image", console);
}

}  // namespace supply::tools

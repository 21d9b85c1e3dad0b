#include "libsupply/trust/inspect/inspect.hpp"

namespace supply::inspect {
namespace {

// The history entry that made each layer, in order. Source: OCI image-spec v1.1, config.md, "history".
std::vector<std::string> created_by(const oci::Config& config) {
  std::vector<std::string> commands;
  for (const oci::History& entry : config.history)
    if (!entry.empty_layer) commands.push_back(entry.created_by.empty() ? entry.comment : entry.created_by);
  commands.resize(config.diff_ids.size());
  return commands;
}

}  // namespace

Result<Report> inspect(store::ImageSource& source, const oci::Descriptor& root, const Request& request,
                       Budget& budget) {
  Report report{source.name(), root, {}, {}, {}, request.verify};
  SUPPLY_TRY(store::Images images, store::images(source, root, request.platform));
  report.images = std::move(images.images);
  report.left_out = std::move(images.left_out);
  std::optional<rootfs::Layers> read;
  if (request.verify) {
    rootfs::LayerRequest layers;
    layers.diff_id = rootfs::WithDiffId::yes;
    layers.entries = rootfs::WithEntries::no;
    SUPPLY_TRY(read, rootfs::Layers::read(source, report.images, layers, budget, request.threads));
  }
  for (const store::PlatformImage& image : report.images) {
    const std::vector<std::string> commands = created_by(image.config);
    std::vector<const rootfs::LayerScan*> facts;
    if (read) facts = read->of(image);
    std::vector<LayerReport> layers;
    for (std::size_t i = 0; i < image.manifest.layers.size(); ++i) {
      LayerReport layer{image.manifest.layers[i], image.config.diff_ids[i], commands[i]};
      if (read) {
        layer.unpacked_bytes = facts[i]->unpacked_bytes;
        layer.label_problem = facts[i]->wrong_label;
        layer.entries = facts[i]->entry_count;
      }
      layers.push_back(std::move(layer));
    }
    report.layers.push_back(std::move(layers));
  }
  if (!request.referrers) return report;
  std::map<Digest, oci::Descriptor> subjects{{root.digest, root}};
  for (const store::PlatformImage& image : report.images) {
    for (const oci::Descriptor& index : image.ancestors) subjects.emplace(index.digest, index);
    subjects.emplace(image.descriptor.digest, image.descriptor);
  }
  std::vector<oci::Descriptor> all;
  for (const auto& each : subjects) all.push_back(each.second);
  SUPPLY_TRY(attachments::BySubject found_at, attachments::collect(source, all));
  for (auto& [digest, found] : found_at) {
    // BuildKit's statements are in the index and are about its platforms.
    for (attachments::Attachment& item : found.evidence)
      report.attached[item.subject].evidence.push_back(std::move(item));
    for (attachments::OtherReferrer& other : found.others)
      report.attached[other.subject].others.push_back(std::move(other));
  }
  return report;
}

}  // namespace supply::inspect

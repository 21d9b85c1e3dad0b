#include "libsupply/image/rootfs/rootfs.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <thread>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/parallel/parallel.hpp"
#include "libsupply/image/rootfs/internal/layer_toc.hpp"
#include "libsupply/image/rootfs/internal/read_help.hpp"
#include "libsupply/image/rootfs/scan_cache.hpp"

namespace supply::rootfs {
namespace {

constexpr std::uint64_t kBytesWorthHelp = 4 * kMiB;  // of layers: less is read before another thread is there

std::string place_of(const Digest& layer) { return "layer " + layer.to_string(); }

Error mismatch(std::string message) { return {ErrorCode::mismatch, std::move(message)}; }

// Of manifests that list one layer, only some may say where its table of contents is.
Status take_toc(const oci::Descriptor& listed, oci::Descriptor& known) {
  SUPPLY_TRY(const std::optional<TocPlace> place, toc_place(listed));
  if (!place) return {};
  SUPPLY_TRY(const std::optional<TocPlace> other, toc_place(known));
  if (other && !(*other == *place)) return Error(ErrorCode::unsupported, "manifests say two tables of contents");
  known.annotations = listed.annotations;
  return {};
}

// Reads the layer, and compares it with its table of contents. What nobody asked for but the comparison is dropped.
Result<LayerScan> read_with_toc(io::Source& bytes, const oci::Descriptor& layer, const TocPlace& place,
                                const LayerRequest& wanted, Budget& budget) {
  LayerRequest request = wanted;
  request.entries = WithEntries::yes;
  request.file_digests = WithFileDigests::yes;
  TocSource source(bytes, place);
  SUPPLY_TRY(LayerScan scan, read_layer(source, layer.digest, layer.media_type, request, budget));
  SUPPLY_TRY(check_toc(place, source.kept(), scan));
  if (wanted.file_digests == WithFileDigests::yes) return scan;
  for (Entry& entry : scan.entries) entry.digests = 0;
  scan.digests.clear();
  return scan;
}

Result<crypto::HashAlgorithm> algorithm_of(const Digest& diff_id) {
  if (diff_id.algorithm() == "sha256") return crypto::HashAlgorithm::sha256;
  if (diff_id.algorithm() == "sha512") return crypto::HashAlgorithm::sha512;
  return Error(ErrorCode::unsupported, fmt::format("diff_id {}: algorithm", diff_id.to_string()));
}

}  // namespace

Result<Layers> Layers::read(store::ImageSource& source, const std::vector<store::PlatformImage>& images,
                            const LayerRequest& request, Budget& budget, std::size_t threads) {
  Layers layers(request, budget);
  for (const store::PlatformImage& image : images) {
    const std::vector<oci::Descriptor>& listed = image.manifest.layers;
    const std::vector<Digest>& diff_ids = image.config.diff_ids;
    if (request.diff_id == WithDiffId::yes && diff_ids.size() != listed.size())
      return Error(ErrorCode::malformed,
                   fmt::format("manifest {}: {} layers and {} diff_ids", image.descriptor.digest.to_string(),
                               listed.size(), diff_ids.size()));
    for (std::size_t i = 0; i < listed.size(); ++i) {
      const oci::Descriptor& layer = listed[i];
      const auto [known, added] = layers.descriptors_.try_emplace(layer.digest, layer);
      SUPPLY_TRY(take_toc(layer, known->second).at(place_of(layer.digest)));
      if (!added && known->second.size != layer.size)
        return mismatch(
            fmt::format("{}: descriptors say {} and {} bytes", place_of(layer.digest), known->second.size, layer.size));
      if (request.diff_id == WithDiffId::no) continue;
      const auto [diff_id, first] = layers.diff_ids_.try_emplace(layer.digest, diff_ids[i]);
      if (!first && diff_id->second.algorithm() == diff_ids[i].algorithm() && diff_id->second != diff_ids[i])
        return mismatch(fmt::format("{}: configs say diff_id {} and {}", place_of(layer.digest),
                                    diff_id->second.to_string(), diff_ids[i].to_string()));
      if (!first && diff_id->second.algorithm() != diff_ids[i].algorithm())
        return Error(ErrorCode::unsupported, fmt::format("{}: diff_ids of two algorithms", place_of(layer.digest)));
    }
  }
  SUPPLY_TRY(layers.read_all(source, threads));
  if (!request.collectors.empty()) SUPPLY_TRY(layers.reread(source, images, threads));
  return layers;
}

Status Layers::read_all(store::ImageSource& source, std::size_t threads) {
  std::vector<const oci::Descriptor*> order;
  for (const auto& [digest, descriptor] : descriptors_) {
    order.push_back(&descriptor);
    scans_.emplace(digest, nullptr);
  }
  // The largest first: no thread is then left with it alone at the end.
  std::stable_sort(order.begin(), order.end(), [](auto* a, auto* b) { return a->size > b->size; });
  ReadHelp help(order.size());
  const std::uint64_t packed = std::accumulate(order.begin(), order.end(), std::uint64_t{0},
                                               [](std::uint64_t sum, auto* layer) { return sum + layer->size; });
  const std::size_t all = threads == 0 ? std::max(1U, std::thread::hardware_concurrency()) : threads;
  const std::size_t helpers = packed < kBytesWorthHelp ? 0 : std::min(all - 1, order.size());
  SUPPLY_TRY(parallel_for(order.size() + helpers, threads, [&](std::size_t i) -> Status {
    if (i >= order.size()) {
      help.serve();
      return {};
    }
    const oci::Descriptor& layer = *order[i];
    const auto read_one = [&]() -> Status {
      LayerRequest request = request_;
      const auto expected = diff_ids_.find(layer.digest);
      if (expected != diff_ids_.end()) {
        SUPPLY_TRY(request.diff_id_algorithm, algorithm_of(expected->second));
      }
      SUPPLY_TRY(const std::optional<TocPlace> toc, toc_place(layer));
      const ScanCache* const cache = request.diff_id == WithDiffId::no && !toc ? request.cache : nullptr;
      if (cache != nullptr) {
        SUPPLY_TRY(std::optional<LayerScan> kept, cache->find(layer, request, *budget_));
        if (kept) {
          kept->cached = true;
          scans_.find(layer.digest)->second = std::make_unique<LayerScan>(*std::move(kept));
          return {};
        }
      }
      SUPPLY_TRY(const std::unique_ptr<io::Source> bytes, source.open(layer));
      SUPPLY_TRY(LayerScan scan,
                 toc ? read_with_toc(*bytes, layer, *toc, request, *budget_)
                     : read_layer_with_help(*bytes, layer.digest, layer.media_type, request, *budget_, &help));
      if (cache != nullptr) cache->keep(scan, layer, request);
      if (expected != diff_ids_.end() && scan.diff_id != expected->second)
        return mismatch(
            fmt::format("diff_id is {}, config says {}", scan.diff_id->to_string(), expected->second.to_string()));
      scans_.find(layer.digest)->second = std::make_unique<LayerScan>(std::move(scan));
      return {};
    };
    Status status = read_one().at(place_of(layer.digest));
    help.layer_is_done();
    return status;
  }));
  if (request_.cache != nullptr) request_.cache->prune();
  return {};
}

Status Layers::reread(store::ImageSource& source, const std::vector<store::PlatformImage>& images,
                      std::size_t threads) {
  const auto before = [](const RequestedFile& a, const RequestedFile& b) {
    return std::tie(a.entry, a.collector, a.path) < std::tie(b.entry, b.collector, b.path);
  };
  std::map<Digest, std::set<RequestedFile, decltype(before)>> wanted;
  Share share(*budget_);  // of `wanted`
  std::set<Digest> seen;
  for (const store::PlatformImage& image : images) {
    if (!seen.insert(image.descriptor.digest).second) continue;
    const std::string place = "image " + image.descriptor.digest.to_string();
    SUPPLY_TRY(FileTree merged, merge(image).at(place));
    SUPPLY_TRY(check_overlay(image, merged).at(place));
    SUPPLY_TRY(auto per_layer, merged.requested_files(request_.collectors).at(place));
    for (std::size_t i = 0; i < per_layer.size(); ++i) {
      for (RequestedFile& file : per_layer[i]) {
        const std::uint64_t size = 2 * (sizeof(RequestedFile) + file.path.size());
        if (!wanted[image.manifest.layers[i].digest].insert(std::move(file)).second) continue;
        SUPPLY_TRY(share.spend(Cost::memory, size));
        if (++reread_files_ > kMaxRereadFiles)
          return Error(ErrorCode::limit_exceeded, fmt::format("more than {} files behind links", kMaxRereadFiles));
      }
    }
    if (images.size() == 1) only_tree_ = std::move(merged);
  }
  std::vector<std::pair<const Digest*, std::vector<RequestedFile>>> work;
  for (auto& [digest, files] : wanted) {
    if (files.empty()) continue;
    work.emplace_back(&digest, std::vector<RequestedFile>());
    while (!files.empty()) work.back().second.push_back(std::move(files.extract(files.begin()).value()));
  }
  return parallel_for(work.size(), threads, [&](std::size_t i) -> Status {
    const auto& [digest, files] = work[i];
    const oci::Descriptor& layer = descriptors_.at(*digest);
    const auto read_one = [&, &wanted_files = files]() -> Status {
      SUPPLY_TRY(const std::unique_ptr<io::Source> bytes, source.open(layer));
      return read_again(*bytes, layer.media_type, request_, wanted_files, *scans_.at(layer.digest));
    };
    return read_one().at(place_of(layer.digest));
  });
}

// Base images have links for directories (bin is usr/bin), and layers that were made without them write below the
// links. The runtimes then disagree about the tree, which is no harm as long as nothing that is collected depends on
// it.
Status Layers::check_overlay(const store::PlatformImage& image, const FileTree& merged) const {
  if (merged.disputed().empty()) return {};
  std::uint64_t paid = 0;
  for (const oci::Descriptor& layer : image.manifest.layers) paid += merged_->at(layer.digest) == 1 ? layer.size : 0;
  const Result<FileTree> overlay = FileTree::merge(of(image), *budget_, paid, Unpacker::overlay);
  if (!overlay && overlay.error().code() == ErrorCode::limit_exceeded) return overlay.error();
  bool same = false;
  if (overlay) {
    SUPPLY_TRY(same, merged.same_collected(*overlay, request_.collectors));
  }
  if (same) return {};
  return Error(ErrorCode::unsupported,
               fmt::format("{}: unpackers that copy and overlayfs make different trees of it, and what is known of the "
                           "packages differs",
                           merged.disputed()));
}

// A layer pays for the trees that it is first part of: one that is looked through for links, and one for its use. An
// index may name it ten thousand times.
Result<FileTree> Layers::merge(const store::PlatformImage& image) const {
  constexpr int kPaidTrees = 2;
  std::uint64_t paid = 0;
  for (const oci::Descriptor& layer : image.manifest.layers)
    if (++(*merged_)[layer.digest] <= kPaidTrees) paid += layer.size;
  return FileTree::merge(of(image), *budget_, paid);
}

std::vector<const LayerScan*> Layers::of(const store::PlatformImage& image) const {
  std::vector<const LayerScan*> layers;
  for (const oci::Descriptor& layer : image.manifest.layers) layers.push_back(scans_.at(layer.digest).get());
  return layers;
}

Result<FileTree> Layers::tree(const store::PlatformImage& image) const {
  if (only_tree_) return *only_tree_;
  return merge(image).at("image " + image.descriptor.digest.to_string());
}

}  // namespace supply::rootfs

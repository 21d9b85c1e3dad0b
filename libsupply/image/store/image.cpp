#include "libsupply/image/store/image.hpp"

#include <algorithm>
#include <set>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/media_type.hpp"

namespace supply::store {
namespace {

// A manifest that may be an image, and what the indexes on the way say of it.
struct Candidate {
  oci::Descriptor descriptor;
  std::vector<oci::Descriptor> ancestors;
};

// Walks the indexes under a root. A digest that was seen is not walked again, so shared parts cost nothing twice, and
// an index cannot hold itself; depth and entries are bounded besides.
class Walk {
 public:
  explicit Walk(ImageSource& source) : source_(source) {}

  Status visit(const oci::Descriptor& descriptor, std::vector<oci::Descriptor>& ancestors) {
    if (oci::is_schema1(descriptor.media_type))
      return Error(ErrorCode::unsupported, descriptor.digest.to_string() + ": a schema 1 manifest");
    if (oci::is_manifest(descriptor.media_type)) {
      if (seen_.insert(descriptor.digest).second) candidates.push_back({descriptor, ancestors});
      return {};
    }
    // Other media types in an index are no error (image-spec image-index.md) and nothing that runs.
    if (!oci::is_index(descriptor.media_type) || !seen_.insert(descriptor.digest).second) return {};
    if (ancestors.size() == kMaxIndexDepth)
      return Error(ErrorCode::limit_exceeded,
                   descriptor.digest.to_string() + ": indexes nested deeper than " + std::to_string(kMaxIndexDepth));
    SUPPLY_TRY(const std::string bytes, fetch(source_, descriptor, kMaxManifestBytes).at("index"));
    SUPPLY_TRY(const oci::Index index,
               oci::Index::parse(bytes, descriptor.media_type).at("index " + descriptor.digest.to_string()));
    entries_ += index.manifests.size();
    if (entries_ > kMaxIndexEntries)
      return Error(ErrorCode::limit_exceeded, descriptor.digest.to_string() + ": more than " +
                                                  std::to_string(kMaxIndexEntries) + " entries in all indexes");
    ancestors.push_back(descriptor);
    for (const oci::Descriptor& entry : index.manifests) {
      if (entry.platform && !entry.platform->runnable()) continue;
      SUPPLY_TRY(visit(entry, ancestors));
    }
    ancestors.pop_back();
    return {};
  }

  std::vector<Candidate> candidates;

 private:
  ImageSource& source_;
  std::set<Digest> seen_;
  std::size_t entries_ = 0;
};

Result<std::vector<Candidate>> walk(ImageSource& source, const oci::Descriptor& root) {
  Walk walk(source);
  std::vector<oci::Descriptor> ancestors;
  SUPPLY_TRY(walk.visit(root, ancestors));
  if (!oci::is_index(root.media_type) && !oci::is_manifest(root.media_type))
    return Error(ErrorCode::unsupported,
                 root.digest.to_string() + ": media type " + quote(root.media_type) + " is no image's");
  return std::move(walk.candidates);
}

// Nothing when it is an artifact, or BuildKit's attestations without a platform in the index.
Result<std::optional<PlatformImage>> load(ImageSource& source, const Candidate& candidate) {
  const oci::Descriptor& descriptor = candidate.descriptor;
  const std::string place = "manifest " + descriptor.digest.to_string();
  SUPPLY_TRY(const std::string bytes, fetch(source, descriptor, kMaxManifestBytes).at("manifest"));
  SUPPLY_TRY(oci::Manifest manifest, oci::Manifest::parse(bytes, descriptor.media_type).at(place));
  if (!manifest.is_image()) return std::optional<PlatformImage>();
  SUPPLY_TRY(const std::string config_bytes, fetch(source, manifest.config, kMaxConfigBytes).at("config"));
  SUPPLY_TRY(oci::Config config, oci::Config::parse(config_bytes).at("config " + manifest.config.digest.to_string()));
  if (!config.platform.runnable()) return std::optional<PlatformImage>();
  if (config.diff_ids.size() != manifest.layers.size())
    return Error(ErrorCode::malformed, place + ": has " + std::to_string(manifest.layers.size()) +
                                           " layers, its config names " + std::to_string(config.diff_ids.size()) +
                                           " diff_ids");
  oci::Platform platform = config.platform;
  return std::optional(PlatformImage{.descriptor = descriptor,
                                     .manifest = std::move(manifest),
                                     .config = std::move(config),
                                     .platform = std::move(platform),
                                     .ancestors = candidate.ancestors});
}

Error none_there(const oci::Descriptor& root, const std::optional<oci::Platform>& wanted,
                 std::vector<std::string> platforms) {
  const std::string place = root.digest.to_string() + ": ";
  if (platforms.empty()) return Error(ErrorCode::not_found, place + "holds no image that could run");
  std::sort(platforms.begin(), platforms.end());
  platforms.erase(std::unique(platforms.begin(), platforms.end()), platforms.end());
  std::string list;
  for (const std::string& platform : platforms) list += (list.empty() ? "" : ", ") + platform;
  return Error(ErrorCode::not_found, place + "no image for " + wanted->to_string() + " (there is " + list + ")");
}

}  // namespace

Result<std::vector<PlatformImage>> images(ImageSource& source, const oci::Descriptor& root,
                                          const std::optional<oci::Platform>& wanted) {
  SUPPLY_TRY(const std::vector<Candidate> candidates, walk(source, root));
  std::vector<PlatformImage> found;
  std::vector<std::string> others;
  int best = 0;
  // The nearest of those seen so far; the first of equals, as every runtime has it.
  const auto consider = [&](PlatformImage image, int rank) {
    if (!found.empty() && rank >= best) return;
    best = rank;
    found.clear();
    found.push_back(std::move(image));
  };
  for (const Candidate& candidate : candidates) {
    // Where the index names the platform, only what fits is fetched: the rest need not be there.
    const std::optional<oci::Platform>& told = candidate.descriptor.platform;
    if (wanted && told) {
      if (!told->satisfies(*wanted)) {
        others.push_back(told->to_string());
        continue;
      }
      if (!found.empty() && told->rank(*wanted) >= best) continue;
    }
    SUPPLY_TRY(std::optional<PlatformImage> image, load(source, candidate));
    if (!image) continue;
    if (!wanted) {
      found.push_back(*std::move(image));
      continue;
    }
    const oci::Platform& platform = told ? *told : image->platform;
    if (platform.satisfies(*wanted)) consider(*std::move(image), platform.rank(*wanted));
    else others.push_back(platform.to_string());
  }
  if (found.empty()) return none_there(root, wanted, std::move(others));
  return found;
}

Result<std::vector<Listed>> list(ImageSource& source, const oci::Descriptor& root,
                                 const std::optional<oci::Platform>& wanted) {
  if (oci::is_manifest(root.media_type) && !wanted) return std::vector<Listed>{{root, root.platform, {}}};
  SUPPLY_TRY(const std::vector<Candidate> candidates, walk(source, root));
  std::vector<Listed> found;
  std::vector<std::string> others;
  int best = 0;
  for (const Candidate& candidate : candidates) {
    std::optional<oci::Platform> platform = candidate.descriptor.platform;
    if (!platform) {
      SUPPLY_TRY(const std::optional<PlatformImage> image, load(source, candidate));
      if (!image) continue;
      platform = image->platform;
    }
    if (wanted && !platform->satisfies(*wanted)) {
      others.push_back(platform->to_string());
      continue;
    }
    if (wanted) {
      const int rank = platform->rank(*wanted);
      if (!found.empty() && rank >= best) continue;
      best = rank;
      found.clear();
    }
    found.push_back({candidate.descriptor, std::move(platform), candidate.ancestors});
  }
  if (found.empty()) return none_there(root, wanted, std::move(others));
  return found;
}

}  // namespace supply::store

#include "libsupply/image/store/image.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/store/internal/platform_choice.hpp"

namespace supply::store {
namespace {

using internal::Choice;
using internal::Taken;

/// A manifest that is judged, and what the indexes on the way say of it.
struct Candidate {
  oci::Descriptor descriptor;
  std::vector<oci::Descriptor> ancestors;
  std::optional<oci::Platform> platform;  ///< the index's word
  std::optional<oci::Platform> config;    ///< the config's, where the index is silent
  std::optional<PlatformImage> image;     ///< where the walk had to read it
  Taken taken = Taken::for_it;
  std::vector<std::optional<oci::Platform>> other_words = {};  ///< of other entries with the same digest
};

Error cannot_judge(const oci::Descriptor& descriptor, const std::string& why) {
  return Error(ErrorCode::unsupported,
               descriptor.digest.to_string() + ": " + why + "; it may be an image all the same, and cannot be judged");
}

/// Whether two words for a platform contradict each other; what is empty or unknown says nothing.
bool contradict(const oci::Platform& index, const oci::Platform& config) {
  const auto differs = [](const std::string& a, const std::string& b) { return !a.empty() && a != b; };
  const oci::Platform a = index.normalised(), b = config.normalised();
  return differs(a.os, b.os) || differs(a.architecture, b.architecture);
}

/// The config's platform; the index's where the two contradict each other.
const oci::Platform& decided(const std::optional<oci::Platform>& index, const oci::Platform& config) {
  return index && contradict(*index, config) ? *index : config;
}

Result<PlatformImage> load_config(ImageSource& source, const oci::Descriptor& descriptor, oci::Manifest manifest,
                                  const std::vector<oci::Descriptor>& ancestors) {
  const std::string place = "manifest " + descriptor.digest.to_string();
  SUPPLY_TRY(const std::string bytes, fetch(source, manifest.config, kMaxConfigBytes).at("config"));
  SUPPLY_TRY(oci::Config config, oci::Config::parse(bytes).at("config " + manifest.config.digest.to_string()));
  if (config.diff_ids.size() != manifest.layers.size())
    return Error(ErrorCode::malformed, place + ": has " + std::to_string(manifest.layers.size()) +
                                           " layers, its config names " + std::to_string(config.diff_ids.size()) +
                                           " diff_ids");
  oci::Platform platform = decided(descriptor.platform, config.platform);
  return PlatformImage{.descriptor = descriptor,
                       .manifest = std::move(manifest),
                       .config = std::move(config),
                       .platform = std::move(platform),
                       .ancestors = ancestors};
}

Result<oci::Manifest> load_manifest(ImageSource& source, const oci::Descriptor& descriptor) {
  SUPPLY_TRY(const std::string bytes, fetch(source, descriptor, kMaxManifestBytes).at("manifest"));
  return oci::Manifest::parse(bytes, descriptor.media_type).at("manifest " + descriptor.digest.to_string());
}

/// Walks the indexes under a root and decides on every entry, index by index: a manifest that is passed over in one may
/// be taken of another. An index that was walked is not walked again, so shared parts cost nothing twice; depth and
/// entries are bounded besides.
class Walk {
 public:
  Walk(ImageSource& source, const std::optional<oci::Platform>& wanted) : source_(source), wanted_(wanted) {}

  Status root(const oci::Descriptor& descriptor) {
    if (oci::is_index(descriptor.media_type)) return index(descriptor);
    if (oci::is_schema1(descriptor.media_type)) return schema1(descriptor);
    if (!oci::is_manifest(descriptor.media_type))
      return Error(ErrorCode::unsupported,
                   descriptor.digest.to_string() + ": media type " + quote(descriptor.media_type) + " is no image's");
    candidates.push_back({descriptor, {}, descriptor.platform, {}, {}});
    return {};
  }

  /// Counts a manifest and its config, which are about to be held. Errors: limit_exceeded.
  Status hold(const oci::Descriptor& descriptor, const oci::Manifest& manifest) {
    for (const std::uint64_t size : {descriptor.size, manifest.config.size})
      held_ += std::min(size, kMaxImageDocumentBytes);
    if (held_ <= kMaxImageDocumentBytes) return {};
    return Error(ErrorCode::limit_exceeded, descriptor.digest.to_string() +
                                                ": the images of this index have manifests and configs of more than " +
                                                std::to_string(kMaxImageDocumentBytes) + " bytes in all");
  }

  std::vector<Candidate> candidates;
  std::vector<oci::LeftOut> left_out;
  std::vector<std::string> other_platforms;  ///< that were not wanted

 private:
  static Status schema1(const oci::Descriptor& descriptor) {
    return Error(ErrorCode::unsupported, descriptor.digest.to_string() + ": a schema 1 manifest");
  }

  /// An entry of the index at hand that may be taken, and what runtimes choose by.
  struct Entry {
    oci::Descriptor descriptor;
    Choice choice;
    std::optional<PlatformImage> image = {};
  };

  Status index(const oci::Descriptor& descriptor) {
    if (!indexes_.insert(descriptor.digest).second) return {};
    if (ancestors_.size() == kMaxIndexDepth)
      return Error(ErrorCode::limit_exceeded,
                   descriptor.digest.to_string() + ": indexes nested deeper than " + std::to_string(kMaxIndexDepth));
    SUPPLY_TRY(const std::string bytes, fetch(source_, descriptor, kMaxManifestBytes).at("index"));
    SUPPLY_TRY(const oci::Index index,
               oci::Index::parse(bytes, descriptor.media_type).at("index " + descriptor.digest.to_string()));
    entries_ += index.manifests.size();
    if (entries_ > kMaxIndexEntries)
      return Error(ErrorCode::limit_exceeded, descriptor.digest.to_string() + ": more than " +
                                                  std::to_string(kMaxIndexEntries) + " entries in all indexes");
    // Each image below holds a copy: without the annotations.
    ancestors_.push_back({.media_type = descriptor.media_type, .digest = descriptor.digest, .size = descriptor.size});
    std::vector<Entry> here;
    for (const oci::Descriptor& each : index.manifests) SUPPLY_TRY(look_at(each, here));
    SUPPLY_TRY(choose(std::move(here)));
    ancestors_.pop_back();
    return {};
  }

  Status choose(std::vector<Entry> here) {
    std::vector<Taken> taken(here.size(), Taken::for_it);
    if (wanted_) {
      std::vector<Choice> choices;
      for (const Entry& each : here) choices.push_back(each.choice);
      taken = internal::taken(choices, *wanted_);
    }
    for (std::size_t i = 0; i < here.size(); ++i) {
      Entry& entry = here[i];
      if (taken[i] == Taken::no) {
        const auto& platform = entry.choice.platform ? entry.choice.platform : entry.choice.config;
        other_platforms.push_back(platform ? platform->to_string() : "unknown");
      } else if (entry.choice.is_index) {
        SUPPLY_TRY(index(entry.descriptor));
      } else if (oci::is_schema1(entry.descriptor.media_type)) {
        return schema1(entry.descriptor);
      } else if (!oci::is_manifest(entry.descriptor.media_type)) {
        return cannot_judge(entry.descriptor,
                            "has media type " + quote(entry.descriptor.media_type) + " and a platform");
      } else {
        candidates.push_back({std::move(entry.descriptor), ancestors_, std::move(entry.choice.platform),
                              std::move(entry.choice.config), std::move(entry.image), taken[i]});
      }
    }
    return {};
  }

  Status look_at(const oci::Descriptor& entry, std::vector<Entry>& here) {
    const std::optional<oci::Platform>& platform = entry.platform;
    if (platform && platform->os == "unknown" && platform->architecture == "unknown")
      return leave_out(entry, "platform unknown/unknown, which no runtime chooses");
    const auto zstd = entry.annotations.find("io.github.containers.compression.zstd");
    Choice choice{
        platform, {}, oci::is_index(entry.media_type), zstd != entry.annotations.end() && zstd->second == "true"};
    if (!platform && !choice.is_index) {
      if (oci::is_schema1(entry.media_type)) return schema1(entry);
      if (!oci::is_manifest(entry.media_type)) return other(entry);
      return silent(entry, std::move(choice), here);
    }
    here.push_back({entry, std::move(choice)});
    return {};
  }

  /// An entry without a platform and of a media type that is no manifest's. Some readers go by the bytes.
  Status other(const oci::Descriptor& entry) {
    SUPPLY_TRY(const std::string bytes,
               fetch(source_, entry, kMaxManifestBytes).at("entry of media type " + quote(entry.media_type)));
    if (oci::may_be_manifest(bytes))
      return cannot_judge(entry, "has media type " + quote(entry.media_type) + " and reads as a manifest");
    return leave_out(entry, "media type " + quote(entry.media_type) + ", no manifest");
  }

  /// A manifest about whose platform the index is silent.
  Status silent(const oci::Descriptor& entry, Choice choice, std::vector<Entry>& here) {
    if (const auto known = silent_.find(entry.digest); known != silent_.end()) {
      choice.config = known->second;
      if (choice.config) here.push_back({entry, std::move(choice)});
      return {};
    }
    SUPPLY_TRY(oci::Manifest manifest, load_manifest(source_, entry));
    std::optional<oci::Platform>& config = silent_[entry.digest];
    if (manifest.is_artifact()) return leave_out(entry, "an artifact, " + quote(manifest.effective_artifact_type()));
    if (!manifest.has_image_config())
      return cannot_judge(entry, "has file systems and a config of media type " + quote(manifest.config.media_type));
    const bool file_system = manifest.layers.empty() || manifest.has_file_system();
    SUPPLY_TRY(hold(entry, manifest));
    SUPPLY_TRY(PlatformImage image, load_config(source_, entry, std::move(manifest), ancestors_));
    const oci::Platform& said = image.config.platform;
    if (!file_system && said.os == "unknown" && said.architecture == "unknown")
      return leave_out(entry, "an attestation: its config says unknown/unknown, and no layer is a file system");
    choice.config = config = image.platform;
    Entry made{entry, std::move(choice)};
    made.image = std::move(image);
    here.push_back(std::move(made));
    return {};
  }

  Status leave_out(const oci::Descriptor& entry, std::string reason) {
    if (left_out_.insert(entry.digest).second) left_out.push_back({entry, std::move(reason)});
    return {};
  }

  ImageSource& source_;
  const std::optional<oci::Platform>& wanted_;
  std::vector<oci::Descriptor> ancestors_;
  std::set<Digest> indexes_, left_out_;
  std::map<Digest, std::optional<oci::Platform>> silent_;  ///< what was read, with the config's platform of images
  std::size_t entries_ = 0;
  std::uint64_t held_ = 0;
};

Error none_there(const oci::Descriptor& root, const std::optional<oci::Platform>& wanted,
                 std::vector<std::string> platforms) {
  const std::string place = root.digest.to_string() + ": ";
  if (platforms.empty()) return Error(ErrorCode::not_found, place + "holds no image that could run");
  std::sort(platforms.begin(), platforms.end());
  platforms.erase(std::unique(platforms.begin(), platforms.end()), platforms.end());
  return Error(ErrorCode::not_found,
               place + "no image for " + wanted->to_string() + " (there is " + join(platforms, ", ") + ")");
}

const oci::Platform& platform_of(const Candidate& candidate) {
  if (candidate.platform) return *candidate.platform;
  return candidate.config ? *candidate.config : candidate.image->platform;
}

/// Everything that is judged, once for each digest.
Result<Walk> decide(ImageSource& source, const oci::Descriptor& root, const std::optional<oci::Platform>& wanted,
                    bool read_root) {
  Walk walk(source, wanted);
  SUPPLY_TRY(walk.root(root));
  if (read_root && oci::is_manifest(root.media_type)) {
    Candidate& only = walk.candidates.front();
    SUPPLY_TRY(oci::Manifest manifest, load_manifest(source, root));
    if (!manifest.is_image()) return none_there(root, std::nullopt, {});
    SUPPLY_TRY(walk.hold(root, manifest));
    SUPPLY_TRY(only.image, load_config(source, root, std::move(manifest), {}));
    only.platform.reset();
    if (wanted && !only.image->platform.may_serve(*wanted))
      return none_there(root, wanted, {only.image->platform.to_string()});
  }
  if (wanted) {
    // What only stands in is judged beside what is for the platform. Alone it is no answer to who asked for that one.
    const auto is_for_it = [](const Candidate& each) { return each.taken == Taken::for_it; };
    if (std::none_of(walk.candidates.begin(), walk.candidates.end(), is_for_it)) {
      for (const Candidate& each : walk.candidates) walk.other_platforms.push_back(platform_of(each).to_string());
      return none_there(root, wanted, std::move(walk.other_platforms));
    }
  }
  std::map<Digest, std::vector<std::optional<oci::Platform>>> words;
  for (const Candidate& each : walk.candidates) words[each.descriptor.digest].push_back(each.platform);
  std::set<Digest> seen;
  std::erase_if(walk.candidates, [&](const Candidate& each) { return !seen.insert(each.descriptor.digest).second; });
  for (Candidate& each : walk.candidates) each.other_words = std::move(words.at(each.descriptor.digest));
  if (walk.candidates.empty()) return none_there(root, wanted, std::move(walk.other_platforms));
  return walk;
}

// What an index says of a manifest besides `first`; `config` is what decides where both speak.
std::vector<oci::Platform> other_platforms(const Candidate& candidate, const std::optional<oci::Platform>& first,
                                           const std::optional<oci::Platform>& config) {
  std::vector<oci::Platform> others;
  std::set<std::string> named;
  if (first) named.insert(first->to_string());
  for (const std::optional<oci::Platform>& word : candidate.other_words) {
    const std::optional<oci::Platform> platform = config ? decided(word, *config) : word;
    if (platform && named.insert(platform->to_string()).second) others.push_back(*platform);
  }
  return others;
}

}  // namespace

std::vector<oci::Platform> PlatformImage::platforms() const {
  std::vector<oci::Platform> all{platform};
  all.insert(all.end(), also_for.begin(), also_for.end());
  return all;
}

Result<Images> images(ImageSource& source, const oci::Descriptor& root, const std::optional<oci::Platform>& wanted) {
  SUPPLY_TRY(Walk walk, decide(source, root, wanted, true));
  Images found;
  found.left_out = std::move(walk.left_out);
  for (Candidate& candidate : walk.candidates) {
    if (!candidate.image) {
      SUPPLY_TRY(oci::Manifest manifest, load_manifest(source, candidate.descriptor));
      if (!manifest.has_image_config())
        return cannot_judge(candidate.descriptor,
                            "has a platform, and a config of media type " + quote(manifest.config.media_type));
      SUPPLY_TRY(walk.hold(candidate.descriptor, manifest));
      SUPPLY_TRY(candidate.image, load_config(source, candidate.descriptor, std::move(manifest), candidate.ancestors));
    }
    PlatformImage& image = *candidate.image;
    image.also_for = other_platforms(candidate, image.platform, image.config.platform);
    found.images.push_back(std::move(image));
  }
  return found;
}

Result<PlatformManifests> platform_manifests(ImageSource& source, const oci::Descriptor& root,
                                             const std::optional<oci::Platform>& wanted) {
  SUPPLY_TRY(Walk walk, decide(source, root, wanted, wanted.has_value()));
  PlatformManifests listing;
  listing.left_out = std::move(walk.left_out);
  for (Candidate& candidate : walk.candidates) {
    std::optional<oci::Platform> platform = candidate.platform ? candidate.platform : candidate.config;
    std::optional<oci::Platform> config = candidate.config;
    if (candidate.image) {
      platform = candidate.image->platform;
      config = candidate.image->config.platform;
    }
    std::vector<oci::Platform> others = other_platforms(candidate, platform, config);
    listing.images.push_back(
        {candidate.descriptor, std::move(platform), std::move(candidate.ancestors), std::move(others)});
  }
  return listing;
}

Result<oci::Descriptor> manifest_for(ImageSource& source, const oci::Descriptor& root, const oci::Platform& wanted) {
  SUPPLY_TRY(PlatformManifests found, platform_manifests(source, root, wanted));
  if (found.images.size() == 1) return std::move(found.images.front().descriptor);
  const std::string digests =
      join(found.images, ", ", [](const PlatformManifest& each) { return each.descriptor.digest.to_string(); });
  return Error(ErrorCode::usage, root.digest.to_string() + ": has " + std::to_string(found.images.size()) +
                                     " images that a runtime may choose for " + wanted.to_string() + " (" + digests +
                                     "): name one by its digest");
}

}  // namespace supply::store

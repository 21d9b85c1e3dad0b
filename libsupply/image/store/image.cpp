#include "libsupply/image/store/image.hpp"

#include <algorithm>
#include <set>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/media_type.hpp"

namespace supply::store {
namespace {

/// What a candidate that is not for the wanted platform stands in for: runtimes take it where their own rule finds nothing.
enum class Stead {
  none,         ///< it may be for the platform itself
  lower,        ///< containerd and Docker: 386 for amd64, arm for arm64
  whoever_says  ///< containers/image: the first entry without a platform, whatever its config says
};

/// A manifest that is judged, and what the indexes on the way say of it.
struct Candidate {
  oci::Descriptor descriptor;
  std::vector<oci::Descriptor> ancestors;
  std::optional<oci::Platform> platform;  ///< the index's word
  std::optional<PlatformImage> image;     ///< where the walk had to read it
  Stead stead = Stead::none;
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

/// Whether containerd and Docker run an image on a machine of `wanted` where nothing nearer is there: 386 on amd64, arm on
/// arm64. Source: containerd platforms/compare.go (platformVector).
bool stands_in_for(const oci::Platform& platform, const oci::Platform& wanted) {
  const oci::Platform mine = platform.normalised(), other = wanted.normalised();
  if (!mine.os.empty() && mine.os != "unknown" && mine.os != other.os) return false;
  return (mine.architecture == "386" && other.architecture == "amd64") ||
         (mine.architecture == "arm" && other.architecture == "arm64");
}

/// Whether containerd and Docker take it for `wanted` before what stands in for it.
bool runs_as(const oci::Platform& platform, const oci::Platform& wanted) {
  const oci::Platform mine = platform.normalised(), other = wanted.normalised();
  if (mine.os != other.os || mine.architecture != other.architecture) return false;
  const auto distance = platform.rank(wanted);
  if (mine.architecture == "amd64" && !wanted.variant.empty()) return distance && platform.may_serve(wanted);
  return distance && *distance == 0;
}

/// Whether containers/image takes it for `wanted` before entries without a platform: it normalises no names. Source:
/// containers/image internal/pkg/platform/platform_matcher.go (WantedPlatforms, MatchesPlatform).
bool spelled_as(const oci::Platform& platform, const oci::Platform& wanted) {
  if (platform.os != wanted.os || platform.architecture != wanted.architecture) return false;
  const std::string &mine = platform.variant, &other = wanted.variant;
  if (mine.empty() || mine == other) return true;
  if (platform.architecture == "arm64") return mine == "v8" && other.empty();
  return platform.architecture == "arm" && mine >= "v5" && mine <= "v8" && (other.empty() || (other <= "v8" && mine <= other));
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
  const std::optional<oci::Platform>& told = descriptor.platform;
  oci::Platform platform = told && contradict(*told, config.platform) ? *told : config.platform;
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

/// Walks the indexes under a root and decides on every entry. A digest that was seen is not walked again, so shared parts
/// cost nothing twice, and an index cannot hold itself; depth and entries are bounded besides.
class Walk {
 public:
  Walk(ImageSource& source, const std::optional<oci::Platform>& wanted) : source_(source), wanted_(wanted) {}

  Status root(const oci::Descriptor& descriptor) {
    if (oci::is_index(descriptor.media_type)) return index(descriptor);
    if (oci::is_schema1(descriptor.media_type)) return schema1(descriptor);
    if (!oci::is_manifest(descriptor.media_type))
      return Error(ErrorCode::unsupported, descriptor.digest.to_string() + ": media type " +
                                               quote(descriptor.media_type) + " is no image's");
    candidates.push_back({descriptor, {}, descriptor.platform, {}, Stead::none});
    return {};
  }

  std::vector<Candidate> candidates;
  std::vector<oci::LeftOut> left_out;
  std::vector<std::string> other_platforms;  ///< that were not wanted

 private:
  static Status schema1(const oci::Descriptor& descriptor) {
    return Error(ErrorCode::unsupported, descriptor.digest.to_string() + ": a schema 1 manifest");
  }

  Status index(const oci::Descriptor& descriptor) {
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
    ancestors_.push_back(descriptor);
    const std::size_t first = candidates.size();
    bool silent_before = false;
    for (const oci::Descriptor& each : index.manifests) {
      first_silent_ = !each.platform && !silent_before;
      silent_before = silent_before || !each.platform;
      SUPPLY_TRY(entry(each));
    }
    if (wanted_) drop_stand_ins(first);
    ancestors_.pop_back();
    return {};
  }

  /// Removes what stands in for the wanted platform where the same index has what the runtime takes before it.
  void drop_stand_ins(std::size_t first) {
    const auto here = [&](const Candidate& each) { return each.ancestors.size() == ancestors_.size(); };
    const auto from = candidates.begin() + static_cast<std::ptrdiff_t>(first);
    bool runs = false, spelled = false;
    std::for_each(from, candidates.end(), [&](const Candidate& each) {
      if (!here(each) || !each.platform || each.stead != Stead::none) return;
      runs = runs || runs_as(*each.platform, *wanted_);
      spelled = spelled || spelled_as(*each.platform, *wanted_);
    });
    const auto keep = [&](const Candidate& each) {
      return !here(each) || !((each.stead == Stead::lower && runs) || (each.stead == Stead::whoever_says && spelled));
    };
    const auto gone = std::stable_partition(from, candidates.end(), keep);
    for (auto it = gone; it != candidates.end(); ++it)
      other_platforms.push_back((it->image ? it->image->platform : *it->platform).to_string());
    candidates.erase(gone, candidates.end());
  }

  Status entry(const oci::Descriptor& entry) {
    const std::optional<oci::Platform>& platform = entry.platform;
    // The same manifest can stand there for one platform and for another.
    if (!seen_.emplace(entry.digest, platform).second) return {};
    if (platform && platform->os == "unknown" && platform->architecture == "unknown")
      return leave_out(entry, "platform unknown/unknown, which no runtime chooses");
    const bool lower = platform && wanted_ && stands_in_for(*platform, *wanted_);
    if (platform && wanted_ && !lower && !platform->may_serve(*wanted_)) {
      other_platforms.push_back(platform->to_string());
      return {};
    }
    if (oci::is_schema1(entry.media_type)) return schema1(entry);
    if (oci::is_index(entry.media_type)) return index(entry);
    if (!oci::is_manifest(entry.media_type)) return other(entry);
    if (platform) {
      candidates.push_back({entry, ancestors_, platform, {}, lower ? Stead::lower : Stead::none});
      return {};
    }
    return silent(entry);
  }

  /// An entry of a media type that is no manifest's. Some readers go by the bytes.
  Status other(const oci::Descriptor& entry) {
    if (entry.platform) return cannot_judge(entry, "has media type " + quote(entry.media_type) + " and a platform");
    SUPPLY_TRY(const std::string bytes, fetch(source_, entry, kMaxManifestBytes)
                                            .at("entry of media type " + quote(entry.media_type)));
    if (oci::may_be_manifest(bytes))
      return cannot_judge(entry, "has media type " + quote(entry.media_type) + " and reads as a manifest");
    return leave_out(entry, "media type " + quote(entry.media_type) + ", no manifest");
  }

  /// A manifest about whose platform the index is silent.
  Status silent(const oci::Descriptor& entry) {
    const bool first = first_silent_;
    SUPPLY_TRY(oci::Manifest manifest, load_manifest(source_, entry));
    if (manifest.is_artifact()) return leave_out(entry, "an artifact, " + quote(manifest.effective_artifact_type()));
    if (!manifest.has_image_config())
      return cannot_judge(entry, "has file systems and a config of media type " + quote(manifest.config.media_type));
    const bool file_system = manifest.layers.empty() || manifest.has_file_system();
    SUPPLY_TRY(PlatformImage image, load_config(source_, entry, std::move(manifest), ancestors_));
    const oci::Platform& said = image.config.platform;
    if (!file_system && said.os == "unknown" && said.architecture == "unknown")
      return leave_out(entry, "an attestation: its config says unknown/unknown, and no layer is a file system");
    Stead stead = Stead::none;
    if (wanted_ && image.config.platform.runnable() && !image.platform.may_serve(*wanted_)) {
      if (!first && !stands_in_for(image.platform, *wanted_)) {
        other_platforms.push_back(image.platform.to_string());
        return {};
      }
      stead = first ? Stead::whoever_says : Stead::lower;
    }
    candidates.push_back({entry, ancestors_, {}, std::move(image), stead});
    return {};
  }

  Status leave_out(const oci::Descriptor& entry, std::string reason) {
    left_out.push_back({entry, std::move(reason)});
    return {};
  }

  ImageSource& source_;
  const std::optional<oci::Platform>& wanted_;
  std::vector<oci::Descriptor> ancestors_;
  std::set<std::pair<Digest, std::optional<oci::Platform>>> seen_;
  std::size_t entries_ = 0;
  bool first_silent_ = false;  ///< the entry at hand is its index's first without a platform
};

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

const oci::Platform& platform_of(const Candidate& candidate) {
  return candidate.platform ? *candidate.platform : candidate.image->platform;
}

/// Of the candidates for the platform, those of the nearest variant, and those whose variant nobody can compare. A platform
/// that was asked for without a variant stands for machines of any: all that may serve are judged then.
void keep_nearest(std::vector<Candidate>& candidates, const oci::Platform& wanted) {
  if (wanted.variant.empty()) return;
  const auto rank = [&](const Candidate& each) {
    return each.stead == Stead::none ? platform_of(each).rank(wanted) : std::nullopt;
  };
  std::optional<int> best;
  for (const Candidate& each : candidates)
    if (const auto here = rank(each); here && (!best || *here < *best)) best = here;
  std::erase_if(candidates, [&](const Candidate& each) {
    const auto here = rank(each);
    return here && *here > *best;
  });
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
    SUPPLY_TRY(only.image, load_config(source, root, std::move(manifest), {}));
    only.platform.reset();
    if (wanted && !only.image->platform.may_serve(*wanted))
      return none_there(root, wanted, {only.image->platform.to_string()});
  }
  if (wanted) {
    keep_nearest(walk.candidates, *wanted);
    // What only stands in is judged beside what is for the platform. Alone it is no answer to who asked for that one.
    const auto is_for_it = [](const Candidate& each) { return each.stead == Stead::none; };
    if (std::none_of(walk.candidates.begin(), walk.candidates.end(), is_for_it)) {
      for (const Candidate& each : walk.candidates) walk.other_platforms.push_back(platform_of(each).to_string());
      return none_there(root, wanted, std::move(walk.other_platforms));
    }
  }
  std::set<Digest> seen;
  std::erase_if(walk.candidates, [&](const Candidate& each) { return !seen.insert(each.descriptor.digest).second; });
  if (walk.candidates.empty()) return none_there(root, wanted, std::move(walk.other_platforms));
  return walk;
}

}  // namespace

Result<Images> images(ImageSource& source, const oci::Descriptor& root, const std::optional<oci::Platform>& wanted) {
  SUPPLY_TRY(Walk walk, decide(source, root, wanted, true));
  Images found;
  found.left_out = std::move(walk.left_out);
  for (Candidate& candidate : walk.candidates) {
    if (!candidate.image) {
      SUPPLY_TRY(oci::Manifest manifest, load_manifest(source, candidate.descriptor));
      if (!manifest.has_image_config())
        return cannot_judge(candidate.descriptor, "has a platform, and a config of media type " +
                                                      quote(manifest.config.media_type));
      SUPPLY_TRY(candidate.image,
                 load_config(source, candidate.descriptor, std::move(manifest), candidate.ancestors));
    }
    found.images.push_back(*std::move(candidate.image));
  }
  return found;
}

Result<Listing> list(ImageSource& source, const oci::Descriptor& root, const std::optional<oci::Platform>& wanted) {
  SUPPLY_TRY(Walk walk, decide(source, root, wanted, wanted.has_value()));
  Listing listing;
  listing.left_out = std::move(walk.left_out);
  for (Candidate& candidate : walk.candidates) {
    std::optional<oci::Platform> platform = candidate.platform;
    if (candidate.image) platform = candidate.image->platform;
    listing.images.push_back({candidate.descriptor, std::move(platform), std::move(candidate.ancestors)});
  }
  return listing;
}

Result<oci::Descriptor> manifest_for(ImageSource& source, const oci::Descriptor& root, const oci::Platform& wanted) {
  SUPPLY_TRY(Listing found, list(source, root, wanted));
  if (found.images.size() == 1) return std::move(found.images.front().descriptor);
  std::string text;
  for (const Listed& each : found.images) text += (text.empty() ? "" : ", ") + each.descriptor.digest.to_string();
  return Error(ErrorCode::usage, root.digest.to_string() + ": has " + std::to_string(found.images.size()) +
                                     " images that a runtime may choose for " + wanted.to_string() + " (" + text +
                                     "): name one by its digest");
}

}  // namespace supply::store

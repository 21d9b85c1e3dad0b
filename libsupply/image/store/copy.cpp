#include "libsupply/image/store/copy.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/parallel/parallel.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/store/image.hpp"

namespace supply::store {
namespace {

constexpr std::size_t kRequestsAtOnce = 8;

// One manifest or index on its way.
struct Node {
  oci::Descriptor descriptor;
  std::string bytes = {};
  std::vector<oci::Descriptor> parts = {};  // manifests and indexes that it lists
  std::vector<oci::Descriptor> blobs = {};
  std::size_t depth = 0;     // indexes above it
  std::size_t distance = 0;  // referrers between it and the image
};

// That a manifest is in the list of what refers to another.
struct PlatformManifests {
  oci::Descriptor descriptor;
  Digest subject;
  std::size_t distance;
};

// A tag that is made from a digest, and what is under it.
struct DigestTag {
  std::string tag;
  Digest digest;
};

// Everything that has to be moved, found wave by wave, each wave's requests at once.
class Plan {
 public:
  Plan(ImageSource& from, const CopyOptions& options) : from_(from), options_(options) {}

  Status make(const oci::Descriptor& root) {
    frontier_.push_back({.descriptor = root});
    while (!frontier_.empty()) {
      std::vector<Node> wave;
      for (Node& node : frontier_)
        if (seen_.insert(node.descriptor.digest).second) wave.push_back(std::move(node));
      frontier_.clear();
      if (seen_.size() > kMaxCopiedManifests)
        return Error(ErrorCode::limit_exceeded, root.digest.to_string() + ": more than " +
                                                    std::to_string(kMaxCopiedManifests) +
                                                    " manifests in it and about it");
      SUPPLY_TRY(parallel_for(wave.size(), kRequestsAtOnce, [&](std::size_t i) { return look_at(wave[i]); }));
      for (const Node& node : wave)
        for (const oci::Descriptor& part : node.parts)
          frontier_.push_back({.descriptor = part, .depth = node.depth + 1, .distance = node.distance});
      if (options_.referrers) SUPPLY_TRY(look_around(wave));
      for (Node& node : wave) {
        bytes_ += node.bytes.size();
        nodes.push_back(std::move(node));
      }
      if (bytes_ > kMaxCopiedManifestBytes)
        return Error(ErrorCode::limit_exceeded, root.digest.to_string() + ": manifests of more than " +
                                                    std::to_string(kMaxCopiedManifestBytes) + " bytes in all");
    }
    // The requests of a wave end in any order; the plan is the same each time.
    std::sort(nodes.begin(), nodes.end(),
              [](const Node& a, const Node& b) { return a.descriptor.digest < b.descriptor.digest; });
    std::sort(listings.begin(), listings.end(), [](const PlatformManifests& a, const PlatformManifests& b) {
      return std::tie(a.distance, a.subject, a.descriptor.digest) <
             std::tie(b.distance, b.subject, b.descriptor.digest);
    });
    std::sort(tags.begin(), tags.end(), [](const DigestTag& a, const DigestTag& b) { return a.tag < b.tag; });
    return {};
  }

  const Node* find(const Digest& digest) const {
    const auto place = std::lower_bound(nodes.begin(), nodes.end(), digest, [](const Node& node, const Digest& wanted) {
      return node.descriptor.digest < wanted;
    });
    return place != nodes.end() && place->descriptor.digest == digest ? &*place : nullptr;
  }

  std::vector<Node> nodes;                  // by digest
  std::vector<PlatformManifests> listings;  // those of nearer subjects first
  std::vector<DigestTag> tags;

 private:
  Status look_at(Node& node) {
    const std::string place = node.descriptor.digest.to_string();
    if (oci::is_schema1(node.descriptor.media_type))
      return Error(ErrorCode::unsupported, place + ": a schema 1 manifest");
    if (node.depth > kMaxIndexDepth)
      return Error(ErrorCode::limit_exceeded, place + ": indexes nested deeper than " + std::to_string(kMaxIndexDepth));
    SUPPLY_TRY(node.bytes, fetch(from_, node.descriptor, kMaxManifestBytes).at("manifest"));
    if (oci::is_index(node.descriptor.media_type)) {
      SUPPLY_TRY(const oci::Index index, oci::Index::parse(node.bytes, node.descriptor.media_type).at(place));
      // Other media types in an index are no error (image-spec image-index.md): they are carried along.
      for (const oci::Descriptor& entry : index.manifests)
        (oci::is_manifest_or_index(entry.media_type) ? node.parts : node.blobs).push_back(entry);
    } else {
      SUPPLY_TRY(const oci::Manifest manifest, oci::Manifest::parse(node.bytes, node.descriptor.media_type).at(place));
      node.blobs.push_back(manifest.config);
      for (const oci::Descriptor& layer : manifest.layers)
        if (!oci::is_foreign_layer(layer.media_type) || layer.urls.empty()) node.blobs.push_back(layer);
    }
    return {};
  }

  Status look_around(const std::vector<Node>& wave) {
    std::vector<Digest> subjects;
    for (const Node& node : wave) subjects.push_back(node.descriptor.digest);
    SUPPLY_TRY(const auto referrers, from_.referrers_of(subjects));
    for (std::size_t i = 0; i < wave.size(); ++i)
      for (const oci::Descriptor& referrer : referrers[i]) {
        frontier_.push_back({.descriptor = referrer, .distance = wave[i].distance + 1});
        listings.push_back({referrer, subjects[i], wave[i].distance});
      }
    static constexpr std::string_view kEndings[] = {".sig", ".att", ".sbom"};
    return parallel_for(wave.size() * std::size(kEndings), kRequestsAtOnce, [&](std::size_t i) {
      const Node& node = wave[i / std::size(kEndings)];
      return look_at_tag(digest_tag(node.descriptor.digest, kEndings[i % std::size(kEndings)]), node.distance + 1);
    });
  }

  Status look_at_tag(const std::string& tag, std::size_t distance) {
    const Result<oci::Descriptor> there = from_.resolve({tag, std::nullopt});
    if (!there && there.error().code() == ErrorCode::not_found) return {};
    if (!there) return Error(there.error()).at("tag " + tag);
    const std::scoped_lock lock(mutex_);
    tags.push_back({tag, there->digest});
    frontier_.push_back({.descriptor = *there, .distance = distance});
    return {};
  }

  ImageSource& from_;
  const CopyOptions& options_;
  std::mutex mutex_;  // of the tags and the frontier while tags are looked up
  std::vector<Node> frontier_;
  std::set<Digest> seen_;
  std::uint64_t bytes_ = 0;
};

// Counts what passes.
class Counting : public io::Source {
 public:
  Counting(std::unique_ptr<io::Source> source, std::uint64_t& counted, Progress& progress)
      : source_(std::move(source)), counted_(counted), progress_(progress) {}
  Result<std::size_t> read(std::span<char> into) override {
    auto count = source_->read(into);
    if (count) {
      counted_ += *count;
      progress_.done += *count;
    }
    return count;
  }

 private:
  std::unique_ptr<io::Source> source_;
  std::uint64_t& counted_;
  Progress& progress_;
};

class Move {
 public:
  Move(ImageSource& from, ContentStore& to, const Plan& plan, const CopyOptions& options)
      : from_(from), to_(to), plan_(plan), options_(options) {}

  Status blobs(Copied& copied) {
    std::map<Digest, const oci::Descriptor*> unique;
    for (const Node& node : plan_.nodes)
      for (const oci::Descriptor& blob : node.blobs) unique.emplace(blob.digest, &blob);
    std::vector<const oci::Descriptor*> queue;
    for (const auto& [digest, blob] : unique) {
      queue.push_back(blob);
      copied.bytes += blob->size;
    }
    copied.blobs = queue.size();
    if (options_.progress != nullptr) options_.progress->total += copied.bytes;
    // The largest first, so that none is left alone at the end.
    std::stable_sort(queue.begin(), queue.end(), [](const auto* a, const auto* b) { return a->size > b->size; });
    std::atomic<std::size_t> mounted{0};
    SUPPLY_TRY(parallel_for(queue.size(), options_.transfers, [&](std::size_t i) -> Status {
      SUPPLY_TRY(const bool taken, blob(*queue[i]).at("blob"));
      if (taken) ++mounted;
      return {};
    }));
    copied.mounted = mounted;
    return {};
  }

  // Parts before wholes, then what refers to them, the image's own tag last.
  Status manifests(const oci::Descriptor& root, const std::string& tag, Copied& copied) {
    const Node& top = *plan_.find(root.digest);
    copied.manifests = plan_.nodes.size();
    if (plan_.nodes.size() > 1) {
      std::set<Digest> listed, parts;
      for (const PlatformManifests& listing : plan_.listings) listed.insert(listing.descriptor.digest);
      for (const Node& node : plan_.nodes)
        for (const oci::Descriptor& part : node.parts) parts.insert(part.digest);
      std::map<std::size_t, std::vector<const Node*>> waves;
      std::map<Digest, std::size_t> heights;
      for (const Node& node : plan_.nodes)
        if (const Digest& digest = node.descriptor.digest; !listed.contains(digest) || parts.contains(digest))
          waves[height(node, heights)].push_back(&node);
      for (const auto& each : waves) {
        const std::vector<const Node*>& wave = each.second;
        SUPPLY_TRY(
            parallel_for(wave.size(), kRequestsAtOnce, [&](std::size_t i) { return put(*wave[i], std::nullopt); }));
      }
    }
    SUPPLY_TRY(referrers());
    SUPPLY_TRY(parallel_for(plan_.tags.size(), kRequestsAtOnce, [&](std::size_t i) {
      return put(*plan_.find(plan_.tags[i].digest), plan_.tags[i].tag).at("tag " + plan_.tags[i].tag);
    }));
    copied.referrers = plan_.listings.size() + plan_.tags.size();
    return put(top, tag);
  }

  // Asks the destination for everything that a reader would look for.
  Status check(const oci::Descriptor& root, const std::string& tag) {
    std::map<Digest, std::vector<Digest>> expected;
    for (const PlatformManifests& listing : plan_.listings)
      expected[listing.subject].push_back(listing.descriptor.digest);
    std::vector<Digest> subjects;
    for (const auto& [subject, listed] : expected) subjects.push_back(subject);
    SUPPLY_TRY(const auto lists, to_.referrers_of(subjects).at("at the destination"));
    for (std::size_t i = 0; i < subjects.size(); ++i)
      for (const Digest& digest : expected.at(subjects[i]))
        if (std::none_of(lists[i].begin(), lists[i].end(), [&](const auto& entry) { return entry.digest == digest; }))
          return Error(ErrorCode::not_found, digest.to_string() +
                                                 ": was copied, but the destination does not list it "
                                                 "among the referrers of " +
                                                 subjects[i].to_string());
    SUPPLY_TRY(parallel_for(plan_.tags.size(), kRequestsAtOnce,
                            [&](std::size_t i) { return stands(plan_.tags[i].tag, plan_.tags[i].digest); }));
    return tag.empty() ? Status() : stands(tag, root.digest);
  }

 private:
  // Whether the destination has taken it over by itself.
  Result<bool> blob(const oci::Descriptor& descriptor) {
    std::uint64_t counted = 0;
    SUPPLY_TRY(const bool taken, to_.mount_blob(from_, descriptor));
    if (!taken && descriptor.data) {
      SUPPLY_TRY(to_.upload_blob(descriptor, [&](std::uint64_t offset) {
        return Result<std::unique_ptr<io::Source>>(
            io::from_string(descriptor.data->substr(std::min<std::size_t>(offset, descriptor.data->size()))));
      }));
    } else if (!taken) {
      SUPPLY_TRY(to_.upload_blob(descriptor, [&](std::uint64_t offset) -> Result<std::unique_ptr<io::Source>> {
        SUPPLY_TRY(std::unique_ptr<io::Source> bytes, from_.open_raw(descriptor, offset));
        if (options_.progress == nullptr) return bytes;
        return std::unique_ptr<io::Source>(std::make_unique<Counting>(std::move(bytes), counted, *options_.progress));
      }));
    }
    // What was there already, or was sent twice, counts once.
    if (options_.progress != nullptr) options_.progress->done += descriptor.size - counted;
    return taken;
  }

  Status put(const Node& node, const std::optional<std::string>& tag) {
    return to_.put_manifest(plain(node.descriptor), node.bytes, tag)
        .at("manifest " + node.descriptor.digest.to_string());
  }

  // How many indexes are one above the other in it. A digest cannot be part of itself, so this ends.
  std::size_t height(const Node& node, std::map<Digest, std::size_t>& known) const {
    if (const auto there = known.find(node.descriptor.digest); there != known.end()) return there->second;
    std::size_t highest = 0;
    for (const oci::Descriptor& part : node.parts)
      highest = std::max(highest, 1 + height(*plan_.find(part.digest), known));
    known.emplace(node.descriptor.digest, highest);
    return highest;
  }

  Status referrers() {
    for (auto first = plan_.listings.begin(); first != plan_.listings.end();) {
      const Digest& subject = first->subject;
      std::vector<Referrer> list;
      for (; first != plan_.listings.end() && first->subject == subject; ++first)
        list.push_back({first->descriptor, plan_.find(first->descriptor.digest)->bytes});
      SUPPLY_TRY(to_.put_referrers(list, subject).at("referrers of " + subject.to_string()));
    }
    return {};
  }

  Status stands(const std::string& tag, const Digest& digest) {
    const Result<oci::Descriptor> there = to_.resolve({tag, std::nullopt});
    if (!there) return Error(there.error()).at("tag " + quote(tag) + " at the destination");
    if (there->digest != digest)
      return Error(ErrorCode::unavailable, "tag " + quote(tag) + " at the destination: is " +
                                               there->digest.to_string() + " already, not " + digest.to_string() +
                                               " (another writer?)");
    return {};
  }

  // Names and notes that the source keeps in its list are its own.
  static oci::Descriptor plain(const oci::Descriptor& descriptor) {
    return {.media_type = descriptor.media_type, .digest = descriptor.digest, .size = descriptor.size};
  }

  ImageSource& from_;
  ContentStore& to_;
  const Plan& plan_;
  const CopyOptions& options_;
};

}  // namespace

Result<Copied> copy(ImageSource& from, const oci::Descriptor& root, ContentStore& to, const std::string& tag,
                    const CopyOptions& options) {
  Copied copied{.root = root};
  if (options.platform) {
    SUPPLY_TRY(copied.root, manifest_for(from, root, *options.platform));
  }
  Plan plan(from, options);
  SUPPLY_TRY(plan.make(copied.root));
  Move move(from, to, plan, options);
  SUPPLY_TRY(move.blobs(copied));
  SUPPLY_TRY(move.manifests(copied.root, tag, copied));
  SUPPLY_TRY(to.commit());
  SUPPLY_TRY(move.check(copied.root, tag));
  return copied;
}

}  // namespace supply::store

#include "libsupply/image/layout/docker_archive.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/archive/decompress.hpp"
#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/layout/internal/docker_manifest_json.hpp"
#include "libsupply/image/layout/internal/layout_names.hpp"
#include "libsupply/image/layout/internal/manifest_json_and_index.hpp"
#include "libsupply/image/layout/internal/tar_storage.hpp"
#include "libsupply/image/oci/config.hpp"
#include "libsupply/image/oci/image_name.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"

namespace supply::layout {
namespace {

using namespace std::string_view_literals;
using Member = TarFile::Member;

constexpr std::uint64_t kConfigBytesPerStep = 4;  // of JSON that is parsed
constexpr std::uint64_t kStepsPerLayer = 30;      // a few microseconds, most of them for its first bytes

// The digest that a name in the archive claims: "<hex>.json", "blobs/sha256/<hex>".
std::optional<Digest> named_digest(std::string_view name) {
  if (std::optional<Digest> blob = named_blob(name)) return blob;
  if (name.ends_with(".json")) name.remove_suffix(5);
  if (name.size() != 64 || !is_lower_hex(name)) return std::nullopt;
  auto digest = Digest::parse("sha256:" + std::string(name));
  if (!digest) return std::nullopt;
  return *std::move(digest);
}

class DockerArchive : public store::BasicSource {
 public:
  DockerArchive(std::string name, std::string place, std::shared_ptr<const TarFile> tar, std::vector<DockerItem> items,
                Budget& budget)
      : name_(std::move(name)),
        place_(std::move(place)),
        tar_(std::move(tar)),
        items_(std::move(items)),
        share_(budget) {}

  std::string name() const override { return name_; }
  std::size_t requests_at_once() const override { return 1; }

  Result<oci::Descriptor> resolve(const oci::Selector& selector) override {
    if (selector.digest) return by_digest(*selector.digest);
    if (selector.tag) return by_tag(*selector.tag);
    if (items_.size() == 1) return described(0);
    if (items_.empty()) return Error(ErrorCode::not_found, place_ + ": holds no image");
    return Error(ErrorCode::usage,
                 place_ + ": holds " + std::to_string(items_.size()) + " images; name one (" + names() + ")");
  }

  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override {
    SUPPLY_TRY(std::unique_ptr<io::Source> bytes, open_raw(descriptor, 0));
    return store::verified(std::move(bytes), descriptor);
  }

  Result<std::unique_ptr<io::Source>> open_raw(const oci::Descriptor& descriptor, std::uint64_t offset) override {
    const std::string& digest = descriptor.digest.to_string();
    if (!descriptor.digest.verifiable())
      return Error(ErrorCode::unsupported, digest + ": this digest algorithm cannot be verified");
    const std::scoped_lock lock(mutex_);
    if (const auto found = manifests_.find(descriptor.digest); found != manifests_.end())
      return io::from_string(found->second.substr(std::min<std::size_t>(offset, found->second.size())));
    if (const auto found = blobs_.find(descriptor.digest); found != blobs_.end())
      return tar_->open(*found->second, offset).at(digest);
    return Error(ErrorCode::not_found, digest + ": not in " + place_);
  }

  Result<std::vector<oci::Descriptor>> referrers(const Digest& /*subject*/) override {
    return std::vector<oci::Descriptor>();
  }

  Result<std::vector<std::string>> tags() override {
    std::set<std::string> tags;
    for (const DockerItem& item : items_) tags.insert(item.tags.begin(), item.tags.end());
    return std::vector<std::string>(tags.begin(), tags.end());
  }

 private:
  Result<oci::Descriptor> by_tag(const std::string& tag) {
    const std::string full = oci::full_name(tag);
    std::set<std::size_t> exact, by_part;
    for (std::size_t i = 0; i < items_.size(); ++i)
      for (const std::string& name : items_[i].tags) {
        if (name == tag || (!full.empty() && oci::full_name(name) == full)) exact.insert(i);
        if (oci::tag_of(name) == tag) by_part.insert(i);
      }
    const std::set<std::size_t>& found = exact.empty() ? by_part : exact;
    const std::string place = place_ + ": tag " + quote(tag) + ": ";
    if (found.empty()) return Error(ErrorCode::not_found, place + "not there (" + names() + ")");
    if (found.size() > 1)
      return Error(ErrorCode::usage, place + "is that of " + std::to_string(found.size()) +
                                         " images; name one with its repository (" + names() + ")");
    return described(*found.begin());
  }

  Result<oci::Descriptor> by_digest(const Digest& digest) {
    // By an image ID in a name first, so that no other config needs to be read.
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (named_digest(items_[i].config) == digest) return described(i);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      SUPPLY_TRY(const oci::Descriptor manifest, described(i));
      const std::scoped_lock lock(mutex_);
      if (manifest.digest == digest || described_[i]->config == digest) return manifest;
    }
    return Error(ErrorCode::not_found,
                 digest.to_string() + ": not in " + place_ +
                     " (an archive of docker save has no manifest digests: name an image by its ID or tag)");
  }

  std::string names() {
    std::vector<std::string> tags;
    for (const DockerItem& item : items_) tags.insert(tags.end(), item.tags.begin(), item.tags.end());
    return tags.empty() ? "it has no tags" : "its tags: " + join(tags, ", ", quote);
  }

  Result<const Member*> follow(const std::string& written) const { return tar_->follow(written).at(place_); }

  Result<std::string_view> media_type(const Member& member) const {
    std::array<char, archive::kCompressionHeadBytes> head{};
    SUPPLY_TRY(const std::size_t count,
               tar_->file()->read_at(member.content,
                                     std::span(head).first(std::min<std::uint64_t>(member.size, head.size()))));
    const archive::Compression compression = archive::compression_of({head.data(), count});
    switch (compression) {
      case archive::Compression::none: return oci::kLayerType;
      case archive::Compression::gzip: return oci::kLayerGzipType;
      case archive::Compression::zstd: return oci::kLayerZstdType;
      case archive::Compression::bzip2:
      case archive::Compression::xz: break;
    }
    return Error(ErrorCode::unsupported, "a layer with " + std::string(to_string(compression)) + " compression");
  }

  // The layer as it lies. What its digest says is checked when it is read, so that only a compressed one without a
  // digest in its name is hashed here.
  Result<oci::Descriptor> layer(const std::string& path, const Digest& diff_id, const Member& member) {
    SUPPLY_TRY(const std::string_view type, media_type(member));
    oci::Descriptor descriptor{.media_type = std::string(type), .digest = diff_id, .size = member.size};
    if (type == oci::kLayerType) return descriptor;
    if (const std::optional<Digest> named = named_blob(path)) {
      descriptor.digest = *named;
      return descriptor;
    }
    auto known = hashed_.find(&member);
    if (known == hashed_.end()) {
      SUPPLY_TRY(const std::unique_ptr<io::Source> source, tar_->open(member));
      SUPPLY_TRY(Digest digest, hash_of(*source));
      known = hashed_.emplace(&member, std::move(digest)).first;
    }
    descriptor.digest = known->second;
    return descriptor;
  }

  Result<oci::Descriptor> described(std::size_t i) {
    const std::scoped_lock lock(mutex_);
    if (!described_.contains(i)) SUPPLY_TRY(describe(i));
    return described_[i]->manifest;
  }

  struct ReadConfig {
    Digest id;
    std::uint64_t size;
    std::vector<Digest> diff_ids;
  };

  // Many items may have one config, which is read once.
  Result<const ReadConfig*> config(const DockerItem& item, const Member& member, const std::string& place) {
    // A link's name may claim another digest than that of the file it leads to.
    const std::optional<Digest> named = named_digest(item.config);
    const std::pair key(&member, named);
    if (const auto known = configs_.find(key); known != configs_.end()) return &known->second;
    SUPPLY_TRY(const std::unique_ptr<io::Source> source, tar_->open(member));
    SUPPLY_TRY(const std::string bytes, io::read_all(*source, kMaxConfigBytes).at(place));
    SUPPLY_TRY(share_.spend(Cost::steps, bytes.size() / kConfigBytesPerStep));
    Digest id = crypto::sha256(bytes);
    if (named) {
      SUPPLY_TRY(crypto::Hasher hasher, crypto::Hasher::create(*named));
      hasher.update(bytes);
      const Digest actual = hasher.finish_digest();
      if (actual != *named) return Error(ErrorCode::mismatch, place + ": damaged: its bytes are " + actual.to_string());
      id = actual;
    }
    SUPPLY_TRY(oci::Config parsed, oci::Config::parse(bytes).at(place));
    return &configs_.emplace(key, ReadConfig{std::move(id), bytes.size(), std::move(parsed.diff_ids)}).first->second;
  }

  Status describe(std::size_t i) {
    const DockerItem& item = items_[i];
    const std::string place = place_ + ": config " + quote(item.config);
    SUPPLY_TRY(const Member* config_member, follow(item.config));
    SUPPLY_TRY(const ReadConfig* config, this->config(item, *config_member, place));
    if (config->diff_ids.size() != item.layers.size())
      return Error(ErrorCode::malformed, place + ": has " + std::to_string(config->diff_ids.size()) +
                                             " diff_ids, and manifest.json has " + std::to_string(item.layers.size()) +
                                             " layers");
    oci::Manifest manifest{
        .media_type = std::string(oci::kManifestType),
        .config = {.media_type = std::string(oci::kConfigType), .digest = config->id, .size = config->size}};
    for (std::size_t l = 0; l < item.layers.size(); ++l) {
      SUPPLY_TRY(const Member* member, follow(item.layers[l]));
      const std::string path = relative_path(item.layers[l]);
      SUPPLY_TRY(oci::Descriptor descriptor,
                 layer(path, config->diff_ids[l], *member).at(place_ + ": layer " + quote(path)));
      blobs_.insert_or_assign(descriptor.digest, member);
      manifest.layers.push_back(std::move(descriptor));
    }
    blobs_.insert_or_assign(config->id, config_member);
    const std::string text = oci::to_bytes(manifest);
    SUPPLY_TRY(share_.spend(Cost::memory, text.size()));
    SUPPLY_TRY(share_.spend(Cost::steps, item.layers.size() * kStepsPerLayer));
    oci::Descriptor descriptor{.media_type = manifest.media_type, .digest = crypto::sha256(text), .size = text.size()};
    manifests_.insert_or_assign(descriptor.digest, text);
    described_.insert_or_assign(i, Described{std::move(descriptor), config->id});
    return {};
  }

  struct Described {
    oci::Descriptor manifest;
    Digest config;
  };

  const std::string name_, place_;
  const std::shared_ptr<const TarFile> tar_;
  const std::vector<DockerItem> items_;
  std::mutex mutex_;  // of what follows
  std::map<std::size_t, std::optional<Described>> described_;
  std::map<Digest, std::string> manifests_;
  std::map<Digest, const Member*> blobs_;
  std::map<std::pair<const Member*, std::optional<Digest>>, ReadConfig> configs_;
  std::map<const Member*, Digest> hashed_;  // compressed layers
  Share share_;
};

Result<std::unique_ptr<store::ImageSource>> archive_in(std::shared_ptr<const TarFile> tar, std::string name,
                                                       std::string place, Budget& budget) {
  auto text = tar->read("manifest.json", kMaxArchiveListBytes);
  if (!text && text.error().code() == ErrorCode::not_found) {
    const bool layout = tar->find("oci-layout") != nullptr;
    return Error(ErrorCode::not_found, place + ": no archive of docker save: it has no file manifest.json" +
                                           (layout ? ", but it is one of an OCI layout: name it oci-archive:" : ""));
  }
  if (!text) return std::move(text).error().at(place);
  SUPPLY_TRY(std::vector<DockerItem> items, parse_docker_manifest_json(*text).at(place));
  SUPPLY_TRY(check_two_lists(*TarStorage::of(tar, budget), budget).at(place));
  return std::unique_ptr<store::ImageSource>(
      std::make_unique<DockerArchive>(std::move(name), std::move(place), std::move(tar), std::move(items), budget));
}

}  // namespace

Result<std::unique_ptr<store::ImageSource>> open_docker_archive(const io::Path& file, Budget& budget,
                                                                const io::Path& spool) {
  std::string place = "archive " + quote(file.native());
  SUPPLY_TRY(std::shared_ptr<const TarFile> tar, TarFile::open(file, spool, budget).at(place));
  return archive_in(std::move(tar), file.native(), std::move(place), budget);
}

Result<std::unique_ptr<store::ImageSource>> read_docker_archive(io::Source& stream, Budget& budget,
                                                                const io::Path& spool) {
  std::string place = "archive on standard input";
  SUPPLY_TRY(std::shared_ptr<const TarFile> tar, TarFile::spool(stream, spool, budget).at(place));
  return archive_in(std::move(tar), "standard input", std::move(place), budget);
}

}  // namespace supply::layout

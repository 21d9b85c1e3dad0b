// Docker's new form of an archive: a layout, and beside its index.json the older manifest.json.
#include <algorithm>
#include <mutex>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/layout/docker_archive.hpp"
#include "libsupply/image/layout/internal/docker_manifest_json.hpp"
#include "libsupply/image/layout/internal/layout_names.hpp"
#include "libsupply/image/layout/internal/manifest_json_and_index.hpp"
#include "libsupply/image/layout/internal/tar_storage.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/image/oci/image_name.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/store/tag_of_digest.hpp"

namespace supply::layout {
namespace {

class DockerLayout : public Layout {
 public:
  static Result<std::unique_ptr<store::ContentStore>> create(const io::Path& file) {
    SUPPLY_TRY(std::unique_ptr<TarStorage> files, TarStorage::open(file, {}, TarStorage::Missing::made, nullptr));
    auto held = check(*files);
    if (!held && held.error().code() == ErrorCode::not_found && files->read("manifest.json", kMaxArchiveListBytes))
      return Error(ErrorCode::unsupported,
                   files->place() + ": an archive of docker save's old form is not written to: name a new file");
    if (!held) return std::move(held).error();
    return std::unique_ptr<store::ContentStore>(make(std::move(files)));
  }

  static Result<std::unique_ptr<Layout>> in(std::unique_ptr<TarStorage> files) {
    SUPPLY_TRY(check(*files));
    return make(std::move(files));
  }

  Status put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                      const std::optional<std::string>& tag) override {
    if (!tag || store::is_referrer_tag(*tag)) return Layout::put_manifest(descriptor, bytes, tag);
    SUPPLY_TRY(const Change change, change_for(descriptor, bytes, *tag));
    SUPPLY_TRY(Layout::put_manifest(named(descriptor, change), bytes, tag));
    remember(change);
    return {};
  }

  Status replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                          const std::optional<Digest>& expected) override {
    if (store::is_referrer_tag(tag)) return Layout::replace_manifest(descriptor, bytes, tag, expected);
    SUPPLY_TRY(const Change change, change_for(descriptor, bytes, tag));
    SUPPLY_TRY(Layout::replace_manifest(named(descriptor, change), bytes, tag, expected));
    remember(change);
    return {};
  }

  Status remove(const oci::Selector& selector) override {
    std::vector<std::string> gone;
    if (!selector.digest && selector.tag) gone.push_back(*selector.tag);
    if (selector.digest) {
      // Its tags are asked for before they are taken away.
      SUPPLY_TRY(const std::vector<std::string> all, tags());
      for (const std::string& tag : all)
        if (const auto stands = resolve({tag, {}}); stands && stands->digest == *selector.digest) gone.push_back(tag);
    }
    SUPPLY_TRY(Layout::remove(selector));
    for (const std::string& tag : gone) remember({.tag = full_tag(tag), .item = {}});
    if (gone.empty()) remember({});  // an image without a name may be gone
    return {};
  }

  Status commit() override {
    std::vector<std::string> tags;
    std::vector<DockerItem> items;
    bool unchanged = false;
    {
      const std::scoped_lock lock(mutex_);
      unchanged = changes_.empty();
      // Tags may be put by several threads; the list is the same each time.
      std::sort(changes_.begin(), changes_.end(),
                [](const Change& a, const Change& b) { return a.order() < b.order(); });
      for (const Change& change : changes_) {
        if (!change.tag.empty()) tags.push_back(change.tag);
        if (change.item) items.push_back(*change.item);
      }
    }
    if (unchanged && archive_.read("manifest.json", kMaxArchiveListBytes)) return Layout::commit();
    SUPPLY_TRY(archive_.lock_exclusive());
    auto text = archive_.read("manifest.json", kMaxArchiveListBytes);
    if (!text && text.error().code() != ErrorCode::not_found) return std::move(text).error().at(archive_.place());
    const std::string old_text = text ? *text : std::string();
    SUPPLY_TRY(std::string changed,
               change_docker_manifest_json(text ? *text : std::string("[]"), tags, items).at(archive_.place()));
    Budget budget;
    SUPPLY_TRY(changed, agree_with_index(archive_, changed, budget).at(archive_.place()));
    if (changed != old_text) archive_.put("manifest.json", std::move(changed));
    SUPPLY_TRY(Layout::commit());
    const std::scoped_lock lock(mutex_);
    changes_.clear();
    return {};
  }

  Status may_change_images() const override { return {}; }

 private:
  struct Change {
    std::string tag;  ///< in full; empty for an image without a name
    std::optional<DockerItem> item;
    std::pair<std::string_view, std::string_view> order() const {
      return {tag, item ? std::string_view(item->config) : std::string_view()};
    }
  };

  DockerLayout(const io::Path& file, TarStorage& archive, std::unique_ptr<LayoutStorage> files)
      : Layout(std::move(files)), archive_(archive), stem_(stem_of(file)) {}

  static std::unique_ptr<Layout> make(std::unique_ptr<TarStorage> files) {
    TarStorage& archive = *files;
    return std::unique_ptr<Layout>(new DockerLayout(archive.name(), archive, std::move(files)));
  }

  // A repository's name for tags that come without one.
  static std::string stem_of(const io::Path& file) {
    std::string stem = to_lower(file.filename().native());
    stem.resize(std::min(stem.find('.'), stem.size()));
    return oci::full_name(stem + ":latest").empty() ? std::string("image") : stem;
  }

  std::string full_tag(const std::string& tag) const {
    if (tag.find(':') != std::string::npos) return tag;
    std::string full = tag.find('/') != std::string::npos ? tag : stem_;
    full.append(":").append(tag.find('/') != std::string::npos ? "latest" : tag);
    return full;
  }

  Result<Change> change_for(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag) {
    const std::string place = archive_.place() + ": " + (tag.empty() ? "an image" : "tag " + quote(tag)) + ": ";
    if (oci::is_index(descriptor.media_type))
      return Error(ErrorCode::usage,
                   place +
                       "docker save's form has one platform for each tag, and this is an index: choose one with "
                       "--platform, or write a new oci-archive:");
    SUPPLY_TRY(const oci::Manifest manifest, oci::Manifest::parse(bytes, descriptor.media_type).at(place));
    Change change{.tag = tag.empty() ? std::string() : full_tag(tag), .item = {}};
    if (!manifest.is_image()) return change;  // manifest.json is for what can be run
    DockerItem item{.config = blob_name(manifest.config.digest), .tags = {}, .layers = {}};
    if (!tag.empty()) item.tags.push_back(change.tag);
    for (const oci::Descriptor& layer : manifest.layers) item.layers.push_back(blob_name(layer.digest));
    change.item = std::move(item);
    return change;
  }

  // So that containerd, and docker with it, know the whole name.
  static oci::Descriptor named(oci::Descriptor descriptor, const Change& change) {
    if (const std::string full = oci::full_name(change.tag); !full.empty())
      descriptor.annotations[std::string(kContainerdName)] = full;
    return descriptor;
  }

  // Of several changes to a tag the last counts.
  void remember(Change change) {
    const std::scoped_lock lock(mutex_);
    if (!change.tag.empty()) std::erase_if(changes_, [&](const Change& other) { return other.tag == change.tag; });
    changes_.push_back(std::move(change));
  }

  TarStorage& archive_;  // the Layout's
  const std::string stem_;
  std::mutex mutex_;
  std::vector<Change> changes_;
};

}  // namespace

Result<std::unique_ptr<store::ContentStore>> create_docker_archive(const io::Path& file) {
  return DockerLayout::create(file);
}

Result<std::unique_ptr<Layout>> docker_layout_in(std::unique_ptr<TarStorage> files) {
  return DockerLayout::in(std::move(files));
}

}  // namespace supply::layout

#include "libsupply/image/layout/internal/manifest_json_and_index.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/layout/internal/layout_names.hpp"
#include "libsupply/image/oci/image_name.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/store/store.hpp"

namespace supply::layout {
namespace {

using Numbers = std::set<std::size_t>;  // of images of manifest.json; items with the same one share it
// What is run: a config and layers. Their order is the config's diff_ids', by which readers check them;
// docker save before 27 wrote them into index.json in any order, and each once.
using Image = std::pair<Digest, std::set<Digest>>;

constexpr std::uint64_t kBytesPerStep = 4;     // of JSON that is parsed
constexpr std::uint64_t kBytesPerNumber = 64;  // in a set

std::string whole(std::string_view name) {
  const std::string full = oci::full_name(name);
  return full.empty() ? std::string(name) : full;
}

bool is_tag_alone(std::string_view name) { return name.find_first_of(":/@") == std::string_view::npos; }

struct Entry {
  const oci::Descriptor* descriptor;
  std::shared_ptr<const Numbers> images;  // entries may be many, with one index of many images
  std::optional<DockerItem> image = {};   // what manifest.json would say of it, if it is one to run
};

class TwoLists {
 public:
  TwoLists(const LayoutStorage& files, Budget& budget) : storage_(files), share_(budget) {}

  Status read(std::vector<DockerItem> items) {
    SUPPLY_TRY(const std::string text, storage_.read("index.json", kMaxManifestBytes));
    SUPPLY_TRY(index_, oci::Index::parse(text, "").at("index.json"));
    items_ = std::move(items);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const std::string place = "manifest.json: image " + std::to_string(i);
      SUPPLY_TRY(Digest config, digest_of(items_[i].config).at(place));
      std::set<Digest> layers;
      for (const std::string& layer : items_[i].layers) {
        SUPPLY_TRY(Digest digest, digest_of(layer).at(place));
        layers.insert(std::move(digest));
      }
      const Image image(std::move(config), std::move(layers));
      const std::size_t number = by_image_.try_emplace(image, by_image_.size()).first->second;
      number_of_.push_back(number);
      if (!items_[i].tags.empty()) named_.insert(number);
      for (const std::string& tag : items_[i].tags) by_tag_part_[std::string(oci::tag_of(tag))].insert(number);
    }
    for (const oci::Descriptor& descriptor : index_.manifests) SUPPLY_TRY(add(descriptor));
    return {};
  }

  bool has_images() const { return has_images_; }
  bool is_listed(std::size_t item) const { return listed_.contains(number_of_[item]); }
  // docker save leaves an image without a name out of index.json, where one with a name is there.
  bool may_be_unlisted(std::size_t item) const {
    return items_[item].tags.empty() &&
           std::any_of(named_.begin(), named_.end(), [&](std::size_t named) { return listed_.contains(named); });
  }

  // The first entry of index.json that has this name of manifest.json's, and is another image. By its tag alone an
  // entry may be any of the images that have it.
  Result<const Entry*> other_of(std::size_t item, const std::string& tag) {
    const auto [begin, end] = by_name_.equal_range(whole(tag));
    for (auto named = begin; named != end; ++named) {
      SUPPLY_TRY(share_.spend(Cost::steps, 1));
      if (!entries_[named->second].images->contains(number_of_[item])) return &entries_[named->second];
    }
    const std::string part(oci::tag_of(tag));
    const auto [first, last] = by_tag_.equal_range(part);
    for (auto named = first; named != last; ++named) {
      const Numbers& wanted = by_tag_part_.at(part);
      const Numbers& got = *entries_[named->second].images;
      SUPPLY_TRY(share_.spend(Cost::steps, 1 + got.size()));
      if (std::none_of(got.begin(), got.end(), [&](std::size_t one) { return wanted.contains(one); }))
        return &entries_[named->second];
    }
    return static_cast<const Entry*>(nullptr);
  }

  // Images of index.json that manifest.json lacks.
  std::vector<const Entry*> unlisted() const {
    std::vector<const Entry*> found;
    for (const Entry& entry : entries_)
      if (entry.image && entry.images->empty()) found.push_back(&entry);
    return found;
  }

 private:
  // What a path of manifest.json names: a blob by its digest, else a file with these bytes.
  Result<Digest> digest_of(const std::string& path) {
    if (const auto known = hashed_.find(path); known != hashed_.end()) return known->second;
    SUPPLY_TRY(Digest digest, storage_.digest_named(path));
    return hashed_.emplace(path, std::move(digest)).first->second;
  }

  Status add(const oci::Descriptor& descriptor) {
    Entry entry{.descriptor = &descriptor, .images = {}};
    SUPPLY_TRY(entry.images, images_of(descriptor, 0, &entry.image));
    const std::string_view name = annotation(descriptor, kRefName), full = annotation(descriptor, kContainerdName);
    if (is_marked_as_other(descriptor) || looks_like_referrer(descriptor)) entry.image.reset();
    if (!full.empty()) by_name_.emplace(whole(full), entries_.size());
    if (!name.empty() && is_tag_alone(name)) by_tag_.emplace(name, entries_.size());
    else if (!name.empty()) by_name_.emplace(whole(name), entries_.size());
    entries_.push_back(std::move(entry));
    return {};
  }

  // The images of manifest.json that are in a manifest or index. What is not there or cannot be read is none.
  Result<std::shared_ptr<const Numbers>> images_of(const oci::Descriptor& descriptor, std::size_t depth,
                                                   std::optional<DockerItem>* image) {
    const std::pair key(descriptor.digest, descriptor.media_type);
    if (const auto known = seen_.find(key); known != seen_.end()) {
      *image = known->second.second;
      return known->second.first;
    }
    Numbers images;
    SUPPLY_TRY(const std::optional<std::string> bytes, bytes_of(descriptor));
    if (bytes && oci::is_index(descriptor.media_type)) {
      const auto index = oci::Index::parse(*bytes, descriptor.media_type);
      if (index && depth < kMaxIndexDepth)
        for (const oci::Descriptor& part : index->manifests) {
          std::optional<DockerItem> ignored;
          SUPPLY_TRY(const std::shared_ptr<const Numbers> more, images_of(part, depth + 1, &ignored));
          SUPPLY_TRY(share_.spend(Cost::steps, 10 + more->size()));
          images.insert(more->begin(), more->end());
        }
    } else if (bytes) {
      const auto manifest = oci::Manifest::parse(*bytes, descriptor.media_type);
      if (manifest) images = matches(*manifest);
      if (manifest && !manifest->subject && manifest->is_image()) {
        *image = DockerItem{.config = blob_name(manifest->config.digest), .tags = {}, .layers = {}};
        for (const oci::Descriptor& layer : manifest->layers) (*image)->layers.push_back(blob_name(layer.digest));
      }
    }
    SUPPLY_TRY(share_.spend(Cost::memory, images.size() * kBytesPerNumber));
    listed_.insert(images.begin(), images.end());
    auto shared = std::make_shared<const Numbers>(std::move(images));
    seen_.emplace(key, std::pair(shared, *image));
    return shared;
  }

  Numbers matches(const oci::Manifest& manifest) const {
    Image image{manifest.config.digest, {}};
    for (const oci::Descriptor& layer : manifest.layers) image.second.insert(layer.digest);
    const auto found = by_image_.find(image);
    return found == by_image_.end() ? Numbers() : Numbers{found->second};
  }

  Result<std::optional<std::string>> bytes_of(const oci::Descriptor& descriptor) {
    if (!descriptor.digest.verifiable()) return std::optional<std::string>();
    auto opened = storage_.open_blob(descriptor.digest, 0);
    if (!opened) return std::optional<std::string>();
    has_images_ = true;  // or what some reader takes for one
    const auto checked = store::verified(*std::move(opened), descriptor);
    auto bytes = checked ? io::read_all(**checked, kMaxManifestBytes) : Result<std::string>(checked.error());
    if (!bytes) return std::optional<std::string>();
    share_.earn(bytes->size());
    SUPPLY_TRY(share_.spend(Cost::steps, bytes->size() / kBytesPerStep));
    SUPPLY_TRY(share_.spend(Cost::memory, bytes->size()));  // for what stays of it
    return std::optional<std::string>(*std::move(bytes));
  }

  using Seen = std::pair<std::shared_ptr<const Numbers>, std::optional<DockerItem>>;

  const LayoutStorage& storage_;
  Share share_;
  oci::Index index_;
  std::vector<DockerItem> items_;
  std::vector<Entry> entries_;
  std::map<Image, std::size_t> by_image_;
  std::vector<std::size_t> number_of_;  // by item
  std::map<std::string, Digest> hashed_;
  std::map<std::pair<Digest, std::string>, Seen> seen_;
  std::multimap<std::string, std::size_t> by_name_, by_tag_;  // entries
  std::map<std::string, Numbers> by_tag_part_;
  Numbers listed_, named_;
  bool has_images_ = false;
};

Result<bool> has(const LayoutStorage& files, std::string_view name, std::size_t limit) {
  const auto text = files.read(name, limit);
  if (!text && text.error().code() == ErrorCode::not_found) return false;
  // What is there and cannot be read is there.
  return true;
}

constexpr std::string_view kReadersDiffer =
    " (docker load goes by manifest.json, readers of OCI layouts by index.json; pack one of them)";

}  // namespace

Status check_two_lists(const LayoutStorage& files, Budget& budget) {
  SUPPLY_TRY(const bool indexed, has(files, "index.json", kMaxManifestBytes));
  if (!indexed) return {};
  SUPPLY_TRY(const bool listed, has(files, "manifest.json", kMaxArchiveListBytes));
  if (!listed) {
    SUPPLY_TRY(const bool older, has(files, "repositories", kMaxArchiveListBytes));
    if (!older) return {};
    return Error(ErrorCode::malformed,
                 "\"repositories\" without a manifest.json: docker load would go by it and not by index.json");
  }
  SUPPLY_TRY(const std::string text, files.read("manifest.json", kMaxArchiveListBytes));
  SUPPLY_TRY(const std::vector<DockerItem> items, parse_docker_manifest_json(text));
  TwoLists lists(files, budget);
  SUPPLY_TRY(lists.read(items));
  if (!lists.has_images()) return {};
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string place = "manifest.json: image " + std::to_string(i);
    if (!lists.is_listed(i) && !lists.may_be_unlisted(i))
      return Error(ErrorCode::malformed,
                   place + ": index.json has no image with its config and layers" + std::string(kReadersDiffer));
    for (const std::string& tag : items[i].tags) {
      SUPPLY_TRY(const Entry* other, lists.other_of(i, tag));
      if (other != nullptr)
        return Error(ErrorCode::malformed, place + ": tag " + quote(tag) + ": is another image's in index.json, " +
                                               other->descriptor->digest.to_string() + std::string(kReadersDiffer));
    }
  }
  if (const auto unlisted = lists.unlisted(); !unlisted.empty())
    return Error(ErrorCode::malformed, "index.json: " + unlisted.front()->descriptor->digest.to_string() +
                                           ": manifest.json has no image with its config and layers" +
                                           std::string(kReadersDiffer));
  return {};
}

Result<std::string> agree_with_index(const LayoutStorage& files, std::string_view manifest_json, Budget& budget) {
  SUPPLY_TRY(const std::vector<DockerItem> items, parse_docker_manifest_json(manifest_json));
  TwoLists lists(files, budget);
  SUPPLY_TRY(lists.read(items));
  SUPPLY_TRY(json::Value values, json::parse(manifest_json, {.bytes = kMaxArchiveListBytes}));
  auto& array = values.get_ref<json::Value::array_t&>();
  for (std::size_t i = items.size(); i-- > 0;) {
    if (!lists.is_listed(i) && !lists.may_be_unlisted(i)) {
      array.erase(array.begin() + static_cast<std::ptrdiff_t>(i));
      continue;
    }
    std::vector<std::string> kept;
    for (const std::string& tag : items[i].tags) {
      SUPPLY_TRY(const Entry* other, lists.other_of(i, tag));
      if (other == nullptr) kept.push_back(tag);
    }
    if (kept.size() == items[i].tags.size()) continue;
    array[i]["RepoTags"] = nullptr;
    if (!kept.empty()) array[i]["RepoTags"] = kept;
  }
  std::set<std::pair<std::string, std::vector<std::string>>> added;
  for (const Entry* entry : lists.unlisted()) {
    const DockerItem& image = *entry->image;
    if (!added.emplace(image.config, image.layers).second) continue;
    array.push_back({{"Config", image.config}, {"Layers", image.layers}, {"RepoTags", nullptr}});
  }
  return json::to_text(values);
}

}  // namespace supply::layout

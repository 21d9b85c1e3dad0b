#include "libsupply/image/layout/layout.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/layout/internal/directory_storage.hpp"
#include "libsupply/image/layout/internal/docker_manifest_json.hpp"
#include "libsupply/image/layout/internal/kept_documents.hpp"
#include "libsupply/image/layout/internal/layout_names.hpp"
#include "libsupply/image/layout/internal/layout_referrers.hpp"
#include "libsupply/image/layout/internal/manifest_json_and_index.hpp"
#include "libsupply/image/oci/image_name.hpp"
#include "libsupply/image/oci/manifest_info.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/store/tag_of_digest.hpp"

namespace supply::layout {
namespace {

bool has_document_type(const oci::Descriptor& entry) {
  return oci::is_manifest(entry.media_type) || oci::is_index(entry.media_type) || oci::is_schema1(entry.media_type);
}

// The entry that stands for the tag sha256-<hex>.sig or .att of the one image in what `cosign save` (before version 3)
// wrote: it has no name, only its kind. Source: cosign pkg/oci/layout/write.go.
std::vector<const oci::Descriptor*> saved_by_cosign(const oci::Index& index, std::string_view tag) {
  std::vector<const oci::Descriptor*> found;
  const std::string_view wanted = tag.ends_with(".sig")   ? "dev.cosignproject.cosign/sigs"
                                  : tag.ends_with(".att") ? "dev.cosignproject.cosign/atts"
                                                          : "";
  if (wanted.empty() || !store::is_referrer_tag(tag)) return found;
  for (const oci::Descriptor& entry : index.manifests) {
    const std::string_view kind = annotation(entry, kCosignKind);
    if (kind == wanted) found.push_back(&entry);
    const bool is_image = kind == "dev.cosignproject.cosign/image" || kind == "dev.cosignproject.cosign/imageIndex";
    if (is_image && store::referrers_tag(entry.digest) != tag.substr(0, tag.rfind('.'))) return {};
  }
  return found;
}

std::string list_of(const std::set<std::string>& names) {
  return names.empty() ? "it has no tags" : "its tags: " + join(names, ", ", quote);
}

// The references in full that an entry has: docker and containerd go by the one, readers of layouts by the other.
std::vector<std::string_view> long_names(const oci::Descriptor& entry) {
  std::vector<std::string_view> names;
  for (const std::string_view key : {kRefName, kContainerdName}) {
    const std::string_view name = annotation(entry, key);
    if (!name.empty() && (key != kRefName || name.find_first_of(":/@") != std::string_view::npos))
      names.push_back(name);
  }
  return names;
}

std::string whole(std::string_view name) {
  const std::string full = oci::full_name(name);
  return full.empty() ? std::string(name) : full;
}

// The entry, unless another image has its name in full, by whichever of the two annotations: or, where it has only a
// tag, that tag in a name that has no other.
Result<oci::Descriptor> only_of_its_name(const oci::Index& index, const oci::Descriptor& entry) {
  std::vector<std::string> names;
  for (const std::string_view name : long_names(entry)) names.push_back(whole(name));
  const std::string_view tag = annotation(entry, kRefName);
  // The whole name has more at its ends than the written one, so that few need to be parsed.
  const auto is_one_of_them = [&](std::string_view written) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return name.find(written) != std::string::npos && name == whole(written);
    });
  };
  for (const oci::Descriptor& other : index.manifests) {
    if (other.digest == entry.digest) continue;
    for (const std::string_view name : long_names(other)) {
      const bool by_tag =
          names.empty() && !tag.empty() && annotation(other, kRefName).empty() && oci::tag_of(name) == tag;
      if (by_tag || is_one_of_them(name))
        return Error(ErrorCode::malformed, entry.digest.to_string() + " and " + other.digest.to_string() +
                                               " are both " + quote(name) +
                                               ": readers differ in which one they take (name one by its digest)");
    }
  }
  return entry;
}

std::set<std::string> image_tags(const oci::Index& index) {
  std::set<std::string> names;
  for (const oci::Descriptor& entry : index.manifests) {
    const std::string_view tag = annotation(entry, kRefName);
    if (!tag.empty() && !is_marked_as_other(entry)) names.emplace(tag);
  }
  return names;
}

}  // namespace

Layout::Layout(std::unique_ptr<LayoutStorage> files)
    : storage_(std::move(files)), kept_(std::make_unique<KeptDocuments>()) {}
Layout::~Layout() = default;

std::string Layout::name() const { return storage_->name(); }

Status Layout::check(const LayoutStorage& files) {
  auto text = files.read("oci-layout", kMaxLayoutFileBytes);
  if (!text && text.error().code() == ErrorCode::not_found)
    return Error(ErrorCode::not_found, files.place() + ": no OCI layout: it has no file oci-layout");
  const std::string place = files.place() + ": oci-layout";
  if (!text) return std::move(text).error().at(place);
  SUPPLY_TRY(const json::Value value, json::parse(*text).at(place));
  SUPPLY_TRY(const std::string version, json::require_string(value, "imageLayoutVersion").at(place));
  if (!version.starts_with("1."))
    return Error(ErrorCode::unsupported, place + ": version " + quote(version) + " (Supply knows 1.0.0)");
  Budget budget;
  return check_two_lists(files, budget).at(files.place());
}

Result<std::unique_ptr<Layout>> layout_in(std::unique_ptr<LayoutStorage> files) {
  SUPPLY_TRY(Layout::check(*files));
  return std::unique_ptr<Layout>(new Layout(std::move(files)));
}

Result<std::unique_ptr<Layout>> Layout::open(const io::Path& directory) {
  if (!io::exists(directory))
    return Error(ErrorCode::not_found, "layout " + quote(directory.native()) + ": no such directory");
  return layout_in(std::make_unique<DirectoryStorage>(directory));
}

Result<std::unique_ptr<Layout>> Layout::create(const io::Path& directory) {
  auto files = std::make_unique<DirectoryStorage>(directory);
  SUPPLY_TRY(files->create());
  return layout_in(std::move(files));
}

Result<std::shared_ptr<const oci::Index>> Layout::read_index() const {
  const std::string place = storage_->place() + ": index.json";
  SUPPLY_TRY(std::string text, storage_->read("index.json", kMaxManifestBytes).at(place));
  const std::scoped_lock lock(index_mutex_);
  if (index_ && text == index_text_) return index_;
  SUPPLY_TRY(oci::Index index, oci::Index::parse(text, "").at(place));
  index_ = std::make_shared<const oci::Index>(std::move(index));
  index_text_ = std::move(text);
  return index_;
}

Result<std::unique_ptr<io::Source>> Layout::open_bytes(const Digest& digest, std::uint64_t offset) const {
  if (!digest.verifiable())
    return Error(ErrorCode::unsupported, digest.to_string() + ": this digest algorithm cannot be verified");
  auto file = storage_->open_blob(digest, offset);
  if (!file && file.error().code() == ErrorCode::not_found)
    return Error(ErrorCode::not_found, digest.to_string() + ": not in " + storage_->place());
  return std::move(file).at(digest.to_string());
}

Result<std::unique_ptr<io::Source>> Layout::open_stored(const oci::Descriptor& descriptor) const {
  SUPPLY_TRY(std::unique_ptr<io::Source> file, open_bytes(descriptor.digest, 0));
  return store::verified(std::move(file), descriptor);
}

Result<std::unique_ptr<io::Source>> Layout::open(const oci::Descriptor& descriptor) {
  std::optional<std::string> kept = kept_->find(descriptor.digest);
  if (kept && kept->size() == descriptor.size) return io::from_string(*std::move(kept));
  return open_stored(descriptor);
}

Result<std::unique_ptr<io::Source>> Layout::open_raw(const oci::Descriptor& descriptor, std::uint64_t offset) {
  return open_bytes(descriptor.digest, offset);
}

Result<oci::Descriptor> Layout::resolve(const oci::Selector& selector) {
  SUPPLY_TRY(const std::shared_ptr<const oci::Index> index, read_index());
  if (selector.digest) return resolve_digest(*index, *selector.digest);
  if (selector.tag) return resolve_tag(*index, *selector.tag);
  return resolve_only(*index);
}

Result<oci::Descriptor> Layout::resolve_digest(const oci::Index& index, const Digest& digest) {
  for (const oci::Descriptor& entry : index.manifests)
    if (entry.digest == digest) return entry;
  // A part of an index, or an unlisted referrer: its size is the file's, its type is told from its content.
  const auto size = storage_->blob_size(digest);
  if (!size) {
    if (size.error().code() == ErrorCode::not_found)
      return Error(ErrorCode::not_found, digest.to_string() + ": not in " + storage_->place());
    return size.error();
  }
  oci::Descriptor descriptor{.media_type = {}, .digest = digest, .size = *size};
  SUPPLY_TRY(const std::string bytes, store::fetch(*this, descriptor, kMaxManifestBytes));
  SUPPLY_TRY(oci::ManifestInfo document, oci::parse_manifest_info(bytes, "").at(digest.to_string()));
  descriptor.media_type = std::move(document.media_type);
  return descriptor;
}

Result<oci::Descriptor> Layout::resolve_tag(const oci::Index& index, const std::string& tag) {
  std::vector<const oci::Descriptor*> exact, by_reference;
  for (const oci::Descriptor& entry : index.manifests) {
    const std::string_view name = annotation(entry, kRefName), full = annotation(entry, kContainerdName);
    if (name == tag) exact.push_back(&entry);
    else if (oci::tag_of(name) == tag || full == tag || oci::tag_of(full) == tag) by_reference.push_back(&entry);
  }
  if (exact.empty() && by_reference.empty()) by_reference = saved_by_cosign(index, tag);
  const auto& found = exact.empty() ? by_reference : exact;
  const std::string place = storage_->place() + ": tag " + quote(tag) + ": ";
  if (found.empty()) return Error(ErrorCode::not_found, place + "not there (" + list_of(image_tags(index)) + ")");
  const bool one = std::all_of(found.begin(), found.end(),
                               [&](const auto* entry) { return entry->digest == found.front()->digest; });
  if (one) return only_of_its_name(index, *found.front()).at(place + "index.json");
  std::set<std::string> names;
  for (const oci::Descriptor* entry : found) {
    const std::string_view name = annotation(*entry, kRefName), full = annotation(*entry, kContainerdName);
    names.emplace(oci::tag_of(name) == tag ? name : full);
  }
  // Different names that end alike are told apart by the whole name; one name for two images is nobody's to tell.
  if (exact.empty() && names.size() > 1)
    return Error(ErrorCode::usage, place + "is that of " + std::to_string(found.size()) +
                                       " images; name one in full (" + list_of(names) + ")");
  const std::string digests = join(found, " and for ", [](const auto* entry) { return entry->digest.to_string(); });
  return Error(ErrorCode::malformed, place + "index.json has it for " + digests + " (name one by its digest)");
}

Result<oci::Descriptor> Layout::resolve_only(const oci::Index& index) {
  std::vector<const oci::Descriptor*> images;
  std::set<Digest> seen;
  for (const oci::Descriptor& entry : index.manifests) {
    if (!has_document_type(entry) || is_marked_as_other(entry) || !seen.insert(entry.digest).second) continue;
    auto bytes = store::fetch(*this, entry, kMaxManifestBytes);
    if (!bytes) {
      if (bytes.error().code() != ErrorCode::not_found) return std::move(bytes).error();
      // A sparse layout may lack it; an image is one of those that could be meant nevertheless.
      if (looks_like_referrer(entry)) continue;
    } else {
      kept_->keep(entry.digest, *bytes);
    }
    if (bytes && bytes->find("\"subject\"") != std::string::npos) {
      const auto document = oci::parse_manifest_info(*bytes, entry.media_type);
      if (document && document->subject) continue;
    }
    images.push_back(&entry);
  }
  if (images.size() == 1) return *images.front();
  const std::string place = storage_->place() + ": ";
  if (images.empty()) return Error(ErrorCode::not_found, place + "holds no image");
  return Error(ErrorCode::usage, place + "holds " + std::to_string(images.size()) +
                                     " images; name one as DIR:TAG or DIR@DIGEST (" + list_of(image_tags(index)) + ")");
}

Result<std::vector<std::string>> Layout::tags() {
  SUPPLY_TRY(const std::shared_ptr<const oci::Index> index, read_index());
  std::set<std::string> names;
  for (const oci::Descriptor& entry : index->manifests)
    if (const std::string_view tag = annotation(entry, kRefName); !tag.empty()) names.emplace(tag);
  return std::vector<std::string>(names.begin(), names.end());
}

}  // namespace supply::layout

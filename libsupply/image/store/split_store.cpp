#include "libsupply/image/store/split_store.hpp"

#include <algorithm>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/store/tag_of_digest.hpp"

namespace supply::store {

ContentStore& SplitStore::of_tag(std::string_view tag) { return is_cosign_tag(tag) ? *attachments_ : *images_; }

void SplitStore::know(const std::vector<oci::Descriptor>& attached) {
  const std::scoped_lock lock(mutex_);
  for (const oci::Descriptor& each : attached) attached_.insert(each.digest);
}

bool SplitStore::is_attached(const Digest& digest) {
  const std::scoped_lock lock(mutex_);
  return attached_.contains(digest);
}

Result<std::unique_ptr<io::Source>> SplitStore::ask(
    const Digest& digest, const std::function<Result<std::unique_ptr<io::Source>>(ContentStore&)>& ask) {
  const bool attached = is_attached(digest);
  auto found = ask(attached ? *attachments_ : *images_);
  if (found || found.error().code() != ErrorCode::not_found) return found;
  auto elsewhere = ask(attached ? *images_ : *attachments_);
  if (elsewhere || elsewhere.error().code() != ErrorCode::not_found) return elsewhere;
  return found;
}

Result<oci::Descriptor> SplitStore::resolve(const oci::Selector& selector) {
  if (selector.digest || !selector.tag || !is_cosign_tag(*selector.tag)) return images_->resolve(selector);
  SUPPLY_TRY(oci::Descriptor found, attachments_->resolve(selector));
  know({found});
  return found;
}

Result<std::unique_ptr<io::Source>> SplitStore::open(const oci::Descriptor& descriptor) {
  const auto open = [&](ContentStore& store) { return store.open(descriptor); };
  if (!is_attached(descriptor.digest) || !oci::is_manifest(descriptor.media_type)) return ask(descriptor.digest, open);
  // What an attached manifest names is attached too, and is not asked for among the images first.
  SUPPLY_TRY(const std::unique_ptr<io::Source> source, ask(descriptor.digest, open));
  SUPPLY_TRY(std::string bytes, io::read_all(*source, kMaxManifestBytes));
  if (const auto manifest = oci::Manifest::parse(bytes, descriptor.media_type)) {
    know(manifest->layers);
    know({manifest->config});
  }
  return verified(io::from_string(std::move(bytes)), descriptor);
}

Result<std::unique_ptr<io::Source>> SplitStore::open_raw(const oci::Descriptor& descriptor, std::uint64_t offset) {
  return ask(descriptor.digest, [&](ContentStore& store) { return store.open_raw(descriptor, offset); });
}

Result<std::vector<oci::Descriptor>> SplitStore::referrers(const Digest& subject) {
  SUPPLY_TRY(std::vector<oci::Descriptor> all, attachments_->referrers(subject));
  know(all);
  return all;
}

Result<std::vector<std::vector<oci::Descriptor>>> SplitStore::referrers_of(const std::vector<Digest>& subjects) {
  SUPPLY_TRY(std::vector<std::vector<oci::Descriptor>> lists, attachments_->referrers_of(subjects));
  for (const std::vector<oci::Descriptor>& list : lists) know(list);
  return lists;
}

Status SplitStore::put_blob(const oci::Descriptor& descriptor, io::Source& bytes) {
  know({descriptor});
  return attachments_->put_blob(descriptor, bytes);
}

Status SplitStore::upload_blob(const oci::Descriptor& descriptor, const OpenSource& open) {
  know({descriptor});
  return attachments_->upload_blob(descriptor, open);
}

Result<bool> SplitStore::mount_blob(ImageSource& other, const oci::Descriptor& descriptor) {
  return attachments_->mount_blob(other, descriptor);
}

Status SplitStore::put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                                const std::optional<std::string>& tag) {
  if (tag && !is_cosign_tag(*tag)) return images_->put_manifest(descriptor, bytes, tag);
  know({descriptor});
  return attachments_->put_manifest(descriptor, bytes, tag);
}

Status SplitStore::replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                                    const std::optional<Digest>& expected) {
  if (is_cosign_tag(tag)) know({descriptor});
  return of_tag(tag).replace_manifest(descriptor, bytes, tag, expected);
}

Status SplitStore::put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) {
  know({descriptor});
  return attachments_->put_referrer(descriptor, bytes, subject);
}

Status SplitStore::put_referrers(const std::vector<Referrer>& referrers, const Digest& subject) {
  for (const Referrer& each : referrers) know({each.descriptor});
  return attachments_->put_referrers(referrers, subject);
}

Status SplitStore::commit() {
  SUPPLY_TRY(attachments_->commit());
  return images_->commit();
}

}  // namespace supply::store

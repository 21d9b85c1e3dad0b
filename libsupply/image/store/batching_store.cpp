#include "libsupply/image/store/batching_store.hpp"

#include <algorithm>

#include "libsupply/base/limits/document_limits.hpp"

namespace supply::store {

std::optional<std::string> BatchingStore::kept(const Digest& digest) {
  const std::scoped_lock lock(mutex_);
  if (const auto blob = blobs_.find(digest); blob != blobs_.end()) return blob->second.bytes;
  for (const auto& [subject, referrers] : kept_)
    if (const auto found = referrers.find(digest); found != referrers.end()) return found->second.bytes;
  return std::nullopt;
}

Result<std::unique_ptr<io::Source>> BatchingStore::open(const oci::Descriptor& descriptor) {
  if (std::optional<std::string> bytes = kept(descriptor.digest))
    return verified(io::from_string(*std::move(bytes)), descriptor);
  return store_.open(descriptor);
}

Result<std::unique_ptr<io::Source>> BatchingStore::open_raw(const oci::Descriptor& descriptor, std::uint64_t offset) {
  if (const std::optional<std::string> bytes = kept(descriptor.digest))
    return io::from_string(bytes->substr(std::min<std::uint64_t>(offset, bytes->size())));
  return store_.open_raw(descriptor, offset);
}

void BatchingStore::add_kept(const Digest& subject, std::vector<oci::Descriptor>& referrers) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = kept_.find(subject); found != kept_.end())
    for (const auto& [digest, referrer] : found->second) referrers.push_back(referrer.descriptor);
  std::sort(referrers.begin(), referrers.end(), [](const auto& a, const auto& b) { return a.digest < b.digest; });
  const auto same = [](const auto& a, const auto& b) { return a.digest == b.digest; };
  referrers.erase(std::unique(referrers.begin(), referrers.end(), same), referrers.end());
}

Result<std::vector<oci::Descriptor>> BatchingStore::referrers(const Digest& subject) {
  SUPPLY_TRY(std::vector<oci::Descriptor> all, store_.referrers(subject));
  add_kept(subject, all);
  return all;
}

Result<std::vector<std::vector<oci::Descriptor>>> BatchingStore::referrers_of(const std::vector<Digest>& subjects) {
  SUPPLY_TRY(std::vector<std::vector<oci::Descriptor>> lists, store_.referrers_of(subjects));
  for (std::size_t i = 0; i < subjects.size(); ++i) add_kept(subjects[i], lists[i]);
  return lists;
}

Result<bool> BatchingStore::mount_blob(ImageSource& other, const oci::Descriptor& descriptor) {
  if (keep_ == KeepBlobs::yes) return false;
  return store_.mount_blob(other, descriptor);
}

Status BatchingStore::put_referrers(const std::vector<Referrer>& referrers, const Digest& subject) {
  for (const Referrer& referrer : referrers) SUPPLY_TRY(put_referrer(referrer.descriptor, referrer.bytes, subject));
  return {};
}

Status BatchingStore::remove(const oci::Selector& selector) {
  SUPPLY_TRY(check_kept());
  return store_.remove(selector);
}

Status BatchingStore::put_blob(const oci::Descriptor& descriptor, io::Source& bytes) {
  if (keep_ == KeepBlobs::no) return store_.put_blob(descriptor, bytes);
  SUPPLY_TRY(const std::unique_ptr<io::Source> checked, verified(io::borrow(bytes), descriptor));
  SUPPLY_TRY(std::string kept, io::read_all(*checked, kMaxAttachmentBytes));
  const std::scoped_lock lock(mutex_);
  blobs_.insert_or_assign(descriptor.digest, Kept{descriptor, std::move(kept)});
  return {};
}

Status BatchingStore::upload_blob(const oci::Descriptor& descriptor, const OpenSource& open) {
  if (keep_ == KeepBlobs::no) return store_.upload_blob(descriptor, open);
  SUPPLY_TRY(const std::unique_ptr<io::Source> source, open(0));
  return put_blob(descriptor, *source);
}

Status BatchingStore::check_kept() const {
  if (keep_ == KeepBlobs::no) return {};
  return Error(ErrorCode::unsupported, "a tag cannot be written or deleted before the end");
}

Status BatchingStore::put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                                   const std::optional<std::string>& tag) {
  SUPPLY_TRY(check_kept());
  return store_.put_manifest(descriptor, bytes, tag);
}

Status BatchingStore::replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                                       const std::string& tag, const std::optional<Digest>& expected) {
  SUPPLY_TRY(check_kept());
  return store_.replace_manifest(descriptor, bytes, tag, expected);
}

Status BatchingStore::put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) {
  const std::scoped_lock lock(mutex_);
  kept_[subject].insert_or_assign(descriptor.digest, Kept{descriptor, std::string(bytes)});
  return {};
}

Status BatchingStore::commit() {
  const std::scoped_lock lock(mutex_);
  for (const auto& [digest, blob] : blobs_)
    SUPPLY_TRY(store_.upload_blob(blob.descriptor, [&bytes = blob.bytes](std::uint64_t offset) {
      return Result<std::unique_ptr<io::Source>>(io::from_string(bytes.substr(offset)));
    }));
  blobs_.clear();
  for (const auto& [subject, referrers] : kept_) {
    std::vector<Referrer> list;
    for (const auto& [digest, kept] : referrers) list.push_back({kept.descriptor, kept.bytes});
    SUPPLY_TRY(store_.put_referrers(list, subject));
  }
  kept_.clear();
  return store_.commit();
}

}  // namespace supply::store

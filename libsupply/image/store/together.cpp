#include "libsupply/image/store/together.hpp"

#include <algorithm>

#include "libsupply/base/bytes/limits.hpp"

namespace supply::store {

Result<std::unique_ptr<io::Source>> Together::open(const oci::Descriptor& descriptor) {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto blob = blobs_.find(descriptor.digest); blob != blobs_.end())
      return verified(io::from_string(blob->second.bytes), descriptor);
    for (const auto& [subject, referrers] : kept_)
      if (const auto kept = referrers.find(descriptor.digest); kept != referrers.end())
        return verified(io::from_string(kept->second.bytes), descriptor);
  }
  return store_.open(descriptor);
}

Result<std::vector<oci::Descriptor>> Together::referrers(const Digest& subject) {
  SUPPLY_TRY(std::vector<oci::Descriptor> all, store_.referrers(subject));
  const std::scoped_lock lock(mutex_);
  if (const auto kept = kept_.find(subject); kept != kept_.end())
    for (const auto& [digest, referrer] : kept->second) all.push_back(referrer.descriptor);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.digest < b.digest; });
  const auto same = [](const auto& a, const auto& b) { return a.digest == b.digest; };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  return all;
}

Status Together::put_blob(const oci::Descriptor& descriptor, io::Source& bytes) {
  if (keep_ == KeepBlobs::no) return store_.put_blob(descriptor, bytes);
  SUPPLY_TRY(const std::unique_ptr<io::Source> checked, verified(io::borrow(bytes), descriptor));
  SUPPLY_TRY(std::string kept, io::read_all(*checked, kMaxAttachmentBytes));
  const std::scoped_lock lock(mutex_);
  blobs_.insert_or_assign(descriptor.digest, Kept{descriptor, std::move(kept)});
  return {};
}

Status Together::put_blob_from(const oci::Descriptor& descriptor, const OpenSource& open) {
  if (keep_ == KeepBlobs::no) return store_.put_blob_from(descriptor, open);
  return ContentStore::put_blob_from(descriptor, open);
}

Status Together::check_kept() const {
  if (keep_ == KeepBlobs::no) return {};
  return Error(ErrorCode::unsupported, "a tag cannot be written before the end");
}

Status Together::put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                              const std::optional<std::string>& tag) {
  SUPPLY_TRY(check_kept());
  return store_.put_manifest(descriptor, bytes, tag);
}

Status Together::replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                                  const std::optional<Digest>& expected) {
  SUPPLY_TRY(check_kept());
  return store_.replace_manifest(descriptor, bytes, tag, expected);
}

Status Together::put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) {
  const std::scoped_lock lock(mutex_);
  kept_[subject].insert_or_assign(descriptor.digest, Kept{descriptor, std::string(bytes)});
  return {};
}

Status Together::finish() {
  const std::scoped_lock lock(mutex_);
  for (const auto& [digest, blob] : blobs_)
    SUPPLY_TRY(store_.put_blob_from(blob.descriptor, [&bytes = blob.bytes](std::uint64_t offset) {
      return Result<std::unique_ptr<io::Source>>(io::from_string(bytes.substr(offset)));
    }));
  blobs_.clear();
  for (const auto& [subject, referrers] : kept_) {
    std::vector<Referrer> list;
    for (const auto& [digest, kept] : referrers) list.push_back({kept.descriptor, kept.bytes});
    SUPPLY_TRY(store_.put_referrers(list, subject));
  }
  kept_.clear();
  return store_.finish();
}

}  // namespace supply::store

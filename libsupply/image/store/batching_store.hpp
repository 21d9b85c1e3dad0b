// A store in front of another that puts referrers in one batch: where a list of them has to be edited (a registry
// without the referrers API), it is edited once for all that one run attaches.
#pragma once

#include <map>
#include <mutex>

#include "libsupply/image/store/store.hpp"

namespace supply::store {

/// Whether blobs go on at once, or are kept too: then a run that is not finished leaves nothing at all behind.
enum class KeepBlobs { no, yes };

/// Hands everything on, but keeps what put_referrer() is given until commit(). Its readers see that already. What was
/// not finished is not attached. Any thread. The store outlives it.
class BatchingStore : public ContentStore {
 public:
  explicit BatchingStore(ContentStore& store, KeepBlobs keep_blobs = KeepBlobs::no)
      : store_(store), keep_(keep_blobs) {}

  std::string name() const override { return store_.name(); }
  Result<oci::Descriptor> resolve(const oci::Selector& selector) override { return store_.resolve(selector); }
  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override;
  Result<std::unique_ptr<io::Source>> open_raw(const oci::Descriptor& descriptor, std::uint64_t offset) override;
  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) override;
  Result<std::vector<std::vector<oci::Descriptor>>> referrers_of(const std::vector<Digest>& subjects) override;
  Result<std::vector<std::string>> tags() override { return store_.tags(); }
  std::size_t requests_at_once() const override { return store_.requests_at_once(); }
  Status put_blob(const oci::Descriptor& descriptor, io::Source& bytes) override;
  Status upload_blob(const oci::Descriptor& descriptor, const OpenSource& open) override;
  Result<bool> mount_blob(ImageSource& other, const oci::Descriptor& descriptor) override;
  Status put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                      const std::optional<std::string>& tag) override;
  Status replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                          const std::optional<Digest>& expected) override;
  Status put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) override;
  Status put_referrers(const std::vector<Referrer>& referrers, const Digest& subject) override;
  Status remove(const oci::Selector& selector) override;
  Status commit() override;

 private:
  struct Kept {
    oci::Descriptor descriptor;
    std::string bytes;
  };
  /// With KeepBlobs::yes, manifests under a tag are refused (unsupported): they would be seen before the end.
  Status check_kept() const;
  /// What is kept under the digest, or nothing.
  std::optional<std::string> kept(const Digest& digest);
  void add_kept(const Digest& subject, std::vector<oci::Descriptor>& referrers);

  ContentStore& store_;
  KeepBlobs keep_;
  std::mutex mutex_;
  std::map<Digest, Kept> blobs_;
  std::map<Digest, std::map<Digest, Kept>> kept_;  ///< by subject
};

}  // namespace supply::store

// A repository of images, what is attached to which is in another repository: where cosign has it with
// COSIGN_REPOSITORY, and where who signs may not write beside the images.
#pragma once

#include <memory>
#include <mutex>
#include <set>

#include "libsupply/image/store/store.hpp"

namespace supply::store {

/// Referrers, cosign's tags (sha256-<hex>.sig, .att, .sbom) and all that is put are the second's; images and their tags
/// are the first's, and a manifest that is put under a tag of theirs. Blobs are looked for where they are likely, and
/// then in the other: their digests say what they are. Any thread.
class SplitStore : public ContentStore {
 public:
  SplitStore(std::unique_ptr<ContentStore> images, std::unique_ptr<ContentStore> attachments)
      : images_(std::move(images)), attachments_(std::move(attachments)) {}

  std::string name() const override { return images_->name(); }
  Result<oci::Descriptor> resolve(const oci::Selector& selector) override;
  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override;
  Result<std::unique_ptr<io::Source>> open_raw(const oci::Descriptor& descriptor, std::uint64_t offset) override;
  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) override;
  Result<std::vector<std::vector<oci::Descriptor>>> referrers_of(const std::vector<Digest>& subjects) override;
  Result<std::vector<std::string>> tags() override { return images_->tags(); }
  std::size_t requests_at_once() const override { return images_->requests_at_once(); }
  Status put_blob(const oci::Descriptor& descriptor, io::Source& bytes) override;
  Status upload_blob(const oci::Descriptor& descriptor, const OpenSource& open) override;
  Result<bool> mount_blob(ImageSource& other, const oci::Descriptor& descriptor) override;
  Status put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                      const std::optional<std::string>& tag) override;
  Status replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                          const std::optional<Digest>& expected) override;
  Status put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) override;
  Status put_referrers(const std::vector<Referrer>& referrers, const Digest& subject) override;
  Status remove(const oci::Selector& selector) override { return images_->remove(selector); }
  Status commit() override;

 private:
  ContentStore& of_tag(std::string_view tag);
  void know(const std::vector<oci::Descriptor>& attached);
  bool is_attached(const Digest& digest);
  /// What `ask` answers of the store that is likely to have it; where that has not, of the other.
  Result<std::unique_ptr<io::Source>> ask(const Digest& digest,
                                          const std::function<Result<std::unique_ptr<io::Source>>(ContentStore&)>& ask);

  std::unique_ptr<ContentStore> images_, attachments_;
  std::mutex mutex_;
  std::set<Digest> attached_;  ///< manifests and blobs that are known to be in the second
};

}  // namespace supply::store

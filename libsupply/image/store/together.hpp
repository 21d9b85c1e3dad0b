// A store whose referrers are put together: where a list of them has to be edited (a registry without the referrers
// API), once for all that one run attaches.
#pragma once

#include <map>
#include <mutex>

#include "libsupply/image/store/store.hpp"

namespace supply::store {

/// Hands everything on, but keeps what put_referrer() is given until finish(). Its readers see that already. What was
/// not finished is not attached. Any thread. The store outlives it.
class Together : public ContentStore {
 public:
  explicit Together(ContentStore& store) : store_(store) {}

  std::string name() const override { return store_.name(); }
  Result<oci::Descriptor> resolve(const oci::Selector& selector) override { return store_.resolve(selector); }
  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override;
  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) override;
  Result<std::vector<std::string>> tags() override { return store_.tags(); }
  Status put_blob(const oci::Descriptor& descriptor, io::Source& bytes) override;
  Status put_blob_from(const oci::Descriptor& descriptor, const OpenSource& open) override;
  Status put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                      const std::optional<std::string>& tag) override;
  Status replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                          const std::optional<Digest>& expected) override;
  Status put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) override;
  Status finish() override;

 private:
  struct Kept {
    oci::Descriptor descriptor;
    std::string bytes;
  };
  ContentStore& store_;
  std::mutex mutex_;
  std::map<Digest, std::map<Digest, Kept>> kept_;  ///< by subject
};

}  // namespace supply::store

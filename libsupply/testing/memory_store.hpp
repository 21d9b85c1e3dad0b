// A store in memory, for tests of what uses the interface. It can be made to lack or to damage a blob.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/store/store.hpp"

namespace supply::testing {

class MemoryStore : public store::BasicStore {
 public:
  std::string name() const override { return "registry.example/app"; }

  Result<oci::Descriptor> resolve(const oci::Selector& selector) override {
    const std::scoped_lock lock(mutex_);
    if (failing_tag && selector.tag == failing_tag) return Error(ErrorCode::unavailable, "cut");
    if (selector.digest) {
      const auto known = manifests.find(*selector.digest);
      if (known != manifests.end()) return known->second;
    } else if (selector.tag) {
      const auto tagged = tag_list.find(*selector.tag);
      if (tagged != tag_list.end()) return tagged->second;
    }
    return Error(ErrorCode::not_found, "no such manifest");
  }

  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override {
    const std::scoped_lock lock(mutex_);
    opened.push_back(descriptor.digest);
    const auto blob = blobs.find(descriptor.digest);
    if (blob == blobs.end()) return Error(ErrorCode::not_found, descriptor.digest.to_string() + ": not there");
    return store::verified(io::from_string(blob->second), descriptor);
  }

  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) override {
    const std::scoped_lock lock(mutex_);
    std::vector<oci::Descriptor> found;
    if (failing_referrers == subject) return Error(ErrorCode::forbidden, "refused");
    for (const auto& [digest, descriptor] : referrer_list[subject]) found.push_back(descriptor);
    return found;
  }

  Result<std::vector<std::string>> tags() override {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [tag, descriptor] : tag_list) names.push_back(tag);
    return names;
  }

  Status put_blob(const oci::Descriptor& descriptor, io::Source& bytes) override {
    SUPPLY_TRY(std::string held, io::read_all(bytes, kMaxAttachmentBytes));
    if (held.size() != descriptor.size || crypto::sha256(held) != descriptor.digest)
      return Error(ErrorCode::mismatch, descriptor.digest.to_string() + ": damaged");
    const std::scoped_lock lock(mutex_);
    blobs[descriptor.digest] = std::move(held);
    return {};
  }

  Status put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                      const std::optional<std::string>& tag) override {
    const std::scoped_lock lock(mutex_);
    blobs[descriptor.digest] = bytes;
    manifests.insert_or_assign(descriptor.digest, descriptor);
    if (tag) tag_list.insert_or_assign(*tag, descriptor);
    return {};
  }

  Status put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) override {
    SUPPLY_TRY(put_manifest(descriptor, bytes, std::nullopt));
    const std::scoped_lock lock(mutex_);
    referrer_list[subject].insert_or_assign(descriptor.digest, descriptor);
    return {};
  }

  /// Puts a manifest and returns its descriptor.
  oci::Descriptor put(const oci::Manifest& manifest, const std::optional<std::string>& tag = {}) {
    return put_document(oci::to_bytes(manifest), manifest.media_type, tag);
  }
  oci::Descriptor put(const oci::Index& index, const std::optional<std::string>& tag = {}) {
    return put_document(oci::to_bytes(index), index.media_type, tag);
  }
  oci::Descriptor put_document(std::string_view bytes, std::string_view media_type,
                               const std::optional<std::string>& tag = {}) {
    oci::Descriptor descriptor{
        .media_type = std::string(media_type), .digest = crypto::sha256(bytes), .size = bytes.size()};
    (void)put_manifest(descriptor, bytes, tag);
    return descriptor;
  }

  std::map<Digest, std::string> blobs;
  std::map<Digest, oci::Descriptor> manifests;
  std::map<std::string, oci::Descriptor> tag_list;
  std::map<Digest, std::map<Digest, oci::Descriptor>> referrer_list;
  std::vector<Digest> opened;
  std::optional<std::string> failing_tag;
  std::optional<Digest> failing_referrers;

 private:
  std::mutex mutex_;  // of the interface's functions; the members are for one thread
};

}  // namespace supply::testing

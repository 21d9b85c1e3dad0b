// An OCI image layout in a folder. Several programs may read and write it at once: blobs and index.json appear by
// rename, index.json is changed under a lock, and what a killed writer left is cleared by the next one.
// Source: OCI image-spec v1.1, image-layout.md; for referrers, what cosign, regctl and oras leave in layouts.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>

#include "libsupply/base/io/file.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/store/store.hpp"

namespace supply::layout {

class Layout : public store::ContentStore {
 public:
  /// Errors: not_found (no folder, or no layout in it), unsupported (another version of the format), malformed.
  static Result<std::unique_ptr<Layout>> open(const io::Path& folder);
  /// Opens the layout, or makes an empty one in a folder that is new or empty. Errors: usage (there is something
  /// else in the folder), and those of open().
  static Result<std::unique_ptr<Layout>> create(const io::Path& folder);

  std::string name() const override { return folder_.native(); }

  /// A tag is the name of an entry, or the tag of a full reference that is its name. Without tag and digest: the only
  /// entry that is an image, which excludes whatever has a subject or stands under a tag that is made from a digest.
  Result<oci::Descriptor> resolve(const oci::Selector& selector) override;
  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override;
  /// From all the places where tools leave them: entries of index.json, the index under the tag sha256-<hex>, and
  /// manifests among the blobs that no index lists. Errors: mismatch (also for a blob that may have been a referrer
  /// before it was damaged), not_found (a list names a manifest that is not there), malformed, limit_exceeded.
  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) override;
  Result<std::vector<std::string>> tags() override;

  Status put_blob(const oci::Descriptor& descriptor, io::Source& bytes) override;
  /// With a tag, an entry of index.json of that name, which is taken from any other; with an empty tag, an entry
  /// without a name; without one, none: it is part of something else.
  Status put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                      const std::optional<std::string>& tag) override;
  Status replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                          const std::optional<Digest>& expected) override;
  /// An entry of index.json without a name, and one in the index under the tag sha256-<hex>.
  Status put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) override;

 private:
  explicit Layout(io::Path folder) : folder_(std::move(folder)) {}
  io::Path blob_path(const Digest& digest) const;
  Result<oci::Index> read_index() const;
  Result<oci::Descriptor> resolve_digest(const oci::Index& index, const Digest& digest);
  Result<oci::Descriptor> resolve_tag(const oci::Index& index, const std::string& tag);
  Result<oci::Descriptor> resolve_only(const oci::Index& index);
  /// Changes the entries of index.json, as JSON so that nothing unknown is lost, under the lock.
  Status change_index(const std::function<Status(nlohmann::json& entries)>& change);
  Status put_checked(const oci::Descriptor& descriptor, std::string_view bytes);
  Result<oci::Descriptor> extend_referrers_index(const nlohmann::json& entries, const oci::Descriptor& descriptor,
                                                 const Digest& subject);

  const io::Path folder_;
};

}  // namespace supply::layout

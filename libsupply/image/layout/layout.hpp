// An OCI image layout, in a directory or in a tar. Several programs may read and write it at once: blobs and index.json
// appear by rename, index.json is changed under a lock, and what a killed writer left is cleared by the next one.
// Source: OCI image-spec v1.1, image-layout.md; for referrers, what cosign, regctl and oras leave in layouts.
#pragma once

#include <functional>
#include <mutex>
#include <nlohmann/json_fwd.hpp>

#include "libsupply/base/io/file.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/store/store.hpp"

namespace supply::layout {

class KeptDocuments;
class LayoutStorage;
class Referrers;

class Layout : public store::BasicStore {
 public:
  /// Errors: not_found (no directory, or no layout in it), unsupported (another version of the format), malformed.
  static Result<std::unique_ptr<Layout>> open(const io::Path& directory);
  /// Opens the layout, or makes an empty one in a directory that is new or empty. Errors: usage (there is something
  /// else in the directory), and those of open().
  static Result<std::unique_ptr<Layout>> create(const io::Path& directory);
  ~Layout() override;

  std::string name() const override;

  /// A tag is the name of an entry, or the tag of a full reference that is its name. Without tag and digest: the only
  /// entry that is an image, which excludes whatever has a subject or is under a tag that is made from a digest.
  Result<oci::Descriptor> resolve(const oci::Selector& selector) override;
  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override;
  Result<std::unique_ptr<io::Source>> open_raw(const oci::Descriptor& descriptor, std::uint64_t offset) override;
  /// From all the places where tools leave them: entries of index.json, the index under the tag sha256-<hex>, and
  /// manifests among the blobs that no index lists. Errors: mismatch (also for a blob that may have been a referrer
  /// before it was damaged), not_found (a list names a manifest that is not there), malformed, limit_exceeded.
  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) override;
  /// The layout is searched once for all subjects, and anew when something was written.
  Result<std::vector<std::vector<oci::Descriptor>>> referrers_of(const std::vector<Digest>& subjects) override;
  Result<std::vector<std::string>> tags() override;
  std::size_t requests_at_once() const override { return 1; }

  Status put_blob(const oci::Descriptor& descriptor, io::Source& bytes) override;
  /// What a writer that died, or whose source failed, left of the blob is gone on with, unless it proves to be
  /// something else. A blob that another writer has in hand is waited for, for a while.
  Status upload_blob(const oci::Descriptor& descriptor, const store::OpenSource& open) override;
  /// With a tag, an entry of index.json of that name, which is taken from any other; with an empty tag, an entry
  /// without a name; without one, none: it is part of something else.
  Status put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                      const std::optional<std::string>& tag) override;
  Status replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                          const std::optional<Digest>& expected) override;
  /// An entry of index.json without a name, and one in the index under the tag sha256-<hex>.
  Status put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) override;
  Status put_referrers(const std::vector<store::Referrer>& referrers, const Digest& subject) override;
  /// Takes entries out of index.json: those of a tag's name, or all of a digest. The blobs stay where they are, for
  /// another writer may count on them at this moment; but the manifest of a referrer goes, from its subject's list and
  /// itself, because where it is it is found. Errors: not_found.
  Status remove(const oci::Selector& selector) override;
  Status commit() override;

 protected:
  explicit Layout(std::unique_ptr<LayoutStorage> files);
  /// The layout in these files. Errors: those of open(directory).
  static Status check(const LayoutStorage& files);
  /// Whether images may get and lose entries of index.json. Errors: unsupported, where docker's list is beside it
  /// and would not follow.
  virtual Status may_change_images() const;
  friend Result<std::unique_ptr<Layout>> layout_in(std::unique_ptr<LayoutStorage> files);

 private:
  /// Read anew; parsed anew where its bytes are not those of the last time.
  Result<std::shared_ptr<const oci::Index>> read_index() const;
  Result<std::unique_ptr<io::Source>> open_bytes(const Digest& digest, std::uint64_t offset) const;
  /// A verified stream over what the storage has, kept or not.
  Result<std::unique_ptr<io::Source>> open_stored(const oci::Descriptor& descriptor) const;
  Result<oci::Descriptor> resolve_digest(const oci::Index& index, const Digest& digest);
  Result<oci::Descriptor> resolve_tag(const oci::Index& index, const std::string& tag);
  Result<oci::Descriptor> resolve_only(const oci::Index& index);
  /// Changes the entries of index.json, as JSON so that nothing unknown is lost, under the lock.
  Status change_index(const std::function<Status(nlohmann::json& entries)>& change);
  Result<bool> has(const oci::Descriptor& descriptor);
  Status put_checked(const oci::Descriptor& descriptor, std::string_view bytes);
  Status keep_checked(const oci::Descriptor& descriptor, std::string_view bytes);
  Result<nlohmann::json> referrers_index(const nlohmann::json& entries, const Digest& subject);
  Result<oci::Descriptor> put_referrers_index(const nlohmann::json& index);
  Result<oci::Descriptor> extend_referrers_index(const nlohmann::json& entries,
                                                 const std::vector<oci::Descriptor>& added, const Digest& subject);
  Status shorten_referrers_index(nlohmann::json& entries, const Digest& removed, const Digest& subject);

  std::unique_ptr<LayoutStorage> storage_;
  mutable std::mutex index_mutex_;
  mutable std::string index_text_;
  mutable std::shared_ptr<const oci::Index> index_;  ///< what `index_text_` says, once it was read
  std::mutex referrers_mutex_;
  std::unique_ptr<const Referrers> referrers_;  ///< what was found when it was last searched
  const std::unique_ptr<KeptDocuments> kept_;   ///< what was read and verified for that
};

/// The layout that lies in these files. Errors: those of Layout::open.
Result<std::unique_ptr<Layout>> layout_in(std::unique_ptr<LayoutStorage> files);

}  // namespace supply::layout

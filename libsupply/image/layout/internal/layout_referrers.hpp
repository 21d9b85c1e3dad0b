// What the manifests of a layout say of their subjects, looked at once for all of them. Immutable; any thread.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "libsupply/image/layout/internal/layout_names.hpp"
#include "libsupply/image/oci/index.hpp"

namespace supply::layout {

class KeptDocuments;
class LayoutStorage;
class Layout;

class Referrers {
 public:
  /// Looks at the lists under the tags sha256-<hex>, the entries of `index`, and every blob that may be a manifest.
  /// `state` is LayoutStorage::state() from before. What was read and verified goes to `kept`.
  Referrers(Layout& layout, const LayoutStorage& files, const oci::Index& index, std::string state,
            KeptDocuments& kept);

  const std::string& state() const { return state_; }
  /// The referrers of one subject, sorted by digest. Errors: as Layout::referrers.
  Result<std::vector<oci::Descriptor>> of(const Digest& subject) const;

 private:
  class Search;
  std::string state_;
  std::map<std::string, std::map<Digest, oci::Descriptor>> found_;  ///< by subject
  std::map<std::string, Error> unread_;        ///< referrers that cannot be read, by what they claim to refer to
  std::map<std::string, Error> unread_lists_;  ///< by tag
  std::optional<Error> damage_;                ///< that may hide a referrer of anything
};

}  // namespace supply::layout

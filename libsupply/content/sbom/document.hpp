// What an SBOM that Supply writes says: which image, what is installed in it, and, where asked for, its files.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libsupply/base/time/time.hpp"
#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/image/oci/platform.hpp"
#include "libsupply/image/rootfs/file_tree.hpp"

namespace supply::sbom {

/// The image that a document is about.
struct DocumentSubject {
  std::string name;            ///< "registry.example/team/app", or the title that the image has; empty: it has none
  std::string repository_url;  ///< "registry.example/team/app"; empty where nobody says where it is
  std::string tag;             ///< may be empty
  oci::Platform platform;
  std::optional<Digest> manifest;  ///< absent where there is none (docker-archive); nothing is made up in its place
  std::string supplier = {};       ///< who distributes the image, as it says itself; may be empty
  std::vector<oci::Platform> also_for = {};  ///< other platforms for which an index lists the manifest

  /// The name, else the manifest's digest, else "image".
  std::string shown_name() const;
};

/// owned: files that belong to a package. all: every file in the image.
enum class Files { none, owned, all };

/// Borrows; everything must outlive it.
struct DocumentContent {
  const DocumentSubject& subject;
  const pkg::Inventory& catalog;
  const rootfs::FileTree& tree;  ///< with file digests when `files` is not none
  Files files = Files::none;
  Time created;                 ///< SOURCE_DATE_EPOCH or the image's own time
  std::string tool = "supply";  ///< "supply-0.1.0"
};

/// Takes the parts of a text as they are made.
using Out = std::function<void(std::string_view)>;

}  // namespace supply::sbom

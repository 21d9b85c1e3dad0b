// What an SBOM that Supply writes says: which image, what is installed in it, and, where asked for, its files.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libsupply/base/time/time.hpp"
#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/content/sbom/package_details.hpp"
#include "libsupply/image/oci/platform.hpp"
#include "libsupply/image/rootfs/file_tree.hpp"

namespace supply::sbom {

/// The image, or the source tree, that a document is about; of somebody else's document also an application or a
/// library.
struct DocumentSubject {
  enum class Kind { image, source, other };
  std::string name;            ///< "registry.example/team/app", or the title that the image has; empty: it has none
  std::string repository_url;  ///< "registry.example/team/app"; empty where nobody says where it is
  std::string tag;             ///< of a source tree its version; may be empty
  oci::Platform platform;
  std::optional<Digest> manifest;  ///< absent where there is none (docker-archive); nothing is made up in its place
  std::string supplier = {};       ///< who distributes the image, as it says itself; may be empty
  std::vector<oci::Platform> also_for = {};  ///< other platforms for which an index lists the manifest
  Kind kind = Kind::image;   ///< of a source tree and another thing there is neither a digest nor a platform
  std::string purpose = {};  ///< of Kind::other what it is, as PackageDetails::purpose has it

  /// The name, else the manifest's digest, else "image", "source" or "product".
  std::string shown_name() const;
};

/// One of several inventories in a document: packages name it in Package::origin.
struct Origin {
  std::string key;  ///< the manifest's digest, else the name
  DocumentSubject subject;
  pkg::OperatingSystem distribution;
};

/// A file that a document lists.
struct DocumentFile {
  std::string path;  ///< without leading '/'
  std::vector<pkg::Checksum> checksums;
};

/// Who and what made a document.
struct Makers {
  std::vector<std::string> authors = {};  ///< "Organization: Example (sbom@example.org)", "Person: A B"; sorted
  std::vector<std::string> tools = {};    ///< "syft-1.57.0", that made what Supply converted; sorted
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
  Makers makers = {};
  /// The files of a document that was read, in the place of `tree`'s: sorted by path. Borrowed; may be null.
  const std::vector<DocumentFile>* listed_files = nullptr;
  /// What a document that was read says besides of the catalog's packages. Borrowed; may be null.
  const std::vector<PackageDetails>* details = nullptr;
  /// Where the packages are of several inventories; `subject` is then what they make together. Borrowed; may be null.
  const std::vector<Origin>* origins = nullptr;
  /// In which phase it was made: CycloneDX's names of lifecycles; empty where nobody says.
  std::string generation_context = "post-build";
  bool verbose = false;                   ///< a format for people says more of each package
  std::vector<std::string> remarks = {};  ///< what a reader must know of the document: what was left out of it
};

}  // namespace supply::sbom

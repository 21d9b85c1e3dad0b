// From images in a store to their SBOMs: every layer read once, a document for each platform.
#pragma once

#include <vector>

#include "libsupply/content/sbom/format.hpp"
#include "libsupply/image/rootfs/rootfs.hpp"
#include "libsupply/image/store/image.hpp"

namespace supply::sbom {

/// Who an image is, for its document. The tag is the reference's; the name a layout's last part or a repository.
DocumentSubject subject_of(const oci::Reference& reference, const store::PlatformImage& image);
/// When its document was made: `source_date_epoch` where there is one, else the image's own time, else 1970.
Time created_of(const std::optional<Time>& source_date_epoch, const store::PlatformImage& image);

/// What the catalog and a document of that level want of the layers: of diff_ids nothing.
rootfs::LayerRequest layer_request(Files files);
/// The catalog of one image whose layers were read so. Errors: malformed.
Result<catalog::Catalog> read_catalog(const rootfs::FileTree& tree, const store::PlatformImage& image, Budget& budget,
                                      Files files = Files::none);

struct Request {
  std::vector<const Format*> formats;  ///< each must be one that can be written
  Files files = Files::none;
  std::optional<Time> source_date_epoch;
  std::string tool = "supply";
  bool verify_diff_ids = false;  ///< what a document says rests on the layers' own digests
  std::size_t threads = 0;       ///< 0: one per processor
};

/// One platform's documents.
struct ImageSbom {
  store::PlatformImage image;
  catalog::Catalog catalog;
  std::vector<std::string> texts;  ///< one for each of Request::formats
};

/// Errors: those of rootfs::Layers::read, the merge, the catalog and the formats.
Result<std::vector<ImageSbom>> generate(store::ImageSource& source, const oci::Reference& reference,
                                        const std::vector<store::PlatformImage>& images, const Request& request,
                                        Budget& budget);

}  // namespace supply::sbom

// From images in a store to their SBOMs: every layer read once, a document for each platform.
#pragma once

#include <vector>

#include "libsupply/content/sbom/format.hpp"
#include "libsupply/content/sbom/image_subject.hpp"
#include "libsupply/image/rootfs/rootfs.hpp"

namespace supply::sbom {

/// What the catalog and a document of that level want of the layers: of diff_ids nothing.
rootfs::LayerRequest layer_request(Files files);
/// The catalog of one image whose layers were read so. Errors: malformed.
Result<pkg::Inventory> read_catalog(const rootfs::FileTree& tree, const store::PlatformImage& image, Budget& budget,
                                    Files files = Files::none);

struct Request {
  std::optional<oci::Reference> published;  ///< where the image is, or will be, in a registry: see subject_of()
  std::vector<const Format*> formats;       ///< each must be one that can be written; none: the catalog alone
  Files files = Files::none;
  std::optional<Time> source_date_epoch;
  std::string tool = "supply";
  std::vector<std::string> authors = {};        ///< "Organization: Example", "Person: A B (a@example.org)"
  std::string supplier = {};                    ///< of the image, in the place of what it says itself
  std::optional<std::uint64_t> max_bytes = {};  ///< of each document: see to_text_within()
  bool verbose = false;                         ///< see DocumentContent
  bool verify_diff_ids = false;                 ///< what a document says rests on the layers' own digests
  const rootfs::ScanCache* cache = nullptr;     ///< borrowed; not asked with verify_diff_ids
  std::size_t threads = 0;
};

/// One platform's documents.
struct ImageSbom {
  store::PlatformImage image;
  DocumentSubject subject;
  Time created;
  pkg::Inventory catalog;
  std::vector<std::string> texts;  ///< one for each of Request::formats
  std::vector<Files> files;        ///< those that are in each, where max_bytes has no room for all
  std::size_t cached_layers = 0;   ///< of the image's layers, those that were not read: see LayerScan::cached
};

/// Errors: those of rootfs::Layers::read, the merge, the catalog and the formats.
Result<std::vector<ImageSbom>> generate(store::ImageSource& source, const std::vector<store::PlatformImage>& images,
                                        const Request& request, Budget& budget);

/// What such a document says, without a text: for conversions and comparisons.
ParsedSbom described(ImageSbom sbom, const Request& request);

/// The documents of the index that the images are of, one for each of Request::formats; empty for a format that has
/// none (Format::write_index). Errors: those of index_text().
Result<std::vector<std::string>> index_documents(const Digest& index, const std::vector<ImageSbom>& sboms,
                                                 const Request& request);

}  // namespace supply::sbom

// An image as a tree: indexes, platforms, config, layers, and everything attached; checked to the last byte if asked.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "libsupply/base/text/text_style.hpp"
#include "libsupply/image/rootfs/rootfs.hpp"
#include "libsupply/image/store/image.hpp"
#include "libsupply/trust/attachments/attachments.hpp"

namespace supply::inspect {

struct Request {
  std::optional<oci::Platform> platform;  ///< only this one; without it every runnable one
  bool verify = false;                    ///< every descriptor's size and digest, every diff_id, every tar
  bool referrers = true;                  ///< what is attached
  std::size_t threads = 0;                ///< 0: one per processor
};

struct LayerReport {
  oci::Descriptor descriptor;
  Digest diff_id;                    ///< the config's; with `verify` it was computed too and is the same
  std::string created_by;            ///< of the history; empty when there is none
  std::uint64_t unpacked_bytes = 0;  ///< only with `verify`
  std::size_t entries = 0;           ///< only with `verify`
  std::string label_problem = {};    ///< a media type that names another compression than the bytes have; with `verify`
};

struct Report {
  std::string name;
  oci::Descriptor root;
  std::vector<store::PlatformImage> images;
  std::vector<std::vector<LayerReport>> layers;         ///< for each image
  std::map<Digest, attachments::Attachments> attached;  ///< by subject; only subjects that have something
  bool verified = false;
  std::vector<oci::LeftOut> left_out = {};  ///< entries of the index
};

/// Errors: those of the store; with `verify`, mismatch, malformed and limit_exceeded, each naming the digest and place.
Result<Report> inspect(store::ImageSource& source, const oci::Descriptor& root, const Request& request, Budget& budget);

/// For a reader: what was asked first.
std::string to_text(const Request& asked, const Report& report, const TextStyle& style);
/// A record; schema: schemas/inspect.schema.json.
nlohmann::json to_json(const Report& report);

/// Every name in an image's merged file tree, as records on lines of their own, in the order of the paths; `print` gets
/// some lines at a time, since all together may be larger than the image. Errors (then nothing was printed): those of
/// rootfs::Layers::read and FileTree::merge.
Status list_files(store::ImageSource& source, const store::PlatformImage& image, Budget& budget,
                  const std::function<void(std::string_view)>& print);

}  // namespace supply::inspect

// The table of contents of a zstd:chunked layer. podman and CRI-O read the files of such a layer by its table, and do
// not read the tar: where the two differ, they run other files than those that Supply and other runtimes see. Source:
// containers/storage, docs/containers-storage-zstd-chunked.md and pkg/chunked (storage_linux.go, toc.go).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "libsupply/base/io/stream.hpp"
#include "libsupply/image/oci/descriptor.hpp"
#include "libsupply/image/rootfs/layer_scan.hpp"

namespace supply::rootfs {

/// Where a layer's annotations say that its table is, and the digest that it must have to be read by anybody.
struct TocPlace {
  std::uint64_t offset = 0, packed = 0, unpacked = 0;
  std::string digest;
  friend bool operator==(const TocPlace&, const TocPlace&) = default;
};

/// Nothing where the annotations name no table, or name it in a form that podman does not follow. Errors: unsupported,
/// for a table that is larger than is read.
Result<std::optional<TocPlace>> toc_place(const oci::Descriptor& layer);

/// Hands on what `source` reads, and keeps the bytes at the place.
class TocSource : public io::Source {
 public:
  TocSource(io::Source& source, const TocPlace& place) : source_(source), place_(place) {}
  Result<std::size_t> read(std::span<char> into) override;
  const std::string& kept() const { return kept_; }

 private:
  io::Source& source_;
  const TocPlace& place_;
  std::uint64_t at_ = 0;
  std::string kept_;
};

/// Compares the table with what the tar holds: every entry in its order with name, type, size, mode, owner, link,
/// content's SHA-256 and capabilities. The scan has entries and digests. Bytes that are not what the annotation's
/// digest says are no table: nobody reads files by them. Errors: malformed (they differ; no table that could be read),
/// unsupported (attributes that overlay drivers take for their own), limit_exceeded.
Status check_toc(const TocPlace& place, const std::string& packed, LayerScan& scan);

}  // namespace supply::rootfs

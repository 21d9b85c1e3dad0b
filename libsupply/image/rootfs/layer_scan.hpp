// All that Supply takes from a layer, in one pass over its bytes: a pure function of them and of the collectors.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/digest/digest.hpp"
#include "libsupply/base/io/stream.hpp"
#include "libsupply/base/limits/budget.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/rootfs/collector.hpp"

namespace supply::rootfs {

enum class EntryType : std::uint8_t {
  file,
  directory,
  symlink,
  hardlink,
  character_device,
  block_device,
  fifo,
  global_header  ///< a global pax header, which is in a layer and never in a tree
};

/// A hash's raw bytes in place: images have many files.
template <std::size_t kBytes>
struct RawHash {
  std::array<char, kBytes> bytes{};
  operator std::string_view() const { return {bytes.data(), kBytes}; }  // NOLINT(google-explicit-constructor)
};

struct FileDigests {
  RawHash<16> md5;  ///< of nothing else than what package databases recorded
  RawHash<20> sha1;
  RawHash<32> sha256;
};

/// Owns names, many in one block. Their views stay valid when it is moved.
class NameArena {
 public:
  std::string_view keep(std::string_view name);
  std::size_t bytes() const { return bytes_; }  ///< of all names

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t left_ = 0;  ///< bytes free at the end of the last block
  char* next_ = nullptr;
  std::size_t bytes_ = 0;
};

struct Entry {
  std::string_view path;    ///< cleaned as FileHeader::path; whiteouts still under their marker's name; into the scan
  std::string_view target;  ///< of a symlink, as written; of a hard link, cleaned; of a file its security.capability
  std::uint64_t size = 0;
  std::uint32_t mode = 0, uid = 0, gid = 0;
  EntryType type = EntryType::file;
  std::uint32_t digests = 0;  ///< 1-based index into LayerScan::digests, 0: none
};

struct Collected {
  std::uint32_t entry = 0;      ///< index into entries
  std::uint32_t collector = 0;  ///< index into LayerScan::collectors
  std::string content;
  std::string requested_path;  ///< the link's path in the tree, when it was kept for that path; else empty
};

/// Movable only: the entries' names are views into `names`.
struct LayerScan {
  LayerScan(Digest of, Budget& budget) : blob(std::move(of)), share(budget) {}

  Digest blob;
  std::optional<Digest> diff_id;  ///< only when asked for
  std::uint64_t packed_bytes = 0, unpacked_bytes = 0;
  bool cached = false;          ///< an earlier run read the layer, and its digest held then; this one did not
  std::string wrong_label;      ///< what the media type says of the compression that is not so; else empty
  std::size_t entry_count = 0;  ///< known without `entries` too
  std::deque<Entry> entries =
      {};  ///< in the order of the tar; not a vector: one that grows holds up to three times as much
  std::deque<FileDigests> digests;
  std::vector<std::string> collectors;  ///< names of LayerRequest::collectors
  std::deque<Collected> collected;      ///< in the order of the tar; those of a second read after them
  std::deque<std::pair<std::uint32_t, std::uint32_t>> candidates;  ///< (entry, collector) where a collector gave a sink
  NameArena names;
  Share share;  ///< what the layer costs; holds the memory of all this
};

class ScanCache;

enum class WithDiffId { no, yes };
enum class WithFileDigests { no, yes };
enum class WithEntries { no, yes };

/// What one layer may hold. The defaults are the limits of base/limits/limits.hpp; a test makes them small.
struct LayerLimits {
  std::size_t entries = kMaxLayerEntries;
  std::size_t name_bytes = kMaxLayerNameBytes;
  std::uint64_t collected_bytes = kMaxCollectedLayerBytes;
};

struct LayerRequest {
  WithDiffId diff_id = WithDiffId::yes;  ///< no: where no answer needs it, a third of the time is saved
  WithFileDigests file_digests = WithFileDigests::no;
  /// no: every header is checked and none is kept, where only digests are asked for. There is then no tree.
  WithEntries entries = WithEntries::yes;
  std::vector<const Collector*> collectors = {};                            ///< borrowed; must outlive the scan
  crypto::HashAlgorithm diff_id_algorithm = crypto::HashAlgorithm::sha256;  ///< or sha512
  LayerLimits limits = {};
  const ScanCache* cache = nullptr;  ///< borrowed; not asked where diff_ids are wanted, which are of the bytes
};

/// Reads a layer to its end. The compression is told from the bytes (gzip, zstd, none), as runtimes do; where
/// `media_type` names another, LayerScan::wrong_label says so. When content is damaged, the rest of the source is read
/// too, so that a wrong digest is named as the reason where it is one. `blob` is the digest that `source` checks (see
/// ImageSource::open): a scan exists only if it held. Errors: mismatch (from the source), malformed (compression, tar,
/// an entry that leaves the root), limit_exceeded (also of the budget), unsupported (another compression, an encrypted
/// layer, bytes that are no tar under a media type that promises none). Each says the place: "entry 17 \"usr/bin/x\"".
Result<LayerScan> read_layer(io::Source& source, const Digest& blob, std::string_view media_type,
                             const LayerRequest& request, Budget& budget);

/// A file that a second read shall get, for a collector and under the path that a link has in the tree.
struct RequestedFile {
  std::uint32_t entry = 0, collector = 0;  ///< as in Collected
  std::string path;
};

/// Reads the layer of `scan` again and adds to scan.collected what the collectors keep of `wanted`, which is sorted
/// by entry. Errors: as read_layer.
Status read_again(io::Source& source, std::string_view media_type, const LayerRequest& request,
                  const std::vector<RequestedFile>& wanted, LayerScan& scan);

}  // namespace supply::rootfs

// All that Supply takes from a layer, in one pass over its bytes: a pure function of them and of the collectors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libsupply/base/bytes/digest.hpp"
#include "libsupply/base/io/stream.hpp"
#include "libsupply/image/rootfs/collector.hpp"

namespace supply::rootfs {

enum class EntryType : std::uint8_t { file, folder, symlink, hardlink, character_device, block_device, fifo };

struct FileDigests {
  std::string sha1, sha256, md5;  ///< raw bytes
};

struct Entry {
  std::string path;    ///< cleaned as FileHeader::path; whiteouts still under their marker's name
  std::string target;  ///< of a symlink, as written; of a hard link, cleaned
  std::uint64_t size = 0;
  std::uint32_t mode = 0, uid = 0, gid = 0;
  EntryType type = EntryType::file;
  std::uint32_t digests = 0;  ///< 1-based index into LayerFacts::digests, 0: none
};

struct Collected {
  std::uint32_t entry = 0;      ///< index into entries
  std::uint32_t collector = 0;  ///< index into LayerRequest::collectors
  std::string content;
};

struct LayerFacts {
  Digest blob;
  std::optional<Digest> diff_id;  ///< only when asked for
  std::uint64_t packed_bytes = 0, unpacked_bytes = 0;
  std::vector<Entry> entries;          ///< in the order of the tar
  std::vector<FileDigests> digests;
  std::vector<Collected> collected;    ///< in the order of the tar
};

enum class WithDiffId { no, yes };
enum class WithFileDigests { no, yes };

struct LayerRequest {
  WithDiffId diff_id = WithDiffId::yes;  ///< no: where no answer needs it, a third of the time is saved
  WithFileDigests file_digests = WithFileDigests::no;
  std::vector<const Collector*> collectors;  ///< borrowed; must outlive the facts' use
};

/// Reads a layer to its end. The compression is told from the bytes (gzip, zstd, none) and must be one that
/// `media_type` allows. `blob` is the digest that `source` checks (see ImageSource::open): facts exist only if it held.
/// Errors: mismatch (from the source), malformed (compression, tar, an entry that leaves the root), limit_exceeded.
/// Each says the place: "entry 17 \"usr/bin/x\"".
Result<LayerFacts> read_layer(io::Source& source, const Digest& blob, std::string_view media_type,
                              const LayerRequest& request);

}  // namespace supply::rootfs

// The members of a tar found by their names, as they would lie in a directory into which it was unpacked. What readers
// of such archives (docker, containerd, podman, skopeo, crane) would find differently is refused: some take the first
// of two members of one name, some the last; some clean a name, some do not. Any number of threads may read; a stream
// keeps the file open.
#pragma once

#include <memory>
#include <unordered_map>

#include "libsupply/base/archive/tar_index.hpp"
#include "libsupply/base/io/random_access_file.hpp"
#include "libsupply/base/limits/image_limits.hpp"

namespace supply::layout {

class TarFile {
 public:
  using Member = archive::TarMember;

  /// Opens a tar, or unpacks one (gzip, zstd) into a nameless file in `spool` (empty: in the file's directory).
  /// What it unpacks and the table of its members are drawn from the budget, which outlives the TarFile.
  /// Errors: not_found, forbidden, unavailable, unsupported (another compression), limit_exceeded, malformed (also for
  /// a name that is absolute or has ".." in it, and for a member below one that is no directory).
  static Result<std::shared_ptr<const TarFile>> open(const io::Path& file, const io::Path& spool, Budget& budget);
  /// The same from a stream, which is read to its end, whatever it is. Errors: limit_exceeded (kMaxSpooledBytes, the
  /// budget).
  static Result<std::shared_ptr<const TarFile>> spool(io::Source& stream, const io::Path& directory, Budget& budget,
                                                      std::uint64_t limit = kMaxSpooledBytes);

  /// nullptr when there is none. The name is one as relative_path() makes it.
  const Member* find(std::string_view name) const;
  /// The member's bytes, from `offset` on. Errors: malformed (no regular file: a link, a device, a sparse file; or one
  /// of several members of that name, other than blobs that are named by their digest).
  Result<std::unique_ptr<io::Source>> open(const Member& member, std::uint64_t offset = 0) const;
  /// The member that manifest.json names so, or the one that a link leads to, within the archive. Errors: not_found,
  /// malformed (also for a name that is not clean, and for one of several copies, blobs too: docker load and skopeo
  /// check none by the digest in its name).
  Result<const Member*> follow(std::string_view written) const;
  /// All of them. Errors: not_found, malformed, limit_exceeded.
  Result<std::string> read(std::string_view name, std::size_t limit) const;
  /// The names in a directory, without those below it, sorted.
  std::vector<std::string> names_in(std::string_view directory) const;

  const archive::TarIndex& index() const { return index_; }
  const std::shared_ptr<const io::RandomAccessFile>& file() const { return file_; }
  /// Whether the file was not a tar as it is.
  bool compressed() const { return compressed_; }

 private:
  TarFile(std::shared_ptr<const io::RandomAccessFile> file, Share share)
      : share_(std::move(share)), file_(std::move(file)) {}
  static Result<std::shared_ptr<const TarFile>> index(std::shared_ptr<const io::RandomAccessFile> file, Share share,
                                                      bool compressed);
  Status add(std::size_t member);
  Status check_parents() const;
  Share share_;  ///< of the budget: what the table takes is given back with it
  std::shared_ptr<const io::RandomAccessFile> file_;
  archive::TarIndex index_;
  struct Named {
    std::size_t member = 0;
    bool several = false;  ///< there are others of that name, and it matters which one a reader takes
    bool copies = false;   ///< there are others of that name
  };
  std::unordered_map<std::string, Named> by_name_;
  std::vector<std::string> globals_;  ///< names of global pax headers
  bool compressed_ = false;
};

}  // namespace supply::layout

// Where the files of a layout lie: in a directory, or in a tar. What they mean is the business of Layout. Any thread.
#pragma once

#include <functional>

#include "libsupply/base/digest/digest.hpp"
#include "libsupply/base/io/staging.hpp"

namespace supply::layout {

class LayoutStorage {
 public:
  virtual ~LayoutStorage() = default;
  /// The directory or file as it was named.
  virtual std::string name() const = 0;
  /// For messages: `layout "x"`.
  virtual std::string place() const = 0;

  /// oci-layout or index.json. Errors: not_found, limit_exceeded, or why not.
  virtual Result<std::string> read(std::string_view name, std::size_t limit) const = 0;
  /// A blob's bytes as they are. Errors: not_found; malformed, when something else than a file has its name.
  virtual Result<std::unique_ptr<io::Source>> open_blob(const Digest& digest, std::uint64_t offset) const = 0;
  /// Errors: not_found, also for a link and the like; unsupported for a directory.
  virtual Result<std::uint64_t> blob_size(const Digest& digest) const = 0;
  /// What is there of one algorithm, blobs or not; sorted.
  virtual Result<std::vector<std::string>> blob_names(std::string_view algorithm) const = 0;

  /// What manifest.json names so: a blob's digest, or the sha256 of a file, through links of an archive. Errors:
  /// not_found, malformed (a name that is not clean; several files of that name).
  virtual Result<Digest> digest_named(const std::string& name) const = 0;

  /// Something that is another whenever what is there has changed, also by another program.
  virtual std::string state() const = 0;

  /// A directory for files on their way. Errors: unsupported, when nothing can be written.
  virtual Result<io::Path> staging() const = 0;
  /// Takes over a staged file that was found to be that blob.
  virtual Status commit_blob(io::StagedFile file, const Digest& digest) = 0;
  /// Takes a blob away. Called within change_index().
  virtual Status delete_blob(const Digest& digest) = 0;
  /// Replaces index.json by what `change` makes of it, alone: nobody else changes it meanwhile.
  virtual Status change_index(const std::function<Result<std::string>(const std::string& old)>& change) = 0;
  /// Clears what dead writers left, after a change.
  virtual void collect_garbage() noexcept = 0;
  /// Makes what was put durable.
  virtual Status commit() = 0;
};

}  // namespace supply::layout

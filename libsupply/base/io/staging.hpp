// Files on their way to their place, in a staging folder on the same file system. A writer holds a lock on its file as
// long as it lives, so whoever comes later can tell the litter of a dead writer from the work of a live one.
#pragma once

#include "libsupply/base/io/file_descriptor.hpp"

namespace supply::io {

/// A file that is written in staging and then published under its name. One thread.
class StagedFile : public Sink {
 public:
  /// Makes the folder if need be. Errors: forbidden, unavailable.
  static Result<StagedFile> create(const Path& staging_folder);
  StagedFile(StagedFile&& other) noexcept;
  StagedFile& operator=(StagedFile&&) = delete;
  /// What was not published is gone.
  ~StagedFile() override;

  Status write(std::string_view bytes) override;
  /// fsync, rename to `target` (which is replaced), fsync of its folder. Call it once, last.
  Status publish(const Path& target);

 private:
  StagedFile(FileDescriptor file, Path path) : file_(std::move(file)), path_(std::move(path)) {}
  FileDescriptor file_;
  Path path_;  ///< empty when there is nothing left to remove
};

/// Removes what dead writers left in the folder, and the folder when it is empty then. Live writers are not disturbed.
/// A folder that is not there is fine.
Status clear_staging(const Path& staging_folder);

}  // namespace supply::io

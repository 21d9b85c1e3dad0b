// Files on their way to their place, in a staging directory on the same file system. A writer holds a lock on its file
// as long as it lives, so that a later writer can tell the litter of a dead writer from the work of a live one.
#pragma once

#include <chrono>
#include <optional>

#include "libsupply/base/io/file_descriptor.hpp"
#include "libsupply/base/io/random_access_file.hpp"

namespace supply::io {

/// A file that is written in staging and then published under its name. One thread.
class StagedFile : public Sink {
 public:
  /// Makes the directory if need be. Errors: forbidden, unavailable.
  static Result<StagedFile> create(const Path& staging_directory);
  /// The file of that name, which nobody else may have then: a new one, or what a dead writer left of it (its size says
  /// how much), to be gone on with. Nothing, when a live writer has it for longer than `patience`.
  static Result<std::optional<StagedFile>> claim(const Path& staging_directory, std::string_view name,
                                                 std::chrono::milliseconds patience);
  StagedFile(StagedFile&& other) noexcept;
  StagedFile& operator=(StagedFile&&) = delete;
  /// What was neither published nor left is gone.
  ~StagedFile() override;

  std::uint64_t size() const { return size_; }
  Status write(std::string_view bytes) override;
  Status append(const RandomAccessFile& file, std::uint64_t offset, std::uint64_t size);
  /// What was written, from its start. Errors: unavailable.
  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const;
  /// Empties the file.
  Status restart();
  /// Lets go of the file as it is, for a later claim().
  void leave() noexcept;

  /// Whether a file must be there after the power went, too.
  enum class Durability { no, yes };
  /// fdatasync, rename to `target` (which is replaced), fsync of its directory. Call it once, last.
  Status publish(const Path& target, Durability durability = Durability::yes);
  /// Gives the file the permissions of another one, if that is there.
  Status take_mode_of(const Path& other);

 private:
  StagedFile(FileDescriptor file, Path path) : file_(std::move(file)), path_(std::move(path)) {}
  static Result<std::optional<StagedFile>> try_claim(const Path& staging_directory, std::string_view name);
  friend class Directory;
  /// The same to a name in an open directory (AT_FDCWD: to `target` itself), which is then synced by its descriptor.
  Status publish_in(int directory, const Path& target, Durability durability);
  FileDescriptor file_;
  Path path_;  ///< empty when there is nothing left to remove
  std::uint64_t size_ = 0;
  std::uint64_t flushed_ = 0;  ///< of them are on their way to the disk
};

/// A directory in staging for files on their way together. Its files and itself are gone with it. Any thread.
class StagedDirectory {
 public:
  /// Errors: forbidden, unavailable.
  static Result<StagedDirectory> create(const Path& staging_directory);
  StagedDirectory(StagedDirectory&& other) noexcept;
  StagedDirectory& operator=(StagedDirectory&&) = delete;
  ~StagedDirectory();

  const Path& path() const { return path_; }

 private:
  StagedDirectory(FileDescriptor directory, Path path) : directory_(std::move(directory)), path_(std::move(path)) {}
  FileDescriptor directory_;
  Path path_;
};

/// Removes what dead writers left in the directory, and the directory when it is empty then. Live writers are not
/// disturbed. A directory that is not there is fine.
Status clear_staging(const Path& staging_directory);

}  // namespace supply::io

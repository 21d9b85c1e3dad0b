// Files on their way to their place, in a staging folder on the same file system. A writer holds a lock on its file as
// long as it lives, so whoever comes later can tell the litter of a dead writer from the work of a live one.
#pragma once

#include <chrono>
#include <optional>

#include "libsupply/base/io/file_descriptor.hpp"
#include "libsupply/base/io/random_file.hpp"

namespace supply::io {

/// A file that is written in staging and then published under its name. One thread.
class StagedFile : public Sink {
 public:
  /// Makes the folder if need be. Errors: forbidden, unavailable.
  static Result<StagedFile> create(const Path& staging_folder);
  /// The file of that name, which nobody else may have then: a new one, or what a dead writer left of it (its size says
  /// how much), to be gone on with. Nothing, when a live writer has it for longer than `patience`.
  static Result<std::optional<StagedFile>> claim(const Path& staging_folder, std::string_view name,
                                                 std::chrono::milliseconds patience);
  StagedFile(StagedFile&& other) noexcept;
  StagedFile& operator=(StagedFile&&) = delete;
  /// What was neither published nor left is gone.
  ~StagedFile() override;

  std::uint64_t size() const { return size_; }
  Status write(std::string_view bytes) override;
  Status append(const RandomFile& file, std::uint64_t offset, std::uint64_t size);
  /// What was written, from its start. Errors: unavailable.
  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const;
  /// Empties the file.
  Status restart();
  /// Lets go of the file as it is, for a later claim().
  void leave() noexcept;

  /// Whether a file must be there after the power went, too.
  enum class Lasting { no, yes };
  /// fdatasync, rename to `target` (which is replaced), fsync of its folder. Call it once, last.
  Status publish(const Path& target, Lasting lasting = Lasting::yes);
  /// Gives the file the permissions of another one, if that is there.
  Status take_mode_of(const Path& other);

 private:
  StagedFile(FileDescriptor file, Path path) : file_(std::move(file)), path_(std::move(path)) {}
  static Result<std::optional<StagedFile>> try_claim(const Path& staging_folder, std::string_view name);
  friend class Folder;
  /// The same to a name in an open folder (AT_FDCWD: to `target` itself), which is then synced by its descriptor.
  Status publish_in(int folder, const Path& target, Lasting lasting);
  FileDescriptor file_;
  Path path_;  ///< empty when there is nothing left to remove
  std::uint64_t size_ = 0;
  std::uint64_t flushed_ = 0;  ///< of them are on their way to the disk
};

/// A folder in staging for files on their way together. Its files and itself are gone with it. Any thread.
class StagedFolder {
 public:
  /// Errors: forbidden, unavailable.
  static Result<StagedFolder> create(const Path& staging_folder);
  StagedFolder(StagedFolder&& other) noexcept;
  StagedFolder& operator=(StagedFolder&&) = delete;
  ~StagedFolder();

  const Path& path() const { return path_; }

 private:
  StagedFolder(FileDescriptor folder, Path path) : folder_(std::move(folder)), path_(std::move(path)) {}
  FileDescriptor folder_;
  Path path_;
};

/// Removes what dead writers left in the folder, and the folder when it is empty then. Live writers are not disturbed.
/// A folder that is not there is fine.
Status clear_staging(const Path& staging_folder);

}  // namespace supply::io

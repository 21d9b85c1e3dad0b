// A layout's files in a tar. It is read where it lies; new blobs are staged beside it, and commit() makes the new tar
// appear by rename, the old entries in it byte for byte. Who changes the index holds the archive until then: a second
// writer waits, and goes on with what the first has made.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "libsupply/image/layout/internal/layout_storage.hpp"
#include "libsupply/image/layout/internal/tar_file.hpp"

namespace supply::layout {

class TarStorage : public LayoutStorage {
 public:
  enum class Missing { refused, made };

  /// Draws from `budget`, which outlives it; without one, from one of its own.
  /// Errors: those of TarFile; not_found, when the file is missing and that is refused.
  static Result<std::unique_ptr<TarStorage>> open(const io::Path& file, const io::Path& spool, Missing missing,
                                                  Budget* budget);
  /// From a stream; it cannot be written.
  static std::unique_ptr<TarStorage> of(std::shared_ptr<const TarFile> tar, Budget& budget);
  static Result<std::unique_ptr<TarStorage>> read(io::Source& stream, const io::Path& spool, Budget& budget);

  std::string name() const override { return path_.empty() ? "standard input" : path_.native(); }
  std::string place() const override;
  Result<std::string> read(std::string_view name, std::size_t limit) const override;
  Result<std::unique_ptr<io::Source>> open_blob(const Digest& digest, std::uint64_t offset) const override;
  Result<std::uint64_t> blob_size(const Digest& digest) const override;
  Result<std::vector<std::string>> blob_names(std::string_view algorithm) const override;
  Result<Digest> digest_named(const std::string& name) const override;
  std::string state() const override;
  Result<io::Path> staging() const override;
  Status commit_blob(io::StagedFile file, const Digest& digest) override;
  Status delete_blob(const Digest& digest) override;
  Status change_index(const std::function<Result<std::string>(const std::string& old)>& change) override;
  void collect_garbage() noexcept override {
  }  // what the dead left goes at the end: until then it is not known what is of use
  Status commit() override;

  /// Waits until no other writer has the archive, and reads it anew if one has changed it. Errors: unavailable,
  /// unsupported (a compressed archive, or one from a stream).
  Status lock_exclusive();
  /// A file beside index.json, to be written by commit(). After lock_exclusive().
  void put(const std::string& name, std::string bytes);

 private:
  struct Staged {
    io::Path path;
    std::uint64_t size;
  };

  TarStorage(io::Path path, io::Path target, Budget* budget)
      : own_(budget == nullptr ? std::make_unique<Budget>() : nullptr),
        budget_(budget == nullptr ? *own_ : *budget),
        path_(std::move(path)),
        target_(std::move(target)) {}
  std::shared_ptr<const TarFile> tar() const;
  const TarFile::Member* find(const std::string& name) const;  // mutex_ held
  bool changed() const;
  Status lock_exclusive_held();  // writers_ held
  Status write_new(io::StagedFile& out);
  Status write_blobs(io::StagedFile& out);

  const std::unique_ptr<Budget> own_;
  Budget& budget_;
  const io::Path path_, target_;        // target_: where links lead; both empty for a stream
  mutable std::mutex mutex_;            // of what follows
  std::shared_ptr<const TarFile> tar_;  // none while there is no file
  std::optional<io::StagedDirectory> directory_;
  std::map<std::string, Staged> staged_;        // blobs, by their names in the archive
  std::set<std::string> dropped_;               // blobs of the tar
  std::map<std::string, std::string> written_;  // index.json and the like, as they will be
  std::mutex writers_;                          // one change at a time
  std::optional<io::StagedFile> claim_;         // of the archive, by its name
};

}  // namespace supply::layout

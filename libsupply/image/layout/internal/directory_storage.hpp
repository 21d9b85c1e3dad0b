// A layout's files in a directory. Blobs and index.json appear by rename; index.json is changed under a lock.
#pragma once

#include "libsupply/image/layout/internal/layout_storage.hpp"

namespace supply::layout {

class DirectoryStorage : public LayoutStorage {
 public:
  explicit DirectoryStorage(io::Path directory) : directory_(std::move(directory)) {}
  /// Makes an empty layout in a directory that is new or empty, unless there is one. Errors: usage (there is something
  /// else in it), and why not.
  Status create();

  std::string name() const override { return directory_.native(); }
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
  void collect_garbage() noexcept override;
  Status commit() override;

 private:
  io::Path blob_path(const Digest& digest) const;
  Status publish(std::string_view name, std::string_view bytes);

  const io::Path directory_;
};

}  // namespace supply::layout

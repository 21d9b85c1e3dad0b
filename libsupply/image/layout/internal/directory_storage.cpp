#include "libsupply/image/layout/internal/directory_storage.hpp"

#include "libsupply/base/io/directory.hpp"
#include "libsupply/base/io/lock.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/layout/internal/layout_names.hpp"
#include "libsupply/image/layout/internal/tar_file.hpp"

namespace supply::layout {
namespace {

constexpr std::string_view kStaging = ".supply-staging";
constexpr std::chrono::seconds kLockPatience(60);

using Missing = io::Directory::Missing;

// A file of a layout from elsewhere: regular, not through a link, no longer than it says. What is under its name
// and is none (a pipe would never end) is not what a layout may hold.
Result<std::shared_ptr<const io::RandomAccessFile>> open_regular(const io::Path& path) {
  auto file = io::RandomAccessFile::open(path, io::FollowLinks::no);
  if (!file && file.error().code() == ErrorCode::unsupported)
    return Error(ErrorCode::malformed, file.error().message());
  return file;
}

// Where the blobs of one algorithm are written to.
Result<io::Directory> blobs_directory(const io::Path& layout, std::string_view algorithm, Missing missing) {
  SUPPLY_TRY(const io::Directory root, io::Directory::open(layout));
  SUPPLY_TRY(const io::Directory blobs, root.enter("blobs", missing));
  return blobs.enter(algorithm, missing);
}

}  // namespace

Status DirectoryStorage::create() {
  SUPPLY_TRY(io::make_directories(directory_).at(place()));
  if (io::exists(directory_ / "oci-layout")) return {};
  {
    SUPPLY_TRY(const io::FileLock lock, io::FileLock::take(directory_, kLockPatience));
    if (io::exists(directory_ / "oci-layout")) return {};
    SUPPLY_TRY(const std::vector<std::string> names, io::list_directory(directory_));
    for (const std::string& name : names)
      if (name != "blobs" && name != "index.json" && name != kStaging)
        return Error(ErrorCode::usage,
                     place() + ": the directory is no OCI layout and is not empty: it has " + quote(name));
    SUPPLY_TRY(blobs_directory(directory_, "sha256", Missing::made).at(place()));
    if (!io::exists(directory_ / "index.json")) SUPPLY_TRY(publish("index.json", empty_index()).at(place()));
    // Last, because it is what makes the directory a layout.
    SUPPLY_TRY(publish("oci-layout", kLayoutFile).at(place()));
  }
  // Only of a new one: what is left in the staging of another may be gone on with.
  collect_garbage();
  return {};
}

std::string DirectoryStorage::place() const { return "layout " + quote(directory_.native()); }

io::Path DirectoryStorage::blob_path(const Digest& digest) const { return directory_ / blob_name(digest); }

Result<std::string> DirectoryStorage::read(std::string_view name, std::size_t limit) const {
  SUPPLY_TRY(const std::shared_ptr<const io::RandomAccessFile> file, open_regular(directory_ / name));
  const std::uint64_t size = file->size();
  if (size > limit)
    return Error(ErrorCode::limit_exceeded,
                 quote(name) + " has " + std::to_string(size) + " bytes, the limit is " + std::to_string(limit));
  return io::read_all(*io::section(file, 0, size), limit);
}

Result<std::unique_ptr<io::Source>> DirectoryStorage::open_blob(const Digest& digest, std::uint64_t offset) const {
  SUPPLY_TRY(std::shared_ptr<const io::RandomAccessFile> file, open_regular(blob_path(digest)));
  const std::uint64_t size = file->size(), skipped = std::min(offset, size);
  return io::section(std::move(file), skipped, size - skipped);
}

Result<std::uint64_t> DirectoryStorage::blob_size(const Digest& digest) const {
  const io::Path path = blob_path(digest);
  auto size = io::file_size(path, io::FollowLinks::no);
  std::error_code ignored;
  if (!size && std::filesystem::is_directory(std::filesystem::symlink_status(path, ignored)))
    return Error(ErrorCode::unsupported, quote(path.native()) + " is a directory");
  return size;
}

Result<std::vector<std::string>> DirectoryStorage::blob_names(std::string_view algorithm) const {
  auto names = io::list_directory(directory_ / "blobs" / algorithm);
  if (!names && names.error().code() == ErrorCode::not_found) return std::vector<std::string>();
  return names;
}

Result<Digest> DirectoryStorage::digest_named(const std::string& name) const {
  if (name.empty() || relative_path(name) != name)
    return Error(ErrorCode::malformed, quote(name) + ": a name that readers take for different files");
  if (std::optional<Digest> named = named_blob(name)) return *std::move(named);
  SUPPLY_TRY(const std::shared_ptr<const io::RandomAccessFile> file, open_regular(directory_ / name));
  return hash_of(*io::section(file, 0, file->size()));
}

std::string DirectoryStorage::state() const {
  std::string text;
  for (const char* name : {"index.json", "blobs/sha256", "blobs/sha512"})
    text += io::change_mark(directory_ / name) + ' ';
  return text;
}

Result<io::Path> DirectoryStorage::staging() const {
  // What could not be put into its place is not fetched first.
  const auto blobs = blobs_directory(directory_, "sha256", Missing::refused);
  if (!blobs && blobs.error().code() == ErrorCode::malformed) return Error(blobs.error()).at(place());
  return directory_ / kStaging;
}

Status DirectoryStorage::commit_blob(io::StagedFile file, const Digest& digest) {
  SUPPLY_TRY(const io::Directory blobs, blobs_directory(directory_, digest.algorithm(), Missing::made).at(place()));
  return blobs.publish(std::move(file), digest.encoded());
}

Status DirectoryStorage::delete_blob(const Digest& digest) {
  SUPPLY_TRY(const io::Directory blobs, blobs_directory(directory_, digest.algorithm(), Missing::refused).at(place()));
  return blobs.remove(digest.encoded());
}

Status DirectoryStorage::publish(std::string_view name, std::string_view bytes) {
  SUPPLY_TRY(io::StagedFile file, io::StagedFile::create(directory_ / kStaging));
  SUPPLY_TRY(file.write(bytes));
  return file.publish(directory_ / name);
}

Status DirectoryStorage::change_index(const std::function<Result<std::string>(const std::string& old)>& change) {
  SUPPLY_TRY(const io::FileLock lock, io::FileLock::take(directory_, kLockPatience));
  SUPPLY_TRY(const std::string old_text, read("index.json", kMaxManifestBytes));
  SUPPLY_TRY(const std::string text, change(old_text));
  return text == old_text ? Status() : publish("index.json", text);
}

void DirectoryStorage::collect_garbage() noexcept {
  (void)io::clear_staging(directory_ / kStaging);  // litter is no reason for a change that was made to fail
}

Status DirectoryStorage::commit() {
  collect_garbage();
  return {};
}

}  // namespace supply::layout

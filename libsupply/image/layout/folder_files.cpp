#include "libsupply/image/layout/folder_files.hpp"

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/io/lock.hpp"
#include "libsupply/image/layout/document.hpp"

namespace supply::layout {
namespace {

constexpr std::string_view kStaging = ".supply-staging";
constexpr std::chrono::seconds kLockPatience(60);

}  // namespace

Status FolderFiles::create() {
  SUPPLY_TRY(io::make_folders(folder_).at(place()));
  if (io::exists(folder_ / "oci-layout")) return {};
  {
    SUPPLY_TRY(const io::Lock lock, io::Lock::take(folder_, kLockPatience));
    if (io::exists(folder_ / "oci-layout")) return {};
    SUPPLY_TRY(const std::vector<std::string> names, io::list_folder(folder_));
    for (const std::string& name : names)
      if (name != "blobs" && name != "index.json" && name != kStaging)
        return Error(ErrorCode::usage,
                     place() + ": the folder is no OCI layout and is not empty: it has " + quote(name));
    SUPPLY_TRY(io::make_folders(folder_ / "blobs" / "sha256").at(place()));
    if (!io::exists(folder_ / "index.json")) SUPPLY_TRY(publish("index.json", empty_index()).at(place()));
    // Last, because it is what makes the folder a layout.
    SUPPLY_TRY(publish("oci-layout", kLayoutFile).at(place()));
  }
  // Only of a new one: what is left in the staging of another may be gone on with.
  tidy();
  return {};
}

std::string FolderFiles::place() const { return "layout " + quote(folder_.native()); }

io::Path FolderFiles::blob_path(const Digest& digest) const {
  return folder_ / "blobs" / digest.algorithm() / digest.encoded();
}

Result<std::string> FolderFiles::read(std::string_view name, std::size_t limit) const {
  return io::read_file(folder_ / name, limit);
}

Result<std::unique_ptr<io::Source>> FolderFiles::open_blob(const Digest& digest, std::uint64_t offset) const {
  const io::Path path = blob_path(digest);
  auto file = io::RandomFile::open(path, io::FollowLinks::no);
  if (file) {
    const std::uint64_t size = (*file)->size();
    return io::stretch(*std::move(file), std::min(offset, size), size - std::min(offset, size));
  }
  // What stands under a digest's name and is no file is not what the digest says, wherever it leads.
  if (file.error().code() == ErrorCode::unsupported) return Error(ErrorCode::malformed, file.error().message());
  return std::move(file).error();
}

Result<std::uint64_t> FolderFiles::blob_size(const Digest& digest) const {
  const io::Path path = blob_path(digest);
  auto size = io::file_size(path);
  std::error_code ignored;
  if (!size && std::filesystem::is_directory(path, ignored))
    return Error(ErrorCode::unsupported, quote(path.native()) + " is a folder");
  return size;
}

Result<std::vector<std::string>> FolderFiles::blob_names(std::string_view algorithm) const {
  auto names = io::list_folder(folder_ / "blobs" / algorithm);
  if (!names && names.error().code() == ErrorCode::not_found) return std::vector<std::string>();
  return names;
}

std::string FolderFiles::state() const {
  std::string text;
  for (const char* name : {"index.json", "blobs/sha256", "blobs/sha512"}) text += io::change_mark(folder_ / name) + ' ';
  return text;
}

Result<io::Path> FolderFiles::staging() const { return folder_ / kStaging; }

Status FolderFiles::keep(io::StagedFile file, const Digest& digest) {
  const io::Path path = blob_path(digest);
  SUPPLY_TRY(io::make_folders(path.parent_path()));
  return file.publish(path);
}

Status FolderFiles::drop(const Digest& digest) {
  std::error_code error;
  std::filesystem::remove(blob_path(digest), error);
  if (error) return io::system_error("remove", blob_path(digest), error.value());
  return {};
}

Status FolderFiles::publish(std::string_view name, std::string_view bytes) {
  SUPPLY_TRY(io::StagedFile file, io::StagedFile::create(folder_ / kStaging));
  SUPPLY_TRY(file.write(bytes));
  return file.publish(folder_ / name);
}

Status FolderFiles::change_index(const std::function<Result<std::string>(const std::string& old)>& change) {
  SUPPLY_TRY(const io::Lock lock, io::Lock::take(folder_, kLockPatience));
  SUPPLY_TRY(const std::string old_text, read("index.json", kMaxManifestBytes));
  SUPPLY_TRY(const std::string text, change(old_text));
  return text == old_text ? Status() : publish("index.json", text);
}

void FolderFiles::tidy() noexcept {
  (void)io::clear_staging(folder_ / kStaging);  // litter is no reason for a change that was made to fail
}

Status FolderFiles::finish() {
  tidy();
  return {};
}

}  // namespace supply::layout

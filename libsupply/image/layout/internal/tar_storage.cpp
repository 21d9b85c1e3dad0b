#include "libsupply/image/layout/internal/tar_storage.hpp"

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/layout/internal/layout_names.hpp"

namespace supply::layout {
namespace {

constexpr std::string_view kStaging = ".supply-staging";
constexpr std::chrono::minutes kPatience(10);  // another writer may be copying a large image

Status write_member(io::StagedFile& out, std::string_view name, std::string_view bytes) {
  SUPPLY_TRY(out.write(archive::tar_header(name, bytes.size())));
  SUPPLY_TRY(out.write(bytes));
  return out.write(archive::tar_padding(bytes.size()));
}

}  // namespace

Result<std::unique_ptr<TarStorage>> TarStorage::open(const io::Path& file, const io::Path& spool, Missing missing,
                                                     Budget* budget) {
  std::unique_ptr<TarStorage> files(new TarStorage(file, io::through_links(file), budget));
  const auto size = io::file_size(file);
  // An empty file is what mktemp makes.
  const bool none = size ? *size == 0 : size.error().code() == ErrorCode::not_found && !io::exists(file);
  if (none && missing == Missing::made) return files;
  SUPPLY_TRY(files->tar_, TarFile::open(file, spool, files->budget_).at(files->place()));
  return files;
}

Result<std::unique_ptr<TarStorage>> TarStorage::read(io::Source& stream, const io::Path& spool, Budget& budget) {
  std::unique_ptr<TarStorage> files(new TarStorage({}, {}, &budget));
  SUPPLY_TRY(files->tar_, TarFile::spool(stream, spool, budget).at(files->place()));
  return files;
}

std::unique_ptr<TarStorage> TarStorage::of(std::shared_ptr<const TarFile> tar, Budget& budget) {
  std::unique_ptr<TarStorage> files(new TarStorage({}, {}, &budget));
  files->tar_ = std::move(tar);
  return files;
}

std::string TarStorage::place() const {
  return path_.empty() ? std::string("archive on standard input") : "archive " + quote(path_.native());
}

std::shared_ptr<const TarFile> TarStorage::tar() const {
  const std::scoped_lock lock(mutex_);
  return tar_;
}

const TarFile::Member* TarStorage::find(const std::string& name) const {
  return tar_ == nullptr || dropped_.contains(name) ? nullptr : tar_->find(name);
}

Result<std::string> TarStorage::read(std::string_view name, std::size_t limit) const {
  std::shared_ptr<const TarFile> tar;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = written_.find(std::string(name)); found != written_.end()) return found->second;
    tar = tar_;
  }
  if (tar == nullptr && name == "oci-layout") return std::string(kLayoutFile);
  if (tar == nullptr && name == "index.json") return empty_index();
  if (tar == nullptr) return Error(ErrorCode::not_found, "no " + quote(name) + " in it");
  return tar->read(name, limit);
}

Result<std::unique_ptr<io::Source>> TarStorage::open_blob(const Digest& digest, std::uint64_t offset) const {
  const std::string name = blob_name(digest);
  std::shared_ptr<const TarFile> tar;
  const TarFile::Member* member = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = staged_.find(name); found != staged_.end()) {
      SUPPLY_TRY(std::shared_ptr<const io::RandomAccessFile> file,
                 io::RandomAccessFile::open(found->second.path, io::FollowLinks::no));
      const std::uint64_t size = file->size(), skipped = std::min(offset, size);
      return io::section(std::move(file), skipped, size - skipped);
    }
    tar = tar_;
    member = find(name);
  }
  if (member == nullptr) return Error(ErrorCode::not_found, "no " + quote(name) + " in it");
  return tar->open(*member, offset);
}

Result<std::uint64_t> TarStorage::blob_size(const Digest& digest) const {
  const std::string name = blob_name(digest);
  const std::scoped_lock lock(mutex_);
  if (const auto found = staged_.find(name); found != staged_.end()) return found->second.size;
  const TarFile::Member* member = find(name);
  if (member != nullptr && member->type == archive::TarType::directory)
    return Error(ErrorCode::unsupported, quote(name) + " is a directory");
  if (member == nullptr || member->type != archive::TarType::file)
    return Error(ErrorCode::not_found, "no file " + quote(name) + " in it");
  return member->size;
}

Result<std::vector<std::string>> TarStorage::blob_names(std::string_view algorithm) const {
  std::string directory("blobs/");
  directory.append(algorithm);
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> names = tar_ == nullptr ? std::vector<std::string>() : tar_->names_in(directory);
  std::erase_if(names, [&](const std::string& name) { return dropped_.contains(directory + '/' + name); });
  for (const auto& [name, staged] : staged_)
    if (name.starts_with(directory + '/')) names.push_back(name.substr(directory.size() + 1));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Result<Digest> TarStorage::digest_named(const std::string& name) const {
  const std::shared_ptr<const TarFile> tar = this->tar();
  std::optional<Digest> named = named_blob(name);
  // A blob of an archive that has only some of them, or one that was put into it just now.
  if (named && (tar == nullptr || tar->find(name) == nullptr)) return *std::move(named);
  if (tar == nullptr) return Error(ErrorCode::not_found, "no " + quote(name) + " in it");
  SUPPLY_TRY(const TarFile::Member* member, tar->follow(name));
  if (named) return *std::move(named);
  SUPPLY_TRY(const std::unique_ptr<io::Source> source, tar->open(*member));
  return hash_of(*source);
}

std::string TarStorage::state() const {
  const std::scoped_lock lock(mutex_);
  std::size_t written = 0;
  for (const auto& [name, bytes] : written_) written ^= std::hash<std::string>()(name + bytes);
  std::string text;
  for (const std::size_t part : {reinterpret_cast<std::size_t>(tar_.get()), staged_.size(), dropped_.size(), written})
    text += std::to_string(part) + ' ';
  return text;
}

Result<io::Path> TarStorage::staging() const {
  if (target_.empty()) return Error(ErrorCode::unsupported, place() + ": cannot be written to");
  if (const auto tar = this->tar(); tar != nullptr && tar->compressed())
    return Error(ErrorCode::unsupported, place() + ": is compressed, and is not written to so: unpack it first");
  return target_.parent_path() / kStaging;
}

Status TarStorage::commit_blob(io::StagedFile file, const Digest& digest) {
  const std::string name = blob_name(digest);
  SUPPLY_TRY(const io::Path staging, this->staging());
  const std::scoped_lock lock(mutex_);
  if (!directory_) {
    SUPPLY_TRY(io::StagedDirectory directory, io::StagedDirectory::create(staging));
    directory_.emplace(std::move(directory));
  }
  std::string own_name(digest.algorithm());
  own_name.append("-").append(digest.encoded());
  const Staged staged{directory_->path() / own_name, file.size()};
  SUPPLY_TRY(file.publish(staged.path, io::StagedFile::Durability::no));
  staged_.insert_or_assign(name, staged);
  return {};
}

Status TarStorage::delete_blob(const Digest& digest) {
  const std::scoped_lock lock(mutex_);
  staged_.erase(blob_name(digest));
  dropped_.insert(blob_name(digest));
  return {};
}

Status TarStorage::lock_exclusive() {
  const std::scoped_lock lock(writers_);
  return lock_exclusive_held();
}

Status TarStorage::lock_exclusive_held() {
  SUPPLY_TRY(const io::Path staging, this->staging());
  if (claim_) return {};
  const std::string name = "archive-" + std::string(crypto::sha256(target_.filename().native()).encoded());
  SUPPLY_TRY(std::optional<io::StagedFile> claim, io::StagedFile::claim(staging, name, kPatience));
  if (!claim) return Error(ErrorCode::unavailable, place() + ": another writer has had it for ten minutes");
  const std::scoped_lock lock(mutex_);
  const auto size = io::file_size(target_);
  const bool none = size ? *size == 0 : !io::exists(target_);
  if (none) {
    tar_ = nullptr;
  } else if (tar_ == nullptr || !tar_->file()->is(target_)) {
    SUPPLY_TRY(tar_, TarFile::open(target_, {}, budget_).at(place()));
  }
  if (tar_ != nullptr && tar_->compressed()) return Error(ErrorCode::unsupported, place() + ": is compressed by now");
  claim_.emplace(*std::move(claim));
  return {};
}

void TarStorage::put(const std::string& name, std::string bytes) {
  const std::scoped_lock lock(mutex_);
  written_.insert_or_assign(name, std::move(bytes));
}

Status TarStorage::change_index(const std::function<Result<std::string>(const std::string& old)>& change) {
  const std::scoped_lock lock(writers_);
  SUPPLY_TRY(lock_exclusive_held());
  SUPPLY_TRY(const std::string old_text, read("index.json", kMaxManifestBytes));
  SUPPLY_TRY(std::string text, change(old_text));
  if (text != old_text) put("index.json", std::move(text));
  return {};
}

Status TarStorage::write_blobs(io::StagedFile& out) {
  for (const auto& [name, staged] : staged_) {
    SUPPLY_TRY(const std::shared_ptr<const io::RandomAccessFile> file,
               io::RandomAccessFile::open(staged.path, io::FollowLinks::no));
    SUPPLY_TRY(out.write(archive::tar_header(name, staged.size)));
    SUPPLY_TRY(out.append(*file, 0, staged.size));
    SUPPLY_TRY(out.write(archive::tar_padding(staged.size)));
  }
  return {};
}

Status TarStorage::write_new(io::StagedFile& out) {
  if (tar_ == nullptr) {
    SUPPLY_TRY(write_member(out, "oci-layout", kLayoutFile));
    if (!written_.contains("index.json")) written_.emplace("index.json", empty_index());
  } else {
    // Stretches of entries that stay, each copied at once.
    std::uint64_t begin = 0;
    for (const TarFile::Member& member : tar_->index().members) {
      const std::string name = relative_path(member.path);
      if (!written_.contains(name) && !staged_.contains(name) && !dropped_.contains(name)) continue;
      SUPPLY_TRY(out.append(*tar_->file(), begin, member.begin - begin));
      begin = member.end;
    }
    SUPPLY_TRY(out.append(*tar_->file(), begin, tar_->index().end - begin));
  }
  for (const auto& [name, bytes] : written_) SUPPLY_TRY(write_member(out, name, bytes));
  SUPPLY_TRY(write_blobs(out));
  return out.write(archive::tar_end());
}

bool TarStorage::changed() const {
  const std::scoped_lock lock(mutex_);
  if (!staged_.empty() || !written_.empty() || !dropped_.empty()) return true;
  return tar_ == nullptr && !target_.empty();  // a new one
}

Status TarStorage::commit() {
  const std::scoped_lock writer(writers_);
  if (!changed()) {
    claim_.reset();
    if (!target_.empty()) (void)io::clear_staging(target_.parent_path() / kStaging);
    return {};
  }
  SUPPLY_TRY(lock_exclusive_held());
  SUPPLY_TRY(const io::Path staging, this->staging());
  {
    const std::scoped_lock lock(mutex_);
    SUPPLY_TRY(io::StagedFile out, io::StagedFile::create(staging));
    SUPPLY_TRY(write_new(out).at(place()));
    SUPPLY_TRY(out.take_mode_of(target_));
    SUPPLY_TRY(out.publish(target_).at(place()));
    SUPPLY_TRY(tar_, TarFile::open(target_, {}, budget_).at(place()));
    written_.clear();
    dropped_.clear();
    staged_.clear();
    directory_.reset();
  }
  claim_.reset();
  (void)io::clear_staging(staging);  // litter is no reason for a change that was made to fail
  return {};
}

}  // namespace supply::layout

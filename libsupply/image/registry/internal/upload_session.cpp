#include "libsupply/image/registry/internal/upload_session.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/private_directory.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/text/hex.hpp"

namespace supply::registry {
namespace {

constexpr std::time_t kLifetimeSeconds = 3'600;  // servers forget sessions sooner or later
constexpr std::size_t kFileBytes = 32 * kKiB, kFilesRead = 10'000;

bool is_ours(int fd) {
  struct stat info = {};
  return ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == ::geteuid() && (info.st_mode & 077) == 0 &&
         info.st_nlink == 1;
}

// Whether the file was written more than its lifetime ago, by the file system's own clock: it is marked as written now.
bool is_old(int fd) {
  struct stat before = {}, now = {};
  if (::fstat(fd, &before) != 0 || ::futimens(fd, nullptr) != 0 || ::fstat(fd, &now) != 0) return true;
  const std::time_t age = now.st_mtim.tv_sec - before.st_mtim.tv_sec;
  return age < 0 || age > kLifetimeSeconds;
}

io::FileDescriptor open_locked(const io::Path& path, int flags) {
  io::FileDescriptor file(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | flags, 0600));
  if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return {};
  return file;
}

bool is_name(const std::string& name) { return name.size() == 64 && is_lower_hex(name); }

// What is too old, or is there for no reason, and nobody uses.
void clear_old(const io::Path& directory, const std::string& but) {
  const auto names = io::list_directory(directory, kFilesRead);
  if (!names) return;
  for (const std::string& name : *names) {
    if (!is_name(name) || name == but) continue;
    struct stat info = {};
    const io::Path path = directory / name;
    if (::lstat(path.c_str(), &info) != 0) continue;
    const bool regular = S_ISREG(info.st_mode);
    const io::FileDescriptor file = regular ? open_locked(path, 0) : io::FileDescriptor();
    if (regular && !file) continue;  // in use
    struct timespec times[2] = {info.st_atim, info.st_mtim};
    if (!regular || !is_ours(file.get()) || is_old(file.get())) ::unlink(path.c_str());
    else ::futimens(file.get(), times);
  }
}

}  // namespace

UploadSession::UploadSession(io::FileDescriptor file, io::Path path, std::string key, http::Origin origin)
    : file_(std::move(file)), path_(std::move(path)), key_(std::move(key)), origin_(std::move(origin)) {}

std::optional<UploadSession> UploadSession::take(const io::Path& cache_directory, const http::Origin& origin,
                                                 const std::string& repository, const Digest& digest) {
  if (cache_directory.empty()) return std::nullopt;
  const io::Path directory = cache_directory / "uploads";
  if (!io::make_private_directory(directory) || !io::is_private_directory(directory)) return std::nullopt;
  const std::string key = origin.to_string() + "\n" + repository + "\n" + digest.to_string();
  const std::string name(crypto::sha256(key).encoded());
  clear_old(directory, name);
  const io::Path path = directory / name;
  for (int attempt = 0; attempt < 2; ++attempt) {
    io::FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
    if (!file || !is_ours(file.get())) {
      ::unlink(path.c_str());  // a link, or somebody else's: the directory is ours
      continue;
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return std::nullopt;
    if (!is_ours(file.get())) continue;  // removed by who had the lock
    UploadSession saved(std::move(file), path, key, origin);
    saved.read();
    return saved;
  }
  return std::nullopt;
}

void UploadSession::read() {
  std::string text(kFileBytes + 1, '\0');
  const ssize_t count = ::pread(file_.get(), text.data(), text.size(), 0);
  if (count <= 0 || static_cast<std::size_t>(count) > kFileBytes || is_old(file_.get())) return;
  text.resize(static_cast<std::size_t>(count));
  const auto document = json::parse(text, {.bytes = kFileBytes, .depth = 4});
  if (!document) return;
  const auto key = json::require_string(*document, "for"), location = json::require_string(*document, "location");
  if (!key || *key != key_ || !location) return;
  auto url = http::Url::parse(*location);
  if (url && url->origin() == origin_) found_ = *std::move(url);
}

void UploadSession::save(const http::Url& location) {
  found_.reset();
  const bool own = location.origin() == origin_;  // an address elsewhere is not kept
  const std::string text = own ? json::to_text({{"for", key_}, {"location", location.to_string()}}) : std::string();
  // Half of it, after a crash, is no JSON; nobody else reads it while it is written.
  if (::ftruncate(file_.get(), 0) != 0 || ::lseek(file_.get(), 0, SEEK_SET) != 0) return;
  (void)io::write_all(file_.get(), path_, text);
}

void UploadSession::remove() {
  found_.reset();
  ::unlink(path_.c_str());
}

}  // namespace supply::registry

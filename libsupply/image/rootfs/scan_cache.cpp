#include "libsupply/image/rootfs/scan_cache.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/private_directory.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/rootfs/internal/scan_record.hpp"

namespace supply::rootfs {
namespace {

// What a file begins with; its number goes up when a record's form does, or what a scan is.
constexpr std::string_view kMagic = "supply layer scan 3\n";
constexpr std::string_view kSuffix = ".scan";
constexpr std::size_t kHashBytes = 32;

std::string raw_hash(std::string_view bytes) { return crypto::hash(crypto::HashAlgorithm::sha256, bytes); }

// The whole file, if it is a regular one that we alone can write to.
std::optional<std::string> read_private_file(const io::Path& path, std::uint64_t limit) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  std::optional<std::string> out;
  struct stat info = {};
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == ::geteuid() && (info.st_mode & 077) == 0 &&
      info.st_size >= 0 && static_cast<std::uint64_t>(info.st_size) <= limit) {
    out.emplace(static_cast<std::size_t>(info.st_size), '\0');
    std::size_t at = 0;
    while (at < out->size()) {
      const ssize_t got = ::read(fd, out->data() + at, out->size() - at);
      if (got <= 0) break;
      at += static_cast<std::size_t>(got);
    }
    if (at != out->size()) out.reset();
    else (void)::futimens(fd, nullptr);  // it was used now
  }
  ::close(fd);
  return out;
}

}  // namespace

Result<ScanCache> ScanCache::open(const io::Path& directory, std::string program, std::uint64_t limit) {
  const io::Path layers = directory / "layers";
  SUPPLY_TRY(io::make_private_directory(layers));
  if (!io::is_private_directory(layers))
    return Error(ErrorCode::forbidden, "cache " + quote(layers.string()) + ": others can write to it");
  return ScanCache(layers, std::move(program), limit);
}

std::string ScanCache::key_of(const oci::Descriptor& layer, const LayerRequest& request) const {
  std::string key =
      program_ + "\n" + layer.digest.to_string() + "\n" + std::to_string(layer.size) + "\n" + layer.media_type + "\n";
  key += request.file_digests == WithFileDigests::yes ? "file digests with md5\n" : "\n";
  key += request.entries == WithEntries::yes ? "entries\n" : "\n";
  for (const std::uint64_t number : {std::uint64_t{request.limits.entries}, std::uint64_t{request.limits.name_bytes},
                                     request.limits.collected_bytes})
    key += std::to_string(number) + "\n";
  for (const Collector* collector : request.collectors)
    key += std::string(collector->name()) + " " + std::to_string(collector->version()) + "\n";
  return key;
}

io::Path ScanCache::file_of(const std::string& key) const {
  return directory_ / (to_hex(raw_hash(key)) + std::string(kSuffix));
}

Result<std::optional<LayerScan>> ScanCache::find(const oci::Descriptor& layer, const LayerRequest& request,
                                                 Budget& budget) const {
  const std::string key = key_of(layer, request);
  const std::optional<std::string> file = read_private_file(file_of(key), limit_);
  if (!file) return std::optional<LayerScan>();
  Share held(budget);  // of the file's bytes
  held.earn(layer.size);
  SUPPLY_TRY(held.spend(Cost::memory, file->size()));
  std::string_view rest = *file;
  if (!rest.starts_with(kMagic) || rest.size() < kMagic.size() + kHashBytes + key.size())
    return std::optional<LayerScan>();
  rest.remove_prefix(kMagic.size());
  const std::string_view hash = rest.substr(0, kHashBytes);
  rest.remove_prefix(kHashBytes);
  if (raw_hash(rest) != hash || !rest.starts_with(key)) return std::optional<LayerScan>();
  rest.remove_prefix(key.size());
  LayerScan scan(layer.digest, budget);
  for (const Collector* each : request.collectors) scan.collectors.emplace_back(each->name());
  SUPPLY_TRY(const bool whole, from_scan_record(rest, scan));
  if (!whole || scan.packed_bytes != layer.size) return std::optional<LayerScan>();
  return std::optional<LayerScan>(std::move(scan));
}

void ScanCache::keep(const LayerScan& scan, const oci::Descriptor& layer, const LayerRequest& request) const {
  constexpr std::uint64_t kLargestPart = 8;
  const std::optional<std::string> record = to_scan_record(scan);
  if (!record || record->size() > limit_ / kLargestPart) return;
  const std::string key = key_of(layer, request);
  const std::string content = key + *record;
  // A run that cannot write goes on without it.
  (void)io::write_file(file_of(key), std::string(kMagic) + raw_hash(content) + content, io::FileMode::owner);
}

std::size_t ScanCache::prune(std::uint64_t limit) const {
  struct Kept {
    std::int64_t seconds = 0, nanoseconds = 0;
    std::uint64_t size = 0;
    std::string name;
  };
  std::vector<Kept> files;
  std::uint64_t total = 0;
  const auto names = io::list_directory(directory_);
  if (!names) return 0;
  for (const std::string& name : *names) {
    struct stat info = {};
    if (::lstat((directory_ / name).c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    files.push_back({info.st_mtim.tv_sec, info.st_mtim.tv_nsec, static_cast<std::uint64_t>(info.st_size), name});
    total += files.back().size;
  }
  std::sort(files.begin(), files.end(), [](const Kept& a, const Kept& b) {
    return std::tie(a.seconds, a.nanoseconds, a.name) < std::tie(b.seconds, b.nanoseconds, b.name);
  });
  std::size_t removed = 0;
  for (const Kept& file : files) {
    if (total <= limit) break;
    if (::unlink((directory_ / file.name).c_str()) != 0) continue;
    total -= file.size;
    ++removed;
  }
  return removed;
}

}  // namespace supply::rootfs

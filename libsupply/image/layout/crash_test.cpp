// A writer is killed at its k-th system call that changes the file system, for every k and for writes in their middle:
// what it leaves is a valid layout, and the next writer clears its litter. The calls are caught by defining them here,
// in front of the C library's.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdarg>
#include <nlohmann/json.hpp>
#include <random>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/staging.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/image/layout/internal/tar_file.hpp"
#include "libsupply/image/layout/oci_archive.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/artifact.hpp"
#include "libsupply/testing/testing.hpp"

namespace {

long countdown = -1;  // negative: nobody is killed
long steps = 0;

// Whether this is the step at which to die; the caller may do half of it first.
bool last_step() { return ++steps == countdown; }

void die() { ::syscall(SYS_kill, ::syscall(SYS_getpid), SIGKILL); }

template <class... Arguments>
long step(long number, Arguments... arguments) {
  if (last_step()) die();
  return ::syscall(number, arguments...);
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, std::size_t size) {
  if (last_step()) {
    ::syscall(SYS_write, fd, bytes, size / 2);
    die();
  }
  return ::syscall(SYS_write, fd, bytes, size);
}
// A killed process loses nothing that the kernel has: the disk need not be waited for.
int fdatasync(int) {
  if (last_step()) die();
  return 0;
}
int fsync(int) {
  if (last_step()) die();
  return 0;
}
int flock(int fd, int how) noexcept { return static_cast<int>(step(SYS_flock, fd, how)); }
int rename(const char* from, const char* to) noexcept { return static_cast<int>(step(SYS_rename, from, to)); }
int unlink(const char* path) noexcept { return static_cast<int>(step(SYS_unlink, path)); }
int ftruncate(int fd, off_t size) noexcept { return static_cast<int>(step(SYS_ftruncate, fd, size)); }
ssize_t copy_file_range(int from, off64_t* at, int to, off64_t* into, std::size_t size, unsigned flags) {
  if (last_step()) {
    ::syscall(SYS_copy_file_range, from, at, to, into, size / 2, flags);
    die();
  }
  return ::syscall(SYS_copy_file_range, from, at, to, into, size, flags);
}
int rmdir(const char* path) noexcept { return static_cast<int>(step(SYS_rmdir, path)); }
int mkdir(const char* path, mode_t mode) noexcept { return static_cast<int>(step(SYS_mkdir, path, mode)); }
int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  if ((flags & O_CREAT) != 0 && last_step()) die();
  return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

}  // extern "C"

using namespace supply;
using layout::Layout;
using testing::budget;
using testing::describe;
namespace fs = std::filesystem;

namespace {

const std::string kSubject = "the image";

bool is_archive(const fs::path& path) { return path.extension() == ".tar"; }

// A new layout (or archive) or another one, a blob of some size, two attached manifests, a tag.
bool work(const fs::path& path, int salt) {
  auto layout = is_archive(path) ? layout::create_archive(path) : Layout::create(path);
  if (!layout) return false;
  for (int i = 0; i < 2; ++i) {
    oci::Manifest manifest{.media_type = std::string(oci::kManifestType),
                           .artifact_type = "application/vnd.example",
                           .config = oci::empty_descriptor()};
    auto layer = store::put_bytes(**layout, std::string(300'000, 'x') + std::to_string(salt + i), "application/x");
    if (!layer || !store::put_bytes(**layout, "{}", oci::kEmptyType)) return false;
    manifest.layers.push_back(*layer);
    manifest.subject = describe(kSubject, oci::kManifestType);
    const std::string bytes = oci::to_bytes(manifest);
    if (!(*layout)->put_referrer(describe(bytes, oci::kManifestType), bytes, manifest.subject->digest)) return false;
    if (!(*layout)->put_manifest(describe(bytes, oci::kManifestType), bytes, "tag" + std::to_string(salt + i)))
      return false;
  }
  return static_cast<bool>((*layout)->commit());
}

// Runs the work in a process that dies at the k-th step (never, for k < 0); returns whether it came to its end.
bool run(const fs::path& path, int salt, long k) {
  const pid_t child = ::fork();
  if (child == 0) {
    steps = 0;
    countdown = k;
    ::_exit(work(path, salt) ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) {
    REQUIRE(WTERMSIG(status) == SIGKILL);
    return false;
  }
  REQUIRE(WEXITSTATUS(status) == 0);
  return true;
}

// Everything that index.json lists is there and is what its digest says, and no blob is half of one.
void check_valid(const fs::path& path) {
  if (is_archive(path)) {
    if (!fs::exists(path)) return;
    const auto archive = layout::open_archive(path, budget());
    REQUIRE(archive);
    REQUIRE((*archive)->tags());
    REQUIRE((*archive)->referrers(crypto::sha256(kSubject)));
    const auto tar = layout::TarFile::open(path, {}, budget());
    REQUIRE(tar);
    for (const std::string& name : (*tar)->names_in("blobs/sha256"))
      REQUIRE(crypto::sha256(*(*tar)->read("blobs/sha256/" + name, kMiB)).encoded() == name);
    return;
  }
  if (!fs::exists(path / "oci-layout")) return;  // not a layout yet, and nobody takes it for one
  const auto layout = Layout::open(path);
  REQUIRE(layout);
  const auto tags = (*layout)->tags();
  REQUIRE(tags);
  const std::string text = testing::read(path / "index.json");
  const auto index = oci::Index::parse(text, "");
  REQUIRE(index);
  for (const oci::Descriptor& entry : index->manifests) REQUIRE(store::fetch(**layout, entry, kMaxManifestBytes));
  REQUIRE((*layout)->referrers(crypto::sha256(kSubject)));
  if (fs::exists(path / "blobs/sha256"))
    for (const auto& blob : fs::directory_iterator(path / "blobs/sha256"))
      REQUIRE(crypto::sha256(testing::read(blob.path())).encoded() == blob.path().filename().string());
}

void check_clean(const fs::path& path) {
  if (is_archive(path)) {
    REQUIRE(*io::list_directory(path.parent_path()) == std::vector<std::string>{path.filename().string()});
    return;
  }
  REQUIRE(*io::list_directory(path) == std::vector<std::string>{"blobs", "index.json", "oci-layout"});
}

}  // namespace

TEST_CASE("a writer killed at any step leaves a valid layout, and the next one clears its litter") {
  // How many steps there are, counted without a kill.
  long total = 0;
  {
    const testing::TempDirectory directory;
    steps = 0;
    countdown = -1;
    REQUIRE(work(directory / "l", 0));
    total = steps;
  }
  INFO(total << " steps");
  REQUIRE(total > 100);
  for (long k = 1; k <= total; ++k) {
    const testing::TempDirectory directory;
    INFO("killed at step " << k);
    REQUIRE(!run(directory / "l", 0, k));
    if (fs::exists(directory / "l")) check_valid(directory / "l");
    REQUIRE(run(directory / "l", 0, -1));
    check_valid(directory / "l");
    check_clean(directory / "l");
    const auto layout = *Layout::open(directory / "l");
    REQUIRE(layout->referrers(crypto::sha256(kSubject))->size() == 2);
  }
}

TEST_CASE("a writer killed at any step leaves the archive as it was, and the next one clears its litter") {
  long total = 0;
  {
    const testing::TempDirectory directory;
    steps = 0;
    countdown = -1;
    REQUIRE(work(directory / "a.tar", 0));
    total = steps;
  }
  INFO(total << " steps");
  REQUIRE(total > 50);
  for (long k = 1; k <= total; ++k) {
    const testing::TempDirectory directory;
    const fs::path path = directory / "a.tar";
    INFO("killed at step " << k);
    const bool old_one = k % 2 == 0;
    if (old_one) REQUIRE(run(path, 10, -1));
    const std::string before = old_one ? testing::read(path) : std::string();
    const bool ended = run(path, 0, k);
    check_valid(path);
    // Either the old one or the new one, whole.
    const auto tags = fs::exists(path) ? (*layout::open_archive(path, budget()))->tags()->size() : 0;
    if (old_one && tags == 3) REQUIRE(testing::read(path) == before);
    else REQUIRE((tags == 0 || tags == (old_one ? 5 : 3) || ended));
    REQUIRE(run(path, 0, -1));
    check_valid(path);
    check_clean(path);
    REQUIRE((*layout::open_archive(path, budget()))->tags()->size() == (old_one ? 5 : 3));
  }
}

TEST_CASE("a transfer killed at seeded moments goes on where it was, from process to process") {
  std::mt19937 random(20'261'125);
  std::string content(3'000'000, '\0');
  for (char& c : content) c = static_cast<char>(random());
  const oci::Descriptor blob = describe(content, "application/x");
  const testing::TempDirectory directory;
  const fs::path path = directory / "l";
  REQUIRE(Layout::create(path));
  // What of the blob is in staging.
  const auto part = [&] {
    const fs::path file = path / ".supply-staging" / ("part-sha256-" + std::string(blob.digest.encoded()));
    return fs::exists(file) ? fs::file_size(file) : 0;
  };
  const auto transfer = [&](long k) {
    const std::uintmax_t stood = part();
    const pid_t child = ::fork();
    if (child == 0) {
      steps = 0;
      countdown = k;
      const auto layout = Layout::open(path);
      // Asked for at the place where it was, and a killed process loses nothing that it had written.
      const auto open = [&](std::uint64_t offset) -> Result<std::unique_ptr<io::Source>> {
        if (offset != stood) ::_exit(2);
        return io::from_string(content.substr(offset));
      };
      ::_exit(layout && (*layout)->upload_blob(blob, open) ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (WIFEXITED(status)) REQUIRE(WEXITSTATUS(status) == 0);
    return WIFEXITED(status);
  };
  int killed = 0, resumed = 0;
  while (killed < 200) {
    if (part() > 0) ++resumed;
    if (!transfer(std::uniform_int_distribution<long>(1, 12)(random))) {
      ++killed;
      check_valid(path);
      continue;
    }
    check_valid(path);
    REQUIRE(fs::remove(path / "blobs/sha256" / std::string(blob.digest.encoded())));
  }
  CHECK(resumed > 50);
  REQUIRE(transfer(-1));
  REQUIRE((*Layout::open(path))->commit());
  check_clean(path);
}

TEST_CASE("writers killed at 200 seeded moments, twenty in each layout, lose nothing that was there") {
  std::mt19937 random(20'261'124);
  for (int round = 0; round < 10; ++round) {
    const testing::TempDirectory directory;
    const fs::path path = directory / "l";
    REQUIRE(run(path, 0, -1));
    int salt = 10;
    for (int killed = 0; killed < 20; salt += 10)
      if (!run(path, salt, std::uniform_int_distribution<long>(1, 120)(random))) ++killed;
    check_valid(path);
    REQUIRE(run(path, salt, -1));
    check_valid(path);
    check_clean(path);
    const auto layout = *Layout::open(path);
    for (const int there : {0, 1, salt, salt + 1})
      REQUIRE(layout->resolve({.tag = "tag" + std::to_string(there), .digest = {}}));
  }
}

TEST_CASE("the litter of a dead writer is cleared while a live one's file stays") {
  const testing::TempDirectory directory;
  const fs::path path = directory / "l";
  REQUIRE(run(path, 0, -1));
  auto live = io::StagedFile::create(path / ".supply-staging");
  REQUIRE(live);
  REQUIRE(live->write("alive"));
  long k = 1;
  std::size_t litter = 0;
  for (; k < 300 && litter < 2; ++k) {
    if (run(path, 1000 + static_cast<int>(k) * 2, k)) break;
    litter = io::list_directory(path / ".supply-staging")->size();
  }
  REQUIRE(litter == 2);
  REQUIRE(run(path, 1, -1));
  REQUIRE(io::list_directory(path / ".supply-staging")->size() == 1);
  REQUIRE(live->publish(path / "published"));
  CHECK(testing::read(path / "published") == "alive");
}

#include "libsupply/image/rootfs/directory_scan.hpp"

#include <catch2/catch.hpp>

#include "libsupply/image/rootfs/file_tree.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using namespace supply::rootfs;
namespace fs = std::filesystem;

namespace {

// Keeps files named "lock".
class NamedLock final : public Collector {
 public:
  std::string_view name() const override { return "named"; }
  int version() const override { return 1; }
  std::unique_ptr<FileSink> open(const FileHeader& file, std::string_view) const override {
    return file.path.substr(file.path.rfind('/') + 1) == "lock" ? keep_whole(100) : nullptr;
  }
};
const NamedLock kNamed;

struct Seen {
  std::vector<std::string> files, unread, omitted;
};

Seen seen(const fs::path& directory, const DirectoryLimits& limits = {}) {
  Budget budget;
  LayerRequest request;
  request.diff_id = WithDiffId::no;
  request.collectors = {&kNamed};
  auto scanned = scan_directory(directory, request, budget, limits);
  REQUIRE(scanned);
  auto tree = FileTree::merge({&scanned->scan}, budget);
  REQUIRE(tree);
  Seen out;
  for (const CollectedFile& file : tree->collected("named"))
    out.files.push_back(file.file.path + "=" + std::string(file.content));
  for (const UnreadPath& each : scanned->unread) out.unread.push_back(each.path + ": " + each.reason);
  out.omitted = scanned->omitted;
  return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a directory is read as the only layer of an image would be") {
  const testing::TempDirectory directory;
  for (const char* sub : {"a/b", ".git", "c"}) fs::create_directories(directory / sub);
  testing::write(directory / "a/b/lock", "1");
  testing::write(directory / "c/lock", std::string(90, 'x'));
  testing::write(directory / "c/other", std::string(10'000'000, 'x'));
  testing::write(directory / ".git/lock", "2");
  testing::write(directory / "c/lock", "3");
  const Seen all = seen(directory.path());
  CHECK(all.files == Texts{"a/b/lock=1", "c/lock=3"});
  CHECK(all.unread.empty());
  CHECK(all.omitted == Texts{".git"});
}

TEST_CASE("a link in a directory counts as far as it leads to something in it, else it is unread") {
  const testing::TempDirectory directory, elsewhere;
  fs::create_directories(directory / "a");
  fs::create_directories(elsewhere / "d");
  testing::write(directory / "a/lock-1", "1");
  testing::write(directory / "a/lock-2", "2");
  testing::write(elsewhere / "lock", "2");
  fs::create_symlink("a/lock-1", directory / "lock");
  fs::create_directories(directory / "b");
  fs::create_symlink(elsewhere / "lock", directory / "b/lock");
  fs::create_symlink(elsewhere / "lock", directory / "b/other");
  fs::create_symlink(elsewhere / "d", directory / "b/d");
  fs::create_symlink("nowhere", directory / "b/x");
  fs::create_directories(directory / "c");
  fs::create_symlink("nowhere", directory / "c/lock");
  fs::create_symlink("..", directory / "c/up");
  fs::create_directories(directory / "d");
  fs::create_symlink("/a/lock-2", directory / "d/lock");
  const Seen all = seen(directory.path());
  CHECK(all.files == Texts{"d/lock=2", "lock=1"});
  CHECK(all.unread == Texts{"b/d: a link to a directory that is not in this one",
                            "b/lock: a link that leads out of the directory", "c/lock: a link that leads nowhere"});
}

TEST_CASE("what a directory's walk does not reach is said") {
  const testing::TempDirectory directory;
  fs::create_directories(directory / "a/b/c");
  for (const char* path : {"a/lock", "a/b/lock", "a/b/c/lock", ".wh.lock"}) testing::write(directory / path, "1");
  CHECK(DirectoryLimits{}.entries == kMaxWalkedEntries);
  CHECK(DirectoryLimits{}.depth == kMaxWalkDepth);
  CHECK(seen(directory.path(), {.depth = 2}).unread ==
        Texts{".wh.lock: a name by which layers of images remove files", "a/b/c: directories nest more than 2 deep"});
  CHECK(seen(directory.path(), {.depth = 3}).unread.size() == 1);
  CHECK(seen(directory.path(), {.entries = 7}).unread.size() == 1);
  CHECK(seen(directory.path(), {.entries = 6}).unread.back() ==
        "/: more than 6 files; those from \"a/lock\" on were not read");
}

TEST_CASE("what is no directory is no empty one") {
  const testing::TempDirectory directory;
  testing::write(directory / "file", "");
  Budget budget;
  LayerRequest request;
  CHECK(scan_directory(directory / "none", request, budget).error().code() == ErrorCode::not_found);
  CHECK(scan_directory(directory / "file", request, budget).error().code() == ErrorCode::unsupported);
}

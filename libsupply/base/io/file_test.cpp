#include "libsupply/base/io/file.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>
#include <chrono>

#include "libsupply/testing/testing.hpp"

using namespace supply;
namespace fs = std::filesystem;

namespace {

unsigned mode_of(const fs::path& path) {
  struct stat info = {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

ErrorCode code(const Error& error) { return error.code(); }

}  // namespace

TEST_CASE("a file is read up to its limit and not beyond") {
  const testing::TempFolder folder;
  testing::write(folder / "f", "12345");
  CHECK(*io::read_file(folder / "f", 5) == "12345");
  const auto over = io::read_file(folder / "f", 4);
  REQUIRE(!over);
  CHECK(code(over.error()) == ErrorCode::limit_exceeded);
  CHECK(over.error().message().find((folder / "f").string()) != std::string::npos);
}

TEST_CASE("a file that is too large by its size is refused before it is read") {
  const testing::TempFolder folder;
  testing::write(folder / "f", "");
  std::filesystem::resize_file(folder / "f", kMaxBlobBytes + 1);  // all hole; to be read it would need the memory
  const auto over = io::read_file(folder / "f", kMaxBlobBytes);
  REQUIRE(!over);
  CHECK(code(over.error()) == ErrorCode::limit_exceeded);
}

TEST_CASE("a missing file, one in a file and a folder are told apart") {
  const testing::TempFolder folder;
  testing::write(folder / "f", "x");
  CHECK(code(io::read_file(folder / "none", 5).error()) == ErrorCode::not_found);
  CHECK(code(io::read_file(folder / "f" / "g", 5).error()) == ErrorCode::not_found);
  CHECK(code(io::read_file(folder.path(), 5).error()) == ErrorCode::unsupported);
  CHECK(code(io::open_file(folder.path()).error()) == ErrorCode::unsupported);
  CHECK(code(io::file_size(folder / "none").error()) == ErrorCode::not_found);
  CHECK(code(io::file_size(folder.path()).error()) == ErrorCode::not_found);
  CHECK(*io::file_size(folder / "f") == 1);
  CHECK(io::exists(folder / "f"));
  CHECK(!io::exists(folder / "none"));
}

TEST_CASE("a pipe that the process was given is read to its end; one in a folder, and an endless device, are refused") {
  int ends[2] = {-1, -1};
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], "12345", 5) == 5);
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // it is waited for
    (void)!::write(ends[1], "6", 1);
    ::close(ends[1]);
  });
  CHECK(*io::read_file("/dev/fd/" + std::to_string(ends[0]), 6) == "123456");
  writer.join();
  CHECK(io::read_file("/proc/self/fd/" + std::to_string(ends[0]), 6)->empty());  // its writer has gone
  ::close(ends[0]);
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], "12345", 5) == 5);
  CHECK(code(io::read_file("/dev/fd/" + std::to_string(ends[0]), 4).error()) == ErrorCode::limit_exceeded);
  ::close(ends[0]);
  ::close(ends[1]);
  const testing::TempFolder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  fs::create_symlink("/dev/zero", folder / "link");
  for (const io::Path& path : {folder / "pipe", folder / "link", io::Path("/dev/zero"), io::Path("/dev/full")})
    CHECK(code(io::read_file(path, 5).error()) == ErrorCode::unsupported);
  CHECK(io::read_file("/dev/null", 5)->empty());
}

TEST_CASE("a file without permission is forbidden") {
  if (::geteuid() == 0) {  // root may read anything: the child gives that up first
    const testing::TempFolder folder;
    testing::write(folder / "f", "x");
    REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
    REQUIRE(::chmod((folder / "f").c_str(), 0600) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      if (::setuid(65534) != 0) ::_exit(2);
      const auto read = io::read_file(folder / "f", 5);
      const auto write = io::write_file(folder / "g", "x");
      const bool right = !read && read.error().code() == ErrorCode::forbidden && !write &&
                         write.error().code() == ErrorCode::forbidden;
      ::_exit(right ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
}

TEST_CASE("a symbolic link is followed only when that was asked for") {
  const testing::TempFolder folder;
  testing::write(folder / "f", "x");
  fs::create_symlink("f", folder / "link");
  CHECK(io::open_file(folder / "link"));
  const auto refused = io::open_file(folder / "link", io::FollowLinks::no);
  REQUIRE(!refused);
  CHECK(code(refused.error()) == ErrorCode::unsupported);
  CHECK(refused.error().message().find("symbolic link") != std::string::npos);
  fs::create_symlink("loop", folder / "loop");
  CHECK(code(io::open_file(folder / "loop").error()) == ErrorCode::unsupported);
}

TEST_CASE("a pipe that nobody writes to is refused and not waited for") {
  const testing::TempFolder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(code(io::open_file(folder / "pipe").error()) == ErrorCode::unsupported);
}

TEST_CASE("the names in a folder come sorted by byte") {
  const testing::TempFolder folder;
  for (const char* name : {"b", "a", "B", ".h", "\xc3\xa4"}) testing::write(folder / name, "");
  CHECK(*io::list_folder(folder.path()) == std::vector<std::string>{".h", "B", "a", "b", "\xc3\xa4"});
  CHECK(code(io::list_folder(folder / "none").error()) == ErrorCode::not_found);
  CHECK(io::list_folder(folder.path(), 5));  // as with kMaxFolderEntries, which is the default
  CHECK(code(io::list_folder(folder.path(), 4).error()) == ErrorCode::limit_exceeded);
}

TEST_CASE("folders are made with their parents, and a file in the way is an error") {
  const testing::TempFolder folder;
  CHECK(io::make_folders(folder / "a/b/c"));
  CHECK(io::make_folders(folder / "a/b/c"));
  CHECK(fs::is_directory(folder / "a/b/c"));
  testing::write(folder / "f", "");
  CHECK(!io::make_folders(folder / "f"));
  CHECK(!io::make_folders(folder / "f/g"));
}

TEST_CASE("a written file replaces what was there and leaves nothing beside it") {
  const testing::TempFolder folder;
  REQUIRE(io::write_file(folder / "f", "one"));
  REQUIRE(io::write_file(folder / "f", "two"));
  CHECK(testing::read(folder / "f") == "two");
  CHECK(*io::list_folder(folder.path()) == std::vector<std::string>{"f"});
  CHECK(!io::write_file(folder / "none/f", "x"));
  CHECK(!io::write_file(folder.path(), "x"));
}

TEST_CASE("a written file keeps the mode of the one it replaces; a secret is the owner's alone") {
  const testing::TempFolder folder;
  REQUIRE(io::write_file(folder / "secret", "x", io::FileMode::owner));
  CHECK(mode_of(folder / "secret") == 0600);
  testing::write(folder / "f", "old");
  REQUIRE(::chmod((folder / "f").c_str(), 0640) == 0);
  REQUIRE(io::write_file(folder / "f", "new"));
  CHECK(mode_of(folder / "f") == 0640);
  REQUIRE(io::write_file(folder / "f", "new", io::FileMode::owner));
  CHECK(mode_of(folder / "f") == 0600);
}

TEST_CASE("a file that must not be overwritten is not") {
  const testing::TempFolder folder;
  REQUIRE(io::write_file(folder / "key", "one", io::FileMode::owner, io::Existing::refuse));
  const auto again = io::write_file(folder / "key", "two", io::FileMode::owner, io::Existing::refuse);
  REQUIRE(!again);
  CHECK(code(again.error()) == ErrorCode::usage);
  CHECK(testing::read(folder / "key") == "one");
  CHECK(*io::list_folder(folder.path()) == std::vector<std::string>{"key"});
  fs::create_symlink("nowhere", folder / "dangling");
  CHECK(!io::write_file(folder / "dangling", "two", io::FileMode::owner, io::Existing::refuse));
  CHECK(!io::exists(folder / "nowhere"));
  CHECK(io::write_file(folder / "dangling", "two"));
  CHECK(testing::read(folder / "nowhere") == "two");
}

TEST_CASE("writing goes through a symbolic link and into a device, and replaces neither") {
  const testing::TempFolder folder;
  testing::write(folder / "f", "old");
  fs::create_symlink("f", folder / "link");
  REQUIRE(io::write_file(folder / "link", "new"));
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(testing::read(folder / "f") == "new");
  REQUIRE(io::write_file("/dev/null", "x"));
  CHECK(fs::is_character_file("/dev/null"));
}

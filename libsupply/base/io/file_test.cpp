#include "libsupply/base/io/file.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
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
  const testing::TempDirectory directory;
  testing::write(directory / "f", "12345");
  CHECK(*io::read_file(directory / "f", 5) == "12345");
  const auto over = io::read_file(directory / "f", 4);
  REQUIRE(!over);
  CHECK(code(over.error()) == ErrorCode::limit_exceeded);
  CHECK(over.error().message().find((directory / "f").string()) != std::string::npos);
}

TEST_CASE("a file that is too large by its size is refused before it is read") {
  const testing::TempDirectory directory;
  testing::write(directory / "f", "");
  std::filesystem::resize_file(directory / "f", kMaxBlobBytes + 1);  // all hole; to be read it would need the memory
  const auto over = io::read_file(directory / "f", kMaxBlobBytes);
  REQUIRE(!over);
  CHECK(code(over.error()) == ErrorCode::limit_exceeded);
}

TEST_CASE("a missing file, one in a file and a directory are told apart") {
  const testing::TempDirectory directory;
  testing::write(directory / "f", "x");
  CHECK(code(io::read_file(directory / "none", 5).error()) == ErrorCode::not_found);
  CHECK(code(io::read_file(directory / "f" / "g", 5).error()) == ErrorCode::not_found);
  CHECK(code(io::read_file(directory.path(), 5).error()) == ErrorCode::unsupported);
  CHECK(code(io::open_file(directory.path()).error()) == ErrorCode::unsupported);
  CHECK(code(io::file_size(directory / "none").error()) == ErrorCode::not_found);
  CHECK(code(io::file_size(directory.path()).error()) == ErrorCode::not_found);
  CHECK(*io::file_size(directory / "f") == 1);
  CHECK(io::exists(directory / "f"));
  CHECK(!io::exists(directory / "none"));
}

TEST_CASE(
    "a pipe that the process was given is read to its end; one in a directory, and an endless device, are refused") {
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
  const testing::TempDirectory directory;
  REQUIRE(::mkfifo((directory / "pipe").c_str(), 0600) == 0);
  fs::create_symlink("/dev/zero", directory / "link");
  for (const io::Path& path : {directory / "pipe", directory / "link", io::Path("/dev/zero"), io::Path("/dev/full")})
    CHECK(code(io::read_file(path, 5).error()) == ErrorCode::unsupported);
  CHECK(io::read_file("/dev/null", 5)->empty());
}

TEST_CASE("a file without permission is forbidden") {
  if (::geteuid() == 0) {  // root may read anything: the child gives that up first
    const testing::TempDirectory directory;
    testing::write(directory / "f", "x");
    REQUIRE(::chmod(directory.path().c_str(), 0755) == 0);
    REQUIRE(::chmod((directory / "f").c_str(), 0600) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      if (::setuid(65534) != 0) ::_exit(2);
      const auto read = io::read_file(directory / "f", 5);
      const auto write = io::write_file(directory / "g", "x");
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
  const testing::TempDirectory directory;
  testing::write(directory / "f", "x");
  fs::create_symlink("f", directory / "link");
  CHECK(io::open_file(directory / "link"));
  const auto refused = io::open_file(directory / "link", io::FollowLinks::no);
  REQUIRE(!refused);
  CHECK(code(refused.error()) == ErrorCode::unsupported);
  CHECK(refused.error().message().find("symbolic link") != std::string::npos);
  fs::create_symlink("loop", directory / "loop");
  CHECK(code(io::open_file(directory / "loop").error()) == ErrorCode::unsupported);
}

TEST_CASE("a pipe that nobody writes to is refused and not waited for") {
  const testing::TempDirectory directory;
  REQUIRE(::mkfifo((directory / "pipe").c_str(), 0600) == 0);
  CHECK(code(io::open_file(directory / "pipe").error()) == ErrorCode::unsupported);
}

TEST_CASE("the names in a directory come sorted by byte") {
  const testing::TempDirectory directory;
  for (const char* name : {"b", "a", "B", ".h", "\xc3\xa4"}) testing::write(directory / name, "");
  CHECK(*io::list_directory(directory.path()) == std::vector<std::string>{".h", "B", "a", "b", "\xc3\xa4"});
  CHECK(code(io::list_directory(directory / "none").error()) == ErrorCode::not_found);
  CHECK(io::list_directory(directory.path(), 5));  // as with kMaxDirectoryEntries, which is the default
  CHECK(code(io::list_directory(directory.path(), 4).error()) == ErrorCode::limit_exceeded);
}

TEST_CASE("directories are made with their parents, and a file in the way is an error") {
  const testing::TempDirectory directory;
  CHECK(io::make_directories(directory / "a/b/c"));
  CHECK(io::make_directories(directory / "a/b/c"));
  CHECK(fs::is_directory(directory / "a/b/c"));
  testing::write(directory / "f", "");
  CHECK(!io::make_directories(directory / "f"));
  CHECK(!io::make_directories(directory / "f/g"));
}

TEST_CASE("a written file replaces what was there and leaves nothing beside it") {
  const testing::TempDirectory directory;
  REQUIRE(io::write_file(directory / "f", "one"));
  REQUIRE(io::write_file(directory / "f", "two"));
  CHECK(testing::read(directory / "f") == "two");
  CHECK(*io::list_directory(directory.path()) == std::vector<std::string>{"f"});
  CHECK(!io::write_file(directory / "none/f", "x"));
  CHECK(!io::write_file(directory.path(), "x"));
}

TEST_CASE("a written file keeps the mode of the one it replaces; a secret is the owner's alone") {
  const testing::TempDirectory directory;
  REQUIRE(io::write_file(directory / "secret", "x", io::FileMode::owner));
  CHECK(mode_of(directory / "secret") == 0600);
  testing::write(directory / "f", "old");
  REQUIRE(::chmod((directory / "f").c_str(), 0640) == 0);
  REQUIRE(io::write_file(directory / "f", "new"));
  CHECK(mode_of(directory / "f") == 0640);
  REQUIRE(io::write_file(directory / "f", "new", io::FileMode::owner));
  CHECK(mode_of(directory / "f") == 0600);
}

TEST_CASE("a file that must not be overwritten is not") {
  const testing::TempDirectory directory;
  REQUIRE(io::write_file(directory / "key", "one", io::FileMode::owner, io::Existing::refuse));
  const auto again = io::write_file(directory / "key", "two", io::FileMode::owner, io::Existing::refuse);
  REQUIRE(!again);
  CHECK(code(again.error()) == ErrorCode::usage);
  CHECK(testing::read(directory / "key") == "one");
  CHECK(*io::list_directory(directory.path()) == std::vector<std::string>{"key"});
  fs::create_symlink("nowhere", directory / "dangling");
  CHECK(!io::write_file(directory / "dangling", "two", io::FileMode::owner, io::Existing::refuse));
  CHECK(!io::exists(directory / "nowhere"));
  CHECK(io::write_file(directory / "dangling", "two"));
  CHECK(testing::read(directory / "nowhere") == "two");
}

TEST_CASE("writing goes through a symbolic link and into a device, and replaces neither") {
  const testing::TempDirectory directory;
  testing::write(directory / "f", "old");
  fs::create_symlink("f", directory / "link");
  REQUIRE(io::write_file(directory / "link", "new"));
  CHECK(fs::is_symlink(directory / "link"));
  CHECK(testing::read(directory / "f") == "new");
  REQUIRE(io::write_file("/dev/null", "x"));
  CHECK(fs::is_character_file("/dev/null"));
}

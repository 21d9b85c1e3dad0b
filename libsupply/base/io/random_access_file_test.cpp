#include "libsupply/base/io/random_access_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libsupply/base/io/staging.hpp"
#include "libsupply/testing/result.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using io::RandomAccessFile;
using testing::code_of;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kAtOnce(0);

}  // namespace

TEST_CASE("stretches of one file are read independently of each other") {
  const testing::TempDirectory directory;
  testing::write(directory / "f", "0123456789");
  const auto file = *RandomAccessFile::open(directory / "f");
  CHECK(file->size() == 10);
  const auto first = io::section(file, 2, 3), second = io::section(file, 8, 100);
  CHECK(*io::read_all(*second, 100) == "89");
  CHECK(*io::read_all(*first, 100) == "234");
  CHECK(io::read_all(*io::section(file, 10, 5), 100)->empty());
  CHECK(file->is(directory / "f"));
  testing::write(directory / "f", "0123456789a");
  CHECK(!file->is(directory / "f"));
  CHECK(!file->is(directory / "none"));
}

TEST_CASE("what is no regular file is not opened to be read at any place") {
  const testing::TempDirectory directory;
  testing::write(directory / "f", "x");
  fs::create_symlink("f", directory / "link");
  REQUIRE(::mkfifo((directory / "pipe").c_str(), 0600) == 0);
  CHECK(code_of(RandomAccessFile::open(directory / "none")) == ErrorCode::not_found);
  CHECK(code_of(RandomAccessFile::open(directory.path())) == ErrorCode::unsupported);
  CHECK(code_of(RandomAccessFile::open(directory / "pipe")) == ErrorCode::unsupported);
  CHECK(code_of(RandomAccessFile::open(directory / "link", io::FollowLinks::no)) == ErrorCode::unsupported);
  CHECK(RandomAccessFile::open(directory / "link"));
}

TEST_CASE("an anonymous file has no name, and is the owner's alone") {
  const testing::TempDirectory directory;
  const auto file = RandomAccessFile::anonymous(directory.path(), [&](io::Sink& sink) -> Status {
    SUPPLY_TRY(sink.write("abc"));
    CHECK(io::list_directory(directory.path())->empty());
    return sink.write("def");
  });
  REQUIRE(file);
  CHECK((*file)->size() == 6);
  CHECK(*io::read_all(*io::section(*file, 1, 4), 10) == "bcde");
  CHECK(io::list_directory(directory.path())->empty());
  CHECK(code_of(RandomAccessFile::anonymous(directory / "none", [](io::Sink&) { return Status(); })) ==
        ErrorCode::not_found);
  const auto failed = RandomAccessFile::anonymous(
      directory.path(), [](io::Sink&) -> Status { return Error(ErrorCode::malformed, "not what was wanted"); });
  CHECK(code_of(failed) == ErrorCode::malformed);
}

TEST_CASE("a section is appended to a staged file, and a file that became shorter is an error") {
  const testing::TempDirectory directory;
  testing::write(directory / "f", std::string(1'000'000, 'x') + "tail");
  const auto file = *RandomAccessFile::open(directory / "f");
  auto staged = *io::StagedFile::create(directory / "staging");
  REQUIRE(staged.write("head"));
  REQUIRE(staged.append(*file, 999'999, 5));
  CHECK(staged.size() == 9);
  REQUIRE(staged.publish(directory / "out"));
  CHECK(testing::read(directory / "out") == "headxtail");
  fs::resize_file(directory / "f", 10);
  auto other = *io::StagedFile::create(directory / "staging");
  CHECK(code_of(other.append(*file, 0, 1'000'004)) == ErrorCode::unavailable);
}

TEST_CASE("a name in staging is claimed by one at a time, and what was left is gone on with") {
  const testing::TempDirectory directory;
  const fs::path staging = directory / "staging";
  {
    auto first = *io::StagedFile::claim(staging, "part", kAtOnce);
    REQUIRE(first);
    CHECK(first->size() == 0);
    REQUIRE(first->write("abc"));
    CHECK(!*io::StagedFile::claim(staging, "part", std::chrono::milliseconds(5)));
    REQUIRE(io::clear_staging(staging));
    CHECK(testing::read(staging / "part") == "abc");
    first->leave();
  }
  {
    auto again = *io::StagedFile::claim(staging, "part", kAtOnce);
    REQUIRE(again);
    CHECK(again->size() == 3);
    char bytes[8] = {};
    CHECK(*again->read_at(1, bytes) == 2);
    CHECK(std::string_view(bytes) == "bc");
    REQUIRE(again->write("def"));
    CHECK(testing::read(staging / "part") == "abcdef");
    REQUIRE(again->restart());
    REQUIRE(again->write("new"));
    REQUIRE(again->publish(directory / "out"));
  }
  CHECK(testing::read(directory / "out") == "new");
  CHECK(!fs::exists(staging / "part"));
  { CHECK(*io::StagedFile::claim(staging, "part", kAtOnce)); }
  CHECK(!fs::exists(staging / "part"));
  testing::write(staging / "left", "x");
  REQUIRE(io::clear_staging(staging));
  CHECK(!fs::exists(staging));
}

TEST_CASE("a name in staging that is a link or a directory is not claimed") {
  const testing::TempDirectory directory;
  testing::write(directory / "precious", "x");
  fs::create_directories(directory / "staging/directory");
  fs::create_symlink(directory / "precious", directory / "staging/link");
  CHECK(!io::StagedFile::claim(directory / "staging", "link", kAtOnce));
  CHECK(!io::StagedFile::claim(directory / "staging", "directory", kAtOnce));
  CHECK(testing::read(directory / "precious") == "x");
}

TEST_CASE("a directory in staging goes with its owner, or is cleared when the owner is dead") {
  const testing::TempDirectory directory;
  const fs::path staging = directory / "staging";
  {
    const auto owned = *io::StagedDirectory::create(staging);
    testing::write(owned.path() / "file", "x");
    REQUIRE(io::clear_staging(staging));
    CHECK(testing::read(owned.path() / "file") == "x");
  }
  CHECK(io::list_directory(staging)->empty());
  fs::create_directory(staging / "dead");
  testing::write(staging / "dead/file", "x");
  REQUIRE(io::clear_staging(staging));
  CHECK(!fs::exists(staging));
}

TEST_CASE("a published file keeps the mode of the one that it replaces, where that is asked for") {
  const testing::TempDirectory directory;
  testing::write(directory / "f", "old");
  REQUIRE(::chmod((directory / "f").c_str(), 0640) == 0);
  auto staged = *io::StagedFile::create(directory / "staging");
  REQUIRE(staged.write("new"));
  REQUIRE(staged.take_mode_of(directory / "f"));
  REQUIRE(staged.take_mode_of(directory / "none"));
  REQUIRE(staged.publish(directory / "f", io::StagedFile::Durability::no));
  CHECK(testing::read(directory / "f") == "new");
  CHECK((fs::status(directory / "f").permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read));
}

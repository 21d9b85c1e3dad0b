#include "libsupply/base/io/random_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libsupply/base/io/staging.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using io::RandomFile;
namespace fs = std::filesystem;

namespace {

template <class T>
ErrorCode code(const Result<T>& result) {
  REQUIRE(!result);
  return result.error().code();
}

constexpr std::chrono::milliseconds kAtOnce(0);

}  // namespace

TEST_CASE("stretches of one file are read independently of each other") {
  const testing::TempFolder folder;
  testing::write(folder / "f", "0123456789");
  const auto file = *RandomFile::open(folder / "f");
  CHECK(file->size() == 10);
  const auto first = io::stretch(file, 2, 3), second = io::stretch(file, 8, 100);
  CHECK(*io::read_all(*second, 100) == "89");
  CHECK(*io::read_all(*first, 100) == "234");
  CHECK(io::read_all(*io::stretch(file, 10, 5), 100)->empty());
  CHECK(file->is(folder / "f"));
  testing::write(folder / "f", "0123456789a");
  CHECK(!file->is(folder / "f"));
  CHECK(!file->is(folder / "none"));
}

TEST_CASE("what is no regular file is not opened to be read at any place") {
  const testing::TempFolder folder;
  testing::write(folder / "f", "x");
  fs::create_symlink("f", folder / "link");
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(code(RandomFile::open(folder / "none")) == ErrorCode::not_found);
  CHECK(code(RandomFile::open(folder.path())) == ErrorCode::unsupported);
  CHECK(code(RandomFile::open(folder / "pipe")) == ErrorCode::unsupported);
  CHECK(code(RandomFile::open(folder / "link", io::FollowLinks::no)) == ErrorCode::unsupported);
  CHECK(RandomFile::open(folder / "link"));
}

TEST_CASE("an anonymous file has no name, and is the owner's alone") {
  const testing::TempFolder folder;
  const auto file = RandomFile::anonymous(folder.path(), [&](io::Sink& sink) -> Status {
    SUPPLY_TRY(sink.write("abc"));
    CHECK(io::list_folder(folder.path())->empty());
    return sink.write("def");
  });
  REQUIRE(file);
  CHECK((*file)->size() == 6);
  CHECK(*io::read_all(*io::stretch(*file, 1, 4), 10) == "bcde");
  CHECK(io::list_folder(folder.path())->empty());
  CHECK(code(RandomFile::anonymous(folder / "none", [](io::Sink&) { return Status(); })) == ErrorCode::not_found);
  const auto failed = RandomFile::anonymous(
      folder.path(), [](io::Sink&) -> Status { return Error(ErrorCode::malformed, "not what was wanted"); });
  CHECK(code(failed) == ErrorCode::malformed);
}

TEST_CASE("a stretch is appended to a staged file, and a file that became shorter is an error") {
  const testing::TempFolder folder;
  testing::write(folder / "f", std::string(1'000'000, 'x') + "tail");
  const auto file = *RandomFile::open(folder / "f");
  auto staged = *io::StagedFile::create(folder / "staging");
  REQUIRE(staged.write("head"));
  REQUIRE(staged.append(*file, 999'999, 5));
  CHECK(staged.size() == 9);
  REQUIRE(staged.publish(folder / "out"));
  CHECK(testing::read(folder / "out") == "headxtail");
  fs::resize_file(folder / "f", 10);
  auto other = *io::StagedFile::create(folder / "staging");
  CHECK(code(other.append(*file, 0, 1'000'004)) == ErrorCode::unavailable);
}

TEST_CASE("a name in staging is claimed by one at a time, and what was left is gone on with") {
  const testing::TempFolder folder;
  const fs::path staging = folder / "staging";
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
    REQUIRE(again->publish(folder / "out"));
  }
  CHECK(testing::read(folder / "out") == "new");
  CHECK(!fs::exists(staging / "part"));
  { CHECK(*io::StagedFile::claim(staging, "part", kAtOnce)); }
  CHECK(!fs::exists(staging / "part"));
  testing::write(staging / "left", "x");
  REQUIRE(io::clear_staging(staging));
  CHECK(!fs::exists(staging));
}

TEST_CASE("a name in staging that is a link or a folder is not claimed") {
  const testing::TempFolder folder;
  testing::write(folder / "precious", "x");
  fs::create_directories(folder / "staging/folder");
  fs::create_symlink(folder / "precious", folder / "staging/link");
  CHECK(!io::StagedFile::claim(folder / "staging", "link", kAtOnce));
  CHECK(!io::StagedFile::claim(folder / "staging", "folder", kAtOnce));
  CHECK(testing::read(folder / "precious") == "x");
}

TEST_CASE("a folder in staging goes with its owner, or is cleared when the owner is dead") {
  const testing::TempFolder folder;
  const fs::path staging = folder / "staging";
  {
    const auto owned = *io::StagedFolder::create(staging);
    testing::write(owned.path() / "file", "x");
    REQUIRE(io::clear_staging(staging));
    CHECK(testing::read(owned.path() / "file") == "x");
  }
  CHECK(io::list_folder(staging)->empty());
  fs::create_directory(staging / "dead");
  testing::write(staging / "dead/file", "x");
  REQUIRE(io::clear_staging(staging));
  CHECK(!fs::exists(staging));
}

TEST_CASE("a published file keeps the mode of the one that it replaces, where that is asked for") {
  const testing::TempFolder folder;
  testing::write(folder / "f", "old");
  REQUIRE(::chmod((folder / "f").c_str(), 0640) == 0);
  auto staged = *io::StagedFile::create(folder / "staging");
  REQUIRE(staged.write("new"));
  REQUIRE(staged.take_mode_of(folder / "f"));
  REQUIRE(staged.take_mode_of(folder / "none"));
  REQUIRE(staged.publish(folder / "f", io::StagedFile::Lasting::no));
  CHECK(testing::read(folder / "f") == "new");
  CHECK((fs::status(folder / "f").permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read));
}

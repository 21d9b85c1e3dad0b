#include "libsupply/base/archive/tar_index.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/testing/tar.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using archive::read_tar_index;
using testing::tar_entry;

namespace {

Result<archive::TarIndex> index_of(std::string_view tar) {
  return read_tar_index(
      [&](std::uint64_t offset, std::span<char> into) -> Result<std::size_t> {
        if (offset >= tar.size()) return std::size_t{0};
        return tar.copy(into.data(), into.size(), offset);
      },
      tar.size());
}

// A tar without end that repeats the same blocks.
ErrorCode endless(const std::string& blocks) {
  const auto result = read_tar_index(
      [&](std::uint64_t offset, std::span<char> into) -> Result<std::size_t> {
        for (std::size_t done = 0; done < into.size();) {
          const std::size_t place = (offset + done) % blocks.size();
          done += blocks.copy(into.data() + done, into.size() - done, place);
        }
        return into.size();
      },
      std::uint64_t{1} << 60);
  REQUIRE(!result);
  return result.error().code();
}

}  // namespace

TEST_CASE("an index says where members lie, extended headers included") {
  const std::string name(150, 'n');
  const std::string tar = tar_entry({.path = "a", .content = std::string(700, 'a')}) +
                          testing::tar_pax('x', {{"path", name}}) + tar_entry({.path = "b", .content = "bb"}) +
                          tar_entry({.path = "link", .link = "a", .type = '2'}) +
                          tar_entry({.path = "c", .content = "c"}) + testing::tar_end() + std::string(9000, '\0');
  const auto index = index_of(tar);
  REQUIRE(index);
  REQUIRE(index->members.size() == 4);
  const auto& members = index->members;
  CHECK(members[0].path == "a");
  CHECK(members[1].path == name);
  CHECK(members[2].link == "a");
  for (const auto& [i, expected] :
       {std::pair{0, std::string(700, 'a')}, std::pair{1, std::string("bb")}, std::pair{3, std::string("c")}})
    CHECK(tar.substr(members[static_cast<std::size_t>(i)].content, members[static_cast<std::size_t>(i)].size) ==
          expected);
  CHECK(members[0].begin == 0);
  for (std::size_t i = 1; i < 4; ++i) CHECK(members[i].begin == members[i - 1].end);
  CHECK(members[1].content - members[1].begin == 3 * 512);
  CHECK(index->end == members[3].end);
  CHECK(index->end + 1024 + 9000 == tar.size());
}

TEST_CASE("a tar whose last member is cut off is malformed") {
  const std::string tar = tar_entry({.path = "a", .content = std::string(700, 'a')});
  CHECK(index_of(tar));
  for (const std::size_t size : {std::size_t{100}, std::size_t{511}, std::size_t{600}, tar.size() - 1}) {
    const auto result = index_of(tar.substr(0, size));
    REQUIRE(!result);
    CHECK(result.error().code() == ErrorCode::malformed);
  }
  const auto huge = index_of(tar_entry({.path = "a", .content = "x", .size = std::uint64_t{1} << 62}));
  REQUIRE(!huge);
  CHECK(huge.error().code() == ErrorCode::malformed);
}

// A tar at kMaxArchiveEntries or kMaxArchiveNameBytes takes minutes: what is beyond them comes from a source without
// end.
TEST_CASE("a tar of too many members or too long names is refused") {
  CHECK(endless(tar_entry({.path = "a"})) == ErrorCode::limit_exceeded);
  const std::string name(kMaxTarPathBytes, 'n');
  CHECK(endless(testing::tar_pax('x', {{"path", name}}) + tar_entry({.path = "b"})) == ErrorCode::limit_exceeded);
}

TEST_CASE("a read error is handed on") {
  const auto result = read_tar_index(
      [](std::uint64_t, std::span<char>) -> Result<std::size_t> { return Error(ErrorCode::unavailable, "gone"); }, 512);
  REQUIRE(!result);
  CHECK(result.error().code() == ErrorCode::unavailable);
}

TEST_CASE("headers that are written are read back, and tar reads them") {
  const testing::TempDirectory directory;
  const std::string name = "blobs/sha512/" + std::string(128, 'a');
  const std::string tar = archive::tar_header("a", 3) + "abc" + std::string(archive::tar_padding(3)) +
                          archive::tar_header(name, 512) + std::string(512, 'x') +
                          std::string(archive::tar_padding(512)) + std::string(archive::tar_end());
  const auto index = index_of(tar);
  REQUIRE(index);
  REQUIRE(index->members.size() == 2);
  CHECK(index->members[1].path == name);
  CHECK(index->members[1].size == 512);
  testing::write(directory / "t.tar", tar);
  CHECK(std::system(("test \"$(tar -tf " + (directory / "t.tar").string() + ")\" = \"a\n" + name + "\"").c_str()) == 0);
  CHECK(std::system(("test \"$(tar -xOf " + (directory / "t.tar").string() + " a)\" = abc").c_str()) == 0);
  // 8 GiB do not fit eleven octal digits.
  const std::uint64_t large = 8 * kGiB;
  CHECK(archive::tar_header("b", large - 1).size() == 512);
  const std::string header = archive::tar_header("b", large);
  CHECK(header.size() == 3 * 512);
  const auto sized = read_tar_index(
      [&](std::uint64_t offset, std::span<char> into) -> Result<std::size_t> {
        std::memset(into.data(), 0, into.size());
        if (offset < header.size()) header.copy(into.data(), into.size(), offset);
        return into.size();
      },
      header.size() + large + 1024);
  REQUIRE(sized);
  CHECK(sized->members[0].size == large);
}

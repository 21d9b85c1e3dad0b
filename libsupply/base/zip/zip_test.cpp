#include "libsupply/base/zip/zip.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <vector>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/testing/zip.hpp"

using namespace supply;
using testing::little_endian;
using testing::zip_archive;
using testing::zip_end;
using testing::ZipFields;

namespace {

struct Taken : zip::ZipVisitor {
  std::vector<std::string> names;
  std::map<std::string, std::string> contents;
  std::string unwanted;

  Result<bool> wants(const zip::ZipMember& member) override {
    names.emplace_back(member.name);
    return !member.directory() && member.name != unwanted;
  }
  Status content(const zip::ZipMember& member, std::string bytes) override {
    contents.emplace(member.name, std::move(bytes));
    return {};
  }
};

std::string refusal(const std::string& archive, const zip::ZipLimits& limits = {}, std::string unwanted = {}) {
  Taken taken;
  taken.unwanted = std::move(unwanted);
  const Status status = zip::read_zip(archive, taken, limits);
  if (status) return "read";
  return std::string(to_string(status.error().code())) + ": " + status.error().message();
}

const std::vector<ZipFields> kTwo = {{.name = "a", .content = "one"},
                                     {.name = "d/"},
                                     {.name = "d/b", .content = "two", .deflated = true, .descriptor = true}};

std::string zip64_archive(std::uint64_t entries64) {
  const std::string plain = zip_archive({{.name = "a", .content = "one"}});
  const std::size_t end = plain.size() - 22;
  const std::string directory = plain.substr(34, end - 34);
  const std::string record = "PK\x06\x06" + little_endian(44, 8) + little_endian(45, 2) + little_endian(45, 2) +
                             little_endian(0, 8) + little_endian(entries64, 8) + little_endian(entries64, 8) +
                             little_endian(directory.size(), 8) + little_endian(34, 8);
  const std::string locator = "PK\x06\x07" + little_endian(0, 4) + little_endian(end, 8) + little_endian(1, 4);
  return plain.substr(0, end) + record + locator + zip_end(0xffff, 0xffffffff, 0xffffffff);
}

}  // namespace

TEST_CASE("a zip archive's members are read by its central directory") {
  Taken taken;
  REQUIRE(zip::read_zip(zip_archive(kTwo), taken));
  CHECK(taken.names == std::vector<std::string>{"a", "d/", "d/b"});
  CHECK(taken.contents == std::map<std::string, std::string>{{"a", "one"}, {"d/b", "two"}});
  CHECK(zip::is_zip(zip_archive(kTwo)));
  Taken empty;
  CHECK(zip::read_zip(zip_archive({}), empty));
  CHECK(refusal(zip_archive({{.name = "empty", .content = ""}, {.name = "e", .deflated = true}})) == "read");
  CHECK(refusal(zip_archive({{.name = "large", .content = std::string(200'000, 'x'), .deflated = true}})) == "read");
}

TEST_CASE("a zip archive is read with bytes before it, and a comment or other bytes behind it") {
  CHECK(refusal("#!/bin/sh\nexec java -jar $0\n" + zip_archive(kTwo)) == "read");
  CHECK(refusal(zip_archive(kTwo, "a comment")) == "read");
  CHECK(refusal(zip_archive(kTwo) + "\n") == "read");
  // Offsets that were corrected for what precedes.
  std::string corrected = zip_archive({{.name = "a", .content = "x", .offset = 3}});
  corrected.replace(corrected.size() - 6, 4, little_endian(corrected.size() - 22 - 47 + 3, 4));
  CHECK(refusal("abc" + corrected) == "read");
}

TEST_CASE("a zip archive with a Zip64 record is read when both records say the same") {
  CHECK(refusal(zip64_archive(1)) == "read");
  CHECK(refusal("abc" + zip64_archive(1)) == "read");
  CHECK(refusal(zip64_archive(2)).starts_with("malformed: "));
  std::string other = zip64_archive(1);
  other.replace(other.size() - 12, 2, little_endian(2, 2));
  CHECK(refusal(other) == "malformed: the end of central directory record and that of Zip64 differ");
}

TEST_CASE("bytes without a whole central directory are no zip archive") {
  const std::string archive = zip_archive(kTwo);
  CHECK(refusal("") == "malformed: no end of central directory record");
  CHECK_FALSE(zip::is_zip("PK\x03\x04"));
  for (std::size_t size = 0; size < archive.size(); ++size) {
    INFO(size);
    CHECK(refusal(archive.substr(0, size)).starts_with("malformed: "));
  }
  CHECK(refusal(zip_end(1, 46, 0)).starts_with("malformed: a central directory of 46 bytes at 0 does not fit"));
  CHECK(refusal(std::string(46, 'x') + zip_end(1, 46, 0)) == "malformed: member 0: no central header");
  CHECK(refusal(std::string(46, 'x') + zip_end(2, 46, 0)).find("has not 2 members") != std::string::npos);
}

TEST_CASE("members of one name are read once where they say the same, and left alone where nobody wants them") {
  const std::vector<ZipFields> twice = {{.name = "a", .content = "1"}, {.name = "b"}, {.name = "a", .content = "1"}};
  Taken taken;
  REQUIRE(zip::read_zip(zip_archive(twice), taken));
  CHECK(taken.names == std::vector<std::string>{"a", "b"});
  const std::vector<ZipFields> two = {{.name = "a", .content = "1"}, {.name = "a", .content = "2"}};
  CHECK(refusal(zip_archive(two), {}, "a") == "read");
  CHECK(refusal(zip_archive(two)) == "malformed: two members \"a\"");
}

TEST_CASE("a zip archive in which two readers would see two things is refused") {
  CHECK(refusal(zip_archive({{.name = "a", .local_name = "b"}})) ==
        "malformed: \"a\": the local header has the name \"b\"");
  CHECK(refusal(zip_archive({{.name = "a", .content = "xyz", .local_size = 2}})) ==
        "malformed: \"a\": the local header says 3 bytes of 2, the central directory 3 of 3");
  CHECK(refusal(zip_archive({{.name = "a", .content = "xyz", .descriptor = true, .local_size = 2}})) ==
        "malformed: \"a\": its data descriptor does not say what the central directory says");
  CHECK(refusal(zip_archive({{.name = "a", .content = "1"}, {.name = "a", .content = "2"}})) ==
        "malformed: two members \"a\"");
  CHECK(refusal(zip_archive({{.name = "a/"}, {.name = "a/"}})) == "read");
  CHECK(refusal(zip_archive({{.name = "a"}, {.name = "a"}, {.name = "a", .content = "2"}})) ==
        "malformed: two members \"a\"");
  CHECK(refusal(zip_archive({{.name = "a"}, {.name = "hidden", .listed = false}, {.name = "b"}})) ==
        "malformed: a member at 31 or behind, not in the central directory");
  CHECK(refusal(zip_archive({{.name = "a"}, {.name = "hidden", .listed = false}})) ==
        "malformed: a member at 31 or behind, not in the central directory");
  CHECK(refusal(zip_archive({{.name = "hidden", .listed = false}, {.name = "b"}})) ==
        "malformed: a member at 0 or behind, not in the central directory");
  CHECK(refusal(zip_archive(kTwo) + zip_archive(kTwo)).starts_with("malformed: another archive before this one"));
  CHECK(refusal(zip_archive({{.name = "a", .content = "x"}, {.name = "a", .offset = 0}})).starts_with("malformed: "));
  CHECK(refusal(zip_archive({{.name = "a", .content = "x"}, {.name = "b", .offset = 7}})) ==
        "malformed: \"b\": no local header at 7");
  const std::string second = little_endian(0x7075, 2) + little_endian(6, 2) + std::string(5, '\0') + "b";
  CHECK(refusal(zip_archive({{.name = "a", .extra = second}})) == "malformed: member 0: \"a\": a second name, \"b\"");
  CHECK(refusal(zip_archive({{.name = std::string("a\0b", 3)}})).find("has a NUL") != std::string::npos);
  CHECK(refusal(zip_archive({{.name = ""}})).find("name is empty") != std::string::npos);
}

TEST_CASE("a zip archive's damaged content is refused only when somebody wants it") {
  for (const bool deflated : {false, true}) {
    const std::string damaged = zip_archive({{.name = "a", .content = "xyz", .deflated = deflated, .crc = 1}});
    CHECK(refusal(damaged).starts_with("malformed: \"a\": "));
    CHECK(refusal(damaged, {}, "a") == "read");
  }
  std::string cut = zip_archive({{.name = "a", .content = "xyz", .deflated = true}});
  cut[31 + 5] = 'q';
  CHECK(refusal(cut).starts_with("malformed: \"a\": "));
  // More and fewer bytes than both headers say.
  CHECK(refusal(zip_archive({{.name = "a", .content = "xyz", .deflated = true, .local_size = 2, .central_size = 2}}))
            .starts_with("malformed: \"a\": "));
  CHECK(refusal(zip_archive({{.name = "a", .content = "xyz", .deflated = true, .local_size = 4, .central_size = 4}}))
            .starts_with("malformed: \"a\": "));
}

TEST_CASE("an encrypted member of a zip archive is refused only when somebody wants it") {
  const std::string encrypted = zip_archive({{.name = "a", .content = "xyz", .flags = 1}});
  CHECK(refusal(encrypted) == "unsupported: \"a\": encrypted");
  CHECK(refusal(encrypted, {}, "a") == "read");
}

TEST_CASE("a zip archive is read up to its limits and not beyond") {
  const zip::ZipLimits defaults;
  CHECK(defaults.entries == kMaxZipEntries);
  CHECK(defaults.name_bytes == kMaxZipNameBytes);
  CHECK(defaults.unpacked == kMaxZipUnpackedBytes);
  CHECK(defaults.ratio == kMaxZipRatio);

  CHECK(refusal(zip_archive(kTwo), {.entries = 3}) == "read");
  CHECK(refusal(zip_archive(kTwo), {.entries = 2}) == "limit_exceeded: an archive of 3 members, more than 2");
  CHECK(refusal(zip_archive(kTwo), {.name_bytes = 3}) == "read");
  CHECK(refusal(zip_archive(kTwo), {.name_bytes = 2}) == "limit_exceeded: member 2: a name of 3 bytes, more than 2");
  CHECK(refusal(zip_archive(kTwo), {.unpacked = 6}) == "read");
  CHECK(refusal(zip_archive(kTwo), {.unpacked = 5}) == "limit_exceeded: \"d/b\": more than 5 unpacked bytes");
  const std::string lying =
      zip_archive({{.name = "a", .content = "x", .deflated = true, .local_size = 7'700, .central_size = 7'700}});
  CHECK(refusal(lying).starts_with("limit_exceeded: \"a\": more than 1100 bytes for each packed one"));
  CHECK(refusal(lying, {.ratio = 1'200}).starts_with("malformed: "));
}

TEST_CASE("what a visitor of a zip archive returns ends the reading") {
  struct Refusing : Taken {
    Status content(const zip::ZipMember&, std::string) override { return Error(ErrorCode::limit_exceeded, "enough"); }
  } refusing;
  const Status status = zip::read_zip(zip_archive(kTwo), refusing);
  REQUIRE_FALSE(status);
  CHECK(status.error().message() == "enough");
}

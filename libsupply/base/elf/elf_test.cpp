#include "libsupply/base/elf/elf.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <sstream>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/testing/elf.hpp"

using namespace supply;
using namespace std::string_literals;
using testing::ElfFields;

namespace {

using Notes = std::vector<std::string>;

Result<Notes> notes_of(std::string_view file, std::size_t chunk, std::size_t limit = kMaxElfNoteBytes) {
  elf::NoteReader reader(limit);
  for (std::size_t at = 0; at < file.size(); at += chunk) reader.feed(file.substr(at, chunk));
  Notes out;
  SUPPLY_TRY(reader.finish([&](const elf::Note& note) -> Status {
    out.push_back(std::string(note.owner) + ":" + std::to_string(note.type) + ":" + std::string(note.description));
    return {};
  }));
  return out;
}

Notes notes_of(const std::string& file) {
  const auto whole = notes_of(file, file.size());
  if (!whole) FAIL(whole.error().message());
  for (const std::size_t chunk : {1, 7, 64, 100}) CHECK(*notes_of(file, chunk) == *whole);
  return *whole;
}

std::string contents(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream out;
  out << file.rdbuf();
  return out.str();
}

const std::vector<std::pair<bool, bool>> kForms = {{true, false}, {true, true}, {false, false}, {false, true}};

}  // namespace

TEST_CASE("sections and notes are read in programs of 32 and 64 bits and both byte orders") {
  for (const auto& [is_64_bit, is_big_endian] : kForms) {
    INFO(is_64_bit << is_big_endian);
    const std::string file = testing::elf_file({.is_64_bit = is_64_bit,
                                                .is_big_endian = is_big_endian,
                                                .notes = {{"GNU", 3, "build id"}, {"FDO", 0xcafe1a7e, "{}\n"}},
                                                .sections = {{".one", "first"}, {".two", ""}}});
    CHECK(notes_of(file) == Notes{"GNU:3:build id", "FDO:3405650558:{}\n"});
    const auto sections = elf::parse_sections(file);
    REQUIRE(sections);
    REQUIRE(sections->size() == 5);
    CHECK((*sections)[1].name == ".note.test");
    CHECK((*sections)[2].name == ".one");
    const auto one = elf::find_section(file, ".one");
    REQUIRE(one);
    CHECK(*one == "first");
    CHECK(**elf::find_section(file, ".two") == "");
    CHECK_FALSE(*elf::find_section(file, ".three"));
  }
}

TEST_CASE("notes of what the linker of this machine made are those that its sections have") {
  const std::string file = contents("/proc/self/exe");
  const auto header = elf::parse_header(std::string_view(file).substr(0, elf::kHeaderBytes));
  REQUIRE(header);
  const auto section = elf::find_section(file, ".note.gnu.build-id");
  REQUIRE(section);
  if (!*section) return;  // the linker was told to make none
  const auto notes = elf::parse_notes(*header, 4, **section);
  REQUIRE(notes);
  REQUIRE(notes->size() == 1);
  CHECK(notes->front().owner == "GNU");
  const auto all = notes_of(file, 4096);
  REQUIRE(all);
  CHECK(std::count(all->begin(), all->end(), "GNU:3:" + std::string(notes->front().description)) == 1);
}

TEST_CASE("a file that is cut off anywhere, or lies about its sizes, is an error or has less, and never more") {
  for (const auto& [is_64_bit, is_big_endian] : kForms) {
    const ElfFields fields{.is_64_bit = is_64_bit,
                           .is_big_endian = is_big_endian,
                           .notes = {{"GNU", 3, "id"}},
                           .sections = {{".one", "first"}}};
    const std::string file = testing::elf_file(fields);
    for (std::size_t size = 0; size < file.size(); ++size) {
      (void)notes_of(file.substr(0, size), 9);
      CHECK_FALSE(elf::parse_sections(file.substr(0, size)));
    }
    for (std::size_t at = 4; at < file.size(); ++at) {
      std::string changed = file;
      changed[at] = '\xff';
      (void)notes_of(changed, 9);
      const auto section = elf::find_section(changed, ".one");
      if (section && *section) CHECK((*section)->size() <= changed.size());
    }
  }
  CHECK_FALSE(elf::parse_header("\x7f\x45LF"));
  CHECK_FALSE(elf::parse_header("\x7f\x45LF\3\1\1" + std::string(60, '\0')));
  CHECK_FALSE(elf::parse_header("\x7f\x45LF\2\3\1" + std::string(60, '\0')));
}

TEST_CASE("a program is whole where its tables are, and what is loaded") {
  const auto is_whole = [](std::string_view file) {
    elf::NoteReader reader(kMaxElfNoteBytes);
    for (std::size_t at = 0; at < file.size(); at += 9) reader.feed(file.substr(at, 9));
    return reader.whole();
  };
  for (const auto& [is_64_bit, is_big_endian] : kForms) {
    const std::string file = testing::elf_file({.is_64_bit = is_64_bit,
                                                .is_big_endian = is_big_endian,
                                                .notes = {{"GNU", 3, "id"}},
                                                .sections = {{".one", "first"}}});
    CHECK(is_whole(file));
    CHECK(is_whole(file + "what is appended"));
    for (std::size_t size = 0; size < file.size(); ++size) CHECK_FALSE(is_whole(file.substr(0, size)));
  }
  const std::string own = contents("/proc/self/exe");
  REQUIRE(is_whole(own));
  CHECK(is_whole(own.substr(0, own.size() - 1)).error().message() ==
        "ELF: the table of sections is behind the file's end");
  if (own[4] != 2) return;  // the offsets below are those of 64 bits
  std::string stripped = own;
  stripped.replace(40, 8, 8, '\0');
  stripped.replace(60, 2, 2, '\0');
  CHECK(is_whole(stripped));
  std::string left_over = stripped;
  left_over.replace(40, 8, own.substr(40, 8));
  CHECK(is_whole(left_over.substr(0, left_over.size() - 1)));
  CHECK(is_whole(stripped.substr(0, 4096)).error().message() == "ELF: what is loaded is behind the file's end");
  CHECK(is_whole(stripped.substr(0, 70)).error().message() == "ELF: the table of segments is behind the file's end");
  std::string far = own;
  far.replace(32, 8, 8, '\xff');
  CHECK(is_whole(far).error().message() == "ELF: the table of segments is behind the file's end");
  CHECK(is_whole("\x7f\x45LFjunk").error().message() == "ELF: the header is cut off");
}

TEST_CASE("a core dump has no notes of a program") {
  CHECK(notes_of(testing::elf_file({.type = 4, .notes = {{"CORE", 1, "status"}}})).empty());
}

TEST_CASE("notes over the limit of a segment, and too many sections, are limits") {
  const std::string file = testing::elf_file({.notes = {{"X", 1, std::string(100, 'x')}}});
  CHECK(notes_of(file, 4096, 116));
  const auto over = notes_of(file, 4096, 115);
  REQUIRE_FALSE(over);
  CHECK(over.error().code() == ErrorCode::limit_exceeded);
  // The count of sections is in the first one's size when it does not fit the header: kMaxElfHeaders of them.
  std::string many = testing::elf_file({.sections = {{".one", "first"}}});
  const auto header = elf::parse_header(many);
  REQUIRE(header);
  many[60] = many[61] = '\0';
  const std::size_t size_at = static_cast<std::size_t>(header->sections_at) + 32;
  many.replace(size_at, 4, "\xff\xff\0\0"s);
  CHECK(elf::parse_sections(many).error().code() == ErrorCode::malformed);  // kMaxElfHeaders, which are not there
  many.replace(size_at, 4, "\0\0\1\0"s);
  CHECK(elf::parse_sections(many).error().code() == ErrorCode::limit_exceeded);
  many.replace(size_at, 4, "\4\0\0\0"s);
  CHECK(**elf::find_section(many, ".one") == "first");
}

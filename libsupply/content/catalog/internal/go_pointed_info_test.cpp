// Programs in the form that Go 1.13 to 1.17 wrote, made small. Real ones (Go 1.15, 1.16 and 1.17; ELF of 32 and 64 bits
// and both byte orders, PE, Mach-O) were compared with what `go version -m` says of them.
#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/internal/go_build_info.hpp"

using namespace supply::catalog;
using supply::ErrorCode;

namespace {

enum class Form { elf, pe, mach_o };

struct Program {
  Form form = Form::elf;
  bool is_64_bit = true, is_big_endian = false;
  std::string version = "go1.16", modules = "path\tex.org/a/cmd/a\nmod\tex.org/a\tv1.2.3\t\n";
  bool has_build_id = true, has_module_variable = true;
  std::uint64_t headers_at = 0x5800;  // of both strings, in the file
  std::uint64_t info_at = 0x5000;     // in the file
};

constexpr std::uint64_t kTextAddress = 0x401000, kTextOffset = 0x3000, kDataAddress = 0x609000, kDataOffset = 0x5000;

struct Writer {
  std::string bytes;
  bool is_big_endian;
  void put(std::size_t at, std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i)
      bytes[at + (is_big_endian ? size - 1 - i : i)] = static_cast<char>(value >> (8 * i));
  }
  void put(std::size_t at, std::string_view text) { bytes.replace(at, text.size(), text); }
};

// Source: elf(5); Microsoft, "PE Format"; mach-o/loader.h.
void put_headers(const Program& program, Writer& out) {
  const bool wide = program.is_64_bit;
  const std::size_t word = wide ? 8 : 4;
  const std::pair<std::uint64_t, std::uint64_t> ranges[] = {{kTextAddress, kTextOffset}, {kDataAddress, kDataOffset}};
  constexpr std::uint64_t kRangeBytes = 0x2000;
  if (program.form == Form::elf) {
    out.put(0, "\x7f\x45LF");
    out.put(4, wide ? 2 : 1, 1);
    out.put(5, program.is_big_endian ? 2 : 1, 1);
    const std::size_t header = wide ? 64 : 52, segment = wide ? 56 : 32;
    out.put(wide ? 32 : 28, header, word);
    out.put(wide ? 54 : 42, segment, 2);
    out.put(wide ? 56 : 44, 2, 2);
    for (std::size_t i = 0; i < 2; ++i) {
      const std::size_t at = header + i * segment;
      out.put(at, 1, 4);
      out.put(at + (wide ? 4 : 24), i == 0 ? 5 : 6, 4);
      out.put(at + word, ranges[i].second, word);
      out.put(at + 2 * word, ranges[i].first, word);
      out.put(at + 4 * word, kRangeBytes, word);
    }
  } else if (program.form == Form::pe) {
    constexpr std::uint64_t kBase = 0x400000;
    out.put(0, "MZ");
    out.put(0x3c, 0x80, 4);
    out.put(0x80, std::string_view("PE\0\0", 4));
    out.put(0x86, 2, 2);
    out.put(0x94, 0xf0, 2);
    out.put(0x98, wide ? 0x20b : 0x10b, 2);
    out.put(wide ? 0x98 + 24 : 0x98 + 28, kBase, word);
    for (std::size_t i = 0; i < 2; ++i) {
      const std::size_t at = 0x98 + 0xf0 + 40 * i;
      out.put(at + 12, ranges[i].first - kBase, 4);
      out.put(at + 16, kRangeBytes, 4);
      out.put(at + 20, ranges[i].second, 4);
      out.put(at + 36, i == 0 ? 0x60000020 : 0xc0000040, 4);
    }
  } else {
    out.put(0, wide ? 0xfeedfacf : 0xfeedface, 4);
    out.put(16, 2, 4);
    const std::size_t header = wide ? 32 : 28, segment = wide ? 72 : 56;
    for (std::size_t i = 0; i < 2; ++i) {
      const std::size_t at = header + i * segment;
      out.put(at, wide ? 0x19 : 1, 4);
      out.put(at + 4, segment, 4);
      out.put(at + 24, ranges[i].first, word);
      out.put(at + 24 + 2 * word, ranges[i].second, word);
      out.put(at + 24 + 3 * word, kRangeBytes, word);
      out.put(at + 28 + 4 * word, i == 0 ? 5 : 3, 4);
    }
  }
}

std::string marked(const std::string& modules) {
  const std::string start("\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6", 16);
  const std::string end("\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2", 16);
  return start + modules + end;
}

std::string bytes_of(const Program& program) {
  Writer out{std::string(0x7000, '\0'), program.is_big_endian};
  const std::size_t word = program.is_64_bit ? 8 : 4;
  put_headers(program, out);
  if (program.has_build_id) out.put(0x600, "\xff Go build ID: \"abc\"\n \xff");
  // Texts of Go's have no end of their own.
  constexpr std::uint64_t kVersion = 0x103, kModules = 0x805;
  out.put(kTextOffset + kVersion - 3, "1.9" + program.version + "gopher go1.13.go");
  out.put(kTextOffset + kModules, marked(program.modules));
  out.put(program.info_at, "\xff Go buildinf:");
  out.put(program.info_at + 14, word, 1);
  out.put(program.info_at + 15, program.is_big_endian ? 1 : 0, 1);
  const std::uint64_t headers = kDataAddress + program.headers_at - kDataOffset;
  out.put(program.info_at + 16, headers, word);
  out.put(program.info_at + 16 + word, program.has_module_variable ? headers + 0x40 : 0, word);
  out.put(program.headers_at, kTextAddress + kVersion, word);
  out.put(program.headers_at + word, program.version.size(), word);
  out.put(program.headers_at + 0x40, kTextAddress + kModules, word);
  out.put(program.headers_at + 0x40 + word, marked(program.modules).size(), word);
  return out.bytes;
}

std::optional<std::string> search(const std::string& program, std::size_t chunk) {
  GoBuildInfoSearch search;
  for (std::size_t at = 0; at < program.size(); at += chunk) search.feed(std::string_view(program).substr(at, chunk));
  return search.finish();
}

supply::Result<GoBuildInfo> info_of(const Program& program) {
  const std::string bytes = bytes_of(program);
  const auto whole = search(bytes, bytes.size());
  REQUIRE(whole);
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{100}, std::size_t{4096}})
    CHECK(search(bytes, chunk) == whole);
  return go_build_info_from_record(*whole);
}

}  // namespace

TEST_CASE("go build information of before Go 1.18 is what its pointers lead to") {
  for (const Form form : {Form::elf, Form::pe, Form::mach_o}) {
    for (const bool is_64_bit : {true, false}) {
      for (const bool is_big_endian : {false, true}) {
        if (form == Form::pe && is_big_endian) continue;
        INFO(static_cast<int>(form) << is_64_bit << is_big_endian);
        const Program program{.form = form, .is_64_bit = is_64_bit, .is_big_endian = is_big_endian};
        const auto info = info_of(program);
        REQUIRE(info);
        CHECK(info->go_version == "go1.16");
        CHECK(info->modules == program.modules);
        // As the system's linker lays it out: the data are before.
        Program before = program;
        before.headers_at = 0x5010, before.info_at = 0x6000;
        CHECK(info_of(before)->go_version == "go1.16");
      }
    }
  }
  CHECK(info_of({.version = "devel +5e1f1d9 Tue"})->go_version == "devel +5e1f1d9 Tue");
  // The variables' place is right behind the pointers, or far from them.
  for (const std::uint64_t at : {0x5020, 0x5fe0, 0x6f80}) CHECK(info_of({.headers_at = at})->go_version == "go1.16");
  // A program that was built without modules has no module text.
  CHECK(info_of({.has_module_variable = false})->modules.empty());
}

TEST_CASE("go build information of before Go 1.18 whose texts are not found is known to be unknown") {
  const auto code = [](const Program& program) { return info_of(program).error().code(); };
  CHECK(code({.has_build_id = false}) == ErrorCode::unsupported);
  CHECK(code({.version = "python"}) == ErrorCode::unsupported);
  CHECK(code({.headers_at = 0x4800}) == ErrorCode::unsupported);  // before the pointers, and in no range
  std::string cut = bytes_of({});
  cut.resize(0x5800);
  const auto record = search(cut, 100);
  REQUIRE(record);
  CHECK(go_build_info_from_record(*record).error().code() == ErrorCode::unsupported);
}

TEST_CASE("a Go program that ends before its build information is known to be cut off") {
  for (const Form form : {Form::elf, Form::pe, Form::mach_o}) {
    std::string cut = bytes_of({.form = form});
    cut.resize(0x4f00);
    const auto record = search(cut, 100);
    REQUIRE(record);
    CHECK(go_build_info_from_record(*record).error().code() == ErrorCode::malformed);
    CHECK(go_build_info_from_record(*record).error().message() == "a Go program that is cut off");
  }
}

TEST_CASE("data before go build information are held up to the limit") {
  constexpr std::size_t kChunk = 65536;
  const auto kind_of_record = [](std::size_t padding) {
    Writer out{bytes_of({.headers_at = 0x5010, .info_at = 0x6000}), false};
    out.put(64 + 56 + 32, 0x2000 + padding, 8);  // of the second segment, in the file
    out.bytes.insert(0x5800, padding, '\0');
    return search(out.bytes, kChunk).value_or("")[0];
  };
  CHECK(kind_of_record(supply::kMaxGoDataBytes - 2 * kChunk) == 'F');
  CHECK(kind_of_record(supply::kMaxGoDataBytes + 2 * kChunk) == 'O');
}

TEST_CASE("the last of long data before go build information is held") {
  // Debian 11's dockerd, a PIE, has 20 MB of relocated tables before the strings' headers.
  constexpr std::size_t kChunk = 65536, kPadding = 3 * supply::kMaxGoDataBytes;
  const Program program{.headers_at = 0x5810, .info_at = 0x6000};
  Writer out{bytes_of(program), false};
  out.put(64 + 56 + 32, 0x2000 + kPadding, 8);  // of the second segment, in the file
  for (const std::uint64_t variable : {std::uint64_t{0x6010}, std::uint64_t{0x6018}}) {
    const std::uint64_t address = kDataAddress + program.headers_at - kDataOffset + kPadding;
    out.put(variable, variable == 0x6010 ? address : address + 0x40, 8);
  }
  out.bytes.insert(0x5400, kPadding, '\0');
  const auto record = search(out.bytes, kChunk);
  REQUIRE(record);
  CHECK(go_build_info_from_record(*record)->go_version == "go1.16");
}

TEST_CASE("what only looks like go build information hides it beyond the limits, which is known to be unknown") {
  const auto kind_of_record = [](std::size_t count, std::string_view decoy) {
    Writer out{bytes_of({}), false};
    for (std::size_t i = 1; i <= count; ++i) out.put(kTextOffset - i * decoy.size(), decoy);
    return search(out.bytes, 4096).value_or("")[0];
  };
  const std::string pointers = std::string("\xff Go buildinf:\x08\0", 16) + std::string(16, '\0');
  CHECK(kind_of_record(supply::kMaxGoPointers - 1, pointers) == 'F');
  CHECK(kind_of_record(supply::kMaxGoPointers, pointers) == 'O');
  CHECK(kind_of_record(supply::kMaxGoVersionTexts - 1, "go1.") == 'F');
  CHECK(kind_of_record(supply::kMaxGoVersionTexts, "go1.") == 'O');
}

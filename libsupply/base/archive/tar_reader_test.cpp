#include "libsupply/base/archive/tar_reader.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/archive/decompress.hpp"
#include "libsupply/base/archive/internal/tar_header.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/testing/tar.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::archive {
namespace {

using testing::tar_end;
using testing::tar_entry;
using testing::tar_pax;

struct Seen {
  std::string path, link, content;
  TarEntry entry;
};

class Recorder : public TarVisitor {
 public:
  Result<WantContent> entry(const TarEntry& entry) override {
    seen.push_back({std::string(entry.path), std::string(entry.link), "", entry});
    return want;
  }
  Status content(std::string_view chunk) override {
    seen.back().content += chunk;
    return {};
  }
  Status end_entry() override {
    ++ended;
    return {};
  }

  std::vector<Seen> seen;
  std::size_t ended = 0;
  WantContent want = WantContent::yes;
};

Status walk(Recorder& recorder, std::string_view bytes, std::size_t chunk = 1 << 20) {
  TarReader reader(recorder);
  for (std::size_t at = 0; at < bytes.size(); at += chunk) SUPPLY_TRY(reader.feed(bytes.substr(at, chunk)));
  return reader.finish();
}

std::string data(std::string_view name) {
  std::string tar;
  Decompressor unpack([&](std::string_view bytes) {
    tar += bytes;
    return Status();
  });
  REQUIRE(unpack.feed(testing::read(testing::testdata("archive") / name)));
  REQUIRE(unpack.finish());
  return tar;
}

ErrorCode code_of(std::string_view bytes) {
  Recorder recorder;
  const Status status = walk(recorder, bytes);
  REQUIRE(!status);
  return status.error().code();
}

const std::string kLong(120, 'n');

}  // namespace

TEST_CASE("the formats of GNU tar give the same entries in chunks of any size") {
  std::string numbers;
  for (int i = 1; i <= 700; ++i) numbers += std::to_string(i) + "\n";
  for (const char* name : {"oldgnu.tar.gz", "gnu.tar.gz", "pax.tar.gz"}) {
    const std::string tar = data(name);
    for (const std::size_t chunk : {1, 7, 511, 512, 513, 1 << 20}) {
      INFO(name << " in chunks of " << chunk);
      Recorder recorder;
      REQUIRE(walk(recorder, tar, chunk));
      const std::vector<Seen>& seen = recorder.seen;
      REQUIRE(seen.size() == 8);
      CHECK(recorder.ended == 8);
      CHECK(seen[0].path == "d/");
      CHECK(seen[0].entry.type == TarType::directory);
      CHECK(seen[0].entry.mode == 0755);
      CHECK(seen[1].path == "d/a");
      CHECK(seen[1].content == numbers);
      CHECK(seen[1].entry.size == numbers.size());
      CHECK(seen[1].entry.mode == 0644);
      CHECK(seen[2].path == "d/caf\xe9");
      CHECK(seen[3].path == "d/hard");
      CHECK(seen[3].entry.type == TarType::hardlink);
      CHECK(seen[3].link == "d/a");
      CHECK(seen[4].path == "d/longsym");
      CHECK(seen[4].entry.type == TarType::symlink);
      CHECK(seen[4].link == kLong + "/" + kLong + "/" + kLong);
      CHECK(seen[6].path == "d/" + kLong + "/" + kLong);
      CHECK(seen[6].content == "long\n");
      CHECK(seen[7].link == "a");
    }
  }
}

TEST_CASE("ustar's prefix and v7 are read") {
  Recorder ustar, v7;
  REQUIRE(walk(ustar, data("ustar.tar.gz")));
  CHECK(ustar.seen.at(0).path == std::string(120, 'p') + "/a");
  REQUIRE(walk(v7, data("v7.tar.gz")));
  CHECK(v7.seen.at(0).path == "d/a");
  CHECK(v7.seen.at(1).link == "a");
}

TEST_CASE("sparse files of all four forms have their holes") {
  std::string sparse(200'000, '\0'), many(400'000, '\0');
  sparse[70'000] = 'X';
  sparse[150'000] = sparse[150'001] = 'Y';
  for (std::size_t i = 0; i < 30; ++i) many[i * 12'288] = 'Z';
  for (const char* name : {"sparse-gnu.tar.gz", "sparse-0.0.tar.gz", "sparse-0.1.tar.gz", "sparse-1.0.tar.gz"}) {
    const std::string tar = data(name);
    for (const std::size_t chunk : {1, 513, 1 << 20}) {
      INFO(name << " in chunks of " << chunk);
      Recorder recorder;
      REQUIRE(walk(recorder, tar, chunk));
      REQUIRE(recorder.seen.size() == 3);
      CHECK(recorder.seen[0].path == "sparse");
      CHECK(recorder.seen[0].entry.size == 200'000);
      CHECK((recorder.seen[0].content == sparse));
      CHECK(recorder.seen[1].path == "many");
      CHECK((recorder.seen[1].content == many));
      CHECK(recorder.seen[2].path == "d/a");
      CHECK(recorder.seen[2].content.size() == 2692);
      Recorder uninterested;
      uninterested.want = WantContent::no;
      REQUIRE(walk(uninterested, tar, chunk));
      CHECK(uninterested.seen.at(2).path == "d/a");
    }
  }
}

TEST_CASE("a sparse map that does not fit its file is malformed") {
  const auto sparse = [](std::string_view map, std::string_view size) {
    return tar_pax('x', {{"GNU.sparse.map", map}, {"GNU.sparse.size", size}}) +
           tar_entry({.path = "f", .content = "12345"}) + tar_end();
  };
  Recorder recorder;
  REQUIRE(walk(recorder, sparse("2,5", "9")));
  CHECK(recorder.seen.at(0).content == std::string("\0\0"
                                                   "12345"
                                                   "\0\0",
                                                   9));
  for (const char* map : {"2,4", "2,6", "5,5", "3,2,2,3", "2", "x,5", "9223372036854775807,5", "-1,5"}) {
    INFO(map);
    CHECK(code_of(sparse(map, "9")) == ErrorCode::malformed);
  }
  // Holes are work too.
  CHECK(code_of(sparse("0,5", std::to_string(kMaxSparseHoleBytes + 6))) == ErrorCode::limit_exceeded);
  const std::string many(kMaxPaxHeaderBytes + 1024, '1');
  CHECK(code_of(tar_pax('x', {{"GNU.sparse.major", "1"}, {"GNU.sparse.minor", "0"}, {"GNU.sparse.realsize", "9"}}) +
                tar_entry({.path = "f", .content = many}) + tar_end()) == ErrorCode::limit_exceeded);
}

TEST_CASE("a sparse file of a form that Go does not know is refused: Go would take the header's name") {
  const auto sparse = [](std::vector<std::pair<std::string_view, std::string_view>> records) {
    records.insert(records.end(), {{"GNU.sparse.size", "5"}, {"GNU.sparse.name", "harmless"}});
    std::string pax;
    for (const auto& [key, value] : records) {
      std::string record = " " + std::string(key) + "=" + std::string(value) + "\n";
      std::size_t size = record.size() + 1;
      while (std::to_string(size).size() + record.size() != size) ++size;
      pax += std::to_string(size) + record;
    }
    return tar_entry({.path = "x", .content = pax, .type = 'x'}) + tar_entry({.path = "f", .content = "12345"}) +
           tar_end();
  };
  for (const auto& [major, minor] :
       {std::pair("0", "5"), {"0", ""}, {"", "7"}, {"", "1"}, {"2", "0"}, {"1", ""}, {"1", "1"}}) {
    INFO(major << "." << minor);
    CHECK(code_of(sparse({{"GNU.sparse.major", major}, {"GNU.sparse.minor", minor}, {"GNU.sparse.map", "0,5"}})) ==
          ErrorCode::malformed);
  }
  CHECK(code_of(sparse({})) == ErrorCode::malformed);
  CHECK(code_of(sparse({{"GNU.sparse.map", ""}})) == ErrorCode::malformed);
  CHECK(code_of(sparse({{"GNU.sparse.map", "0,5"}, {"GNU.sparse.realsize", "6"}})) == ErrorCode::malformed);
  Recorder recorder;
  REQUIRE(walk(recorder, sparse({{"GNU.sparse.map", "0,5"}})));
  CHECK(recorder.seen.at(0).path == "harmless");
  Recorder second;
  REQUIRE(walk(second, sparse({{"GNU.sparse.major", "0"}, {"GNU.sparse.minor", "1"}, {"GNU.sparse.map", "0,5"}})));
  CHECK(second.seen.at(0).path == "harmless");
}

// What Go's archive/tar 1.21 reads of the same bytes; GNU tar reads the next header where Go reads more of the map.
TEST_CASE("GNU's old sparse map that ends and goes on is refused: readers take what follows for different things") {
  std::string header = data("sparse-gnu.tar.gz").substr(0, 512);
  header.replace(124, 12, "00000000000\0", 12);
  header.replace(483, 12, "00000000000\0", 12);
  header.replace(386, 96, std::string(96, '\0'));
  const auto map = [&](char in_header, std::string more) {
    header[482] = in_header;
    return testing::tar_checksum(header) + std::move(more) + tar_entry({.path = "a"}) + tar_end();
  };
  Recorder recorder;
  REQUIRE(walk(recorder, map('\0', "")));
  CHECK(recorder.seen.at(1).path == "a");
  CHECK(code_of(map('1', "")) == ErrorCode::malformed);
  CHECK(code_of(map('1', std::string(512, '\0'))) == ErrorCode::malformed);
  const std::string empty_part = std::string("00000000000") + '\0' + std::string("00000000000") + '\0';
  for (std::size_t i = 0; i < 4; ++i) header.replace(386 + 24 * i, 24, empty_part);
  std::string block(512, '\0');
  Recorder second;
  REQUIRE(walk(second, map('1', block)));
  CHECK(second.seen.at(1).path == "a");
  block[504] = '1';
  CHECK(code_of(map('1', block + std::string(512, '\0'))) == ErrorCode::malformed);
  // Nor is one that records name otherwise: Go takes the header's name.
  const auto records = tar_pax('x', {{"GNU.sparse.map", ""},
                                     {"GNU.sparse.major", "0"},
                                     {"GNU.sparse.minor", "1"},
                                     {"GNU.sparse.size", "0"},
                                     {"GNU.sparse.name", "harmless"}});
  CHECK(code_of(records + map('1', std::string(512, '\0'))) == ErrorCode::malformed);
}

// Each name is what Go's archive/tar 1.21 says.
TEST_CASE("a prefix is where GNU keeps times only where one of those that are there is no number") {
  using namespace std::string_view_literals;
  const auto name = [](std::string_view access, std::string_view change) {
    std::string header = tar_entry({.path = "a"});
    header.replace(257, 8, "ustar  \0", 8);
    header.replace(345, 12, access);
    header.replace(357, 12, change);
    Recorder recorder;
    REQUIRE(walk(recorder, testing::tar_checksum(header) + tar_end()));
    return recorder.seen.at(0).path;
  };
  CHECK(name("00000000001\0"sv, "00000000002\0"sv) == "a");
  CHECK(name("00000000001 "sv, "\0garbage\0\0\0\0"sv) == "a");
  CHECK(name("\0garbage\0\0\0\0"sv, "\0\0\0\0\0\0\0\0\0\0\0\0"sv) == "a");
  CHECK(name("12 \0 3      "sv, "00000000002\0"sv) == "12 /a");
  CHECK(name("garbage/in/a"sv, "\0\0\0\0\0\0\0\0\0\0\0\0"sv) == "garbage/in/a/a");
  CHECK(name("00000000001 "sv, "garbage\0\0\0\0\0"sv) == "00000000001 garbage/a");
  CHECK(name("\0\0\0\0\0\0\0\0\0\0\0\0"sv, "garbage\0\0\0\0\0"sv) == "a");
}

TEST_CASE("a mode that says another type than the header is shown: Go believes it") {
  for (const auto& [mode, says_other] : {std::pair(0644U, false),
                                         {0100644U, false},
                                         {0120777U, true},
                                         {040755U, true},
                                         {010644U, true},
                                         {01120777U, true}}) {
    Recorder recorder;
    REQUIRE(walk(recorder, tar_entry({.path = "a", .mode = mode}) + tar_end()));
    CHECK(recorder.seen.at(0).entry.mode_says_other_type == says_other);
    CHECK(recorder.seen.at(0).entry.mode == (mode & 07777));
  }
}

TEST_CASE("a sparse map has parts up to a limit") {
  // GNU's old form: four parts in the header, 21 in each block that follows, as long as the byte behind them is set.
  const auto map_of = [](std::size_t parts) {
    const std::string empty_part(
        "00000000000\0"
        "00000000000\0",
        24);
    std::string header = data("sparse-gnu.tar.gz").substr(0, 512), tar;
    header.replace(124, 12, "00000000000\0", 12);  // no content
    header.replace(483, 12, "00000000000\0", 12);  // and no holes
    header[482] = '1';
    for (std::size_t i = 0; i < 4; ++i) header.replace(386 + 24 * i, 24, empty_part);
    tar.reserve((parts / 21 + 4) * 512);
    tar = testing::tar_checksum(header);
    for (std::size_t left = parts - 4; left > 0;) {
      std::string block(512, '\0');
      const std::size_t here = std::min<std::size_t>(left, 21);
      for (std::size_t i = 0; i < here; ++i) block.replace(24 * i, 24, empty_part);
      left -= here;
      block[504] = left > 0 ? '1' : '\0';
      tar += block;
    }
    return tar + tar_end();
  };
  Recorder recorder;
  REQUIRE(walk(recorder, map_of(kMaxSparseSpans)));
  CHECK(recorder.seen.at(0).entry.sparse);
  CHECK(code_of(map_of(kMaxSparseSpans + 1)) == ErrorCode::limit_exceeded);
}

TEST_CASE("numbers may be octal with any padding or base 256") {
  using namespace std::string_view_literals;
  CHECK(*tar_number("0000644\0"sv) == 0644);
  CHECK(*tar_number(" 644 \0\0"sv) == 0644);
  CHECK(*tar_number("\0\0\0\0"sv) == 0);
  CHECK(*tar_number("12\0garb"sv) == 012);
  CHECK(*tar_number("77777777777"sv) == 077777777777);
  CHECK(*tar_number("\x80\0\0\0\0\0\0\x02\0\0\0\0"sv) == 0x200000000);
  CHECK(*tar_number("\xff\xff\xff\xff\xff\xff\xff\xff"sv) == -1);
  CHECK(*tar_number("\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"sv) == INT64_MAX);
  CHECK(!tar_number("\x80\0\0\0\x80\0\0\0\0\0\0\0"sv));
  CHECK(!tar_number("\xbf\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"sv));
  CHECK(!tar_number("8"sv));
  CHECK(!tar_number("1 2"sv));
  CHECK(!tar_number("12 \0 3"sv));  // as in Go, which trims first and cuts then
  CHECK(!tar_number("12 \0003"sv));
  CHECK(!tar_number("-1"sv));
  CHECK(!tar_number("7777777777777777777777777"sv));
}

TEST_CASE("a header whose checksum does not hold is malformed") {
  std::string tar = tar_entry({.path = "file", .content = "x"}) + tar_end();
  tar[2] = 'X';
  CHECK(code_of(tar) == ErrorCode::malformed);
}

TEST_CASE("a checksum over signed bytes holds too") {
  std::string tar = tar_entry({.path = "caf\xe9"});
  int sum = 0;
  for (std::size_t i = 0; i < 512; ++i) sum += i >= 148 && i < 156 ? ' ' : static_cast<signed char>(tar[i]);
  std::string octal = "000000\0 ";
  for (int i = 5; i >= 0; --i, sum /= 8) octal[static_cast<std::size_t>(i)] = static_cast<char>('0' + sum % 8);
  tar.replace(148, 6, octal.substr(0, 6));
  Recorder recorder;
  CHECK(walk(recorder, tar + tar_end()));
}

TEST_CASE("an archive that ends inside an entry is malformed and between entries it is not") {
  const std::string tar = tar_entry({.path = "a", .content = std::string(700, 'x')}) +
                          tar_pax('x', {{"path", "long"}}) + tar_entry({.path = "b"});
  for (std::size_t size = 0; size <= tar.size(); ++size) {
    Recorder recorder;
    const Status status = walk(recorder, std::string_view(tar).substr(0, size));
    INFO(size);
    const bool between = size == 0 || size == 512 * 3 || size == tar.size();
    CHECK(static_cast<bool>(status) == between);
    if (!status) CHECK(status.error().code() == ErrorCode::malformed);
  }
}

TEST_CASE("two zero blocks end the archive and one does not") {
  const std::string zero(512, '\0'), entry = tar_entry({.path = "a"});
  Recorder recorder;
  REQUIRE(walk(recorder, entry + zero + zero + "what follows is nothing" + entry));
  CHECK(recorder.seen.size() == 1);
  CHECK(code_of(entry + zero + entry) == ErrorCode::malformed);
  CHECK(code_of(tar_pax('x', {{"path", "b"}}) + zero + zero) == ErrorCode::malformed);
}

TEST_CASE("sizes of links, devices and directories count for nothing") {
  for (const char type : {'1', '2', '3', '4', '5', '6'}) {
    Recorder recorder;
    REQUIRE(
        walk(recorder, tar_entry({.path = "a", .link = "b", .type = type, .size = 700}) + tar_entry({.path = "c"})));
    REQUIRE(recorder.seen.size() == 2);
    CHECK(recorder.seen[0].entry.size == 0);
    CHECK(recorder.seen[1].path == "c");
  }
}

TEST_CASE("an old file type with a name that ends in a slash is a directory") {
  Recorder recorder;
  REQUIRE(walk(recorder, tar_entry({.path = "a/", .type = '\0'}) + tar_entry({.path = "b", .type = '\0'}) +
                             tar_entry({.path = "c/", .type = '0'})));
  CHECK(recorder.seen.at(0).entry.type == TarType::directory);
  CHECK(recorder.seen.at(1).entry.type == TarType::file);
  CHECK(recorder.seen.at(2).entry.type == TarType::file);
}

TEST_CASE("an unknown type is shown with its content left out of the way") {
  Recorder recorder;
  REQUIRE(walk(recorder, tar_entry({.path = "v", .content = "volume", .type = 'V'}) + tar_entry({.path = "a"})));
  CHECK(recorder.seen.at(0).entry.type == TarType::other);
  CHECK(recorder.seen.at(1).path == "a");
}

TEST_CASE("pax records stand for one entry") {
  Recorder recorder;
  REQUIRE(walk(recorder, tar_pax('x', {{"path", "p"},
                                       {"linkpath", "l"},
                                       {"uid", "4000000000"},
                                       {"gid", "7"},
                                       {"size", "3"},
                                       {"SCHILY.xattr.user.x", std::string_view("a\0b", 3)},
                                       {"mtime", "1.5"}}) +
                             tar_entry({.path = "a", .content = "123", .size = 0}) + tar_entry({.path = "b"})));
  REQUIRE(recorder.seen.size() == 2);
  CHECK(recorder.seen[0].path == "p");
  CHECK(recorder.seen[0].link == "l");
  CHECK(recorder.seen[0].content == "123");
  CHECK(recorder.seen[0].entry.uid == 4'000'000'000);
  CHECK(recorder.seen[0].entry.gid == 7);
  CHECK(recorder.seen[1].path == "b");
}

TEST_CASE("the last pax header counts, an empty value takes a record back, and GNU's long name wins") {
  Recorder recorder;
  REQUIRE(
      walk(recorder, tar_pax('x', {{"path", "p"}}) + tar_pax('x', {{"uid", "1"}}) + tar_entry({.path = "a"}) +
                         tar_pax('x', {{"path", "p"}, {"path", ""}}) + tar_entry({.path = "b"}) +
                         tar_entry({.path = "././@LongLink", .content = std::string_view("long\0", 5), .type = 'L'}) +
                         tar_pax('x', {{"path", "p"}}) + tar_entry({.path = "c"})));
  CHECK(recorder.seen.at(0).path == "a");
  CHECK(recorder.seen.at(1).path == "b");
  CHECK(recorder.seen.at(2).path == "long");
}

TEST_CASE("a global pax header changes no entry, and is shown by its name, as by Go's reader") {
  Recorder recorder;
  REQUIRE(walk(recorder, tar_pax('g', {{"comment", "0123"}, {"path", "p"}}) + tar_entry({.path = "a"}) +
                             tar_pax('g', {{"comment", "0123"}})));
  REQUIRE(recorder.seen.size() == 3);
  CHECK(recorder.seen[0].path == "p");  // its own record
  CHECK(recorder.seen[0].entry.type == TarType::global_header);
  CHECK(recorder.seen[1].path == "a");
  CHECK(recorder.seen[2].path == "PaxHeaders/x");
  CHECK(recorder.ended == 1);
}

TEST_CASE("a global header between an extended header and its entry is refused: Go forgets the name, others do not") {
  const std::string global = tar_pax('g', {{"comment", "x"}}), entry = tar_entry({.path = "a"}) + tar_end();
  CHECK(code_of(tar_pax('x', {{"path", "harmless"}}) + global + entry) == ErrorCode::malformed);
  for (const char type : {'L', 'K'})
    CHECK(code_of(tar_entry({.path = "long", .content = "harmless", .type = type}) + global + entry) ==
          ErrorCode::malformed);
  Recorder recorder;
  REQUIRE(walk(recorder, global + tar_pax('x', {{"path", "b"}}) + entry));
  CHECK(recorder.seen.at(1).path == "b");
}

TEST_CASE("damaged pax headers are malformed") {
  const auto pax = [](std::string_view text) {
    return tar_entry({.path = "x", .content = text, .type = 'x'}) + tar_entry({.path = "a"});
  };
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {"8 path=a\n"sv, "11 path=a\n"sv, "9 path=ab"sv, "x path=a\n"sv, "9path=a\n"sv, "7 path\n"sv, "5 =a\n"sv,
        "9 path=\0\n"sv, "10 size=-1\n"sv, "9 size=x\n"sv, "99999999999999999999999 path=a\n"sv,
        "28 size=9223372036854775808\n"sv, "3 \n"sv, "1 \n"sv, "0 path=a\n"sv}) {
    INFO(text);
    CHECK(code_of(pax(text)) == ErrorCode::malformed);
  }
  Recorder recorder;
  CHECK(walk(recorder, pax("9 path=b\n")));
}

TEST_CASE("names and extended headers over their limits are refused") {
  const std::string longest(kMaxTarPathBytes, 'n');
  Recorder recorder;
  REQUIRE(walk(recorder, tar_pax('x', {{"path", longest}}) + tar_entry({.path = "a"})));
  CHECK(recorder.seen.at(0).path == longest);
  const std::string longer = longest + "n";
  CHECK(code_of(tar_pax('x', {{"path", longer}}) + tar_entry({.path = "a"})) == ErrorCode::limit_exceeded);
  CHECK(code_of(tar_pax('x', {{"linkpath", longer}}) + tar_entry({.path = "a"})) == ErrorCode::limit_exceeded);
  for (const char type : {'L', 'K'})
    CHECK(code_of(tar_entry({.path = "x", .content = longer, .type = type}) + tar_entry({.path = "a"})) ==
          ErrorCode::limit_exceeded);
  CHECK(code_of(tar_entry({.path = "x", .type = 'x', .size = kMaxPaxHeaderBytes + 1})) == ErrorCode::limit_exceeded);
}

TEST_CASE("a negative size is malformed") {
  std::string tar = tar_entry({.path = "a"});
  tar.replace(124, 12, std::string(12, '\xff'));
  CHECK(code_of(testing::tar_checksum(tar)) == ErrorCode::malformed);
}

}  // namespace supply::archive

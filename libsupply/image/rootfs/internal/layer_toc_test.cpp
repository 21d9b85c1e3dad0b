// Tables of contents as podman writes them, and others; ci/e2e/test_layer_tables.py has real ones.
#include "libsupply/image/rootfs/internal/layer_toc.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/toc_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/tar.hpp"

namespace supply::rootfs {
namespace {

using testing::tar_end;
using testing::tar_entry;

Budget budget;  // of all tests here

LayerScan scan_of(const std::string& tar) {
  LayerRequest request;
  request.file_digests = WithFileDigests::yes;
  const std::unique_ptr<io::Source> source = io::from_string(tar);
  auto scan = read_layer(*source, crypto::sha256(tar), oci::kLayerType, request, budget);
  if (!scan) FAIL(scan.error().message());
  return *std::move(scan);
}

const std::string kCapability("\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);

std::string tar() {
  return tar_entry({.path = "usr/", .type = '5', .mode = 0755}) +
         tar_entry({.path = "usr/a", .content = "abc", .mode = 04755, .uid = 5, .gid = 6}) +
         tar_entry({.path = "usr/b", .link = "../a", .type = '2', .mode = 0777}) +
         tar_entry({.path = "usr/c", .link = "usr/a", .type = '1', .mode = 0644}) +
         tar_entry({.path = "usr/.wh.d", .mode = 0}) +
         testing::tar_pax('x', {{"SCHILY.xattr.security.capability", kCapability}}) +
         tar_entry({.path = "usr/e", .mode = 0644}) + tar_end();
}

const std::string kDir = R"({"type":"dir","name":"usr/","mode":493,"modtime":"1970-01-01T00:00:00Z"})";
const std::string kLink = R"({"type":"symlink","name":"usr/b","linkName":"../a","mode":511})";
const std::string kHard = R"({"type":"hardlink","name":"usr/c","linkName":"usr/a","mode":420})";
const std::string kWhiteout = R"({"type":"reg","name":"usr/.wh.d"})";

std::string file() {
  return R"({"type":"reg","name":"usr/a","mode":2541,"size":3,"uid":5,"gid":6,"offset":9,"endOffset":20,"digest":")" +
         crypto::sha256("abc").to_string() + "\"}";
}
std::string chunk() { return R"({"type":"chunk","name":"usr/a","offset":15,"chunkOffset":2})"; }
std::string capable() {
  return R"({"type":"reg","name":"usr/e","mode":420,"xattrs":{"security.capability":")" + to_base64(kCapability) +
         "\"}}";
}

std::string toc(const std::vector<std::string>& entries) {
  std::string text = R"({"version":1,"entries":[)";
  for (const std::string& each : entries) text += (&each == entries.data() ? "" : ",") + each;
  return text + "]}";
}

std::string refused(const std::string& text) {
  LayerScan scan = scan_of(tar());
  const TocPlace place{0, text.size(), text.size(), crypto::sha256(text).to_string()};
  const Status same = check_toc(place, text, scan);
  if (same) return "";
  return std::string(to_string(same.error().code())) + " " + same.error().message();
}

std::string changed(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("a table that says what the tar says is none that is in the way") {
  CHECK(refused(toc({kDir, file(), chunk(), kLink, kHard, kWhiteout, capable()})).empty());
  const std::string other = "not what the annotation says";
  LayerScan scan = scan_of(tar());
  CHECK(check_toc({0, other.size(), other.size(), crypto::sha256("x").to_string()}, other, scan));
}

TEST_CASE("a table that says another thing than the tar is damage, with the place") {
  const std::string good = toc({kDir, file(), kLink, kHard, kWhiteout, capable()});
  struct Case {
    std::string_view from, to, said;
  };
  for (const Case& each : {Case{"usr/a", "usr/x", "name"},
                           {"\"reg\"", "\"dir\"", "type is"},
                           {"\"mode\":2541", "\"mode\":493", "mode is"},
                           {"\"uid\":5", "\"uid\":0", "uid is"},
                           {"\"gid\":6", "\"gid\":7", "gid is"},
                           {"\"size\":3", "\"size\":4", "size is"},
                           {"sha256:ba7816bf", "sha256:ba7816b0", "digest is"},
                           {"../a", "../x", "link is"},
                           {"\"linkName\":\"usr/a\"", "\"linkName\":\"usr/e\"", "link is"},
                           {"security.capability", "user.other", "its capabilities"},
                           {"\"linkName\":\"usr/a\"", "\"LinkName\":\"usr/a\"", "other letters"},
                           {"\"name\":\"usr/a\"", "\"name\":\"usr/a\",\"Name\":\"usr/x\"", "other letters"},
                           {"\"name\":\"usr/a\"", "\"name\":\"usr/a\",\"name\":\"usr/a\"", "duplicate key"},
                           {"\"name\":\"usr/a\"", "\"name\":\"../usr/a\"", "usr/a"},
                           {"\"entries\"", "\"Entries\"", "other letters"},
                           {"\"entries\"", "\"other\"", "no entries"},
                           {"{\"version\"", "[\"version\"", "table of contents"}}) {
    INFO(each.from << " " << each.to);
    const std::string why = refused(changed(good, each.from, each.to));
    CHECK(why.starts_with("malformed table of contents (zstd:chunked)"));
    CHECK(why.find(each.said) != std::string::npos);
  }
  CHECK(refused(toc({kDir, file(), kLink, kHard, kWhiteout})).find("\"usr/e\" is not in it") != std::string::npos);
  CHECK(refused(toc({kDir, file(), kLink, kHard, kWhiteout, capable(), kDir})).find("\"usr/\" is not in the tar") !=
        std::string::npos);
  CHECK(refused(toc({kDir, kLink, file(), kHard, kWhiteout, capable()})).find("name is") != std::string::npos);
  CHECK(refused(changed(good, "security.capability", "trusted.overlay.redirect")).starts_with("unsupported"));
}

TEST_CASE("the place of a table is what both annotations say, within the layer") {
  const std::string digest = crypto::sha256("x").to_string();
  const auto place = [&](const std::string& position, std::uint64_t size = 1000, const char* prefix = "io.github.") {
    oci::Descriptor layer{.media_type = "", .digest = crypto::sha256(""), .size = size};
    layer.annotations = {{prefix + std::string("containers.zstd-chunked.manifest-checksum"), digest},
                         {prefix + std::string("containers.zstd-chunked.manifest-position"), position}};
    return toc_place(layer);
  };
  REQUIRE((place("100:50:300:1") && *place("100:50:300:1")));
  CHECK(**place("100:50:300:1") == TocPlace{100, 50, 300, digest});
  CHECK(*place("100:50:300:1", 1000, "io."));  // of podman 4
  for (const char* none : {"", "1:2:3", "1:2:3:2", "1:2:3:1:1", "x:2:3:1", "-1:2:3:1", "951:50:300:1", "1:2:3:1 "})
    CHECK_FALSE(*place(none));
  CHECK_FALSE(*place("100:50:300:1", 149));
  const std::string most = std::to_string(kMaxTocBytes), packed = std::to_string(kMaxTocPackedBytes);
  CHECK(*place("0:" + packed + ":" + most + ":1", kMaxTocPackedBytes));
  for (const std::string& large : {"0:" + packed + ":" + std::to_string(kMaxTocBytes + 1) + ":1",
                                   "0:" + std::to_string(kMaxTocPackedBytes + 1) + ":" + most + ":1"})
    CHECK(place(large, kMaxTocPackedBytes + 1).error().code() == ErrorCode::unsupported);
}

TEST_CASE("the bytes at the place are kept while they pass") {
  const TocPlace place{3, 4, 4, {}};
  for (const std::size_t step : {1U, 2U, 5U, 100U}) {
    const auto whole = io::from_string("0123456789");
    TocSource source(*whole, place);
    std::vector<char> into(step);
    for (;;) {
      const auto size = source.read(into);
      REQUIRE(size);
      if (*size == 0) break;
    }
    CHECK(source.kept() == "3456");
  }
}

}  // namespace
}  // namespace supply::rootfs

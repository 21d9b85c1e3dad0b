#include "libsupply/content/catalog/internal/go_build_info.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"

using namespace supply::catalog;
using supply::ErrorCode;

namespace {

std::string varint(std::size_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7f) | 0x80);
  return out + static_cast<char>(value);
}

// Source: Go 1.26 src/cmd/link/internal/ld/data.go, (*Link).buildinfo; src/cmd/go/internal/modload/build.go for the
// marks.
std::string inline_info(const std::string& version, const std::string& modules) {
  const std::string start("\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6", 16);
  const std::string end("\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2", 16);
  const std::string marked = start + modules + end;
  return "\xff Go buildinf:" + std::string("\x08\x02", 2) + std::string(16, '\0') + varint(version.size()) + version +
         varint(marked.size()) + marked;
}

std::optional<std::string> search(const std::string& program, std::size_t chunk) {
  GoBuildInfoSearch search;
  for (std::size_t at = 0; at < program.size(); at += chunk) search.feed(std::string_view(program).substr(at, chunk));
  return search.finish();
}

// As `go version -m` shows it of a program like the docker client.
const std::string kModules =
    "path\tgithub.com/docker/cli/cmd/docker\n"
    "mod\tgithub.com/docker/cli\tv29.7.2+incompatible\th1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    "dep\tgolang.org/x/sys\tv0.21.0\th1:rF+pYz3DAGSQAxAu1CbC7catZg4ebC4UIeIhKxBZvws=\n"
    "dep\texample.org/old\tv1.0.0\n"
    "=>\texample.org/new/v2\tv2.1.0\th1:rF+pYz3DAGSQAxAu1CbC7catZg4ebC4UIeIhKxBZvws=\n"
    "dep\texample.org/local\tv1.0.0\n=>\t./local\t(devel)\n"
    "build\t-compiler=gc\nbuild\tvcs.revision=abcdef\n";

}  // namespace

TEST_CASE("go build information is found wherever a chunk ends") {
  const std::string info = inline_info("go1.26.8", kModules);
  const std::string program = std::string(4096, 'x') + info + std::string(100, 'y');
  for (const std::size_t chunk :
       {std::size_t{1}, std::size_t{7}, std::size_t{16}, std::size_t{33}, std::size_t{4096}, program.size()}) {
    const auto record = search(program, chunk);
    REQUIRE(record);
    const auto read = go_build_info_from_record(*record);
    REQUIRE(read);
    CHECK(read->go_version == "go1.26.8");
    CHECK(read->modules == kModules);
  }
}

TEST_CASE("go build information is not seen where the magic is something else") {
  CHECK_FALSE(search(std::string(1000, 'x'), 64));
  // Not aligned, or a constant in a program that reads build information.
  CHECK_FALSE(search("x" + inline_info("go1.26.8", kModules), 64));
  CHECK_FALSE(search("\xff Go buildinf:not a Go exec" + std::string(100, 'z'), 64));
  CHECK_FALSE(search(inline_info("python3", kModules), 64));
  CHECK_FALSE(search(inline_info("go1.26.8", kModules).substr(0, 60), 64));
  // A false one before the true one.
  const auto record =
      search("\xff Go buildinf:\x02\x02" + std::string(16, '\0') + inline_info("go1.26.8", kModules), 5);
  REQUIRE(record);
  CHECK(go_build_info_from_record(*record)->modules == kModules);
}

TEST_CASE("a Go program whose build information was taken out says the version of Go") {
  // esbuild 0.28.2: no note either; Go's linker alone writes the headers of the sections right behind those of the
  // segments.
  std::string program("\x7f\x45LF\2\1\1", 7);
  program.resize(10'000, '\0');
  const auto put = [&](std::size_t at, std::size_t value) {
    program[at] = static_cast<char>(value & 0xff), program[at + 1] = static_cast<char>(value >> 8);
  };
  put(32, 64), put(40, 64 + 5 * 56), put(52, 64), put(54, 56), put(56, 5), put(58, 64), put(60, 13);
  const std::string version = std::string("\0go1.26.5\0", 10) + std::string(4000, 'x');
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{4096}}) {
    const auto record = search(program + version, chunk);
    REQUIRE(record);
    const auto info = go_build_info_from_record(*record);
    REQUIRE(info);
    CHECK(info->go_version == "go1.26.5");
    CHECK_FALSE(info->has_modules);
    const auto packages = parse_go_modules(*info);
    REQUIRE(packages);
    REQUIRE(packages->size() == 1);
    CHECK(packages->at(0).purl.to_string() == "pkg:golang/stdlib@1.26.5");
  }
  CHECK_FALSE(search(program + std::string(4000, 'x'), 4096));
  put(40, 9000);  // as other linkers do
  CHECK_FALSE(search(program + version, 4096));
}

TEST_CASE("a program that UPX packed is known to be unread") {
  // UPX 3.96: the mark is behind the headers of two segments.
  std::string packed = "\x7f\x45LF" + std::string(232, '\0') + "UPX!P\t\r\x16" + std::string(20'000, 'x');
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{100}, packed.size()}) {
    const auto record = search(packed, chunk);
    REQUIRE(record);
    CHECK(go_build_info_from_record(*record).error().code() == ErrorCode::unsupported);
    CHECK(go_build_info_from_record(*record).error().message() ==
          "a program that UPX packed: what it was built from is not read");
  }
  // UPX's own program has the mark too.
  CHECK_FALSE(search("\x7f\x45LF" + std::string(4000, '\0') + "UPX!", 100));
}

TEST_CASE("go build information of before Go 1.18 is known to be unknown") {
  const auto record = search("\xff Go buildinf:" + std::string("\x08\x00", 2) + std::string(16, '\1'), 64);
  REQUIRE_FALSE(record);
  const auto old = search("\xff Go buildinf:" + std::string("\x08\x00", 2) + std::string(64, '\1'), 64);
  REQUIRE(old);
  CHECK(go_build_info_from_record(*old).error().code() == ErrorCode::unsupported);
}

TEST_CASE("go build information over the limit is known to be unknown") {
  const auto record = search("\xff Go buildinf:" + std::string("\x08\x02", 2) + std::string(16, '\0') + varint(8) +
                                 "go1.26.8" + varint(supply::kMaxGoBuildInfoBytes + 1) + std::string(64, 'x'),
                             64);
  REQUIRE(record);
  CHECK(go_build_info_from_record(*record).error().code() == ErrorCode::limit_exceeded);
  const auto versioned = [](std::size_t bytes) {
    return search(inline_info("go1." + std::string(bytes - 4, '1'), kModules), 4096);
  };
  REQUIRE(versioned(supply::kMaxGoVersionBytes));
  CHECK(go_build_info_from_record(*versioned(supply::kMaxGoVersionBytes)));
  const auto longer = versioned(supply::kMaxGoVersionBytes + 1);
  REQUIRE(longer);
  CHECK(go_build_info_from_record(*longer).error().code() == ErrorCode::limit_exceeded);
  CHECK(go_build_info_from_record("x").error().code() == ErrorCode::malformed);
}

TEST_CASE("go build information is judged alike in one chunk and in many") {
  // Too long for a version, and what shows whether it is one is in the next chunk.
  const std::string longer =
      "\xff Go buildinf:" + std::string("\x08\x02", 2) + std::string(16, '\0') + varint(1082) + "go1.2";
  for (const std::string& program : {longer, longer + std::string(100, 'x'), longer.substr(0, longer.size() - 3)}) {
    INFO(program.size());
    for (const std::size_t chunk : {1, 7, 35, 36}) CHECK(search(program, chunk) == search(program, program.size()));
  }
}

TEST_CASE("go build information that is cut off hides none behind it") {
  const std::string cut = "\xff Go buildinf:" + std::string("\x08\x02", 2) + std::string(16, '\0') + varint(1) + "g" +
                          std::string(14, '\0');
  const std::string open = "\xff Go buildinf:" + std::string("\x08\x02", 2) + std::string(16, '\0') + varint(8) +
                           "go1.26.8" + varint(supply::kMaxGoBuildInfoBytes - 1);
  const std::string padded = open + std::string(64 - open.size(), '\0');
  for (const std::size_t chunk : {std::size_t{7}, std::size_t{4096}}) {
    const auto record = search(cut + padded + inline_info("go1.26.8", kModules), chunk);
    REQUIRE(record);
    CHECK(go_build_info_from_record(*record)->modules == kModules);
  }
}

TEST_CASE("go modules become packages, replaced ones as what replaces them") {
  const auto packages = parse_go_modules({"go1.26.8 X:boringcrypto", kModules});
  REQUIRE(packages);
  std::vector<std::string> purls;
  for (const auto& package : *packages) purls.push_back(package.purl.to_encoded_string());
  CHECK(purls == std::vector<std::string>{"pkg:golang/github.com/docker/cli@v29.7.2%2Bincompatible",
                                          "pkg:golang/golang.org/x/sys@v0.21.0", "pkg:golang/example.org/new/v2@v2.1.0",
                                          "pkg:golang/example.org/local", "pkg:golang/stdlib@1.26.8"});
  // SHA-256 of nothing, in base64 and hex.
  CHECK(packages->front().checksums ==
        std::vector<supply::pkg::Checksum>{
            {"sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}});
  CHECK(packages->front().depends.size() == 4);
  CHECK(packages->back().version == "go1.26.8");
}

TEST_CASE("go programs without a main module or a version say no more than they know") {
  const auto devel = parse_go_modules({"go1.24.0", "path\tex.org/a\nmod\tex.org/a\t(devel)\t\n"});
  REQUIRE(devel);
  CHECK(devel->front().purl.to_string() == "pkg:golang/ex.org/a");
  CHECK(devel->front().version.empty());
  const auto path_only = parse_go_modules({"go1.24.0", "path\ttools/cmd/go\n"});
  CHECK(path_only->front().purl.to_string() == "pkg:golang/tools/cmd/go");
  const auto from_files = parse_go_modules({"go1.24.0", "path\tcommand-line-arguments\ndep\tex.org/a\tv1.0.0\n"});
  REQUIRE(from_files);
  CHECK(from_files->size() == 2);
  const auto bare = parse_go_modules({"devel go1.27-abcdef Tue Jan 1", ""});
  REQUIRE(bare);
  CHECK(bare->front().purl.to_string() == "pkg:golang/stdlib@1.27-abcdef");
}

TEST_CASE("a go program without a module version has the one that was linked into it") {
  const std::string program = std::string("\x7f\x45LF") + std::string(60, '\0') + std::string("Go\0\0", 4) +
                              std::string(9000, 'x') + std::string("\0v1.31.4\0\0go1.22.3\0", 19) +
                              std::string(9000, 'y');
  const std::string aligned = program + std::string(16 - program.size() % 16, '\0');
  const std::string modules = "path\tk8s.io/kubernetes/cmd/kubelet\nmod\tk8s.io/kubernetes\t(devel)\t\n";
  const auto record = search(aligned + inline_info("go1.22.3", modules), 100);
  REQUIRE(record);
  const auto info = go_build_info_from_record(*record);
  REQUIRE(info);
  CHECK(info->go_version == "go1.22.3");
  CHECK(info->modules == modules);
  CHECK(info->linked_version == "v1.31.4");
  CHECK(parse_go_modules(*info)->front().purl.to_string() == "pkg:golang/k8s.io/kubernetes@v1.31.4");
  // What the build information says itself comes first.
  CHECK(parse_go_modules({"go1.22.3", "mod\tex.org/a\tv2.0.0\t\n", "v1.31.4"})->front().version == "v2.0.0");
  CHECK(parse_go_modules(
            {"go1.22.3", "mod\tex.org/a\t(devel)\t\nbuild\t-ldflags=\"-X main.version=v3.1.0\"\n", "v1.31.4"})
            ->front()
            .version == "v3.1.0");
}

TEST_CASE("go module text that is broken is malformed") {
  for (const char* text : {"=>\tx\tv1\n", "dep\t\tv1\n", "dep\ta\tv1\th1:***\n", "dep\ta\tv1\th1:AAAA\n"}) {
    const auto packages = parse_go_modules({"go1.26.8", text});
    REQUIRE_FALSE(packages);
    CHECK(packages.error().code() == ErrorCode::malformed);
  }
}

TEST_CASE("a program of Go's own distribution is the standard library alone") {
  // As `go version -m` shows it of bin/go of Go 1.27.3.
  const auto packages = parse_go_modules({"go1.27.3", "path\tcmd/go\nbuild\t-buildmode=exe\nbuild\t-compiler=gc\n"});
  REQUIRE(packages);
  REQUIRE(packages->size() == 1);
  CHECK(packages->front().purl.to_string() == "pkg:golang/stdlib@1.27.3");
}

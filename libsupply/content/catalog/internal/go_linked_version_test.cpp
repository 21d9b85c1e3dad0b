// Programs as the linkers of Go 1.19 (Debian) and 1.26 write them; ci/e2e/test_sbom.py links one.
#include "libsupply/content/catalog/internal/go_linked_version.hpp"

#include <catch2/catch.hpp>

using supply::catalog::GoLinkedVersion;

namespace {

// A program with Go's note, and `text` behind `before` bytes, with each '|' as a NUL.
std::string program(std::size_t before, std::string text) {
  std::string out("\x7f\x45LF");
  out.append(900, '\0').append(std::string("\x04\0\0\0S\0\0\0\x04\0\0\0Go\0\0", 16)).append(before, 'x');
  for (char& c : text)
    if (c == '|') c = '\0';
  return out + text + std::string(9000, 'y');
}

std::string version_of(const std::string& program, std::size_t chunk) {
  GoLinkedVersion search;
  for (std::size_t at = 0; at < program.size(); at += chunk) search.feed(std::string_view(program).substr(at, chunk));
  return search.finish();
}

}  // namespace

TEST_CASE("a version that the linker put into a Go program is found, whatever the chunks are") {
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, std::size_t{1} << 20}) {
    INFO(chunk);
    CHECK(version_of(program(20'000, "||v1.31.4||go1.22.3|runtime/cgo: |"), chunk) == "v1.31.4");
    CHECK(version_of(program(20'000, "||go1.19.8||||||20.10.24+dfsg1||"), chunk) == "v20.10.24+dfsg1");
    CHECK(version_of(program(100, "||1.2.3-rc.1|go1.26|"), chunk) == "v1.2.3-rc.1");
    CHECK(version_of(program(20'000, "|v1.2.3|go1.22.3|1.2.3|"), chunk) == "v1.2.3");
  }
}

TEST_CASE("of a program's version with and without the distribution's number the first counts") {
  // Debian's runc 1.3.6 and containerd 1.7.24: before Go's version there are no strings but numbers.
  CHECK(version_of(program(20'000, "||go1.26.5||||||1.3.6+ds1||\1|||1.3.6+ds1-1||"), 4096) == "v1.3.6+ds1");
  CHECK(version_of(program(20'000, "\x93\x30\x97\xe3go1.24.4||||||1.7.24~ds1||"), 4096) == "v1.7.24~ds1");
  CHECK(version_of(program(20'000, "|1.3.6|go1.26.5|1.3.60|"), 4096).empty());
}

TEST_CASE("what may be the version of something else is not taken for a Go program's") {
  const std::size_t chunk = 4096;
  CHECK(version_of(program(9000, "|v1.2.3|go1.22.3|v4.5.6|"), chunk).empty());  // which of the two?
  CHECK(version_of(program(9000, "|1.2|go1.22.3|"), chunk).empty());
  CHECK(version_of(program(9000, "|0.0.0|go1.22.3|"), chunk).empty());
  CHECK(version_of(program(9000, "|v1.2.3 of x|go1.22.3|"), chunk).empty());
  CHECK(version_of(program(9000, "v1.2.3go1.22.3|"), chunk).empty());
  CHECK(version_of(program(9000, "|v1.2.3|xgo1.22.3|"), chunk).empty());
  CHECK(version_of(program(9000, "|v1.2.3|" + std::string(1025, 'z') + "|go1.22.3|"), chunk).empty());
  CHECK(version_of(program(9000, "|v1.2.3|" + std::string(1000, 'z') + "|go1.22.3|"), chunk) == "v1.2.3");
  std::string other = program(9000, "|v1.2.3|go1.22.3|");
  other[other.find("Go")] = 'X';  // a program that is not Go's
  CHECK(version_of(other, chunk).empty());
  CHECK(version_of("", chunk).empty());
  CHECK(version_of(std::string(8192, '\0'), chunk).empty());
}

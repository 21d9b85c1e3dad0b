#include "libsupply/base/path/path.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/image_limits.hpp"

namespace supply {

TEST_CASE("paths are cleaned as Go's path.Clean does it") {
  // The right side is what path.Clean("/" + x)[1:] gives.
  const std::pair<const char*, const char*> paths[] = {{"a", "a"},
                                                       {"a/b", "a/b"},
                                                       {"./a", "a"},
                                                       {"/a", "a"},
                                                       {"//a//b/", "a/b"},
                                                       {".", ""},
                                                       {"./", ""},
                                                       {"/", ""},
                                                       {"", ""},
                                                       {"a/./b", "a/b"},
                                                       {"a/../b", "b"},
                                                       {"a/..", ""},
                                                       {"a/b/../..", ""},
                                                       {"./././a/.", "a"},
                                                       {"a/b/../../c", "c"},
                                                       {"..a/.b./c..", "..a/.b./c.."},
                                                       {"...", "..."},
                                                       {".//a", "a"},
                                                       {"caf\xe9", "caf\xe9"}};
  for (const auto& [raw, clean] : paths) {
    std::string scratch;
    INFO(raw);
    const Result<std::string_view> result = clean_path(raw, scratch);
    REQUIRE(result);
    CHECK(*result == clean);
  }
}

TEST_CASE("a path that leaves the root is malformed") {
  for (const char* raw : {"..", "../a", "a/../..", "a/../../b", "/..", "/../a", "./../a", "a/b/../../../c"}) {
    std::string scratch;
    INFO(raw);
    const Result<std::string_view> result = clean_path(raw, scratch);
    REQUIRE(!result);
    CHECK(result.error().code() == ErrorCode::malformed);
  }
}

TEST_CASE("a path of too many components is refused") {
  std::string raw = "a", scratch;
  for (std::size_t i = 1; i < kMaxPathComponents; ++i) raw += "/a";
  CHECK(clean_path(raw, scratch));
  const Result<std::string_view> result = clean_path(raw + "/a", scratch);
  REQUIRE(!result);
  CHECK(result.error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("a path has a base name and a directory") {
  CHECK(base_name("a/b/c") == "c");
  CHECK(base_name("c") == "c");
  CHECK(base_name("a/") == "");
  CHECK(directory_of("a/b/c") == "a/b");
  CHECK(directory_of("c") == "");
  CHECK(directory_of("/c") == "");
  CHECK(is_or_ends_with("usr/lib/dpkg/status", "lib/dpkg/status"));
  CHECK(is_or_ends_with("lib/dpkg/status", "lib/dpkg/status"));
  CHECK_FALSE(is_or_ends_with("glib/dpkg/status", "lib/dpkg/status"));
}

TEST_CASE("a relative path has one spelling, and one that leads elsewhere has none") {
  CHECK(relative_path("./blobs//sha256/x") == "blobs/sha256/x");
  CHECK(relative_path("a/") == "a");
  CHECK(relative_path("..a/b..") == "..a/b..");
  for (const char* path : {"", ".", "./", "/a", "//", "..", "a/..", "a/../b", "../a"}) {
    INFO(path);
    CHECK(relative_path(path).empty());
  }
}

TEST_CASE("a link is followed within its directory") {
  CHECK(link_target("a/b", "c") == "a/c");
  CHECK(link_target("b", "./c//d") == "c/d");
  CHECK(link_target("a/b", "../c") == "c");
  CHECK(link_target("a/b", "../../c").empty());
  CHECK(link_target("a/b", "/c").empty());
}

}  // namespace supply

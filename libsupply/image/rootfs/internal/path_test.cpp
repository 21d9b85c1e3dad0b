#include "libsupply/image/rootfs/internal/path.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/limits.hpp"

namespace supply::rootfs {

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

}  // namespace supply::rootfs

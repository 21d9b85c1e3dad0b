#include "libsupply/trust/provenance/internal/version_tag.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using supply::provenance::VersionTag;

namespace {
bool covers(const char* expected, const char* tag) {
  return VersionTag::parse(expected)->covers(*VersionTag::parse(tag));
}
}  // namespace

TEST_CASE("a version tag covers itself, what is under it, and no prerelease that it does not name") {
  for (const auto& [expected, tag] : {std::pair{"v13.0.30", "v13.0.30"},
                                      {"v13.0", "v13.0.30"},
                                      {"v13", "v13.0.30"},
                                      {"v14", "v14"},
                                      {"v14.0", "v14"},
                                      {"v14.0.0", "v14"},
                                      {"v14.2", "v14.2"},
                                      {"v14.2.0", "v14.2"},
                                      {"v1.2.3", "v1.2.3+build.7"},
                                      {"v1.2.3+a", "v1.2.3+b"},
                                      {"v1.2.3-rc.1", "v1.2.3-rc.1"},
                                      {"v1.2.3-rc.1+a", "v1.2.3-rc.1"}}) {
    INFO(expected << " " << tag);
    CHECK(covers(expected, tag));
  }
  for (const auto& [expected, tag] : {std::pair{"v13.0.29", "v13.0.30"},
                                      {"v13.1", "v13.0.30"},
                                      {"v2", "v13.0.30"},
                                      {"v1", "v13.0.30"},
                                      {"v14.1", "v14"},
                                      {"v14.2.1", "v14.2"},
                                      {"v1.2.3-rc.1", "v1.2.3-rc.2"},
                                      {"v1.2.3-rc.2", "v1.2.3-rc.1"},
                                      {"v1", "v1.0.0-alpha"},
                                      {"v1.0", "v1.0.0-alpha"},
                                      {"v1.0.0", "v1.0.0-alpha"},
                                      {"v1.0.0-alpha", "v1.0.0"},
                                      {"v1.0.0-alpha", "v1.0.0-alpha.1"}}) {
    INFO(expected << " " << tag);
    CHECK_FALSE(covers(expected, tag));
  }
}

TEST_CASE("what is no version has no version tag") {
  for (const char* tag :
       {"", "v", "1.2.3", "V1", "v1.", "v01", "v1.02", "v1.2.3.4", "v1-rc", "v1.2-rc", "v1+b", "v1.2.3-", "v1.2.3-01",
        "v1.2.3-a..b", "v1.2.3+", " v1", "v1\n", "v1.2.3-\xc3\xa4", "latest"}) {
    INFO(tag);
    CHECK_FALSE(VersionTag::parse(tag));
  }
}

// Expected results: dpkg --compare-versions A eq B, and packaging.version.Version(A) == Version(B).
#include "libsupply/content/pkg/version.hpp"

#include <catch2/catch.hpp>
#include <string>

using supply::pkg::comparable_version;

TEST_CASE("versions that pip takes for the same have one spelling") {
  for (const auto& [spelt, same] : {std::pair<std::string, std::string>{"1.0", "1"},
                                    {"1.0.0", "1"},
                                    {"v1.0", "1"},
                                    {"01.0", "1"},
                                    {" 1.0 ", "1"},
                                    {"0!1.0", "1"},
                                    {"1!1.0", "1!1"},
                                    {"0.0", "0"},
                                    {"1.0-alpha.1", "1a1"},
                                    {"1.0ALPHA1", "1a1"},
                                    {"1.0.pre", "1rc0"},
                                    {"1.0c2", "1rc2"},
                                    {"1.0-1", "1.post1"},
                                    {"1.0.rev3", "1.post3"},
                                    {"1.0r", "1.post0"},
                                    {"1.0_dev01", "1.dev1"},
                                    {"1.0+Ubuntu-01", "1+ubuntu.1"},
                                    {"1.0rc1.post2.dev3+a_b", "1rc1.post2.dev3+a.b"}}) {
    INFO(spelt);
    CHECK(comparable_version("pypi", spelt) == same);
    CHECK(comparable_version("pypi", same) == same);
  }
  for (const char* other : {"", "x", "1.0-x", "1..0", "v", "1.0+", "2004d-r1-x"})
    CHECK(comparable_version("pypi", other) == other);
  CHECK(comparable_version("pypi", "1.10") != comparable_version("pypi", "1.1"));
}

TEST_CASE("dpkg's epoch 0 is none") {
  CHECK(comparable_version("deb", "0:1.0-1") == "1.0-1");
  CHECK(comparable_version("deb", "00:1.0") == "1.0");
  CHECK(comparable_version("deb", "1:1.0") == "1:1.0");
  CHECK(comparable_version("deb", ":1.0") == ":1.0");
  CHECK(comparable_version("deb", "1.0") == "1.0");
  CHECK(comparable_version("npm", "0:1.0") == "0:1.0");
}

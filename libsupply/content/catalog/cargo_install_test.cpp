// Rust programs, by what cargo says that it installed.
#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using Purls = std::set<std::string>;

namespace {

// Written by cargo 1.88's `cargo install`, without the hashes of its build.
constexpr std::string_view kJson =
    R"x({"installs":{"hexyl 0.14.0 (registry+https://registry.example/index)":{"version_req":"=0.14.0","bins":["hexyl"],)x"
    R"x("features":[],"all_features":false,"no_default_features":false,"profile":"release","target":"x","rustc":"rustc 1.88.0"},)x"
    R"x("lamp 0.2.1 (git+https://git.example/lamp?branch=main#0123456789abcdef0123456789abcdef01234567)":{"bins":["lamp"]},)x"
    R"x("wick 1.0.0-beta.1+x (path+file:///src/wick)":{"bins":["wick"]}}})x";
constexpr std::string_view kToml = "[v1]\n\"hexyl 0.13.0 (registry+https://registry.example/index)\" = [\"hexyl\"]\n";

Purls purls_of(const std::vector<testing::ImageFile>& files) {
  return testing::purls(testing::catalog_of_files(files), "cargo-install");
}

}  // namespace

TEST_CASE("programs that cargo installed are found by its own list") {
  const Purls want = {"pkg:cargo/hexyl@0.14.0",
                      "pkg:cargo/lamp@0.2.1?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Flamp%"
                      "400123456789abcdef0123456789abcdef01234567",
                      "pkg:cargo/wick@1.0.0-beta.1%2Bx"};
  CHECK(purls_of({{"root/.cargo/.crates2.json", std::string(kJson)}}) == want);
  // The older list says the same of each program, and counts where it is alone.
  CHECK(purls_of({{"root/.cargo/.crates2.json", std::string(kJson)},
                  {"root/.cargo/.crates.toml", std::string(kToml)}}) == want);
  CHECK(purls_of({{".crates.toml", std::string(kToml)}}) == Purls{"pkg:cargo/hexyl@0.13.0"});
  CHECK(purls_of({{".crates.toml", ""}}).empty());
}

TEST_CASE("a list of cargo's that cannot be read is a known unknown") {
  for (const std::string_view text : {"x", "{}", R"x({"installs":[]})x", R"x({"installs":{"hexyl":{}}})x",
                                      R"x({"installs":{" 1.0 ()":{}}})x", R"x({"installs":{"hexyl  ()":{}}})x"}) {
    INFO(text);
    const auto catalog = testing::catalog_of_files({{"c/.crates2.json", std::string(text)}});
    CHECK(catalog.packages.empty());
    CHECK(testing::unknowns_in(catalog).size() == 1);
  }
  CHECK(testing::unknowns_in(testing::catalog_of_files({{"c/.crates.toml", "[v2]\n"}})).size() == 1);
}

#include "libsupply/content/catalog/internal/julia_project.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;

namespace {

constexpr std::string_view kLamp = R"(# name = "x"
name = "Lamp"
uuid = "682C06A0-DE6A-54AB-A142-C8B1CF79CDE6"
authors = ["A <a@example.org>"]
version = "0.21.4" # the version

[deps]
Dates = "ade2ca70-3891-5945-98fb-dc099432e06a"
Gone = "a63ad114-7e13-5084-954f-fe012c677804"

[extras]
version = "9"
)";
constexpr std::string_view kDates = "name = 'Dates'\nuuid = \"ade2ca70-3891-5945-98fb-dc099432e06a\"\n";

}  // namespace

TEST_CASE("packages of Julia's depots and standard library are found") {
  const std::string lamp = "root/.julia/packages/Lamp/93Ea8/";
  const auto catalog = catalog_of_files({{lamp + "Project.toml", std::string(kLamp)},
                                         {lamp + "test/Project.toml", std::string(kLamp)},
                                         {lamp + "docs/abcde/Project.toml", std::string(kLamp)},
                                         {"usr/share/julia/stdlib/v1.9/Dates/Project.toml", std::string(kDates)},
                                         {"root/.julia/packages/Bad/aBcDe/Project.toml", "[deps]\n"},
                                         {"root/project/Project.toml", std::string(kLamp)}});
  CHECK(purls(catalog, "julia") ==
        std::set<std::string>{"pkg:julia/Lamp@0.21.4?uuid=682c06a0-de6a-54ab-a142-c8b1cf79cde6",
                              "pkg:julia/Dates?uuid=ade2ca70-3891-5945-98fb-dc099432e06a"});
  CHECK(testing::package_named(catalog, "Lamp").depends ==
        std::vector<std::string>{"pkg:julia/Dates?uuid=ade2ca70-3891-5945-98fb-dc099432e06a"});
  CHECK(testing::unknowns_in(catalog) ==
        std::vector<std::string>{"root/.julia/packages/Bad/aBcDe/Project.toml: no name or no uuid"});
}

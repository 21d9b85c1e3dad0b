// A store that Nix itself made, and what Nix makes of the names in it.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "libsupply/base/text/text.hpp"
#include "libsupply/testing/catalogs.hpp"

using namespace supply;

namespace {

// Names are made of the words; Nix is asked for each whether it is in the store, and how it splits it.
constexpr std::string_view kScript = R"sh(
set -e
export NIX_STATE_DIR="$PWD/state" NIX_LOG_DIR="$PWD/log" NIX_CONF_DIR="$PWD/conf" HOME="$PWD"
mkdir -p in
for name in hello x-unstable user-environment python3.11-requests a+b_c lib-2; do
  for version in '' -1 -2.12.1 -2023-01-02 -5.2-p15 --b - -x -_1 -.5 -1-; do
    mkdir "in/$name$version"
    echo "$name$version" >"in/$name$version/file"
    nix-store --store "$PWD/root" --add "in/$name$version" >>paths 2>>errors
  done
done
echo 'builtins.concatStringsSep "" (map (p: let n = builtins.parseDrvName (builtins.substring 33 999 (baseNameOf p)); in' >ask
echo '"${n.name} ${n.version}\n") [' >>ask
sed 's/.*/"&"/' paths >>ask
echo '])' >>ask
printf '%b' "$(nix-instantiate --store "$PWD/root" --eval --strict ask 2>>errors | sed 's/^"//; s/"$//')" >list
)sh";

}  // namespace

TEST_CASE("the packages of a store that Nix made have the names and versions that Nix says") {
  if (!testing::needs("nix-store")) return;
  const testing::TempDirectory directory;
  testing::write(directory / "make", kScript);
  REQUIRE(std::system(("cd '" + directory.path().string() + "' && sh ./make").c_str()) == 0);
  const pkg::Inventory catalog = testing::catalog_of_directory(directory / "root");
  std::multiset<std::string> found;
  for (const pkg::Package& package : catalog.packages) {
    found.insert(package.name + " " + package.version);
    CHECK(package.files.size() == 1);
  }
  const std::string list = testing::read(directory / "list");
  const auto listed = lines(list);
  CHECK(found == std::multiset<std::string>(listed.begin(), listed.end()));
  CHECK(found.size() == 66);
  CHECK(testing::unknowns_in(catalog).empty());
  // The store is made writable, so that it goes away with the directory.
  CHECK(std::system(("chmod -R u+w '" + directory.path().string() + "'").c_str()) == 0);
}

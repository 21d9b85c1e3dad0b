// Databases made at random of good and bad names, read by Supply and by Portage's Python modules, where they are
// installed (PyPI has them: portage).
#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>

#include "libsupply/base/text/text.hpp"
#include "libsupply/testing/catalogs.hpp"

using namespace supply;

namespace {

constexpr std::string_view kList = R"(
import os, sys
root = sys.argv[1]
os.environ.update(ROOT=root, PORTAGE_CONFIGROOT=root)
import portage
from portage.dbapi.vartree import vartree
settings = portage.config(config_root=root, target_root=root, eprefix="")
for package in sorted(vartree(settings=settings).dbapi.cpv_all()):
    print(package)
)";

}  // namespace

TEST_CASE("names made at random are packages for Supply where they are for Portage") {
  if (std::system("python3 -c 'import portage' >/dev/null 2>&1") != 0) {
    WARN("skipped: no Portage on this machine");
    return;
  }
  const testing::TempDirectory directory;
  const std::filesystem::path root = directory / "root";
  std::minstd_rand random(7);
  const auto pick = [&](const std::vector<std::string>& choices) { return choices[random() % choices.size()]; };
  for (int i = 0; i < 1500; ++i) {
    const std::string category = pick({"sys-libs", "dev-c++", "virtual", ".x", "-x", "a.b", "lost+found", "a_1"});
    std::string name = pick({"zlib", "gtk+", "a-b", "font-100dpi", "x-r1", "-m", "a-1", "9b", "a.b", "", "-MERGING-a"});
    const int parts = static_cast<int>(random() % 4);
    for (int part = 0; part < parts; ++part)
      name +=
          pick({"-1", "-1.2", "-r1", "-1.2.3a", "_p", "_rc2", "_alpha_pre", "-9999", ".1", "b", "-x", "-1-r0", "_"});
    if (!name.empty()) std::filesystem::create_directories(root / "var/db/pkg" / category / name);
  }
  std::filesystem::create_directories(root / "etc");
  testing::write(directory / "list.py", kList);
  const std::string path = directory.path().string();
  REQUIRE(std::system(("cd '" + path + "' && python3 list.py '" + root.string() + "' >list 2>errors").c_str()) == 0);
  std::set<std::string> found;
  for (const pkg::Package& package : testing::catalog_of_directory(root).packages)
    found.insert(package.name + "-" + package.version);
  const std::string list = testing::read(directory / "list");
  const auto listed = lines(list);
  CHECK(found == std::set<std::string>(listed.begin(), listed.end()));
  CHECK(found.size() > 100);
}

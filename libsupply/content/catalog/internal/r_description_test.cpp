#include "libsupply/content/catalog/internal/r_description.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::ImageFile;
using testing::purls;
using testing::unknowns_in;

namespace {

constexpr std::string_view kLamp =
    "Package: lamp\nVersion: 1.2-3\nLicense: GPL (>= 2) | MIT + file LICENSE\nDepends: R (>= 3.5), stats\n"
    "Imports: wick (>= 1.0),\n    gone\nSuggests: never\nMaintainer: J\xf6rg B <a@example.org>\nURL: https://a/, "
    "https://b\n"
    "Repository: https://x.r-universe.dev\nEncoding: latin1\n";

}  // namespace

TEST_CASE("an installed package of R is read from its DESCRIPTION") {
  const auto catalog = catalog_of_files({{"usr/lib/R/site-library/lamp/DESCRIPTION", std::string(kLamp)},
                                         {"usr/lib/R/site-library/lamp/Meta/package.rds", "x"},
                                         {"usr/lib/R/library/stats/DESCRIPTION", "Package: stats\nVersion: 4.2.2\n"},
                                         {"usr/lib/R/library/stats/Meta/package.rds", "x"},
                                         {"opt/wick/DESCRIPTION", "Package: wick\nVersion: 2\n"},
                                         {"usr/lib/R/site-library/gone/Meta/package.rds", "x"},
                                         {"usr/lib/R/site-library/bad/Meta/package.rds", "x"},
                                         {"usr/lib/R/site-library/bad/DESCRIPTION", "Package: bad\n"}});
  CHECK(purls(catalog, "r") == std::set<std::string>{"pkg:cran/lamp@1.2-3?repository_url=https:%2F%2Fx.r-universe.dev",
                                                     "pkg:cran/stats@4.2.2"});
  const pkg::Package& lamp = testing::package_named(catalog, "lamp");
  CHECK(lamp.depends == std::vector<std::string>{"pkg:cran/stats@4.2.2"});
  CHECK(lamp.declared_license == "GPL-2.0-or-later OR MIT");
  CHECK(lamp.supplier == "Person: J\xc3\xb6rg B (a@example.org)");
  CHECK(lamp.homepage == "https://a/");
  CHECK(
      unknowns_in(catalog) ==
      std::vector<std::string>{"usr/lib/R/site-library/bad/DESCRIPTION: package \"bad\": no version",
                               "usr/lib/R/site-library/gone/Meta/package.rds: a package of R without its DESCRIPTION"});
}

TEST_CASE("the licences of R are said in SPDX's words") {
  using List = std::vector<std::string>;
  CHECK(r_licenses("GPL-2 | GPL-3") == List{"GPL-2.0-only", "GPL-3.0-only"});
  CHECK(r_licenses("Apache License (== 2.0)") == List{"Apache-2.0"});
  CHECK(r_licenses("LGPL (>= 2.1)") == List{"LGPL-2.1-or-later"});
  CHECK(r_licenses("BSD_3_clause + file LICENSE") == List{"BSD-3-Clause"});
  CHECK(r_licenses("file LICENSE") == List{"file LICENSE"});
  CHECK(r_licenses("GPL (< 3)") == List{"GPL (< 3)"});
  CHECK(r_licenses("").empty());
}

TEST_CASE("the packages of this machine's R and of one that R installs are those that installed.packages lists") {
  if (!testing::has_program("Rscript")) return;
  const testing::TempDirectory home;
  std::filesystem::create_directories(home / "lamp");
  std::filesystem::create_directories(home / "lib");
  testing::write(home / "lamp/DESCRIPTION",
                 "Package: lamp\nVersion: 1.2-3\nTitle: Lamp\nDescription: Burns.\nLicense: MIT\nImports: stats\n"
                 "Authors@R: person(\"A\", \"B\", email = \"a@example.org\", role = c(\"aut\", \"cre\"))\n");
  testing::write(home / "lamp/NAMESPACE", "");
  const std::string path = home.path().string();
  REQUIRE(std::system(("cd " + path + " && R CMD INSTALL -l lib lamp >log 2>&1").c_str()) == 0);
  std::vector<ImageFile> files = testing::files_below(home / "lib", "home/lib/");
  std::set<std::string> theirs;
  for (const std::string& line :
       testing::lines_of("cd " + path +
                         " && Rscript -e 'i <- installed.packages(c(\"lib\", .libPaths())); "
                         "cat(paste(i[, \"Package\"], i[, \"Version\"], i[, \"LibPath\"]), sep = \"\\n\")'")) {
    const std::size_t last = line.rfind(' ');
    theirs.insert(line.substr(0, last));
    const std::string directory = line.substr(last + 1) + "/" + line.substr(0, line.find(' '));
    if (directory.starts_with("/usr"))
      for (const std::string name : {"/DESCRIPTION", "/Meta/package.rds"})
        files.push_back({directory.substr(1) + name, testing::read(directory + name)});
  }
  const auto catalog = catalog_of_files(files);
  CHECK(testing::names_and_versions(catalog, "r") == theirs);
  CHECK(theirs.size() > 10);
  CHECK(catalog.unknowns.empty());
  CHECK(testing::package_named(catalog, "lamp").depends.size() == 1);
  CHECK(testing::package_named(catalog, "lamp").supplier == "Person: A B (a@example.org)");
}

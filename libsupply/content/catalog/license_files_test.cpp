// Licences of packages that declare none, by the texts that lie with them.
#include <catch2/catch.hpp>

#include "libsupply/base/text/text.hpp"
#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using testing::catalog_of_files;
using testing::package_named;

namespace {

const std::string kIsc =
    "Copyright (c) 2020, A. B.\n\nPermission to use, copy, modify, and/or distribute this software for any purpose "
    "with "
    "or without fee is hereby granted, provided that the above copyright notice and this permission notice appear in "
    "all copies.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS "
    "SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE "
    "FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, "
    "DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN "
    "CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.\n";

std::string zero_bsd() {
  const std::string_view condition =
      ", provided that the above copyright notice and this permission notice appear in all copies";
  std::string text = kIsc;
  return text.erase(text.find(condition), condition.size());
}

}  // namespace

TEST_CASE("a Debian package whose copyright file is a licence alone has it concluded") {
  const auto stanza = [](const std::string& name) {
    return "Package: " + name + "\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n";
  };
  const auto catalog = catalog_of_files(
      {{"var/lib/dpkg/status", stanza("lamp") + stanza("wick") + stanza("oil")},
       {"usr/share/doc/lamp/copyright", "This package was debianized by A. B.\nLicense:\n\n" + kIsc},
       {"usr/share/doc/wick/copyright", kIsc + "The manual may not be sold; see its terms.\n"},
       {"usr/share/doc/oil/copyright", kIsc + "Debian's parts: see /usr/share/common-licenses/GPL-2.\n"}});
  CHECK(package_named(catalog, "lamp").concluded_license == "ISC");
  CHECK(package_named(catalog, "lamp").declared_license.empty());
  CHECK(pkg::license_of(package_named(catalog, "lamp")) == "ISC");
  CHECK(pkg::license_of(package_named(catalog, "wick")).empty());
  CHECK(package_named(catalog, "oil").declared_license == "GPL-2.0-only");
  CHECK(package_named(catalog, "oil").concluded_license.empty());
}

TEST_CASE("a licence that a package names in its own way is concluded by the text that it gives") {
  std::string indented;
  for (const std::string_view line : lines(kIsc)) indented += line.empty() ? " .\n" : " " + std::string(line) + "\n";
  const std::string head = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\n";
  const std::string name = "Copyright: A. B.\nLicense: GPL-2+ or free-for-all\n\nLicense: free-for-all\n";
  const auto of = [&](const std::string& copyright) {
    return package_named(
        catalog_of_files(
            {{"var/lib/dpkg/status", "Package: lamp\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n"},
             {"usr/share/doc/lamp/copyright", copyright}}),
        "lamp");
  };
  CHECK(of(head + name + indented).declared_license == "GPL-2.0-or-later OR LicenseRef-free-for-all");
  CHECK(of(head + name + indented).concluded_license == "GPL-2.0-or-later OR ISC");
  CHECK(of(head + name + " All mine.\n").concluded_license.empty());
  CHECK(of(head + "Copyright: A. B.\nLicense: GPL-2+\n").concluded_license.empty());
}

TEST_CASE("the licence of a package that declares none is concluded by the files in its own directory") {
  const auto npm = [](const std::string& name, const std::string& more = "") {
    return testing::ImageFile{"app/node_modules/" + name + "/package.json",
                              R"({"name":")" + name + R"(","version":"1.0.0")" + more + "}"};
  };
  const std::string site = "usr/lib/python3/dist-packages/", gems = "var/lib/gems/3.1.0/";
  const auto catalog =
      catalog_of_files({npm("lamp"),
                        {"app/node_modules/lamp/LICENSE", kIsc},
                        npm("said", R"(,"license":"MIT")"),
                        {"app/node_modules/said/LICENSE", kIsc},
                        npm("seen", R"(,"license":"SEE LICENSE IN LICENSE.md")"),
                        {"app/node_modules/seen/LICENSE.md", kIsc},
                        npm("twice"),
                        {"app/node_modules/twice/LICENSE", kIsc},
                        {"app/node_modules/twice/docs/COPYING", "All mine.\n"},
                        {"app/node_modules/twice/license.txt", kIsc},
                        npm("two"),
                        {"app/node_modules/two/LICENSE-ISC", kIsc},
                        {"app/node_modules/two/LICENSE-0BSD", zero_bsd()},
                        npm("other"),
                        {"app/node_modules/other/LICENSE", kIsc},
                        {"app/node_modules/other/COPYING", "All mine.\n"},
                        npm("code"),
                        {"app/node_modules/code/license.js", kIsc},
                        {"app/node_modules/code/licensed", kIsc},
                        {site + "wick-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: wick\nVersion: 1\n"},
                        {site + "wick-1.dist-info/licenses/LICENSE.txt", zero_bsd()},
                        {gems + "specifications/oil-1.gemspec",
                         "Gem::Specification.new do |s|\n  s.name = \"oil\"\n  s.version = \"1\"\nend\n"},
                        {gems + "gems/oil-1/MIT-LICENSE", kIsc},
                        {"root/.nuget/packages/wax/1.0.0/wax.nuspec",
                         "<package><metadata><id>wax</id><version>1.0.0</version><license "
                         "type=\"file\">LICENSE</license></metadata></package>"},
                        {"root/.nuget/packages/wax/1.0.0/LICENSE", kIsc}});
  for (const char* name : {"lamp", "seen", "twice", "oil", "wax"}) {
    INFO(name);
    CHECK(package_named(catalog, name).concluded_license == "ISC");
  }
  CHECK(package_named(catalog, "wick").concluded_license == "0BSD");
  for (const char* name : {"said", "two", "other", "code"}) {
    INFO(name);
    CHECK(package_named(catalog, name).concluded_license.empty());
  }
}

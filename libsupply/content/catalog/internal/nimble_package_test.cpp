#include "libsupply/content/catalog/internal/nimble_package.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;

TEST_CASE("packages that nimble installed are found with their repository, licence and requirements") {
  const std::string sum = "-7c7d4a4a8ca1f8a5bd3dd9c6b8a2e05d2a4f1c33";
  const auto catalog = catalog_of_files(
      {// Of nimble 0.14 and later, and until 0.13.
       {"root/.nimble/pkgs2/jester-0.6.0" + sum + "/nimblemeta.json",
        R"({"version":1,"metaData":{"url":"https://example.org/jester","downloadMethod":"git",
            "vcsRevision":"ab12","files":["/jester.nim"],"binaries":[],"specialVersions":["0.6.0"]}})"},
       {"root/.nimble/pkgs2/jester-0.6.0" + sum + "/jester.nimble",
        "version = \"0.6.0\"\nlicense       = \"MIT\"\n# requires \"gone\"\nlicenses = \"x\"\n"
        "requires \"nim >= 1.0.0\"\nwhen not defined(windows):\n  requires \"HttpBeast >= 0.4\",\n    \"wax#head\"\n"},
       {"root/.nimble/pkgs/httpbeast-#head/nimblemeta.json", R"({"url":"","files":[],"binaries":[],"isLink":false})"},
       {"srv/app/nimbledeps/pkgs2/wax-2.1" + sum + "/nimblemeta.json",
        R"({"metaData":{"url":"https://user:secret@example.org/wax"}})"},
       {"root/.nimble/pkgs/bad-1/nimblemeta.json", "{"},
       {"root/.nimble/pkgs/noversion/nimblemeta.json", "{}"},
       {"srv/lamp-1/nimblemeta.json", "{}"}});
  CHECK(purls(catalog, "nim") ==
        std::set<std::string>{"pkg:generic/httpbeast@%23head",
                              "pkg:generic/jester@0.6.0?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fjester%40ab12",
                              "pkg:generic/wax@2.1?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fwax"});
  const pkg::Package& jester = testing::package_named(catalog, "jester");
  CHECK(jester.declared_license == "MIT");
  CHECK(jester.depends == std::vector<std::string>{"pkg:generic/httpbeast@%23head",
                                                   "pkg:generic/wax@2.1?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fwax"});
  CHECK(testing::unknowns_in(catalog).size() == 1);
}

TEST_CASE("comments between what a nimble file requires are passed over, and a Mercurial repository is one") {
  const auto catalog = catalog_of_files(
      {{"root/.nimble/pkgs2/a-1/nimblemeta.json",
        R"({"metaData":{"url":"https://user:secret@example.org/a","downloadMethod":"hg","vcsRevision":"ab12"}})"},
       {"root/.nimble/pkgs2/a-1/a.nimble",
        "license = \"MIT\" # or \"Apache-2.0\"\n"
        "requires \"b >= 1\", # the \"z\"\n"
        "\n  # \"y\",\n"
        "  \"c\", #[ \"x\",\n  \"w\" ]# \"d#head\"\n"
        "\"v\"\n#[ requires \"u\"\nrequires \"t\"\n]#\n"
        "requires @[\n  \"e\"\n]\n"},
       {"root/.nimble/pkgs2/b-1/nimblemeta.json", "{}"},
       {"root/.nimble/pkgs2/c-1/nimblemeta.json", "{}"},
       {"root/.nimble/pkgs2/d-1/nimblemeta.json", "{}"},
       {"root/.nimble/pkgs2/e-1/nimblemeta.json", "{}"},
       {"root/.nimble/pkgs2/t-1/nimblemeta.json", "{}"},
       {"root/.nimble/pkgs2/u-1/nimblemeta.json", "{}"},
       {"root/.nimble/pkgs2/v-1/nimblemeta.json", "{}"},
       {"root/.nimble/pkgs2/w-1/nimblemeta.json", "{}"},
       {"root/.nimble/pkgs2/x-1/nimblemeta.json", "{}"},
       {"root/.nimble/pkgs2/y-1/nimblemeta.json", "{}"},
       {"root/.nimble/pkgs2/z-1/nimblemeta.json", "{}"}});
  const pkg::Package& package = testing::package_named(catalog, "a");
  CHECK(package.purl.to_string() == "pkg:generic/a@1?vcs_url=hg%2Bhttps:%2F%2Fexample.org%2Fa%40ab12");
  CHECK(package.homepage == "https://example.org/a");
  CHECK(package.declared_license == "MIT");
  CHECK(package.depends ==
        std::vector<std::string>{"pkg:generic/b@1", "pkg:generic/c@1", "pkg:generic/d@1", "pkg:generic/e@1"});
}

TEST_CASE("what nimble installs is what nimble lists") {
  if (!testing::has_program("nimble") || !testing::has_program("nim")) return;
  const testing::TempDirectory home;
  for (const std::string name : {"lamp", "wick"}) {
    std::filesystem::create_directories(home / name);
    testing::write(home / name / (name + ".nim"), "discard\n");
    testing::write(home / name / (name + ".nimble"),
                   "version = \"1.2.0\"\nauthor = \"A\"\ndescription = \"b\"\n"
                   "license = \"MIT\"\nrequires \"nim >= 1.0\"\n");
  }
  // nimble keeps what it compiles in TMPDIR.
  const std::string path = home.path().string(),
                    run = "TMPDIR=" + path + " nimble -y --nimbleDir:" + path + "/.nimble ";
  for (const std::string name : {"lamp", "wick"})
    REQUIRE(std::system(("cd " + path + "/" + name + " && " + run + "install >log 2>&1").c_str()) == 0);
  const auto catalog = catalog_of_files(testing::files_below(home / ".nimble", "root/.nimble/"));
  CHECK(testing::names_and_versions(catalog, "nim") ==
        testing::lines_of(run + "list -i 2>/dev/null | sed 's/ *\\[/ /; s/\\]$//'"));
  CHECK(catalog.packages.size() == 2);
  CHECK(testing::package_named(catalog, "lamp").declared_license == "MIT");
}

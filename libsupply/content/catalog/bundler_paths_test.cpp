// Gems in directories of an application's own, by its lock.
#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using Purls = std::set<std::string>;

namespace {

// As Bundler 2.5 writes it.
constexpr std::string_view kLock =
    "PATH\n  remote: engines/core\n  specs:\n    core (0.1.0)\n      rack\n\n"
    "PATH\n  remote: ../shared\n  specs:\n    shared (2.0-java)\n\n"
    "GEM\n  remote: https://rubygems.example/\n  specs:\n    rack (3.0.0)\n\nPLATFORMS\n  ruby\n\n"
    "DEPENDENCIES\n  core!\n\nBUNDLED WITH\n   2.5.0\n";

const testing::ImageFile kLocked{"srv/app/Gemfile.lock", std::string(kLock)};
const testing::ImageFile kCore{"srv/app/engines/core/lib/core.rb", "module Core\nend\n"};

Purls purls_of(const std::vector<testing::ImageFile>& files) {
  return testing::purls(testing::catalog_of_files(files), "ruby");
}

}  // namespace

TEST_CASE("gems in directories that a lock names are found where the directories are there") {
  CHECK(purls_of({kLocked, kCore}) == Purls{"pkg:gem/core@0.1.0"});
  CHECK(purls_of({kLocked, kCore, {"srv/shared/shared.gemspec", "x"}}) ==
        Purls{"pkg:gem/core@0.1.0", "pkg:gem/shared@2.0?platform=java"});
  CHECK(purls_of({kLocked}).empty());
  CHECK(purls_of({{"srv/app/gems.locked", std::string(kLock)}, kCore}) == Purls{"pkg:gem/core@0.1.0"});
  const auto catalog = testing::catalog_of_files({kLocked, kCore});
  CHECK(testing::package_named(catalog, "core").location == "srv/app/Gemfile.lock");
  CHECK(testing::unknowns_in(catalog).empty());
}

TEST_CASE("a gem of a lock that cannot be told is a known unknown, and what an installed gem has is not installed") {
  const auto catalog = testing::catalog_of_files(
      {{"srv/app/Gemfile.lock", "PATH\n  remote: engines/core\n  specs:\n    core\n"}, kCore});
  CHECK(testing::unknowns_in(catalog).size() == 1);
  const std::string gems = "usr/lib/ruby/gems/3.3.0/";
  CHECK(purls_of({{gems + "specifications/a-1.0.gemspec", "# stub: a 1.0 ruby lib\n"},
                  {gems + "gems/a-1.0/Gemfile.lock", "PATH\n  remote: .\n  specs:\n    a (1.0)\n"}}) ==
        Purls{"pkg:gem/a@1.0"});
}

TEST_CASE("a gem of a lock is found by any gemspec in its directory") {
  const std::string path = "PATH\n  remote: ";
  const testing::ImageFile lock{"srv/app/Gemfile.lock", path + "local\n  specs:\n    pathy (0.1.0)\n"};
  // As Bundler 2.3 loads it: the name is what the gemspec says, not what its file is called.
  const auto catalog = testing::catalog_of_files({lock, {"srv/app/local/pg.gemspec", "x"}});
  CHECK(testing::purls(catalog, "ruby") == Purls{"pkg:gem/pathy@0.1.0"});
  CHECK(testing::package_named(catalog, "pathy").location == "srv/app/local/pg.gemspec");
  CHECK(testing::unknowns_in(catalog).empty());
  CHECK(purls_of({lock, {"srv/app/local/a/b/pg.gemspec", "x"}}) == Purls{"pkg:gem/pathy@0.1.0"});

  // The one is there by its name, the other by what is left.
  const testing::ImageFile two{"srv/app/Gemfile.lock", path + "local\n  specs:\n    one (1)\n    two (2)\n"};
  CHECK(purls_of({two, {"srv/app/local/one.gemspec", "x"}, {"srv/app/local/second.gemspec", "x"}}) ==
        Purls{"pkg:gem/one@1", "pkg:gem/two@2"});
}

TEST_CASE("a gem of a lock whose directory is there without it is a known unknown") {
  const std::string path = "PATH\n  remote: ";
  const testing::ImageFile lock{"srv/app/Gemfile.lock", path + "local\n  specs:\n    pathy (0.1.0)\n"};
  for (const std::vector<testing::ImageFile>& there :
       {std::vector<testing::ImageFile>{{"srv/app/local/lib/pathy.rb", "x"}},
        {{"srv/app/local/a.gemspec", "x"}, {"srv/app/local/b.gemspec", "x"}},
        {{"srv/app/local/a/b/c/pg.gemspec", "x"}}}) {
    std::vector<testing::ImageFile> files = there;
    files.push_back(lock);
    const auto catalog = testing::catalog_of_files(files);
    CHECK(testing::purls(catalog, "ruby").empty());
    CHECK(testing::unknowns_in(catalog).size() == 1);
  }
  // Where the directory is not there, the gem is not either.
  const auto catalog = testing::catalog_of_files({lock});
  CHECK(testing::purls(catalog, "ruby").empty());
  CHECK(testing::unknowns_in(catalog).empty());
}

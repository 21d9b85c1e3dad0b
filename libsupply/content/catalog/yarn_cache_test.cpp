// npm packages in the archives of Yarn's cache.
#include <catch2/catch.hpp>

#include "libsupply/base/limits/javascript_limits.hpp"
#include "libsupply/testing/catalog_of_files.hpp"
#include "libsupply/testing/zip.hpp"

using namespace supply;
using testing::zip_archive;
using Texts = std::vector<std::string>;

TEST_CASE("packages in archives of Yarn's cache are found with what they require, and damaged ones are said") {
  const auto archive = [](const std::string& name, const std::string& json) {
    return zip_archive({{"node_modules/" + name + "/package.json", json},
                        {"node_modules/" + name + "/test/package.json", R"({"name":"no","version":"1.0.0"})"}});
  };
  const std::string cache = "app/.yarn/cache/";
  const auto catalog = testing::catalog_of_files(
      {{cache + "lamp-npm-1.2.0-0123456789-0123456789.zip",
        archive("lamp", R"({"name":"lamp","version":"1.2.0","license":"MIT","dependencies":{"@oil/wick":"^2.0.0"}})")},
       {cache + "@oil-wick-npm-2.1.0-0123456789-0123456789.zip",
        archive("@oil/wick", R"({"name":"@oil/wick","version":"2.1.0"})")},
       {cache + "broken-npm-1.0.0-0123456789-0123456789.zip", "PK"},
       {cache + "empty-npm-1.0.0-0123456789-0123456789.zip", zip_archive({{"a.txt", "a"}})},
       {cache + "bad-npm-1.0.0-0123456789-0123456789.zip", archive("bad", "{")},
       {"root/.yarn/berry/cache/shared-npm-1.0.0-0.zip", archive("shared", R"({"name":"shared","version":"1.0.0"})")},
       {"srv/cache/other.zip", archive("other", R"({"name":"other","version":"1.0.0"})")}});
  CHECK(testing::purls(catalog, "yarn-cache") ==
        std::set<std::string>{"pkg:npm/%40oil/wick@2.1.0", "pkg:npm/lamp@1.2.0", "pkg:npm/shared@1.0.0"});
  const pkg::Package& lamp = testing::package_named(catalog, "lamp");
  CHECK(lamp.depends == Texts{"pkg:npm/%40oil/wick@2.1.0"});
  CHECK(lamp.declared_license == "MIT");
  CHECK(testing::unknowns_in(catalog).size() == 3);
}

// As yarn 3.8 and 4.9 write it, in a text of JavaScript and as JSON.
TEST_CASE("a table of Plug'n'Play is no unknown where the archives that it names were read") {
  const std::string lamp = zip_archive({{"node_modules/lamp/package.json", R"({"name":"lamp","version":"1.0.0"})"}});
  const std::string table =
      "const RAW_RUNTIME_STATE =\n'{\\\n  \"packageLocation\": \"./\",\\\n"
      "  \"packageLocation\": \"./.yarn/unplugged/wick-npm-1.0.0-0/node_modules/wick/\",\\\n"
      "  \"packageLocation\": \"./.yarn/cache/other-platform-npm-1.0.0-0.zip/node_modules/x/\",\\\n"
      "  \"packageLocation\": "
      "\"./.yarn/__virtual__/lamp-virtual-0/0/cache/lamp-npm-1.0.0-0.zip/node_modules/lamp/\",\\\n"
      "  \"packageLocation\": \"./.yarn/__virtual__/lamp-virtual-0/1/mine/lamp.zip/node_modules/lamp/\",\\\n"
      "  \"packageLocation\":\"./.yarn/cache/lamp-npm-1.0.0-0.zip/node_modules/lamp/\"}';\n";
  for (const std::string name : {".pnp.cjs", ".pnp.data.json"}) {
    const testing::ImageFile file{"srv/app/" + name, table}, archive{"srv/app/.yarn/cache/lamp-npm-1.0.0-0.zip", lamp};
    CHECK(testing::unknowns_in(testing::catalog_of_files({file, archive})).empty());
    // One that it names and that is in no cache of Yarn's.
    const auto mine = testing::catalog_of_files({file, archive, {"srv/app/mine/lamp.zip", lamp}});
    CHECK(testing::unknowns_in(mine).size() == 1);
  }
  CHECK(testing::unknowns_in(testing::catalog_of_files({{"srv/app/.pnp.cjs", "#!/usr/bin/env node\n"}})).size() == 1);
  CHECK(testing::unknowns_in(testing::catalog_of_files(
                                 {{"srv/app/.pnp.cjs", "#!/usr/bin/env node\n"}, {"srv/app/.pnp.data.json", table}}))
            .empty());
}

TEST_CASE("a table of Plug'n'Play with a place that is not followed is a known unknown") {
  const auto unknowns = [](const std::string& location) {
    return testing::unknowns_in(
               testing::catalog_of_files({{"srv/app/.pnp.cjs", "  \"packageLocation\": \"" + location + "\",\\\n"}}))
        .size();
  };
  const auto virtual_at = [](int depth) {
    return "./.yarn/__virtual__/lamp-virtual-0/" + std::to_string(depth) + "/cache/lamp.zip/node_modules/lamp/";
  };
  CHECK(unknowns(virtual_at(kMaxVirtualDepth)) == 0);
  CHECK(unknowns(virtual_at(kMaxVirtualDepth + 1)) == 1);
  CHECK(unknowns("./.yarn/__virtual__/lamp-virtual-0/1x/cache/lamp.zip/node_modules/lamp/") == 1);
  CHECK(unknowns("./.yarn/cache/l\\u0061mp.zip/node_modules/lamp/") == 1);
  CHECK(unknowns("./.yarn/cache/lamp.zip/node_modules/lamp/") == 0);  // it is not there
}

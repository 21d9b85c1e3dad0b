// Which directories with a package.json are installed packages: what npm lists and node loads.
#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using testing::catalog_of_files;
using testing::ImageFile;
using testing::purls;

namespace {

std::string package_json(const std::string& name, const std::string& more = "") {
  return "{\"name\":\"" + name + "\",\"version\":\"1.0.0\"" + more + "}";
}

}  // namespace

TEST_CASE("a package.json below an installed package is no package unless node looks for it there") {
  const std::string a = "app/node_modules/a/";
  const auto catalog =
      catalog_of_files({{"app/package.json", package_json("app")},
                        {"app/test/fixtures/f/package.json", package_json("fixture")},
                        {"app/packages/w/package.json", package_json("w")},
                        {a + "package.json", package_json("a")},
                        {a + "node_modules/b/package.json", package_json("b")},
                        {a + "node_modules/@s/c/package.json", package_json("@s/c")},
                        {a + "node_modules/@s/c/node_modules/d/package.json", package_json("d")},
                        {a + "test/fixtures/x/package.json", package_json("x")},
                        {a + "test/fixtures/bad/package.json", "{"},
                        {a + "test/node_modules/y/package.json", package_json("y")},
                        {a + "dist/compiled/z/package.json", package_json("z")},
                        {"app/node_modules/.pnpm/e@1/node_modules/e/package.json", package_json("e")}});
  CHECK(purls(catalog, "npm") == std::set<std::string>{"pkg:npm/app@1.0.0", "pkg:npm/w@1.0.0", "pkg:npm/a@1.0.0",
                                                       "pkg:npm/b@1.0.0", "pkg:npm/%40s/c@1.0.0", "pkg:npm/d@1.0.0",
                                                       "pkg:npm/e@1.0.0"});
  CHECK(catalog.unknowns.empty());
}

TEST_CASE("a package.json in what another language's manager installed is no package of npm") {
  const auto catalog = catalog_of_files({{"usr/lib/python3/dist-packages/x/static/package.json", package_json("a")},
                                         {"usr/lib/ruby/gems/3.1.0/gems/lamp-1.0/package.json", package_json("b")},
                                         {"app/vendor/acme/lamp/package.json", package_json("c")},
                                         {"app/vendor/composer/installed.json", "[]"},
                                         {"other/vendor/acme/lamp/package.json", package_json("d")}});
  CHECK(purls(catalog, "npm") == std::set<std::string>{"pkg:npm/d@1.0.0"});
}

TEST_CASE("the packages that npm installed are those that npm lists") {
  if (!testing::has_program("npm")) return;
  const testing::TempDirectory home;
  for (const std::string name : {"a", "b"}) {
    std::filesystem::create_directories(home / name / "test/fixtures/x");
    testing::write(home / name / "package.json",
                   package_json(name, name == "a" ? ",\"dependencies\":{\"b\":\"file:../b-1.0.0.tgz\"}" : ""));
    testing::write(home / name / "index.js", "");
    testing::write(home / name / "test/fixtures/x/package.json", package_json("x"));
  }
  testing::write(home / "package.json", package_json("app"));
  const std::string go = "cd " + home.path().string() + " && HOME=" + home.path().string() + " ";
  REQUIRE(std::system((go + "sh -c 'npm pack ./b && sed -i \"s|file:../|file:" + home.path().string() +
                       "/|\" a/package.json && npm pack ./a && npm install --offline ./a-1.0.0.tgz' >log 2>&1")
                          .c_str()) == 0);
  std::vector<ImageFile> files = testing::files_below(home / "node_modules", "app/node_modules/");
  CHECK(std::any_of(files.begin(), files.end(),
                    [](const ImageFile& file) { return file.path.ends_with("x/package.json"); }));
  files.push_back({"app/package.json", testing::read(home / "package.json")});
  const auto catalog = catalog_of_files(files);
  std::set<std::string> theirs;
  for (const std::string& line : testing::lines_of(go + "npm ls --all --parseable --long | cut -d: -f2"))
    theirs.insert("pkg:npm/" + line);
  CHECK(purls(catalog, "npm") == theirs);
  CHECK(theirs.size() == 3);

  // A directory that nothing describes: npm says that it is there, and node loads what it holds.
  std::filesystem::create_directories(home / "node_modules/bare/lib");
  testing::write(home / "node_modules/bare/lib/run.js", "module.exports = 'loaded'");
  const std::set<std::string> listed = testing::lines_of(go + "npm ls --all --parseable 2>&1 || true");
  CHECK(listed.contains((home / "node_modules/bare").string()));
  CHECK(testing::lines_of(go + "node -p \"require('bare/lib/run.js')\"") == std::set<std::string>{"loaded"});
  files.push_back({"app/node_modules/bare/lib/run.js", "module.exports = 'loaded'"});
  CHECK(purls(catalog_of_files(files), "npm").contains("pkg:npm/bare"));
}

TEST_CASE("a project without a name or without a version is what npm lists") {
  // As `npm ls --all --parseable --long` of npm 11 says it in these directories: "only-name@", "version@1.2.3".
  const auto catalog = catalog_of_files({{"srv/name/package.json", R"({"name":"only-name"})"},
                                         {"srv/version/package.json", R"({"version":"1.2.3"})"},
                                         {"srv/settings/package.json", R"({"type":"module"})"}});
  CHECK(purls(catalog, "npm") == std::set<std::string>{"pkg:npm/only-name", "pkg:npm/version@1.2.3"});
  CHECK(catalog.unknowns.empty());
  if (!testing::has_program("npm")) return;
  const testing::TempDirectory home;
  std::set<std::string> theirs;
  for (const auto& [directory, json] :
       {std::pair{"name", R"({"name":"only-name"})"}, {"version", R"({"version":"1.2.3"})"}}) {
    std::filesystem::create_directories(home / directory);
    testing::write(home / directory / "package.json", json);
    for (const std::string& line :
         testing::lines_of("cd " + (home / directory).string() + " && HOME=" + home.path().string() +
                           " npm ls --all --parseable --long | cut -d: -f2"))
      theirs.insert("pkg:npm/" + (line.ends_with('@') ? line.substr(0, line.size() - 1) : line));
  }
  CHECK(purls(catalog, "npm") == theirs);
}

// Packages that the system's own tools see, in places and spellings where a reader may pass them over.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/image/rootfs/rootfs.hpp"
#include "libsupply/testing/catalogs.hpp"

using namespace supply;
using pkg::Inventory;
using testing::TarFields;

namespace {

Result<pkg::Inventory> catalog_of(const std::vector<TarFields>& entries, Budget& budget,
                                  const std::vector<std::string>& env = {}) {
  std::string tar;
  for (const TarFields& fields : entries) tar += testing::tar_entry(fields);
  return testing::read_catalog(tar + testing::tar_end(), budget, env);
}

pkg::Inventory read(const std::vector<TarFields>& entries, const std::vector<std::string>& env = {}) {
  Budget budget;
  auto catalog = catalog_of(entries, budget, env);
  if (!catalog) FAIL(catalog.error().message());
  return *std::move(catalog);
}

std::set<std::string> names(const pkg::Inventory& catalog) {
  std::set<std::string> out;
  for (const pkg::Package& package : catalog.packages) {
    const pkg::PurlParts& parts = package.purl.parts();
    out.insert((parts.name_space.empty() ? "" : parts.name_space + "/") + parts.name +
               (parts.version.empty() ? "" : "@" + parts.version));
  }
  return out;
}

std::set<std::string> places(const pkg::Inventory& catalog) {
  std::set<std::string> out;
  for (const pkg::KnownUnknown& unknown : catalog.unknowns) out.insert(unknown.path);
  return out;
}

TarFields to_link(std::string_view path, std::string_view target) {
  return {.path = path, .link = target, .type = '2'};
}

constexpr std::string_view kMeta = "Name: evil\nVersion: 1.0\n\nx\n";
constexpr std::string_view kDeb = "Package: evil\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n";
constexpr std::string_view kGood = "Package: good\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n";

using Names = std::set<std::string>;

}  // namespace

TEST_CASE("python metadata behind a link to its directory is found by the link's name") {
  CHECK(names(read({{.path = "opt/h/METADATA", .content = kMeta}, to_link("site/evil-1.0.dist-info", "/opt/h")})) ==
        Names{"evil@1.0"});
  CHECK(names(read({{.path = "opt/h/PKG-INFO", .content = kMeta}, to_link("site/evil.EGG-INFO", "/opt/h")})) ==
        Names{"evil@1.0"});
  CHECK(names(read({{.path = "opt/h/METADATA", .content = kMeta},
                    to_link("opt/g", "h"),
                    to_link("site/evil-1.0.dist-info", "../opt/g")})) == Names{"evil@1.0"});
  CHECK(names(read({{.path = "opt/h", .content = kMeta}, to_link("site/evil-1.0.egg-info", "/opt/h")})) ==
        Names{"evil@1.0"});
}

TEST_CASE("python metadata is found under both names, in directories and files of both endings") {
  for (const std::string_view path :
       {"s/evil-1.0.dist-info/PKG-INFO", "s/evil.egg-info/METADATA", "s/evil-1.0.Dist-Info",
        "s/evil-1.egg/EGG-INFO/PKG-INFO", "s/evil-1.0.EGG-INFO"}) {
    INFO(path);
    CHECK(names(read({{.path = path, .content = kMeta}})) == Names{"evil@1.0"});
  }
  // Of both, METADATA counts, unless it is empty.
  CHECK(names(read({{.path = "s/x.dist-info/METADATA", .content = kMeta},
                    {.path = "s/x.dist-info/PKG-INFO", .content = "Name: other\nVersion: 2\n"}})) == Names{"evil@1.0"});
  CHECK(names(read({{.path = "s/x.dist-info/METADATA", .content = ""},
                    {.path = "s/x.dist-info/PKG-INFO", .content = kMeta}})) == Names{"evil@1.0"});
}

// importlib.metadata.distribution("evil") finds each of these; pip warns that it skips them.
TEST_CASE("a python distribution without metadata is a known unknown") {
  for (const std::string_view directory : {"s/evil-1.0.dist-info", "s/evil.egg-info", "s/Evil-1.DIST-INFO"}) {
    INFO(directory);
    const std::string record = std::string(directory) + "/RECORD";
    CHECK(places(read({{.path = record, .content = "evil.py,,\n"}})) == Names{std::string(directory)});
    const std::string metadata = std::string(directory) + "/METADATA";
    CHECK(read({{.path = record}, {.path = metadata, .content = kMeta}}).unknowns.empty());
    CHECK(places(read({to_link(metadata, "/gone")})) == Names{std::string(directory)});
  }
  CHECK(places(read({{.path = "opt/h/RECORD"}, to_link("s/evil-1.dist-info", "/opt/h")})) ==
        Names{"s/evil-1.dist-info"});
  CHECK(read({to_link("s/evil-1.dist-info", "/gone")}).unknowns.empty());
}

TEST_CASE("dpkg's journal and what links lead to are part of its database") {
  const TarFields status{.path = "var/lib/dpkg/status", .content = kGood};
  CHECK(names(read({status, {.path = "var/lib/dpkg/updates/0000", .content = kDeb}})) == Names{"good@1", "evil@1"});
  CHECK(names(read({status, {.path = "var/lib/dpkg/updates/tmp.i", .content = kDeb}})) == Names{"good@1"});
  CHECK(names(read({status, {.path = "opt/u/0000", .content = kDeb}, to_link("var/lib/dpkg/updates", "/opt/u")})) ==
        Names{"good@1", "evil@1"});
  CHECK(names(read({{.path = "opt/d/evil", .content = kDeb}, to_link("var/lib/dpkg/status.d", "/opt/d")})) ==
        Names{"evil@1"});
  CHECK(names(read({{.path = "opt/d/status.d/evil", .content = kDeb}, to_link("var/lib/dpkg", "/opt/d")})) ==
        Names{"evil@1"});
  // What it says last counts: another version, or that the package is gone.
  CHECK(names(read({status,
                    {.path = "var/lib/dpkg/updates/0001",
                     .content = "Package: good\nStatus: purge ok not-installed\nArchitecture: all\nVersion: 1\n"},
                    {.path = "var/lib/dpkg/updates/0002",
                     .content = "Package: good\nStatus: install ok installed\nArchitecture: all\nVersion: 2\n"}})) ==
        Names{"good@2"});
}

TEST_CASE("a package that node loads is listed without a version, and a stub inside a package is none") {
  const auto catalog =
      read({{.path = "app/node_modules/evil/package.json", .content = R"({"name":"evil","main":"i.js"})"},
            {.path = "app/node_modules/nameless/package.json", .content = "{}"},
            {.path = "app/node_modules/@s/x/package.json", .content = "[]"},
            {.path = "app/node_modules/bad/package.json", .content = R"({"name":"@bad","version":"1"})"},
            {.path = "app/node_modules/evil/sub/package.json", .content = R"({"name":"evil/sub"})"},
            {.path = "app/node_modules/evil/test/package.json", .content = "{"},
            {.path = "app/package.json", .content = R"({"name":"app"})"},
            {.path = "home/.node_modules/hid/package.json", .content = "{}"}});
  CHECK(names(catalog) == Names{"evil", "nameless", "@s/x", "bad@1", "app", "hid"});
  CHECK(catalog.unknowns.empty());
}

// node -p "require('good/dist/run.js')" loads each of them from run.js.
TEST_CASE("a package in a node_modules of a package's other directories than its tests is one") {
  const TarFields good{.path = "app/node_modules/good/package.json", .content = R"({"version":"1"})"};
  for (const std::string_view directory : {"dist", "lib/a/b", "dist/esm"}) {
    INFO(directory);
    const std::string modules = "app/node_modules/good/" + std::string(directory) + "/node_modules/";
    const std::string described = modules + "evil/package.json", bare = modules + "evil/index.js",
                      scoped = modules + "@s/evil/package.json";
    CHECK(names(read({good, {.path = described, .content = R"({"name":"evil","version":"2"})"}})) ==
          Names{"evil@2", "good@1"});
    CHECK(names(read({good, {.path = bare, .content = "1"}})) == Names{"evil", "good@1"});
    CHECK(names(read({good, {.path = scoped, .content = "{}"}})) == Names{"@s/evil", "good@1"});
  }
  const TarFields tested{.path = "app/node_modules/good/dist/test/node_modules/evil/package.json", .content = "{}"};
  CHECK(names(read({good, tested})) == Names{"good@1"});
}

TEST_CASE("a package that a link puts into node_modules is one") {
  const TarFields file{.path = "opt/x/package.json", .content = "{}"};
  CHECK(names(read({file, to_link("app/node_modules/evil", "/opt/x")})) == Names{"evil"});
  CHECK(names(read({file, to_link("app/node_modules/@s/evil", "../../../opt/x")})) == Names{"@s/evil"});
  CHECK(names(read({file, to_link("app/node_modules", "/opt")})) == Names{"x"});
  CHECK(names(read({file, to_link("app/node_modules/@s", "/opt")})) == Names{"@s/x"});
  CHECK(names(read({file, to_link("app/node_modules/evil/package.json", "/opt/x/package.json")})) == Names{"evil"});
  CHECK(names(read({file, to_link("deps/evil", "/opt/x"), to_link("app/node_modules", "/deps")})) == Names{"evil"});
  CHECK(names(read({file, to_link("app/evil", "/opt/x")})).empty());
}

TEST_CASE("npm's dependencies are found through links as pnpm makes them") {
  const auto catalog = read(
      {{.path = "n/node_modules/.pnpm/a@1/node_modules/a/package.json",
        .content = R"({"name":"a","version":"1","dependencies":{"b":"*"}})"},
       {.path = "n/node_modules/.pnpm/b@2/node_modules/b/package.json", .content = R"({"name":"b","version":"2"})"},
       to_link("n/node_modules/.pnpm/a@1/node_modules/b", "../../b@2/node_modules/b"),
       to_link("n/node_modules/a", ".pnpm/a@1/node_modules/a")});
  REQUIRE(catalog.packages.size() == 2);
  CHECK(catalog.packages[0].depends == std::vector<std::string>{"pkg:npm/b@2"});
}

TEST_CASE("a package.json or METADATA that nobody can read is a known unknown") {
  const auto catalog = read({{.path = "n/node_modules/a/package.json", .content = R"({"name":"a",})"},
                             {.path = "s/x-1.dist-info/METADATA", .content = "\nName: x\nVersion: 1\n"}});
  CHECK(places(catalog) == Names{"n/node_modules/a/package.json", "s/x-1.dist-info/METADATA"});
}

TEST_CASE("a package.json whose name or version is no text is a known unknown, and a package where node loads it") {
  for (const std::string_view json :
       {R"({"version":1})", R"({"name":"x","version":["1"]})", R"({"name":{},"version":"1"})",
        R"({"name":null,"version":"1"})", R"({"version":"1","version":1.5})"}) {
    INFO(json);
    CHECK(places(read({{.path = "srv/app/package.json", .content = json}})) == Names{"srv/app/package.json"});
    const auto loaded = read({{.path = "n/node_modules/evil/package.json", .content = json}});
    CHECK(places(loaded) == Names{"n/node_modules/evil/package.json"});
    CHECK(loaded.packages.size() == 1);
  }
  CHECK(read({{.path = "srv/app/package.json", .content = R"({"version":1,"version":"2"})"}}).unknowns.empty());
  CHECK(read({{.path = "srv/app/package.json", .content = R"({"private":true,"x":{"version":1}})"}}).unknowns.empty());
  CHECK(places(read({{.path = "srv/app/package.json", .content = R"({"name":"@x","version":"1"})"}})) ==
        Names{"srv/app/package.json"});
}

TEST_CASE("databases that are not read are known unknowns, wherever they stand") {
  for (const std::string_view path : {"opt/x/resources/app.asar", "opt/app/resources/app.asar"}) {
    INFO(path);
    const auto catalog = read({{.path = path, .content = "x"}});
    CHECK(places(catalog) == Names{std::string(path)});
    CHECK_THAT(catalog.unknowns.front().reason, Catch::Contains("which Supply does not read"));
    CHECK(read({{.path = path, .content = ""}}).unknowns.empty());
  }
  const TarFields egg{.path = "usr/lib/python3/dist-packages/x-1-py3.egg", .content = "x"};
  CHECK(places(read({egg})) == Names{std::string(egg.path)});
  CHECK(places(read({{.path = "lib/apk/db/installed", .content = "ADBd\x01"}})) == Names{"lib/apk/db/installed"});
}

TEST_CASE("a language's package that a package of the system brought names its owner") {
  const TarFields status{.path = "var/lib/dpkg/status", .content = kGood};
  const TarFields metadata{.path = "usr/lib/python3/dist-packages/x-1.dist-info/METADATA",
                           .content = "Metadata-Version: 2.1\nName: x\nVersion: 1\n"};
  const TarFields list{.path = "var/lib/dpkg/info/good.list",
                       .content = "/.\n/usr/lib/python3/dist-packages/x-1.dist-info/METADATA\n"};
  const auto owner_of = [](const pkg::Inventory& catalog, std::string_view name) {
    for (const auto& package : catalog.packages)
      if (package.name == name) return package.owner;
    return std::string("not found");
  };
  const pkg::Inventory owned = read({status, metadata, list});
  CHECK(owner_of(owned, "x") == "pkg:deb/good@1?arch=all");
  CHECK(owner_of(owned, "good").empty());
  CHECK(owner_of(read({status, metadata}), "x").empty());
}

TEST_CASE("what a package of the system owns is no unknown") {
  const TarFields status{.path = "var/lib/dpkg/status", .content = kGood};
  const TarFields jar{.path = "usr/share/java/a.jar", .content = "x"};
  CHECK(read({status, jar, {.path = "var/lib/dpkg/info/good.list", .content = "/.\n/usr/share/java/a.jar\n"}})
            .unknowns.empty());
  const TarFields several{.path = "var/lib/dpkg/status",
                          .content = "Package: good\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n"};
  const TarFields qualified{.path = "var/lib/dpkg/info/good:amd64.list", .content = "/usr/share/java/a.jar\n"};
  CHECK(read({several, jar, qualified}).unknowns.empty());
  // A list of no package that is in the database says nothing.
  CHECK_FALSE(read({status, jar, {.path = "var/lib/dpkg/info/other.list", .content = "/usr/share/java/a.jar\n"}})
                  .unknowns.empty());
  CHECK(read({{.path = "lib/apk/db/installed", .content = "P:j\nV:1\nF:usr/share/java\nR:a.jar\n\n"}, jar})
            .unknowns.empty());
  CHECK(read({status, {.path = "etc/x"}, {.path = "usr/lib/python3/ensurepip/pip.whl", .content = "x"}})
            .unknowns.empty());
}

TEST_CASE("many unknowns of one ecosystem are said once, and of all no more than the limit") {
  std::vector<std::string> paths;
  for (int i = 0; i < 100; ++i) paths.push_back("lib/" + std::to_string(i) + ".asar");
  std::vector<TarFields> entries;
  for (const std::string& path : paths) entries.push_back({.path = path, .content = "x"});
  const auto archives = read(entries);
  REQUIRE(archives.unknowns.size() == 1);
  CHECK_THAT(archives.unknowns[0].reason, Catch::Contains("100 files in all"));
  for (const std::size_t more : {0, 1}) {
    paths.clear();
    entries.clear();
    for (std::size_t i = 0; i < kMaxKnownUnknowns + more; ++i)
      paths.push_back(std::to_string(i) + ".dist-info/METADATA");
    for (const std::string& path : paths) entries.push_back({.path = path, .content = "x"});
    CHECK(read(entries).unknowns.size() == kMaxKnownUnknowns + more);
  }
}

TEST_CASE("packages are paid for from the run's budget") {
  std::vector<std::string> paths;
  for (int i = 0; i < 50; ++i) paths.push_back("n/node_modules/p" + std::to_string(i) + "/package.json");
  std::vector<TarFields> entries;
  for (const std::string& path : paths) entries.push_back({.path = path, .content = "{}"});
  Budget enough;
  CHECK(catalog_of(entries, enough));
  Budget small({0, kGiB, 1'000, 0, 1'000'000});
  const auto refused = catalog_of(entries, small);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("python packages in archives on its path are known unknowns") {
  const std::string archive =
      std::string("PK\x03\x04", 4) + "evil-1.0.Dist-Info/METADATA" + std::string("PK\x01\x02", 4) + "x";
  for (const std::string_view path : {"usr/lib/python311.zip", "opt/l", "opt/app.pyz", "opt/x.egg"}) {
    INFO(path);
    CHECK(places(read({{.path = path, .content = archive}})) == Names{std::string(path)});
  }
  // An archive may begin with anything; a text is none, nor is one without metadata.
  CHECK(places(read({{.path = "usr/lib/python311.zip", .content = "junk" + archive}})).size() == 1);
  CHECK(places(read({{.path = "usr/bin/tool", .content = "#!/usr/bin/python3\n" + archive}})).size() == 1);
  CHECK(places(read({{.path = "usr/bin/tool", .content = "#!/usr/bin/python3\n'x.egg-info'"}})).empty());
  CHECK(places(read({{.path = "opt/x.zip",
                      .content = std::string("PK\x03\x04", 4) + "a.txt" + std::string("PK\x01\x02", 4)}}))
            .empty());
  // A wheel is one to install from, unless it is on the path.
  const TarFields wheel{.path = "opt/e.whl", .content = archive};
  CHECK(read({wheel}).unknowns.empty());
  for (const std::string_view line : {"/opt/e.whl\n", "# x\n../../opt/e.whl", "import x\n/opt/e.whl\r\n"}) {
    INFO(line);
    CHECK(places(read({wheel, {.path = "x/site-packages/a.pth", .content = line}})) == Names{"opt/e.whl"});
  }
  CHECK(read({wheel, {.path = "x/site-packages/a.pth", .content = "#/opt/e.whl\n/opt\n/gone\n"}}).unknowns.empty());
  CHECK(places(read({wheel}, {"PATH=/bin", "PYTHONPATH=/x:/opt/e.whl"})) == Names{"opt/e.whl"});
  CHECK(read({{.path = "lib/apk/db/installed", .content = "P:j\nV:1\nF:usr/lib\nR:x.zip\n\n"},
              {.path = "usr/lib/x.zip", .content = archive}})
            .unknowns.empty());
}

TEST_CASE("node's global directories hold packages without a version") {
  for (const std::string directory :
       {"usr/lib/node", "usr/local/lib/node", "usr/share/nodejs", "usr/lib/x86_64-linux-gnu/nodejs"}) {
    INFO(directory);
    const std::string path = directory + "/evil/package.json";
    CHECK(names(read({{.path = path, .content = "{}"}})) == Names{"evil"});
  }
  CHECK(names(read({{.path = "opt/m/evil/package.json", .content = "{}"}}, {"NODE_PATH=/x:/opt/m"})) == Names{"evil"});
  CHECK(names(read({{.path = "opt/m/evil/package.json", .content = "{}"}, to_link("usr/lib/node", "/opt/m")})) ==
        Names{"evil"});
  CHECK(names(read({{.path = "opt/m/evil/package.json", .content = "{}"}})).empty());
}

TEST_CASE("a file of Portage's database over the limit is a known unknown, and the package is listed") {
  const TarFields name{.path = "var/db/pkg/sys-libs/lamp-1/PF", .content = "lamp-1\n"};
  CHECK(read({name}).unknowns.empty());
  const std::string large(kMaxPackageMetadataBytes + 1, 'x');
  const pkg::Inventory catalog = read({name, {.path = "var/db/pkg/sys-libs/lamp-1/LICENSE", .content = large}});
  CHECK(names(catalog) == Names{"sys-libs/lamp@1"});
  REQUIRE(catalog.unknowns.size() == 1);
  CHECK(catalog.unknowns[0].path == "var/db/pkg/sys-libs/lamp-1/LICENSE");
}

TEST_CASE("what lies in tests is installed where the image's environment names the directory") {
  const std::string tests = "x/site-packages/good/tests/";
  const TarFields good{.path = "x/site-packages/good-1.dist-info/METADATA", .content = "Name: good\nVersion: 1\n"};
  const std::string metadata = tests + "evil-1.dist-info/METADATA",
                    package = "app/node_modules/good/test/m/evil/package.json",
                    modules = "app/node_modules/good/test/node_modules/evil/package.json";
  const TarFields evil{.path = metadata, .content = "Name: evil\nVersion: 1\n"};
  CHECK(names(read({good, evil})) == Names{"good@1"});
  CHECK(names(read({good, evil}, {"PYTHONPATH=/opt:/" + tests})) == Names{"evil@1", "good@1"});
  CHECK(names(read({good, evil, to_link("opt/t", "/" + tests)}, {"PYTHONPATH=/opt/t"})) == Names{"evil@1", "good@1"});
  // Python adds what a path file names.
  for (const std::string& line : {"/" + tests, std::string("good/tests")})
    CHECK(names(read({good, evil, {.path = "x/site-packages/a.pth", .content = line}})) == Names{"evil@1", "good@1"});
  const TarFields npm{.path = "app/node_modules/good/package.json", .content = R"({"version":"1"})"};
  for (const std::string& path : {package, modules}) {
    INFO(path);
    const TarFields hidden{.path = path, .content = R"({"version":"1"})"};
    CHECK(names(read({npm, hidden})) == Names{"good@1"});
    const std::string directory = path.substr(0, path.find("/evil/"));
    CHECK(names(read({npm, hidden}, {"NODE_PATH=/" + directory})) == Names{"evil@1", "good@1"});
  }
}

TEST_CASE("what node loads without a package.json is a package") {
  for (const std::string_view path : {"app/node_modules/evil/index.js", "app/node_modules/evil/index.node",
                                      "app/node_modules/evil.js", "app/node_modules/good/node_modules/evil/index.json",
                                      "n/node_modules/.pnpm/evil@1/node_modules/evil/index.js"}) {
    INFO(path);
    CHECK(names(read({{.path = path, .content = "1"}})) == Names{"evil"});
  }
  CHECK(names(read({{.path = "app/node_modules/@s/evil/index.js"}})) == Names{"@s/evil"});
  CHECK(names(read({{.path = "app/node_modules/evil/package.json/x"}, {.path = "app/node_modules/evil/index.js"}})) ==
        Names{"evil"});
  CHECK(names(read({{.path = "opt/e/index.js"}, to_link("app/node_modules/evil", "/opt/e")})) == Names{"evil"});
  CHECK(names(read({{.path = "opt/e"}, to_link("app/node_modules/evil.js", "/opt/e")})) == Names{"evil"});
  const TarFields described{.path = "app/node_modules/good/package.json", .content = R"({"version":"1"})"};
  CHECK(names(read({described, {.path = "app/node_modules/good/index.js"}})) == Names{"good@1"});
  CHECK(names(read({described,
                    {.path = "app/node_modules/good/lib/index.js"},
                    {.path = "app/node_modules/good/test/node_modules/x/index.js"},
                    {.path = "app/node_modules/.package-lock.json"},
                    {.path = "app/node_modules/.bin/x.js"},
                    {.path = "app/node_modules/@s/index.js"},
                    {.path = "app/index.js"}})) == Names{"good@1"});
}

TEST_CASE("a directory in node_modules without package.json and index is a package, as npm lists it") {
  for (const std::string_view path : {"app/node_modules/evil/lib/run.js", "app/node_modules/evil/LICENSE",
                                      "n/node_modules/.pnpm/evil@1/node_modules/evil/x.cjs"}) {
    INFO(path);
    CHECK(names(read({{.path = path, .content = "1"}})) == Names{"evil"});
  }
  CHECK(names(read({{.path = "app/node_modules/@s/evil/a/b.mjs"}})) == Names{"@s/evil"});
  CHECK(names(read({{.path = "opt/e/run.js"}, to_link("app/node_modules/evil", "/opt/e")})) == Names{"evil"});
  CHECK(names(read({{.path = "app/node_modules/.cache/x/y.json"},
                    {.path = "app/node_modules/.pnpm/lock.yaml"},
                    {.path = "app/node_modules/@s/README"},
                    {.path = "app/node_modules/.yarn-integrity"}}))
            .empty());
}

TEST_CASE("a database of dpkg that its configuration puts elsewhere is a known unknown") {
  for (const std::string_view line : {"admindir=/opt/d\n", "  admindir /opt/d/\n", "admindir = \"/opt/d\"\n"}) {
    INFO(line);
    CHECK(places(read({{.path = "etc/dpkg/dpkg.cfg", .content = line}})) == Names{"etc/dpkg/dpkg.cfg"});
    CHECK(places(read({{.path = "etc/dpkg/dpkg.cfg.d/x", .content = line}})) == Names{"etc/dpkg/dpkg.cfg.d/x"});
    CHECK(places(read({{.path = "opt/c", .content = line}, to_link("etc/dpkg/dpkg.cfg", "/opt/c")})) ==
          Names{"etc/dpkg/dpkg.cfg"});
  }
  CHECK(read({}, {"DPKG_ADMINDIR=/opt/d"}).unknowns.size() == 1);
  for (const std::string_view line :
       {"#admindir=/opt/d\n", "no-debsig\nlog /var/log/dpkg.log\n", "admindir=/var/lib/dpkg\n"}) {
    INFO(line);
    CHECK(read({{.path = "etc/dpkg/dpkg.cfg", .content = line}}).unknowns.empty());
  }
}

TEST_CASE("a database of pkgtools, kiss or snapd is a known unknown, wherever its system keeps it") {
  for (const char* path : {"var/log/packages/a-1", "var/lib/pkgtools/packages/a-1", "var/db/kiss/installed/a/version",
                           "var/lib/snapd/snaps/core_1.snap"}) {
    INFO(path);
    CHECK_FALSE(read({{.path = path, .content = "x\n"}}).unknowns.empty());
  }
  CHECK(read({{.path = "var/db/kiss/choices/a", .content = "x\n"}}).unknowns.empty());
}

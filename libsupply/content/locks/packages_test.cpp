#include "libsupply/content/locks/packages.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using namespace supply::locks;

namespace {

const std::string kHex(64, 'a'), kOther(64, 'c');

pkg::Inventory inventory_of(const std::string& path, const std::string& text, Project* project = nullptr) {
  const Format* format = format_of(path);
  REQUIRE(format != nullptr);
  const auto lock = read_lock(*format, text);
  REQUIRE(lock);
  pkg::Inventory out;
  Budget budget;
  Share share(budget);
  const auto found = add_packages(*format, path, *lock, share, out);
  REQUIRE(found);
  if (project != nullptr) *project = *found;
  return out;
}

}  // namespace

TEST_CASE("what a lock file lists becomes packages with their scopes, edges and place; the project is none of them") {
  Project project;
  const auto inventory =
      inventory_of("a/package-lock.json", R"({"name":"app","version":"1.0.0","lockfileVersion":3,"packages":{
"":{"name":"app","version":"1.0.0","dependencies":{"a":"1"},"devDependencies":{"b":"2"}},
"node_modules/a":{"version":"1.0.0","dependencies":{"c":"1"}},"node_modules/b":{"version":"2.0.0","dev":true},
"node_modules/c":{"version":"3.0.0","optional":true}}})",
                   &project);
  CHECK(project.name == "app");
  CHECK(project.version == "1.0.0");
  REQUIRE(inventory.packages.size() == 3);
  const pkg::Package& a = inventory.packages[0];
  CHECK(a.purl.to_string() == "pkg:npm/a@1.0.0");
  CHECK(a.cataloger == "npm");
  CHECK(a.location == "a/package-lock.json");
  CHECK(a.scope == pkg::Scope::runtime);
  CHECK(a.depends == std::vector<std::string>{"pkg:npm/c@3.0.0"});
  CHECK(inventory.packages[1].scope == pkg::Scope::development);
  CHECK(inventory.packages[2].scope == pkg::Scope::optional);
  CHECK(inventory.unknowns.empty());
}

TEST_CASE("a checksum is a package's where the lock file has one file for it alone") {
  const auto one = inventory_of("requirements.txt", "a==1 --hash=sha256:" + kHex + "\n");
  REQUIRE(one.packages.size() == 1);
  CHECK(one.packages[0].checksums == std::vector<pkg::Checksum>{{"sha256", kHex}});
  const auto two = inventory_of("requirements.txt", "a==1 --hash=sha256:" + kHex + " --hash=sha256:" + kOther + "\n");
  CHECK(two.packages[0].checksums.empty());
  CHECK(inventory_of("go.mod", "module m\ngo 1.21\nrequire a.b/c v1.0.0\n").packages[0].checksums.empty());
}

TEST_CASE("a part of a lock file that is not read is a known unknown with its line") {
  const auto inventory = inventory_of("requirements.txt", "a==1\n./x.whl\n");
  REQUIRE(inventory.unknowns.size() == 1);
  CHECK(inventory.unknowns[0].to_string() == "requirements.txt: line 2: ./x.whl: says no package's name");
}

TEST_CASE("a manifest wants lock files when it asks for packages, also where it cannot be read") {
  const auto wanted = [](const char* path, const char* text) { return !locks_wanted_by(path, text).empty(); };
  CHECK(is_manifest("a/package.json"));
  CHECK(is_manifest("x/App.csproj"));
  CHECK_FALSE(is_manifest(".csproj"));
  CHECK_FALSE(is_manifest("a/package.json5"));
  CHECK_FALSE(wanted("package.json", R"({"name":"a","dependencies":{}})"));
  CHECK(wanted("package.json", R"({"devDependencies":{"b":"1"}})"));
  CHECK(wanted("package.json", "{"));
  CHECK_FALSE(wanted("Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\n"));
  CHECK(wanted("Cargo.toml", "[target.'cfg(unix)'.dev-dependencies]\nlibc = \"1\"\n"));
  CHECK(wanted("Cargo.toml", "["));
  CHECK_FALSE(wanted("pyproject.toml", "[tool.black]\nline-length = 100\n"));
  CHECK_FALSE(wanted("pyproject.toml", "[tool.poetry.dependencies]\npython = \"^3\"\n"));
  CHECK(wanted("pyproject.toml", "[project]\ndependencies = [\"a\"]\n"));
  CHECK(wanted("pyproject.toml", "[project]\ndynamic = [\"dependencies\"]\n"));
  CHECK(wanted("pyproject.toml", "[dependency-groups]\ntest = [\"a\"]\n"));
  CHECK_FALSE(wanted("composer.json", R"({"require":{"php":">=8","ext-json":"*"}})"));
  CHECK(wanted("composer.json", R"({"require-dev":{"a/b":"1"}})"));
  CHECK(wanted("Gemfile", ""));
  CHECK_FALSE(wanted("README.md", "x"));
}

TEST_CASE("one long version that many entries depend on is a limit, and no memory") {
  std::string text =
      R"({"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1)" + std::string(500'000, '0') + R"("})";
  for (int i = 0; i < 3'000; ++i)
    text += ",\"node_modules/p" + std::to_string(i) + R"(":{"version":"1","dependencies":{"a":"1"}})";
  const auto lock = read_lock(*format_of("package-lock.json"), text + "}}");
  REQUIRE(lock);
  Budget budget;
  Share share(budget);
  share.earn(text.size());
  pkg::Inventory out;
  const auto refused = add_packages(*format_of("package-lock.json"), "package-lock.json", *lock, share, out);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::limit_exceeded);
}

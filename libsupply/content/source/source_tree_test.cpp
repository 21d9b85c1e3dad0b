#include "libsupply/content/source/source_tree.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
namespace fs = std::filesystem;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;
using Texts = std::vector<std::string>;

constexpr const char* kLock = R"({"name":"app","version":"1.0.0","lockfileVersion":3,"packages":{
"":{"name":"app","version":"1.0.0","dependencies":{"a":"1"}},"node_modules/a":{"version":"1.0.0"}}})";

void write_all(const fs::path& directory, const Files& files) {
  for (const auto& [path, text] : files) {
    fs::create_directories((directory / path).parent_path());
    testing::write(directory / path, text);
  }
}

Result<source::SourceTree> read(const fs::path& directory) {
  static Budget budget;
  return source::read_source_tree(directory, rootfs::WithFileDigests::no, catalog::WithOwnedFiles::no, budget);
}

struct Read {
  Texts packages, unknowns, left_out;
};

Read read(const Files& files) {
  const testing::TempDirectory directory;
  write_all(directory.path(), files);
  const auto tree = read(directory.path());
  if (!tree) return {{std::string(to_string(tree.error().code()))}, {}, {}};
  Read out;
  for (const pkg::Package& each : tree->inventory.packages)
    out.packages.push_back(each.purl.to_string() + " " + each.cataloger + " " + each.location);
  for (const pkg::KnownUnknown& each : tree->inventory.unknowns) out.unknowns.push_back(each.to_string());
  out.left_out = tree->left_out;
  return out;
}

}  // namespace

TEST_CASE("a source tree has what its lock files fix and what is installed in it") {
  const Read all = read(Files{{"package-lock.json", kLock},
                              {"package.json", R"({"dependencies":{"a":"1"}})"},
                              {"node_modules/a/package.json", R"({"name":"a","version":"1.0.0"})"},
                              {"node_modules/a/yarn.lock", "# yarn lockfile v1\n\nb@1:\n  version \"1\"\n"},
                              {"py/requirements.txt", "c==2\n-r more/base.in\n-c constraints.txt\n"},
                              {"py/more/base.in", "d==3\n"},
                              {"py/constraints.txt", "e==4\n"},
                              {".git/config", "x"}});
  CHECK(all.packages == Texts{"pkg:npm/a@1.0.0 npm node_modules/a/package.json",
                              "pkg:npm/a@1.0.0 npm package-lock.json", "pkg:pypi/c@2 requirements py/requirements.txt",
                              "pkg:pypi/d@3 requirements py/more/base.in"});
  CHECK(all.unknowns.empty());
  CHECK(all.left_out == Texts{".git: of version control", "node_modules: the lock files of what is installed there"});
}

TEST_CASE("the project of a source tree is what a lock file in the directory itself names") {
  const testing::TempDirectory directory;
  write_all(directory.path(), {{"package-lock.json", kLock}, {"a/go.mod", "module b\ngo 1.21\n"}});
  const auto tree = read(directory.path());
  REQUIRE(tree);
  CHECK(tree->project.name == "app");
  CHECK(tree->project.version == "1.0.0");
  CHECK(tree->lock_files == Texts{"a/go.mod", "package-lock.json"});
}

TEST_CASE(
    "a manifest of the source tree's own is no package that it needs, and names the project where no lock file does") {
  const testing::TempDirectory directory;
  write_all(directory.path(), {{"package.json", R"({"name":"own","version":"2.0.0","dependencies":{"b":"1"}})"},
                               {"packages/part/package.json", R"({"name":"part","version":"1.0.0"})"},
                               {"yarn.lock", "# yarn lockfile v1\n\nb@1:\n  version \"1.0.0\"\n"}});
  const auto tree = read(directory.path());
  REQUIRE(tree);
  REQUIRE(tree->inventory.packages.size() == 1);
  CHECK(tree->inventory.packages[0].name == "b");
  CHECK(tree->project.name == "own");
  CHECK(tree->project.version == "2.0.0");
}

TEST_CASE("what a source tree does not say is a known unknown") {
  CHECK(read(Files{{"a/package.json", R"({"dependencies":{"x":"^1"}})"}}).unknowns ==
        Texts{"a/package.json: asks for packages, and no lock file says which (bun, deno, npm, pnpm, yarn)"});
  CHECK(read(Files{{"a/b/package.json", R"({"dependencies":{"x":"^1"}})"}, {"a/package-lock.json", kLock}})
            .unknowns.empty());
  CHECK(read(Files{{"package-lock.json", "{"}}).unknowns.size() == 1);
  CHECK(read(Files{{"go.sum", "a v1.0.0 h1:x\n"}}).unknowns ==
        Texts{"go.sum: lists hashes alone: no file beside it says which packages are needed"});
  CHECK(
      read(Files{{"go.sum", "a v1.0.0 h1:x\n"}, {"go.mod", "module m\ngo 1.21\nrequire a v1.0.0\n"}}).unknowns.empty());
  CHECK(read(Files{{"requirements.txt", "-r ../x.txt\n-r none.txt\n"}}).unknowns ==
        Texts{"requirements.txt: line 1: includes \"../x.txt\", which is not in the directory",
              "requirements.txt: line 2: includes \"none.txt\", which is not in the directory"});
  CHECK(read(Files{{"go.sum", std::string(kMaxLockFileBytes + 1, '\n')}}).unknowns.size() == 1);
}

TEST_CASE("a source tree in which there is nothing to read is no source tree without packages") {
  CHECK(read(Files{}).packages == Texts{"unsupported"});
  CHECK(read(Files{{"README.md", "x"}, {"a/b.c", "x"}}).packages == Texts{"unsupported"});
  CHECK(read(Files{{"package.json", R"({"name":"a"})"}}).packages.empty());
  CHECK(read(Files{{"requirements.txt", ""}}).packages.empty());
  // What builds it says nothing of what it needs.
  const std::pair<std::string, std::string> workflow(".github/workflows/ci.yml",
                                                     "jobs: {a: {steps: [{uses: o/r@v1}]}}");
  CHECK(read(Files{workflow}).packages == Texts{"unsupported"});
  CHECK(read(Files{workflow, {"requirements.txt", ""}}).packages.size() == 1);
}

TEST_CASE("the packages of a Julia depot in a tree are installed, and their projects are no manifests") {
  const auto out = read(Files{
      {"depot/packages/Example/aqsx3/Project.toml",
       "name = \"Example\"\nuuid = \"7876af07-990d-54b4-ab0e-23690620f79a\"\nversion = \"0.5.5\"\n\n[deps]\nDates = "
       "\"ade2ca70-3891-5945-98fb-dc099432e06a\"\n"}});
  CHECK(out.packages.size() == 1);
  CHECK(out.unknowns.empty());
}

TEST_CASE("project.assets.json in obj fixes what the project above it asks for") {
  const auto out =
      read(Files{{"app/app.csproj", "<Project><ItemGroup><PackageReference Include=\"A\" /></ItemGroup></Project>"},
                 {"app/obj/project.assets.json", R"({"version":3,"targets":{},"libraries":{"A/1.0.0":{}}})"}});
  CHECK(out.packages.size() == 1);
  CHECK(out.unknowns.empty());
}

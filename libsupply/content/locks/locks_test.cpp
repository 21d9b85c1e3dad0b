// What each format reads, in one line for each entry.
#include <catch2/catch.hpp>

#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/shown_for_tests.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using namespace supply::locks;

namespace {

const std::string kHex(64, 'a'), kHex1(40, 'b');
// "sha512-" and 64 zero bytes.
const std::string kSri = "sha512-" + std::string(86, 'A') + "==", kSriHex = "sha512:" + std::string(128, '0');

}  // namespace

TEST_CASE("package-lock.json of version 3 lists each copy, with edges as node resolves them") {
  CHECK(shown("a/package-lock.json", R"({"name":"app","version":"1.0.0","lockfileVersion":3,"packages":{
"":{"name":"app","version":"1.0.0","dependencies":{"a":"1"},"devDependencies":{"@s/b":"2"}},
"node_modules/@s/b":{"version":"2.0.0","resolved":"https://registry.npmjs.org/@s/b/-/b-2.0.0.tgz","integrity":")" +
                                         kSri + R"(","dev":true},
"node_modules/a":{"version":"1.0.0","integrity":")" +
                                         kSri + R"(","dependencies":{"c":"1","d":"*"}},
"node_modules/a/node_modules/c":{"version":"1.5.0","optional":true},
"node_modules/c":{"version":"2.0.0"},
"node_modules/d":{"name":"real","version":"1.0.0","resolved":"git+ssh://git@github.com/o/d.git#)" +
                                         kHex1 + R"("},
"node_modules/w":{"resolved":"packages/w","link":true},
"packages/w":{"version":"0.1.0","dependencies":{"c":"2"}}}})") ==
        "2 pkg:npm/app@1.0.0 project runtime -> @s/b -> a\n"
        "3 pkg:npm/%40s/b@2.0.0 registry development sha512:000000\n"
        "4 pkg:npm/a@1.0.0 registry runtime sha512:000000 -> c -> real\n"
        "5 pkg:npm/c@1.5.0 registry optional\n"
        "6 pkg:npm/c@2.0.0 registry runtime\n"
        "7 pkg:npm/real@1.0.0?vcs_url=git%2Bssh:%2F%2Fgit%40github.com%2Fo%2Fd.git%40" +
            kHex1 +
            " git git+ssh://git@github.com/o/d.git#bbbbbbb runtime\n"
            "9 pkg:npm/w@0.1.0 path packages/w runtime -> c\n");
}

TEST_CASE("package-lock.json of version 1 nests") {
  CHECK(shown("npm-shrinkwrap.json", R"({"lockfileVersion":1,"dependencies":{
"a":{"version":"1.0.0","integrity":")" + kSri +
                                         R"(","requires":{"b":"1"},"dependencies":{"b":{"version":"1.0.0","dev":true}}},
"b":{"version":"2.0.0","requires":{"a":"1"}},
"m":{"version":"npm:ms@2.1.3"}}})") ==
        "2 pkg:npm/a@1.0.0 registry runtime sha512:000000 -> b\n"
        "2 pkg:npm/b@1.0.0 registry development\n"
        "3 pkg:npm/b@2.0.0 registry runtime -> a\n"
        "4 pkg:npm/ms@2.1.3 registry runtime\n");
}

TEST_CASE("package-lock.json without packages is read as version 1, whatever version it says") {
  CHECK(shown("package-lock.json", R"({"name":"app","version":"1.0.0","lockfileVersion":2,"dependencies":{
"a":{"version":"1.0.0"}}})") == "1 pkg:npm/app@1.0.0 project\n2 pkg:npm/a@1.0.0 registry runtime\n");
}

TEST_CASE("conan.lock of Conan 1 names packages in one of two ways, and what names none is said") {
  CHECK(
      shown(
          "conan.lock",
          R"({"version":"0.3","graph_lock":{"nodes":{"0":{"pref":"app/1.0:2ce0","requires":["1"],"path":"conanfile.py"},
"1":{"pref":"zlib/1.2.11#5f49:1972#58"},"2":{"ref":"b/2@u/c"},"3":{"options":""}}}})") ==
      "1 pkg:conan/app@1.0 project runtime -> zlib\n1 pkg:conan/zlib@1.2.11?rrev=5f49 registry runtime\n"
      "1 pkg:conan/b@2?channel=c&user=u registry runtime\n1 unread: node \"3\" says no reference\n");
}

TEST_CASE("pnpm-lock.yaml of versions 6 and 9") {
  CHECK(shown("pnpm-lock.yaml",
              "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {specifier: 1, "
              "version: 1.0.0(b@2.0.0)}\n    devDependencies:\n      m: {specifier: 'npm:ms@2', "
              "version: ms@2.1.3}\npackages:\n  a@1.0.0:\n    resolution: {integrity: " +
                  kSri + "}\n  '@s/c@3.0.0':\n    resolution: {integrity: " + kSri +
                  "}\n  ms@2.1.3:\n    resolution: {integrity: " + kSri +
                  "}\nsnapshots:\n  a@1.0.0(b@2.0.0):\n    dependencies:\n      '@s/c': 3.0.0\n"
                  "  '@s/c@3.0.0': {}\n  ms@2.1.3: {}\n") ==
        "11 pkg:npm/%40s/c@3.0.0 registry runtime sha512:000000\n"
        "9 pkg:npm/a@1.0.0 registry runtime sha512:000000 -> @s/c\n"
        "13 pkg:npm/ms@2.1.3 registry development sha512:000000\n");
  CHECK(shown("pnpm-lock.yaml", "lockfileVersion: '6.0'\npackages:\n  /a@1.0.0:\n    resolution: {integrity: " + kSri +
                                    "}\n    dependencies:\n      m: /ms@2.1.3\n    dev: false\n  /ms@2.1.3:\n    "
                                    "resolution: {integrity: " +
                                    kSri + "}\n    dev: true\n") ==
        "3 pkg:npm/a@1.0.0 registry runtime sha512:000000 -> ms\n8 pkg:npm/ms@2.1.3 registry development "
        "sha512:000000\n");
  CHECK(shown("pnpm-lock.yaml",
              "lockfileVersion: 5.4\npackages:\n  /@s/a/1.0.0_b@2.0.0:\n    resolution: {integrity: " + kSri +
                  "}\n    dev: false\n") == "3 pkg:npm/%40s/a@1.0.0 registry runtime sha512:000000\n");
}

TEST_CASE("yarn.lock of Yarn 1 and of berry") {
  CHECK(shown("yarn.lock",
              "# yarn lockfile v1\n\n\"@s/a@^1.0.0\", \"@s/a@^1.1.0\":\n  version \"1.1.0\"\n  resolved "
              "\"https://registry.yarnpkg.com/@s/a/-/a-1.1.0.tgz#" +
                  kHex1 + "\"\n  integrity " + kSri +
                  "\n  dependencies:\n    b \"^2.0.0\"\n\nb@^2.0.0, m@npm:ms@2:\n  version \"2.0.0\"\n") ==
        "3 pkg:npm/%40s/a@1.1.0 registry sha1:bbbbbb sha512:000000 -> b\n10 pkg:npm/b@2.0.0 registry\n");
  CHECK(shown("yarn.lock",
              "__metadata:\n  version: 8\n\n\"@s/a@npm:^1.0.0, @s/a@npm:^1.1.0\":\n  version: 1.1.0\n  "
              "resolution: \"@s/a@npm:1.1.0\"\n  dependencies:\n    b: \"npm:^2.0.0\"\n  checksum: 10c0/ab\n"
              "\n\"app@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"app@workspace:.\"\n"
              "\n\"b@npm:^2.0.0\":\n  version: 2.0.0\n  resolution: \"b@npm:2.0.0\"\n") ==
        "4 pkg:npm/%40s/a@1.1.0 registry yarn:10c0/a -> b\n11 pkg:npm/app project\n15 pkg:npm/b@2.0.0 registry\n");
}

TEST_CASE("bun.lock") {
  CHECK(shown("bun.lock",
              "{\n  \"lockfileVersion\": 1, // x\n  \"workspaces\": {\"\": {\"name\": \"app\", "
              "\"devDependencies\": {\"a\": \"1\",},},},\n  \"packages\": {\n    \"a\": [\"a@1.0.0\", \"\", "
              "{\"dependencies\": {\"b\": \"^2\"}}, \"" +
                  kSri +
                  "\"],\n    \"a/b\": [\"b@2.0.0\", \"\", {}, "
                  "\"" +
                  kSri + "\"],\n  }\n}\n") ==
        "5 pkg:npm/a@1.0.0 registry development sha512:000000 -> b\n"
        "6 pkg:npm/b@2.0.0 registry development sha512:000000\n");
  CHECK(code("bun.lockb", "#!/usr/bin/env bun\nbun-lockfile-format-v0\n") == "unsupported");
}

TEST_CASE("the lock files of Python") {
  CHECK(shown("poetry.lock",
              "[[package]]\nname = \"A_b\"\nversion = \"1.0\"\noptional = true\ngroups = [\"main\"]\nfiles = "
              "[{file = \"a.whl\", hash = \"sha256:" +
                  kHex +
                  "\"}]\n[package.dependencies]\nc = \">=1\"\n"
                  "[[package]]\nname = \"c\"\nversion = \"2\"\ngroups = [\"dev\"]\n[package.source]\ntype = "
                  "\"git\"\nurl = \"https://u:hunter2@e.org/c\"\nresolved_reference = \"" +
                  kHex1 + "\"\n[metadata]\nlock-version = \"2.1\"\n") ==
        "1 pkg:pypi/a-b@1.0 registry optional sha256:aaaaaa -> c\n9 pkg:pypi/c@2?vcs_url=git%2Bhttps:%2F%2Fu:%2A%2A%2A%"
        "40e.org%2Fc%40" +
            kHex1 + " git https://u:***@e.org/c#bbbbbbb development\n");
  CHECK(shown("pdm.lock",
              "[metadata]\nlock_version = \"4.5.0\"\n[[package]]\nname = \"a\"\nversion = \"1\"\ngroups = "
              "[\"default\"]\ndependencies = [\"B.c>=1; python_version > '3'\"]\n[[package]]\nname = \"b-c\"\n"
              "version = \"2\"\ngroups = [\"dev\"]\n") ==
        "3 pkg:pypi/a@1 registry runtime -> b-c\n8 pkg:pypi/b-c@2 registry development\n");
  CHECK(shown("Pipfile.lock",
              "{\"_meta\":{\"pipfile-spec\":6},\n\"default\":{\"a\":{\"version\":\"==1.0\",\"hashes\":"
              "[\"sha256:" +
                  kHex +
                  "\"]}},\n\"develop\":{\"b\":{\"git\":\"https://e.org/b.git\",\"ref\":"
                  "\"" +
                  kHex1 + "\"}}}") ==
        "2 pkg:pypi/a@1.0 registry runtime sha256:aaaaaa\n3 pkg:pypi/b?vcs_url=git%2Bhttps:%2F%2Fe.org%2Fb.git%40" +
            kHex1 + " git https://e.org/b.git#bbbbbbb development\n");
  CHECK(shown("uv.lock",
              "version = 1\nrevision = 3\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = "
              "\"https://pypi.org/simple\" }\nsdist = { url = \"x\", hash = \"sha256:" +
                  kHex +
                  "\" }\n"
                  "[[package]]\nname = \"app\"\nversion = \"1\"\nsource = { virtual = \".\" }\n[package."
                  "dev-dependencies]\ndev = [{ name = \"a\" }]\n") ==
        "3 pkg:pypi/a@1 registry development sha256:aaaaaa\n8 pkg:pypi/app@1 project -> a\n");
  CHECK(shown("pylock.dev.toml",
              "lock-version = \"1.0\"\n[[packages]]\nname = \"a\"\nversion = \"1\"\nwheels = [{ hashes "
              "= { sha256 = \"" +
                  kHex +
                  "\" } }]\n[[packages]]\nname = \"b\"\nvcs = { type = \"git\","
                  " url = \"https://e.org/b\", commit-id = \"" +
                  kHex1 + "\" }\n") ==
        "2 pkg:pypi/a@1 registry sha256:aaaaaa\n6 pkg:pypi/b?vcs_url=git%2Bhttps:%2F%2Fe.org%2Fb%40" + kHex1 +
            " git https://e.org/b#bbbbbbb\n");
  CHECK(shown("requirements.txt", "A.b==1.0 --hash=sha256:" + kHex + "\nc>=1\n-e .\n-r more.txt\n./x.whl\n") ==
        "1 pkg:pypi/a-b@1.0 registry sha256:aaaaaa\n2 pkg:pypi/c registry wants c>=1\n3 unread: --editable .: an "
        "editable "
        "source tree\n5 unread: ./x.whl: says no package's name\n4 include more.txt\n");
}

TEST_CASE("Cargo.lock") {
  CHECK(shown("Cargo.lock",
              "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"b 2.0.0"
              "\",\n]\n\n[[package]]\nname = \"b\"\nversion = \"1.0.0\"\nsource = \"registry+https://github.com/"
              "rust-lang/crates.io-index\"\nchecksum = \"" +
                  kHex +
                  "\"\n\n[[package]]\nname = \"b\"\nversion = "
                  "\"2.0.0\"\nsource = \"git+https://e.org/b?branch=x#" +
                  kHex1 + "\"\n") ==
        "3 pkg:cargo/app@0.1.0 path -> b\n10 pkg:cargo/b@1.0.0 registry sha256:aaaaaa\n16 pkg:cargo/b@2.0.0?vcs_url="
        "git%2Bhttps:%2F%2Fe.org%2Fb%40" +
            kHex1 + " git git+https://e.org/b#bbbbbbb\n");
}

TEST_CASE("go.mod and go.sum") {
  CHECK(shown("go.mod",
              "module example.org/app // x\n\ngo 1.21\n\nrequire (\n\tgithub.com/a/b v1.0.0\n\tgithub.com/c/d/v2 "
              "v2.1.0 // indirect\n)\nrequire e.org/f v0.1.0\nreplace github.com/a/b => github.com/x/b v1.0.1\n"
              "replace e.org/f v0.1.0 => ../f\n") ==
        "1 pkg:golang/example.org/app project\n9 pkg:golang/e.org/f path ../f\n6 pkg:golang/github.com/x/b@v1.0.1 "
        "registry\n7 pkg:golang/github.com/c/d/v2@v2.1.0 registry\n");
  CHECK(shown("go.sum", "github.com/a/b v1.0.0 h1:abc=\ngithub.com/a/b v1.0.0/go.mod h1:def=\n") ==
        "1 pkg:golang/github.com/a/b@v1.0.0 registry h1:abc=\n");
  CHECK(shown("go.work", "go 1.21\nuse (\n\t./a\n\t./b\n)\n").empty());
  CHECK(shown("go.work", "go 1.21\nuse ./a\nreplace b.org/b => ./b\n") ==
        "1 unread: replacements of a workspace hold in all its modules, and are not applied to them\n");
  CHECK(shown("go.mod", "module a\ngo 1.16\nrequire b.org/b v1.0.0\n") ==
        "1 pkg:golang/a project\n3 pkg:golang/b.org/b@v1.0.0 registry\n"
        "1 unread: a go.mod from before Go 1.17 lists direct requirements alone\n");
  CHECK_FALSE(read("go.sum", "")->lists_packages);
  CHECK(read("go.mod", "module a\nrequire b\n").error().message() == "line 2: want a module and its version");
}

TEST_CASE("Gemfile.lock") {
  CHECK(shown("Gemfile.lock",
              "GIT\n  remote: https://e.org/g.git\n  revision: " + kHex1 +
                  "\n  specs:\n    g (0.1)\n\nGEM\n  "
                  "remote: https://rubygems.org/\n  specs:\n    a (1.0)\n      g (>= 0)\n    n (1.2-x86_64-linux"
                  ")\n\nDEPENDENCIES\n  a\n\nCHECKSUMS\n  a (1.0) sha256=" +
                  kHex +
                  "\n  n (1.2-x86_64-linux)\n"
                  "\nBUNDLED WITH\n   2.6.0\n") ==
        "5 pkg:gem/g@0.1?vcs_url=git%2Bhttps:%2F%2Fe.org%2Fg.git%40" + kHex1 +
            " git https://e.org/g.git#bbbbbbb\n10 pkg:gem/a@1.0 registry sha256:aaaaaa -> g\n12 pkg:gem/n@1.2?platform="
            "x86_64-linux registry\n");
}

TEST_CASE("composer.lock, packages.lock.json, gradle.lockfile and pom.xml") {
  CHECK(shown("composer.lock",
              "{\"packages\":[\n{\"name\":\"Acme/A\",\"version\":\"v1.0\",\"require\":{\"b/c\":\"^1\"},"
              "\"dist\":{\"type\":\"zip\",\"url\":\"https://x\",\"shasum\":\"" +
                  kHex1 +
                  "\"}}],\n"
                  "\"packages-dev\":[{\"name\":\"b/c\",\"version\":\"1\"}]}") ==
        "2 pkg:composer/acme/a@v1.0 registry runtime sha1:bbbbbb -> b/c\n3 pkg:composer/b/c@1 registry development\n");
  CHECK(shown("packages.lock.json",
              "{\"version\":1,\"dependencies\":{\"net8.0\":{\n\"A.B\":{\"type\":\"Direct\",\"resolved\":"
              "\"1.0.0\",\"contentHash\":\"xyz=\",\"dependencies\":{\"C\":\"2\"}},\n\"c\":{\"type\":"
              "\"Transitive\",\"resolved\":\"2.0.0\"}},\"net9.0\":{\"c\":{\"resolved\":\"2.0.0\"}}}}") ==
        "1 pkg:nuget/A.B@1.0.0 registry nuget:xyz= -> c\n1 pkg:nuget/c@2.0.0 registry\n");
  CHECK(shown("gradle.lockfile",
              "# x\ng.h:a:1.0=compileClasspath,runtimeClasspath\nj:k:2=testCompileClasspath\nempty=annot\n") ==
        "2 pkg:maven/g.h/a@1.0 registry runtime\n3 pkg:maven/j/k@2 registry development\n");
  CHECK(shown("pom.xml",
              "<project><parent><groupId>g</groupId><artifactId>p</artifactId><version>9</version></parent>\n"
              "<artifactId>app</artifactId><properties><v>${w}</v><w>1.5</w></properties>\n<dependencyManagement>"
              "<dependencies><dependency><groupId>m</groupId><artifactId>n</artifactId><version>3</version>"
              "</dependency></dependencies></dependencyManagement><dependencies>\n<dependency><groupId>a</groupId>"
              "<artifactId>b</artifactId><version>${v}</version><scope>test</scope></dependency>\n<dependency>"
              "<groupId>m</groupId><artifactId>n</artifactId></dependency>\n<dependency><groupId>${project.groupId}"
              "</groupId><artifactId>o</artifactId><version>[1,2)</version></dependency></dependencies></project>") ==
        "1 pkg:maven/g/app@9 project -> a:b -> m:n -> g:o\n4 pkg:maven/a/b@1.5 registry development\n5 pkg:maven/m/n@3 "
        "registry runtime\n6 pkg:maven/g/o registry runtime wants [1,2)\n"
        "1 unread: what the dependencies of a pom.xml need in turn is in no file\n");
}

TEST_CASE("mix.lock, pubspec.lock and Package.resolved") {
  CHECK(shown("mix.lock", "%{\n  \"a\": {:hex, :a, \"1.0.0\", \"" + kHex +
                              "\", [:mix], [{:b, \"~> 1\", [hex: :b, repo: "
                              "\"hexpm\", optional: true]}], \"hexpm\", \"" +
                              kHex +
                              "\"},\n  \"b\": {:git, \"https://e.org/b\", "
                              "\"" +
                              kHex1 + "\", [tag: \"x\"]},\n}\n") ==
        "2 pkg:hex/a@1.0.0 registry sha256:aaaaaa -> b\n3 pkg:hex/b?vcs_url=git%2Bhttps:%2F%2Fe.org%2Fb%40" + kHex1 +
            " git https://e.org/b#bbbbbbb\n");
  CHECK(
      shown("pubspec.lock",
            "packages:\n  a:\n    dependency: \"direct main\"\n    description:\n      name: a\n      sha256: " + kHex +
                "\n      url: \"https://pub.dev\"\n    source: hosted\n    version: \"1.0.0\"\n  b:\n"
                "    dependency: transitive\n    description:\n      path: x\n    source: path\n    version: "
                "\"2.0.0\"\n") == "2 pkg:pub/a@1.0.0 registry runtime sha256:aaaaaa\n10 pkg:pub/b@2.0.0 path x\n");
  CHECK(shown("Package.resolved",
              "{\"version\":2,\"pins\":[\n{\"identity\":\"n\",\"kind\":\"remoteSourceControl\",\"location\":"
              "\"https://github.com/apple/swift-nio.git\",\"state\":{\"revision\":\"" +
                  kHex1 + "\",\"version\":\"2.1.0\"}}]}") ==
        "2 pkg:swift/github.com/apple/swift-nio@2.1.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fapple%2Fswift-nio.git%40" +
            kHex1 + " git https://github.com/apple/swift-nio.git#bbbbbbb\n");
}

TEST_CASE("conan.lock, vcpkg.json, stack.yaml.lock, cabal.project.freeze and renv.lock") {
  CHECK(
      shown("conan.lock",
            "{\"version\":\"0.5\",\"requires\":[\n\"zlib/1.3#abc%1.0\"],\"build_requires\":[\"cmake/3.2@u/c\"]}") ==
      "2 pkg:conan/zlib@1.3?rrev=abc registry runtime\n2 pkg:conan/cmake@3.2?channel=c&user=u registry development\n");
  CHECK(shown("vcpkg.json",
              "{\"dependencies\":[\"a\",\n{\"name\":\"b\",\"version>=\":\"2\"}],\"overrides\":[{\"name\":\"a\","
              "\"version\":\"1.0\"}]}") ==
        "1 pkg:vcpkg/a@1.0 registry runtime\n2 pkg:vcpkg/b registry runtime wants 2\n");
  CHECK(shown("stack.yaml.lock",
              "packages:\n- completed:\n    hackage: a-b-1.2@sha256:" + kHex + ",5\nsnapshots:\n- original: x\n") ==
        "2 pkg:hackage/a-b@1.2 registry cabal-file:sha256\n4 unread: the packages of the snapshot are in a list that "
        "is not here\n");
  CHECK(shown("cabal.project.freeze",
              "active-repositories: hackage.haskell.org:merge\nconstraints: any.a ==1.0,\n             b +x,\n"
              "             any.b ==2.0\n") == "2 pkg:hackage/a@1.0 registry\n4 pkg:hackage/b@2.0 registry\n");
  CHECK(
      shown("renv.lock",
            "{\"Packages\":{\n\"A\":{\"Package\":\"A\",\"Version\":\"1.0\",\"Source\":\"Repository\",\"Requirements\":"
            "[\"B\"]},\n\"B\":{\"Package\":\"B\",\"Version\":\"2\",\"Source\":\"GitHub\",\"RemoteUsername\":\"o\","
            "\"RemoteRepo\":\"B\",\"RemoteSha\":\"" +
                kHex1 + "\"}}}") ==
      "2 pkg:cran/A@1.0 registry -> B\n3 pkg:cran/B@2?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fo%2FB%40" + kHex1 +
          " git https://github.com/o/B#bbbbbbb\n");
}

TEST_CASE("a version of a format that is not known is unsupported, what is damaged is malformed") {
  CHECK(code("package-lock.json", R"({"lockfileVersion":4})") == "unsupported");
  for (const char* name : {"Gopkg.lock", "a/Scarb.lock", "mise.lock", "lake-manifest.json"})
    CHECK(code(name, "") == "unsupported");
  CHECK(code("deno.lock", R"({"version":"6"})") == "unsupported");
  CHECK(code("Manifest.toml", "manifest_format = \"3.0\"\n") == "unsupported");
  CHECK(code("rebar.lock", "{\"2.0\",[]}.\n") == "unsupported");
  CHECK(code("obj/project.assets.json", R"({"version":5})") == "unsupported");
  CHECK(code("shard.lock", "version: 3.0\nshards: {}\n") == "unsupported");
  CHECK(code("pnpm-lock.yaml", "lockfileVersion: '10.0'\n") == "unsupported");
  CHECK(code("yarn.lock", "# yarn lockfile v2\n") == "unsupported");
  CHECK(code("yarn.lock", "__metadata:\n  version: 99\n") == "unsupported");
  CHECK(code("bun.lock", R"({"lockfileVersion":9})") == "unsupported");
  CHECK(code("poetry.lock", "[metadata]\nlock-version = \"3.0\"\n") == "unsupported");
  CHECK(code("pdm.lock", "[metadata]\nlock_version = \"5.0\"\n") == "unsupported");
  CHECK(code("Pipfile.lock", R"({"_meta":{"pipfile-spec":7}})") == "unsupported");
  CHECK(code("uv.lock", "version = 2\n") == "unsupported");
  CHECK(code("pylock.toml", "lock-version = \"2.0\"\n") == "unsupported");
  CHECK(code("Cargo.lock", "version = 5\n") == "unsupported");
  CHECK(code("packages.lock.json", R"({"version":3})") == "unsupported");
  CHECK(code("Package.resolved", R"({"version":4})") == "unsupported");
  CHECK(code("conan.lock", R"({"version":"0.6"})") == "unsupported");
  for (const Format* format : all_formats()) {
    INFO(format->name);
    CHECK((!format->read("\xff\xfe{\n") || format->name == "requirements"));
    CHECK((!format->read("<<<<<<< HEAD\n") || format->name == "requirements"));
  }
  for (const auto& [path, text] : std::vector<std::pair<std::string, std::string>>{
           {"package-lock.json", R"({"lockfileVersion":3,"packages":{"node_modules/a":7}})"},
           {"package-lock.json", R"({"lockfileVersion":3,"packages":[]})"},
           {"package-lock.json", R"({"lockfileVersion":2,"dependencies":7})"},
           {"composer.lock", R"({"packages":{"a":1}})"},
           {"Cargo.lock", "package = 1\n"},
           {"poetry.lock", "package = {}\n[metadata]\nlock-version = \"2.0\"\n"},
           {"uv.lock", "version = 1\npackage = 1\n"},
           {"pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages: []\n"},
           {"pubspec.lock", "packages: []\n"},
           {"packages.lock.json", R"({"version":1,"dependencies":{"net8.0":[]}})"},
           {"Pipfile.lock", R"({"_meta":{"pipfile-spec":6},"default":[]})"},
           {"conan.lock", R"({"version":"0.5","requires":{}})"},
           {"renv.lock", R"({"Packages":[]})"},
           {"yarn.lock", "# yarn lockfile v1\na\n"},
           {"Cargo.lock", "[[package]]\nname = \"a\"\n"},
           {"go.sum", "a b\n"},
           {"Gemfile.lock", "GEM\n  specs:\n    a\n"},
           {"gradle.lockfile", "a:b\n"},
           {"pom.xml", "<project/>"},
           {"mix.lock", "%{\"a\": {:hex"},
           {"mix.lock", "%{\"a\": 7}"},
           {"uv.lock", "version = 1\n[[package]]\nversion = \"1\"\n"}}) {
    INFO(path + ": " + text);
    CHECK(code(path, text) == "malformed");
  }
}

TEST_CASE("a lock file has limits of bytes, entries, edges and look-ups") {
  CHECK(read("go.sum", std::string(kMaxLockFileBytes, '\n')));
  CHECK(code("go.sum", std::string(kMaxLockFileBytes + 1, '\n')) == "limit_exceeded");
  std::string many;
  for (std::size_t i = 0; i < kMaxLockEntries; ++i) many += "a v1 h1:x\n";
  CHECK(read("go.sum", many)->entries.size() == kMaxLockEntries);
  CHECK(code("go.sum", many + "a v1 h1:x\n") == "limit_exceeded");
  // Each of 1,001 packages needs all others: 1,001 * 1,000 edges, kMaxLockEdges and 1,000 more.
  std::string gems = "GEM\n  specs:\n";
  for (std::size_t i = 0; i < 1'001; ++i) {
    gems += "    g" + std::to_string(i) + " (1)\n";
    for (std::size_t k = 0; k < 1'001; ++k) gems += "      g" + std::to_string(k) + "\n";
  }
  static_assert(kMaxLockEdges == 1'000'000);
  CHECK(code("Gemfile.lock", gems) == "limit_exceeded");
  // Dependencies that are nowhere are looked for in each directory above, each look-up as its path is long: beyond
  // kMaxLockLookups.
  std::string deep, wanted;
  for (std::size_t i = 0; i < 4'000; ++i) deep += "a/";
  for (std::size_t i = 0; i < 2'000; ++i)
    wanted += std::string(i == 0 ? "" : ",") + "\"b" + std::to_string(i) + "\":\"1\"";
  CHECK(code("package-lock.json", R"({"lockfileVersion":3,"packages":{")" + deep +
                                      R"(node_modules/a":{"version":"1","dependencies":{)" + wanted + "}}}}") ==
        "limit_exceeded");
}

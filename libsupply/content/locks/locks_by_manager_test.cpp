// What the formats of single managers read, in one line for each entry. The files are as those managers write them, or
// as their documentation has them.
#include <catch2/catch.hpp>

#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/shown_for_tests.hpp"

using namespace supply;
using namespace supply::locks;

namespace {

const std::string kHex(64, 'a'), kHex1(40, 'b');
const std::string kSri = "sha512-" + std::string(86, 'A') + "==";

}  // namespace

TEST_CASE("deno.lock of version 5 lists packages of npm and JSR, and modules by their addresses") {
  CHECK(shown("deno.lock", R"({"version":"5","specifiers":{"jsr:@std/path@1":"1.0.6","npm:react@18.3.1":"18.3.1"},
"jsr":{
"@std/path@1.0.6":{"integrity":"ab12","dependencies":["npm:react@18.3.1"]},
"@std/fs@1.0.0":{"integrity":"cd34","dependencies":["jsr:@std/path@1"]}},
"npm":{
"debug@2.6.9":{"integrity":")" +
                               kSri + R"(","dependencies":["ms@2.0.0"]},
"ms@2.0.0":{"integrity":")" + kSri +
                               R"("},
"ms@2.1.3":{"integrity":")" + kSri +
                               R"("},
"react-dom@18.3.1_react@18.3.1":{"integrity":")" +
                               kSri + R"(","dependencies":["react","al@npm:ms@2.1.3"],"bin":true},
"react@18.3.1":{"integrity":")" +
                               kSri + R"("}},
"remote":{"https://deno.land/x/oak@12.6.1/mod.ts":")" +
                               kHex + R"(","https://deno.land/x/oak@12.6.1/a.ts":")" + kHex +
                               R"(","https://example.com/lib.ts":")" + kHex + R"("}})") ==
        "6 pkg:npm/debug@2.6.9 registry sha512:000000 -> ms\n"
        "7 pkg:npm/ms@2.0.0 registry sha512:000000\n"
        "8 pkg:npm/ms@2.1.3 registry sha512:000000\n"
        "9 pkg:npm/react-dom@18.3.1 registry sha512:000000 -> ms -> react\n"
        "10 pkg:npm/react@18.3.1 registry sha512:000000\n"
        "4 pkg:jsr/%40std/fs@1.0.0 registry jsr:cd34 -> @std/path\n"
        "3 pkg:jsr/%40std/path@1.0.6 registry jsr:ab12 -> react\n"
        "11 pkg:generic/oak@12.6.1?download_url=https:%2F%2Fdeno.land%2Fx%2Foak%4012.6.1 url "
        "https://deno.land/x/oak@12.6.1\n"
        "11 pkg:generic/lib.ts?download_url=https:%2F%2Fexample.com%2Flib.ts url https://example.com/lib.ts "
        "sha256:aaaaaa\n");
}

TEST_CASE("deno.lock of versions 2 and 3 has maps of what is needed") {
  const std::string entries = R"({"chalk@5.3.0":{"integrity":")" + kSri +
                              R"(","dependencies":{"al":"ms@2.1.3"}},"ms@2.1.3":
{"integrity":")" + kSri + R"("}})";
  CHECK(shown("deno.lock", R"({"version":"2","remote":{},"npm":{"specifiers":{"chalk@5":"chalk@5.3.0"},"packages":)" +
                               entries + "}}") ==
        "1 pkg:npm/chalk@5.3.0 registry sha512:000000 -> ms\n1 pkg:npm/ms@2.1.3 registry sha512:000000\n");
  CHECK(shown("deno.lock",
              R"({"version":"3","packages":{"specifiers":{"jsr:@a/b@1":"jsr:@a/b@1.0.0"},"npm":)" + entries +
                  R"(,"jsr":{"@a/b@1.0.0":{"integrity":"ab"},"@a/c@1.0.0":{"dependencies":["jsr:@a/b@1"]}}}})") ==
        "1 pkg:npm/chalk@5.3.0 registry sha512:000000 -> ms\n1 pkg:npm/ms@2.1.3 registry sha512:000000\n"
        "2 pkg:jsr/%40a/b@1.0.0 registry jsr:ab\n2 pkg:jsr/%40a/c@1.0.0 registry -> @a/b\n");
}

TEST_CASE("Manifest.toml of Julia gives its own libraries the version of Julia where they have none") {
  const std::string text =
      "julia_version = \"1.10.4\"\nmanifest_format = \"2.0\"\n\n[[deps.Dates]]\ndeps = [\"Printf\"]\n"
      "uuid = \"ade2ca70-3891-5945-98fb-dc099432e06a\"\n\n[[deps.Example]]\ngit-tree-sha1 = "
      "\"" +
      kHex1 +
      "\"\nrepo-rev = \"master\"\nrepo-url = \"https://github.com/JuliaLang/Example.jl\"\n"
      "uuid = \"7876AF07-990d-54b4-ab0e-23690620f79a\"\nversion = \"0.5.5\"\n\n    "
      "[deps.Example.deps]\n    Dates = \"ade2ca70-3891-5945-98fb-dc099432e06a\"\n\n[[deps.Printf]]\n"
      "uuid = \"de0858da-6303-5e67-8744-51eddeeeb8d7\"\n\n[[deps.Own]]\npath = \"dev/Own\"\n"
      "uuid = \"00000000-0000-0000-0000-000000000001\"\nversion = \"0.1.0\"\n";
  const std::string want =
      " pkg:julia/Dates@1.10.4?uuid=ade2ca70-3891-5945-98fb-dc099432e06a registry -> Printf\n"
      " pkg:julia/Example@0.5.5?uuid=7876af07-990d-54b4-ab0e-23690620f79a&vcs_url=git%2Bhttps:%2F%2Fgithub.com%2F"
      "JuliaLang%2FExample.jl%40master git https://github.com/JuliaLang/Example.jl#master git-tree-sha1:bbbbbb -> "
      "Dates\n"
      " pkg:julia/Own@0.1.0?uuid=00000000-0000-0000-0000-000000000001 path dev/Own\n"
      " pkg:julia/Printf@1.10.4?uuid=de0858da-6303-5e67-8744-51eddeeeb8d7 registry\n";
  const std::string all = shown("Manifest-v1.10.toml", text);
  std::string without_lines;
  for (const std::string_view line : split(all, '\n'))
    if (!line.empty()) without_lines.append(line.substr(line.find(' '))).append("\n");
  CHECK(without_lines == want);
  CHECK(shown("Manifest.toml", "[[A]]\ndeps = [\"B\"]\nuuid = \"a1\"\nversion = \"1.0.0\"\n\n[[B]]\nuuid = \"b2\"\n") ==
        "1 pkg:julia/A@1.0.0?uuid=a1 registry -> B\n6 pkg:julia/B?uuid=b2 registry\n");
}

TEST_CASE("Podfile.lock lists each part of a pod, with where pods come from") {
  CHECK(shown("ios/Podfile.lock",
              "PODS:\n  - PINCache (3.0.3):\n    - PINCache/Core (= 3.0.3)\n  - PINCache/Core (3.0.3)\n  - Own (1.0):\n"
              "    - PINCache (~> 3.0)\n  - Forked (2.0)\n\nDEPENDENCIES:\n  - Own (from `../Own`)\n\nSPEC REPOS:\n  "
              "trunk:\n"
              "    - PINCache\n\nEXTERNAL SOURCES:\n  Own:\n    :path: \"../Own\"\n  Forked:\n    :git: "
              "https://github.com/o/Forked.git\n\nCHECKOUT OPTIONS:\n  Forked:\n    :commit: " +
                  kHex1 + "\n    :git: https://github.com/o/Forked.git\n\nSPEC CHECKSUMS:\n  PINCache: " + kHex1 +
                  "\n\nPODFILE CHECKSUM: x\n\nCOCOAPODS: 1.11.2\n") ==
        "2 pkg:cocoapods/PINCache@3.0.3 registry podspec:bbbbbb -> PINCache/Core\n"
        "4 pkg:cocoapods/PINCache@3.0.3#Core registry podspec:bbbbbb\n"
        "5 pkg:cocoapods/Own@1.0 path ../Own -> PINCache\n"
        "7 pkg:cocoapods/Forked@2.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fo%2FForked.git%40" +
            kHex1 + " git https://github.com/o/Forked.git#bbbbbbb\n");
}

TEST_CASE("Cartfile.resolved names repositories and addresses") {
  CHECK(shown("Cartfile.resolved",
              "binary \"https://a.example/Frame.json\" \"1.2.3\"\ngit \"https://g.example/Lib.git\" "
              "\"v2\"\ngithub \"ReactiveX/RxSwift\" \"6.5.0\"\n") ==
        "1 pkg:generic/Frame@1.2.3?download_url=https:%2F%2Fa.example%2FFrame.json url https://a.example/Frame.json\n"
        "2 pkg:generic/Lib@v2?vcs_url=git%2Bhttps:%2F%2Fg.example%2FLib.git%40v2 git https://g.example/Lib.git#v2\n"
        "3 pkg:github/reactivex/rxswift@6.5.0 git https://github.com/ReactiveX/RxSwift#6.5.0\n");
  CHECK(code("Cartfile.resolved", "svn \"x\" \"1\"\n") == "malformed");
}

TEST_CASE(".terraform.lock.hcl lists providers; a registry that is not the usual one is said") {
  CHECK(shown(".terraform.lock.hcl",
              "# This file is maintained automatically by \"terraform init\".\n\nprovider "
              "\"registry.terraform.io/hashicorp/aws\" {\n  version     = \"5.72.1\"\n  "
              "constraints = \"> 5.72.0\"\n  hashes = [\n    \"h1:jhd5=\",\n    \"zh:" +
                  kHex + "\",\n  ]\n}\n\nprovider \"registry.opentofu.org/a/b\" {\n  version = \"1.0.0\"\n}\n") ==
        "3 pkg:terraform/hashicorp/aws@5.72.1 registry h1:jhd5= sha256:aaaaaa\n"
        "12 pkg:terraform/a/b@1.0.0?repository_url=https:%2F%2Fregistry.opentofu.org registry\n");
  CHECK(code(".terraform.lock.hcl", "provider \"a/b/c\" {\n  version = \"1\"\n") == "malformed");
}

TEST_CASE("rebar.lock is read in its older form and in that with hashes") {
  CHECK(shown("rebar.lock",
              "{\"1.2.0\",\n[{<<\"certifi\">>,{pkg,<<\"certifi\">>,<<\"2.9.0\">>},0},\n {<<\"app\">>,{pkg,"
              "<<\"real\">>,<<\"1.0.0\">>},1},\n {<<\"own\">>,\n  {git,\"https://github.com/o/own.git\",\n   "
              "{ref,\"" +
                  kHex1 +
                  "\"}},\n  0}]}.\n[\n{pkg_hash,[\n {<<\"certifi\">>, <<\"6F2A\">>}]},\n"
                  "{pkg_hash_ext,[\n {<<\"certifi\">>, <<\"" +
                  std::string(64, 'A') + "\">>}]}\n].\n") ==
        "2 pkg:hex/certifi@2.9.0 registry hex:6F2A sha256:aaaaaa\n"
        "3 pkg:hex/real@1.0.0 registry\n"
        "4 pkg:hex/own?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fo%2Fown.git%40" +
            kHex1 + " git https://github.com/o/own.git#bbbbbbb\n");
  CHECK(shown("rebar.lock", "[{<<\"a\">>,{pkg,<<\"a\">>,<<\"1.0\">>},0}].\n") == "1 pkg:hex/a@1.0 registry\n");
  CHECK(shown("rebar.lock", "[].\n").empty());
  CHECK(code("rebar.lock", "[{<<\"a\">>") == "malformed");
}

TEST_CASE("mix.lock with a path is read") {
  CHECK(shown("mix.lock", "%{\n  \"local_dep\": {:path, \"../local_dep\", []},\n}\n") ==
        "2 pkg:hex/local_dep path ../local_dep\n");
}

TEST_CASE("NuGet's packages.config, project.assets.json and Paket's lock are read") {
  CHECK(shown("packages.config",
              "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<packages>\n  <package id=\"jQuery\" "
              "version=\"3.1.1\" targetFramework=\"net46\" />\n  <package id=\"Lint\" version=\"1.0\" "
              "developmentDependency=\"true\" />\n</packages>\n") ==
        "3 pkg:nuget/jQuery@3.1.1 registry\n4 pkg:nuget/Lint@1.0 registry development\n");
  CHECK(shown("a/obj/project.assets.json", R"({"version":3,"targets":{"net8.0":{
"Serilog/3.0.0":{"type":"package","dependencies":{"Serilog.Sinks":"1.0.0"}},"Serilog.Sinks/1.0.0":{"type":"package"},
"Own/1.0.0":{"type":"project"}}},
"libraries":{
"Own/1.0.0":{"type":"project","path":"../Own/Own.csproj"},
"Serilog/3.0.0":{"sha512":")" + std::string(86, 'A') +
                                               R"(==","type":"package"},
"Serilog.Sinks/1.0.0":{"type":"package"}},
"project":{"version":"2.0.0","restore":{"projectName":"App"}}})") ==
        "5 pkg:nuget/Own@1.0.0 path ../Own/Own.csproj\n7 pkg:nuget/Serilog.Sinks@1.0.0 registry\n"
        "6 pkg:nuget/Serilog@3.0.0 registry sha512:000000 -> Serilog.Sinks\n8 pkg:nuget/App@2.0.0 project\n");
  CHECK(shown("paket.lock",
              "STORAGE: NONE\nNUGET\n  remote: https://api.nuget.org/v3/index.json\n    FAKE (4.8)\n"
              "    Newtonsoft.Json (13.0.3) - restriction: >= net45\n    Suave (0.28.1)\n      "
              "Newtonsoft.Json (>= 9.0)\nGITHUB\n  remote: fsharp/FAKE\n    modules/Octo.fs (" +
                  kHex1 + ")\n\nGROUP Test\nNUGET\n  remote: https://api.nuget.org/v3/index.json\n    xunit (2.1)\n") ==
        "4 pkg:nuget/FAKE@4.8 registry\n5 pkg:nuget/Newtonsoft.Json@13.0.3 registry\n"
        "6 pkg:nuget/Suave@0.28.1 registry -> Newtonsoft.Json\n"
        "10 pkg:generic/FAKE?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Ffsharp%2FFAKE%40" +
            kHex1 + " git https://github.com/fsharp/FAKE#bbbbbbb\n15 pkg:nuget/xunit@2.1 registry\n");
}

TEST_CASE("cpanfile.snapshot gives distributions with their authors and what they need") {
  CHECK(shown("cpanfile.snapshot",
              "# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  HTTP-Tiny-0.080\n    pathname: "
              "D/DA/DAGOLDEN/HTTP-Tiny-0.080.tar.gz\n    provides:\n      HTTP::Tiny 0.080\n    requirements:\n      "
              "ExtUtils::MakeMaker 6.17\n      Plack 0\n      perl 5.006\n  Plack-v1.0.50-TRIAL\n    pathname: "
              "M/MI/MIYAGAWA/Plack-v1.0.50-TRIAL.tar.gz\n    provides:\n      Plack v1.0.50\n    requirements:\n") ==
        "3 pkg:cpan/DAGOLDEN/HTTP-Tiny@0.080 registry -> Plack\n11 pkg:cpan/MIYAGAWA/Plack@v1.0.50-TRIAL registry\n");
}

TEST_CASE("opam.locked lists what is needed, with what is for tests alone") {
  CHECK(shown("app.opam.locked",
              "opam-version: \"2.0\"\nname: \"app\"\ndepends: [\n  \"base\" {= \"v0.15.1\"}\n  "
              "\"alcotest\" {= \"1.7.0\" & with-test}\n  \"ocaml\" {>= \"4.14\"}\n]\nbuild: [\"dune\"]\n") ==
        "4 pkg:opam/base@v0.15.1 registry runtime\n5 pkg:opam/alcotest@1.7.0 registry development\n"
        "6 pkg:opam/ocaml registry runtime\n6 unread: no fixed version: \"\\\"ocaml\\\" {>= \\\"4.14\\\"\"\n");
}

TEST_CASE("lock files of conda name channel, build and platform") {
  const std::string url = "https://conda.anaconda.org/conda-forge/linux-64/zlib-1.3.1-hb9d3cd8_2.conda",
                    purl =
                        "pkg:conda/zlib@1.3.1?build=hb9d3cd8_2&channel=conda-forge&subdir=linux-64&type=conda registry";
  CHECK(
      shown(
          "conda-lock.yml",
          "version: 1\npackage:\n- name: zlib\n  version: 1.3.1\n  manager: conda\n  platform: linux-64\n"
          "  dependencies: {python: '>=3'}\n  url: " +
              url + "\n  hash:\n    md5: " + std::string(32, 'c') + "\n    sha256: " + kHex +
              "\n  category: main\n- name: python\n  version: 3.12.1\n  manager: conda\n  platform: "
              "linux-64\n  dependencies: {}\n  url: "
              "https://conda.anaconda.org/conda-forge/linux-64/python-3.12.1-h_0.tar.bz2\n  hash: {}\n  category: dev\n"
              "- name: Six\n  version: 1.16.0\n  manager: pip\n  platform: linux-64\n  dependencies: {}\n  url: "
              "https://x.example/six.whl\n  hash: {sha256: " +
              kHex + "}\n  category: main\n") ==
      "3 " + purl +
          " runtime md5:cccccc sha256:aaaaaa -> python\n"
          "13 pkg:conda/python@3.12.1?build=h_0&channel=conda-forge&subdir=linux-64&type=tar.bz2 registry development\n"
          "21 pkg:pypi/six@1.16.0 registry runtime sha256:aaaaaa\n");
  CHECK(shown("pixi.lock",
              "version: 6\nenvironments: {}\npackages:\n- conda: " + url + "\n  sha256: " + kHex +
                  "\n  depends:\n  - __glibc >=2.17\n- pypi: https://x.example/six.whl\n  name: six\n  version: "
                  "1.16.0\n  sha256: " +
                  kHex + "\n") == "4 " + purl + " sha256:aaaaaa\n8 pkg:pypi/six@1.16.0 registry sha256:aaaaaa\n");
  CHECK(shown("conda-linux-64.lock", "# platform: linux-64\n@EXPLICIT\n" + url + "#" + std::string(32, 'c') + "\n") ==
        "3 " + purl + " md5:cccccc\n");
  CHECK(shown("environment.yml",
              "name: e\nchannels: [conda-forge]\ndependencies:\n- numpy=1.26.4=py312_0\n- "
              "bioconda::samtools==1.19\n- python=3.12\n- pip:\n  - Requests==2.31.0 ; python_version>'3'\n  "
              "- flask>=2\n") ==
        "4 pkg:conda/numpy@1.26.4?build=py312_0 registry\n5 pkg:conda/samtools@1.19?channel=bioconda registry\n"
        "6 pkg:conda/python registry wants =3.12\n7 pkg:pypi/requests@2.31.0 registry\n"
        "7 pkg:pypi/flask registry wants >=2\n"
        "1 unread: what the packages of an environment.yml need in turn is in no file\n");
}

TEST_CASE("elm.json, shard.lock, nimble.lock, Chart.lock and packrat.lock are read") {
  CHECK(shown("elm.json", R"({"type":"application","elm-version":"0.19.1","dependencies":{
"direct":{"elm/core":"1.0.5"},"indirect":{"elm/json":"1.1.3"}},"test-dependencies":{"direct":{},"indirect":{}}})") ==
        "2 pkg:elm/elm/core@1.0.5 registry runtime\n2 pkg:elm/elm/json@1.1.3 registry runtime\n");
  CHECK(shown("shard.lock",
              "version: 2.0\nshards:\n  db:\n    git: https://github.com/crystal-lang/crystal-db.git\n    "
              "version: 0.12.0\n  kemal:\n    git: https://g.example/kemal.git\n    version: 1.0.0+git.commit." +
                  kHex1 + "\n") ==
        "3 pkg:generic/db@0.12.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fcrystal-lang%2Fcrystal-db.git%40v0.12.0 git "
        "https://github.com/crystal-lang/crystal-db.git#v0.12.0\n"
        "6 pkg:generic/kemal@1.0.0%2Bgit.commit." +
            kHex1 + "?vcs_url=git%2Bhttps:%2F%2Fg.example%2Fkemal.git%40" + kHex1 +
            " git https://g.example/kemal.git#bbbbbbb\n");
  CHECK(shown("nimble.lock", R"({"version":2,"packages":{
"unittest2":{"version":"0.0.4","vcsRevision":")" +
                                 kHex1 + R"(","url":"https://github.com/status-im/nim-unittest2",
"downloadMethod":"git","dependencies":["stew"],"checksums":{"sha1":")" +
                                 kHex1 + R"("}},
"stew":{"version":"0.1.0","dependencies":[],"checksums":{}}},"tasks":{}})") ==
        "4 pkg:generic/stew@0.1.0 unknown runtime\n"
        "2 pkg:generic/unittest2@0.0.4?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fstatus-im%2Fnim-unittest2%40" +
            kHex1 + " git https://github.com/status-im/nim-unittest2#bbbbbbb runtime nimble:bbbbbb -> stew\n");
  CHECK(shown("Chart.lock",
              "dependencies:\n- name: postgresql\n  repository: https://charts.example/\n  version: 12.1.0\n- "
              "name: own\n  repository: file://../own\n  version: 0.1.0\ndigest: sha256:x\ngenerated: x\n") ==
        "2 pkg:helm/postgresql@12.1.0?repository_url=https:%2F%2Fcharts.example%2F registry\n"
        "5 pkg:helm/own@0.1.0 path file://../own\n");
  CHECK(shown("packrat/packrat.lock",
              "PackratFormat: 1.4\nPackratVersion: 0.9.0\nRVersion: 4.2.2\nRepos: CRAN=https://c\n\n"
              "Package: magrittr\nSource: CRAN\nVersion: 2.0.3\nHash: ab\nRequires: rlang,\n    glue\n\n"
              "Package: glue\nSource: github\nVersion: 1.6.2\nHash: cd\nGithubRepo: glue\n"
              "GithubUsername: tidyverse\nGithubRef: main\nGithubSha1: " +
                  kHex1 + "\n") ==
        "6 pkg:cran/magrittr@2.0.3 registry packrat:ab -> glue\n"
        "13 pkg:cran/glue@1.6.2?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Ftidyverse%2Fglue%40" +
            kHex1 + " git https://github.com/tidyverse/glue#bbbbbbb packrat:cd\n");
}

TEST_CASE("a hash of no known form costs that hash and not the file") {
  CHECK(shown("mix.lock", "%{\n  \"a\": {:hex, :a, \"1.0.0\", \"xx\", [:mix], [], \"hexpm\", \"yy\"},\n}\n") ==
        "2 pkg:hex/a@1.0.0 registry\n2 unread: not a hash: \"sha256:yy\"\n");
  CHECK(shown("Cargo.lock",
              "version = 3\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+https://x\"\n"
              "checksum = \"zz\"\n") == "2 pkg:cargo/a@1.0.0 registry\n2 unread: not a hash: \"sha256:zz\"\n");
}

TEST_CASE("pnpm-lock.yaml of two documents has what pnpm itself runs with, and the project's") {
  CHECK(shown("pnpm-lock.yaml",
              "---\nlockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    configDependencies: {}\n    "
              "packageManagerDependencies:\n      pnpm:\n        specifier: 12.0.0\n        version: "
              "12.0.0\n\npackages:\n\n  "
              "pnpm@12.0.0:\n    resolution: {integrity: " +
                  kSri +
                  "}\n\nsnapshots:\n\n  pnpm@12.0.0: {}\n\n---\nlockfileVersion: "
                  "'9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      minimist:\n        specifier: 1.2.0\n        "
                  "version: 1.2.0\n\n"
                  "packages:\n\n  minimist@1.2.0:\n    resolution: {integrity: " +
                  kSri + "}\n\nsnapshots:\n\n  minimist@1.2.0: {}\n") ==
        "15 pkg:npm/pnpm@12.0.0 registry development sha512:000000\n"
        "35 pkg:npm/minimist@1.2.0 registry runtime sha512:000000\n");
}

TEST_CASE("workflows and actions of GitHub say which actions they use") {
  const std::string commit(40, 'c');
  CHECK(shown("a/.github/workflows/ci.yml",
              "on: push\njobs:\n  test:\n    steps:\n      - uses: actions/checkout@v4\n"
              "      - run: make\n      - uses: ./here\n      - uses: o/r/sub/dir@" +
                  commit +
                  "\n      - uses: docker://alpine:3.18\n"
                  "      - uses: docker://ghcr.io/o/n@sha256:" +
                  kHex +
                  "\n      - uses: actions/checkout@v4\n      - uses: ${{ matrix.it }}\n"
                  "  call:\n    uses: o/r/.github/workflows/x.yml@main\n") ==
        "14 pkg:github/o/r@main#.github/workflows/x.yml git https://github.com/o/r#main development\n"
        "5 pkg:github/actions/checkout@v4 git https://github.com/actions/checkout#v4 development\n"
        "8 pkg:github/o/r@" +
            commit +
            "#sub/dir git https://github.com/o/r#ccccccc development\n"
            "9 pkg:docker/alpine@3.18 registry development\n"
            "10 pkg:docker/o/n@sha256:" +
            kHex +
            "?repository_url=ghcr.io registry development\n"
            "12 unread: uses \"${{ matrix.it }}\", which is no action of a repository\n");
  CHECK(shown(".github/actions/build/action.yml", "runs:\n  using: composite\n  steps:\n    - uses: a/b@v1\n") ==
        "4 pkg:github/a/b@v1 git https://github.com/a/b#v1 development\n");
  CHECK(format_of("src/action.yml") == nullptr);
  CHECK(format_of("workflows/ci.yml") == nullptr);
}

TEST_CASE("build.sbt.lock lists what sbt resolved") {
  CHECK(shown("build.sbt.lock", R"({"lockVersion":1,"timestamp":"2019-10-29T17:33:05.944Z","configurations":["compile"],
"dependencies":[{"org":"org.apache.commons","name":"commons-lang3","version":"3.9","artifacts":[
{"name":"commons-lang3.jar","hash":"sha1:)" +
                                    kHex1 + R"("}],"configurations":["test","compile","runtime"]},
{"org":"org.scalatest","name":"scalatest_2.12","version":"3.0.8","artifacts":[],"configurations":["test"]}]})") ==
        "2 pkg:maven/org.apache.commons/commons-lang3@3.9 registry runtime sha1:bbbbbb\n"
        "4 pkg:maven/org.scalatest/scalatest_2.12@3.0.8 registry development\n");
  CHECK(code("build.sbt.lock", R"({"lockVersion":2,"dependencies":[]})") == "unsupported");
}

TEST_CASE("flake.lock has inputs at commits, and edges that follow other inputs") {
  const std::string lock = R"({"nodes":{
"a":{"inputs":{"nixpkgs":["nixpkgs"],"u":["b","utils"]},"locked":{"lastModified":1,"narHash":"sha256-x","owner":"Numtide",
"repo":"A","rev":")" + kHex1 +
                           R"(","type":"github"},"original":{}},
"b":{"inputs":{"utils":"utils_2"},"locked":{"narHash":"sha256-y","rev":")" +
                           kHex1 + R"(","type":"git","url":"https://me:x@g.example/b"}},
"nixpkgs":{"locked":{"narHash":"sha256-z","type":"tarball","url":"https://n.example/n.tar.gz"}},
"utils_2":{"locked":{"owner":"o","repo":"u","rev":")" +
                           kHex1 + R"(","type":"gitlab","host":"gl.example"}},
"here":{"locked":{"path":"./sub","type":"path"}},
"odd":{"locked":{"id":"x","type":"indirect"}},
"root":{"inputs":{"a":"a","b":"b","nixpkgs":"nixpkgs"}}},"root":"root","version":7})";
  const std::string shown_lock =
      "2 pkg:github/numtide/a@" + kHex1 +
      " git https://github.com/Numtide/A#bbbbbbb nar:sha256 -> nixpkgs -> o/u\n"
      "4 pkg:generic/b@" +
      kHex1 + "?vcs_url=git%2Bhttps:%2F%2Fme:%2A%2A%2A%40g.example%2Fb%40" + kHex1 +
      " git https://me:***@g.example/b#bbbbbbb nar:sha256 -> o/u\n"
      "7 pkg:generic/here path ./sub\n"
      "5 pkg:generic/nixpkgs?download_url=https:%2F%2Fn.example%2Fn.tar.gz url https://n.example/n.tar.gz nar:sha256\n"
      "8 pkg:generic/odd unknown\n"
      "6 pkg:generic/u@" +
      kHex1 + "?vcs_url=git%2Bhttps:%2F%2Fgl.example%2Fo%2Fu%40" + kHex1 +
      " git https://gl.example/o/u#bbbbbbb\n"
      "8 unread: input odd is of a type that is not read: \"indirect\"\n";
  CHECK(shown("flake.lock", lock) == shown_lock);
  CHECK(shown("nix/devenv.lock", lock) == shown_lock);
  CHECK(code("flake.lock", R"({"nodes":{"root":{}},"root":"root","version":8})") == "unsupported");
  CHECK(code("flake.lock", R"({"nodes":{"root":{}},"root":"r","version":7})") == "malformed");
  // Inputs that follow each other in a circle lead nowhere, and their number has a limit.
  CHECK(code("flake.lock", R"({"nodes":{"a":{"inputs":{"i":["a","i"]},"locked":{"type":"path","path":"p"}},
"root":{"inputs":{"a":["a"]}}},"root":"root","version":7})") == "limit_exceeded");
}

TEST_CASE("MODULE.bazel.lock has a graph of modules, or the registry files of those that were chosen") {
  CHECK(shown("MODULE.bazel.lock", R"({"lockFileVersion":11,"registryFileHashes":{
"https://bcr.bazel.build/bazel_registry.json":"aa",
"https://bcr.bazel.build/modules/rules_cc/0.0.8/MODULE.bazel":"bb",
"https://bcr.bazel.build/modules/rules_cc/0.0.9/MODULE.bazel":"cc",
"https://bcr.bazel.build/modules/rules_cc/0.0.9/source.json":"dd",
"https://r.example/b/modules/own/1.0/source.json":"ee",
"https://r.example/b/modules/rules_cc/0.0.9/MODULE.bazel":null},"moduleExtensions":{
"@@r//:e.bzl%e":{"general":{"generatedRepoSpecs":{"x":{}}}},"@@r//:f.bzl%f":{"general":{"generatedRepoSpecs":{}}}}})") ==
        "5 pkg:bazel/rules_cc@0.0.9 registry source.json:dd\n"
        "6 pkg:bazel/own@1.0?repository_url=https:%2F%2Fr.example%2Fb registry source.json:ee\n"
        "8 unread: the repositories that the module extension \"@@r//:e.bzl%e\" fetches are not read\n");
  CHECK(shown("MODULE.bazel.lock", R"({"lockFileVersion":3,"moduleDepGraph":{
"<root>":{"name":"app","version":"1.0","deps":{"cc":"rules_cc@0.0.9","bazel_tools":"bazel_tools@_"}},
"bazel_tools@_":{"name":"bazel_tools","version":"","deps":{}},
"local@_":{"name":"local","version":"","repoSpec":{"attributes":{"path":"third_party/local"}}},
"rules_cc@0.0.9":{"name":"rules_cc","version":"0.0.9","deps":{"p":"platforms@0.0.7"},"repoSpec":{"attributes":{
"integrity":")" + kSri + R"("}}},
"platforms@0.0.7":{"name":"platforms","version":"0.0.7"}}})") ==
        "2 pkg:bazel/app@1.0 project -> rules_cc\n4 pkg:bazel/local path third_party/local\n"
        "7 pkg:bazel/platforms@0.0.7 registry\n5 pkg:bazel/rules_cc@0.0.9 registry sha512:000000 -> platforms\n");
  CHECK(shown("MODULE.bazel.lock",
              R"({"lockFileVersion":10,"registryFileHashes":{"https://b/modules/a/1/MODULE.bazel":"aa"}})") ==
        "1 unread: it does not say which versions of modules were chosen\n");
  CHECK(code("MODULE.bazel.lock", R"({"lockFileVersion":99})") == "unsupported");
  CHECK(code("MODULE.bazel.lock", "{}") == "malformed");
}

TEST_CASE("buf.lock, dub.selections.json, spago.lock and Brewfile.lock.json are read") {
  CHECK(shown("buf.lock",
              "version: v2\ndeps:\n  - name: buf.build/googleapis/googleapis\n    commit: 7a6bc1e3\n"
              "    digest: b5:abcdef0\n") ==
        "3 pkg:generic/buf.build/googleapis/googleapis@7a6bc1e3 registry runtime b5:abcdef\n");
  CHECK(shown("proto/buf.lock",
              "version: v1\ndeps:\n  - remote: buf.build\n    owner: o\n    repository: r\n"
              "    commit: c1\n    digest: shake256:abcdef0\n") ==
        "3 pkg:generic/buf.build/o/r@c1 registry runtime shake256:abcdef\n");
  CHECK(code("buf.lock", "version: v3\ndeps: []\n") == "unsupported");
  CHECK(code("buf.lock", "version: v2\ndeps:\n  - commit: c\n") == "malformed");
  CHECK(shown("dub.selections.json", R"({"fileVersion":1,"versions":{
"a":"1.2.3","b":"~master","c":{"path":"../c"},
"d":{"repository":"git+https://g.example/d.git","version":")" +
                                         kHex1 + R"("},"e":{"version":"1.0.0","integrity":")" + kSri + R"("}}})") ==
        "2 pkg:generic/a@1.2.3 registry\n2 pkg:generic/b registry wants ~master\n2 pkg:generic/c path ../c\n"
        "3 pkg:generic/d@" +
            kHex1 + "?vcs_url=git%2Bhttps:%2F%2Fg.example%2Fd.git%40" + kHex1 +
            " git git+https://g.example/d.git#bbbbbbb\n3 pkg:generic/e@1.0.0 registry sha512:000000\n");
  CHECK(code("dub.selections.json", R"({"fileVersion":2,"versions":{}})") == "unsupported");
  CHECK(shown("spago.lock",
              "workspace:\n  packages:\n    app:\n      path: ./\n      core:\n"
              "        dependencies:\n          - aff\n          - prelude: \">=6.0.0\"\n"
              "        build_plan:\n          - aff\n          - prelude\n      test:\n"
              "        dependencies:\n          - spec\n        build_plan:\n          - spec\n"
              "packages:\n  aff:\n    type: registry\n    version: 8.0.0\n    integrity: " +
                  kSri +
                  "\n    dependencies:\n      - prelude\n  prelude:\n    type: git\n    url: "
                  "https://g.example/p.git\n    rev: v6\n  spec:\n    type: registry\n"
                  "    version: 7.6.0\n") ==
        "18 pkg:generic/aff@8.0.0 registry runtime sha512:000000 -> prelude\n"
        "24 pkg:generic/prelude@v6?vcs_url=git%2Bhttps:%2F%2Fg.example%2Fp.git%40v6 git https://g.example/p.git#v6 "
        "runtime\n"
        "28 pkg:generic/spec@7.6.0 registry development\n"
        "3 pkg:generic/app project runtime -> aff -> prelude\n");
  CHECK(shown("Brewfile.lock.json", R"({"entries":{
"tap":{"homebrew/core":{"revision":"x"}},
"brew":{"git":{"version":"2.30.1","bottle":{"rebuild":0,"files":{"catalina":{"sha256":")" +
                                        kHex + R"("}}}},"o/t/App@2":{"version":"1.0","bottle":false}},
"cask":{"firefox":{"version":"85.0"}},
"mas":{"Xcode":{"id":"497799835","version":"12.4"}},
"whalebrew":{"w/w":{}}},"system":{}})") ==
        "3 pkg:brew/git@2.30.1 registry sha256:aaaaaa\n3 pkg:brew/o/t/app%402@1.0 registry\n"
        "4 pkg:brew/homebrew/cask/firefox@85.0 registry\n5 pkg:generic/Xcode@12.4 unknown\n"
        "6 unread: entry \"w/w\" is of a kind that is not read: \"whalebrew\"\n");
  CHECK(code("Brewfile.lock.json", "{}") == "malformed");
}

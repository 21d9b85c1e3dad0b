#include "libsupply/content/catalog/internal/deps_json.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;

namespace {

constexpr std::string_view kApp = R"({
  "runtimeTarget": {"name": ".NETCoreApp,Version=v8.0/linux-x64", "signature": ""},
  "targets": {
    ".NETCoreApp,Version=v8.0": {},
    ".NETCoreApp,Version=v8.0/linux-x64": {
      "App/1.0.0": {"dependencies": {"Meta": "1.0", "Native": "3.0"}, "runtime": {"App.dll": {}}},
      "Meta/1.0": {"dependencies": {"Lamp.Core": "2.0", "Analyzer": "1.0"}},
      "Lamp.Core/2.0": {"runtime": {"lib/net6.0/Lamp.Core.dll": {"assemblyVersion": "2.0.0.0"}}},
      "Native/3.0": {"runtimeTargets": {"runtimes/linux-x64/native/x.so": {"rid": "linux-x64", "assetType": "native"}}},
      "Analyzer/1.0": {"compile": {"ref/A.dll": {}}},
      "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": {"runtime": {"System.dll": {}}},
      "Reference/1.0.0.0": {"runtime": {"Reference.dll": {}}}
    }
  },
  "libraries": {
    "App/1.0.0": {"type": "project", "serviceable": false, "sha512": ""},
    "Meta/1.0": {"type": "package"},
    "Lamp.Core/2.0": {"type": "package", "serviceable": true, "path": "lamp.core/2.0",
      "sha512": "sha512-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="},
    "Native/3.0": {"type": "package", "sha512": "sha512-AAAA"},
    "Analyzer/1.0": {"type": "package"},
    "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": {"type": "runtimepack"},
    "Reference/1.0.0.0": {"type": "reference"}
  }
})";

}  // namespace

TEST_CASE("a .NET program has the packages of which its target loads something") {
  const auto catalog = catalog_of_files({{"app/App.deps.json", std::string(kApp)}});
  CHECK(purls(catalog, "dotnet") == std::set<std::string>{"pkg:nuget/App@1.0.0", "pkg:nuget/Lamp.Core@2.0",
                                                          "pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1",
                                                          "pkg:nuget/Native@3.0"});
  CHECK(testing::package_named(catalog, "App").depends ==
        std::vector<std::string>{"pkg:nuget/Lamp.Core@2.0", "pkg:nuget/Native@3.0"});
  CHECK(testing::package_named(catalog, "Lamp.Core").checksums ==
        std::vector<pkg::Checksum>{{"sha512", std::string(128, '0')}});
  CHECK(testing::package_named(catalog, "Native").checksums.empty());
  CHECK(catalog.unknowns.empty());
}

TEST_CASE("a deps.json that cannot be read is a known unknown, and one of something else is nothing") {
  for (const std::string_view text : {"", "{", "{\"runtimeTarget\":{\"name\":\"x\"},\"targets\":{\"y\":{}}}",
                                      "{\"targets\":{\"y\":{}}}", "{\"runtimeTarget\":\"x\"}"}) {
    INFO(text);
    const auto catalog = catalog_of_files({{"app/a.deps.json", std::string(text)}});
    CHECK(catalog.unknowns.size() == 1);
    CHECK(catalog.packages.empty());
  }
  for (const std::string_view text : {"{}", "[]", "{\"name\":\"x\"}"}) {
    INFO(text);
    CHECK(catalog_of_files({{"app/a.deps.json", std::string(text)}}).unknowns.empty());
  }
  CHECK(parse_deps_json("\xef\xbb\xbf{\"runtimeTarget\":\"x\",\"targets\":{\"x\":{}}}"));
}

TEST_CASE("packages without assets that require each other end") {
  const auto read = parse_deps_json(
      R"({"runtimeTarget":{"name":"x"},"targets":{"x":{"A/1":{"dependencies":{"B":"1"},"runtime":{"a.dll":{}}},
      "B/1":{"dependencies":{"c":"1","A":"1"}},"C/1":{"dependencies":{"B":"1","D":"1"}},"D/1":{"native":{"d":{}}}}},
      "libraries":{"A/1":{"type":"package"},"D/1":{"type":"package"}}})");
  REQUIRE(read);
  REQUIRE(read->size() == 2);
  CHECK((*read)[0].requires_ == std::vector<std::string>{"a", "d"});
}

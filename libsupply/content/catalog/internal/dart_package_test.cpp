#include "libsupply/content/catalog/internal/dart_package.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;
using Texts = std::vector<std::string>;

namespace {

constexpr std::string_view kAsync =
    "name: async\nversion: 2.11.0\ndescription: >-\n  Utility functions.\nrepository: https://example.org/async\n\n"
    "environment:\n  sdk: ^3.0.0\ndependencies:\n  collection: ^1.15.0\n  meta: any\ndev_dependencies:\n  test: any\n";

}  // namespace

TEST_CASE("a package of Dart is what its pubspec.yaml says") {
  const auto one = parse_pubspec(kAsync, std::nullopt);
  if (!one) FAIL(one.error().message());
  CHECK(one->package.purl.to_string() == "pkg:pub/async@2.11.0");
  CHECK(one->requires_ == Texts{"collection", "meta"});
  CHECK(one->package.homepage == "https://example.org/async");
  CHECK(parse_pubspec("name: app", std::nullopt)->package.purl.to_string() == "pkg:pub/app");
  CHECK(parse_pubspec("name: app\nversion: 1.0\n", std::nullopt)->package.version == "1.0");
  for (const std::string_view text : {"", "- a", "version: 1", "name: [", "name: 3"}) {
    INFO(text);
    CHECK_FALSE(parse_pubspec(text, std::nullopt));
  }
}

TEST_CASE("directories of pub's cache name their package, version and registry") {
  const auto at = [](std::string_view path) {
    const auto one = cached_dart_package(path);
    return one ? one->cache + "|" + one->registry + "|" + one->name + "|" + one->version : std::string("none");
  };
  CHECK(at("root/.pub-cache/hosted/pub.dev/async-2.11.0") == "root/.pub-cache||async|2.11.0");
  CHECK(at("hosted/pub.dartlang.org/a_b-1.0.0-dev.1+2") == "||a_b|1.0.0-dev.1+2");
  CHECK(at("c/hosted/pub.example.org%47dart/a-1.0.0") == "c|https://pub.example.org/dart|a|1.0.0");
  CHECK(at("c/hosted/http%58%47%47localhost%588080/a-1.0.0") == "c|http://localhost:8080|a|1.0.0");
  CHECK(at("c/git/a-0123456789012345678901234567890123456789") == "c||a|");
  CHECK(at("c/git/cache/a-0123456789012345678901234567890123456789") == "none");
  CHECK(at("c/hosted/pub.dev/async") == "none");
  CHECK(at("c/hosted/pub.dev/async-x") == "none");
  CHECK(at("async-1.0.0") == "none");
}

TEST_CASE("a project's configuration names directories by URIs") {
  const auto roots = parse_package_config(
      R"({"configVersion":2,"packages":[{"name":"async","rootUri":"file:///root/.pub-cache/hosted/pub.dev/async-2.11.0"},
          {"name":"app","rootUri":"../"},{"name":"lib","rootUri":"../../my%20lib"},{"name":"out","rootUri":"../../.."},
          {"name":"far","rootUri":"https://example.org/far"}]})",
      "app/.dart_tool/package_config.json");
  if (!roots) FAIL(roots.error().message());
  Texts found;
  for (const DartRoot& root : *roots) found.push_back(root.name + " " + root.directory);
  CHECK(found == Texts{"async root/.pub-cache/hosted/pub.dev/async-2.11.0", "app app", "lib my lib", "out ", "far "});
  for (const std::string_view text : {"", "{}", "[]", R"({"packages":{}})", R"({"packages":[{}]})"}) {
    INFO(text);
    CHECK_FALSE(parse_package_config(text, "a/.dart_tool/package_config.json"));
  }
}

TEST_CASE("packages of Dart are found in pub's cache and where a project says, each once, with what they require") {
  const std::string cache = "root/.pub-cache/hosted/pub.dev/";
  const auto catalog = catalog_of_files(
      {{cache + "async-2.11.0/pubspec.yaml", std::string(kAsync)},
       {cache + "async-2.11.0/example/pubspec.yaml", "name: example\nversion: 1.0.0\n"},
       {cache + "collection-1.18.0/pubspec.yaml", "name: collection\nversion: 1.18.0\n"},
       {cache + "odd-3.0.0/pubspec.yaml", "name: &a odd\n"},
       {"src/app/pubspec.yaml", "name: app\nversion: 0.1.0\ndependencies: {async: any}\n"},
       {"src/lonely/pubspec.yaml", "name: lonely\nversion: 0.1.0\n"},
       {"src/app/.dart_tool/package_config.json",
        R"({"packages":[{"name":"async","rootUri":"file:///root/.pub-cache/hosted/pub.dev/async-2.11.0"},
           {"name":"app","rootUri":"../"},{"name":"gone","rootUri":"../gone"}]})"}});
  CHECK(purls(catalog, "dart") == std::set<std::string>{"pkg:pub/app@0.1.0", "pkg:pub/async@2.11.0",
                                                        "pkg:pub/collection@1.18.0", "pkg:pub/odd@3.0.0"});
  CHECK(testing::package_named(catalog, "async").depends == Texts{"pkg:pub/collection@1.18.0"});
  CHECK(testing::package_named(catalog, "app").depends == Texts{"pkg:pub/async@2.11.0"});
  const Texts unknowns = testing::unknowns_in(catalog);
  REQUIRE(unknowns.size() == 2);
  CHECK(unknowns[0].starts_with(cache + "odd-3.0.0/pubspec.yaml: "));
  CHECK(unknowns[1] == "src/app/.dart_tool/package_config.json: names packages that are not there: \"gone\"");
}

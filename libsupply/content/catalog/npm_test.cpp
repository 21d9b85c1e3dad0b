#include "libsupply/content/catalog/npm.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/testing.hpp"

using namespace supply::catalog;
using supply::ErrorCode;

namespace {

NpmPackage parsed(const std::string& text) {
  const auto result = parse_package_json(text);
  REQUIRE(result);
  REQUIRE(result->has_value());
  return **result;
}

std::string fixture(const std::string& name) {
  return supply::testing::read(supply::testing::testdata("catalog/npm/" + name + ".json"));
}

}  // namespace

TEST_CASE("package.json of real packages is read as syft reads it") {
  // Source: syft's parse_package_json_test.go.
  const auto npm = parsed(fixture("package"));
  CHECK(npm.package.purl.to_string() == "pkg:npm/npm@6.14.6");
  CHECK(npm.package.declared_license == "Artistic-2.0");
  CHECK(npm.package.homepage == "https://docs.npmjs.com/");
  CHECK(npm.package.supplier == "Person: Isaac Z. Schlueter (i@izs.me)");
  CHECK(parsed(fixture("package-license-object")).package.declared_license == "ISC");
  CHECK(parsed(fixture("package-license-objects")).package.declared_license == "MIT OR Apache-2.0");
  CHECK(parsed(fixture("package-malformed-license")).package.declared_license.empty() == false);
  CHECK(parsed(fixture("package-no-license")).package.declared_license.empty());
  CHECK(parsed(fixture("package-nested-author")).package.supplier == "Person: Isaac Z. Schlueter (i@izs.me)");
  CHECK(parsed(fixture("package-repo-string")).package.purl.to_string() == "pkg:npm/function-bind@1.1.1");
  CHECK(parsed(fixture("package-private")).package.version == "6.14.6");
}

TEST_CASE("package.json that names no package is none") {
  for (const std::string& text : {fixture("package-partial"), std::string(R"({"name":"a"})"),
                                  std::string(R"({"version":"1"})"), std::string(R"({"name":"","version":"1"})"),
                                  std::string(R"({"name":1,"version":2})"), std::string("[]"), std::string("null")}) {
    const auto result = parse_package_json(text);
    REQUIRE(result);
    CHECK_FALSE(result->has_value());
  }
}

TEST_CASE("package.json keeps scopes, the last of equal keys, and what it depends on") {
  const auto npm = parsed(
      "\xEF\xBB\xBF"
      R"({"name":"@sc/right","version":"1","version":"2.1.0","license":"SEE LICENSE IN LICENSE",)"
      R"("dependencies":{"b":"^1","a":"1"},"optionalDependencies":{"c":"*"},"devDependencies":{"d":"1"}})");
  CHECK(npm.package.purl.to_encoded_string() == "pkg:npm/%40sc/right@2.1.0");
  CHECK(npm.package.declared_license == "LicenseRef-SEE-LICENSE-IN-LICENSE");
  CHECK(npm.requires_ == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("package.json that is broken is malformed, and stays so as a record") {
  for (const char* text : {"", "{", R"({"name":"@scope","version":"1"})"}) {
    const auto result = parse_package_json(text);
    REQUIRE_FALSE(result);
    CHECK(result.error().code() == ErrorCode::malformed);
    const auto back = from_record(to_record(result.error()));
    REQUIRE_FALSE(back);
    CHECK(back.error().message() == result.error().message());
  }
}

TEST_CASE("package.json record gives back what went in") {
  PackageJsonReader reader;
  reader.feed(fixture("package"));
  auto read = reader.finish();
  REQUIRE(read);
  const NpmPackage before = to_npm_package(*std::move(read));
  const auto after = from_record(to_record(before));
  REQUIRE(after);
  CHECK(after->package.name == before.package.name);
  CHECK(after->package.version == before.package.version);
  CHECK(after->package.supplier == before.package.supplier);
  CHECK(after->licenses == before.licenses);
  CHECK(after->requires_ == before.requires_);
  CHECK(from_record(to_record(NpmPackage()))->package.name.empty());
}

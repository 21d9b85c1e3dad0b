#include "libsupply/content/catalog/internal/npm_package.hpp"

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

// With the members that npm's documentation of package.json has, and those that older versions of npm wrote to it.
// `more` comes last, so that its members count where they are twice.
std::string lamp(const std::string& more) {
  return R"({"version":"6.14.6","name":"lamp","description":"a lamp","keywords":["light","café"],)"
         R"("repository":{"type":"git","url":"https://git.example/lamp"},"bugs":{"url":"https://lamp.example/bugs"},)"
         R"("main":"./lib/lamp.js","bin":{"lamp":"./bin/lamp.js"},"files":["lib"],"engines":{"node":"6 >=6.2.0 || 8"},)"
         R"("scripts":{"test":"node test"},"_resolved":"https://r.example/lamp/-/lamp-6.14.6.tgz","_from":"lamp@6")" +
         more + "}\n";
}

const std::string kWhole = lamp(
    R"_(,"homepage":"https://docs.lamp.example/","author":"Ada Bright <ada@lamp.example> (http://ada.lamp.example)",)_"
    R"("license":"Artistic-2.0","dependencies":{"shade":"^1.0.0","bulb":"*"},"devDependencies":{"tape":"^4"})");

}  // namespace

TEST_CASE("package.json gives name, licence, author and homepage in each form that npm takes") {
  // Source: npm's documentation of package.json: people fields, license and the older licenses.
  const auto whole = parsed(kWhole);
  CHECK(whole.package.purl.to_string() == "pkg:npm/lamp@6.14.6");
  CHECK(whole.package.declared_license == "Artistic-2.0");
  CHECK(whole.package.homepage == "https://docs.lamp.example/");
  CHECK(whole.package.supplier == "Person: Ada Bright (ada@lamp.example)");
  CHECK(whole.requires_ == std::vector<std::string>{"bulb", "shade"});
  const auto license = [](const std::string& more) { return parsed(lamp(more)).package.declared_license; };
  CHECK(license(R"(,"license":{"type":"ISC","url":"https://licenses.example/isc"})") == "ISC");
  CHECK(license(R"(,"licenses":[{"type":"MIT","url":"https://licenses.example/mit"},{"type":"Apache-2.0"}])") ==
        "MIT OR Apache-2.0");
  CHECK_FALSE(license(R"(,"licenses":["MIT"])").empty());
  CHECK(license("").empty());
  CHECK(parsed(lamp(R"(,"author":{"name":"Ada Bright","email":"ada@lamp.example","url":"http://ada.lamp.example"})"))
            .package.supplier == "Person: Ada Bright (ada@lamp.example)");
  CHECK(parsed(lamp(R"(,"repository":"git://g.example/lamp.git")")).package.purl.to_string() == "pkg:npm/lamp@6.14.6");
  CHECK(parsed(lamp(R"(,"private":true)")).package.version == "6.14.6");
}

TEST_CASE("package.json that names no package is none") {
  for (const std::string& text :
       {std::string(R"({"sideEffects":false,"module":"../esm/index.js","typings":"../t.d.ts"})"),
        std::string(R"({"name":"a"})"), std::string(R"({"version":"1"})"), std::string(R"({"name":"","version":"1"})"),
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

TEST_CASE("a record that is cut, longer or none is malformed") {
  const std::string record = to_record(NpmPackage());
  for (std::size_t size = 0; size < record.size(); ++size) CHECK_FALSE(from_record(record.substr(0, size)));
  CHECK_FALSE(from_record(record + "x"));
  CHECK_FALSE(from_record("{}"));
}

TEST_CASE("package.json record gives back what went in") {
  PackageJsonReader reader;
  reader.feed(kWhole);
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

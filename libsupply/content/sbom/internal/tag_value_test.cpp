// What a text can do to a format of lines; whole documents: formats_test.cpp.
#include "libsupply/content/sbom/internal/tag_value.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"

using namespace supply;

namespace {

std::string written(const char* member, const std::string& value) {
  const json::Value package = {{"name", "a"}, {"SPDXID", "SPDXRef-a"}, {member, value}};
  json::Value root = json::Value::object();
  root["packages"] = json::Value::array();
  root["packages"].push_back(package);
  return sbom::tag_value_of_json(root);
}

bool has(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("a value of one line stays in it, whatever control characters it has") {
  CHECK(has(written("versionInfo", "1\nPackageName: evil"), "PackageVersion: 1 PackageName: evil"));
  CHECK(has(written("versionInfo", "1\r\n\t\x01z"), "PackageVersion: 1    z"));
  CHECK(has(written("versionInfo", ""), "PackageVersion: "));
  CHECK(has(written("versionInfo", "\xc3\xa9"), "PackageVersion: \xc3\xa9"));
}

TEST_CASE("a value of several lines does not end before its end, however often its text has the mark") {
  CHECK(has(written("comment", "a\nb"), "PackageComment: <text>a\nb</text>"));
  CHECK(has(written("comment", "</text>"), "PackageComment: <text>< /text></text>"));
  CHECK(has(written("comment", "a</text></text>b</text"), "PackageComment: <text>a< /text>< /text>b</text</text>"));
  CHECK(has(written("comment", "</te</text>xt>"), "PackageComment: <text></te< /text>xt></text>"));
  CHECK(has(written("comment", "NOASSERTION"), "PackageComment: NOASSERTION"));
}

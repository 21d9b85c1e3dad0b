#include "libsupply/base/yaml/yaml.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/document_limits.hpp"

using namespace supply;

namespace {

Error refused(std::string_view text) {
  INFO(text.substr(0, 100));
  const auto document = yaml::Document::parse(text);
  REQUIRE_FALSE(document);
  return document.error();
}

std::string read(std::string_view text) {
  const auto document = yaml::Document::parse(text);
  if (!document) return document.error().message();
  return document->root().dump();
}

}  // namespace

TEST_CASE("scalars follow the core schema of YAML 1.2") {
  CHECK(read("[1, -2, +3, 1.5, true, FALSE, null, ~, yes, no, on, 0x10, 1e3, 'true', \"1\", 99999999999999999999]") ==
        R"([1,-2,3,1.5,true,false,null,null,"yes","no","on","0x10",1000.0,"true","1","99999999999999999999"])");
  CHECK(read("a: 2026-11-24\nb: sha256:ab\nc: |\n  text\n  more\n") ==
        R"({"a":"2026-11-24","b":"sha256:ab","c":"text\nmore\n"})");
}

TEST_CASE("an empty document is null") {
  CHECK(read("") == "null");
  CHECK(read("# only a comment\n") == "null");
}

TEST_CASE("every value knows the line and column it was written on") {
  const auto document =
      yaml::Document::parse("version: 1\nimages:\n  - match: a\n    rules:\n      x/y: [1,\n        2]\n");
  REQUIRE(document);
  CHECK(document->line_of("/version") == 1);
  CHECK(document->line_of("/images") == 2);
  CHECK(document->line_of("/images/0/match") == 3);
  CHECK(document->line_of("/images/0/rules/x~1y/1") == 6);
  CHECK(document->line_of("/images/0/rules/absent/deeper") == 4);
  CHECK(document->column_of("/version") == 1);
  CHECK(document->column_of("/images/0/match") == 5);
  CHECK(document->column_of("/images/0/rules/x~1y/0") == 13);
  CHECK(document->column_of("/images/0/rules/x~1y/1") == 9);
  CHECK(document->column_of("/nothing") == 1);
}

TEST_CASE("a duplicate key is malformed and named with its line") {
  CHECK(refused("a: 1\nb: 2\na: 3\n").message() == "line 3: duplicate key \"a\"");
}

TEST_CASE("aliases, anchors, tags, merge keys and further documents are refused") {
  for (const char* text : {"a: &x 1\n", "a: *x\n", "a: !!binary aGk=\n", "<<: {a: 1}\n", "a: 1\n---\nb: 2\n",
                           "? [a]\n: 1\n", "a: [1\n", "a: 'x\n", "a: \"x\nb: 2\n", "a: \xff\n"})
    CHECK(refused(text).code() == ErrorCode::malformed);
  CHECK(refused(std::string_view("a\0b", 3)).code() == ErrorCode::malformed);
}

TEST_CASE("YAML deeper, larger or with more values than the limits is refused") {
  CHECK(refused(std::string(kMaxYamlDepth + 1, '[') + std::string(kMaxYamlDepth + 1, ']')).code() ==
        ErrorCode::limit_exceeded);
  CHECK_FALSE(yaml::Document::parse(std::string(100'000, '[')));
  CHECK(refused(std::string(kMaxYamlBytes + 1, ' ')).code() == ErrorCode::limit_exceeded);
  std::string many = "[";
  for (std::size_t i = 0; i <= kMaxYamlNodes; ++i) many += "1,";
  CHECK(refused(many + "]").code() == ErrorCode::limit_exceeded);
}

TEST_CASE("a long key above very many values costs no memory: those beyond kMaxPlaceBytes have the key's line") {
  std::string text = "? " + std::string(60'000, 'k') + "\n:\n";
  for (int i = 0; i < 2'000; ++i) text += "  - a\n";
  const auto document = yaml::Document::parse(text);
  REQUIRE(document);
  const std::string pointer = "/" + std::string(60'000, 'k');
  CHECK(document->line_of(pointer + "/0") == 3);
  CHECK(document->line_of(pointer + "/1999") == document->line_of(pointer));
}

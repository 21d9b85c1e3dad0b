#include "libsupply/base/yaml/node.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using yaml::Node;
using yaml::Schema;

namespace {

std::string shown(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null: return "null";
    case Node::Kind::boolean: return node.flag ? "true" : "false";
    case Node::Kind::integer: return std::to_string(node.number);
    case Node::Kind::real: return "real " + node.text;
    case Node::Kind::string: return '"' + node.text + '"';
    case Node::Kind::sequence: {
      std::string text;
      for (const Node& item : node.items) text += (text.empty() ? "" : ",") + shown(item);
      return "[" + text + "]";
    }
    case Node::Kind::mapping: {
      std::string text;
      for (const yaml::Member& each : node.members)
        text += (text.empty() ? "" : ",") + each.key + ":" + shown(each.value);
      return "{" + text + "}";
    }
  }
  return "?";
}

std::string read(std::string_view text, Schema schema = Schema::compose) {
  const auto documents = yaml::read_documents(text, schema);
  if (!documents) return documents.error().message();
  std::string all;
  for (const Node& each : *documents) all += (all.empty() ? "" : " | ") + shown(each);
  return all;
}

Error refused(std::string_view text, const yaml::TreeLimits& limits = {}) {
  const auto documents = yaml::read_documents(text, Schema::compose, 0, limits);
  INFO(text.substr(0, 100));
  REQUIRE_FALSE(documents);
  return documents.error();
}

}  // namespace

TEST_CASE("compose reads plain scalars as go-yaml v3 does") {
  CHECK(read("[yes, on, true, TRUE, ~, 010, 0x10, 0o17, 0b11, 1_000, 08, 1.5, 1e3, .5, -3, +4, 'true', !!str 5]") ==
        R"(["yes","on",true,true,null,8,16,15,3,1000,real 08,real 1.5,real 1e3,real .5,-3,4,"true","5"])");
  CHECK(read("[9223372036854775807, 9223372036854775808, -9223372036854775808, 1.2.3, 12:30, 0x, '', a#b, =]") ==
        R"([9223372036854775807,real 9223372036854775808,-9223372036854775808,"1.2.3","12:30","0x","","a#b","="])");
}

TEST_CASE("Kubernetes reads booleans as YAML 1.1 does") {
  CHECK(read("[yes, On, y, NO, off, n, 'yes', nO]", Schema::kubernetes) ==
        R"([true,true,true,false,false,false,"yes","nO"])");
}

TEST_CASE("a whole number may be written as a real one") {
  Node node;
  for (const auto& [text, whole] : {std::pair<const char*, int>{"1.0", 1}, {"1e3", 1000}, {"0.0", 0}, {"+2.", 2}}) {
    node.text = text;
    yaml::resolve_plain(node, Schema::kubernetes);
    CHECK(node.whole() == whole);
  }
  node.text = "1.5";
  yaml::resolve_plain(node, Schema::kubernetes);
  CHECK_FALSE(node.whole());
}

TEST_CASE("aliases are expanded and keep the position of their anchor") {
  const auto documents = yaml::read_documents("a: &x {u: 1}\nb: *x\nc: [*x]\n", Schema::compose, 7);
  REQUIRE(documents);
  CHECK(shown(documents->front()) == "{a:{u:1},b:{u:1},c:[{u:1}]}");
  const Node* aliased = documents->front().find("b")->find("u");
  REQUIRE(aliased != nullptr);
  CHECK(aliased->begin == yaml::Position{1, 11});
  CHECK(aliased->end == yaml::Position{1, 12});
  CHECK(aliased->file == 7);
  CHECK(documents->front().member("b")->begin == yaml::Position{2, 1});
}

TEST_CASE("a merge key gives what the mapping does not say itself, the first of several mappings first") {
  CHECK(read("x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {<<: [*x, *y], a: 3}\n") ==
        "{x:{a:1,b:1},y:{b:2,c:2},z:{a:3,b:1,c:2}}");
  CHECK(read("z: {'<<': 1}\n") == "{z:{<<:1}}");
  CHECK(refused("z: {<<: 1}\n").message() == "line 1, column 9: a merge key (<<) takes mappings");
  CHECK(refused("x: &x {a: 1}\nz: {<<: *x, <<: *x}\n").message() == "line 2, column 13: duplicate key \"<<\"");
}

TEST_CASE("duplicate keys, cycles, unknown anchors, wrong types and keys that are no texts are refused") {
  CHECK(refused("a: 1\nb: 2\na: 3\n").message() == "line 3, column 1: duplicate key \"a\"");
  CHECK(refused("{\"a\": 1,\n \"a\": 2}").message() == "line 2, column 2: duplicate key \"a\"");
  CHECK(refused("a: &x [*x]\n").message() == "line 1, column 8: anchor \"x\" contains itself");
  CHECK(refused("a: &x {<<: *x}\n").message() == "line 1, column 12: anchor \"x\" contains itself");
  CHECK(refused("a: *x\n").message() == "line 1, column 4: unknown anchor \"x\"");
  CHECK(refused("a: !!int x\n").message() == "line 1, column 4: no value of the type \"int\"");
  CHECK(refused("? [a]\n: 1\n").message() == "line 1, column 3: a key must be a text");
  for (const char* text : {"a: [1\n", "a: 'x\n", "\ta: 1\n", "a: \xff\n", "%YAML 3.0\n---\na\n"})
    CHECK(refused(text).code() == ErrorCode::malformed);
  CHECK(refused(std::string_view("a\0b", 3)).code() == ErrorCode::malformed);
  CHECK(refused("a: \"\\0\"\n").code() == ErrorCode::malformed);
}

TEST_CASE("custom tags are kept") {
  const auto documents = yaml::read_documents("a: !reset null\nb: !override [1]\nc: ! 5\n", Schema::compose);
  REQUIRE(documents);
  CHECK(documents->front().find("a")->tag == "!reset");
  CHECK(documents->front().find("b")->tag == "!override");
  CHECK(shown(*documents->front().find("c")) == "\"5\"");
}

TEST_CASE("several documents, a byte order mark, CR LF, and comments alone") {
  CHECK(read("\xef\xbb\xbf"
             "a: 1\r\n---\r\n# nothing\r\n---\r\nb: 2\r\n...\r\n") == "{a:1} | {b:2}");
  CHECK(read("").empty());
  CHECK(read("# only a comment\n").empty());
}

TEST_CASE("JSON is read as JSON, with tabs, surrogate pairs and long keys") {
  CHECK(read("{\n\t\"a\":\t[1, -2.5e3, true, null, \"\\ud83d\\ude00\\/\"]\n}\n") ==
        "{a:[1,real -2.5e3,true,null,\"\xf0\x9f\x98\x80/\"]}");
  const std::string key(2'000, 'k');
  CHECK(read("{\"" + key + "\": 1}") == "{" + key + ":1}");
  CHECK(read("{a: 1, b: [yes]}") == "{a:1,b:[\"yes\"]}");
  for (const char* text :
       {"{\"a\":01}", "{\"a\":1,}", "[1 2]", "{\"a\":\"\\ud83d\"}", "[1]x", "{\"a\" 1}", "[0x1]", "[+1]"}) {
    INFO(text);
    CHECK_FALSE(yaml::read_json(text));
  }
  const auto value = yaml::read_json("{\n  \"a\": {\"b\": 12}}");
  REQUIRE(value);
  CHECK(value->find("a")->find("b")->begin == yaml::Position{2, 14});
  CHECK(value->find("a")->find("b")->end == yaml::Position{2, 16});
}

TEST_CASE("a position is the byte that it was read from") {
  const std::string text =
      "\xef\xbb\xbf"
      "a: \xc3\xa4\r\nb: [\xe2\x82\xac, nginx]\n";
  const auto documents = yaml::read_documents(text, Schema::compose);
  REQUIRE(documents);
  const Node& item = documents->front().find("b")->items.at(1);
  const std::size_t from = yaml::offset_of(text, item.begin);
  CHECK(text.substr(from, yaml::offset_of(text, item.end) - from) == "nginx");
  CHECK(yaml::offset_of(text, {9, 9}) == text.size());
}

TEST_CASE("bombs of aliases end at the limit of nodes, and of text") {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) bomb += (k == 0 ? "" : ",") + before;
    bomb += "]\n";
  }
  CHECK(refused(bomb).code() == ErrorCode::limit_exceeded);
  std::string large = "a: &a " + std::string(100'000, 'x') + "\nb: [";
  for (int i = 0; i < 1'000; ++i) large += "*a,";
  yaml::TreeLimits limits;
  limits.bytes = 200'000;
  CHECK(refused(large + "]\n", limits).code() == ErrorCode::limit_exceeded);
}

TEST_CASE("a tree at each limit is read, and one beyond it is refused") {
  CHECK(yaml::TreeLimits{}.bytes == kMaxYamlTreeBytes);
  CHECK(yaml::TreeLimits{}.depth == kMaxYamlTreeDepth);
  CHECK(yaml::TreeLimits{}.nodes == kMaxYamlTreeNodes);
  CHECK(yaml::TreeLimits{}.documents == kMaxYamlTreeDocuments);
  yaml::TreeLimits limits;
  limits = {.bytes = 6};
  CHECK(yaml::read_documents("a: 123", Schema::compose, 0, limits));
  CHECK(refused("a: 1234", limits).code() == ErrorCode::limit_exceeded);
  limits = {.depth = 3};
  CHECK(yaml::read_documents("- - - a\n", Schema::compose, 0, limits));
  CHECK(refused("- - - - a\n", limits).code() == ErrorCode::limit_exceeded);
  CHECK(refused("[[[[1]]]]", limits).code() == ErrorCode::limit_exceeded);
  limits = {.nodes = 3};
  CHECK(yaml::read_documents("- 1\n- 2\n", Schema::compose, 0, limits));
  CHECK(refused("- 1\n- 2\n- 3\n", limits).code() == ErrorCode::limit_exceeded);
  limits = {.documents = 2};
  CHECK(yaml::read_documents("a\n---\nb\n", Schema::compose, 0, limits));
  CHECK(refused("a\n---\nb\n---\nc\n", limits).code() == ErrorCode::limit_exceeded);
  CHECK_FALSE(yaml::read_documents(std::string(1'000'000, '['), Schema::compose));
  std::string deep = "a: &a0 [1]\n";
  for (int i = 1; i < 150; ++i)
    deep += "b" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  CHECK(refused(deep).code() == ErrorCode::limit_exceeded);
}

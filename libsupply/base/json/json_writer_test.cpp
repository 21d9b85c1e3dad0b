#include "libsupply/base/json/json_writer.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>

namespace supply::json {

TEST_CASE("members are written in the order of the calls") {
  std::string text = "= ";
  {
    JsonWriter json(text);
    json.open('{');
    json.member("b", "2");
    json.key("a");
    json.open('[');
    json.number(18446744073709551615U);
    json.boolean(true);
    json.null();
    json.open('{');
    json.close('}');
    json.raw("[1, 2]");
    json.close(']');
    json.key("texts");
    json.strings(std::map<std::string, std::string>{{"x", "1"}, {"y", "2"}});
    json.close('}');
  }
  CHECK(text == R"(= {"b":"2","a":[18446744073709551615,true,null,{},[1, 2]],"texts":{"x":"1","y":"2"}})");
}

TEST_CASE("names and texts are escaped as JSON wants them") {
  std::string text;
  JsonWriter json(text);
  json.open('{');
  json.member("a\"b", "tab\t, \\, caf\xc3\xa9, \x7f");
  json.close('}');
  CHECK(text == "{\"a\\\"b\":\"tab\\t, \\\\, caf\xc3\xa9, \\u007f\"}");
}

TEST_CASE("a value is what the text would be read as") {
  const auto write = [](JsonWriter& json) {
    json.open('{');
    json.member("b", "caf\xc3\xa9 \xff \"\n");
    json.key("a");
    json.open('[');
    json.line();
    json.number(18446744073709551615U);
    json.boolean(false);
    json.null();
    json.open('{');
    json.member("x", "y");
    json.close('}');
    json.raw("[1, 2]");
    json.close(']');
    json.member("c", "");
    json.close('}');
  };
  std::string text;
  Value value;
  {
    JsonWriter to_text(text), to_value(value);
    write(to_text);
    write(to_value);
  }
  CHECK(value == *parse(text));
}

}  // namespace supply::json

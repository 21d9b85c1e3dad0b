#include "libsupply/content/sbom/internal/elements.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace supply;
using json::JsonWriter;

namespace {

void write_some(JsonWriter& json, std::size_t i) {
  if (i % 3 == 0) return;  // none of this one
  json.open('{');
  json.member("i", std::to_string(i));
  json.close('}');
  json.line();
  if (i % 5 == 0) json.number(i);
}

std::string by_one_thread(std::size_t count) {
  std::string text;
  JsonWriter json(text);
  json.open('[');
  json.string("first");
  for (std::size_t i = 0; i < count; ++i) write_some(json, i);
  json.close(']');
  return text;
}

}  // namespace

TEST_CASE("elements that are made beside each other are the bytes that one thread writes") {
  for (const std::size_t count : {0, 1, 128, 129, 1000, 20000}) {
    CAPTURE(count);
    std::string text;
    JsonWriter json(text);
    json.open('[');
    json.string("first");
    sbom::write_elements(json, count, write_some);
    json.close(']');
    CHECK((text == by_one_thread(count)));
    json::Value value;
    JsonWriter to_value(value);
    to_value.open('[');
    to_value.string("first");
    sbom::write_elements(to_value, count, write_some);
    to_value.close(']');
    CHECK((value == *json::parse(text)));
  }
}

TEST_CASE("a list of which no element is written is empty") {
  std::string text;
  JsonWriter json(text);
  json.open('[');
  sbom::write_elements(json, 1000, [](JsonWriter&, std::size_t) {});
  json.close(']');
  CHECK(text == "[]");
}

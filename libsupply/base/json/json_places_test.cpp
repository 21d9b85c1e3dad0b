#include "libsupply/base/json/json_places.hpp"

#include <catch2/catch.hpp>

using supply::TextSpan;
using supply::json::Places;

TEST_CASE("members and elements of a JSON text know their lines and bytes") {
  const std::string text = "{\n  \"a/b\": [1, \"x\",\n {\"c\": {}}],\n  \"\\u0064\": \"e,]\" }\n";
  const Places places = Places::of(text, 2);
  const auto shown = [&](std::string_view pointer) {
    const TextSpan place = places.at(pointer);
    return std::to_string(place.line) + " " + text.substr(place.begin, place.end - place.begin);
  };
  CHECK(shown("/a~1b") == "2 \"a/b\": [1, \"x\",\n {\"c\": {}}]");
  CHECK(shown("/a~1b/0") == "2 1");
  CHECK(shown("/a~1b/1") == "2 \"x\"");
  CHECK(shown("/a~1b/2") == "3 {\"c\": {}}");
  CHECK(shown("/a~1b/2/c") == "3 {\"c\": {}}");  // deeper than was asked for
  CHECK(shown("/d") == "4 \"\\u0064\": \"e,]\"");
  CHECK(places.at("/none").end == text.size());
}

TEST_CASE("a text that is no JSON has some places or none") {
  for (const char* text : {"", "]", "{\"", "{\"a\":", "[[[", "\"\\", "}{,"})
    CHECK(Places::of(text, 3).at("/x").line >= 1);
}

TEST_CASE("values below a long name have places until their pointers have as many bytes as are kept") {
  const std::string name(1'000, 'k'), text = "{\"" + name + "\":[1,\n2,\n3]}";
  const auto line = [&](std::size_t bytes) { return Places::of(text, 2, bytes).at("/" + name + "/2").line; };
  // A pointer each of the member and its three elements.
  const std::size_t enough = (name.size() + 3) + 3 * (name.size() + 1 + 8);
  CHECK(line(enough) == 3);
  CHECK(line(enough - 1) == 1);  // of the member, which is the nearest one above
  CHECK(line(0) == 1);
  CHECK(Places::of(text, 2).at("/" + name + "/2").line == 3);  // kMaxPlaceBytes is more
}

#include "libsupply/base/json/json_lines.hpp"

#include <catch2/catch.hpp>

namespace supply::json {
namespace {

using Documents = std::vector<std::string_view>;

TEST_CASE("the documents of JSON Lines are apart, and one document is one") {
  CHECK(documents_in("{\"a\":1}\n{\"a\":2}\n") == Documents{"{\"a\":1}", "{\"a\":2}"});
  CHECK(documents_in("\n {} \r\n\n{}") == Documents{"{}", "{}"});
  CHECK(documents_in("{}\n{") == Documents{"{}", "{"});  // what is wrong with one is told where it is read
  for (const char* text : {"{\"a\":\n1}", "{}", "{}\n", "", "[]\n{", "{\n{}\n", "{}\nx"})
    CHECK(documents_in(text) == Documents{text});
}

}  // namespace
}  // namespace supply::json

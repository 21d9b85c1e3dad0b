#include "libsupply/base/text/find_bytes.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace supply;

TEST_CASE("bytes are found where string_view finds them, at every place and from every place") {
  std::size_t wrong = 0;
  for (const std::string_view what : {std::string_view("go"), std::string_view("go1."), std::string_view("\0a\0", 3)}) {
    for (std::size_t size = 0; size < 100; ++size) {
      for (std::size_t at = 0; at <= size; ++at) {
        std::string bytes(size, what.front());  // each byte may be the first one
        bytes.replace(at, what.size(), what.substr(0, size - at));
        for (std::size_t from = 0; from <= size; ++from)
          wrong += find_bytes(bytes, what, from) == std::string_view(bytes).find(what, from) ? 0 : 1;
      }
    }
  }
  CHECK(wrong == 0);
  CHECK(find_bytes("go1.go1.", "go1.", 1) == 4);
  CHECK(find_bytes("", "go1.") == std::string_view::npos);
}

#include "libsupply/content/catalog/internal/netstrings.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using catalog::Netstrings;

TEST_CASE("netstrings give back what was put in, whatever the bytes") {
  std::string out;
  catalog::put_netstring(out, "hello world!");
  CHECK(out == "12:hello world!,");  // the example of the specification
  catalog::put_netstring(out, "");
  catalog::put_netstring(out, std::string("3:a\0,", 5));
  catalog::put_netstrings(out, {"x", "", "y,"});
  Netstrings back(out);
  CHECK(*back.next() == "hello world!");
  CHECK(*back.next() == "");
  CHECK(*back.next() == std::string("3:a\0,", 5));
  CHECK(*back.list() == std::vector<std::string>{"x", "", "y,"});
  CHECK(back.at_end());
  CHECK_FALSE(back.next());
}

TEST_CASE("netstrings that are cut, or none, are malformed") {
  for (const char* text : {"", "3", "3:", "3:ab", "3:abc", "3:abc;", ":a,", "x:a,", "-1:a,", "99999999999999999999:a,",
                           "18446744073709551615:a,", "3 :abc,"}) {
    CAPTURE(text);
    CHECK_FALSE(Netstrings(text).next());
  }
  for (const char* text : {"1:x,", "1:2,1:a,", "10:4294967296,", "2:1x,1:a,"}) {
    CAPTURE(text);
    CHECK_FALSE(Netstrings(text).list());
  }
}

#include "libsupply/content/locks/internal/requirement_text.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using locks::requirements_text;
using namespace std::string_literals;

namespace {

std::string text(const std::string& bytes) {
  const auto decoded = requirements_text(bytes);
  return decoded ? *decoded : decoded.error().code() == ErrorCode::unsupported ? "unsupported" : "malformed";
}

}  // namespace

// Expected values: pip 23.2.1, auto_decode.
TEST_CASE("a byte order mark says what the bytes are") {
  CHECK(text("a") == "a");
  CHECK(text("\xef\xbb\xbf"
             "a") == "a");
  CHECK(text("\xff\xfe"
             "a\0\xe9\0"s) == "a\xc3\xa9");
  CHECK(text("\xfe\xff\0a\xd8\x3d\xde\x00"s) == "a\xf0\x9f\x98\x80");
  CHECK(text("\xff\xfe"s).empty());
  CHECK(text("\xff\xfe\xac\x20"s) == "\xe2\x82\xac");
  for (const std::string& bad : {"\xff\xfe"
                                 "a"s,
                                 "\xff\xfe\0\xd8"s, "\xff\xfe\0\xdc"s, "\xff\xfe\0\xd8"s + "a\0"s,
                                 "\xff\xfe\xfe\xff\0a"s, "\xff\xfe\0\0a\0\0\0"s, "\xe9"s, "a\0b"s, "\0"s})
    CHECK(text(bad) == "malformed");
}

TEST_CASE("an encoding that is declared in the first two lines holds, unless there is a mark") {
  CHECK(text("# -*- coding: latin-1 -*-\n# \xe9") == "# -*- coding: latin-1 -*-\n# \xc3\xa9");
  CHECK(text("a\n# vim: set fileencoding=ISO-8859-1 :\n\x85") == "a\n# vim: set fileencoding=ISO-8859-1 :\n\xc2\x85");
  CHECK(text("# coding: UTF8\n\xc3\xa9") == "# coding: UTF8\n\xc3\xa9");
  CHECK(text("# coding=us-ascii\n\xc3\xa9") == "malformed");
  CHECK(text("\n\n# coding: latin-1\n\xe9") == "malformed");
  CHECK(text(" # coding: latin-1\n\xe9") == "malformed");
  CHECK(text("\xef\xbb\xbf# coding: latin-1\n\xc3\xa9") == "# coding: latin-1\n\xc3\xa9");
  // In UTF-7 a line end can hide in what looks like a hash: pip 23.2.1 would install another requirement.
  for (const char* name : {"utf-7", "utf-16", "rot13", "cp1252", "utf-8-unix"})
    CHECK(text("# coding: "s + name + "\na==1") == "unsupported");
}

#include "libsupply/base/text/wildcard.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace supply {
namespace {

TEST_CASE("a wildcard stands for any run of bytes, '/' too") {
  for (const char* yes : {"a/b", "a/", "a/b/c", "a/\n"}) CHECK(wildcard_match("a/*", yes));
  CHECK(wildcard_match("*", ""));
  CHECK(wildcard_match("**", "a/b"));
  CHECK(wildcard_match("a*b*c", "abbbcbc"));
  CHECK(wildcard_match("a?c", "a/c"));
  CHECK(wildcard_match("*/x", "a/b/x"));
  for (const char* no : {"", "a", "b/a", "A/b"}) CHECK_FALSE(wildcard_match("a/*", no));
  CHECK_FALSE(wildcard_match("", "a"));
  CHECK_FALSE(wildcard_match("a*b*c", "abbbcb"));
  CHECK_FALSE(wildcard_match("a?c", "ac"));
  const std::string many(20'000, 'a');
  CHECK_FALSE(wildcard_match("a*a*a*a*a*a*a*b", many));
}

TEST_CASE("a pattern may match a form where some text matches both, and the run of the form has no slash") {
  for (const char* yes : {"pkg:deb/debian/x", "pkg:*", "pkg:deb/deb*x", "*/x", "pkg:deb/*/x", "*", "pkg:deb/*x", "*x"})
    CHECK(may_match_form(yes, "pkg:deb/*/x"));
  for (const char* no : {"pkg:deb/x", "pkg:deb/debian/y", "pkg:deb/debian/y*", "pkg:rpm/*", "", "x", "pkg:deb/a/b/x"})
    CHECK_FALSE(may_match_form(no, "pkg:deb/*/x"));
  CHECK(may_match_form("a*c", "ab*"));
  CHECK(may_match_form("*a", "a*"));
  CHECK(may_match_form("", "*"));
  CHECK(may_match_form("", ""));
  CHECK_FALSE(may_match_form("a", ""));
}

}  // namespace
}  // namespace supply

#include "libsupply/content/pins/internal/shell_pattern.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/source_limits.hpp"

using namespace supply;
using namespace supply::pins;

namespace {

std::string replaced(std::string_view pattern, std::string_view value, Every every) {
  const auto places = matched_places(pattern, value, every);
  if (!places) return "error";
  std::string out;
  std::size_t at = 0;
  for (const Matched& place : *places) {
    out.append(value.substr(at, place.begin - at)).append("X");
    at = place.end;
  }
  return out.append(value.substr(at));
}

}  // namespace

// Expected values: what bash 5.2 prints for ${v#…}, ${v%…}, ${v/…}, ${v//…}.
TEST_CASE("the shortest and the longest match at an end") {
  CHECK(*matched_prefix("*.", "a.b.c", Longest::no) == 2);
  CHECK(*matched_prefix("*.", "a.b.c", Longest::yes) == 4);
  CHECK(*matched_suffix(".*", "a.b.c", Longest::no) == 2);
  CHECK(*matched_suffix(".*", "a.b.c", Longest::yes) == 4);
  CHECK(*matched_prefix("?", "\xc3\xa9x", Longest::no) == 2);
  CHECK(*matched_suffix("?", "x\xc3\xa9", Longest::no) == 2);
  CHECK(*matched_suffix("\xc3\xa9*", "a\xc3\xa9x\xc3\xa9y", Longest::no) == 3);
  CHECK(*matched_prefix("?", "\xff\xfe", Longest::no) == 1);
  CHECK(*matched_prefix("b", "ab", Longest::yes) == 0);
  CHECK(*matched_prefix("", "ab", Longest::yes) == 0);
  CHECK(*matched_suffix("\\*b", "a*b", Longest::no) == 2);
  CHECK(*matched_suffix("\\*b", "axb", Longest::no) == 0);
  CHECK(*matched_prefix("a.[b]+(c)|^$", "a.[b]+(c)|^$", Longest::no) == 12);
  CHECK(*matched_prefix("a/b}", "a/b}", Longest::no) == 4);
}

TEST_CASE("the first place or every place is found, as long as can be") {
  CHECK(replaced("b", "abcb", Every::no) == "aXcb");
  CHECK(replaced("b", "abcb", Every::yes) == "aXcX");
  CHECK(replaced("b*d", "abcdbd", Every::no) == "aX");
  CHECK(replaced("b?", "abcbd", Every::yes) == "aXX");
  CHECK(replaced("*", "abc", Every::yes) == "X");
  CHECK(replaced("x", "abc", Every::yes) == "abc");
  CHECK(replaced("a\\/b", "a/bc", Every::no) == "Xc");
  CHECK(replaced("aa", "aaaa", Every::yes) == "XX");
  // Where bash replaces nothing, Go's empty expression matches between all characters.
  CHECK(replaced("", "ab", Every::yes) == "XaXbX");
  CHECK(replaced("", "ab", Every::no) == "Xab");
}

TEST_CASE("escapes that BuildKit refuses are malformed, and patterns have a limit") {
  for (const char* pattern : {"\\", "\\a", "a\\"})
    CHECK(matched_prefix(pattern, "a", Longest::no).error().code() == ErrorCode::malformed);
  CHECK(matched_places(std::string(kMaxShellPatternBytes, '*'), "a", Every::yes));
  CHECK(matched_places(std::string(kMaxShellPatternBytes + 1, '*'), "a", Every::yes).error().code() ==
        ErrorCode::limit_exceeded);
}

TEST_CASE("long values and many stars take a moment") {
  const std::string value(kMaxSubstitutedBytes, 'a');
  std::string pattern;
  while (pattern.size() + 2 <= kMaxShellPatternBytes) pattern += "*a";
  CHECK(*matched_suffix(pattern, value, Longest::no) > 0);
  CHECK(*matched_prefix(pattern + "", value + "b", Longest::yes) == value.size());
  CHECK(matched_places(pattern, value, Every::yes)->size() == 1);
  CHECK(matched_places("a", value, Every::yes)->size() == value.size());
}

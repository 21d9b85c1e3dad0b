#include "libsupply/content/pins/internal/expand_variables.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/source_limits.hpp"

using namespace supply;
using namespace supply::pins;

namespace {

// HOME is literal, TAG an ARG's default, UNSET an ARG without one, ARCH set to what nobody knows, EMPTY empty.
Variable look(std::string_view name) {
  Variable v;
  const auto set = [&](std::string_view text, ByteOrigin origin) {
    v.known = true;
    v.value.add(text, origin);
  };
  if (name == "HOME") set("/home", ByteOrigin::literal);
  if (name == "EMPTY") set("", ByteOrigin::literal);
  if (name == "FILE") set("a.tar.gz", ByteOrigin::literal);
  if (name == "TAG") set("3.19", ByteOrigin::arg);
  v.overridable = name == "TAG" || name == "UNSET";
  v.open = name == "ARCH";
  return v;
}

std::string text(std::string_view word, char escape = '\\') {
  const auto expanded = expand_variables(word, look, {.escape = escape});
  return expanded ? expanded->word.text : "error: " + expanded.error().message();
}

}  // namespace

// Expected values: what bash 5.2 prints for the same words, where Dockerfiles follow it.
TEST_CASE("quotes and escapes go as in a shell") {
  CHECK(text("hello") == "hello");
  CHECK(text("he'll'o") == "hello");
  CHECK(text("he\\'llo") == "he'llo");
  CHECK(text("\"a\\\"b\"") == "a\"b");
  CHECK(text("\"a\\tb\"") == "a\\tb");
  CHECK(text("'a\\tb$HOME'") == "a\\tb$HOME");
  CHECK(text("a\\") == "a");
  CHECK(text("a`$HOME", '`') == "a$HOME");
  CHECK(text("\\$HOME") == "$HOME");
}

TEST_CASE("variables are filled in, with the substitutions that BuildKit has") {
  CHECK(text("a$HOME/b") == "a/home/b");
  CHECK(text("\"${HOME}b\"") == "/homeb");
  CHECK(text("$.") == "$.");
  CHECK(text("${NONE:-x$HOME}") == "x/home");
  CHECK(text("${NONE-x}") == "x");
  CHECK(text("${EMPTY:-x}") == "x");
  CHECK(text("${EMPTY-x}") == "");
  CHECK(text("${HOME:+x}") == "x");
  CHECK(text("${EMPTY:+x}") == "");
  CHECK(text("${NONE+x}") == "");
  CHECK(text("${FILE%.*}") == "a.tar");
  CHECK(text("${FILE%%.*}") == "a");
  CHECK(text("${FILE#*.}") == "tar.gz");
  CHECK(text("${FILE##*.}") == "gz");
  CHECK(text("${FILE%.zip}") == "a.tar.gz");
}

// Expected values: bash 5.2, but for what BuildKit's lexer does otherwise: a backslash stays in the replacement.
TEST_CASE("the value of a variable is replaced in part") {
  CHECK(text("${FILE/a/b}") == "b.tar.gz");
  CHECK(text("${FILE//a/b}") == "b.tbr.gz");
  CHECK(text("${FILE/.*/}") == "a");
  CHECK(text("${FILE/t?r/zip}") == "a.zip.gz");
  CHECK(text("${HOME/\\/home//srv}") == "/srv");
  CHECK(text("${HOME//\\//_}") == "_home");
  CHECK(text("${HOME/home/$TAG}") == "/3.19");
  CHECK(text("${HOME/h/a\\/b}") == "/a\\/bome");
  CHECK(text("${FILE/x/y}") == "a.tar.gz");
  CHECK(text("x${FILE/${NONE:-a}/'b c'}") == "xb c.tar.gz");
  for (const char* word : {"${HOME/a", "${HOME/a/b", "${HOME/\\x/b}", "${HOME:/a/b}", "${HOME//o/\\$1}"})
    CHECK(text(word).starts_with("error"));
  // Who can set the pattern or the replacement can change the result.
  CHECK(expand_variables("${HOME/o/a}", look, {})->word.literal(0, 5));
  CHECK_FALSE(expand_variables("${HOME/$TAG/a}", look, {})->word.literal(0, 5));
  CHECK_FALSE(expand_variables("${HOME/o/$TAG}", look, {})->word.literal(0, 5));
  CHECK_FALSE(expand_variables("${TAG/3/4}", look, {})->word.literal(0, 1));
  CHECK_FALSE(expand_variables("${HOME#$TAG}", look, {})->word.literal(0, 5));
}

TEST_CASE("what a replacement makes has a limit") {
  const Lookup lookup = [](std::string_view name) {
    Variable v;
    v.known = name == "A";
    if (v.known) v.value.add(std::string(20'000, 'a'), ByteOrigin::literal);
    return v;
  };
  CHECK(expand_variables("${A//a/b}", lookup, {})->word.text == std::string(20'000, 'b'));
  CHECK(expand_variables("${A//a/bbbb}", lookup, {}).error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("open quotes, braces and substitutions that do not exist are malformed") {
  for (const char* word : {"'a", "\"a", "\"a\\\"", "${", "${HOME", "${}", "${:x}", "${HOME:}", "${HOME:#x}",
                           "${HOME!x}", "${HOME:-x", "${{HOME}}"}) {
    INFO(word);
    const auto expanded = expand_variables(word, look, {});
    REQUIRE_FALSE(expanded);
    CHECK(expanded.error().code() == ErrorCode::malformed);
  }
}

TEST_CASE("substitutions nest up to a limit") {
  std::string word = "x";
  for (int i = 0; i < kMaxSubstitutionDepth; ++i) word = "${NONE:-" + word + "}";
  CHECK(text(word) == "x");
  const auto expanded = expand_variables("${NONE:-" + word + "}", look, {});
  REQUIRE_FALSE(expanded);
  CHECK(expanded.error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("each byte knows who can change it") {
  const auto expanded = expand_variables("a:${TAG}@b", look, {});
  REQUIRE(expanded);
  CHECK(expanded->word.text == "a:3.19@b");
  CHECK(expanded->word.literal(0, 2));
  CHECK_FALSE(expanded->word.literal(0, 3));
  CHECK(expanded->word.literal(6, 8));
  CHECK(expanded->overridable);
  CHECK_FALSE(expand_variables("a$HOME", look, {})->overridable);
  // The default word of a variable that can be set is as changeable as the variable.
  const auto fallback = expand_variables("${UNSET:-x}", look, {});
  CHECK(fallback->word.text == "x");
  CHECK_FALSE(fallback->word.literal(0, 1));
  CHECK(expand_variables("${NONE:-x}", look, {})->word.literal(0, 1));
  CHECK(expand_variables("a${UNSET:+x}", look, {})->overridable);
}

TEST_CASE("a variable without a known value is named and never guessed") {
  const auto expanded = expand_variables("a-$ARCH-${ARCH}-$UNSET", look, {});
  REQUIRE(expanded);
  CHECK(expanded->word.text == "a-${ARCH}-${ARCH}-${UNSET}");
  CHECK(expanded->unresolved == std::vector<std::string>{"ARCH", "UNSET"});
  CHECK(expanded->word.open());
  CHECK(expand_variables("${ARCH:-amd64}", look, {})->unresolved == std::vector<std::string>{"ARCH"});
  CHECK(expand_variables("${ARCH:+x}", look, {})->unresolved == std::vector<std::string>{"ARCH"});
  for (const char* word : {"${UNSET/o/a}", "${UNSET//o/a}", "${UNSET#a}", "${UNSET%%a}"})
    CHECK(expand_variables(word, look, {})->unresolved == std::vector<std::string>{"UNSET"});
  for (const char* word : {"${HOME/$ARCH/a}", "${HOME/m/$ARCH}", "${HOME%$ARCH}"})
    CHECK_FALSE(expand_variables(word, look, {})->unresolved.empty());
  CHECK(expand_variables("${UNSET:?x}", look, {})->unresolved == std::vector<std::string>{"UNSET"});
}

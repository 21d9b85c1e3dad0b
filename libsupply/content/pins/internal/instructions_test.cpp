#include "libsupply/content/pins/internal/instructions.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/source_limits.hpp"

using namespace supply;
using namespace supply::pins;

namespace {

Script parse(const std::string& text) {
  auto script = parse_script(text);
  REQUIRE(script);
  return *script;
}

// "line name {flag}… args" of each.
std::vector<std::string> shown(const std::string& text) {
  std::vector<std::string> out;
  for (const Instruction& i : parse(text).instructions) {
    std::string line = std::to_string(i.line) + (i.onbuild ? " onbuild " : " ") + i.name;
    for (const std::string& flag : i.flags) line += " {" + flag + "}";
    out.push_back(line + (i.args.empty() ? "" : " " + i.args));
  }
  return out;
}
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines are joined, with comments and blank lines between") {
  CHECK(shown("FROM a\nRUN b \\\n# comment \\\n\n  c \\  \n\td\nRUN e\n") ==
        Lines{"1 from a", "2 run b   c \td", "7 run e"});
  CHECK(shown("  from a\r\nrUn b\\\r\nc\r\n") == Lines{"1 from a", "2 run bc"});
  // Behind another escape character it is none; at the end of the file it joins nothing.
  CHECK(shown("FROM a\nRUN b \\\\\nRUN c \\") == Lines{"1 from a", "2 run b \\\\", "3 run c"});
  CHECK(shown("\xef\xbb\xbf"
              "FROM a") == Lines{"1 from a"});
  CHECK(shown("FROM a\n\xc2\xa0# a comment\n\xe2\x80\x83RUN b") == Lines{"1 from a", "3 run b"});
}

TEST_CASE("the escape directive changes the escape character, only at the top") {
  CHECK(shown("# escape=`\nFROM a\nRUN b `\n c\\\nRUN d") == Lines{"2 from a", "3 run b  c\\", "5 run d"});
  CHECK(shown("# comment\n# escape=`\nFROM a\nRUN b \\\n c") == Lines{"3 from a", "4 run b  c"});
  CHECK(shown("\n# escape=`\nFROM a \\\n") == Lines{"3 from a"});
  CHECK(parse("# ESCAPE = `\nFROM a").escape == '`');
  CHECK(parse("# syntax=x\n# escape=`\nFROM a").escape == '`');
  CHECK_FALSE(parse("# escape=x\nFROM a").problems.empty());
  CHECK_FALSE(parse("# escape=`\n# escape=`\nFROM a").problems.empty());
}

TEST_CASE("the syntax directive is found where BuildKit finds it") {
  const auto syntax = [](const std::string& text) {
    return parse(text).syntax ? parse(text).syntax->reference : "none";
  };
  CHECK(syntax("# syntax=docker/dockerfile:1\nFROM a") == "docker/dockerfile:1");
  CHECK(syntax("#SYNTAX = docker/dockerfile:1 some options\nFROM a") == "docker/dockerfile:1");
  CHECK(syntax("# escape=`\r\n# syntax=x\r\nFROM a") == "x");
  CHECK(syntax("#!/usr/bin/env docker\n# syntax=x\nFROM a") == "x");
  CHECK(syntax("// syntax=x\nFROM a") == "x");
  CHECK(syntax("\xef\xbb\xbf# syntax=x\nFROM a") == "x");
  CHECK(syntax("# a comment\n# syntax=x\nFROM a") == "none");
  CHECK(syntax("FROM a\n# syntax=x") == "none");
  CHECK(parse("# escape=`\n# syntax=x\nFROM a").syntax->line == 2);
}

TEST_CASE("bodies of heredocs are no instructions") {
  CHECK(shown("FROM a\nRUN <<EOF\nFROM b\nEOF\nRUN c") == Lines{"1 from a", "2 run <<EOF", "5 run c"});
  CHECK(shown("FROM a\nCOPY <<A <<\"B C\" /d\nA\nFROM b\nB C\nRUN c") ==
        Lines{"1 from a", "2 copy <<A <<\"B C\" /d", "6 run c"});
  CHECK(shown("FROM a\nRUN <<-EOF cat\n\tFROM b\n\tEOF\nRUN c") == Lines{"1 from a", "2 run <<-EOF cat", "5 run c"});
  CHECK(shown("FROM a\nRUN 3<<E'O'F\nFROM b\nEOF\nRUN c") == Lines{"1 from a", "2 run 3<<E'O'F", "5 run c"});
  CHECK(shown("FROM a\nRUN <<EOF\r\nFROM b\r\nEOF\r\nRUN c") == Lines{"1 from a", "2 run <<EOF", "5 run c"});
  CHECK(shown("FROM a\nONBUILD RUN <<EOF\nFROM b\nEOF\nRUN c") == Lines{"1 from a", "2 onbuild run <<EOF", "5 run c"});
  CHECK(shown("FROM a\nRUN <<EOF\nx \\\nEOF\nRUN c") == Lines{"1 from a", "2 run <<EOF", "5 run c"});
}

TEST_CASE("what only looks like a heredoc hides no instruction") {
  for (const std::string run :
       {"RUN \"<<EOF\"", "RUN cat <<<EOF", "RUN [\"<<EOF\"]", "RUN x'<<EOF", "RUN a<<EOF", "CMD <<EOF", "RUN x < <EOF"})
    CHECK(shown("FROM a\n" + run + "\nFROM b\nEOF\n")[2] == "3 from b");
}

TEST_CASE("a heredoc without its end, or with an unreadable name, is a problem") {
  CHECK(parse("FROM a\nRUN <<EOF\nx\n").problems.size() == 1);
  CHECK(parse("FROM a\nRUN <<EOF\nx\nEOF \n").problems.size() == 1);
  CHECK(parse("FROM a\nRUN <<EOF\nx\nEOF").problems.empty());
}

TEST_CASE("flags are taken from the front, without quotes and escapes") {
  CHECK(shown("FROM --platform=$X a AS b") == Lines{"1 from {--platform=$X} a AS b"});
  CHECK(shown("COPY --from=\"x\" --chown='a b' c d") == Lines{"1 copy {--from=x} {--chown=a b} c d"});
  CHECK(shown("COPY --fr\\om=x -- --y d") == Lines{"1 copy {--from=x} --y d"});
  CHECK(shown("COPY a --from=x d") == Lines{"1 copy a --from=x d"});
  CHECK(shown("RUN --mount=type=bind \\\n --mount=from=x,target=/y z") ==
        Lines{"1 run {--mount=type=bind} {--mount=from=x,target=/y} z"});
}

TEST_CASE("arrays are read where they may stand") {
  const Script script = parse("FROM a\nADD [\"x y\", \"/d\"]\nADD [x, y]\nENV [\"a\"]");
  CHECK(script.instructions[1].list == std::vector<std::string>{"x y", "/d"});
  CHECK_FALSE(script.instructions[2].json);
  CHECK_FALSE(script.instructions[3].json);
  CHECK(parse("FROM a\nCMD [1]").problems.size() == 1);
}

TEST_CASE("words of ARG and ENV keep their quotes") {
  CHECK(argument_words("a=\"b c\" d='e f' g=h\\ i", '\\') ==
        std::vector<std::string>{"a=\"b c\"", "d='e f'", "g=h\\ i"});
  CHECK(argument_words("a=\"b c", '\\') == std::vector<std::string>{"a=\"b c"});
  CHECK(argument_words("", '\\').empty());
}

TEST_CASE("bytes that are no text are malformed, too many are refused") {
  CHECK(parse_script(std::string("FROM a\0", 7)).error().code() == ErrorCode::malformed);
  CHECK(parse_script(std::string(kMaxPinFileBytes + 1, '\n')).error().code() == ErrorCode::limit_exceeded);
  CHECK(parse_script(std::string(kMaxPinFileBytes, '\n')));
  // BuildKit reads lines of up to 64 KiB.
  CHECK(parse("FROM a\nRUN " + std::string(65531, 'x')).problems.empty());
  CHECK(parse("FROM a\nRUN " + std::string(65532, 'x')).problems.size() == 1);
}

TEST_CASE("a file without instructions is a problem") {
  CHECK(parse("").problems.size() == 1);
  CHECK(parse("# only a comment\n\n").problems.size() == 1);
  CHECK(parse("ONBUILD").problems.size() == 1);
}

// A Dockerfile as a list of instructions, by the rules of BuildKit's parser: directives, continuation lines with
// comments between, heredocs (whose bodies are no instructions), flags, ONBUILD.
// Source: docs.docker.com/reference/dockerfile; moby/buildkit frontend/dockerfile/parser.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::pins {

struct Instruction {
  std::size_t line = 0;  ///< where it begins, from 1
  std::string name;      ///< in lower case; that of the trigger for ONBUILD
  bool onbuild = false;
  std::vector<std::string> flags;  ///< "--from=x", quotes and escapes taken away
  std::string args;                ///< the rest of the logical line
  std::vector<std::string> list;   ///< the strings of `args` when it is a JSON array
  bool json = false;               ///< whether it is one
};

/// Something for which BuildKit would not build the file.
struct Problem {
  std::size_t line = 0;
  std::string message;
};

/// The frontend that is to read the file ("# syntax=…").
struct Syntax {
  std::size_t line = 0;
  std::string reference;
};

struct Script {
  char escape = '\\';
  std::optional<Syntax> syntax;
  std::vector<Instruction> instructions;
  std::vector<Problem> problems;  ///< the rest of the file is read as well as can be
};

/// Errors: malformed (not text), limit_exceeded.
Result<Script> parse_script(std::string_view text);

/// The words of the arguments of ARG, ENV and LABEL: split at white space, quotes and escapes kept in them.
std::vector<std::string> argument_words(std::string_view args, char escape);
/// The words of other arguments: split at white space.
std::vector<std::string> plain_words(std::string_view args);

}  // namespace supply::pins

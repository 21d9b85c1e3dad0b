// Words of a Dockerfile with their variables filled in, each byte knowing where it came from.
// Source: docs.docker.com/reference/dockerfile "Environment replacement"; what BuildKit's shell lexer does.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::pins {

/// Who can change a byte of an expanded text.
enum class ByteOrigin : char {
  literal,  ///< nobody but who edits the file
  arg,      ///< who builds: it came from an ARG's default
  open,     ///< it stands for a variable without a known value, written as ${NAME}
};

struct TracedText {
  std::string text;
  std::vector<ByteOrigin> origins;  ///< one per byte

  void add(std::string_view bytes, ByteOrigin origin);
  void add(const TracedText& other);
  void add(const TracedText& other, std::size_t from, std::size_t count);
  /// The same bytes, all of them changeable by who builds (what was open stays so).
  TracedText as_arg() const;
  /// Whether all bytes of [from, to) are literal.
  bool literal(std::size_t from, std::size_t to) const;
  bool open() const;
};

struct Variable {
  bool known = false;        ///< whether `value` is its value
  bool open = false;         ///< set, but to a value that the file does not say (TARGETARCH, ENV of a base image)
  bool overridable = false;  ///< by --build-arg
  TracedText value;
};
using Lookup = std::function<Variable(std::string_view name)>;

struct LexOptions {
  char escape = '\\';
  bool raw_quotes = false, raw_escapes = false;  ///< keep them in the result
  bool keep_unset = false;                       ///< a variable that is not set stays as it is written
};

struct Expansion {
  TracedText word;
  std::vector<std::string> words;       ///< the same, split at white space outside quotes
  std::vector<std::string> unresolved;  ///< names of variables without a known value
  bool overridable = false;             ///< an ARG had a part in it, be it an empty one
  std::size_t substituted = 0;          ///< bytes that came out of variables
};

/// Errors: malformed (an open quote or brace, a substitution that does not exist), limit_exceeded (nesting, size).
Result<Expansion> expand_variables(std::string_view text, const Lookup& lookup, const LexOptions& options);

}  // namespace supply::pins

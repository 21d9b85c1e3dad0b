// Shell patterns in a Dockerfile's substitutions: * and ?, with '\' before what is meant literally; no brackets.
// Source: BuildKit frontend/dockerfile/shell/lex.go, convertShellPatternToRegex, trimPrefix, trimSuffix; its regular
// expressions are Go's, which match as RE2 does.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::pins {

enum class Longest { no, yes };

/// How many bytes at the front (or end) of `value` the pattern matches, 0 when it does not match there.
/// Errors: malformed (an escape that BuildKit refuses), limit_exceeded (kMaxShellPatternBytes).
Result<std::size_t> matched_prefix(std::string_view pattern, std::string_view value, Longest longest);
Result<std::size_t> matched_suffix(std::string_view pattern, std::string_view value, Longest longest);

struct Matched {
  std::size_t begin = 0, end = 0;
};
enum class Every { no, yes };
/// The places in `value` that ${name/pattern/…} replaces: the first, or with ${name//…} every one.
/// Errors: as above.
Result<std::vector<Matched>> matched_places(std::string_view pattern, std::string_view value, Every every);

}  // namespace supply::pins

// The lines of a text, each with the bytes that it has.
#pragma once

#include <string_view>
#include <vector>

#include "libsupply/content/locks/lock.hpp"

namespace supply::locks {

struct SpannedLine {
  Span span;              ///< with the line's end
  std::string_view text;  ///< without it; a view into what was given
};
std::vector<SpannedLine> spanned_lines(std::string_view text);

}  // namespace supply::locks

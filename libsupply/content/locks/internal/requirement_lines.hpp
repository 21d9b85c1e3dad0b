// The lines of a requirements file as pip sees them, before anything is made of them.
// Source: pip.pypa.io "Requirements File Format"; its order is split, join, strip comments, split options.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace supply::locks {

/// One logical line: continuation lines joined, comments gone, never blank.
struct LogicalLine {
  std::size_t line = 0;  ///< of its first physical line, from 1
  std::string text;
};
std::vector<LogicalLine> logical_lines(std::string_view text);

struct Option {
  std::string name;   ///< the long form: "--hash", "--requirement"
  std::string value;  ///< empty when it takes none
};

/// A logical line in its two halves.
struct SplitLine {
  std::string requirement;  ///< what is before the first option; may be empty
  std::vector<Option> options;
  std::string problem;  ///< what pip would refuse or silently drop; empty when nothing
};
SplitLine split_line(std::string_view text);

}  // namespace supply::locks

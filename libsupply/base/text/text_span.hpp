// Where something is written in a text. A value; any thread.
#pragma once

#include <cstddef>

namespace supply {

/// The bytes [begin, end), and the line of the first, from 1.
struct TextSpan {
  std::size_t line = 1, begin = 0, end = 0;
};

}  // namespace supply

// JSON that a terminal may show. Pure; any thread.
#pragma once

#include <string>

namespace supply::json {

/// A JSON text of the same value, in which every character of a string that a terminal would obey or hide (is_hidden:
/// DEL, C1, marks and overrides of direction) is written as \uXXXX. What is between the values stays as it is.
std::string escape_hidden(std::string text);

}  // namespace supply::json

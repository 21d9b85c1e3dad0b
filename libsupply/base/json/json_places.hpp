// Where the values of a JSON text are, for messages that name a line. A value; any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace supply::json {

struct Place {
  std::size_t line = 1, begin = 0, end = 0;  ///< bytes [begin, end); a member's begin is that of its key
};

class Places {
 public:
  /// Of a text that parse() has taken: its values down to `depth` levels below the root. Of another text, what was
  /// found until it ends to be JSON.
  static Places of(std::string_view text, std::size_t depth);
  /// Of the value at a JSON pointer ("/packages/0"), or of the nearest one above it that is known.
  Place at(std::string_view pointer) const;

 private:
  friend class PlacesReader;
  std::map<std::string, Place, std::less<>> places_;
};

}  // namespace supply::json

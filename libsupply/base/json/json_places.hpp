// Where the values of a JSON text are, for messages that name a line. A value; any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "libsupply/base/limits/place_limits.hpp"
#include "libsupply/base/text/text_span.hpp"

namespace supply::json {

class Places {
 public:
  /// Of a text that parse() has taken: its values down to `depth` levels below the root. Of another text, what was
  /// found until it ends to be JSON. Pointers of `bytes` are kept: a long name is in the pointers of all below it.
  /// Values beyond have the place of the nearest one above.
  static Places of(std::string_view text, std::size_t depth, std::size_t bytes = kMaxPlaceBytes);
  /// Of the value at a JSON pointer ("/packages/0"), or of the nearest one above it that is known. A member begins with
  /// its key.
  TextSpan at(std::string_view pointer) const;

 private:
  friend class PlacesReader;
  std::map<std::string, TextSpan, std::less<>> places_;
};

}  // namespace supply::json

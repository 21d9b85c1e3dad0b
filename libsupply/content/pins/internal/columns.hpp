// Where in its line a reference is.
#pragma once

#include <string_view>
#include <vector>

#include "libsupply/base/finding/finding.hpp"

namespace supply::pins {

/// The lines of a text, which must outlive it.
class Columns {
 public:
  explicit Columns(std::string_view text);
  /// Gives `place` the columns of `written` in its line; none where it is not there as written (continued in another
  /// line, masked), is there more than once, or the line is a long one.
  void add_to(Location& place, std::string_view written) const;

 private:
  std::vector<std::string_view> lines_;
};

}  // namespace supply::pins

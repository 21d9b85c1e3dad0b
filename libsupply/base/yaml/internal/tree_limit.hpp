// What the two readers of trees share: positions in messages, and what is counted. For the .cpp files of this room.
#pragma once

#include <string>

#include "libsupply/base/yaml/node.hpp"

namespace supply::yaml {

inline Error at_position(Position where, const std::string& what, ErrorCode code = ErrorCode::malformed) {
  return Error(code, "line " + std::to_string(where.line) + ", column " + std::to_string(where.column) + ": " + what);
}

/// Counts what a tree holds.
class TreeBudget {
 public:
  explicit TreeBudget(const TreeLimits& limits) : limits_(limits) {}

  /// One more key or value, with a text of so many bytes, that many levels deep.
  Status spend(Position where, std::size_t bytes, std::size_t depth) {
    if (depth > limits_.depth)
      return at_position(where, "nested deeper than " + std::to_string(limits_.depth) + " levels",
                         ErrorCode::limit_exceeded);
    if (++nodes_ > limits_.nodes)
      return at_position(where, "more than " + std::to_string(limits_.nodes) + " keys and values, aliases expanded",
                         ErrorCode::limit_exceeded);
    bytes_ += bytes;
    if (bytes_ > 2 * limits_.bytes + 4096)
      return at_position(where,
                         "texts of more than " + std::to_string(2 * limits_.bytes + 4096) + " bytes, aliases expanded",
                         ErrorCode::limit_exceeded);
    return {};
  }

 private:
  const TreeLimits& limits_;
  std::size_t nodes_ = 0, bytes_ = 0;
};

}  // namespace supply::yaml

// A value of a TOML document, with its place and with what the document may still add to it. Made by read_nodes().
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libsupply/base/toml/toml.hpp"

namespace supply::toml {

struct Node {
  enum class Kind : std::uint8_t {
    string,
    integer,
    real,
    boolean,
    offset_date_time,
    local_date_time,
    local_date,
    local_time,
    array,
    table
  };
  /// What wrote a table or an array, and so what may add to it later.
  enum class Origin : std::uint8_t {
    value,   ///< "[1, 2]", "{ a = 1 }": nothing may
    path,    ///< a table on the way to what a header names: it may get a header of its own
    header,  ///< "[a]", "[[a]]": headers below it may; of an array its own header adds an element
    dotted   ///< a table on the way to a dotted key: keys of the same section may, and headers below it
  };

  Kind kind = Kind::table;
  Origin origin = Origin::value;
  bool boolean = false;
  std::uint32_t section = 0;  ///< of a dotted one, the number of the header under which it was written
  std::int64_t integer = 0;
  double real = 0;
  std::string text;  ///< of a string its value, of a date or time as written
  std::map<std::string, std::unique_ptr<Node>, std::less<>> members;
  std::vector<std::unique_ptr<Node>> elements;
  TextSpan place;
};

/// The root table. Errors: as Document::parse.
Result<std::unique_ptr<Node>> read_nodes(std::string_view text, const ParseLimits& limits);

}  // namespace supply::toml

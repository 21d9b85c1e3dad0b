// Stanzas of "Name: value" lines, the form of Debian's control files. Pure functions; any thread.
// Source: deb822(5); dpkg 1.21, lib/dpkg/parse.c (parse_stanza).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::deb822 {

/// What is refused.
enum class Strictness {
  dpkg,      ///< what dpkg refuses in its database: the whole of it for one bad line
  control,   ///< the same, but a last line may lack its end, and empty lines may have blanks: files that dpkg does not
             ///< read
  tolerant,  ///< nothing: comments and lines that are no field are passed over, and a field may repeat
};

/// One stanza. Views into the text; continuation lines are part of the value, with their line ends.
struct Stanza {
  std::size_t line = 0;                                               ///< of its first field, from 1
  std::vector<std::pair<std::string_view, std::string_view>> fields;  ///< in the text's order

  /// The value of the first field of that name, trimmed; names have no case. Nothing when absent.
  std::optional<std::string_view> find(std::string_view name) const;
  /// The same; empty when absent.
  std::string_view get(std::string_view name) const { return find(name).value_or(std::string_view()); }
};

/// Calls with every stanza that has a field. Errors: malformed ("line 41: no colon in …"), and what `call` returns.
Status for_each_stanza(std::string_view text, Strictness strictness, const std::function<Status(const Stanza&)>& call);

}  // namespace supply::deb822

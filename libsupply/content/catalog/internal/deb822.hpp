// Stanzas of "Name: value" lines, as dpkg's database has them.
// Source: dpkg 1.21, lib/dpkg/parse.c (parse_stanza); deb822(5).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::catalog {

/// Who reads the file in a running system. dpkg refuses the whole database for one bad line; of what it does not read
/// itself (status.d), a last line without its end and blanks on empty lines are taken too.
enum class Reader { dpkg, others };

/// One stanza. Views into the text; continuation lines are part of the value, with their line ends.
struct Stanza {
  std::size_t line = 0;                                               ///< of its first field, from 1
  std::vector<std::pair<std::string_view, std::string_view>> fields;  ///< no name twice

  /// The value of a field, trimmed; names have no case. Empty when absent.
  std::string_view get(std::string_view name) const;
};

/// Calls with every stanza. Errors: malformed ("line 41: no colon in …"), and what `call` returns.
Status for_each_stanza(std::string_view text, Reader reader, const std::function<Status(const Stanza&)>& call);

}  // namespace supply::catalog

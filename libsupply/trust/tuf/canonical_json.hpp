// The form of JSON that TUF signatures are over. Pure; any thread.
// Source: TUF specification 1.0, section 4.2.1; OLPC canonical JSON.
#pragma once

#include <string>

#include "libsupply/base/json/json.hpp"

namespace supply::tuf {

/// No white space, members in the order of their code points, only `"` and `\` escaped, whole numbers alone.
/// Errors: malformed, for a number that is no whole number of 64 bits.
Result<std::string> canonical_json(const json::Value& value);

}  // namespace supply::tuf

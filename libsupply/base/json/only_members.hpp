// Objects in which nothing is passed over. Pure; any thread.
#pragma once

#include <initializer_list>

#include "libsupply/base/json/json.hpp"

namespace supply::json {

/// Whether `value` is an object with no members but those: a member that is not known may be a restriction.
/// Errors: malformed, naming the member.
Status only_members(const Value& value, std::initializer_list<std::string_view> names);

}  // namespace supply::json

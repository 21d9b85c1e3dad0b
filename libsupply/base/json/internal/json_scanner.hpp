// The fast way through JSON, several times as fast as nlohmann's parser: most of what a run reads is JSON, and most of
// that is whole. Pure functions; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "libsupply/base/json/json.hpp"

namespace supply::json::internal {

/// The value that nlohmann's parser makes of the text, or nothing: what is wrong with it, and what is rare (numbers
/// of more than 18 digits, a byte of zero at the end), is for that parser to find out. The text is no longer than
/// limits.bytes.
std::optional<Value> scan(std::string_view text, const Limits& limits);

}  // namespace supply::json::internal

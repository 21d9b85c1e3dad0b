// Members of JSON that some other program wrote and that may be of any type: what is of another is absent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/json/json.hpp"

namespace supply::catalog {

/// Of equal names the last one counts, as in most languages' readers; a byte order mark is passed over.
/// Errors: malformed, limit_exceeded.
Result<json::Value> parse_lenient_json(std::string_view text);
/// The text; empty when there is none.
std::string text_of(const json::Value& object, std::string_view key);
/// The texts in a list, or one text.
std::vector<std::string> texts_of(const json::Value& object, std::string_view key);
/// The object or list; an empty object when there is none.
const json::Value& part_of(const json::Value& object, std::string_view key);

}  // namespace supply::catalog

// JSON Lines: several documents in one text, one a line. Pure; any thread. Source: jsonlines.org.
#pragma once

#include <string_view>
#include <vector>

namespace supply::json {

/// The documents of the text, each on its own line, blank lines left out; of a text whose first line is no whole
/// document, or that has but one, all of it as one. Views into `text`. Nothing else is checked.
std::vector<std::string_view> documents_in(std::string_view text);

}  // namespace supply::json

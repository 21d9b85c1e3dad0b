// Foreign text on its way into a report that a person, a terminal or an XML reader sees.
#pragma once

#include <string>
#include <string_view>

namespace supply::report {

/// The text with control characters and bytes that are no UTF-8 as \xNN: no escape sequence reaches a terminal.
std::string plain(std::string_view text);
/// plain(), and what XML needs escaped in text and attributes.
std::string xml(std::string_view text);

}  // namespace supply::report

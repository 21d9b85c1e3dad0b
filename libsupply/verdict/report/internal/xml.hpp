// Foreign text on its way into a report that an XML reader sees.
#pragma once

#include <string>
#include <string_view>

namespace supply::report {

/// escape_for_terminal(), and what XML needs escaped in text and attributes.
std::string xml(std::string_view text);

}  // namespace supply::report

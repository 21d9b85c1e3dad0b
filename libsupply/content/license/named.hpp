// Which licences a text is about that is no licence expression.
#pragma once

#include <string_view>

namespace supply::license {

/// Whether `text` ("AGPL-3.0-only/MIT", "GNU Affero GPL, see COPYING") names a licence that `pattern` ("AGPL-*",
/// "GPL-2.0-only") is about, however it is written. Where it names the family and not which version, it does. For
/// deny lists: it says yes too often rather than too seldom. Looks at no more than the first kilobyte.
bool names_license(std::string_view text, std::string_view pattern);

}  // namespace supply::license

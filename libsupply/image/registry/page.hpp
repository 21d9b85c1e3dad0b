// Lists that come in pages. For the .cpp files of this room.
#pragma once

#include "libsupply/image/registry/api.hpp"

namespace supply::registry {

/// The address of the page after `document`, nothing for the last one; `seen` is kept by the caller. Errors:
/// unavailable (a page that was seen already, or is elsewhere than the registry), limit_exceeded.
Result<std::optional<http::Url>> next_page(const Api& api, const Document& document, std::vector<http::Url>& seen,
                                           const std::string& what);

}  // namespace supply::registry

// Lists that come in pages. For the .cpp files of this room.
#pragma once

#include "libsupply/image/registry/registry_client.hpp"

namespace supply::registry {

/// What is known of a list whose pages are read one after another.
struct Pages {
  std::vector<http::Url> seen = {};
  std::size_t bytes = 0;  ///< of all of them
};

/// The address of the page after `document`, nothing for the last one; `pages` is kept by the caller. Errors:
/// unavailable (a page that was seen already, or is elsewhere than the registry), limit_exceeded.
Result<std::optional<http::Url>> next_page(const RegistryClient& client, const BufferedResponse& document, Pages& pages,
                                           const std::string& what);

}  // namespace supply::registry

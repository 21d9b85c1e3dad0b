// Readers of the small languages in header fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/http/client.hpp"

namespace supply::registry {

/// The target of the first link with the relation "next". Source: RFC 8288, section 3.
std::optional<std::string> next_link(const std::vector<std::string_view>& fields);
/// The text of `299 - "text"`, nothing for other codes. Source: distribution-spec v1.1, "Warnings".
std::optional<std::string> warning_text(std::string_view field);
/// The number of bytes that an upload's "0-N" (also "bytes=0-N") says the server has. "0-0" is what docker-registry
/// says of an empty one. Source: distribution-spec v1.1, "Pushing a blob in chunks".
std::optional<std::uint64_t> uploaded_bytes(const http::Headers& headers);
/// "type/subtype" in lower case, without parameters; "" when absent.
std::string content_type(const http::Headers& headers);

}  // namespace supply::registry

// The user of an image's config, a compose file, a pod: as a runtime reads it. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace supply::oci {

/// The number of "1000", "+0", "00:5" (what is behind the colon is the group), or nullopt of a name and of nothing.
std::optional<std::int64_t> user_number(std::string_view user);
/// Whether it is root, or may be: no user; the name root; 0 in any spelling; a number below 0 or beyond 31 bits, which
/// wraps around or is refused, depending on who reads it; a name of `id_of_name` 0 in the image's /etc/passwd.
bool may_be_root(std::string_view user, std::optional<std::int64_t> id_of_name = {});

}  // namespace supply::oci

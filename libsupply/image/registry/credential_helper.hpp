// The helper programs docker-credential-NAME. Source: docker/docker-credential-helpers, README "Development".
#pragma once

#include "libsupply/image/registry/credentials.hpp"

namespace supply::registry {

/// What `docker-credential-NAME get` answers for a key; nothing when it knows none. Errors: usage (a name that is no
/// program's), not_found, unavailable, malformed. No message repeats what a helper wrote to its output.
Result<std::optional<Credential>> ask_helper(const std::string& name, const std::string& key,
                                             const http::Environment& environment);

}  // namespace supply::registry

// The helper programs docker-credential-NAME. Source: docker/docker-credential-helpers, README "Development". No
// message repeats what a helper wrote to its output when it was asked, nor a secret that it was given.
#pragma once

#include "libsupply/image/registry/credentials.hpp"

namespace supply::registry {

/// What `docker-credential-NAME get` answers for a key; nothing when it knows none. Errors: usage (a name that is no
/// program's), not_found, unavailable, malformed.
Result<std::optional<Credential>> ask_helper(const std::string& name, const std::string& key,
                                             const http::Environment& environment);
/// `docker-credential-NAME store`. Errors also: unsupported (a registry token, which no helper keeps).
Status store_with_helper(const std::string& name, const std::string& key, const Credential& credential,
                         const http::Environment& environment);
/// `docker-credential-NAME erase`; false when it knew none.
Result<bool> erase_with_helper(const std::string& name, const std::string& key, const http::Environment& environment);

/// What a name and a secret from a file or a helper mean: under the name "<token>" the secret is an identity token.
/// Nothing when nothing is there.
std::optional<Credential> understood(Credential credential);

}  // namespace supply::registry

// Credentials that are checked, kept and forgotten, where docker, podman and Supply itself look for them.
//
// Kept is an entry in the file named by --authfile or REGISTRY_AUTH_FILE, else in docker's ($DOCKER_CONFIG/config.json
// or
// ~/.docker/config.json), which podman reads too; or what the entry would hold is handed to the helper program that the
// file names for the registry. Where a file that is asked earlier (podman's auth.json) has an entry for the registry,
// it is changed as well: the credentials that were saved last are the ones that are found. Files are the owner's alone,
// changed by rename under a lock, through symbolic links; what else is in them stays. One that does not follow its
// format is left alone. No message holds a secret.
#pragma once

#include "libsupply/image/registry/registry.hpp"

namespace supply::registry {

/// The name of a registry as credentials are kept by it: "https://index.docker.io/v1/" and "docker.io" are "docker.io",
/// "https://Registry.Example:5000/v2/" is "registry.example:5000". Errors: usage.
Result<std::string> parse_registry(std::string_view text);

/// Shows the credentials to the registry alone. Errors: those of Registries::check_login().
Result<LoginResult> check_credential(std::unique_ptr<http::Client> client, const std::string& registry,
                                     const Credential& credential, Options options,
                                     std::shared_ptr<http::Clock> clock = std::make_shared<http::Clock>());

/// Returns where it is kept now: files, helper programs. Errors: usage (no user name or no password, a user name with a
/// colon, a file that is no such file, DOCKER_AUTH_CONFIG that would win), forbidden, unavailable (a helper that fails,
/// a lock that is held), unsupported.
Result<std::vector<std::string>> save_credential(const CredentialPlaces& places, const std::string& registry,
                                                 const Credential& credential);
/// Takes it out of every place that is looked at; returns those that had it. Entries for single repositories of the
/// registry stay. Errors: not_found (no place has it; the message names them), usage, forbidden, unavailable.
Result<std::vector<std::string>> forget_credential(const CredentialPlaces& places, const std::string& registry);

}  // namespace supply::registry

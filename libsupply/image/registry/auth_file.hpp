// The files in which docker, podman and their kin keep credentials: what stands where. For the .cpp files of this room.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/image/registry/credentials.hpp"

namespace supply::registry {

/// The document of a file or variable; an empty object for one of no bytes. Errors: malformed, limit_exceeded.
Result<json::Value> parse_auth_file(std::string_view text);
/// Whether a key of "auths" is for the whole registry: its name, or one of the addresses that were keys once.
bool is_key_of(std::string_view key, const std::string& registry);
/// The program that speaks for the registry, and under which name it knows it; an empty name when there is none.
struct Helper {
  std::string name, key;
};
Result<Helper> helper_of(const json::Value& document, const std::string& registry);
/// ~/.dockercfg is the map itself, without a member "auths" around it.
bool is_bare(const io::Path& file);
/// A file or variable that does not follow its format is a wrong configuration, not damaged content.
Error wrong_configuration(const Error& error, const std::string& source);
std::string variable(const http::Environment& environment, const char* name);
/// Whether one file is the only place, and which: --authfile, REGISTRY_AUTH_FILE. Empty: it is not so.
std::string only_file(const CredentialPlaces& places);

}  // namespace supply::registry

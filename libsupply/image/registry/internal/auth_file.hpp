// The files in which docker, podman and their kin keep credentials: what is where. For the .cpp files of this room.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/image/registry/credentials.hpp"

namespace supply::registry {

/// The document of a file or variable; an empty object for one of no bytes. A byte order mark is read over. Errors:
/// malformed, limit_exceeded.
Result<json::Value> parse_auth_file(std::string_view text);
/// Whether a key of "auths" is for the whole registry: its name in any spelling, or one of the addresses that were
/// keys.
bool is_key_of(std::string_view key, const std::string& registry);
/// The entry under the longest key of registry/repository, or under one for the host; null when there is none. The
/// pointer is into `auths`.
const json::Value* find_entry(const json::Value& auths, const std::string& registry, const std::string& repository);
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

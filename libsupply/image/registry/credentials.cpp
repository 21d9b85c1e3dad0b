#include "libsupply/image/registry/credentials.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/registry/internal/auth_file.hpp"
#include "libsupply/image/registry/internal/credential_helper.hpp"

namespace supply::registry {
namespace {

using Found = Result<std::optional<Credential>>;

Found read_entry(const json::Value& entry, const std::string& source) {
  Credential credential;
  credential.source = source;
  if (!entry.is_object()) return Error(ErrorCode::malformed, "an entry of \"auths\" is no object");
  SUPPLY_TRY(credential.identity_token, json::string_or_empty(entry, "identitytoken"));
  SUPPLY_TRY(credential.registry_token, json::string_or_empty(entry, "registrytoken"));
  SUPPLY_TRY(credential.username, json::string_or_empty(entry, "username"));
  SUPPLY_TRY(credential.password, json::string_or_empty(entry, "password"));
  SUPPLY_TRY(const std::string auth, json::string_or_empty(entry, "auth"));
  if (!auth.empty()) {
    // `base64` breaks its lines.
    std::string packed;
    std::copy_if(auth.begin(), auth.end(), std::back_inserter(packed), [](char c) { return trim({&c, 1}) != ""; });
    const auto pair = from_base64(packed);
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos)
      return Error(ErrorCode::malformed, "member \"auth\" is not the base64 of user:password");
    credential.username = pair->substr(0, colon);
    credential.password = pair->substr(colon + 1);
    while (credential.password.ends_with('\0')) credential.password.pop_back();
  }
  return understood(std::move(credential));
}

Found look_into(std::string_view text, const std::string& source, bool bare, const std::string& registry,
                const std::string& repository, const http::Environment& environment) {
  SUPPLY_TRY(const json::Value document, parse_auth_file(text));
  const json::Value* auths = &document;
  if (!bare) {
    SUPPLY_TRY(const Helper helper, helper_of(document, registry));
    if (!helper.name.empty()) return ask_helper(helper.name, helper.key, environment);
    SUPPLY_TRY(auths, json::optional_object(document, "auths"));
    if (auths == nullptr) return std::optional<Credential>();
  }
  const json::Value* entry = find_entry(*auths, registry, repository);
  return entry == nullptr ? Found(std::optional<Credential>()) : read_entry(*entry, source);
}

}  // namespace

std::string credential_key(const std::string& registry) {
  return registry == "docker.io" ? "https://index.docker.io/v1/" : registry;
}

std::vector<io::Path> CredentialFiles::files() const {
  const http::Environment& environment = places_.environment;
  if (const std::string only = only_file(places_); !only.empty()) return {only};
  std::vector<io::Path> files;
  const std::string home = variable(environment, "HOME"), runtime = variable(environment, "XDG_RUNTIME_DIR"),
                    config = variable(environment, "XDG_CONFIG_HOME"), docker = variable(environment, "DOCKER_CONFIG");
  files.push_back((runtime.empty() ? io::Path("/run/containers") / std::to_string(places_.user_id)
                                   : io::Path(runtime) / "containers") /
                  "auth.json");
  if (!config.empty()) files.push_back(io::Path(config) / "containers/auth.json");
  else if (!home.empty()) files.push_back(io::Path(home) / ".config/containers/auth.json");
  if (!docker.empty()) files.push_back(io::Path(docker) / "config.json");
  else if (!home.empty()) files.push_back(io::Path(home) / ".docker/config.json");
  if (!home.empty()) files.push_back(io::Path(home) / ".dockercfg");
  return files;
}

Result<std::optional<Credential>> CredentialFiles::find(const std::string& registry, const std::string& repository) {
  const http::Environment& environment = places_.environment;
  const bool exclusive = !only_file(places_).empty();
  const std::string in_environment = variable(environment, "DOCKER_AUTH_CONFIG");
  if (!exclusive && !in_environment.empty()) {
    auto found = look_into(in_environment, "DOCKER_AUTH_CONFIG", false, registry, repository, environment);
    if (!found) return wrong_configuration(found.error(), "DOCKER_AUTH_CONFIG");
    if (*found) return found;
  }
  for (const io::Path& file : files()) {
    auto text = io::read_file(file, kMaxCredentialFileBytes);
    if (!text) {
      if (text.error().code() == ErrorCode::not_found && !exclusive) continue;
      return wrong_configuration(text.error(), file.string());
    }
    auto found = look_into(*text, file.string(), is_bare(file), registry, repository, environment);
    if (!found) return wrong_configuration(found.error(), file.string());
    if (*found) return found;
  }
  return std::optional<Credential>();
}

}  // namespace supply::registry

#include "libsupply/image/registry/auth_file.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"

namespace supply::registry {
namespace {

// "https://host/v2/" and "host/v1/" were keys once: the host alone.
std::string host_of_key(std::string_view key) {
  for (const std::string_view scheme : {"https://", "http://"})
    if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
  std::string host(key.substr(0, key.find('/')));
  return host == "index.docker.io" || host == "registry-1.docker.io" ? "docker.io" : host;
}

bool is_url_key(std::string_view key) {
  return key.starts_with("https://") || key.starts_with("http://") || key.ends_with("/v1/") || key.ends_with("/v2/") ||
         key.ends_with("/v1") || key.ends_with("/v2");
}

}  // namespace

Result<json::Value> parse_auth_file(std::string_view text) {
  if (trim(text).empty()) return json::Value(json::Value::object());
  SUPPLY_TRY(json::Value document,
             json::parse(text, {.bytes = kMaxCredentialFileBytes, .duplicate_keys = json::DuplicateKeys::last_wins}));
  if (!document.is_object()) return Error(ErrorCode::malformed, "is no JSON object");
  return document;
}

bool is_key_of(std::string_view key, const std::string& registry) {
  if (key == registry || key == credential_key(registry)) return true;
  if (registry == "docker.io" && (key == "index.docker.io" || key == "registry-1.docker.io")) return true;
  return is_url_key(key) && host_of_key(key) == registry;
}

Result<Helper> helper_of(const json::Value& document, const std::string& registry) {
  const std::string key = credential_key(registry);
  SUPPLY_TRY(const json::Value* helpers, json::optional_object(document, "credHelpers"));
  if (helpers != nullptr)
    for (const std::string& name : {registry, key}) {
      SUPPLY_TRY(std::string helper, json::string_or_empty(*helpers, name));
      if (!helper.empty()) return Helper{std::move(helper), key};
    }
  SUPPLY_TRY(std::string store, json::string_or_empty(document, "credsStore"));
  return Helper{std::move(store), key};
}

bool is_bare(const io::Path& file) { return file.filename() == ".dockercfg"; }

Error wrong_configuration(const Error& error, const std::string& source) {
  const ErrorCode code = error.code() == ErrorCode::malformed || error.code() == ErrorCode::limit_exceeded ||
                                 error.code() == ErrorCode::not_found
                             ? ErrorCode::usage
                             : error.code();
  return Error(code, "credentials in " + source + ": " + error.message());
}

std::string variable(const http::Environment& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::string only_file(const CredentialPlaces& places) {
  return places.auth_file.empty() ? variable(places.environment, "REGISTRY_AUTH_FILE") : places.auth_file;
}

}  // namespace supply::registry

#include "libsupply/image/registry/internal/auth_file.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/host.hpp"

namespace supply::registry {
namespace {

// A host has several spellings: one for comparisons. What is no host stays as it is, and is equal to none.
std::string comparable(std::string_view host) {
  auto canonical = oci::canonical_registry(host);
  return canonical ? *std::move(canonical) : to_lower(host);
}

// "https://host/v1/" and "host/v2/" were keys once, and people write "host/": the host alone is meant, as docker reads
// them. "host/team" is podman's key for what is below it. Source: docker/cli config/credentials ConvertToHostname;
// containers/image pkg/docker/config normalizeAuthFileKey.
struct Key {
  std::string host, path;
};

Key parse_key(std::string_view key) {
  key = trim(key);
  const std::string lower = to_lower(key.substr(0, 8));
  bool address = false;
  for (const std::string_view scheme : {"https://", "http://"})
    if (!address && lower.starts_with(scheme)) {
      key.remove_prefix(scheme.size());
      address = true;
    }
  const std::size_t slash = std::min(key.find('/'), key.size());
  std::string_view path = key.substr(slash);
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (address || path == "v1" || path == "v2") path = {};
  return {comparable(key.substr(0, slash)), std::string(path)};
}

}  // namespace

Result<json::Value> parse_auth_file(std::string_view text) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    return Error(ErrorCode::malformed, "is UTF-16: save it as UTF-8");
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (trim(text).empty()) return json::Value(json::Value::object());
  SUPPLY_TRY(json::Value document,
             json::parse(text, {.bytes = kMaxCredentialFileBytes, .duplicate_keys = json::DuplicateKeys::last_wins}));
  if (!document.is_object()) return Error(ErrorCode::malformed, "is no JSON object");
  return document;
}

bool is_key_of(std::string_view key, const std::string& registry) {
  const Key parsed = parse_key(key);
  return parsed.path.empty() && parsed.host == comparable(registry);
}

const json::Value* find_entry(const json::Value& auths, const std::string& registry, const std::string& repository) {
  const std::string host = comparable(registry);
  const json::Value* best = nullptr;
  std::pair<std::size_t, int> rank;
  for (const auto& [key, entry] : auths.items()) {
    const Key parsed = parse_key(key);
    const bool covers = parsed.path.empty() || repository == parsed.path ||
                        (repository.starts_with(parsed.path) && repository[parsed.path.size()] == '/');
    // docker leaves {} for what a helper keeps.
    if (parsed.host != host || !covers || entry.is_null() || (entry.is_object() && entry.empty())) continue;
    const int spelling = key.starts_with(registry) ? 2 : key == credential_key(registry) ? 1 : 0;
    const std::pair<std::size_t, int> its(parsed.path.size(), spelling);
    if (best != nullptr && its <= rank) continue;
    best = &entry;
    rank = its;
  }
  return best;
}

Result<Helper> helper_of(const json::Value& document, const std::string& registry) {
  const std::string key = credential_key(registry);
  SUPPLY_TRY(const json::Value* helpers, json::optional_object(document, "credHelpers"));
  if (helpers != nullptr) {
    for (const std::string& name : {registry, key}) {
      SUPPLY_TRY(std::string helper, json::string_or_empty(*helpers, name));
      if (!helper.empty()) return Helper{std::move(helper), key};
    }
    for (const auto& [name, helper] : helpers->items())
      if (is_key_of(name, registry) && helper.is_string() && !helper.get<std::string>().empty())
        return Helper{helper.get<std::string>(), key};
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

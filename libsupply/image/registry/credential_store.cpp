#include "libsupply/image/registry/credential_store.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/io/lock.hpp"
#include "libsupply/base/io/private_directory.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/registry/internal/auth_file.hpp"
#include "libsupply/image/registry/internal/credential_helper.hpp"

namespace supply::registry {
namespace {

constexpr std::chrono::milliseconds kLockPatience{10'000};

class OneCredential : public CredentialSource {
 public:
  explicit OneCredential(Credential credential) : credential_(std::move(credential)) {}
  Result<std::optional<Credential>> find(const std::string&, const std::string&) override {
    return std::optional(credential_);
  }

 private:
  const Credential credential_;
};

// A file that is not there is an empty one.
Result<json::Value> read_document(const io::Path& file) {
  auto text = io::read_file(file, kMaxCredentialFileBytes);
  if (!text && text.error().code() == ErrorCode::not_found) return json::Value(json::Value::object());
  if (!text) return wrong_configuration(text.error(), file.string());
  auto document = parse_auth_file(*text);
  if (!document) return wrong_configuration(document.error(), file.string());
  return document;
}

// The map of registries in a document, nothing when it has none.
Result<json::Value*> entries_of(json::Value& document, const io::Path& file) {
  if (is_bare(file)) return &document;
  SUPPLY_TRY(const json::Value* found, json::optional_object(document, "auths"));
  return found == nullptr ? nullptr : &document["auths"];
}

// Takes out every entry for the whole registry; returns how many there were.
Result<std::size_t> take_out(json::Value& document, const io::Path& file, const std::string& registry) {
  SUPPLY_TRY(json::Value * entries, entries_of(document, file));
  if (entries == nullptr) return std::size_t{0};
  std::vector<std::string> keys;
  for (const auto& [key, entry] : entries->items())
    if (is_key_of(key, registry)) keys.push_back(key);
  for (const std::string& key : keys) entries->erase(key);
  return keys.size();
}

// Reads, changes and writes a file while nobody else does. `change` answers whether it has changed anything.
template <class Change>
Status edit(const io::Path& file, const Change& change) {
  SUPPLY_TRY(io::make_private_directory(file.parent_path()));
  std::error_code ignored;
  const io::Path target = std::filesystem::weakly_canonical(file, ignored);
  const io::Path directory = (target.empty() ? file : target).parent_path();
  SUPPLY_TRY(const io::FileLock lock, io::FileLock::take(directory.empty() ? io::Path(".") : directory, kLockPatience));
  SUPPLY_TRY(json::Value document, read_document(file));
  auto changed = change(document);
  if (!changed) return wrong_configuration(changed.error(), file.string());
  if (!*changed) return {};
  return io::write_file(file, json::to_pretty_text(document), io::FileMode::owner);
}

// Returns where it is.
Result<std::string> save_in(const io::Path& file, const CredentialPlaces& places, const std::string& registry,
                            const Credential& credential) {
  SUPPLY_TRY(const json::Value before, read_document(file));
  Helper helper;
  if (!is_bare(file)) {
    auto named = helper_of(before, registry);
    if (!named) return wrong_configuration(named.error(), file.string());
    helper = *std::move(named);
  }
  const std::string key = credential_key(registry);
  json::Value entry = json::Value::object();
  if (!helper.name.empty()) {
    // The entry without a secret tells docker that it is logged in.
    auto stored = store_with_helper(helper.name, helper.key, credential, places.environment);
    if (!stored) return wrong_configuration(stored.error(), file.string());
  } else {
    if (!credential.username.empty() || !credential.password.empty())
      entry["auth"] = to_base64(credential.username + ":" + credential.password);
    if (!credential.identity_token.empty()) entry["identitytoken"] = credential.identity_token;
    if (!credential.registry_token.empty()) entry["registrytoken"] = credential.registry_token;
  }
  const auto put_in = [&](json::Value& document) -> Result<bool> {
    SUPPLY_TRY(take_out(document, file, registry));
    SUPPLY_TRY(json::Value * entries, entries_of(document, file));
    if (entries == nullptr) {
      document["auths"] = json::Value::object();
      entries = &document["auths"];
    }
    (*entries)[key] = entry;
    return true;
  };
  SUPPLY_TRY(edit(file, put_in));
  return helper.name.empty() ? file.string() : "docker-credential-" + helper.name;
}

// Whether a file speaks for the registry as a whole.
Result<bool> speaks_for(const io::Path& file, const std::string& registry) {
  SUPPLY_TRY(json::Value document, read_document(file));
  if (!is_bare(file)) {
    auto helper = helper_of(document, registry);
    if (!helper) return wrong_configuration(helper.error(), file.string());
    if (!helper->name.empty()) return true;
  }
  auto entries = take_out(document, file, registry);
  if (!entries) return wrong_configuration(entries.error(), file.string());
  return *entries > 0;
}

Status check_environment(const CredentialPlaces& places, const std::string& registry) {
  const std::string text = variable(places.environment, "DOCKER_AUTH_CONFIG");
  if (text.empty() || !only_file(places).empty()) return {};
  auto document = parse_auth_file(text);
  if (!document) return wrong_configuration(document.error(), "DOCKER_AUTH_CONFIG");
  auto entries = take_out(*document, {}, registry);
  if (!entries) return wrong_configuration(entries.error(), "DOCKER_AUTH_CONFIG");
  if (*entries == 0) return {};
  return Error(ErrorCode::usage,
               "DOCKER_AUTH_CONFIG in the environment holds credentials for " + registry + ", which win: unset it");
}

}  // namespace

Result<std::string> parse_registry(std::string_view text) {
  const auto wrong = [&] {
    return Error(ErrorCode::usage, "registry " + quote(text) + ": want HOST, HOST:PORT, or docker.io");
  };
  const std::string lower = to_lower(text);
  std::string_view host = lower;
  for (const std::string_view scheme : {"https://", "http://"})
    if (host.starts_with(scheme)) host.remove_prefix(scheme.size());
  if (host.ends_with('/')) host.remove_suffix(1);
  for (const std::string_view version : {"/v1", "/v2"})
    if (host.ends_with(version)) host.remove_suffix(version.size());
  if (host.empty() || host.find_first_of("/?#@") != std::string_view::npos) return wrong();
  if (!http::Url::parse("https://" + std::string(host))) return wrong();
  std::string name(host);
  if (name == "index.docker.io" || name == "registry-1.docker.io") name = "docker.io";
  return name;
}

Result<LoginResult> check_credential(std::unique_ptr<http::Client> client, const std::string& registry,
                                     const Credential& credential, Options options,
                                     std::shared_ptr<http::Clock> clock) {
  Registries registries(std::move(client), std::make_unique<OneCredential>(credential), std::move(options),
                        std::move(clock));
  return registries.check_login(registry);
}

Result<std::vector<std::string>> save_credential(const CredentialPlaces& places, const std::string& registry,
                                                 const Credential& credential) {
  const bool token = !credential.identity_token.empty() || !credential.registry_token.empty();
  if (!token && (credential.username.empty() || credential.password.empty()))
    return Error(ErrorCode::usage, "login to " + registry + ": a user name and a password are needed");
  if (credential.username.find(':') != std::string::npos)
    return Error(ErrorCode::usage, "login to " + registry + ": a user name cannot hold a colon");
  SUPPLY_TRY(check_environment(places, registry));
  std::vector<io::Path> targets;
  if (const std::string only = only_file(places); !only.empty()) {
    targets = {only};
  } else {
    for (const io::Path& file : CredentialFiles(places).files()) {
      const bool dockers = file.filename() == "config.json";
      SUPPLY_TRY(const bool speaks, speaks_for(file, registry));
      if (dockers || speaks) targets.push_back(file);
      if (dockers) break;
    }
    if (targets.empty() || targets.back().filename() != "config.json")
      return Error(ErrorCode::usage,
                   "login to " + registry + ": no place for credentials: HOME is not set (--authfile)");
  }
  std::vector<std::string> kept;
  // Docker's file first: if a later step fails, what is found is still what it was.
  for (auto file = targets.rbegin(); file != targets.rend(); ++file) {
    SUPPLY_TRY(std::string place, save_in(*file, places, registry, credential));
    if (std::find(kept.begin(), kept.end(), place) == kept.end()) kept.push_back(std::move(place));
  }
  return kept;
}

Result<std::vector<std::string>> forget_credential(const CredentialPlaces& places, const std::string& registry) {
  std::vector<std::string> had;
  std::vector<std::string> looked_at;
  for (const io::Path& file : CredentialFiles(places).files()) {
    looked_at.push_back(quote(file.string()));
    if (!io::exists(file)) continue;
    SUPPLY_TRY(const json::Value before, read_document(file));
    if (!is_bare(file)) {
      auto helper = helper_of(before, registry);
      if (!helper) return wrong_configuration(helper.error(), file.string());
      if (!helper->name.empty()) {
        auto erased = erase_with_helper(helper->name, helper->key, places.environment);
        if (!erased) return wrong_configuration(erased.error(), file.string());
        if (*erased) had.push_back("docker-credential-" + helper->name);
      }
    }
    std::size_t entries = 0;
    const auto take = [&](json::Value& document) -> Result<bool> {
      SUPPLY_TRY(entries, take_out(document, file, registry));
      return entries > 0;
    };
    SUPPLY_TRY(edit(file, take));
    if (entries > 0) had.push_back(file.string());
  }
  SUPPLY_TRY(check_environment(places, registry));
  if (had.empty())
    return Error(ErrorCode::not_found,
                 "not logged in to " + registry + ": no credentials for it in " + join(looked_at, ", "));
  return had;
}

}  // namespace supply::registry

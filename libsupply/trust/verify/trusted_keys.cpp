#include "libsupply/trust/verify/trusted_keys.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/time/time.hpp"
#include "libsupply/base/yaml/yaml.hpp"
#include "libsupply/trust/root/validity_window.hpp"

namespace supply::verify {
namespace {

Error usage(std::string what) { return Error(ErrorCode::usage, std::move(what)); }

// What is not known may be a restriction.
Status only(const json::Value& object, const std::set<std::string_view>& names) {
  if (!object.is_object()) return usage("want a mapping");
  for (const auto& item : object.items())
    if (!names.contains(item.key())) return usage("unknown member " + quote(item.key()));
  return {};
}

Result<std::optional<Time>> time_in(const json::Value& object, std::string_view name,
                                    Result<Time> (*parse)(std::string_view)) {
  SUPPLY_TRY(const std::optional<std::string> text, json::optional_string(object, name));
  if (!text) return std::optional<Time>();
  SUPPLY_TRY(const Time time, parse(text->size() == 10 ? *text + "T00:00:00Z" : *text).at(name));
  return std::optional(time);
}

Status read_window(const json::Value& value, TrustedKey& key) {
  SUPPLY_TRY(key.valid_for.start, time_in(value, "from", root::parse_start));
  SUPPLY_TRY(key.valid_for.end, time_in(value, "until", parse_rfc3339));
  SUPPLY_TRY(key.reason, json::string_or_empty(value, "reason"));
  if (key.valid_for.end && key.reason.empty()) return usage("until: without a reason (rotation, revocation, expiry)");
  if (!key.valid_for.end && !key.reason.empty()) return usage("reason: without until, the time of the last signature");
  if (!key.reason.empty() && key.reason != "rotation" && key.reason != "revocation" && key.reason != "expiry")
    return usage("reason " + quote(key.reason) + ": want rotation, revocation or expiry");
  if (key.valid_for.start && key.valid_for.end && *key.valid_for.end < *key.valid_for.start)
    return usage("until is before from");
  SUPPLY_TRY(const std::string note, json::string_or_empty(value, "note"));
  if (!note.empty() && !key.reason.empty()) key.reason += ": " + note;
  return {};
}

Result<TrustedKey> key_from(const json::Value& value, const ReadKeyFile& read_file) {
  SUPPLY_TRY(only(value, {"name", "publicKey", "from", "until", "reason", "note"}));
  SUPPLY_TRY(std::string name, json::require_string(value, "name"));
  if (name.empty()) return usage("name: empty");
  SUPPLY_TRY(std::string text, json::require_string(value, "publicKey"));
  if (text.find("-----BEGIN") == std::string::npos) {
    SUPPLY_TRY(text, read_file(text).at("publicKey " + quote(text)));
  }
  SUPPLY_TRY(crypto::PublicKey key, crypto::PublicKey::from_pem(text).at("publicKey"));
  TrustedKey trusted{std::move(name), std::move(key)};
  SUPPLY_TRY(read_window(value, trusted));
  return trusted;
}

Result<std::vector<TrustedKey>> keys_from(const yaml::Document& document, const ReadKeyFile& read_file) {
  const json::Value& root = document.root();
  SUPPLY_TRY(only(root, {"version", "keys"}));
  SUPPLY_TRY(const std::int64_t version, json::require_integer(root, "version"));
  if (version != 1) return usage("version " + std::to_string(version) + ": want 1");
  SUPPLY_TRY(const json::Value* list, json::optional_array(root, "keys"));
  if (list == nullptr || list->empty()) return usage("keys: want at least one");
  if (list->size() > kMaxTrustedKeys) return usage("keys: more than " + std::to_string(kMaxTrustedKeys));
  std::vector<TrustedKey> keys;
  std::set<std::string> names, fingerprints;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string line = "line " + std::to_string(document.line_of("/keys/" + std::to_string(i)));
    SUPPLY_TRY(TrustedKey key, key_from((*list)[i], read_file).at(line));
    if (!names.insert(key.name).second) return usage(line + ": a second key named " + quote(key.name));
    if (!fingerprints.insert(key.key.fingerprint()).second)
      return usage(line + ": key " + quote(key.name) + " is there twice: one key has one time of validity");
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace

Result<std::vector<TrustedKey>> parse_trusted_keys(std::string_view text, std::string_view place,
                                                   const ReadKeyFile& read_file) {
  const Result<yaml::Document> document = yaml::Document::parse(text);
  if (!document) return usage(std::string(place) + ": " + document.error().message());
  Result<std::vector<TrustedKey>> keys = keys_from(*document, read_file);
  if (!keys) return usage(std::string(place) + ": " + keys.error().message());
  return keys;
}

}  // namespace supply::verify

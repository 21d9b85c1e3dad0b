#include "libsupply/trust/verify/registry_keys.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/time/time.hpp"
#include "libsupply/trust/root/validity_window.hpp"

namespace supply::verify {
namespace {

// From @sigstore/tuf's copy of the repository, without the entries for signatures of packages, which have the same
// keys.
constexpr std::string_view kNpm = R"({"keys":[
{"keyId":"SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA","keyUsage":"npm:attestations","publicKey":{
"rawBytes":"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1Olb3zMAFFxXKHiIkQO5cJ3Yhl5i6UPp+IhuteBJbuHcA5UogKo0EWtlWwW6KSaKoTNEYL7JlCQiVnkhBktUgg==",
"keyDetails":"PKIX_ECDSA_P256_SHA_256","validFor":{"start":"2022-12-01T00:00:00.000Z","end":"2025-01-29T00:00:00.000Z"}}},
{"keyId":"SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U","keyUsage":"npm:attestations","publicKey":{
"rawBytes":"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEY6Ya7W++7aUPzvMTrezH6Ycx3c+HOKYCcNGybJZSCJq/fd7Qa8uuAKtdIkUQtQiEKERhAmE5lMMJhP8OkDOa2g==",
"keyDetails":"PKIX_ECDSA_P256_SHA_256","validFor":{"start":"2025-01-13T00:00:00.000Z"}}}]})";

Error malformed(std::string what) { return Error(ErrorCode::malformed, std::move(what)); }

Result<std::optional<Time>> time_in(const json::Value& object, std::string_view name,
                                    Result<Time> (*parse)(std::string_view)) {
  if (const json::Value* const found = json::find(object, name); found == nullptr || found->is_null())
    return std::optional<Time>();
  SUPPLY_TRY(const std::string text, json::require_string(object, name));
  SUPPLY_TRY(const Time time, parse(text).at(name));
  return std::optional(time);
}

Result<crypto::PublicKey> public_key(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const std::string text, json::require_string(object, name));
  SUPPLY_TRY(const std::string der, from_base64(text).at(name));
  return crypto::PublicKey::from_der(der);
}

// Of the TUF target: {"keyId","keyUsage","publicKey":{"rawBytes","keyDetails","validFor"}}. Nothing: of another usage.
Result<std::optional<TrustedKey>> listed_key(const json::Value& value) {
  SUPPLY_TRY(const std::string usage, json::string_or_empty(value, "keyUsage"));
  if (!usage.empty() && usage != "npm:attestations") return std::optional<TrustedKey>();
  SUPPLY_TRY(std::string id, json::require_string(value, "keyId"));
  SUPPLY_TRY(const json::Value* key, json::optional_object(value, "publicKey"));
  if (key == nullptr) return malformed("no publicKey");
  SUPPLY_TRY(crypto::PublicKey read, public_key(*key, "rawBytes").at("publicKey"));
  TrustedKey trusted{std::move(id), std::move(read)};
  SUPPLY_TRY(const json::Value* window, json::optional_object(*key, "validFor"));
  if (window == nullptr) return std::optional(std::move(trusted));
  SUPPLY_TRY(trusted.valid_for.start, time_in(*window, "start", root::parse_start).at("validFor"));
  SUPPLY_TRY(trusted.valid_for.end, time_in(*window, "end", parse_rfc3339).at("validFor"));
  return std::optional(std::move(trusted));
}

// Of the endpoint /-/npm/v1/keys: {"keyid","keytype","scheme","key","expires"}.
Result<std::optional<TrustedKey>> answered_key(const json::Value& value) {
  SUPPLY_TRY(std::string id, json::require_string(value, "keyid"));
  SUPPLY_TRY(crypto::PublicKey read, public_key(value, "key"));
  TrustedKey trusted{std::move(id), std::move(read)};
  SUPPLY_TRY(trusted.valid_for.end, time_in(value, "expires", parse_rfc3339));
  return std::optional(std::move(trusted));
}

}  // namespace

std::string_view npm_registry_keys() { return kNpm; }

Result<std::optional<std::vector<TrustedKey>>> parse_registry_keys(std::string_view text) {
  using Keys = std::optional<std::vector<TrustedKey>>;
  const Result<json::Value> value = json::parse(text);
  const json::Value* const list = value && value->is_object() ? json::find(*value, "keys") : nullptr;
  if (list == nullptr || !list->is_array() || list->empty() || !list->front().is_object()) return Keys();
  const bool listed = list->front().contains("keyId"), answered = list->front().contains("keyid");
  if (listed == answered) return Keys();
  if (list->size() > kMaxTrustedKeys)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxTrustedKeys) + " keys");
  std::vector<TrustedKey> keys;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string place = "keys " + std::to_string(i);
    if (!(*list)[i].is_object()) return malformed(place + ": want an object");
    SUPPLY_TRY(std::optional<TrustedKey> key, (listed ? listed_key((*list)[i]) : answered_key((*list)[i])).at(place));
    if (!key) continue;
    if (key->name.empty()) return malformed(place + ": a key without an id");
    if (!ids.insert(key->name).second) return malformed(place + ": a second key with the id " + quote(key->name));
    const root::ValidityWindow& window = key->valid_for;
    if (window.start && window.end && *window.end < *window.start) return malformed(place + ": ends before it starts");
    if (window.end) key->reason = "expiry";
    keys.push_back(*std::move(key));
  }
  if (keys.empty()) return malformed("no key that attests");
  return Keys(std::move(keys));
}

}  // namespace supply::verify

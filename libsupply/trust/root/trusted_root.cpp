#include "libsupply/trust/root/trusted_root.hpp"

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::root {
namespace {

constexpr std::string_view kMediaTypes[] = {
    "application/vnd.dev.sigstore.trustedroot+json;version=0.1",  // as it is published
    "application/vnd.dev.sigstore.trustedroot.v0.1+json",
    "application/vnd.dev.sigstore.trustedroot.v0.2+json",
};

Error malformed(std::string what) { return Error(ErrorCode::malformed, std::move(what)); }

// What is not known may be a restriction: nothing is passed over in what one trusts.
Status only(const json::Value& object, std::initializer_list<std::string_view> names) {
  if (!object.is_object()) return malformed("want an object");
  for (const auto& item : object.items())
    if (std::find(names.begin(), names.end(), item.key()) == names.end())
      return malformed("unknown member " + quote(item.key()));
  return {};
}

Result<std::string> bytes_in(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const std::string text, json::require_string(object, name));
  return from_base64(text).at("member " + quote(name));
}

Result<const json::Value*> require_object(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const json::Value* value, json::optional_object(object, name));
  if (value == nullptr) return malformed("no member " + quote(name));
  return value;
}

Result<std::optional<Time>> time_in(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const std::string text, json::string_or_empty(object, name));
  if (text.empty()) return std::optional<Time>();
  SUPPLY_TRY(const Time time, parse_rfc3339(text).at("member " + quote(name)));
  return std::optional(time);
}

Result<ValidityWindow> window_in(const json::Value& object) {
  ValidityWindow window;
  SUPPLY_TRY(const json::Value* value, json::optional_object(object, "validFor"));
  if (value == nullptr) return window;
  SUPPLY_TRY(only(*value, {"start", "end"}).at("validFor"));
  SUPPLY_TRY(window.start, time_in(*value, "start").at("validFor"));
  SUPPLY_TRY(window.end, time_in(*value, "end").at("validFor"));
  if (window.start && window.end && *window.end < *window.start) return malformed("validFor: ends before it starts");
  return window;
}

// "https://log.example:3000/path" and "log.example" give "log.example".
std::string host_of(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('/'));
  const std::size_t port = url.rfind(':');
  if (port != std::string_view::npos && url.find(']', port) == std::string_view::npos) url = url.substr(0, port);
  return std::string(url);
}

// PKCS#1 is bare in keys of old CT logs; SubjectPublicKeyInfo in all others.
Result<crypto::PublicKey> public_key(std::string_view der, std::string_view details) {
  if (!details.starts_with("PKCS1_")) return crypto::PublicKey::from_der(der);
  const std::string text = to_base64(der);
  std::string pem = "-----BEGIN RSA PUBLIC KEY-----\n";
  for (std::size_t i = 0; i < text.size(); i += 64) pem += text.substr(i, 64) + '\n';
  return crypto::PublicKey::from_pem(pem + "-----END RSA PUBLIC KEY-----\n");
}

Result<TransparencyLog> log_from(const json::Value& value) {
  SUPPLY_TRY(only(value, {"baseUrl", "hashAlgorithm", "publicKey", "logId", "checkpointKeyId", "operator"}));
  TransparencyLog log;
  SUPPLY_TRY(log.base_url, json::string_or_empty(value, "baseUrl"));
  log.host = host_of(log.base_url);
  SUPPLY_TRY(const std::string hash, json::string_or_empty(value, "hashAlgorithm"));
  if (hash != "SHA2_256") return malformed("hashAlgorithm " + quote(hash) + ": want SHA2_256");
  SUPPLY_TRY(log.owner, json::string_or_empty(value, "operator"));
  SUPPLY_TRY(const json::Value* key, require_object(value, "publicKey"));
  SUPPLY_TRY(only(*key, {"rawBytes", "keyDetails", "validFor"}).at("publicKey"));
  SUPPLY_TRY(const std::string der, bytes_in(*key, "rawBytes").at("publicKey"));
  SUPPLY_TRY(const std::string details, json::string_or_empty(*key, "keyDetails").at("publicKey"));
  Result<crypto::PublicKey> read = public_key(der, details);
  if (read) log.key = *std::move(read);
  else if (read.error().code() != ErrorCode::unsupported) return std::move(read).error().at("publicKey");
  SUPPLY_TRY(log.valid_for, window_in(*key).at("publicKey"));
  if (!log.valid_for.start) return malformed("publicKey: validFor without a start");
  SUPPLY_TRY(const json::Value* id, require_object(value, "logId"));
  SUPPLY_TRY(only(*id, {"keyId"}).at("logId"));
  SUPPLY_TRY(log.id, bytes_in(*id, "keyId").at("logId"));
  if (log.id.size() < 4) return malformed("logId: too short");
  log.checkpoint_id = log.id;
  SUPPLY_TRY(const json::Value* checkpoint, json::optional_object(value, "checkpointKeyId"));
  if (checkpoint != nullptr) {
    SUPPLY_TRY(log.checkpoint_id, bytes_in(*checkpoint, "keyId").at("checkpointKeyId"));
    if (log.checkpoint_id.size() < 4) return malformed("checkpointKeyId: too short");
  }
  return log;
}

Result<CertificateAuthority> authority_from(const json::Value& value) {
  SUPPLY_TRY(only(value, {"subject", "uri", "certChain", "validFor", "operator"}));
  CertificateAuthority authority;
  SUPPLY_TRY(authority.uri, json::string_or_empty(value, "uri"));
  SUPPLY_TRY(authority.owner, json::string_or_empty(value, "operator"));
  SUPPLY_TRY(authority.valid_for, window_in(value));
  SUPPLY_TRY(const json::Value* chain, require_object(value, "certChain"));
  SUPPLY_TRY(const json::Value* list, json::optional_array(*chain, "certificates").at("certChain"));
  if (list == nullptr || list->empty()) return malformed("certChain: no certificate");
  if (list->size() > kMaxChainCertificates)
    return Error(ErrorCode::limit_exceeded,
                 "certChain: more than " + std::to_string(kMaxChainCertificates) + " certificates");
  for (const json::Value& each : *list) {
    SUPPLY_TRY(const std::string der, bytes_in(each, "rawBytes").at("certChain"));
    SUPPLY_TRY(crypto::Certificate certificate, crypto::Certificate::from_der(der).at("certChain"));
    authority.chain.push_back(std::move(certificate));
  }
  return authority;
}

template <class T>
Status read_all(const json::Value& root, std::string_view name, Result<T> (*read)(const json::Value&),
                std::vector<T>& all) {
  SUPPLY_TRY(const json::Value* list, json::optional_array(root, name));
  if (list == nullptr) return {};
  if (list->size() > kMaxTrustedRootEntries)
    return Error(ErrorCode::limit_exceeded,
                 "more than " + std::to_string(kMaxTrustedRootEntries) + " entries in " + quote(name));
  for (std::size_t i = 0; i < list->size(); ++i) {
    SUPPLY_TRY(T one, read((*list)[i]).at(std::string(name) + ' ' + std::to_string(i)));
    all.push_back(std::move(one));
  }
  return {};
}

Result<TrustedRoot> root_from(std::string_view text) {
  SUPPLY_TRY(const json::Value value, json::parse(text, {.bytes = kMaxTrustedRootBytes}));
  SUPPLY_TRY(only(value, {"mediaType", "tlogs", "certificateAuthorities", "ctlogs", "timestampAuthorities"}));
  SUPPLY_TRY(const std::string type, json::require_string(value, "mediaType"));
  if (std::find(std::begin(kMediaTypes), std::end(kMediaTypes), type) == std::end(kMediaTypes))
    return malformed("mediaType " + quote(type) + ": want a Sigstore trusted root 0.1 or 0.2");
  TrustedRoot root;
  SUPPLY_TRY(read_all(value, "tlogs", log_from, root.logs));
  SUPPLY_TRY(read_all(value, "ctlogs", log_from, root.ct_logs));
  SUPPLY_TRY(read_all(value, "certificateAuthorities", authority_from, root.certificate_authorities));
  SUPPLY_TRY(read_all(value, "timestampAuthorities", authority_from, root.timestamp_authorities));
  return root;
}

}  // namespace

Result<TrustedRoot> TrustedRoot::parse(std::string_view text) { return root_from(text).at("trusted root"); }

}  // namespace supply::root

#include "libsupply/trust/root/trusted_root.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/json/json_lines.hpp"
#include "libsupply/base/json/only_members.hpp"
#include "libsupply/base/json/proto_number.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/key_details.hpp"
#include "libsupply/trust/root/validity_window.hpp"

namespace supply::root {
namespace {

constexpr std::string_view kMediaTypes[] = {
    "application/vnd.dev.sigstore.trustedroot+json;version=0.1",  // as it is published
    "application/vnd.dev.sigstore.trustedroot.v0.1+json",
    "application/vnd.dev.sigstore.trustedroot.v0.2+json",
};

Error malformed(std::string what) { return Error(ErrorCode::malformed, std::move(what)); }

Result<std::string> bytes_in(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const std::string text, json::require_string(object, name));
  return from_base64(text).at("member " + quote(name));
}

Result<const json::Value*> require_object(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const json::Value* value, json::optional_object(object, name));
  if (value == nullptr) return malformed("no member " + quote(name));
  return value;
}

// "https://log.example:3000/path" and "log.example" give "log.example".
std::string host_of(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('/'));
  const std::size_t port = url.rfind(':');
  if (port != std::string_view::npos && url.find(']', port) == std::string_view::npos) url = url.substr(0, port);
  return std::string(url);
}

// An enum of proto JSON: a name, or its number. "": absent.
Result<std::string> enum_in(const json::Value& object, std::string_view member,
                            std::string_view (*name_of)(std::int64_t number)) {
  const json::Value* const value = json::find(object, member);
  if (value == nullptr || !value->is_number()) return json::string_or_empty(object, member);
  const std::optional<std::int64_t> number = json::proto_number(*value);
  const std::string_view name = number ? name_of(*number) : "";
  return name.empty() ? json::to_text(*value) : std::string(name);
}

Result<TransparencyLog> log_from(const json::Value& value) {
  SUPPLY_TRY(
      json::only_members(value, {"baseUrl", "hashAlgorithm", "publicKey", "logId", "checkpointKeyId", "operator"}));
  TransparencyLog log;
  SUPPLY_TRY(log.base_url, json::string_or_empty(value, "baseUrl"));
  log.host = host_of(log.base_url);
  SUPPLY_TRY(const std::string hash, enum_in(value, "hashAlgorithm", [](std::int64_t number) -> std::string_view {
               return number == 1 ? "SHA2_256" : "";
             }));
  if (hash != "SHA2_256") return malformed("hashAlgorithm " + quote(hash) + ": want SHA2_256");
  SUPPLY_TRY(log.owner, json::string_or_empty(value, "operator"));
  SUPPLY_TRY(const json::Value* key, require_object(value, "publicKey"));
  SUPPLY_TRY(json::only_members(*key, {"rawBytes", "keyDetails", "validFor"}).at("publicKey"));
  SUPPLY_TRY(const std::string der, bytes_in(*key, "rawBytes").at("publicKey"));
  SUPPLY_TRY(const std::string details, enum_in(*key, "keyDetails", details_numbered).at("publicKey"));
  SUPPLY_TRY(log.key, listed_key(der, details).at("publicKey"));
  SUPPLY_TRY(log.valid_for, validity_window_in(*key).at("publicKey"));
  if (!log.valid_for.start) return malformed("publicKey: validFor without a start");
  SUPPLY_TRY(const json::Value* id, require_object(value, "logId"));
  SUPPLY_TRY(json::only_members(*id, {"keyId"}).at("logId"));
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

// Authorities that follow each other share their issuers: each certificate is read once.
using Certificates = std::map<std::string, crypto::Certificate>;

Result<crypto::Certificate> certificate_from(const json::Value& value, Certificates& known) {
  SUPPLY_TRY(json::only_members(value, {"rawBytes"}));
  SUPPLY_TRY(std::string der, bytes_in(value, "rawBytes"));
  const auto found = known.find(der);
  if (found != known.end()) return found->second;
  SUPPLY_TRY(crypto::Certificate certificate, crypto::Certificate::from_der(der));
  known.emplace(std::move(der), certificate);
  return certificate;
}

Result<CertificateAuthority> authority_from(const json::Value& value, Certificates& known) {
  SUPPLY_TRY(json::only_members(value, {"subject", "uri", "certChain", "validFor", "operator"}));
  CertificateAuthority authority;
  SUPPLY_TRY(authority.uri, json::string_or_empty(value, "uri"));
  SUPPLY_TRY(authority.owner, json::string_or_empty(value, "operator"));
  SUPPLY_TRY(authority.valid_for, validity_window_in(value));
  SUPPLY_TRY(const json::Value* chain, require_object(value, "certChain"));
  SUPPLY_TRY(json::only_members(*chain, {"certificates"}).at("certChain"));
  SUPPLY_TRY(const json::Value* list, json::optional_array(*chain, "certificates").at("certChain"));
  if (list == nullptr || list->empty()) return malformed("certChain: no certificate");
  if (list->size() > kMaxChainCertificates)
    return Error(ErrorCode::limit_exceeded,
                 "certChain: more than " + std::to_string(kMaxChainCertificates) + " certificates");
  for (const json::Value& each : *list) {
    SUPPLY_TRY(crypto::Certificate certificate, certificate_from(each, known).at("certChain"));
    authority.chain.push_back(std::move(certificate));
  }
  return authority;
}

template <class T, class Read>
Status read_all(const json::Value& root, std::string_view name, const Read& read, std::vector<T>& all) {
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

// Proto JSON may be written with the names of the fields as they are in the definition ("cert_chain").
// Errors: malformed, a member in both spellings.
Status use_json_names(json::Value& value) {
  if (!value.is_structured()) return {};
  for (json::Value& each : value) SUPPLY_TRY(use_json_names(each));
  bool any = false;
  if (value.is_object())
    for (const auto& [name, member] : value.items()) any = any || name.find('_') != std::string::npos;
  if (!any) return {};
  json::Value renamed = json::Value::object();
  for (auto& [name, member] : value.items()) {
    std::string written;
    for (std::size_t i = 0; i < name.size(); ++i) {
      const bool joint = name[i] == '_' && i + 1 < name.size() && name[i + 1] >= 'a' && name[i + 1] <= 'z';
      written += joint ? static_cast<char>(name[++i] - 'a' + 'A') : name[i];
    }
    if (renamed.contains(written)) return malformed("member " + quote(written) + " in both spellings");
    renamed[written] = std::move(member);
  }
  value = std::move(renamed);
  return {};
}

Result<TrustedRoot> root_from(std::string_view text) {
  SUPPLY_TRY(json::Value value, json::parse(text, {.bytes = kMaxTrustedRootBytes}));
  SUPPLY_TRY(use_json_names(value));
  // First what it is: another document of Sigstore's has other members.
  SUPPLY_TRY(const std::string type, json::require_string(value, "mediaType"));
  if (type.starts_with("application/vnd.dev.sigstore.clienttrustconfig."))
    return malformed("a client trust configuration: want the trusted root that is its member trustedRoot");
  if (std::find(std::begin(kMediaTypes), std::end(kMediaTypes), type) == std::end(kMediaTypes))
    return malformed("mediaType " + quote(type) + ": want a Sigstore trusted root 0.1 or 0.2");
  SUPPLY_TRY(
      json::only_members(value, {"mediaType", "tlogs", "certificateAuthorities", "ctlogs", "timestampAuthorities"}));
  TrustedRoot root;
  Certificates known;
  const auto authority = [&known](const json::Value& one) { return authority_from(one, known); };
  SUPPLY_TRY(read_all(value, "tlogs", log_from, root.logs));
  SUPPLY_TRY(read_all(value, "ctlogs", log_from, root.ct_logs));
  SUPPLY_TRY(read_all(value, "certificateAuthorities", authority, root.certificate_authorities));
  SUPPLY_TRY(read_all(value, "timestampAuthorities", authority, root.timestamp_authorities));
  return root;
}

}  // namespace

Result<TrustedRoot> TrustedRoot::parse(std::string_view text) { return root_from(text).at("trusted root"); }

Result<std::vector<TrustedRoot>> TrustedRoot::parse_all(std::string_view text) {
  std::vector<TrustedRoot> all;
  const std::vector<std::string_view> lines = json::documents_in(text);
  if (lines.size() > kMaxTrustedRoots)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxTrustedRoots) + " trusted roots");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string place = lines.size() == 1 ? "trusted root" : "trusted root " + std::to_string(i + 1);
    SUPPLY_TRY(TrustedRoot one, root_from(lines[i]).at(place));
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace supply::root

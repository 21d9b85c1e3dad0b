#include "libsupply/trust/root/make_trusted_root.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/distinguished_name.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/key_details.hpp"

namespace supply::root {
namespace {

using crypto::Certificate;

Error usage(std::string what) { return Error(ErrorCode::usage, std::move(what)); }

// As logs sign: over the hash that belongs to the key, and Ed25519 over the message itself.
crypto::SignatureScheme scheme_of_log(crypto::KeyType type) {
  switch (type) {
    case crypto::KeyType::ecdsa_p256: return crypto::SignatureScheme::ecdsa_sha256;
    case crypto::KeyType::ecdsa_p384: return crypto::SignatureScheme::ecdsa_sha384;
    case crypto::KeyType::ecdsa_p521: return crypto::SignatureScheme::ecdsa_sha512;
    case crypto::KeyType::rsa: return crypto::SignatureScheme::rsa_pkcs1_sha256;
    case crypto::KeyType::ed25519: break;
  }
  return crypto::SignatureScheme::ed25519;
}

Result<json::Value> window(const ValidityWindow& valid_for, bool needs_start) {
  if (needs_start && !valid_for.start) return usage("has no start: say from when on it is trusted");
  if (valid_for.start && valid_for.end && *valid_for.end < *valid_for.start) return usage("ends before it starts");
  json::Value value = json::Value::object();
  if (valid_for.start) value["start"] = to_rfc3339(*valid_for.start);
  if (valid_for.end) value["end"] = to_rfc3339(*valid_for.end);
  return value;
}

// C2SP signed-note: the key id's hash is over the name and, for Ed25519 (0x01), the raw key; an ECDSA key's is its own.
// Source: sigstore/rekor-tiles, CLIENTS.md.
std::string log_id(const crypto::PublicKey& key, const std::string& origin) {
  if (origin.empty() || key.type() != crypto::KeyType::ed25519) return key.fingerprint();
  const std::string der = key.to_der();
  return crypto::hash(crypto::HashAlgorithm::sha256, origin + "\n\x01" + der.substr(der.size() - 32));
}

Result<json::Value> log_entry(const LogSource& source) {
  SUPPLY_TRY(const crypto::PublicKey key, crypto::PublicKey::from_pem(source.key));
  SUPPLY_TRY(json::Value valid_for, window(source.valid_for, true));
  const std::string details = key_details(key, scheme_of_log(key.type()));
  return json::Value{
      {"baseUrl", source.url},
      {"hashAlgorithm", "SHA2_256"},
      {"publicKey", {{"rawBytes", to_base64(key.to_der())}, {"keyDetails", details}, {"validFor", valid_for}}},
      {"logId", {{"keyId", to_base64(log_id(key, source.origin))}}}};
}

Status check_chain(const std::vector<Certificate>& chain, bool may_have_leaf) {
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const std::string place = "certificate " + std::to_string(i + 1);
    if (!chain[i].is_ca && (i != 0 || !may_have_leaf || chain.size() == 1))
      return usage(place + ": is no CA certificate");
    const Certificate& issuer = i + 1 < chain.size() ? chain[i + 1] : chain[i];
    if (chain[i].issuer == issuer.subject) continue;
    if (i + 1 < chain.size()) return usage(place + ": is not issued by the one after it (the anchor comes last)");
    return usage(place + ": is the last one and has another issuer, so the anchor is missing");
  }
  return {};
}

Result<json::Value> authority_entry(const AuthoritySource& source, bool may_have_leaf) {
  SUPPLY_TRY(const std::vector<Certificate> chain, Certificate::all_from_pem(source.chain));
  SUPPLY_TRY(check_chain(chain, may_have_leaf));
  SUPPLY_TRY(json::Value valid_for, window(source.valid_for, false));
  // As the published ones are: the first certificate's validity, where nothing is said.
  if (!source.valid_for.start) valid_for["start"] = to_rfc3339(chain.front().not_before);
  json::Value certificates = json::Value::array();
  for (const Certificate& certificate : chain) certificates.push_back({{"rawBytes", to_base64(certificate.der)}});
  const Certificate& named = may_have_leaf ? chain.front() : chain.back();
  return json::Value{{"subject",
                      {{"organization", crypto::name_attribute(named.subject, crypto::kOrganization)},
                       {"commonName", crypto::name_attribute(named.subject, crypto::kCommonName)}}},
                     {"uri", source.url},
                     {"certChain", {{"certificates", certificates}}},
                     {"validFor", valid_for}};
}

std::string start_of(const json::Value& entry) {
  const json::Value* place = json::find(entry, "publicKey");
  const json::Value* valid_for = json::find(place != nullptr ? *place : entry, "validFor");
  const json::Value* start = valid_for != nullptr ? json::find(*valid_for, "start") : nullptr;
  return start != nullptr ? start->get<std::string>() : std::string();
}

template <class Source, class Make>
Result<json::Value> entries(const std::vector<Source>& sources, const char* what, Make make) {
  std::vector<json::Value> made;
  for (const Source& source : sources) {
    const std::string place = std::string(what) + ' ' + quote(source.url);
    if (source.url.empty()) return usage(std::string(what) + " without a URL");
    SUPPLY_TRY(json::Value entry, make(source).at(place));
    if (std::find(made.begin(), made.end(), entry) != made.end()) return usage(place + ": is there twice");
    made.push_back(std::move(entry));
  }
  std::sort(made.begin(), made.end(), [](const json::Value& a, const json::Value& b) {
    return std::pair(start_of(a), json::to_text(a)) < std::pair(start_of(b), json::to_text(b));
  });
  return json::Value(made);
}

}  // namespace

Result<std::string> make_trusted_root(const TrustedRootSources& sources) {
  json::Value root{{"mediaType", "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}};
  SUPPLY_TRY(root["tlogs"], entries(sources.logs, "log", log_entry));
  SUPPLY_TRY(root["ctlogs"], entries(sources.ct_logs, "CT log", log_entry));
  SUPPLY_TRY(root["certificateAuthorities"],
             entries(sources.certificate_authorities, "certificate authority",
                     [](const AuthoritySource& source) { return authority_entry(source, false); }));
  SUPPLY_TRY(root["timestampAuthorities"],
             entries(sources.timestamp_authorities, "timestamp authority",
                     [](const AuthoritySource& source) { return authority_entry(source, true); }));
  std::string text = json::to_pretty_text(root);
  SUPPLY_TRY(TrustedRoot::parse(text));
  return text;
}

}  // namespace supply::root

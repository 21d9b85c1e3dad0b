#include "libsupply/verdict/policy/internal/fulcio_requirement.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::policy {

namespace {

std::string to_pem(const crypto::Certificate& certificate) {
  constexpr std::size_t kLine = 64;  // RFC 7468, section 3
  const std::string text = to_base64(certificate.der);
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < text.size(); at += kLine) pem += text.substr(at, kLine) + "\n";
  return pem + "-----END CERTIFICATE-----\n";
}

bool is_ecdsa(const crypto::PublicKey& key) {
  return key.type() == crypto::KeyType::ecdsa_p256 || key.type() == crypto::KeyType::ecdsa_p384 ||
         key.type() == crypto::KeyType::ecdsa_p521;
}

}  // namespace

FulcioTrust fulcio_trust(const root::TrustedRoot& root) {
  FulcioTrust trust;
  std::string authorities;
  for (const root::CertificateAuthority& each : root.certificate_authorities)
    if (!each.valid_for.end && !each.chain.empty()) authorities += to_pem(each.chain.back());
  if (!authorities.empty()) trust.ca_data = to_base64(authorities);
  for (const root::TransparencyLog& each : root.logs)
    if (!each.valid_for.end && each.key && is_ecdsa(*each.key))
      trust.rekor_keys.push_back(to_base64(each.key->to_pem()));
  std::sort(trust.rekor_keys.begin(), trust.rekor_keys.end());
  return trust;
}

std::string not_for_fulcio(const NamedIdentity& identity) {
  const std::string name = "identity " + quote(identity.name) + ": ";
  if (identity.subjects.size() != 1 || identity.issuers.size() != 1) return name + "several subjects or issuers";
  if (identity.subjects.front().is_regexp() || identity.issuers.front().is_regexp())
    return name + "a regular expression";
  if (!identity.extensions.empty()) return name + "extensions of certificates";
  const std::string& subject = identity.subjects.front().text();
  const std::size_t at = subject.find('@');
  if (at == std::string::npos || at == 0 || at + 1 == subject.size() ||
      subject.find_first_of(":/") != std::string::npos)
    return name + "a subject that is no mail address";
  return "";
}

nlohmann::json fulcio_requirement(const NamedIdentity& identity, const FulcioTrust& trust) {
  json::Value requirement{{"type", "sigstoreSigned"},
                          {"fulcio",
                           {{"caData", trust.ca_data},
                            {"oidcIssuer", identity.issuers.front().text()},
                            {"subjectEmail", identity.subjects.front().text()}}}};
  if (trust.rekor_keys.size() == 1) requirement["rekorPublicKeyData"] = trust.rekor_keys.front();
  else requirement["rekorPublicKeyDatas"] = trust.rekor_keys;
  return requirement;
}

}  // namespace supply::policy

#include "libsupply/trust/root/render.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::root {
namespace {

void add_window(const ValidityWindow& window, const std::string& owner, nlohmann::json& record) {
  if (window.start) record["start"] = to_rfc3339(*window.start);
  if (window.end) record["end"] = to_rfc3339(*window.end);
  if (!owner.empty()) record["operator"] = owner;
}

nlohmann::json logs_to_json(const std::vector<TransparencyLog>& logs) {
  nlohmann::json list = nlohmann::json::array();
  for (const TransparencyLog& log : logs) {
    nlohmann::json record{{"url", log.base_url}, {"id", to_hex(log.id)}};
    if (log.key) record["key"] = to_string(log.key->type());
    add_window(log.valid_for, log.owner, record);
    list.push_back(std::move(record));
  }
  return list;
}

nlohmann::json authorities_to_json(const std::vector<CertificateAuthority>& authorities) {
  nlohmann::json list = nlohmann::json::array();
  for (const CertificateAuthority& authority : authorities) {
    nlohmann::json record{{"url", authority.uri}, {"certificates", nlohmann::json::array()}};
    for (const crypto::Certificate& certificate : authority.chain)
      record["certificates"].push_back(to_hex(crypto::hash(crypto::HashAlgorithm::sha256, certificate.der)));
    add_window(authority.valid_for, authority.owner, record);
    list.push_back(std::move(record));
  }
  return list;
}

std::string line(std::string_view kind, const std::string& url, const ValidityWindow& window, const std::string& more) {
  std::string text = std::string(kind) + "  " + escape_for_terminal(url);
  if (window.start) text += "  from " + to_rfc3339(*window.start);
  if (window.end) text += "  until " + to_rfc3339(*window.end);
  return text + "  " + more + '\n';
}

}  // namespace

nlohmann::json to_json(const TrustedRoot& root) {
  return {{"logs", logs_to_json(root.logs)},
          {"ctLogs", logs_to_json(root.ct_logs)},
          {"certificateAuthorities", authorities_to_json(root.certificate_authorities)},
          {"timestampAuthorities", authorities_to_json(root.timestamp_authorities)}};
}

std::string to_text(const TrustedRoot& root) {
  std::string text;
  const auto add_logs = [&](const char* kind, const std::vector<TransparencyLog>& logs) {
    for (const TransparencyLog& log : logs)
      text += line(kind, log.base_url, log.valid_for,
                   (log.key ? std::string(to_string(log.key->type())) : "a key of another type") + " id " +
                       to_hex(log.id).substr(0, 12));
  };
  const auto add_authorities = [&](const char* kind, const std::vector<CertificateAuthority>& authorities) {
    for (const CertificateAuthority& authority : authorities)
      text += line(kind, authority.uri, authority.valid_for,
                   "anchor sha256 " +
                       to_hex(crypto::hash(crypto::HashAlgorithm::sha256, authority.chain.back().der)).substr(0, 12));
  };
  add_logs("log                  ", root.logs);
  add_logs("CT log               ", root.ct_logs);
  add_authorities("certificate authority", root.certificate_authorities);
  add_authorities("timestamp authority  ", root.timestamp_authorities);
  return text;
}

}  // namespace supply::root

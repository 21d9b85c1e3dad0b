#include "libsupply/verdict/policy/signers.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <functional>

namespace supply::policy {

TextMatch TextMatch::exact(std::string text) {
  TextMatch made;
  made.text_ = std::move(text);
  return made;
}

Result<TextMatch> TextMatch::regexp(const std::string& expression) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(false);
  auto compiled = std::make_shared<const re2::RE2>(expression, options);
  if (!compiled->ok()) return Error(ErrorCode::usage, "no regular expression: " + compiled->error());
  TextMatch made;
  made.text_ = expression;
  made.regexp_ = std::move(compiled);
  return made;
}

bool TextMatch::matches(std::string_view text) const {
  if (regexp_ == nullptr) return text == text_;
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *regexp_);
}

bool NamedIdentity::matches(const attest::CertificateIdentity& identity) const {
  const auto any = [](const std::vector<TextMatch>& wanted, std::string_view text) {
    return std::any_of(wanted.begin(), wanted.end(), [&](const TextMatch& one) { return one.matches(text); });
  };
  if (!any(subjects, identity.name) || !any(issuers, identity.issuer)) return false;
  return std::all_of(extensions.begin(), extensions.end(), [&](const auto& wanted) {
    const auto found = identity.extensions.find(wanted.first);
    return found != identity.extensions.end() && found->second == wanted.second;
  });
}

std::optional<std::string> Signers::name_of(const attest::SignerIdentity& signer) const {
  // The key of a certificate is made for one signature: it is no key that a policy names.
  if (!signer.certificate) {
    const auto found = names.find(signer.fingerprint);
    return found == names.end() ? std::nullopt : std::optional(found->second);
  }
  for (const NamedIdentity& each : identities)
    if (each.matches(*signer.certificate)) return each.name;
  return std::nullopt;
}

std::size_t Signers::distinct(const std::vector<const attest::SignerIdentity*>& who) const {
  std::map<std::string, const attest::SignerIdentity*> signers;
  std::size_t by_keys = 0;
  for (const attest::SignerIdentity* each : who)
    if (signers.emplace(signer_id(*each), each).second && !each->certificate && names.contains(each->fingerprint))
      ++by_keys;
  std::vector<const attest::CertificateIdentity*> certificates;
  for (const auto& [id, each] : signers)
    if (each->certificate) certificates.push_back(&*each->certificate);
  // The largest matching of identities with certificates, by augmenting paths.
  std::vector<std::size_t> taken(certificates.size(), identities.size());
  std::vector<bool> seen;
  const std::function<bool(std::size_t)> place = [&](std::size_t at) {
    for (std::size_t i = 0; i < certificates.size(); ++i) {
      if (seen[i] || !identities[at].matches(*certificates[i])) continue;
      seen[i] = true;
      if (taken[i] == identities.size() || place(taken[i])) {
        taken[i] = at;
        return true;
      }
    }
    return false;
  };
  std::size_t by_identities = 0;
  for (std::size_t at = 0; at < identities.size(); ++at) {
    seen.assign(certificates.size(), false);
    if (place(at)) ++by_identities;
  }
  return by_keys + by_identities;
}

std::string Signers::to_string() const {
  std::vector<std::string_view> sorted;
  for (const auto& [fingerprint, name] : names) sorted.push_back(name);
  for (const NamedIdentity& each : identities) sorted.push_back(each.name);
  std::sort(sorted.begin(), sorted.end());
  return fmt::format("{}", fmt::join(sorted, ", "));
}

std::string signer_id(const attest::SignerIdentity& signer) {
  if (!signer.certificate) return "key " + signer.fingerprint;
  return fmt::format("identity {}\n{}", signer.certificate->issuer, signer.certificate->name);
}

std::string display_name(const attest::SignerIdentity& signer) {
  return signer.certificate ? signer.certificate->name : signer.key_name;
}

}  // namespace supply::policy

#include "libsupply/trust/sigstore/certificate_client.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/certificate_identity.hpp"
#include "libsupply/trust/root/certificate_timestamp.hpp"

namespace supply::sigstore {
namespace {

using crypto::Certificate;

// The clocks of this machine and of the authority are not the same.
constexpr std::chrono::minutes kClockSkew{5};

Error mismatch(std::string what) { return Error(ErrorCode::mismatch, std::move(what)); }

Result<std::vector<Certificate>> certificates_in(const std::string& body) {
  SUPPLY_TRY(const json::Value value, json::parse(body));
  SUPPLY_TRY(const json::Value* embedded, json::optional_object(value, "signedCertificateEmbeddedSct"));
  if (embedded == nullptr) {
    SUPPLY_TRY(const json::Value* detached, json::optional_object(value, "signedCertificateDetachedSct"));
    if (detached != nullptr)
      return Error(ErrorCode::unsupported,
                   "its SCT comes beside the certificate, and no bundle has a place for that: want an authority that "
                   "embeds it");
    return Error(ErrorCode::malformed, "no certificate (signedCertificateEmbeddedSct)");
  }
  SUPPLY_TRY(const json::Value* chain, json::optional_object(*embedded, "chain"));
  if (chain == nullptr) return Error(ErrorCode::malformed, "no chain");
  SUPPLY_TRY(const std::vector<std::string> list, json::string_list(*chain, "certificates"));
  if (list.empty()) return Error(ErrorCode::malformed, "an empty chain");
  if (list.size() > kMaxChainCertificates)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxChainCertificates) + " certificates");
  std::vector<Certificate> certificates;
  for (const std::string& pem : list) {
    SUPPLY_TRY(std::vector<Certificate> read, Certificate::all_from_pem(pem));
    if (read.size() != 1) return Error(ErrorCode::malformed, "several certificates where one should be");
    certificates.push_back(std::move(read.front()));
  }
  return certificates;
}

Status check_scts(const Certificate& leaf, const Certificate& issuer, const root::TrustedRoot& trusted,
                  Budget& budget) {
  SUPPLY_TRY(const std::vector<root::CertificateTimestamp> timestamps, root::certificate_timestamps(leaf));
  if (timestamps.empty()) return mismatch("no signed certificate timestamp (SCT) in it");
  std::string why;
  for (const root::CertificateTimestamp& timestamp : timestamps) {
    const auto log = std::find_if(trusted.ct_logs.begin(), trusted.ct_logs.end(),
                                  [&](const root::TransparencyLog& one) { return one.id == timestamp.log_id; });
    if (log == trusted.ct_logs.end()) {
      why = "its SCT is of a log that is not trusted";
      continue;
    }
    const Status holds = root::verify_certificate_timestamp(timestamp, leaf, issuer, *log, budget);
    if (holds) return {};
    if (holds.error().code() == ErrorCode::limit_exceeded) return holds;
    why = holds.error().message();
  }
  return mismatch(why);
}

Status check_chain(const std::vector<Certificate>& sent, const root::TrustedRoot& trusted, CheckScts scts, Time now) {
  const Certificate& leaf = sent.front();
  Budget budget;
  std::string why = "no certificate authority is trusted";
  for (const root::CertificateAuthority& authority : trusted.certificate_authorities) {
    if (!authority.valid_for.covers(now)) {
      why = "authority " + quote(authority.uri) + " is not trusted at " + to_rfc3339(now);
      continue;
    }
    const auto chain = crypto::chain_of(leaf, authority.chain, {}, {crypto::kCodeSigning, now, false}, budget);
    if (!chain) {
      if (chain.error().code() == ErrorCode::limit_exceeded) return chain.error();
      why = chain.error().message();
      continue;
    }
    if (scts == CheckScts::no) return {};
    return check_scts(leaf, *(*chain)[chain->size() > 1 ? 1 : 0], trusted, budget);
  }
  return mismatch("does not chain to the trusted root: " + why);
}

Status check_leaf(const std::vector<Certificate>& sent, const IdentityToken& token, const crypto::PublicKey& key,
                  Time now) {
  const Certificate& leaf = sent.front();
  if (!leaf.key || leaf.key->to_der() != key.to_der()) return mismatch("is for another key");
  if (now + kClockSkew < leaf.not_before || now > leaf.not_after)
    return mismatch("is valid from " + to_rfc3339(leaf.not_before) + " until " + to_rfc3339(leaf.not_after) +
                    ", and it is now " + to_rfc3339(now));
  SUPPLY_TRY(const attest::CertificateIdentity identity, root::certificate_identity(leaf));
  if (!token.email.empty() && identity.name.find('@') != std::string::npos && identity.name != token.email)
    return mismatch("names " + quote(identity.name) + ", not " + quote(token.email));
  return {};
}

}  // namespace

Result<std::vector<std::string>> request_certificate(const ServiceClient& client, const std::string& authority_url,
                                                     const IdentityToken& token, const crypto::PrivateKey& key,
                                                     const root::TrustedRoot& trusted, CheckScts scts, Time now) {
  SUPPLY_TRY(const std::string subject, token.proof_subject());
  SUPPLY_TRY(const std::string proof, key.sign(subject));
  const crypto::PublicKey public_key = key.public_key();
  const char* const algorithm = public_key.type() == crypto::KeyType::rsa       ? "RSA_PSS"
                                : public_key.type() == crypto::KeyType::ed25519 ? "ED25519"
                                                                                : "ECDSA";
  const json::Value request = {{"publicKeyRequest",
                                {{"publicKey", {{"algorithm", algorithm}, {"content", public_key.to_pem()}}},
                                 {"proofOfPossession", to_base64(proof)}}}};
  ServiceRequest asked;
  asked.url = url_with(authority_url, "/api/v2/signingCert");
  asked.body = json::to_text(request);
  asked.authorization = "Bearer " + token.text;
  SUPPLY_TRY(const ServiceAnswer answer, client.ask(asked).at("certificate authority"));
  const std::string place = "certificate of " + authority_url;
  SUPPLY_TRY(const std::vector<Certificate> certificates, certificates_in(answer.body).at(place));
  SUPPLY_TRY(check_leaf(certificates, token, public_key, now).at(place));
  SUPPLY_TRY(check_chain(certificates, trusted, scts, now).at(place));
  std::vector<std::string> ders;
  for (const Certificate& certificate : certificates) ders.push_back(certificate.der);
  return ders;
}

}  // namespace supply::sigstore

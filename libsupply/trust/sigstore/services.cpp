#include "libsupply/trust/sigstore/services.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attachments/attachments.hpp"
#include "libsupply/trust/attest/statement.hpp"
#include "libsupply/trust/root/certificate_identity.hpp"
#include "libsupply/trust/sigstore/log_client.hpp"
#include "libsupply/trust/sigstore/timestamp_client.hpp"
#include "libsupply/trust/verify/verifier.hpp"

namespace supply::sigstore {
namespace {

// What a verifier would be asked that believes in the signer and in the trusted root.
Result<verify::TrustPolicy> policy_for(const sign::VerificationMaterial& own, const root::TrustedRoot& trusted,
                                       const ServiceAddresses& addresses, CheckScts scts) {
  verify::TrustPolicy policy;
  policy.trusted_root = trusted;
  if (addresses.logs.empty()) policy.log = verify::Waived::yes;
  policy.log_entries = addresses.logs.size();
  if (scts == CheckScts::no) policy.sct = verify::Waived::yes;
  if (own.certificates.empty()) {
    policy.keys.push_back({"the key", own.key});
    return policy;
  }
  SUPPLY_TRY(const crypto::Certificate leaf, crypto::Certificate::from_der(own.certificates.front()));
  SUPPLY_TRY(const attest::CertificateIdentity identity, root::certificate_identity(leaf));
  policy.identities.push_back(
      {{verify::TextPattern::exact(identity.name)}, {verify::TextPattern::exact(identity.issuer)}, {}});
  return policy;
}

Result<Digest> first_subject(const attest::Statement& statement) {
  for (const attest::Subject& subject : statement.subjects)
    for (const char* const algorithm : {"sha256", "sha512"})
      if (const auto found = subject.digest.find(algorithm); found != subject.digest.end())
        return Digest::parse(std::string(algorithm) + ':' + found->second);
  return Error(ErrorCode::unsupported, "statement has no subject with a sha256 or sha512 digest");
}

Status refused_by(const Error& error, const std::vector<attest::StepResult>& steps) {
  for (const attest::StepResult& step : steps)
    if (step.outcome == attest::StepOutcome::failed)
      return Error(ErrorCode::mismatch, "what the services answered does not hold: " +
                                            std::string(attest::to_string(step.step)) + ": " + step.detail);
  return Error(error.code(), "what the services answered does not hold: " + error.message());
}

// As attached evidence, which an image's signature (no attestation of a file) is judged by as well as an attestation.
Result<verify::SubjectClaims> claims_of(std::string_view text, const Digest& subject,
                                        const verify::TrustPolicy& policy) {
  const oci::Descriptor blob{
      .media_type = std::string(attest::kBundleType), .digest = crypto::sha256(text), .size = text.size()};
  const attachments::Attachment piece{attachments::AttachmentKind::bundle, subject, blob, blob, std::string(text)};
  Budget budget;
  return verify::Verifier(policy, Time()).image(subject, {piece}, budget);
}

bool proves_something(const verify::SubjectClaims& claims) {
  return !claims.signatures.empty() || !claims.statements.empty();
}

// What goes into a file is what a verifier accepts: the one truth about it.
Status check_bundle(const attest::Bundle& bundle, const sign::SigningInput& input, const verify::TrustPolicy& policy) {
  const std::string text = attest::to_bundle_json(bundle);
  if (const auto* envelope = std::get_if<attest::Envelope>(&bundle.content)) {
    SUPPLY_TRY(const attest::Statement statement, attest::Statement::parse(envelope->payload));
    SUPPLY_TRY(const Digest subject, first_subject(statement));
    const Result<verify::SubjectClaims> claims = claims_of(text, subject, policy);
    if (!claims) return refused_by(claims.error(), {});
    if (proves_something(*claims)) return {};
    const std::string why = claims->refused.empty() ? "it proves nothing" : claims->refused.front().why;
    return refused_by(Error(ErrorCode::mismatch, why), {});
  }
  Result<std::string> known = input.hash(crypto::HashAlgorithm::sha256);
  const char* const algorithm = known ? "sha256" : "sha512";
  if (!known) known = input.hash(crypto::HashAlgorithm::sha512);
  SUPPLY_TRY(const std::string hash, std::move(known));
  const Result<std::string> message = input.message();
  const std::optional<std::string_view> bytes = message ? std::optional<std::string_view>(*message) : std::nullopt;
  SUPPLY_TRY(const Digest digest, Digest::from_bytes(algorithm, hash));
  Budget budget;
  std::vector<attest::StepResult> steps;
  const auto checked = verify::Verifier(policy, Time()).blob({bytes, digest}, text, budget, &steps);
  return checked ? Status() : refused_by(checked.error(), steps);
}

}  // namespace

ServiceAddresses public_good_addresses() {
  return {"https://fulcio.sigstore.dev",
          {{"https://rekor.sigstore.dev", 1}},
          {"https://timestamp.sigstore.dev/api/v1/timestamp"}};
}

Result<ServiceAddresses> addresses_of(const SigningConfig& config, Time now) {
  ServiceAddresses addresses;
  if (!config.certificate_authorities.empty()) {
    SUPPLY_TRY(const std::vector<Service> one,
               select(config.certificate_authorities, {}, {1}, now, "certificate authorities (caUrls)"));
    addresses.certificate_authority = one.front().url;
  }
  if (!config.logs.empty()) {
    SUPPLY_TRY(const std::vector<Service> logs,
               select(config.logs, config.log_selector, {1, 2}, now, "logs (rekorTlogUrls)"));
    for (const Service& log : logs) addresses.logs.push_back({log.url, log.major_version});
  }
  if (!config.timestamp_authorities.empty()) {
    SUPPLY_TRY(const std::vector<Service> authorities, select(config.timestamp_authorities, config.timestamp_selector,
                                                              {1}, now, "timestamp authorities (tsaUrls)"));
    for (const Service& authority : authorities) addresses.timestamp_authorities.push_back(authority.url);
  }
  return addresses;
}

Result<sign::Countersignatures> Services::countersign(const sign::MadeSignature& made, const sign::SigningInput& input,
                                                      const attest::BundleContent& content) const {
  sign::Countersignatures all;
  // The log before the time: with Rekor v1 both prove one, and the certificate is valid for minutes only.
  for (const std::string& url : addresses_.timestamp_authorities) {
    SUPPLY_TRY(std::string timestamp, request_timestamp(client_, url, made.signature, trusted_));
    all.timestamps.push_back(std::move(timestamp));
  }
  const crypto::HashAlgorithm algorithm = crypto::hash_of(made.material.scheme);
  for (const LogAddress& log : addresses_.logs) {
    SUPPLY_TRY(std::string hash, input.hash(algorithm));
    const EntryToLog entry{made, content, algorithm, std::move(hash)};
    SUPPLY_TRY(attest::LogEntry logged,
               log.version == 1 ? log_in_rekor_v1(client_, log.url, entry) : log_in_rekor_v2(client_, log.url, entry));
    all.log_entries.push_back(std::move(logged));
  }
  attest::Bundle bundle;
  bundle.media_type = std::string(attest::kBundleType);
  if (!made.material.certificates.empty()) bundle.certificates.push_back(made.material.certificates.front());
  bundle.log_entries = all.log_entries;
  bundle.timestamps = all.timestamps;
  bundle.content = content;
  SUPPLY_TRY(const verify::TrustPolicy policy, policy_for(made.material, trusted_, addresses_, scts_));
  SUPPLY_TRY(check_bundle(bundle, input, policy));
  return all;
}

bool Services::is_complete(std::string_view text, const Digest& subject, const sign::VerificationMaterial& own) const {
  const Result<verify::TrustPolicy> policy = policy_for(own, trusted_, addresses_, scts_);
  const Result<attest::Bundle> bundle = attest::Bundle::parse(text);
  if (!policy || !bundle) return false;
  if (bundle->certificates.empty() != own.certificates.empty()) return false;
  if (bundle->timestamps.size() < addresses_.timestamp_authorities.size()) return false;
  const Result<verify::SubjectClaims> claims = claims_of(text, subject, *policy);
  return claims && proves_something(*claims);
}

Status Services::check_first_form() const {
  const auto is_v1 = [](const LogAddress& log) { return log.version == 1; };
  if (addresses_.logs.size() > 1 || addresses_.timestamp_authorities.size() > 1 ||
      !std::all_of(addresses_.logs.begin(), addresses_.logs.end(), is_v1))
    return Error(ErrorCode::usage,
                 "cosign's first form has room for one entry of Rekor v1 and one timestamp: want the form bundle");
  return {};
}

bool Services::is_complete_file(std::string_view file, std::string_view payload, const Digest& subject,
                                const sign::VerificationMaterial& own) const {
  Result<verify::TrustPolicy> policy = policy_for(own, trusted_, addresses_, scts_);
  if (!policy) return false;
  policy->timestamps = addresses_.timestamp_authorities.size();
  const verify::Verifier verifier(*std::move(policy), Time());
  Budget budget;
  if (payload.empty()) return static_cast<bool>(verifier.blob_attestation(subject, file, budget));
  return static_cast<bool>(verifier.blob({payload, crypto::sha256(payload)}, file, budget));
}

}  // namespace supply::sigstore

// Verifier, of release files.
#include <algorithm>

#include "libsupply/base/json/json_lines.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/trust/verify/internal/blob_evidence.hpp"
#include "libsupply/trust/verify/internal/bundle_check.hpp"
#include "libsupply/trust/verify/verifier.hpp"

namespace supply::verify {

using attest::Statement;
using internal::BundleVerdict;
using internal::SignedMaterial;

namespace {

// Several reasons are one answer: that nothing could be read or judged is no "no".
Error one_reason(const std::vector<Error>& refused) {
  Error why = refused.front();
  for (std::size_t i = 1; i < refused.size(); ++i)
    why = Error(why.code() == ErrorCode::mismatch ? refused[i].code() : why.code(),
                why.message() + "; " + refused[i].message());
  return why;
}

}  // namespace

Result<attest::Verified<attest::BlobSignature>> Verifier::blob(const Artifact& artifact, std::string_view file,
                                                               Budget& budget,
                                                               std::vector<attest::StepResult>* steps) const {
  const auto material = policy_.trusted_root ? internal::ReadMaterial::yes : internal::ReadMaterial::no;
  const auto signer_of = [&](std::string_view text) -> Result<attest::SignerIdentity> {
    const Result<internal::OpenedFile> opened = internal::read_blob_signature(artifact, text, material);
    if (!opened) {
      if (steps != nullptr) *steps = internal::unreadable(opened.error());
      return opened.error();
    }
    SignedMaterial signed_material{opened->bundle};
    signed_material.artifact = &artifact;
    signed_material.memo = memo_.get();
    BundleVerdict verdict = internal::check_bundle(signed_material, policy_, now_, budget);
    if (steps != nullptr) *steps = verdict.steps;
    if (!verdict.signer) return verdict.error_for(policy_);
    if (!opened->unread.empty()) verdict.signer->unchecked = opened->unread;
    return *std::move(verdict.signer);
  };
  const std::vector<std::string_view> texts = json::documents_in(file);
  if (texts.size() > kMaxBundlesInFile)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxBundlesInFile) + " bundles in one file");
  std::vector<Error> refused;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    Result<attest::SignerIdentity> signer = signer_of(texts.size() == 1 ? file : texts[i]);
    if (signer)
      return attest::Verified<attest::BlobSignature>({artifact.digest}, *std::move(signer), crypto::sha256(file));
    refused.push_back(internal::placed(std::move(signer).error(), "bundle", i, texts.size()));
  }
  return one_reason(refused);
}

Result<attest::Verified<attest::BlobSignature>> Verifier::blob(std::string_view message,
                                                               std::string_view bundle) const {
  Budget budget;
  return blob({message, crypto::sha256(message)}, bundle, budget);
}

void Verifier::judge_envelope(const internal::OpenedFile& opened, const Artifact& artifact, const Digest& evidence,
                              Budget& budget, BlobAttestations& told, std::vector<attest::StepResult>& steps) const {
  const attest::Bundle& bundle = opened.bundle;
  const auto& envelope = std::get<attest::Envelope>(bundle.content);
  const std::size_t count = envelope.signatures.size();
  internal::Signed tried{
      std::make_shared<crypto::Message>(
          envelope.payload, attest::pre_authentication_head(envelope.payload_type, envelope.payload.size())),
      envelope.signatures, envelope.payload.size(), evidence};
  if (std::any_of(policy_.keys.begin(), policy_.keys.end(), [](const auto& key) { return key.signs_bare_payload; }))
    tried.bare_payload = std::make_shared<crypto::Message>(envelope.payload);
  if (bundle.certificates.empty() && !policy_.keys.empty())
    if (auto unfinished = internal::try_signatures({&tried}, policy_.keys, budget))
      told.refused.push_back(*std::move(unfinished));
  internal::StatementOnce statement;
  for (std::size_t i = 0; i < count; ++i) {
    SignedMaterial one{bundle, i};
    one.artifact = &artifact;
    one.envelope_text = opened.envelope_text;
    if (!tried.made.empty()) one.made = tried.made[i];
    one.statement = &statement;
    one.memo = memo_.get();
    BundleVerdict verdict = internal::check_bundle(one, policy_, now_, budget);
    if (told.verified.empty()) steps = verdict.steps;
    if (!verdict.signer) {
      told.refused.push_back(internal::placed(verdict.error_for(policy_), "signature", i, count));
      continue;
    }
    const Statement& claim = *statement.of(envelope);
    // As for images: it says that somebody signed, and nothing of how the blob was made.
    if (claim.predicate_type == attest::kCosignSignType)
      told.refused.push_back(
          Error(ErrorCode::mismatch, "a signature (" + claim.predicate_type + "), and no attestation"));
    else told.verified.push_back({claim, *std::move(verdict.signer), evidence});
  }
}

Result<BlobAttestations> Verifier::blob_attestations(const Artifact& artifact, std::string_view file, Budget& budget,
                                                     std::vector<attest::StepResult>* steps) const {
  const Result<std::vector<Result<internal::OpenedFile>>> bundles = internal::read_blob_attestations(file);
  if (!bundles) {
    if (steps != nullptr) *steps = internal::unreadable(bundles.error());
    return bundles.error();
  }
  const Digest evidence = crypto::sha256(file);
  BlobAttestations told;
  std::vector<attest::StepResult> last;
  for (std::size_t i = 0; i < bundles->size(); ++i) {
    const Result<internal::OpenedFile>& bundle = (*bundles)[i];
    const std::size_t before = told.refused.size();
    if (bundle) {
      judge_envelope(*bundle, artifact, evidence, budget, told, last);
    } else {
      if (told.verified.empty()) last = internal::unreadable(bundle.error());
      told.refused.push_back(bundle.error());
    }
    for (std::size_t at = before; at < told.refused.size(); ++at)
      told.refused[at] = internal::placed(std::move(told.refused[at]), "bundle", i, bundles->size());
  }
  if (steps != nullptr) *steps = std::move(last);
  if (!told.verified.empty()) return told;
  return one_reason(told.refused);
}

Result<attest::Verified<attest::Statement>> Verifier::blob_attestation(const Artifact& artifact, std::string_view file,
                                                                       Budget& budget,
                                                                       std::vector<attest::StepResult>* steps) const {
  SUPPLY_TRY(BlobAttestations told, blob_attestations(artifact, file, budget, steps));
  return std::move(told.verified.front());
}

Result<attest::Verified<attest::Statement>> Verifier::blob_attestation(const Digest& blob, std::string_view bundle,
                                                                       Budget& budget) const {
  return blob_attestation({std::nullopt, blob}, bundle, budget);
}

}  // namespace supply::verify

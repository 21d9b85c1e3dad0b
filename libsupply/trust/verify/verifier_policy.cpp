// Verifier with a trusted root: everything that comes with a signature is judged, not the signature alone.
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"
#include "libsupply/trust/verify/internal/blob_evidence.hpp"
#include "libsupply/trust/verify/internal/bundle_check.hpp"
#include "libsupply/trust/verify/internal/legacy_material.hpp"
#include "libsupply/trust/verify/internal/outcome.hpp"
#include "libsupply/trust/verify/internal/signature_file.hpp"
#include "libsupply/trust/verify/verifier.hpp"

namespace supply::verify {
namespace {

using attachments::Attachment;
using attachments::AttachmentKind;
using attest::Statement;
using internal::BundleVerdict;

// The bundle behind a piece of evidence.
Result<attest::Bundle> bundle_in(const Attachment& piece) {
  const std::string_view bytes = piece.bytes.view();
  if (piece.kind == AttachmentKind::bundle) return attest::Bundle::parse(bytes);
  if (piece.kind == AttachmentKind::envelope) {
    SUPPLY_TRY(attest::Envelope envelope, attest::Envelope::parse(bytes));
    if (envelope.signatures.size() != 1)
      return Error(ErrorCode::unsupported, std::to_string(envelope.signatures.size()) + " signatures: want one");
    return internal::bundle_of(piece.blob.annotations, std::move(envelope));
  }
  const auto annotation = piece.blob.annotations.find(std::string(attest::kSignatureAnnotation));
  if (annotation == piece.blob.annotations.end())
    return Error(ErrorCode::malformed, "layer without the annotation " + quote(attest::kSignatureAnnotation));
  SUPPLY_TRY(std::string signature, from_base64(trim(annotation->second)).at(attest::kSignatureAnnotation));
  return internal::bundle_of(
      piece.blob.annotations,
      attest::MessageSignature{"SHA2_256", crypto::hash(crypto::HashAlgorithm::sha256, bytes), std::move(signature)});
}

BundleVerdict judged(const Attachment& piece, const TrustPolicy& policy, Time now, Budget& budget) {
  const Result<attest::Bundle> bundle = bundle_in(piece);
  if (!bundle) return {internal::unreadable(bundle.error()), std::nullopt, std::nullopt};
  if (piece.kind == AttachmentKind::bundle) {
    if (std::holds_alternative<attest::MessageSignature>(bundle->content))
      return {internal::unreadable(Error(ErrorCode::mismatch,
                                         "bundle has a messageSignature: want a dsseEnvelope for "
                                         "an image")),
              std::nullopt, std::nullopt};
    return internal::check_bundle(*bundle, std::nullopt, policy, now, budget);
  }
  if (piece.kind == AttachmentKind::envelope)
    return internal::check_bundle(*bundle, std::nullopt, policy, now, budget, piece.bytes.view());
  const Artifact payload{piece.bytes.view(), piece.blob.digest};
  return internal::check_bundle(*bundle, payload, policy, now, budget);
}

}  // namespace

JudgedSubjects Verifier::judge_by_policy(const attachments::BySubject& attached, Budget& budget) const {
  JudgedSubjects all;
  // Each blob once under the annotations that it comes with, whatever lists name it.
  std::map<std::tuple<AttachmentKind, Digest, oci::Annotations>, BundleVerdict> verdicts;
  std::map<Digest, std::size_t> read;
  for (const auto& [subject, found] : attached) {
    SubjectClaims& outcome = all.outcomes[subject];
    for (const Attachment& piece : found.evidence) {
      const auto refuse = [&, &image = subject](const Error& why, bool unknown_signer) {
        outcome.refused.push_back(
            {piece.blob.digest, std::string(internal::name_of(piece.kind)), why.message(), unknown_signer});
        const bool unread = why.code() == ErrorCode::unsupported || why.code() == ErrorCode::limit_exceeded;
        if (unread && !outcome.unread)
          outcome.unread = Error(why.code(), "evidence " + piece.blob.digest.to_string() + " of " + image.to_string() +
                                                 ": " + why.message());
      };
      if (piece.kind == AttachmentKind::unsigned_statement) {
        refuse(Error(ErrorCode::mismatch, "not signed"), false);
        continue;
      }
      auto [at, added] = verdicts.try_emplace({piece.kind, piece.blob.digest, piece.blob.annotations});
      if (added) {
        // A blob that is listed again under other annotations is input that nobody sent twice.
        const std::uint64_t again = read[piece.blob.digest]++ == 0 ? 0 : 1 + piece.bytes.view().size() / (64 * kKiB);
        const Status paid = budget.spend(Cost::verifications, again);
        if (paid) at->second = judged(piece, policy_, now_, budget);
        else at->second.steps = internal::unreadable(paid.error());
      }
      const BundleVerdict& verdict = at->second;
      if (!verdict.signer) {
        const attest::StepResult* const failed = verdict.failure();
        refuse(verdict.error(), failed != nullptr && (failed->step == attest::Step::identity ||
                                                      failed->code == attest::StepCode::unknown));
        if (failed != nullptr && failed->code == attest::StepCode::too_much && !all.unfinished)
          all.unfinished = verdict.error().at("evidence " + piece.blob.digest.to_string());
        continue;
      }
      if (piece.kind == AttachmentKind::simple_signing) {
        const Result<attest::SimpleSigning> payload = attest::SimpleSigning::parse(piece.bytes.view());
        if (!payload) {
          refuse(payload.error(), false);
        } else if (payload->image != subject) {
          refuse(Error(ErrorCode::mismatch,
                       "signature is about " + payload->image.to_string() + ", not " + subject.to_string()),
                 false);
        } else {
          outcome.signatures.push_back(
              {attest::ImageSignature{subject, payload->annotations, std::string(piece.bytes.view()), true},
               *verdict.signer, piece.blob.digest});
        }
        continue;
      }
      const Statement& statement = *verdict.statement;
      const attest::Subject* const about = statement.subject(subject);
      if (about == nullptr) {
        refuse(Error(ErrorCode::mismatch, "statement is not about " + subject.to_string()), false);
      } else if (statement.predicate_type == attest::kCosignSignType) {
        outcome.signatures.push_back({attest::ImageSignature{subject, about->annotations, verdict.payload, false},
                                      *verdict.signer, piece.blob.digest});
      } else {
        outcome.statements.push_back({statement, *verdict.signer, piece.blob.digest});
      }
    }
  }
  for (auto& [subject, outcome] : all.outcomes) internal::tidy(outcome);
  return all;
}

Result<attest::Verified<attest::BlobSignature>> Verifier::blob(const Artifact& artifact, std::string_view file,
                                                               Budget& budget,
                                                               std::vector<attest::StepResult>* steps) const {
  if (!policy_.trusted_root && artifact.bytes) return blob_by_key(*artifact.bytes, file);
  const auto fail = [&](Error error) {
    if (steps != nullptr && steps->empty()) *steps = internal::unreadable(error);
    return error;
  };
  Result<attest::Bundle> bundle = internal::read_blob_bundle(artifact, file);
  if (!bundle) return fail(bundle.error());
  TrustPolicy policy = policy_;
  std::string unchecked;
  if (!policy.trusted_root) {  // by keys alone, of a digest
    unchecked = internal::unchecked_material(*bundle);
    bundle->log_entries.clear();
    bundle->timestamps.clear();
    policy.trusted_root.emplace();
    policy.log = Waived::yes;
  }
  BundleVerdict verdict = internal::check_bundle(*bundle, artifact, policy, now_, budget);
  if (steps != nullptr && policy_.trusted_root) *steps = verdict.steps;
  if (!verdict.signer)
    return policy_.trusted_root ? verdict.error() : Error(verdict.error().code(), verdict.failure()->detail);
  if (!policy_.trusted_root) verdict.signer->unchecked = unchecked;
  return attest::Verified<attest::BlobSignature>({artifact.digest}, *std::move(verdict.signer), crypto::sha256(file));
}

Result<attest::Verified<attest::BlobSignature>> Verifier::blob(std::string_view message,
                                                               std::string_view bundle) const {
  Budget budget;
  return blob({message, crypto::sha256(message)}, bundle, budget);
}

Result<attest::Verified<attest::Statement>> Verifier::blob_attestation(const Artifact& artifact, std::string_view file,
                                                                       Budget& budget,
                                                                       std::vector<attest::StepResult>* steps) const {
  if (!policy_.trusted_root) return blob_attestation_by_key(artifact.digest, file, budget);
  Result<attest::Bundle> bundle = internal::read_attestation_bundle(file);
  if (!bundle) {
    if (steps != nullptr) *steps = internal::unreadable(bundle.error());
    return bundle.error();
  }
  BundleVerdict verdict = internal::check_bundle(*bundle, artifact, policy_, now_, budget);
  if (steps != nullptr) *steps = verdict.steps;
  if (!verdict.signer) return verdict.error();
  return attest::Verified<Statement>(*std::move(verdict.statement), *std::move(verdict.signer), crypto::sha256(file));
}

Result<attest::Verified<attest::Statement>> Verifier::blob_attestation(const Digest& blob, std::string_view bundle,
                                                                       Budget& budget) const {
  return blob_attestation({std::nullopt, blob}, bundle, budget);
}

}  // namespace supply::verify

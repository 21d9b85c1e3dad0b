#include "libsupply/trust/verify/verifier.hpp"

#include <algorithm>
#include <set>

#include "libsupply/base/crypto/signature_memo.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"
#include "libsupply/trust/attest/predicate_version.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"
#include "libsupply/trust/root/public_good.hpp"
#include "libsupply/trust/verify/internal/opened_evidence.hpp"
#include "libsupply/trust/verify/internal/outcome.hpp"

namespace supply::verify {
namespace {

using attachments::Attachment;
using attachments::AttachmentKind;
using attest::Statement;
using internal::BundleVerdict;
using internal::OpenedEvidence;
using internal::SignedMaterial;

// Refusals, each where it belongs.
class Refusals {
 public:
  explicit Refusals(JudgedSubjects& judged) : judged_(judged) {}

  void add(const Digest& subject, const Attachment& piece, const Error& why, bool unknown_signer = false) {
    SubjectClaims& outcome = judged_.outcomes[subject];
    outcome.refused.push_back(
        {piece.blob.digest, std::string(internal::name_of(piece.kind)), why.message(), unknown_signer});
    if (why.code() != ErrorCode::unsupported && why.code() != ErrorCode::limit_exceeded) return;
    // The lowest digest's, so that it is the same for evidence in any order.
    auto [first, added] = unread_.try_emplace(subject, piece.blob.digest);
    if (!added && first->second <= piece.blob.digest) return;
    first->second = piece.blob.digest;
    outcome.unread = Error(why.code(), "evidence " + piece.blob.digest.to_string() + ": " + why.message());
  }

 private:
  JudgedSubjects& judged_;
  std::map<Digest, Digest> unread_;  // by subject: the evidence that `unread` is about
};

bool is_by_another(const BundleVerdict& verdict, bool by_certificate) {
  const attest::StepResult* const failed = verdict.failure();
  return failed != nullptr &&
         (failed->step == attest::Step::identity || failed->code == attest::StepCode::unknown ||
          (failed->step == attest::Step::signature && !by_certificate && failed->code == attest::StepCode::invalid));
}

std::size_t signatures_in(const attest::Bundle& bundle) {
  const auto* envelope = std::get_if<attest::Envelope>(&bundle.content);
  return envelope == nullptr ? 1 : envelope->signatures.size();
}

// Source: slsa.dev/spec/v1.2/source-requirements: subject.digest.gitCommit.
bool is_of_a_source(const Statement& statement) {
  return (statement.predicate_type == attest::kVerificationSummaryType ||
          attest::is_other_version(statement.predicate_type, attest::kVerificationSummaryType)) &&
         std::any_of(statement.subjects.begin(), statement.subjects.end(),
                     [](const attest::Subject& subject) { return subject.digest.contains("gitCommit"); });
}

std::string joined(std::string a, const std::string& b) { return a.empty() || b.empty() ? a + b : a + ", " + b; }

}  // namespace

Verifier::Verifier(std::vector<TrustedKey> keys) : Verifier(TrustPolicy{std::move(keys), {}}, Time()) {}

Verifier::Verifier(TrustPolicy policy, Time now)
    : policy_(std::move(policy)), now_(now), memo_(std::make_shared<crypto::SignatureMemo>()) {
  if (!policy_.identities.empty())  // two signatures in every chain were checked when the instance was built in
    for (const root::BuiltInInstance* const each : {&root::public_good(), &root::github_instance()})
      memo_->know(each->verified);
  std::set<std::string> seen;
  std::erase_if(policy_.keys, [&](const TrustedKey& key) { return !seen.insert(key.key.fingerprint()).second; });
}

JudgedSubjects Verifier::judge(const attachments::BySubject& attached, Budget& budget) const {
  JudgedSubjects judged;
  for (const auto& [subject, found] : attached) judged.outcomes.try_emplace(subject);
  Refusals refusals(judged);
  const auto material = policy_.trusted_root ? internal::ReadMaterial::yes : internal::ReadMaterial::no;
  std::list<OpenedEvidence> all = internal::open_evidence(
      attached, material, budget,
      [&](const Digest& subject, const Attachment& piece, const Error& why) { refusals.add(subject, piece, why); });
  std::vector<internal::Signed*> to_try;
  for (OpenedEvidence& opened : all) {
    // A key that made the signature needs no certificate that is beside it in an annotation.
    if (policy_.identities.empty() && opened.kind != AttachmentKind::bundle) opened.bundle.certificates.clear();
    if (opened.bundle.certificates.empty() && !policy_.keys.empty()) to_try.push_back(&opened.tried);
  }
  judged.unfinished = internal::try_signatures(to_try, policy_.keys, budget);

  const auto tell = [&](const Digest& subject, const Attachment& piece, OpenedEvidence& opened,
                        attest::SignerIdentity signer, bool last) {
    SubjectClaims& outcome = judged.outcomes.at(subject);
    if (opened.kind == AttachmentKind::simple_signing) {
      // The digest within comes after its signature.
      const Result<attest::SimpleSigning> payload = attest::SimpleSigning::parse(piece.bytes.view());
      if (!payload) return refusals.add(subject, piece, payload.error());
      if (payload->image != subject)
        return refusals.add(subject, piece,
                            Error(ErrorCode::mismatch,
                                  "signature is about " + payload->image.to_string() + ", not " + subject.to_string()));
      outcome.signatures.push_back(
          {attest::ImageSignature{subject, payload->annotations, std::string(piece.bytes.view()), true},
           std::move(signer), piece.blob.digest});
      return;
    }
    const auto& envelope = std::get<attest::Envelope>(opened.bundle.content);
    const Statement& statement = *opened.statement.of(envelope);
    const attest::Subject* const about = statement.subject(subject);
    if (about == nullptr && is_of_a_source(statement))
      outcome.source_summaries.push_back({statement, signer, piece.blob.digest});
    if (about == nullptr)
      return refusals.add(subject, piece,
                          Error(ErrorCode::mismatch, "statement is about " + internal::subjects_of(statement) +
                                                         ", not " + subject.to_string()));
    // Only a signature is a signature: any other predicate that the key has signed is an attestation.
    if (statement.predicate_type == attest::kCosignSignType)
      outcome.signatures.push_back({attest::ImageSignature{subject, about->annotations, envelope.payload, false},
                                    std::move(signer), piece.blob.digest});
    else  // A predicate may be an SBOM of many megabytes: copied only for a second signer or subject.
      outcome.statements.push_back({last ? opened.statement.take() : statement, std::move(signer), piece.blob.digest});
  };

  for (OpenedEvidence& opened : all) {
    const std::size_t count = signatures_in(opened.bundle);
    const bool by_certificate = !opened.bundle.certificates.empty();
    std::vector<attest::SignerIdentity> signers;
    for (std::size_t i = 0; i < count; ++i) {
      SignedMaterial one{opened.bundle, i};
      if (opened.paper) one.artifact = &*opened.paper;
      one.envelope_text = opened.envelope_text;
      if (!opened.tried.made.empty()) one.made = opened.tried.made[i];
      one.statement = &opened.statement;
      one.memo = memo_.get();
      BundleVerdict verdict = internal::check_bundle(one, policy_, now_, budget);
      if (verdict.signer) {
        signers.push_back(*std::move(verdict.signer));
        continue;
      }
      const Error why = internal::placed(verdict.error_for(policy_), "signature", i, count);
      for (const auto& [subject, piece] : opened.pieces)
        refusals.add(*subject, *piece, why, is_by_another(verdict, by_certificate));
      if (policy_.trusted_root && why.code() == ErrorCode::limit_exceeded && !judged.unfinished)
        judged.unfinished = Error(why).at("evidence " + opened.tried.blob.to_string());
    }
    std::size_t left = signers.size() * opened.pieces.size();
    for (const auto& [subject, piece] : opened.pieces) {
      for (attest::SignerIdentity signer : signers) {
        if (opened.kind != AttachmentKind::bundle && !policy_.trusted_root)
          signer.unchecked = internal::unchecked_annotations(piece->blob.annotations);
        else if (opened.kind != AttachmentKind::bundle && !by_certificate &&
                 piece->blob.annotations.contains("dev.sigstore.cosign/certificate"))
          signer.unchecked = joined("certificate", signer.unchecked);
        tell(*subject, *piece, opened, std::move(signer), --left == 0);
      }
    }
  }
  // Who signs a manifest signs the digests of its layers: statements in there are that signer's.
  const auto vouch = [&](const Digest& subject, const Attachment& piece, const SubjectClaims& manifest) {
    if (manifest.signatures.empty()) {
      if (manifest.unread) refusals.add(subject, piece, *manifest.unread);
      const std::string why = manifest.refused.empty() ? std::string() : ": " + manifest.refused.front().why;
      return refusals.add(
          subject, piece,
          Error(ErrorCode::mismatch, "not signed, nor is its manifest " + piece.manifest.digest.to_string() + why));
    }
    const Result<Statement> statement = Statement::parse(piece.bytes.view());
    if (!statement) return refusals.add(subject, piece, statement.error());
    if (statement->subject(subject) == nullptr || statement->predicate_type == attest::kCosignSignType)
      return refusals.add(subject, piece,
                          Error(ErrorCode::mismatch, "statement is about " + internal::subjects_of(*statement) +
                                                         ", not an attestation of " + subject.to_string()));
    for (const auto& signature : manifest.signatures)
      judged.outcomes.at(subject).statements.push_back({*statement, signature.signer(), piece.blob.digest});
  };
  for (const auto& [subject, found] : attached)
    for (const Attachment& piece : found.evidence)
      if (piece.kind == AttachmentKind::unsigned_statement && piece.subject == subject)
        if (const auto manifest = judged.outcomes.find(piece.manifest.digest); manifest != judged.outcomes.end())
          vouch(subject, piece, manifest->second);
  for (auto& [subject, outcome] : judged.outcomes) internal::tidy(outcome);
  return judged;
}

Result<SubjectClaims> Verifier::image(const Digest& image, const std::vector<Attachment>& evidence,
                                      Budget& budget) const {
  JudgedSubjects judged = judge({{image, {evidence, {}}}}, budget);
  if (judged.unfinished) return *std::move(judged.unfinished);
  return std::move(judged.outcomes.at(image));
}

void merge(SubjectClaims& all, SubjectClaims more) {
  std::set<Digest> known;  // what is told of them now is all that is known
  for (const auto& one : more.statements) known.insert(one.evidence());
  for (const Refused& one : more.refused) known.insert(one.evidence);
  drop_unsigned(all, known);
  const auto append = [](auto& to, auto& from) { std::move(from.begin(), from.end(), std::back_inserter(to)); };
  append(all.signatures, more.signatures);
  append(all.statements, more.statements);
  append(all.source_summaries, more.source_summaries);
  append(all.refused, more.refused);
  if (!all.unread) all.unread = std::move(more.unread);
  internal::tidy(all);
}

void drop_unsigned(SubjectClaims& outcome, const std::set<Digest>& statements) {
  std::erase_if(outcome.refused, [&](const Refused& one) {
    return one.what == internal::name_of(AttachmentKind::unsigned_statement) && statements.contains(one.evidence);
  });
}

void require_annotations(SubjectClaims& outcome, const std::map<std::string, std::string>& wanted) {
  const auto lacking = [&](const attest::ImageSignature& claim) {
    for (const auto& [key, value] : wanted) {
      const auto found = claim.annotations.find(key);
      if (found == claim.annotations.end()) return "no annotation " + quote(key) + ": want " + quote(value);
      if (found->second != value)
        return "annotation " + quote(key) + " is " + quote(found->second) + ": want " + quote(value);
    }
    return std::string();
  };
  std::vector<attest::Verified<attest::ImageSignature>> kept;
  for (auto& signature : outcome.signatures) {
    const std::string why = lacking(signature.claim());
    if (why.empty()) {
      kept.push_back(std::move(signature));
    } else {
      outcome.refused.push_back({signature.evidence(), signature.claim().legacy ? "simple signing" : "bundle", why});
    }
  }
  outcome.signatures = std::move(kept);
  internal::tidy(outcome);
}

}  // namespace supply::verify

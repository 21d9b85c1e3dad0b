#include "libsupply/verdict/provenance_check/provenance_check.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/predicate_version.hpp"
#include "libsupply/trust/predicates/release.hpp"
#include "libsupply/trust/provenance/unread_summary.hpp"
#include "libsupply/verdict/provenance_check/cloud_build.hpp"

namespace supply::provenance_check {
namespace {

bool is_provenance(const attest::Statement& statement) {
  return attest::predicate_kind(statement.predicate_type) == attest::PredicateKind::provenance;
}

bool is_unread_provenance(const attest::Statement& statement) {
  return attest::is_other_version(statement.predicate_type, attest::kProvenanceV1Type);
}

RefusedAttestation unread_provenance(std::string place, const attest::Statement& statement) {
  return {std::move(place), attest::unread_version("provenance", statement.predicate_type), ErrorCode::unsupported};
}

JudgedStatement judged(const attest::Verified<attest::Statement>& statement, const Request& request) {
  const attest::Statement& claim = statement.claim();
  JudgedStatement out{
      statement.evidence().to_string(), statement.signer(), claim.predicate_type,
      provenance::judge(claim.predicate_type, claim.predicate, statement.signer(), request.builders, request.expected)};
  if (request.package) out.other_package = other_package(claim, *request.package);
  if (request.source && out.judgement.claims) {
    const provenance::Provenance& claims = *out.judgement.claims;
    const auto& [expected, found, now] = *request.source;
    out.unverified_source = provenance::source_objection(claims, found.summaries, expected, now);
    provenance::UnreadSummary unread = provenance::unread_summary(claims, found.summaries, expected);
    out.has_unread_source = provenance::is_undecided(unread, out.unverified_source);
    if (out.has_unread_source) out.unverified_source = std::move(unread.why);
  }
  return out;
}

struct ByCloudBuild {
  std::map<Digest, attest::Verified<attest::Statement>> found;  // by what holds it
  std::vector<RefusedAttestation> undecided;                    // what could not be tried
};

// What Google Cloud Build signed of the target, among the envelopes that are attached. Artifact Registry keeps them.
// What another signed, or is no envelope, the verifier has already told.
ByCloudBuild by_cloud_build(const evidence::ImageEvidence& evidence, const evidence::RequiredManifest& target,
                            Budget& budget) {
  ByCloudBuild out;
  for (const oci::Descriptor& subject : target.subjects) {
    const auto attached = evidence.attachments.find(subject.digest);
    if (attached == evidence.attachments.end()) continue;
    for (const attachments::Attachment& piece : attached->second.evidence) {
      if (piece.kind != attachments::AttachmentKind::envelope) continue;
      auto verified = cloud_build_attestation({std::nullopt, subject.digest}, piece.bytes.view(), budget);
      if (verified) {
        out.found.emplace(piece.blob.digest, *std::move(verified));
        continue;
      }
      const ErrorCode code = verified.error().code();
      if (code != ErrorCode::mismatch && code != ErrorCode::malformed)
        out.undecided.push_back({piece.blob.digest.to_string(), verified.error().message(), code});
    }
  }
  return out;
}

// A summary that was not read may be the one that is asked for.
void note_unread_summaries(const Request& request, SubjectAnswer& subject) {
  if (!request.source) return;
  const auto note = [&](const std::string& why, ErrorCode code) {
    subject.refused.push_back({"verification summaries of the source", why, code});
  };
  bool lacks_only_that = false;
  for (const JudgedStatement& one : subject.statements) {
    if (!one.other_package.empty() || !one.judgement.satisfied() || one.unverified_source.empty()) continue;
    lacks_only_that = true;
    if (one.has_unread_source) note(one.unverified_source, ErrorCode::unsupported);
  }
  const std::optional<Error>& why = request.source->found.unread;
  if (lacks_only_that && why) note(why->message(), why->code());
}

// Best first, so that what satisfies is read first; then in an order that no one's order of evidence changes.
void sort(SubjectAnswer& answer) {
  std::stable_sort(answer.statements.begin(), answer.statements.end(),
                   [](const JudgedStatement& a, const JudgedStatement& b) {
                     return std::tuple(!a.satisfied(), -a.judgement.level, a.evidence, a.signer.key_name) <
                            std::tuple(!b.satisfied(), -b.judgement.level, b.evidence, b.signer.key_name);
                   });
  std::stable_sort(answer.refused.begin(), answer.refused.end(),
                   [](const RefusedAttestation& a, const RefusedAttestation& b) {
                     return std::tie(a.evidence, a.why) < std::tie(b.evidence, b.why);
                   });
}

}  // namespace

bool SubjectAnswer::satisfied() const {
  return unpublished.empty() &&
         std::any_of(statements.begin(), statements.end(), [](const JudgedStatement& one) { return one.satisfied(); });
}

std::optional<Error> SubjectAnswer::undecided() const {
  if (satisfied()) return std::nullopt;
  // Damage is told before what is only out of reach: trying again makes nothing of it.
  for (const bool damage : {true, false})
    for (const RefusedAttestation& refusal : refused)
      if (refusal.undecided && (*refusal.undecided == ErrorCode::malformed) == damage)
        return Error(*refusal.undecided, refusal.why);
  return std::nullopt;
}

bool ArtifactAnswer::satisfied() const {
  return !subjects.empty() && std::all_of(subjects.begin(), subjects.end(),
                                          [](const SubjectAnswer& subject) { return subject.satisfied(); });
}

std::optional<Error> ArtifactAnswer::undecided() const {
  for (const SubjectAnswer& subject : subjects)
    if (auto why = subject.undecided()) return why;
  return std::nullopt;
}

ArtifactAnswer check_image(std::string name, const evidence::ImageEvidence& evidence, const Request& request,
                           Budget& budget) {
  ArtifactAnswer answer{std::move(name), evidence.root.digest};
  for (const evidence::RequiredManifest& target : evidence.targets) {
    SubjectAnswer subject{target.platform ? target.platform->to_string() : std::string(), target.manifest.to_string()};
    std::set<Digest> signed_statements, unsigned_statements;
    const auto is_of = [&](const Digest& digest) {
      return std::any_of(target.subjects.begin(), target.subjects.end(),
                         [&](const oci::Descriptor& each) { return each.digest == digest; });
    };
    for (const auto* statement : evidence.statements(target)) {
      signed_statements.insert(statement->evidence());
      if (is_provenance(statement->claim())) subject.statements.push_back(judged(*statement, request));
      else if (is_unread_provenance(statement->claim()))
        subject.refused.push_back(unread_provenance(statement->evidence().to_string(), statement->claim()));
    }
    ByCloudBuild by_google;
    if (!request.builders.self_asserted) by_google = by_cloud_build(evidence, target, budget);
    for (const auto& [blob, statement] : by_google.found) {
      if (!is_provenance(statement.claim())) continue;
      subject.statements.push_back(judged(statement, request));
      subject.statements.back().evidence = blob.to_string();
    }
    for (const oci::Descriptor& each : target.subjects)
      if (const auto outcome = evidence.judged.outcomes.find(each.digest); outcome != evidence.judged.outcomes.end())
        for (const verify::Refused& refused : outcome->second.refused)
          if (!by_google.found.contains(refused.evidence))
            subject.refused.push_back({refused.evidence.to_string(), refused.what + ": " + refused.why});
    for (RefusedAttestation& one : by_google.undecided) subject.refused.push_back(std::move(one));
    if (const auto why = evidence::undecided(evidence, target))
      subject.refused.push_back({target.manifest.to_string(), why->message(), why->code()});
    for (const oci::Descriptor& each : target.subjects)
      if (const auto attached = evidence.attachments.find(each.digest); attached != evidence.attachments.end())
        for (const attachments::Attachment& one : attached->second.evidence)
          if (one.kind == attachments::AttachmentKind::unsigned_statement && is_of(one.subject) &&
              !signed_statements.contains(one.blob.digest))
            unsigned_statements.insert(one.blob.digest);
    subject.unsigned_claims = unsigned_statements.size();
    note_unread_summaries(request, subject);
    sort(subject);
    answer.subjects.push_back(std::move(subject));
  }
  return answer;
}

ArtifactAnswer check_file(std::string name, const verify::Artifact& artifact, const AttestationFile& file,
                          const verify::Verifier& verifier, const Request& request, Budget& budget) {
  SubjectAnswer subject{name, artifact.digest.to_string()};
  const bool npm = request.package.has_value() || file.form == AttestationFile::Form::npm;
  if (npm) subject.unpublished = "the registry's own attestation (publish) is not there";
  for (std::size_t i = 0; i < file.attestations.size(); ++i) {
    const std::string& text = file.attestations[i];
    const std::string place = "attestation " + std::to_string(i + 1);
    if (needs_log_search(text, request.signers)) {
      subject.refused.push_back(
          {place,
           "it comes without its log entry, and without that its certificate proves nothing: the log "
           "would have to be searched for it",
           ErrorCode::unavailable});
      continue;
    }
    if (file.form == AttestationFile::Form::gcloud)
      if (std::string why = gcloud_objection(file, i, artifact.digest); !why.empty()) {
        subject.refused.push_back({place, std::move(why)});
        continue;
      }
    const auto verified = request.signers == SignersBy::cloud_build ? cloud_build_attestation(artifact, text, budget)
                                                                    : verifier.blob_attestation(artifact, text, budget);
    if (!verified) {
      const ErrorCode code = verified.error().code();
      subject.refused.push_back(
          {place, verified.error().message(), code == ErrorCode::mismatch ? std::nullopt : std::optional(code)});
      continue;
    }
    const attest::Statement& claim = verified->claim();
    if (claim.predicate_type == predicates::kNpmPublishType && npm) {
      // Another publish attestation that counts makes good for one that does not.
      if (subject.unpublished.empty()) continue;
      subject.unpublished = publish_objection(*verified, text, request.package.value_or(NpmPackage()));
      if (!subject.unpublished.empty()) subject.unpublished.insert(0, "the registry's attestation: ");
    } else if (is_provenance(claim)) {
      subject.statements.push_back(judged(*verified, request));
    } else if (is_unread_provenance(claim)) {
      subject.refused.push_back(unread_provenance(place, claim));
    } else {
      subject.refused.push_back({place, "it is of type " + quote(claim.predicate_type) + ", no provenance"});
    }
  }
  note_unread_summaries(request, subject);
  sort(subject);
  return {std::move(name), artifact.digest, {std::move(subject)}};
}

}  // namespace supply::provenance_check

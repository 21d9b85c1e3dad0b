#include "libsupply/verdict/provenance_check/source_track.hpp"

#include <iterator>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"

namespace supply::provenance_check {
namespace {

attachments::AttachmentKind kind_of(const std::string& attestation) {
  const auto value = json::parse(attestation, {.bytes = kMaxAttachmentBytes});
  const bool envelope = value && value->is_object() && json::find(*value, "payloadType") != nullptr;
  return envelope ? attachments::AttachmentKind::envelope : attachments::AttachmentKind::bundle;
}

}  // namespace

void SourceSummaries::add(SourceSummaries more) {
  std::move(more.summaries.begin(), more.summaries.end(), std::back_inserter(summaries));
  if (!unread) unread = std::move(more.unread);
}

SourceSummaries source_summaries(const attachments::BySubject& attached, const verify::Verifier& verifier,
                                 Budget& budget) {
  SourceSummaries found;
  const verify::JudgedSubjects judged = verifier.judge(attached, budget);
  found.unread = judged.unfinished;
  for (const auto& [subject, claims] : judged.outcomes) {
    if (!found.unread) found.unread = claims.unread;
    for (const auto& each : claims.source_summaries)
      found.summaries.push_back(
          {provenance::commits_of(each.claim()), each.claim().predicate_type, each.claim().predicate, each.signer()});
  }
  return found;
}

SourceSummaries source_summaries(const AttestationFile& file, const verify::Verifier& verifier, Budget& budget) {
  // None of them is about the file that holds it, as none of an image's is about the image.
  const Digest nothing = crypto::sha256("");
  attachments::BySubject attached;
  for (const std::string& attestation : file.attestations) {
    const oci::Descriptor blob{.media_type = {}, .digest = crypto::sha256(attestation), .size = attestation.size()};
    attached[nothing].evidence.push_back({kind_of(attestation), nothing, blob, blob, attestation});
  }
  return source_summaries(attached, verifier, budget);
}

}  // namespace supply::provenance_check

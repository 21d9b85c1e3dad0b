// The evidence of several subjects, each blob opened once, whatever lists name it. One thread.
#pragma once

#include <functional>
#include <list>
#include <utility>
#include <vector>

#include "libsupply/trust/attachments/attachments.hpp"
#include "libsupply/trust/verify/internal/blob_evidence.hpp"
#include "libsupply/trust/verify/internal/bundle_check.hpp"

namespace supply::verify::internal {

/// One blob under one kind, with the annotations that count.
struct OpenedEvidence {
  attachments::AttachmentKind kind;
  attest::Bundle bundle;
  Signed tried;                                   ///< its signatures, where keys are asked
  std::optional<Artifact> paper;                  ///< what a simple signing is over: the blob itself
  std::optional<std::string_view> envelope_text;  ///< as SignedMaterial::envelope_text
  StatementOnce statement;
  std::vector<std::pair<const Digest*, const attachments::Attachment*>> pieces;  ///< by subject
};

using Refuse = std::function<void(const Digest& subject, const attachments::Attachment& piece, const Error& why)>;

/// In a fixed order. Statements in manifests that are subjects themselves are left to their signatures. What cannot be
/// opened is refused, for each subject that it is attached to. Views into `attached`, which outlives the answer. A blob
/// that is listed again under other annotations is input that nobody sent twice, and is paid for.
std::list<OpenedEvidence> open_evidence(const attachments::BySubject& attached, ReadMaterial material, Budget& budget,
                                        const Refuse& refuse);

}  // namespace supply::verify::internal

// What is attached to an image and its parts, found and fetched, not yet believed.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/image/store/store.hpp"

namespace supply::attachments {

enum class AttachmentKind {
  bundle,              ///< a Sigstore bundle (cosign v3, Supply)
  simple_signing,      ///< a layer of a .sig manifest (cosign v2)
  envelope,            ///< a DSSE envelope: a layer of an .att manifest (cosign v2)
  unsigned_statement,  ///< an in-toto statement without signature (BuildKit): can be shown, never counts as signed
};

/// The bytes of a blob, held once however many pieces of evidence are in it: lists that name a blob thousands of times
/// cost nobody anything to write. Immutable.
class SharedBytes {
 public:
  SharedBytes() = default;
  SharedBytes(std::string bytes) : bytes_(std::make_shared<const std::string>(std::move(bytes))) {}  // NOLINT
  /// Lives as long as a copy of this.
  std::string_view view() const { return bytes_ ? std::string_view(*bytes_) : std::string_view(); }

 private:
  std::shared_ptr<const std::string> bytes_;
};

struct Attachment {
  AttachmentKind kind;
  Digest subject;            ///< the manifest or index it was found at
  oci::Descriptor manifest;  ///< the referrer, or the manifest under the .sig or .att tag
  oci::Descriptor blob;      ///< the layer that holds it, with its annotations
  SharedBytes bytes;         ///< checked against the layer's digest
  std::size_t place = 0;     ///< of the layer in the manifest
};

/// A referrer that is none of the kinds above: shown by inspect, ignored by every verifier.
struct OtherReferrer {
  Digest subject;
  oci::Descriptor manifest;
  bool holds_statements = false;  ///< in-toto statements that nobody signed within: with Query::unsigned_too, evidence
};

struct Attachments {
  std::vector<Attachment> evidence;   ///< sorted by kind, manifest digest, place in the manifest
  std::vector<OtherReferrer> others;  ///< sorted by digest
  /// Referrers that Places::likely_referrers did not read; Places::passed_over reads them.
  std::vector<oci::Descriptor> passed_over = {};
  /// Why a referrer that is listed as something else could not be read. It may be evidence: what is not proven by the
  /// rest is not known.
  std::optional<Error> unread = {};
};

/// Where evidence is looked for. `referrers` is whatever the store or the index itself lists about the subject. Its
/// artifact types and annotations are nobody's word: they say what is worth reading first (`likely_referrers`), and no
/// answer leaves out what they make something else (`passed_over`, of what is known).
enum class Places { all, likely_referrers, referrers, tags, passed_over };

/// What somebody asks for: a hint of what to read first, but for the tags and for what is unsigned.
struct Query {
  bool signatures = true;           ///< bundles, and the tag sha256-<hex>.sig
  bool statements = true;           ///< bundles, and the tag sha256-<hex>.att
  std::string predicate_type = {};  ///< of the statements; empty: any
  bool unsigned_too = true;         ///< BuildKit's statements, the tag sha256-<hex>.sbom, all that is no evidence
  Places places = Places::all;
};

/// By the manifest or index at which it was found; each that was asked about is there.
using BySubject = std::map<Digest, Attachments>;

/// What is attached to each of `subjects` (their digests and media types count): referrers wherever the store keeps
/// them, and the tags. It takes all subjects of a question at once: the store is searched once for them, every manifest
/// is read once and every blob fetched once, however often and under however many subjects it is listed. One form never
/// hides the other. Of an index, BuildKit's statements about its platforms too (Attachment::subject). Asks several
/// things at a time, and never for a list of tags. Errors: whatever could not be read or is not what its digest says:
/// "nothing is attached" is an answer only when it is known; limit_exceeded (pieces of all subjects, bytes of each).
/// Attachment that is malformed inside is returned, and refused later. `known` is what was found at other places
/// before: it is in the answer too, counts for the limits, and nothing of it is there twice.
Result<BySubject> collect(store::ImageSource& source, const std::vector<oci::Descriptor>& subjects,
                          const Query& wanted = {}, BySubject known = {});

/// A manifest of in-toto statements without signatures, which may be signed as a whole: by what is attached to it.
/// Source: moby/buildkit, docs/attestations/attestation-storage.md; moby/policy-helpers, image/resolve.go.
struct StatementManifest {
  oci::Descriptor manifest;
  Digest about;
};
/// BuildKit's entries of an index. Errors: of the store, malformed.
Result<std::vector<StatementManifest>> statement_entries(store::ImageSource& source, const oci::Descriptor& index);
/// Adds to `known` the statements in these manifests, each as an attachment of what its manifest is about, which is in
/// `known`. Errors: as collect().
Result<BySubject> statements_in(store::ImageSource& source, const std::vector<StatementManifest>& manifests,
                                BySubject known);

}  // namespace supply::attachments

#include "libsupply/trust/verify/internal/opened_evidence.hpp"

#include <map>
#include <tuple>

#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"
#include "libsupply/trust/verify/internal/legacy_material.hpp"

namespace supply::verify::internal {
namespace {

using attachments::Attachment;
using attachments::AttachmentKind;

constexpr std::string_view kMaterial[] = {"dev.sigstore.cosign/certificate", "dev.sigstore.cosign/bundle",
                                          "dev.sigstore.cosign/rfc3161timestamp"};

// Those that say something of the signature.
oci::Annotations annotations_of(const Attachment& piece, ReadMaterial material) {
  oci::Annotations kept;
  const auto keep = [&](std::string_view name) {
    const auto found = piece.blob.annotations.find(std::string(name));
    if (found != piece.blob.annotations.end()) kept.insert(*found);
  };
  if (piece.kind == AttachmentKind::simple_signing) keep(attest::kSignatureAnnotation);
  if (piece.kind != AttachmentKind::bundle && material == ReadMaterial::yes)
    for (const std::string_view name : kMaterial) keep(name);
  return kept;
}

// cosign SIGNATURE_SPEC.md: the signature in the annotation is over the layer's bytes.
Result<std::string> annotated_signature(const oci::Annotations& annotations) {
  const auto annotation = annotations.find(std::string(attest::kSignatureAnnotation));
  if (annotation == annotations.end())
    return Error(ErrorCode::malformed, "layer without the annotation " + quote(attest::kSignatureAnnotation));
  return from_base64(trim(annotation->second)).at("annotation " + quote(attest::kSignatureAnnotation));
}

Result<attest::Bundle> bundle_in(const Attachment& piece, const oci::Annotations& annotations) {
  const std::string_view bytes = piece.bytes.view();
  if (piece.kind == AttachmentKind::bundle) {
    SUPPLY_TRY(attest::Bundle bundle, attest::Bundle::parse(bytes));
    if (!std::holds_alternative<attest::Envelope>(bundle.content))
      return Error(ErrorCode::mismatch, "bundle has a messageSignature: want a dsseEnvelope for an image");
    return bundle;
  }
  if (piece.kind == AttachmentKind::envelope) {
    SUPPLY_TRY(attest::Envelope envelope, attest::Envelope::parse(bytes));
    drop_copies(envelope.signatures);
    return bundle_of(annotations, std::move(envelope));
  }
  SUPPLY_TRY(std::string signature, annotated_signature(annotations));
  return bundle_of(annotations, attest::MessageSignature{"SHA2_256", crypto::hash(crypto::HashAlgorithm::sha256, bytes),
                                                         std::move(signature)});
}

// Nodes of a list stay where they are: messages are views into them.
void prepare(OpenedEvidence& opened, const Attachment& piece, std::shared_ptr<crypto::Message>& message) {
  if (auto* envelope = std::get_if<attest::Envelope>(&opened.bundle.content)) {
    opened.tried.message = std::make_shared<crypto::Message>(
        envelope->payload, attest::pre_authentication_head(envelope->payload_type, envelope->payload.size()));
    opened.tried.signatures = envelope->signatures;
    for (attest::Signature& each : opened.tried.signatures)
      if (each.keyid.empty()) each.keyid = opened.bundle.key_hint;
    if (piece.kind == AttachmentKind::envelope) opened.envelope_text = piece.bytes.view();
    return;
  }
  if (!message) message = std::make_shared<crypto::Message>(piece.bytes.view());
  opened.tried.message = message;
  opened.tried.signatures = {{"", std::get<attest::MessageSignature>(opened.bundle.content).signature}};
  opened.paper = Artifact{piece.bytes.view(), piece.blob.digest};
}

}  // namespace

std::list<OpenedEvidence> open_evidence(const attachments::BySubject& attached, ReadMaterial material, Budget& budget,
                                        const Refuse& refuse) {
  std::list<OpenedEvidence> all;
  using Key = std::tuple<AttachmentKind, Digest, oci::Annotations>;
  std::map<Key, Result<OpenedEvidence*>> seen;
  std::map<Digest, std::shared_ptr<crypto::Message>> messages;  // that have their signatures beside them
  std::map<Digest, std::size_t> read;
  const auto open = [&](const Attachment& piece, const oci::Annotations& annotations) -> Result<OpenedEvidence*> {
    if (piece.kind == AttachmentKind::unsigned_statement) return Error(ErrorCode::mismatch, "not signed");
    if (material == ReadMaterial::yes && read[piece.blob.digest]++ > 0)
      SUPPLY_TRY(budget.spend(Cost::verifications, 1 + piece.bytes.view().size() / (64 * kKiB)));
    SUPPLY_TRY(attest::Bundle bundle, bundle_in(piece, annotations));
    OpenedEvidence& opened = all.emplace_back(OpenedEvidence{
        piece.kind, std::move(bundle), Signed{nullptr, {}, piece.blob.size, piece.blob.digest}, {}, {}, {}, {}});
    prepare(opened, piece, messages[piece.blob.digest]);
    return &opened;
  };
  for (const auto& [subject, found] : attached) {
    for (const Attachment& piece : found.evidence) {
      if (piece.kind == AttachmentKind::unsigned_statement && attached.contains(piece.manifest.digest)) continue;
      Key key{piece.kind, piece.blob.digest, annotations_of(piece, material)};
      auto at = seen.find(key);
      if (at == seen.end()) {
        Result<OpenedEvidence*> opened = open(piece, std::get<oci::Annotations>(key));
        at = seen.emplace(std::move(key), std::move(opened)).first;
      }
      if (!at->second) {
        refuse(subject, piece, at->second.error());
        continue;
      }
      // With nothing else to read, an envelope that is listed again says the same again.
      auto& pieces = (*at->second)->pieces;
      const bool says_again =
          piece.kind == AttachmentKind::envelope && !pieces.empty() && pieces.back().first == &subject;
      if (!says_again) pieces.emplace_back(&subject, &piece);
    }
  }
  all.sort([](const OpenedEvidence& a, const OpenedEvidence& b) {
    const auto key = [](const OpenedEvidence& one) {
      return std::tie(one.kind, one.tried.blob, one.tried.signatures.front().bytes);
    };
    return key(a) < key(b);
  });
  return all;
}

}  // namespace supply::verify::internal

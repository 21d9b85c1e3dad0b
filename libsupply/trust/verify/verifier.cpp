#include "libsupply/trust/verify/verifier.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <variant>

#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"
#include "libsupply/trust/verify/internal/blob_evidence.hpp"
#include "libsupply/trust/verify/internal/outcome.hpp"
#include "libsupply/trust/verify/internal/signatures.hpp"

namespace supply::verify {
namespace {

using attachments::Attachment;
using attachments::AttachmentKind;
using attest::Signer;
using attest::Statement;
using internal::Signed;

struct Refusal {
  std::string why;
  bool unknown_signer = false;
  std::optional<ErrorCode> unread = {};  // a form or a size that Supply does not read
};

Refusal not_read(const Error& error) {
  const bool ours = error.code() == ErrorCode::unsupported || error.code() == ErrorCode::limit_exceeded;
  return {error.message(), false, ours ? std::optional(error.code()) : std::nullopt};
}

Refusal by_nobody(const std::vector<TrustedKey>& keys, std::size_t given) {
  return {given == 1 && !keys.empty() ? "signature is not by key " + quote(keys.front().name)
                                      : "signature by none of the " + std::to_string(given) + " keys",
          true};
}

std::string subjects_of(const Statement& statement) {
  const attest::Subject& first = statement.subjects.front();
  const auto& [algorithm, digest] = *first.digest.begin();
  const std::string text = quote(algorithm + ':' + digest);
  const std::size_t others = statement.subjects.size() - 1;
  return others == 0 ? text : text + " and " + std::to_string(others) + " more";
}

struct OpenedEnvelope {
  attest::Envelope envelope;
  std::string unchecked;
  std::string hint;  // of a bundle
};

// The envelope in a blob that has one.
std::variant<OpenedEnvelope, Refusal> open_envelope(AttachmentKind kind, std::string_view bytes) {
  if (kind == AttachmentKind::envelope) {
    Result<attest::Envelope> envelope = attest::Envelope::parse(bytes);
    if (!envelope) return not_read(envelope.error());
    return OpenedEnvelope{*std::move(envelope), {}, {}};
  }
  Result<attest::Bundle> bundle = attest::Bundle::parse(bytes);
  if (!bundle) return not_read(bundle.error());
  if (!bundle->certificates.empty()) return Refusal{std::string(internal::kByCertificate), true};
  auto* envelope = std::get_if<attest::Envelope>(&bundle->content);
  if (envelope == nullptr) return Refusal{"bundle has a messageSignature: want a dsseEnvelope for an image"};
  return OpenedEnvelope{std::move(*envelope), internal::unchecked_material(*bundle), bundle->key_hint};
}

Signed signed_of(OpenedEnvelope& opened, std::uint64_t size, const Digest& blob) {
  attest::Envelope& envelope = opened.envelope;
  std::vector<attest::Signature> signatures = std::move(envelope.signatures);
  for (attest::Signature& signature : signatures)
    if (signature.keyid.empty()) signature.keyid = opened.hint;
  return {std::make_shared<crypto::Message>(
              envelope.payload, attest::pre_authentication_head(envelope.payload_type, envelope.payload.size())),
          std::move(signatures), size, blob};
}

// DSSE protocol.md and in-toto's validation model, in their order: signature (that was tried before), payload type,
// statement. Subject and predicate type are the caller's last steps.
std::variant<Statement, Refusal> signed_statement(const Signed& tried, const attest::Envelope& envelope,
                                                  const Refusal& nobody) {
  if (tried.signers.empty() && !tried.complete)
    return Refusal{"not checked: there are more signatures than one run may check", false, ErrorCode::limit_exceeded};
  if (tried.signers.empty()) return nobody;
  if (!attest::is_in_toto_payload_type(envelope.payload_type))
    return Refusal{"payload type " + quote(envelope.payload_type) + " is no in-toto statement"};
  Result<Statement> statement = Statement::parse(envelope.payload);
  if (!statement) return not_read(statement.error());
  return *std::move(statement);
}

Refusal about_another(const Statement& statement, const Digest& subject) {
  return {"statement is about " + subjects_of(statement) + ", not " + subject.to_string()};
}

// cosign SIGNATURE_SPEC.md: the signature in the annotation is over the layer's bytes.
std::variant<std::string, Refusal> annotated_signature(const Attachment& piece) {
  const auto annotation = piece.blob.annotations.find(std::string(attest::kSignatureAnnotation));
  if (annotation == piece.blob.annotations.end())
    return Refusal{"layer without the annotation " + quote(attest::kSignatureAnnotation)};
  Result<std::string> signature = from_base64(trim(annotation->second));
  if (!signature)
    return Refusal{"annotation " + quote(attest::kSignatureAnnotation) + ": " + signature.error().message()};
  return *std::move(signature);
}

// What is judged once: a blob under one kind, and one signature over it where the signature is beside it.
struct Item {
  std::variant<OpenedEnvelope, Refusal> opened = Refusal{};
  Signed tried;
  std::vector<std::pair<const Digest*, const Attachment*>> pieces = {};  // by subject
};

}  // namespace

// Makes the claims, as only a Verifier may.
class Judging {
 public:
  Judging(JudgedSubjects& judged, Refusal nobody) : judged_(judged), nobody_(std::move(nobody)) {}

  void refuse(const Digest& subject, const Attachment& piece, const Refusal& refusal) {
    SubjectClaims& outcome = judged_.outcomes.at(subject);
    outcome.refused.push_back(
        {piece.blob.digest, std::string(internal::name_of(piece.kind)), refusal.why, refusal.unknown_signer});
    if (!refusal.unread) return;
    // The lowest digest's, so that it is the same for evidence in any order.
    auto [first, added] = unread_.try_emplace(subject, piece.blob.digest);
    if (!added && first->second < piece.blob.digest) return;
    first->second = piece.blob.digest;
    outcome.unread = Error(*refusal.unread, "evidence " + piece.blob.digest.to_string() + ": " + refusal.why);
  }

  // The digest within a simple signing comes after its signature.
  template <class Make>
  void simple_signing(const Item& item, const Make& make) {
    std::optional<Refusal> wrong;
    std::optional<attest::SimpleSigning> payload;
    if (item.tried.signers.empty()) {
      wrong = item.tried.complete ? nobody_
                                  : Refusal{"not checked: there are more signatures than one run may check", false,
                                            ErrorCode::limit_exceeded};
    } else {
      Result<attest::SimpleSigning> parsed = attest::SimpleSigning::parse(item.pieces.front().second->bytes.view());
      if (parsed) payload = *std::move(parsed);
      else wrong = not_read(parsed.error());
    }
    for (const auto& [subject, piece] : item.pieces) {
      if (wrong) {
        refuse(*subject, *piece, *wrong);
      } else if (payload->image != *subject) {
        refuse(*subject, *piece,
               {"signature is about " + payload->image.to_string() + ", not " + subject->to_string()});
      } else {
        Signer signer = item.tried.signers.front();
        signer.unchecked = internal::unchecked_annotations(piece->blob.annotations);
        make(judged_.outcomes.at(*subject),
             attest::ImageSignature{*subject, payload->annotations, std::string(piece->bytes.view()), true},
             std::move(signer), piece->blob.digest);
      }
    }
  }

  template <class MakeSignature, class MakeStatement>
  void envelope(Item& item, const MakeSignature& make_signature, const MakeStatement& make_statement) {
    auto& opened = std::get<OpenedEnvelope>(item.opened);
    auto checked = signed_statement(item.tried, opened.envelope, nobody_);
    if (const auto* refusal = std::get_if<Refusal>(&checked)) {
      for (const auto& [subject, piece] : item.pieces) refuse(*subject, *piece, *refusal);
      return;
    }
    auto& statement = std::get<Statement>(checked);
    std::size_t left = item.pieces.size() * item.tried.signers.size();
    for (const auto& [subject, piece] : item.pieces) {
      const attest::Subject* const about = statement.subject(*subject);
      if (about == nullptr) {
        refuse(*subject, *piece, about_another(statement, *subject));
        left -= item.tried.signers.size();
        continue;
      }
      SubjectClaims& outcome = judged_.outcomes.at(*subject);
      const std::map<std::string, std::string> annotations = about->annotations;
      for (Signer signer : item.tried.signers) {
        signer.unchecked = piece->kind == AttachmentKind::envelope
                               ? internal::unchecked_annotations(piece->blob.annotations)
                               : opened.unchecked;
        --left;
        // Only a signature is a signature: any other predicate that the key has signed is an attestation.
        if (statement.predicate_type == attest::kCosignSignType) {
          make_signature(outcome, attest::ImageSignature{*subject, annotations, opened.envelope.payload, false},
                         std::move(signer), piece->blob.digest);
        } else {
          // A predicate may be an SBOM of many megabytes: copied only for a second signer or subject.
          make_statement(outcome, left == 0 ? std::move(statement) : statement, std::move(signer), piece->blob.digest);
        }
      }
    }
  }

 private:
  JudgedSubjects& judged_;
  Refusal nobody_;
  std::map<Digest, Digest> unread_;  // by subject: the evidence that `unread` is about
};

Verifier::Verifier(std::vector<TrustedKey> keys) : given_(keys.size()) {
  std::set<std::string> seen;
  for (TrustedKey& key : keys)
    if (seen.insert(key.key.fingerprint()).second) keys_.push_back(std::move(key));
}

Verifier::Verifier(TrustPolicy policy, Time now) : Verifier(std::move(policy.keys)) {
  policy_ = std::move(policy);
  policy_.keys = keys_;
  now_ = now;
}

JudgedSubjects Verifier::judge(const attachments::BySubject& attached, Budget& budget) const {
  if (policy_.trusted_root) return judge_by_policy(attached, budget);
  JudgedSubjects judged;
  Judging judging(judged, by_nobody(keys_, given_));
  // Nodes of a map stay where they are: messages are views into them.
  std::map<std::tuple<AttachmentKind, Digest, std::string>, Item> items;
  std::map<Digest, std::shared_ptr<crypto::Message>> payloads;  // that have their signatures beside them
  for (const auto& [subject, found] : attached) {
    judged.outcomes.try_emplace(subject);
    for (const Attachment& piece : found.evidence) {
      if (piece.kind == AttachmentKind::unsigned_statement) {
        judging.refuse(subject, piece, {"not signed"});
        continue;
      }
      std::string signature;
      if (piece.kind == AttachmentKind::simple_signing) {
        auto read = annotated_signature(piece);
        if (const auto* refusal = std::get_if<Refusal>(&read)) {
          judging.refuse(subject, piece, *refusal);
          continue;
        }
        signature = std::move(std::get<std::string>(read));
      }
      const Digest& blob = piece.blob.digest;
      auto found_item = items.find({piece.kind, blob, signature});
      if (found_item == items.end()) {
        Item item{Refusal{}, Signed{nullptr, {}, piece.blob.size, blob}};
        if (piece.kind != AttachmentKind::simple_signing) item.opened = open_envelope(piece.kind, piece.bytes.view());
        found_item = items.emplace(std::tuple(piece.kind, blob, signature), std::move(item)).first;
        Item& made = found_item->second;
        if (piece.kind == AttachmentKind::simple_signing) {
          std::shared_ptr<crypto::Message>& message = payloads[blob];
          if (!message) message = std::make_shared<crypto::Message>(piece.bytes.view());
          made.tried.message = message;
          made.tried.signatures.push_back({"", std::move(signature)});
        } else if (auto* opened = std::get_if<OpenedEnvelope>(&made.opened)) {
          made.tried = signed_of(*opened, piece.blob.size, blob);
        }
      }
      found_item->second.pieces.emplace_back(&subject, &piece);
    }
  }
  std::vector<Signed*> to_try;
  for (auto& [key, item] : items)
    if (item.tried.message) to_try.push_back(&item.tried);
  judged.unfinished = internal::try_signatures(to_try, keys_, budget);
  const auto signature = [](SubjectClaims& outcome, attest::ImageSignature claim, Signer signer, const Digest& where) {
    outcome.signatures.push_back({std::move(claim), std::move(signer), where});
  };
  const auto statement = [](SubjectClaims& outcome, Statement claim, Signer signer, const Digest& where) {
    outcome.statements.push_back({std::move(claim), std::move(signer), where});
  };
  for (auto& [key, item] : items) {
    if (std::get<AttachmentKind>(key) == AttachmentKind::simple_signing) judging.simple_signing(item, signature);
    else if (const auto* refusal = std::get_if<Refusal>(&item.opened))
      for (const auto& [subject, piece] : item.pieces) judging.refuse(*subject, *piece, *refusal);
    else judging.envelope(item, signature, statement);
  }
  for (auto& [subject, outcome] : judged.outcomes) internal::tidy(outcome);
  return judged;
}

Result<SubjectClaims> Verifier::image(const Digest& image, const std::vector<Attachment>& evidence,
                                      Budget& budget) const {
  JudgedSubjects judged = judge({{image, {evidence, {}}}}, budget);
  if (judged.unfinished) return *std::move(judged.unfinished);
  return std::move(judged.outcomes.at(image));
}

Result<attest::Verified<attest::BlobSignature>> Verifier::blob_by_key(std::string_view message,
                                                                      std::string_view bundle) const {
  SUPPLY_TRY(const internal::BlobSignatureFile file, internal::read_blob_signature(message, bundle));
  // One signature, the asker's own file and keys: nothing to bound.
  crypto::Message hashed(message);
  for (const TrustedKey& trusted : keys_) {
    const auto scheme = trusted.key.verify(hashed, file.signature);
    if (!scheme && scheme.error().code() != ErrorCode::mismatch) return scheme.error();
    if (!scheme) continue;
    Signer signer{trusted.name, to_hex(trusted.key.fingerprint()), std::string(crypto::to_string(*scheme)),
                  file.unchecked};
    return attest::Verified<attest::BlobSignature>({crypto::sha256(message)}, std::move(signer),
                                                   crypto::sha256(bundle));
  }
  return Error(ErrorCode::mismatch, by_nobody(keys_, given_).why);
}

Result<attest::Verified<attest::Statement>> Verifier::blob_attestation_by_key(const Digest& blob,
                                                                              std::string_view bundle,
                                                                              Budget& budget) const {
  SUPPLY_TRY(internal::BlobAttestationFile file, internal::read_blob_attestation(bundle));
  OpenedEnvelope opened{std::move(file.envelope), std::move(file.unchecked), {}};
  Signed tried = signed_of(opened, bundle.size(), crypto::sha256(bundle));
  if (auto unfinished = internal::try_signatures({&tried}, keys_, budget)) return *std::move(unfinished);
  auto checked = signed_statement(tried, opened.envelope, by_nobody(keys_, given_));
  if (const auto* refusal = std::get_if<Refusal>(&checked))
    return Error(refusal->unread.value_or(ErrorCode::mismatch), refusal->why);
  auto& statement = std::get<Statement>(checked);
  if (statement.subject(blob) == nullptr) return Error(ErrorCode::mismatch, about_another(statement, blob).why);
  // As for images: it says that the key signed, and nothing of how the blob was made.
  if (statement.predicate_type == attest::kCosignSignType)
    return Error(ErrorCode::mismatch, "a signature (" + statement.predicate_type + "), and no attestation");
  Signer signer = std::move(tried.signers.front());
  signer.unchecked = opened.unchecked;
  return attest::Verified<Statement>(std::move(statement), std::move(signer), tried.blob);
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

#include "libsupply/trust/verify/verifier.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <variant>

#include "libsupply/base/bytes/base64.hpp"
#include "libsupply/base/bytes/hex.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"
#include "libsupply/trust/verify/internal/blob_evidence.hpp"

namespace supply::verify {
namespace {

using attest::Signer;
using attest::Statement;

struct Refusal {
  std::string why;
  bool unknown_signer = false;
};

// An envelope that somebody known signed, about the right subject.
struct Attested {
  Statement statement;
  std::map<std::string, std::string> annotations;  // the subject's
  std::vector<Signer> signers;                     // each once
};

std::optional<Signer> signer_of(const std::vector<TrustedKey>& keys, std::string_view message,
                                std::string_view signature) {
  for (const TrustedKey& trusted : keys) {
    if (const Result<crypto::SignatureScheme> scheme = trusted.key.verify(message, signature)) {
      return Signer{trusted.name, to_hex(trusted.key.fingerprint()), std::string(crypto::to_string(*scheme))};
    }
  }
  return std::nullopt;
}

Refusal by_nobody(const std::vector<TrustedKey>& keys) {
  return {keys.size() == 1 ? "signature is not by key " + quote(keys.front().name)
                           : "signature by none of the " + std::to_string(keys.size()) + " keys",
          true};
}

std::string subjects_of(const Statement& statement) {
  const attest::Subject& first = statement.subjects.front();
  const auto& [algorithm, digest] = *first.digest.begin();
  const std::string text = quote(algorithm + ':' + digest);
  const std::size_t others = statement.subjects.size() - 1;
  return others == 0 ? text : text + " and " + std::to_string(others) + " more";
}

// DSSE protocol.md and in-toto's validation model, in their order: signature, payload type, statement, subject. The
// predicate type is the caller's last step.
std::variant<Attested, Refusal> check_envelope(const std::vector<TrustedKey>& keys, const attest::Envelope& envelope,
                                               const Digest& subject) {
  const std::string signed_bytes = attest::pre_authentication_encoding(envelope.payload_type, envelope.payload);
  std::vector<Signer> signers;
  for (const attest::Signature& signature : envelope.signatures) {
    std::optional<Signer> signer = signer_of(keys, signed_bytes, signature.bytes);
    if (!signer) continue;
    const bool is_new = std::none_of(signers.begin(), signers.end(),
                                     [&](const Signer& other) { return other.fingerprint == signer->fingerprint; });
    if (is_new) signers.push_back(*std::move(signer));
  }
  if (signers.empty()) return by_nobody(keys);
  if (!attest::is_in_toto_payload_type(envelope.payload_type)) {
    return Refusal{"payload type " + quote(envelope.payload_type) + " is no in-toto statement"};
  }
  Result<Statement> statement = Statement::parse(envelope.payload);
  if (!statement) return Refusal{statement.error().message()};
  const attest::Subject* const about = statement->subject(subject);
  if (about == nullptr) {
    return Refusal{"statement is about " + subjects_of(*statement) + ", not " + subject.to_string()};
  }
  std::map<std::string, std::string> annotations = about->annotations;
  return Attested{*std::move(statement), std::move(annotations), std::move(signers)};
}

struct OpenedEnvelope {
  attest::Envelope envelope;
  std::string unchecked;
};

// The envelope in a piece of evidence that has one.
std::variant<OpenedEnvelope, Refusal> open_envelope(const evidence::Evidence& piece) {
  if (piece.kind == evidence::Kind::envelope) {
    Result<attest::Envelope> envelope = attest::Envelope::parse(piece.bytes);
    if (!envelope) return Refusal{envelope.error().message()};
    return OpenedEnvelope{*std::move(envelope), internal::unchecked_annotations(piece.blob.annotations)};
  }
  Result<attest::Bundle> bundle = attest::Bundle::parse(piece.bytes);
  if (!bundle) return Refusal{bundle.error().message()};
  if (bundle->has_certificate) return Refusal{std::string(internal::kByCertificate), true};
  auto* envelope = std::get_if<attest::Envelope>(&bundle->content);
  if (envelope == nullptr) return Refusal{"bundle has a messageSignature: want a dsseEnvelope for an image"};
  return OpenedEnvelope{std::move(*envelope), internal::unchecked_material(*bundle)};
}

// cosign SIGNATURE_SPEC.md: the signature in the annotation is over the layer's bytes; then the digest within.
std::variant<std::pair<attest::SimpleSigning, Signer>, Refusal> check_simple_signing(
    const std::vector<TrustedKey>& keys, const evidence::Evidence& piece, const Digest& image) {
  const auto annotation = piece.blob.annotations.find(std::string(attest::kSignatureAnnotation));
  if (annotation == piece.blob.annotations.end()) {
    return Refusal{"layer without the annotation " + quote(attest::kSignatureAnnotation)};
  }
  const Result<std::string> signature = from_base64(trim(annotation->second));
  if (!signature)
    return Refusal{"annotation " + quote(attest::kSignatureAnnotation) + ": " + signature.error().message()};
  std::optional<Signer> signer = signer_of(keys, piece.bytes, *signature);
  if (!signer) return by_nobody(keys);
  signer->unchecked = internal::unchecked_annotations(piece.blob.annotations);
  Result<attest::SimpleSigning> payload = attest::SimpleSigning::parse(piece.bytes);
  if (!payload) return Refusal{payload.error().message()};
  if (payload->image != image) {
    return Refusal{"signature is about " + payload->image.to_string() + ", not " + image.to_string()};
  }
  return std::pair(*std::move(payload), *std::move(signer));
}

std::string_view name_of(evidence::Kind kind) {
  switch (kind) {
    case evidence::Kind::bundle: return "bundle";
    case evidence::Kind::simple_signing: return "simple signing";
    case evidence::Kind::envelope: return "attestation";
    case evidence::Kind::unsigned_statement: return "statement";
  }
  return "";
}

template <class Claim>
bool before(const attest::Verified<Claim>& a, const attest::Verified<Claim>& b) {
  return std::tie(a.evidence(), a.signer().fingerprint) < std::tie(b.evidence(), b.signer().fingerprint);
}

void sort(Outcome& outcome) {
  std::stable_sort(outcome.signatures.begin(), outcome.signatures.end(), before<attest::ImageSignature>);
  std::stable_sort(outcome.statements.begin(), outcome.statements.end(), before<Statement>);
  std::stable_sort(outcome.refused.begin(), outcome.refused.end(), [](const Refused& a, const Refused& b) {
    return std::tie(a.evidence, a.what, a.why) < std::tie(b.evidence, b.what, b.why);
  });
}

}  // namespace

Outcome Verifier::image(const Digest& image, const std::vector<evidence::Evidence>& evidence) const {
  Outcome outcome;
  for (const evidence::Evidence& piece : evidence) {
    const Digest& where = piece.blob.digest;
    const auto refuse = [&](const Refusal& refusal) {
      outcome.refused.push_back({where, std::string(name_of(piece.kind)), refusal.why, refusal.unknown_signer});
    };
    if (piece.kind == evidence::Kind::unsigned_statement) {
      refuse({"not signed"});
      continue;
    }
    if (piece.kind == evidence::Kind::simple_signing) {
      auto checked = check_simple_signing(keys_, piece, image);
      if (const auto* refusal = std::get_if<Refusal>(&checked)) {
        refuse(*refusal);
        continue;
      }
      auto& [payload, signer] = std::get<0>(checked);
      outcome.signatures.push_back(
          {{image, std::move(payload.annotations), piece.bytes, true}, std::move(signer), where});
      continue;
    }
    auto opened = open_envelope(piece);
    if (const auto* refusal = std::get_if<Refusal>(&opened)) {
      refuse(*refusal);
      continue;
    }
    const auto& [envelope, unchecked] = std::get<OpenedEnvelope>(opened);
    auto checked = check_envelope(keys_, envelope, image);
    if (const auto* refusal = std::get_if<Refusal>(&checked)) {
      refuse(*refusal);
      continue;
    }
    auto& attested = std::get<Attested>(checked);
    for (Signer& signer : attested.signers) {
      signer.unchecked = unchecked;
      // Only a signature is a signature: any other predicate that the key has signed is an attestation.
      if (attested.statement.predicate_type == attest::kCosignSignType) {
        outcome.signatures.push_back(
            {{image, attested.annotations, envelope.payload, false}, std::move(signer), where});
      } else {
        // A predicate may be an SBOM of many megabytes: copied only for a second signer.
        Statement statement = &signer == &attested.signers.back() ? std::move(attested.statement) : attested.statement;
        outcome.statements.push_back({std::move(statement), std::move(signer), where});
      }
    }
  }
  sort(outcome);
  return outcome;
}

Result<attest::Verified<attest::BlobSignature>> Verifier::blob(std::string_view message,
                                                               std::string_view bundle) const {
  SUPPLY_TRY(const internal::BlobSignatureFile file, internal::read_blob_signature(message, bundle));
  std::optional<Signer> signer = signer_of(keys_, message, file.signature);
  if (!signer) return Error(ErrorCode::mismatch, by_nobody(keys_).why);
  signer->unchecked = file.unchecked;
  return attest::Verified<attest::BlobSignature>({crypto::sha256(message)}, *std::move(signer), crypto::sha256(bundle));
}

Result<attest::Verified<attest::Statement>> Verifier::blob_attestation(const Digest& blob,
                                                                       std::string_view bundle) const {
  SUPPLY_TRY(internal::BlobAttestationFile file, internal::read_blob_attestation(bundle));
  auto checked = check_envelope(keys_, file.envelope, blob);
  if (const auto* refusal = std::get_if<Refusal>(&checked)) return Error(ErrorCode::mismatch, refusal->why);
  auto& attested = std::get<Attested>(checked);
  Signer signer = std::move(attested.signers.front());
  signer.unchecked = file.unchecked;
  return attest::Verified<Statement>(std::move(attested.statement), std::move(signer), crypto::sha256(bundle));
}

void require_annotations(Outcome& outcome, const std::map<std::string, std::string>& wanted) {
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
  sort(outcome);
}

}  // namespace supply::verify

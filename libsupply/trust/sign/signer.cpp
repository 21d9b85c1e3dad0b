#include "libsupply/trust/sign/signer.hpp"

#include <algorithm>
#include <optional>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"
#include "libsupply/trust/sign/internal/attach.hpp"

namespace supply::sign {
namespace {

constexpr std::string_view kEnvelopeType = "application/vnd.dsse.envelope.v1+json";

using Annotations = std::map<std::string, std::string>;

Result<attest::Envelope> seal(const crypto::PrivateKey& key, std::string_view statement) {
  const std::string type(attest::kInTotoPayloadType);
  SUPPLY_TRY(std::string signature, key.sign(attest::pre_authentication_encoding(type, statement)));
  return attest::Envelope{type, std::string(statement), {{"", std::move(signature)}}};
}

std::string hint_of(const crypto::PrivateKey& key) { return to_base64(key.public_key().fingerprint()); }

Result<std::string> bounded(std::string text) {
  if (text.size() > kMaxAttachmentBytes) {
    return Error(ErrorCode::limit_exceeded, "attestation of " + std::to_string(text.size()) +
                                                " bytes: verifiers read " + std::to_string(kMaxAttachmentBytes) +
                                                " at most");
  }
  return text;
}

Result<std::string> bundle_of(const crypto::PrivateKey& key, std::string_view statement) {
  SUPPLY_TRY(attest::Envelope envelope, seal(key, statement));
  return bounded(attest::to_bundle_json(hint_of(key), std::move(envelope)));
}

attest::Subject subject_of(const ImageToSign& image, std::string name, const Annotations& annotations) {
  const Digest& digest = image.descriptor.digest;
  return {std::move(name), {{std::string(digest.algorithm()), std::string(digest.encoded())}}, annotations};
}

Status check(const ImageToSign& image, const Annotations& annotations) {
  if (!image.descriptor.digest.verifiable()) {
    return Error(ErrorCode::unsupported, "digest " + image.descriptor.digest.to_string() + ": want sha256 or sha512");
  }
  const bool fine = is_utf8(image.name) && std::all_of(annotations.begin(), annotations.end(), [](const auto& entry) {
                      return is_utf8(entry.first) && is_utf8(entry.second);
                    });
  // JSON cannot hold it, and what is signed must be what was asked for.
  if (!fine) return Error(ErrorCode::usage, "name or annotation is no UTF-8 text");
  return {};
}

Result<Digest> sign_legacy(store::ContentStore& store, const crypto::PrivateKey& key, const ImageToSign& image,
                           const Annotations& annotations) {
  const std::string payload = attest::SimpleSigning{image.descriptor.digest, image.name, annotations}.to_bytes();
  SUPPLY_TRY(const std::string signature, key.sign(payload));
  const crypto::PublicKey own = key.public_key();
  const auto same = [&](const oci::Descriptor& layer, std::string_view bytes) {
    const auto annotation = layer.annotations.find(std::string(attest::kSignatureAnnotation));
    if (annotation == layer.annotations.end()) return false;
    const Result<std::string> theirs = from_base64(annotation->second);
    if (!theirs || !own.verify(bytes, *theirs)) return false;
    const Result<attest::SimpleSigning> said = attest::SimpleSigning::parse(bytes);
    return said && said->image == image.descriptor.digest && said->annotations == annotations;
  };
  return internal::attach_layer(store, image.descriptor, ".sig",
                                {std::string(attest::kSimpleSigningType),
                                 payload,
                                 {{std::string(attest::kSignatureAnnotation), to_base64(signature)}}},
                                same);
}

Result<Digest> attest_legacy(store::ContentStore& store, const crypto::PrivateKey& key, const ImageToSign& image,
                             std::string_view predicate_type, std::string_view statement) {
  SUPPLY_TRY(const attest::Envelope envelope, seal(key, statement));
  SUPPLY_TRY(std::string bytes, bounded(envelope.to_json()));
  const crypto::PublicKey own = key.public_key();
  const std::string signed_bytes = attest::pre_authentication_encoding(attest::kInTotoPayloadType, statement);
  const auto same = [&](const oci::Descriptor&, std::string_view theirs) {
    const Result<attest::Envelope> there = attest::Envelope::parse(theirs);
    return there && there->payload_type == attest::kInTotoPayloadType && there->payload == statement &&
           std::any_of(there->signatures.begin(), there->signatures.end(), [&](const attest::Signature& signature) {
             return static_cast<bool>(own.verify(signed_bytes, signature.bytes));
           });
  };
  return internal::attach_layer(
      store, image.descriptor, ".att",
      {std::string(kEnvelopeType),
       std::move(bytes),
       {{std::string(attest::kSignatureAnnotation), ""}, {"predicateType", std::string(predicate_type)}}},
      same);
}

}  // namespace

Result<std::string> sign_statement(const crypto::PrivateKey& key, std::string_view statement) {
  SUPPLY_TRY(const attest::Statement parsed, attest::Statement::parse(statement));
  SUPPLY_TRY(attest::check_attestable(parsed.predicate_type));
  return bundle_of(key, statement);
}

Result<std::string> sign_blob(const crypto::PrivateKey& key, std::string_view message) {
  SUPPLY_TRY(std::string signature, key.sign(message));
  // cosign needs the digest filled in also where the signature is not over it.
  return attest::to_bundle_json(
      hint_of(key),
      attest::MessageSignature{"SHA2_256", crypto::hash(crypto::HashAlgorithm::sha256, message), std::move(signature)});
}

Result<Digest> sign_image(store::ContentStore& store, const crypto::PrivateKey& key, const ImageToSign& image,
                          const Annotations& annotations, SignatureFormat format, Time now) {
  SUPPLY_TRY(check(image, annotations));
  if (format == SignatureFormat::legacy) return sign_legacy(store, key, image, annotations);
  const auto same = [&](const attest::Statement&, const attest::Subject& subject) {
    return subject.annotations == annotations;
  };
  SUPPLY_TRY(const std::optional<Digest> there,
             internal::find_bundle(store, key.public_key(), image.descriptor.digest, attest::kCosignSignType, same));
  if (there) return *there;
  SUPPLY_TRY(const std::string statement,
             attest::make_statement(subject_of(image, "", annotations), attest::kCosignSignType, "{}"));
  SUPPLY_TRY(const std::string bundle, bundle_of(key, statement));
  return internal::attach_bundle(store, image.descriptor, bundle, attest::kCosignSignType, now);
}

Result<Digest> attest_image(store::ContentStore& store, const crypto::PrivateKey& key, const ImageToSign& image,
                            std::string_view predicate_type, std::string_view predicate, SignatureFormat format,
                            Time now) {
  SUPPLY_TRY(check(image, {}));
  SUPPLY_TRY(attest::check_attestable(predicate_type));
  SUPPLY_TRY(const std::string statement,
             attest::make_statement(subject_of(image, image.name, {}), predicate_type, predicate));
  if (format == SignatureFormat::legacy) return attest_legacy(store, key, image, predicate_type, statement);
  const auto same = [&](const attest::Statement& theirs, const attest::Subject&) {
    return theirs.predicate == attest::bare_document(predicate);
  };
  SUPPLY_TRY(const std::optional<Digest> there,
             internal::find_bundle(store, key.public_key(), image.descriptor.digest, predicate_type, same));
  if (there) return *there;
  SUPPLY_TRY(const std::string bundle, bundle_of(key, statement));
  return internal::attach_bundle(store, image.descriptor, bundle, predicate_type, now);
}

}  // namespace supply::sign

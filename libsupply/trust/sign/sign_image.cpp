#include "libsupply/trust/sign/sign_image.hpp"

#include <algorithm>
#include <optional>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"
#include "libsupply/trust/sign/internal/first_form.hpp"
#include "libsupply/trust/sign/internal/sealed.hpp"
#include "libsupply/trust/sign/internal/stored_signature.hpp"

namespace supply::sign {
namespace {

constexpr std::string_view kEnvelopeType = "application/vnd.dsse.envelope.v1+json";

using Annotations = std::map<std::string, std::string>;

/// Whether a stored signature by a key or certificate is one that this signer need not make again.
internal::IsOurs is_ours(VerificationMaterial own, const Digest& image, const SigningServices* services) {
  return [own = std::move(own), image, services](const attest::Bundle& bundle, std::string_view text,
                                                 std::string_view signed_bytes) {
    if (services != nullptr) return services->is_complete(text, image, own);
    return bundle.certificates.empty() &&
           static_cast<bool>(
               own.key.verify(signed_bytes, std::get<attest::Envelope>(bundle.content).signatures.front().bytes));
  };
}

attest::Subject subject_of(const ImageToSign& image, std::string name, const Annotations& annotations) {
  const Digest& digest = image.descriptor.digest;
  return {std::move(name), {{std::string(digest.algorithm()), std::string(digest.encoded())}}, annotations};
}

Status check(const ImageToSign& image, const Annotations& annotations, const HowToSign& how) {
  // What was asked for and would not be there is worse than a no.
  if (how.format == SignatureFormat::legacy && how.services != nullptr) SUPPLY_TRY(how.services->check_first_form());
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

Result<Digest> sign_legacy(store::ContentStore& store, const Signer& signer, const ImageToSign& image,
                           const Annotations& annotations, const SigningServices* services) {
  const std::string payload = attest::SimpleSigning{image.descriptor.digest, image.name, annotations}.to_bytes();
  SUPPLY_TRY(const VerificationMaterial own, signer.material());
  const auto same = [&](const oci::Descriptor& layer, std::string_view bytes) {
    const auto annotation = layer.annotations.find(std::string(attest::kSignatureAnnotation));
    if (annotation == layer.annotations.end()) return false;
    const Result<attest::SimpleSigning> said = attest::SimpleSigning::parse(bytes);
    if (!said || said->image != image.descriptor.digest || said->annotations != annotations) return false;
    if (services != nullptr)
      return services->is_complete_file(internal::first_form_file(layer.annotations, annotation->second), bytes,
                                        image.descriptor.digest, own);
    const Result<std::string> theirs = from_base64(annotation->second);
    return theirs && static_cast<bool>(own.key.verify(bytes, *theirs));
  };
  const auto make = [&]() -> Result<internal::LegacyLayer> {
    const SigningInput input = SigningInput::of_message(payload);
    SUPPLY_TRY(const MadeSignature made, signer.sign(input));
    Countersignatures all;
    if (services != nullptr) {
      SUPPLY_TRY(all, services->countersign(
                          made, input,
                          attest::MessageSignature{"SHA2_256", crypto::hash(crypto::HashAlgorithm::sha256, payload),
                                                   made.signature}));
    }
    SUPPLY_TRY(oci::Annotations annotations_of_layer, internal::first_form_annotations(made, all));
    annotations_of_layer[std::string(attest::kSignatureAnnotation)] = to_base64(made.signature);
    return internal::LegacyLayer{payload, std::move(annotations_of_layer)};
  };
  return internal::attach_layer(store, image.descriptor, ".sig", attest::kSimpleSigningType, make, same);
}

Result<Digest> attest_legacy(store::ContentStore& store, const Signer& signer, const ImageToSign& image,
                             std::string_view predicate_type, std::string_view statement,
                             const SigningServices* services) {
  SUPPLY_TRY(const VerificationMaterial own, signer.material());
  const std::string signed_bytes = attest::pre_authentication_encoding(attest::kInTotoPayloadType, statement);
  const auto same = [&](const oci::Descriptor& layer, std::string_view theirs) {
    const Result<attest::Envelope> there = attest::Envelope::parse(theirs);
    if (!there || there->payload_type != attest::kInTotoPayloadType || there->payload != statement) return false;
    if (services != nullptr)
      return services->is_complete_file(internal::first_form_file(layer.annotations, to_base64(theirs)), {},
                                        image.descriptor.digest, own);
    return std::any_of(there->signatures.begin(), there->signatures.end(), [&](const attest::Signature& signature) {
      return static_cast<bool>(own.key.verify(signed_bytes, signature.bytes));
    });
  };
  const auto make = [&]() -> Result<internal::LegacyLayer> {
    SUPPLY_TRY(const internal::Sealed sealed, internal::seal(signer, statement, services));
    SUPPLY_TRY(std::string bytes, internal::bounded(sealed.envelope.to_json()));
    SUPPLY_TRY(oci::Annotations annotations, internal::first_form_annotations(sealed.made, sealed.countersignatures));
    annotations[std::string(attest::kSignatureAnnotation)] = "";
    annotations["predicateType"] = std::string(predicate_type);
    return internal::LegacyLayer{std::move(bytes), std::move(annotations)};
  };
  return internal::attach_layer(store, image.descriptor, ".att", kEnvelopeType, make, same);
}

}  // namespace

Result<Digest> sign_image(store::ContentStore& store, const Signer& signer, const ImageToSign& image,
                          const Annotations& annotations, const HowToSign& how) {
  SUPPLY_TRY(check(image, annotations, how));
  if (how.format == SignatureFormat::legacy) return sign_legacy(store, signer, image, annotations, how.services);
  const auto same = [&](const attest::Statement&, const attest::Subject& subject) {
    return subject.annotations == annotations;
  };
  SUPPLY_TRY(VerificationMaterial own, signer.material());
  SUPPLY_TRY(const std::optional<Digest> there,
             internal::find_bundle(store, is_ours(std::move(own), image.descriptor.digest, how.services),
                                   image.descriptor.digest, attest::kCosignSignType, same));
  if (there) return *there;
  SUPPLY_TRY(const std::string statement,
             attest::make_statement(subject_of(image, "", annotations), attest::kCosignSignType, "{}"));
  SUPPLY_TRY(const std::string bundle, internal::bundle_of(signer, statement, how.services));
  return internal::attach_bundle(store, image.descriptor, bundle, attest::kCosignSignType, how.now);
}

Result<Digest> attest_image(store::ContentStore& store, const Signer& signer, const ImageToSign& image,
                            std::string_view predicate_type, std::string_view predicate, const HowToSign& how) {
  SUPPLY_TRY(check(image, {}, how));
  SUPPLY_TRY(attest::check_attestable(predicate_type));
  SUPPLY_TRY(const std::string statement,
             attest::make_statement(subject_of(image, image.name, {}), predicate_type, predicate));
  if (how.format == SignatureFormat::legacy)
    return attest_legacy(store, signer, image, predicate_type, statement, how.services);
  const auto same = [&](const attest::Statement& theirs, const attest::Subject&) {
    return theirs.predicate == attest::bare_document(predicate);
  };
  SUPPLY_TRY(VerificationMaterial own, signer.material());
  SUPPLY_TRY(const std::optional<Digest> there,
             internal::find_bundle(store, is_ours(std::move(own), image.descriptor.digest, how.services),
                                   image.descriptor.digest, predicate_type, same));
  if (there) return *there;
  SUPPLY_TRY(const std::string bundle, internal::bundle_of(signer, statement, how.services));
  return internal::attach_bundle(store, image.descriptor, bundle, predicate_type, how.now);
}

}  // namespace supply::sign

#include "libsupply/trust/sign/sign_bundle.hpp"

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/trust/attest/statement.hpp"
#include "libsupply/trust/sign/internal/sealed.hpp"

namespace supply::sign {
namespace internal {

Result<std::string> bounded(std::string text) {
  if (text.size() > kMaxAttachmentBytes) {
    return Error(ErrorCode::limit_exceeded, "attestation of " + std::to_string(text.size()) +
                                                " bytes: verifiers read " + std::to_string(kMaxAttachmentBytes) +
                                                " at most");
  }
  return text;
}

Result<Sealed> seal(const Signer& signer, std::string_view statement, const SigningServices* services) {
  const std::string type(attest::kInTotoPayloadType);
  const SigningInput input =
      SigningInput::of_message(statement, attest::pre_authentication_head(type, statement.size()));
  SUPPLY_TRY(MadeSignature made, signer.sign(input));
  attest::Envelope envelope{type, std::string(statement), {{"", made.signature}}};
  // What no verifier reads is not put into a log either.
  SUPPLY_TRY([[maybe_unused]] const std::string small_enough, bounded(envelope.to_json()));
  Countersignatures countersignatures;
  if (services != nullptr) {
    SUPPLY_TRY(countersignatures, services->countersign(made, input, envelope));
  }
  return Sealed{std::move(made), std::move(envelope), std::move(countersignatures)};
}

Result<std::string> wrap(const MadeSignature& made, attest::BundleContent content,
                         Countersignatures countersignatures) {
  attest::Bundle bundle;
  bundle.media_type = std::string(attest::kBundleType);
  // Of a chain, version 0.3 takes the signer's certificate alone.
  if (made.material.certificates.empty()) bundle.key_hint = to_base64(made.material.key.fingerprint());
  else bundle.certificates.push_back(made.material.certificates.front());
  bundle.log_entries = std::move(countersignatures.log_entries);
  bundle.timestamps = std::move(countersignatures.timestamps);
  bundle.content = std::move(content);
  return bounded(attest::to_bundle_json(bundle));
}

Result<std::string> bundle_of(const Signer& signer, std::string_view statement, const SigningServices* services) {
  SUPPLY_TRY(Sealed sealed, seal(signer, statement, services));
  return wrap(sealed.made, std::move(sealed.envelope), std::move(sealed.countersignatures));
}

}  // namespace internal

namespace {

std::string_view digest_algorithm(crypto::HashAlgorithm algorithm) {
  switch (algorithm) {
    case crypto::HashAlgorithm::sha384: return "SHA2_384";
    case crypto::HashAlgorithm::sha512: return "SHA2_512";
    default: return "SHA2_256";
  }
}

}  // namespace

Result<std::string> sign_statement(const Signer& signer, std::string_view statement, const SigningServices* services) {
  SUPPLY_TRY(const attest::Statement parsed, attest::Statement::parse(statement));
  SUPPLY_TRY(attest::check_attestable(parsed.predicate_type));
  return internal::bundle_of(signer, statement, services);
}

Result<std::string> sign_blob(const Signer& signer, const SigningInput& blob, const SigningServices* services) {
  SUPPLY_TRY(const MadeSignature made, signer.sign(blob));
  // cosign needs the digest filled in also where the signature is not over it.
  const crypto::HashAlgorithm algorithm = made.material.scheme == crypto::SignatureScheme::ed25519
                                              ? crypto::HashAlgorithm::sha256
                                              : crypto::hash_of(made.material.scheme);
  SUPPLY_TRY(std::string digest, blob.hash(algorithm));
  attest::MessageSignature message{std::string(digest_algorithm(algorithm)), std::move(digest), made.signature};
  Countersignatures countersignatures;
  if (services != nullptr) {
    SUPPLY_TRY(countersignatures, services->countersign(made, blob, message));
  }
  return internal::wrap(made, std::move(message), std::move(countersignatures));
}

}  // namespace supply::sign

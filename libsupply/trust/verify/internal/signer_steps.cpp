// Who signed: the steps parse, signature and identity.
#include <algorithm>

#include "libsupply/base/crypto/signature_algorithm.hpp"
#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/certificate_identity.hpp"
#include "libsupply/trust/verify/internal/verification.hpp"

namespace supply::verify::internal {
namespace {

using attest::Step;
using attest::StepCode;
using crypto::HashAlgorithm;
using crypto::SignatureScheme;

constexpr std::size_t kHashedPerVerification = 256 * kKiB;  // takes as long (PublicKey::cost)

Error not_made() { return Error(ErrorCode::mismatch, "signature was not made by this key over these bytes"); }

// Nothing: keys of that type do not sign so.
std::optional<SignatureScheme> scheme_of(crypto::KeyType type, HashAlgorithm hash) {
  const bool any = type == crypto::KeyType::rsa;
  switch (hash) {
    case HashAlgorithm::sha256: return any ? SignatureScheme::rsa_pkcs1_sha256 : SignatureScheme::ecdsa_sha256;
    case HashAlgorithm::sha384: return any ? SignatureScheme::rsa_pkcs1_sha384 : SignatureScheme::ecdsa_sha384;
    case HashAlgorithm::sha512: return any ? SignatureScheme::rsa_pkcs1_sha512 : SignatureScheme::ecdsa_sha512;
    default: return std::nullopt;
  }
}

// The hashes under which a key of that type may have signed, beside the one that the bundle names.
std::vector<HashAlgorithm> own_hashes(crypto::KeyType type) {
  switch (type) {
    case crypto::KeyType::ecdsa_p384: return {HashAlgorithm::sha256, HashAlgorithm::sha384};
    case crypto::KeyType::ecdsa_p521: return {HashAlgorithm::sha256, HashAlgorithm::sha512};
    case crypto::KeyType::rsa: return {HashAlgorithm::sha256, HashAlgorithm::sha384, HashAlgorithm::sha512};
    default: return {HashAlgorithm::sha256};
  }
}

Result<SignatureScheme> made_over_file(Verification& judged, const crypto::PublicKey& key) {
  std::string held;
  SUPPLY_TRY(const std::string_view bytes, judged.material.artifact->all(held));
  crypto::Message message(bytes);
  SUPPLY_TRY(judged.budget.spend(Cost::verifications,
                                 bytes.size() / kHashedPerVerification + key.cost(message, judged.signature())));
  return key.verify(message, judged.signature());
}

// Of a message, of which the bundle has the digest; and the file may be at hand, where it is by another hash.
Result<SignatureScheme> made_over_message(Verification& judged, const crypto::PublicKey& key) {
  const auto& content = std::get<attest::MessageSignature>(judged.bundle.content);
  if (content.digest.empty()) {  // Ed25519 needs none (lacks_digest)
    if (key.type() != crypto::KeyType::ed25519 || judged.material.artifact == nullptr) return not_made();
    return made_over_file(judged, key);
  }
  const std::optional<HashAlgorithm> stated = hash_named(content.digest_algorithm);
  if (!stated) return Error(ErrorCode::unsupported, "messageDigest algorithm " + quote(content.digest_algorithm));
  SUPPLY_TRY(judged.budget.spend(Cost::verifications, key.cost(content.signature)));
  if (key.cost(content.signature) == 0) return not_made();
  const bool ed25519 = key.type() == crypto::KeyType::ed25519;
  if (!ed25519) {
    const SignatureScheme scheme = *scheme_of(key.type(), *stated);
    if (crypto::verify_hash_as(scheme, key, content.digest, content.signature)) return scheme;
  }
  const Artifact* const artifact = judged.material.artifact;
  if (artifact == nullptr) return not_made();
  // Over another hash than the one that binds the bundle to the file, which then has to hold too.
  SUPPLY_TRY(const std::string digest, artifact->hash(*stated));
  if (digest != content.digest)
    return Error(ErrorCode::mismatch, "signature is not over what the bundle's messageDigest is of");
  if (ed25519) return made_over_file(judged, key);
  for (const HashAlgorithm other : own_hashes(key.type())) {
    if (other == *stated) continue;
    if (artifact->bytes)
      SUPPLY_TRY(judged.budget.spend(Cost::verifications, artifact->bytes->size() / kHashedPerVerification));
    SUPPLY_TRY(const std::string hash, artifact->hash(other));
    SUPPLY_TRY(judged.budget.spend(Cost::verifications, key.cost(content.signature)));
    const SignatureScheme scheme = *scheme_of(key.type(), other);
    if (crypto::verify_hash_as(scheme, key, hash, content.signature)) return scheme;
  }
  return not_made();
}

Result<SignatureScheme> made_by(Verification& judged, const crypto::PublicKey& key) {
  const attest::Envelope* const envelope = judged.envelope();
  if (envelope == nullptr) return made_over_message(judged, key);
  crypto::Message message(envelope->payload,
                          attest::pre_authentication_head(envelope->payload_type, envelope->payload.size()));
  SUPPLY_TRY(judged.budget.spend(Cost::verifications, key.cost(message, judged.signature())));
  return key.verify(message, judged.signature());
}

// Which of the keys made the signature: the log entry must hold that one. None: the signature step says so.
bool find_key(Verification& judged) {
  if (judged.material.made) {
    const MadeBy& made = *judged.material.made;
    if (!made.tried)
      return judged.fail(Step::signature, StepCode::too_much,
                         "not checked: there are more signatures than one run may check");
    judged.key = made.key;
    if (made.key != nullptr) judged.made = made.scheme;
    return true;
  }
  std::optional<Error> unknown;
  for (const TrustedKey& trusted : judged.policy.keys) {
    if (trusted.signs_bare_payload) continue;  // of an envelope, which is tried before
    Result<SignatureScheme> scheme = made_by(judged, trusted.key);
    if (scheme) {
      judged.key = &trusted;
      judged.made = std::move(scheme);
      return true;
    }
    if (scheme.error().code() == ErrorCode::mismatch) continue;
    if (scheme.error().code() != ErrorCode::unsupported) return judged.fail(Step::signature, scheme.error());
    if (!unknown) unknown = std::move(scheme).error();
  }
  if (unknown) return judged.fail(Step::signature, *unknown);
  return true;
}

// sigstore_common.proto has the digest for identification alone, and cosign leaves it out with Ed25519 keys, whose
// signatures are over the file and over no hash of it. Of other keys nobody leaves it out.
bool lacks_digest(const Verification& judged) {
  const auto* const message = std::get_if<attest::MessageSignature>(&judged.bundle.content);
  if (message == nullptr || (!message->digest.empty() && !message->digest_algorithm.empty())) return false;
  if (!message->digest.empty() || !message->digest_algorithm.empty()) return true;
  const auto is_ed25519 = [](const crypto::PublicKey& key) { return key.type() == crypto::KeyType::ed25519; };
  if (judged.leaf) return !is_ed25519(*judged.leaf->key);
  const auto& keys = judged.policy.keys;
  return std::none_of(keys.begin(), keys.end(), [&](const TrustedKey& each) { return is_ed25519(each.key); });
}

bool no_digest(Verification& judged) {
  return judged.fail(Step::parse, StepCode::missing, "bundle has no messageDigest");
}

// Of the types that are left out, none is in Sigstore's algorithm registry but those of which it says that they do not
// work yet (ML-DSA): no signature by such a key holds.
bool no_key(Verification& judged, const Error& why) {
  const Error fault = Error(why).at("certificate: subjectPublicKeyInfo");
  if (fault.code() == ErrorCode::unsupported) return judged.fail(Step::signature, StepCode::invalid, fault.message());
  return judged.fail(Step::parse, fault);
}

}  // namespace

bool judge_signer(Verification& judged) {
  if (judged.trusted != nullptr) judged.pass(Step::trust_root);
  else judged.skip(Step::trust_root, StepCode::not_needed, "keys alone are asked");
  judged.pass(Step::parse);
  if (judged.by_certificate() && judged.policy.identities.empty())
    return judged.fail(Step::identity, StepCode::invalid, "signed with a certificate: want a key's signature");
  if (!judged.by_certificate() && judged.policy.keys.empty())
    return judged.fail(Step::identity, StepCode::invalid,
                       judged.policy.identities.empty() ? "signed with a key, and no key is trusted"
                                                        : "signed with a key: want a certificate's signature");
  if (!judged.by_certificate()) return lacks_digest(judged) ? no_digest(judged) : find_key(judged);
  Result<crypto::Certificate> leaf = crypto::Certificate::from_der(judged.bundle.certificates.front());
  if (!leaf) return judged.fail(Step::parse, leaf.error());
  if (!leaf->key) return no_key(judged, *leaf->key_fault);
  judged.leaf = *std::move(leaf);
  if (lacks_digest(judged)) return no_digest(judged);
  judged.made = made_by(judged, *judged.leaf->key);
  return true;
}

bool judge_signature(Verification& judged) {
  if (!judged.by_certificate() && judged.key == nullptr)
    return judged.fail(Step::signature, StepCode::invalid,
                       judged.policy.keys.size() == 1
                           ? "signature is not by key " + quote(judged.policy.keys.front().name)
                           : "signature by none of the " + std::to_string(judged.policy.keys.size()) + " keys");
  if (!*judged.made) return judged.fail(Step::signature, judged.made->error());
  return judged.pass(Step::signature, std::string(crypto::to_string(**judged.made)));
}

bool judge_identity(Verification& judged) {
  if (!judged.by_certificate()) return judged.pass(Step::identity, "key " + quote(judged.key->name));
  Result<attest::CertificateIdentity> found = root::certificate_identity(*judged.leaf);
  if (!found) return judged.fail(Step::identity, found.error());
  judged.identity = *std::move(found);
  std::optional<std::string> lacking;  // of an identity of which only more is wanted than name and issuer
  for (const TrustedIdentity& wanted : judged.policy.identities) {
    const std::optional<std::string> why = wanted.mismatch(*judged.identity);
    if (!why) return judged.pass(Step::identity, judged.identity->name + " by " + judged.identity->issuer);
    if (!lacking) lacking = why;
  }
  return judged.fail(Step::identity, StepCode::invalid,
                     "signed by " + quote(judged.identity->name) + " of issuer " + quote(judged.identity->issuer) +
                         ", which is not who was asked for: " + *lacking);
}

}  // namespace supply::verify::internal

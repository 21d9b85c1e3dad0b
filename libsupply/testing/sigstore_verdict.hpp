// A private instance, bundles that hold by it, and which step of a verdict ends a bundle that does not. Tests only.
#pragma once

#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/private_instance.hpp"
#include "libsupply/trust/verify/verifier.hpp"

namespace supply::testing {

inline constexpr const char* kRelease = "a release";

inline PrivateInstance& instance() {
  static PrivateInstance one;
  return one;
}
inline Time at(int seconds) { return instance().at(seconds); }

/// By whom leaf_form() names.
inline verify::TrustPolicy identity_policy() {
  verify::TrustPolicy wanted;
  wanted.identities.push_back({{verify::TextPattern::exact("https://example.test/workflow@main")},
                               {verify::TextPattern::exact("https://issuer.test")}});
  wanted.trusted_root = instance().trusted();
  return wanted;
}
inline verify::TrustPolicy key_policy(const crypto::PrivateKey& key) {
  verify::TrustPolicy wanted;
  wanted.keys.push_back({"release", key.public_key()});
  wanted.trusted_root = instance().trusted();
  return wanted;
}

/// A statement about the release, or about other subjects: JSON of the list.
inline std::string statement_about(const std::string& subjects) {
  return R"({"_type":"https://in-toto.io/Statement/v1","subject":)" + subjects +
         R"(,"predicateType":"https://example.test/facts","predicate":{}})";
}
inline std::string sha256_subject(const std::string& hex) { return R"([{"digest":{"sha256":")" + hex + R"("}}])"; }
inline std::string release_statement() { return statement_about(sha256_subject(to_hex(sha256_of(kRelease)))); }

/// "yes", or "STEP CODE" of the first step that failed.
inline std::string step_of_file(const std::string& file, const verify::TrustPolicy& policy = identity_policy(),
                                const std::string& artifact = kRelease, bool attestation = false) {
  const verify::Verifier verifier(policy, at(0));
  Budget budget;
  std::vector<attest::StepResult> steps;
  const verify::Artifact about{artifact, crypto::sha256(artifact)};
  const bool yes = attestation ? static_cast<bool>(verifier.blob_attestation(about, file, budget, &steps))
                               : static_cast<bool>(verifier.blob(about, file, budget, &steps));
  if (yes) return "yes";
  for (const attest::StepResult& one : steps)
    if (one.outcome == attest::StepOutcome::failed)
      return std::string(to_string(one.step)) + ' ' + std::string(to_string(one.code));
  return "no step";
}
inline std::string step_of(const attest::Bundle& bundle, const verify::TrustPolicy& policy = identity_policy(),
                           const std::string& artifact = kRelease) {
  return step_of_file(to_json(bundle), policy, artifact, std::holds_alternative<attest::Envelope>(bundle.content));
}

/// The release, signed by a certificate and logged by Rekor v1.
inline attest::Bundle logged_1(const std::string& certificate, const crypto::PrivateKey* key = nullptr) {
  attest::Bundle bundle = instance().bundle(kRelease, certificate, key);
  bundle.log_entries = {instance().entry_1(hashedrekord_1(bundle), at(100))};
  return bundle;
}
inline attest::Bundle logged_1() { return logged_1(instance().issue(instance().leaf_form())); }
/// The same by Rekor v2, with a timestamp.
inline attest::Bundle logged_2(const std::string& certificate, const crypto::PrivateKey* key = nullptr) {
  attest::Bundle bundle = instance().bundle(kRelease, certificate, key);
  bundle.log_entries = {instance().entry_2(hashedrekord_2(bundle))};
  bundle.timestamps = {instance().timestamp({at(100), signature_of(bundle)})};
  return bundle;
}
inline attest::Bundle logged_2() { return logged_2(instance().issue(instance().leaf_form())); }
/// A statement in an envelope, logged by Rekor v1 as dsse, and by Rekor v2.
inline attest::Bundle attested_1(const std::string& payload = release_statement()) {
  attest::Bundle bundle = instance().envelope(payload, instance().issue(instance().leaf_form()));
  bundle.log_entries = {instance().entry_1(dsse_1(bundle), at(100))};
  return bundle;
}
inline attest::Bundle attested_2(const std::string& payload = release_statement()) {
  attest::Bundle bundle = instance().envelope(payload, instance().issue(instance().leaf_form()));
  bundle.log_entries = {instance().entry_2(hashedrekord_2(bundle))};
  bundle.timestamps = {instance().timestamp({at(100), signature_of(bundle)})};
  return bundle;
}

/// The text with the first `from` changed; throws when it is not there.
inline std::string changed(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace supply::testing

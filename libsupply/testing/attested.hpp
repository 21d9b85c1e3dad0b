// Facts about an image that never was, with what really is signed: evidence goes through the verifier. Tests only.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "libsupply/testing/policies.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/verify/verifier.hpp"
#include "libsupply/verdict/gate/attached_facts.hpp"
#include "libsupply/verdict/policy/facts.hpp"
#include "libsupply/verdict/policy/policy.hpp"

namespace supply::testing {

inline Digest digest_of(char fill) { return *Digest::parse("sha256:" + std::string(64, fill)); }

/// One piece of evidence, not yet verified.
struct Piece {
  Digest subject;
  attachments::Attachment evidence;
};

inline Piece attached(const attest::Subject& about, std::string_view by, std::string_view type,
                      std::string_view predicate, const Digest& subject) {
  const std::string statement = *attest::make_statement(about, type, predicate);
  std::string payload_type(attest::kInTotoPayloadType);
  std::string signature = *key(by).sign(attest::pre_authentication_encoding(payload_type, statement));
  std::string bytes =
      attest::to_bundle_json("", attest::Envelope{payload_type, statement, {{"", std::move(signature)}}});
  const Digest manifest = crypto::sha256("manifest of " + bytes), blob = crypto::sha256(bytes);
  attachments::Attachment evidence{attachments::AttachmentKind::bundle,
                                   subject,
                                   {.media_type = "m", .digest = manifest},
                                   {.media_type = "b", .digest = blob, .size = bytes.size()},
                                   std::move(bytes)};
  return {subject, std::move(evidence)};
}

inline Piece attestation(const Digest& about, std::string_view by, std::string_view type, std::string_view predicate,
                         std::map<std::string, std::string> annotations = {}, std::optional<Digest> attached_to = {}) {
  return attached({"", {{"sha256", std::string(about.encoded())}}, std::move(annotations)}, by, type, predicate,
                  attached_to.value_or(about));
}

inline Piece signature(const Digest& image, std::string_view by, std::map<std::string, std::string> annotations = {}) {
  return attestation(image, by, attest::kCosignSignType, "{}", std::move(annotations));
}

inline policy::PlatformFacts platform(std::string architecture, const Digest& manifest,
                                      std::vector<Digest> ancestors = {}) {
  return {.platform = {"linux", std::move(architecture), "", "", {}},
          .manifest = manifest,
          .ancestors = std::move(ancestors)};
}

/// What is in every image of these tests.
inline pkg::Inventory installed() {
  pkg::Inventory actual;
  pkg::Package package;
  package.purl = *pkg::Purl::parse("pkg:deb/debian/lamp@1");
  actual.packages.push_back(std::move(package));
  return actual;
}

/// A signed SBOM of it, or one that is wrong: it has another version.
inline Piece sbom(const Digest& about, std::string_view by, bool right, std::string_view type = attest::kSpdxType) {
  const std::string version = right ? "1" : "2", purl = "pkg:deb/debian/lamp@" + version;
  const std::string spdx =
      R"({"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"SPDXRef-lamp","name":"lamp","versionInfo":")" + version +
      R"(","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":")" + purl +
      "\"}]}]}";
  const std::string cyclonedx =
      R"({"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"lamp","version":")" +
      version + R"(","purl":")" + purl + "\"}]}";
  return attestation(about, by, type, type == attest::kCycloneDxType ? cyclonedx : spdx);
}

/// The facts that the gate would collect for `digest`, from this evidence and these trusted keys.
inline policy::Facts facts(const Digest& digest, std::vector<policy::PlatformFacts> platforms,
                           const std::vector<Piece>& pieces,
                           const std::vector<std::string>& trusted = {"alice", "alice-again", "bob", "carol"}) {
  std::vector<verify::TrustedKey> keys;
  for (const std::string& name : trusted) keys.push_back({name, key(name).public_key()});
  const verify::Verifier verifier(keys);
  policy::Facts all{.reference = *oci::Reference::parse("registry.example.org/prod/app:1.0"),
                    .digest = digest,
                    .platforms = std::move(platforms),
                    .attached = {},
                    .now = *parse_rfc3339("2026-11-24T12:00:00Z"),
                    .simulated_time = false};
  attachments::BySubject by_subject;
  by_subject[digest];
  for (const Piece& piece : pieces) by_subject[piece.subject].evidence.push_back(piece.evidence);
  Budget budget;
  const gate::Sboms sboms = gate::add_attached(verifier.judge(by_subject, budget), {.predicates = true}, all);
  const pkg::Inventory actual = installed();
  for (policy::PlatformFacts& each : all.platforms) gate::add_sboms(sboms, &actual, {"ntia"}, each);
  return all;
}

inline policy::Policy policy_of(std::vector<policy::ImageRules> images) {
  policy::Policy made{.name = "policy.yaml", .digest = digest_of('f'), .images = std::move(images)};
  for (const char* name : {"alice", "alice-again", "bob", "carol"}) made.keys.push_back({name, key(name).public_key()});
  return made;
}

}  // namespace supply::testing

// All that a rule may see of an image. Made by gate::collect, or by a test; pure values, the time among them.
// What somebody signed comes in only through Verified<…>: the constructors ask for it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/base/finding/finding.hpp"
#include "libsupply/base/result/result.hpp"
#include "libsupply/base/time/time.hpp"
#include "libsupply/content/pkg/package.hpp"
#include "libsupply/image/oci/config.hpp"
#include "libsupply/image/oci/left_out.hpp"
#include "libsupply/image/oci/reference.hpp"
#include "libsupply/trust/attest/verified.hpp"
#include "libsupply/trust/provenance/provenance.hpp"

namespace supply::policy {

/// What a signed statement of any predicate type is about; for messages and for the rules below.
struct Attestation {
  explicit Attestation(const attest::Verified<attest::Statement>& statement);
  attest::Signer signer;
  Digest evidence;
  std::string predicate_type;
};

/// Signed provenance (SLSA v1 or v0.2). Whether its builder's word counts is for the rule to say.
struct ProvenanceStatement : Attestation {
  /// Never fails: what cannot be read is in `problem`, and nothing is satisfied by it.
  explicit ProvenanceStatement(const attest::Verified<attest::Statement>& statement);
  std::optional<provenance::Provenance> claims;  ///< absent when there is a problem
  std::string problem;
};

/// A signed SBOM, compared with what one platform's image really holds.
struct AttachedSbom : Attestation {
  AttachedSbom(const attest::Verified<attest::Statement>& statement, std::string format_name)
      : Attestation(statement), format(std::move(format_name)) {}
  std::string format;     ///< "spdx", "cyclonedx"
  bool compared = false;  ///< false: nobody asked whether it agrees, and it does not count as agreeing
  std::vector<Finding> disagreements;
  std::string problem;  ///< why it could not be read, or empty
  bool unread = false;  ///< with a problem: of a form or size that Supply does not read, so that it may well agree
};

/// Evidence that proves nothing, and why.
struct Refusal {
  Digest evidence;
  std::string what, why;
  friend auto operator<=>(const Refusal&, const Refusal&) = default;
};

/// What is attached to one manifest or index, after verification with the policy's keys.
struct SubjectEvidence {
  std::vector<attest::Verified<attest::ImageSignature>> signatures;
  std::vector<Attestation> attestations;  ///< of every predicate type
  std::vector<ProvenanceStatement> provenance;
  std::vector<Refusal> refused;
  /// Why some of it was not read (a form that Supply does not know, a limit), so that it may hold what a rule asks for;
  /// empty mostly.
  std::string unread = {};
};

/// One base that the policy allows, compared with the image's layers.
struct BaseCandidate {
  enum class Answer { unknown, not_base, proven };
  std::string reference;
  std::optional<Digest> digest;  ///< of the base's manifest for this platform
  Answer answer = Answer::unknown;
  std::string detail;  ///< why it is not, or why it could not be found out
};

/// Names in an image's /etc/passwd, to their ids.
using Users = std::map<std::string, long>;

/// One runnable image.
struct PlatformFacts {
  oci::Platform platform;
  Digest manifest;
  std::vector<Digest> ancestors = {};  ///< the indexes above it; what vouches for them vouches for it
  oci::Config config = {};
  std::map<std::string, std::string> annotations = {};  ///< of the manifest
  std::vector<AttachedSbom> sboms = {};                 ///< of the manifest and its ancestors
  // Absent: no rule asked, so it was not read.
  std::optional<std::vector<pkg::Package>> packages = {};
  std::vector<std::string> unreadable_packages = {};  ///< what looks like a package and could not be read as one
  std::optional<Users> users = {};
  std::optional<std::vector<BaseCandidate>> bases = {};
  std::optional<std::vector<Finding>> secrets = {};  ///< in environment and history
  std::vector<oci::Platform> also_for = {};          ///< other platforms for which the index lists the manifest
};

struct Facts {
  oci::Reference reference;  ///< as typed
  Digest digest;             ///< what it was resolved to, once
  std::vector<PlatformFacts> platforms;
  std::map<Digest, SubjectEvidence> attached;  ///< by manifest and index
  Time now;
  bool simulated_time = false;
  std::vector<oci::LeftOut> left_out = {};  ///< entries of the index that no runtime chooses
  /// Why not all signatures were checked: there were more than one run may check (limit_exceeded).
  std::optional<Error> unfinished = {};
  /// All that the image is called, `reference` among it; empty: nothing else. An entry of the policy applies by any
  /// name.
  std::vector<oci::Reference> names = {};

  /// What vouches for one platform: what is attached to its manifest and to each index above it, by the digest that it
  /// is attached to. The pointers are into `attached`.
  std::vector<std::pair<Digest, const SubjectEvidence*>> evidence_for(const PlatformFacts& platform) const;
  /// Forgets what the platforms hold (packages, SBOMs, configs), so that the next image has the memory: no report says
  /// it. What is left decides nothing more.
  void release_contents();
};

}  // namespace supply::policy

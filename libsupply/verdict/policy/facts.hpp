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
#include "libsupply/trust/provenance/source_summary.hpp"
#include "libsupply/verdict/policy/subject.hpp"

namespace supply::policy {

/// What a signed statement of any predicate type is about; for messages and for the rules below.
struct Attestation {
  explicit Attestation(const attest::Verified<attest::Statement>& statement);
  attest::SignerIdentity signer;
  Digest evidence;
  std::string predicate_type;
  /// The JSON text of the predicate, where a rule asked for it (Needs::predicates); else empty.
  std::string predicate = {};
};

/// Signed provenance (SLSA v1 or v0.2). Whether its builder's word counts is for the rule to say.
struct ProvenanceStatement : Attestation {
  /// Never fails: what cannot be read is in `problem`, and nothing is satisfied by it.
  explicit ProvenanceStatement(const attest::Verified<attest::Statement>& statement);
  std::optional<provenance::Provenance> claims;  ///< absent when there is a problem
  std::string problem;
};

/// A signed verification summary about commits, which may be the image's source.
struct SourceSummaryStatement : Attestation {
  explicit SourceSummaryStatement(const attest::Verified<attest::Statement>& statement);
  provenance::SourceSummary summary;
};

/// A signed SBOM, compared with what one platform's image really holds.
struct AttachedSbom : Attestation {
  AttachedSbom(const attest::Verified<attest::Statement>& statement, std::string format_name)
      : Attestation(statement), format(std::move(format_name)) {}
  std::string format;     ///< "spdx", "cyclonedx"
  bool compared = false;  ///< false: nobody asked whether it agrees, and it does not count as agreeing
  std::vector<Finding> disagreements;
  /// By profile, what the document does not state that the profile says it must; absent: nobody asked.
  std::map<std::string, std::vector<Finding>> lint = {};
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
  std::vector<SourceSummaryStatement> source_summaries = {};
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
  /// Of an older image of the base's repository, which the image names and whose layers prove it: how much older it is
  /// than what the reference leads to today. Absent: it is what the reference leads to.
  std::optional<std::chrono::seconds> behind = {};
};

/// A file in an image that a rule about files may deny; made of the merged tree, or of one layer where a later one
/// removes it.
struct FileFact {
  std::string
      kind;  ///< "setuid", "world-writable", "package-manager", "compiler", "git", "env", "private-key", "secret"
  std::string path;
  std::optional<Digest> layer = {};  ///< its blob
  std::string detail = {};           ///< "mode 4755", "a GitHub token in line 3"; never a value
  bool removed = false;              ///< a later layer removes or replaces it; who pulls the image has it all the same
  friend auto operator<=>(const FileFact&, const FileFact&) = default;
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
  // Absent or empty: no rule asked, so it was not read.
  std::vector<AttachedSbom> sboms = {};  ///< of the manifest and its ancestors
  std::optional<std::vector<pkg::Package>> packages = {};
  std::vector<std::string> unreadable_packages = {};  ///< what looks like a package and could not be read as one
  std::optional<Users> users = {};
  std::optional<std::vector<BaseCandidate>> bases = {};
  std::optional<std::vector<Finding>> secrets = {};  ///< in environment and history
  std::optional<std::vector<FileFact>> files = {};   ///< that rules about files look for; sorted
  std::uint64_t size = 0;                            ///< of the manifest's config and layers, as they are stored
  std::size_t layers = 0;
  std::vector<oci::Platform> also_for = {};  ///< other platforms for which the index lists the manifest
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
  Subject subject() const;
  /// Forgets what the platforms hold (packages, SBOMs, configs), so that the next image has the memory: no report says
  /// it. What is left decides nothing more.
  void release_contents();
};

}  // namespace supply::policy

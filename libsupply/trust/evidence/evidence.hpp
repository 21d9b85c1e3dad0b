// The one way from an image to verified evidence: what is attached to it and to each of its platforms is collected,
// tried on keys, and told by subject. Everything that judges by evidence uses it (verify, verify-attestation, sbom
// check, gate, release). A claim about an index speaks for every image under it; a claim about one platform speaks for
// that one alone.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/image/store/image.hpp"
#include "libsupply/trust/attachments/attachments.hpp"
#include "libsupply/trust/verify/verifier.hpp"

namespace supply::evidence {

/// Whether the layers' bytes are hashed too. Worth it where they lie on this machine: a signature over a manifest whose
/// layers are damaged vouches for nothing that could run.
/// Without that, platforms are named as the index names them, and configs are read only where it does not.
enum class CheckLayers { no, yes };

struct ImageEvidence;

struct Request {
  std::optional<oci::Platform> platform;           ///< only this one; without it every runnable one
  std::map<std::string, std::string> annotations;  ///< what a signature must say to count
  CheckLayers layers = CheckLayers::yes;
  attachments::Query query = {};  ///< what is looked for, at all places; with `enough` also what is read first
  std::size_t threads = 0;        ///< 0: one per processor
  /// Whether what was read so far answers the question, so that no more is read. It is asked when the referrers of the
  /// root are judged that are listed as what is looked for, when those of all other subjects are, when cosign's tags
  /// are, and when all other referrers are. Of statements, what is attached to manifests that hold some without a
  /// signature is read last. Without it everything is read.
  std::function<bool(const ImageEvidence&)> enough = {};
};

/// One manifest that must be vouched for, and whose claims count for it: its own and those of the indexes above it.
struct RequiredManifest {
  Digest manifest;
  std::optional<oci::Platform> platform;     ///< absent for an artifact that is no image
  std::vector<oci::Descriptor> subjects;     ///< its own first
  std::vector<oci::Platform> also_for = {};  ///< other platforms for which the index lists it
};

struct ImageEvidence {
  oci::Descriptor root;
  std::vector<RequiredManifest> targets;    ///< at least one
  attachments::BySubject attachments;       ///< as found; also of signed manifests of statements about the targets
  verify::JudgedSubjects judged;            ///< what they prove, by subject, and why not all of it was tried
  std::vector<oci::LeftOut> left_out = {};  ///< entries of the index, that need no vouching for

  /// What vouches for one target, by any of its subjects. The pointers are into this object.
  std::vector<const attest::Verified<attest::ImageSignature>*> signatures(const RequiredManifest& target) const;
  std::vector<const attest::Verified<attest::Statement>*> statements(const RequiredManifest& target) const;
};

/// What must be vouched for of an image's manifests, in their order.
std::vector<RequiredManifest> required(const std::vector<store::PlatformManifest>& manifests);
std::vector<RequiredManifest> required(const std::vector<store::PlatformImage>& images);

/// Collects what is attached to the targets' subjects and judges it. Request::platform and Request::layers are not
/// looked at. More signatures than the budget pays for are JudgedSubjects::unfinished, unless those that were tried are
/// `enough`. Errors: those of attachments::collect.
Result<ImageEvidence> collect(store::ImageSource& source, const oci::Descriptor& root,
                              std::vector<RequiredManifest> targets, const verify::Verifier& verifier,
                              const Request& request, Budget& budget);

/// The same of all manifests that a runtime may choose, with their layers checked where that is asked for.
/// Errors: those of the store and of store::platform_manifests; mismatch, when a manifest, config or layer is damaged.
/// A no is an answer only when all that could hold evidence was read; a step that fails is never made good by a later
/// one. With `enough`, CheckLayers::no and k referrers of the root that are listed as what is looked for, a yes costs a
/// registry 2 + 2k requests: manifest, referrers API, manifest and blob of each. One more is the fallback tag of a
/// registry without the API, and before a no there are the tag of cosign and the other referrers' manifests, with their
/// blobs where they are evidence. So an unsigned image on a registry without the API cannot be fewer than 4.
Result<ImageEvidence> read(store::ImageSource& source, const oci::Descriptor& root, const verify::Verifier& verifier,
                           const Request& request, Budget& budget);

/// What one target was told.
template <class Claim>
struct ManifestClaims {
  const RequiredManifest* target;
  std::vector<const attest::Verified<Claim>*> claims;  ///< that satisfy; none: the answer is no
};

/// For every target, the signatures that count.
std::vector<ManifestClaims<attest::ImageSignature>> signed_by(const ImageEvidence& evidence);
/// For every target, the attestations of that predicate type (a versioned SPDX or CycloneDX type counts as its base);
/// of any where it is empty.
std::vector<ManifestClaims<attest::Statement>> attested(const ImageEvidence& evidence, std::string_view predicate_type);

template <class Claim>
bool satisfied(const std::vector<ManifestClaims<Claim>>& answers) {
  for (const ManifestClaims<Claim>& answer : answers)
    if (answer.claims.empty()) return false;
  return !answers.empty();
}

/// What attached statements say of one target, by anybody.
struct UnverifiedStatements {
  struct One {
    Digest evidence;  ///< the blob that holds it
    attest::Statement statement;
  };
  std::vector<One> statements;  ///< each blob's once, by the target's subjects in their order
  std::optional<Error> unread;  ///< why some were not read: a form or a size that Supply does not read
};
/// Those in which one of the target's subjects is a subject: what is attached to it, and BuildKit's entries of an index
/// about it. For documents that are checked against something else anyway; never for a verdict about who signed.
UnverifiedStatements unverified_statements(const ImageEvidence& evidence, const RequiredManifest& target);

/// Why a target without an answer may have one in evidence that Supply does not read, or has not tried: the answer is
/// no "no" then.
std::optional<Error> undecided(const ImageEvidence& evidence, const RequiredManifest& target);
/// The same of the first target without an answer that has such evidence.
template <class Claim>
std::optional<Error> undecided(const ImageEvidence& evidence, const std::vector<ManifestClaims<Claim>>& answers) {
  for (const ManifestClaims<Claim>& answer : answers)
    if (answer.claims.empty())
      if (std::optional<Error> why = undecided(evidence, *answer.target)) return why;
  return std::nullopt;
}

}  // namespace supply::evidence

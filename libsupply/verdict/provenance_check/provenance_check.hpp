// Whether an image or a file has provenance as somebody expects it: every well-signed statement is tried, and each
// judged. Pure but for what the verifier is given; one thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/base/text/text_style.hpp"
#include "libsupply/trust/evidence/evidence.hpp"
#include "libsupply/trust/provenance/judge.hpp"
#include "libsupply/trust/verify/verifier.hpp"
#include "libsupply/verdict/provenance_check/attestation_file.hpp"
#include "libsupply/verdict/provenance_check/npm_package.hpp"
#include "libsupply/verdict/provenance_check/source_track.hpp"

namespace supply::provenance_check {

/// What is asked.
struct Request {
  provenance::BuilderMap builders;
  provenance::Expectations expected;
  /// Of an npm package: then the registry's own attestation must be there as well.
  std::optional<NpmPackage> package = {};
  SignersBy signers = SignersBy::keys;
  /// What the sources themselves must be worth.
  std::optional<SourceTrack> source = {};
};

/// A statement that a trusted signer made of the artifact.
struct JudgedStatement {
  std::string evidence;  ///< digest of what holds it
  attest::SignerIdentity signer;
  std::string predicate_type;
  provenance::Judgement judgement;
  std::string other_package = {};      ///< why it is about another package than is asked, or empty
  std::string unverified_source = {};  ///< why its source is not verified as is asked, or empty
  bool has_unread_source = false;      ///< because a summary of it is not read, and may say otherwise

  bool satisfied() const { return other_package.empty() && unverified_source.empty() && judgement.satisfied(); }
};

/// Evidence that proves nothing, and why; `undecided`: it may well prove something, and that could not be found out.
struct RefusedAttestation {
  std::string evidence, why;
  std::optional<ErrorCode> undecided = {};
};

/// One manifest of an image, or a file.
struct SubjectAnswer {
  std::string name;  ///< the platform, or the file
  std::string digest;
  std::vector<JudgedStatement> statements = {};
  std::vector<RefusedAttestation> refused = {};
  /// Of an npm package: why the registry's attestation does not count; empty when it does, or none is asked for.
  std::string unpublished = {};
  /// BuildKit's statements of it, which nobody signed: claims.
  std::size_t unsigned_claims = 0;

  bool satisfied() const;
  /// Why a no is not known to be one; nothing after a yes.
  std::optional<Error> undecided() const;
};

struct ArtifactAnswer {
  std::string artifact;                      ///< as typed, with the digest that it had
  std::optional<Digest> digest = {};         ///< the same alone
  std::vector<SubjectAnswer> subjects = {};  ///< each must be satisfied; at least one

  bool satisfied() const;
  std::optional<Error> undecided() const;
};

/// Of what is attached to an image, verified already. Where nobody is named (BuilderMap::self_asserted), envelopes that
/// name a key of Google Cloud Build are tried on it.
ArtifactAnswer check_image(std::string name, const evidence::ImageEvidence& evidence, const Request& request,
                           Budget& budget);
/// Of a file, or of its digest. Each attestation of `file` is tried. An npm package's statements name its sha512: give
/// that one for it. What cannot be read is a refusal that leaves the answer undecided.
ArtifactAnswer check_file(std::string name, const verify::Artifact& artifact, const AttestationFile& file,
                          const verify::Verifier& verifier, const Request& request, Budget& budget);

/// "provenance by K: SLSA build level 2, builder …", or "not as expected by K: …". The
/// statement's own words are in it: callers escape it for a terminal.
std::string to_string(const JudgedStatement& statement);
/// For a reader; and a record by schemas/verify-provenance.schema.json.
std::string to_text(const ArtifactAnswer& answer, const TextStyle& style);
nlohmann::json to_json(const ArtifactAnswer& answer);

}  // namespace supply::provenance_check

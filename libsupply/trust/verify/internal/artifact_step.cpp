// What was signed: the step artifact.
#include <map>
#include <optional>

#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/verify/internal/verification.hpp"

namespace supply::verify::internal {
namespace {

using attest::Step;
using attest::StepCode;

// What a subject is compared with: the digest that the artifact is known by, and where it can be read all that count.
class ArtifactDigests {
 public:
  explicit ArtifactDigests(const Artifact& artifact) : artifact_(artifact) {}

  /// Hexadecimal; nothing: it cannot be known. Errors: those of reading.
  Result<std::optional<std::string>> of(crypto::HashAlgorithm algorithm) {
    if (const auto known = known_.find(algorithm); known != known_.end()) return std::optional(known->second);
    const bool named = crypto::to_string(algorithm) == artifact_.digest.algorithm();
    if (!named && !artifact_.bytes && !artifact_.read_hash) return std::optional<std::string>();
    SUPPLY_TRY(const std::string hash, artifact_.hash(algorithm));
    return std::optional(known_.emplace(algorithm, to_hex(hash)).first->second);
  }

 private:
  const Artifact& artifact_;
  std::map<crypto::HashAlgorithm, std::string> known_;
};

// Which of the subject's digests are the artifact's, which are of something else, and which cannot be compared.
struct Compared {
  std::string same, other, unknown;  // names of algorithms
};

Result<Compared> compare(const attest::Subject& subject, ArtifactDigests& digests) {
  using crypto::HashAlgorithm;
  Compared compared;
  for (const HashAlgorithm algorithm : {HashAlgorithm::sha256, HashAlgorithm::sha384, HashAlgorithm::sha512}) {
    const auto said = subject.digest.find(std::string(crypto::to_string(algorithm)));
    if (said == subject.digest.end()) continue;
    SUPPLY_TRY(const std::optional<std::string> hex, digests.of(algorithm));
    if (!hex) compared.unknown = said->first;
    else if (*hex == said->second) compared.same = said->first;
    // In capitals it is not as in-toto writes digests, and of nothing else either.
    else if (*hex != to_lower(said->second)) compared.other = said->first;
  }
  return compared;
}

bool judge_statement(Verification& judged, const attest::Envelope& envelope) {
  const Result<attest::Statement>& statement = judged.material.statement->of(envelope);
  if (!statement) return judged.fail(Step::artifact, statement.error());
  const Artifact* const artifact = judged.material.artifact;
  if (artifact == nullptr) return judged.skip(Step::artifact, StepCode::not_needed);
  ArtifactDigests digests(*artifact);
  std::string two;      // of a subject that is no file at all
  std::string unknown;  // algorithm of a subject that may be the artifact
  for (const attest::Subject& subject : statement->subjects) {
    const Result<Compared> compared = compare(subject, digests);
    if (!compared) return judged.fail(Step::artifact, compared.error());
    if (compared->same.empty() && compared->other.empty() && unknown.empty()) unknown = compared->unknown;
    if (compared->same.empty()) continue;
    if (compared->other.empty()) return judged.pass(Step::artifact);
    two = "; one of its subjects has the " + compared->same + " digest of that, and a " + compared->other +
          " digest of something else";
  }
  if (!unknown.empty())
    return judged.fail(Step::artifact, StepCode::unsupported,
                       "statement is about " + subjects_of(*statement) + ", and only the " +
                           std::string(artifact->digest.algorithm()) +
                           " digest of what is asked is known: ask by its " + unknown +
                           " digest, or for the file itself");
  return judged.fail(Step::artifact, StepCode::invalid,
                     "statement is about " + subjects_of(*statement) + ", not " + artifact->digest.to_string() + two);
}

}  // namespace

std::string subjects_of(const attest::Statement& statement) {
  const attest::Subject& first = statement.subjects.front();
  const auto& [algorithm, digest] = *first.digest.begin();
  const std::string text = quote(algorithm + ':' + digest);
  const std::size_t others = statement.subjects.size() - 1;
  return others == 0 ? text : text + " and " + std::to_string(others) + " more";
}

bool judge_artifact(Verification& judged) {
  if (const attest::Envelope* const envelope = judged.envelope()) return judge_statement(judged, *envelope);
  const Artifact* const artifact = judged.material.artifact;
  if (artifact == nullptr) return judged.skip(Step::artifact, StepCode::not_needed);
  const auto& content = std::get<attest::MessageSignature>(judged.bundle.content);
  if (content.digest.empty())  // of Ed25519 alone (judge_signer), whose signature is over the file and no hash of it
    return judged.pass(Step::artifact, "bundle without messageDigest: the signature is over the file itself");
  const Result<std::string> digest = artifact->hash(*hash_named(content.digest_algorithm));
  if (!digest) return judged.fail(Step::artifact, digest.error());
  if (*digest != content.digest)
    return judged.fail(Step::artifact, StepCode::invalid,
                       "bundle is about other bytes: its messageDigest is not this file's");
  return judged.pass(Step::artifact);
}

}  // namespace supply::verify::internal

// What was signed: the step artifact.
#include <algorithm>

#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/verify/internal/verification.hpp"

namespace supply::verify::internal {
namespace {

using attest::Step;
using attest::StepCode;

// By the digest that the artifact is known by, or where it can be read by another one that counts.
Result<bool> is_subject(const Artifact& artifact, const attest::Statement& statement) {
  if (statement.subject(artifact.digest) != nullptr) return true;
  if (!artifact.bytes && !artifact.read_hash) return false;
  using crypto::HashAlgorithm;
  for (const HashAlgorithm algorithm : {HashAlgorithm::sha256, HashAlgorithm::sha384, HashAlgorithm::sha512}) {
    const std::string name(crypto::to_string(algorithm));
    const auto& subjects = statement.subjects;
    const bool named = std::any_of(subjects.begin(), subjects.end(),
                                   [&](const attest::Subject& subject) { return subject.digest.contains(name); });
    if (!named || name == artifact.digest.algorithm()) continue;
    SUPPLY_TRY(const std::string hash, artifact.hash(algorithm));
    const std::string hex = to_hex(hash);
    for (const attest::Subject& subject : subjects)
      if (const auto found = subject.digest.find(name); found != subject.digest.end() && found->second == hex)
        return true;
  }
  return false;
}

bool judge_statement(Verification& judged, const attest::Envelope& envelope) {
  const Result<attest::Statement>& statement = judged.material.statement->of(envelope);
  if (!statement) return judged.fail(Step::artifact, statement.error());
  const Artifact* const artifact = judged.material.artifact;
  if (artifact == nullptr) return judged.skip(Step::artifact, StepCode::not_needed);
  const Result<bool> is = is_subject(*artifact, *statement);
  if (!is) return judged.fail(Step::artifact, is.error());
  if (!*is)
    return judged.fail(Step::artifact, StepCode::invalid,
                       "statement is about " + subjects_of(*statement) + ", not " + artifact->digest.to_string());
  return judged.pass(Step::artifact);
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

#include "libsupply/verdict/report/internal/evidence_words.hpp"

#include "libsupply/base/text/text.hpp"

namespace supply::report {

std::string expected_of(const evidence::Question& question, const EvidenceWords& words) {
  std::string expected = std::string(words.done) + " by " + join(question.keys, " or ");
  if (question.predicate_type) expected += ", of type " + *question.predicate_type;
  for (const auto& [key, value] : question.annotations) expected += ", with " + key + "=" + value;
  return expected;
}

std::string found_of(const attest::SignerIdentity& signer, const EvidenceWords& words) {
  std::string found = std::string(words.done) + " by " + signer.key_name;
  if (signer.certificate) found += " of issuer " + signer.certificate->issuer;
  return found;
}

}  // namespace supply::report

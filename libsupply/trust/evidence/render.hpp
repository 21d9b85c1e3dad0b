// How what verify and verify-attestation found is shown: what was asked first. Pure; any thread.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/base/text/text_style.hpp"
#include "libsupply/trust/evidence/evidence.hpp"

namespace supply::evidence {

/// What was asked of an image.
struct Question {
  std::string image;                                    ///< with the digest that it had
  std::vector<std::string> keys = {};                   ///< by their names; any of them will do
  std::map<std::string, std::string> annotations = {};  ///< that a signature must say
  std::optional<std::string> predicate_type = {};       ///< of an attestation; absent: any
  std::optional<oci::Platform> platform = {};           ///< absent: every one that a runtime may choose
  std::vector<std::string> conditions = {};             ///< what else was said: "SCTs waived"
};

/// For a reader: what was asked, then a line for each target and each claim. What was refused is listed with its
/// reasons where the answer is not yes, or with a verbose style; else it is counted.
std::string to_text(const Question& question, const ImageEvidence& evidence,
                    const std::vector<ManifestClaims<attest::ImageSignature>>& answers, const TextStyle& style);
std::string to_text(const Question& question, const ImageEvidence& evidence,
                    const std::vector<ManifestClaims<attest::Statement>>& answers, const TextStyle& style);
/// Records; schema: schemas/verify.schema.json.
nlohmann::json to_json(const ImageEvidence& evidence,
                       const std::vector<ManifestClaims<attest::ImageSignature>>& answers);
nlohmann::json to_json(const ImageEvidence& evidence, const std::vector<ManifestClaims<attest::Statement>>& answers);
nlohmann::json to_json(const attest::SignerIdentity& signer);
nlohmann::json to_json(const std::vector<attest::StepResult>& steps);

}  // namespace supply::evidence

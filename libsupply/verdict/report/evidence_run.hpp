// What verify and verify-attestation found of an image, as a subject of a run. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "libsupply/trust/evidence/render.hpp"
#include "libsupply/verdict/report/run.hpp"

namespace supply::report {

/// The image `name`, as typed: allowed where every target has a claim, undecided where what has none may have one in
/// evidence that was not read, else denied. Rule "signatures".
JudgedSubject subject_of(const std::string& name, const evidence::Question& question,
                         const evidence::ImageEvidence& evidence,
                         const std::vector<evidence::ManifestClaims<attest::ImageSignature>>& answers);
/// The same of attestations. Rule "attestations".
JudgedSubject subject_of(const std::string& name, const evidence::Question& question,
                         const evidence::ImageEvidence& evidence,
                         const std::vector<evidence::ManifestClaims<attest::Statement>>& answers);
/// What was asked of every image: whose word, the predicate type, annotations, the platform, conditions.
std::vector<Asked> asked_of(const evidence::Question& question);

}  // namespace supply::report

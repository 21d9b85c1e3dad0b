// What the rules about signed evidence say, of images and of files alike. Pure; any thread.
#pragma once

#include <string>

#include "libsupply/trust/evidence/render.hpp"
#include "libsupply/verdict/report/run.hpp"

namespace supply::report {

/// What the rule of one kind of claim says.
struct EvidenceWords {
  const char *rule, *title, *done, *remedy;
};

/// "signed by a or b, of type T, with env=prod".
std::string expected_of(const evidence::Question& question, const EvidenceWords& words);
/// "signed by a of issuer b".
std::string found_of(const attest::SignerIdentity& signer, const EvidenceWords& words);

}  // namespace supply::report

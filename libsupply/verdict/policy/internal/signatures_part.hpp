// What an entry asks of signatures: for its rule, and for what writes it in other words.
#pragma once

#include "libsupply/verdict/policy/policy.hpp"

namespace supply::policy {

struct SignaturesPart : RulePart {
  Signers signers;
  std::size_t threshold = 1;                       ///< how many distinct signers; all of them for all_of
  std::map<std::string, std::string> annotations;  ///< what each signature that counts must say
};

}  // namespace supply::policy

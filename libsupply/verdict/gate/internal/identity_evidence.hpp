// Evidence by the identities of a policy, beside that by its keys: which a certificate names, under its trusted root.
#pragma once

#include "libsupply/trust/evidence/evidence.hpp"
#include "libsupply/verdict/policy/policy.hpp"

namespace supply::gate {

/// Judges what was collected once more, by the policy's identities, and adds what they vouch for. What neither keys nor
/// identities take stays refused, with both reasons. Nothing to do for a policy without identities.
/// Errors: usage, when the trusted root is none.
Status add_identities(const policy::Policy& policy, Time now, evidence::ImageEvidence& evidence, Budget& budget);

}  // namespace supply::gate

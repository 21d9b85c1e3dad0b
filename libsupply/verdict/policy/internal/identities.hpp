// The policy's part about identities: who a certificate may name.
#pragma once

#include <vector>

#include "libsupply/verdict/policy/internal/policy_node.hpp"
#include "libsupply/verdict/policy/signers.hpp"

namespace supply::policy {

/// Errors: usage: neither a subject nor an issuer, a regular expression that is none, an unknown extension.
Result<std::vector<NamedIdentity>> read_identities(const PolicyNode& node);

}  // namespace supply::policy

// The policy's part about exceptions.
#pragma once

#include <vector>

#include "libsupply/verdict/policy/internal/policy_node.hpp"
#include "libsupply/verdict/policy/policy.hpp"

namespace supply::policy {

/// Errors: usage: an unknown rule; a finding that is no id of the rule's, or none where a rule's findings are too
/// different for one excuse (secrets, labels); what is missing; a date that is none.
Result<std::vector<Exception>> read_exceptions(const PolicyNode& node);

}  // namespace supply::policy

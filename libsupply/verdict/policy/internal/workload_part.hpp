// The policy's part about workloads.
#pragma once

#include <vector>

#include "libsupply/verdict/policy/internal/policy_node.hpp"
#include "libsupply/verdict/policy/policy.hpp"

namespace supply::policy {

/// Errors: usage: an entry that asks nothing, a pattern that names no rule of deployments, what is missing or unknown.
Result<std::vector<WorkloadRules>> read_workload_rules(const PolicyNode& node);

}  // namespace supply::policy

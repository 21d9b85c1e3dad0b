// The policy's part about admission.
#pragma once

#include "libsupply/verdict/policy/admission.hpp"
#include "libsupply/verdict/policy/internal/policy_node.hpp"

namespace supply::policy {

/// Errors: usage.
Result<Admission> read_admission(const PolicyNode& node);

}  // namespace supply::policy

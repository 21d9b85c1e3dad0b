// What a policy makes of what the rules over workloads found: which are asked of whom, what only warns, what is
// excepted, and least scores. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "libsupply/verdict/deploy/score.hpp"
#include "libsupply/verdict/policy/policy.hpp"

namespace supply::policy {

struct AskedOfWorkloads {
  std::vector<deploy::RuleFindings> findings = {};  ///< a finding of an entry that only warns is a warning
  /// What rules found that the policy does not ask of that subject: "service web: deploy/read-only: it may be written".
  std::vector<std::string> not_asked = {};
};

/// `found` is of every rule, and `score` the corrected one. A subject is matched with and without its container.
AskedOfWorkloads asked_of_workloads(std::vector<deploy::RuleFindings> found, const deploy::Score& score,
                                    const Policy& policy, Time now);

/// The exception that covers a finding, of its subject or of the workload that its subject is a container of, or
/// nullptr. The pointer is into the policy.
const Exception* exception_for(const Policy& policy, const Finding& finding, Time now);

}  // namespace supply::policy

// Workloads have the score that a policy asks.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

// Only a policy knows what is enough: policy/workload_rules.hpp adds what it asks.
void judge(const Deployment&, const Surrounding&, Findings&) {}

}  // namespace

const DeploymentRule& score() {
  static constexpr DeploymentRule rule{"deploy/score", "workloads have the score that the policy asks",
                                       "Asked by min_score in an entry under workloads of a policy, of the corrected "
                                       "score; without one nothing is asked",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules

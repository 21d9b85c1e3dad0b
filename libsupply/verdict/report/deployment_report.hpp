// What is said about a deployment: its workloads as they are after variables and merges, what the rules found, the
// score.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libsupply/verdict/deploy/lock.hpp"
#include "libsupply/verdict/deploy/score.hpp"
#include "libsupply/verdict/report/run.hpp"

namespace supply::policy {
struct Policy;
}

namespace supply::report {

struct DeploymentReport {
  std::vector<std::string> names;  ///< of the files, as typed
  deploy::Deployment deployment;
  std::vector<deploy::RuleFindings> findings;
  deploy::Score score;
  deploy::Digests digests;                  ///< of the images that were resolved
  const policy::Policy* policy = nullptr;   ///< with exceptions for what the rules find; it outlives the report
  Time now = {};                            ///< what they expire by
  std::vector<std::string> not_asked = {};  ///< what rules found that the policy does not ask of that subject
  std::vector<std::string> notes = {};      ///< what --lock and --pin did, and left out
};

/// A run of its own: one subject, the files together.
Run run_of(DeploymentReport report, std::string verb);
/// Adds it to what the gate says of the images.
void add_deployment(Run& run, const DeploymentReport& report);

}  // namespace supply::report

// What the gate answers about some images.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libsupply/verdict/gate/image_decision.hpp"

namespace supply::report {

struct GateReport {
  std::string policy_name;
  std::optional<Digest> policy_digest;
  Time now;
  bool simulated_time = false;
  std::string tool_version;
  std::vector<gate::ImageDecision> images;      ///< in the order asked
  std::string verifier_id = "urn:supply:gate";  ///< who judges, in a verification summary
  std::optional<oci::Platform> platform = {};   ///< only this one was judged; absent: every one that may run
};

struct Run;
Run run_of(GateReport report);

}  // namespace supply::report

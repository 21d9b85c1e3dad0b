// What the gate answers about some images.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libsupply/verdict/gate/decide.hpp"
#include "libsupply/verdict/policy/facts.hpp"

namespace supply::report {

/// The gate's answer about one image: facts and a decision, or why there is none.
struct ImageVerdict {
  std::string reference;               ///< as typed
  std::optional<policy::Facts> facts;  ///< absent when `error` is set
  gate::Decision decision;
  std::optional<Error> error;  ///< could not find out, or damaged
};

struct GateReport {
  std::string policy_name;
  std::optional<Digest> policy_digest;
  Time now;
  bool simulated_time = false;
  std::string tool_version;
  std::vector<ImageVerdict> images;             ///< in the order asked
  std::string verifier_id = "urn:supply:gate";  ///< who judges, in a verification summary
  std::optional<oci::Platform> platform = {};   ///< only this one was judged; absent: every one that may run
};

struct Run;
Run run_of(GateReport report);

}  // namespace supply::report

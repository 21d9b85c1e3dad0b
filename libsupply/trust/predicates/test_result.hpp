// What a run of tests said. Source: in-toto/attestation, spec/predicates/test-result.md.
#pragma once

#include "libsupply/trust/predicates/resource_descriptor.hpp"

namespace supply::predicates {

struct TestResult {
  enum class Outcome { failed, warned, passed };
  Outcome outcome = Outcome::failed;
  std::vector<ResourceDescriptor> configuration = {};
  std::string url = {};  ///< of the run
  std::vector<std::string> passed_tests = {}, warned_tests = {}, failed_tests = {};
};

}  // namespace supply::predicates

// The cases of a directory that `supply gate record` makes: shared by the verbs that read and write them.
#pragma once

#include <string>

#include "libsupply/base/io/file.hpp"
#include "libsupply/verdict/gate/rehearsal.hpp"
#include "tools/common/image.hpp"
#include "tools/common/verb.hpp"

namespace supply::tools {

io::Path cases_path(const std::string& directory);
/// Errors: usage.
Result<policy::CaseFile> read_cases(const std::string& directory);
/// What the policy says of one case. Errors: those of opening the recorded image.
Result<gate::ImageDecision> rehearse(Stores& stores, const std::string& directory, const policy::Case& one,
                                     const policy::Policy& policy);

/// Adds the verb below `gate` that says why.
void add_gate_explain(CLI::App& gate, Run& run);

}  // namespace supply::tools

// What every verb that ends in a verdict shares.
#pragma once

#include "libsupply/verdict/gate/collect.hpp"
#include "libsupply/verdict/gate/decide.hpp"
#include "tools/common/console.hpp"
#include "tools/common/exit_code.hpp"

namespace supply::tools {

/// --audit turns a deny into 0, and nothing else.
ExitCode exit_code_of(gate::Verdict verdict, bool audit);
/// -o of a report; without any, json where --json was said, else text, to standard output. Errors: usage.
Result<std::vector<Output>> report_outputs(const std::vector<std::string>& values, bool json);

}  // namespace supply::tools

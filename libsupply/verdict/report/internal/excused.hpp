// Exceptions in JSON, as every record has them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/verdict/gate/decide.hpp"

namespace supply::report {

/// {"rule", "reason", "owner", "expires", "findings"}.
nlohmann::json exception_json(const policy::Exception& exception);
/// Adds "exceptions" to a rule's record, each with what it covers; nothing where there is none.
void add_exceptions(nlohmann::json& rule, const gate::RuleOutcome& outcome);

}  // namespace supply::report

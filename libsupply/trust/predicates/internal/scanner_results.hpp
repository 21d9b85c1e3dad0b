// The findings in a scanner's own report, which cosign's vulnerability predicate carries as it is.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/trust/predicates/vulnerability_report.hpp"

namespace supply::predicates {

/// Fills in the vulnerabilities of `report` from Trivy's or Grype's JSON; of another form `unread` says so.
/// Errors: malformed (a finding without id, a member of another type), limit_exceeded.
Status read_scanner_result(const nlohmann::json& result, VulnerabilityReport& report);

}  // namespace supply::predicates

// What the gate found, as the members of its JSON record: made where somebody asks for it, since it is much for many
// images. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/verdict/report/gate_report.hpp"

namespace supply::report {

nlohmann::json gate_record(const GateReport& report);

}  // namespace supply::report

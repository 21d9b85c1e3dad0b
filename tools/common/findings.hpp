// How findings are shown to a reader: one block each, place first.
#pragma once

#include <string>
#include <vector>

#include "libsupply/base/finding/finding.hpp"

namespace supply::tools {

std::string findings_text(const std::vector<Finding>& findings);

}  // namespace supply::tools

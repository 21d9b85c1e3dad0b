// Package URLs as ids of findings: in exceptions, and where a rule's findings are about packages.
#pragma once

#include <string>

namespace supply::policy {

/// Rule::not_a_finding of rules whose findings are called by package URLs.
std::string not_a_package_id(const std::string& id);

}  // namespace supply::policy

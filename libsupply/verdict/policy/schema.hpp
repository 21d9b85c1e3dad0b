// The policy's schema and the guide of its rules, put together from what each rule's file says of itself. Pure.
#pragma once

#include <string>

namespace supply::policy {

/// schemas/policy.schema.json: a test compares the file with it, and writes it under SUPPLY_ACCEPT=1.
std::string policy_schema();
/// tools/supply/guide/rules.md: likewise.
std::string rules_guide();

}  // namespace supply::policy

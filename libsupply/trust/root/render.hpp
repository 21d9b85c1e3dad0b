// A trusted root for people and for programs. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "libsupply/trust/root/trusted_root.hpp"

namespace supply::root {

/// Members logs, ctLogs, certificateAuthorities, timestampAuthorities of schemas/trust-show.schema.json.
nlohmann::json to_json(const TrustedRoot& root);
/// A line for each log and authority; nothing in it that a terminal obeys.
std::string to_text(const TrustedRoot& root);

}  // namespace supply::root

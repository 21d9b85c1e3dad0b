// What was done for a repository, for programs. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/trust/tuf/trust_directory.hpp"

namespace supply::tuf {

/// The record of schemas/trust-update.schema.json.
nlohmann::json to_json(const Update& update);

}  // namespace supply::tuf

// How a JSON record says why there is no answer. Pure; any thread.
#pragma once

#include "libsupply/base/json/json.hpp"

namespace supply::json {

/// {"code": "not_found", "message": …}. Schema: the member "error" of schemas/run.schema.json.
Value error_record(const Error& error);

}  // namespace supply::json

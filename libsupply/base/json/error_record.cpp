#include "libsupply/base/json/error_record.hpp"

#include <nlohmann/json.hpp>

namespace supply::json {

Value error_record(const Error& error) { return {{"code", to_string(error.code())}, {"message", error.message()}}; }

}  // namespace supply::json

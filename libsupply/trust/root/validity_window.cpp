#include "libsupply/trust/root/validity_window.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/only_members.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::root {
namespace {

Result<std::optional<Time>> time_in(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const std::string text, json::string_or_empty(object, name));
  if (text.empty()) return std::optional<Time>();
  SUPPLY_TRY(const Time time, parse_rfc3339(text).at("member " + quote(name)));
  return std::optional(time);
}

Result<ValidityWindow> window_from(const json::Value& value) {
  SUPPLY_TRY(json::only_members(value, {"start", "end"}));
  ValidityWindow window;
  SUPPLY_TRY(window.start, time_in(value, "start"));
  SUPPLY_TRY(window.end, time_in(value, "end"));
  if (window.start && window.end && *window.end < *window.start)
    return Error(ErrorCode::malformed, "ends before it starts");
  return window;
}

}  // namespace

Result<ValidityWindow> validity_window_in(const json::Value& object) {
  SUPPLY_TRY(const json::Value* value, json::optional_object(object, "validFor"));
  return value == nullptr ? Result<ValidityWindow>(ValidityWindow()) : window_from(*value).at("validFor");
}

}  // namespace supply::root

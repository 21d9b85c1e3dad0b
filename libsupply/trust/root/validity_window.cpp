#include "libsupply/trust/root/validity_window.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/only_members.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::root {
namespace {

Result<std::optional<Time>> time_in(const json::Value& object, std::string_view name,
                                    Result<Time> (*parse)(std::string_view)) {
  SUPPLY_TRY(const std::string text, json::string_or_empty(object, name));
  if (text.empty()) return std::optional<Time>();
  SUPPLY_TRY(const Time time, parse(text).at("member " + quote(name)));
  return std::optional(time);
}

Result<ValidityWindow> window_from(const json::Value& value) {
  SUPPLY_TRY(json::only_members(value, {"start", "end"}));
  ValidityWindow window;
  SUPPLY_TRY(window.start, time_in(value, "start", parse_start));
  SUPPLY_TRY(window.end, time_in(value, "end", parse_rfc3339));
  if (window.start && window.end && *window.end < *window.start)
    return Error(ErrorCode::malformed, "ends before it starts");
  return window;
}

}  // namespace

Result<Time> parse_start(std::string_view text) {
  SUPPLY_TRY(const Time time, parse_rfc3339(text));
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return time;
  const std::string_view fraction = text.substr(dot + 1, text.find_first_not_of("0123456789", dot + 1) - (dot + 1));
  return time + std::chrono::seconds(fraction.find_first_not_of('0') == std::string_view::npos ? 0 : 1);
}

Result<ValidityWindow> validity_window_in(const json::Value& object) {
  SUPPLY_TRY(const json::Value* value, json::optional_object(object, "validFor"));
  return value == nullptr ? Result<ValidityWindow>(ValidityWindow()) : window_from(*value).at("validFor");
}

}  // namespace supply::root

#include "libsupply/base/json/only_members.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/text/text.hpp"

namespace supply::json {

Status only_members(const Value& value, std::initializer_list<std::string_view> names) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "want an object");
  for (const auto& item : value.items())
    if (std::find(names.begin(), names.end(), item.key()) == names.end())
      return Error(ErrorCode::malformed, "unknown member " + quote(item.key()));
  return {};
}

}  // namespace supply::json

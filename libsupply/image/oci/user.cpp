#include "libsupply/image/oci/user.hpp"

#include <charconv>
#include <limits>

#include "libsupply/base/text/text.hpp"

namespace supply::oci {

std::optional<std::int64_t> user_number(std::string_view user) {
  user = user.substr(0, user.find(':'));
  const std::string_view digits = user.starts_with('+') || user.starts_with('-') ? user.substr(1) : user;
  if (!is_digits(digits)) return std::nullopt;
  if (user.starts_with('+')) user.remove_prefix(1);
  std::int64_t number = 0;
  // One that does not fit is a number all the same.
  if (std::from_chars(user.data(), user.data() + user.size(), number).ec != std::errc())
    return std::numeric_limits<std::int64_t>::max();
  return number;
}

bool may_be_root(std::string_view user, std::optional<std::int64_t> id_of_name) {
  const std::string_view name = user.substr(0, user.find(':'));
  if (const auto number = user_number(name)) return *number <= 0 || *number > std::numeric_limits<std::int32_t>::max();
  return name.empty() || name == "root" || id_of_name == 0;
}

}  // namespace supply::oci

// What a server says with 401: how it wants to be shown who asks. Source: RFC 9110, section 11; RFC 6750, section 3;
// distribution-spec token authentication.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace supply::registry {

struct Challenge {
  std::string scheme;                             ///< in lower case
  std::map<std::string, std::string> parameters;  ///< names in lower case, values without quotes and escapes

  std::string parameter(const std::string& name) const;  ///< "" when absent
};

/// Every challenge in these WWW-Authenticate fields, in their order. Registries keep to the grammar less than clients
/// wish: a value without quotes reaches to the next comma or blank ("Basic realm=/"), one whose quotes stay open to the
/// end, and of a parameter that is said twice the last counts, as for docker. From where a field makes no sense it is
/// not read on. What a challenge leads to is judged by who may see which secret, never by its form.
std::vector<Challenge> parse_challenges(const std::vector<std::string_view>& fields);

}  // namespace supply::registry

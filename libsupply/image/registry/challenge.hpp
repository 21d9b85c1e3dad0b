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

/// Every challenge in these WWW-Authenticate fields, in their order. One that breaks the grammar, or says a parameter
/// twice, is left out with what follows it in its field.
std::vector<Challenge> parse_challenges(const std::vector<std::string_view>& fields);

}  // namespace supply::registry

// Where a value lies in a JSON document: the singular and wildcard steps of RFC 9535, no filters, no descendants.
// Valid from birth; immutable.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::policy {

class JsonPath {
 public:
  /// "$.metadata.scanFinishedOn", "$.Results[*].Vulnerabilities[0]['a b']". Errors: usage, saying where it goes wrong;
  /// limit: kMaxJsonPathSteps. Source: RFC 9535, sections 2.1 to 2.3.
  static Result<JsonPath> parse(std::string_view text);
  /// All values that it selects, in the document's order, at most kMaxJsonPathValues and one more, so that the caller
  /// sees that there are too many. Pointers into the document.
  std::vector<const nlohmann::json*> select(const nlohmann::json& document) const;
  const std::string& to_string() const { return text_; }

 private:
  struct Any {};
  using Step = std::variant<std::string, std::size_t, Any>;
  std::string text_;
  std::vector<Step> steps_;
};

}  // namespace supply::policy

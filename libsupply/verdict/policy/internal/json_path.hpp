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
  struct Selected {
    std::vector<const nlohmann::json*>
        values;  ///< in the document's order, at most kMaxJsonPathValues; pointers into it
    /// That a step came upon more values than that: what the path selects is then not known, whatever there is here.
    bool too_many = false;
  };
  Selected select(const nlohmann::json& document) const;
  const std::string& to_string() const { return text_; }

 private:
  struct Any {};
  using Step = std::variant<std::string, std::size_t, Any>;
  std::string text_;
  std::vector<Step> steps_;
};

}  // namespace supply::policy

// A condition on the content of a predicate: a JSON path, an operator, a value. Valid from birth; immutable.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/time/time.hpp"
#include "libsupply/verdict/policy/internal/json_path.hpp"
#include "libsupply/verdict/policy/internal/policy_node.hpp"
#include "libsupply/verdict/policy/signers.hpp"

namespace supply::policy {

class Condition {
 public:
  /// {path: $.a.b, OPERATOR: value, of: all|any, or_absent: true}. Errors: usage.
  static Result<Condition> read(const PolicyNode& node);
  struct Objection {
    std::string why = {};    ///< empty: the document fulfils it
    bool undecided = false;  ///< with a reason: it may well fulfil it (more values than kMaxJsonPathValues)
  };
  /// Why the document does not fulfil it. `now` for max_age.
  Objection objection(const nlohmann::json& document, Time now) const;
  /// "$.a.b equals 1"
  const std::string& to_string() const { return text_; }

 private:
  enum class Operator {
    equals,
    not_equals,
    in,
    not_in,
    matches,
    not_matches,
    at_least,
    at_most,
    contains,
    exists,
    max_age
  };
  Condition(JsonPath path, Operator what) : path_(std::move(path)), operator_(what) {}
  bool holds(const nlohmann::json& value, Time now) const;

  JsonPath path_;
  Operator operator_;
  std::string text_;
  std::shared_ptr<const nlohmann::json> value_;  ///< of equals, in, contains; shared: immutable, and json is incomplete
  std::vector<TextMatch> pattern_;               ///< of matches: one
  std::optional<std::chrono::seconds> age_;
  bool exists_ = true, any_ = false, or_absent_ = false;
};

/// The JSON Schema of a condition.
extern const std::string_view kConditionSchema;

}  // namespace supply::policy

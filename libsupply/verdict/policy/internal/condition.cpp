#include "libsupply/verdict/policy/internal/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/policy_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/evidence_time.hpp"

namespace supply::policy {

using Json = nlohmann::json;

namespace {

/// A value as a message shows it: short.
std::string shown(const Json& value) {
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  constexpr std::size_t kShown = 80;
  if (text.size() > kShown) text = text.substr(0, kShown) + "…";
  return text;
}

/// Which holds every number of a document (64-bit integers, signed or not, and doubles) as it is: 2^53 + 1 is more than
/// 2^53, and -1 is not 2^64 - 1.
using Number = long double;
static_assert(std::numeric_limits<Number>::digits >= 64);

Number number(const Json& value) {
  if (value.is_number_unsigned()) return static_cast<Number>(value.get<std::uint64_t>());
  if (value.is_number_integer()) return static_cast<Number>(value.get<std::int64_t>());
  return static_cast<Number>(value.get<double>());
}

/// Numbers by value, so that 1 is 1.0; all else as JSON has it.
bool same(const Json& a, const Json& b) { return a.is_number() && b.is_number() ? number(a) == number(b) : a == b; }

/// Whether the value is not `unwanted` by being another of its kind. What is of another kind has not the form that the
/// asker had in mind: a severity that is a number or null is not thereby something else than "CRITICAL".
bool is_another(const Json& value, const Json& unwanted) {
  const bool one_kind = (value.is_number() && unwanted.is_number()) || value.type() == unwanted.type();
  return (one_kind || unwanted.is_null()) && !same(value, unwanted);
}

}  // namespace

const std::string_view kConditionSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "required": ["path"],
  "oneOf": [
    {"required": ["equals"]}, {"required": ["not_equals"]}, {"required": ["in"]}, {"required": ["not_in"]},
    {"required": ["matches"]}, {"required": ["not_matches"]}, {"required": ["at_least"]}, {"required": ["at_most"]},
    {"required": ["contains"]}, {"required": ["exists"]}, {"required": ["max_age"]}
  ],
  "properties": {
    "path": {"description": "A JSON path from the predicate: $.a.b[0], $.a[*].b, $['a-b'].", "type": "string", "pattern": "^\\$"},
    "equals": {"type": ["string", "number", "boolean", "null"]},
    "not_equals": {"type": ["string", "number", "boolean", "null"]},
    "in": {"type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean", "null"]}},
    "not_in": {"type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean", "null"]}},
    "matches": {"description": "A regular expression (RE2) for the whole text.", "type": "string"},
    "not_matches": {"type": "string"},
    "at_least": {"type": "number"},
    "at_most": {"type": "number"},
    "contains": {"description": "A part of a text, or an element of a list.", "type": ["string", "number", "boolean", "null"]},
    "exists": {"type": "boolean"},
    "max_age": {"description": "The value is a time, at most that long ago.", "$ref": "#/$defs/duration"},
    "of": {"description": "Of several values that the path selects.", "enum": ["all", "any"], "default": "all"},
    "or_absent": {"description": "Whether it holds where the path selects nothing.", "type": "boolean", "default": false}
  }
})";

Result<Condition> Condition::read(const PolicyNode& node) {
  struct Name {
    std::string_view text;
    Operator what;
  };
  static constexpr std::array<Name, 11> kNames{{{"equals", Operator::equals},
                                                {"not_equals", Operator::not_equals},
                                                {"in", Operator::in},
                                                {"not_in", Operator::not_in},
                                                {"matches", Operator::matches},
                                                {"not_matches", Operator::not_matches},
                                                {"at_least", Operator::at_least},
                                                {"at_most", Operator::at_most},
                                                {"contains", Operator::contains},
                                                {"exists", Operator::exists},
                                                {"max_age", Operator::max_age}}};
  std::vector<std::string_view> known{"path", "of", "or_absent"};
  for (const Name& name : kNames) known.push_back(name.text);
  SUPPLY_TRY(node.only(known));
  SUPPLY_TRY(const PolicyNode path_node, node.require("path"));
  SUPPLY_TRY(const std::string path_text, path_node.text());
  auto path = JsonPath::parse(path_text);
  if (!path) return path_node.error(path.error().message());
  const Name* chosen = nullptr;
  for (const Name& name : kNames) {
    if (!node.find(name.text)) continue;
    if (chosen != nullptr) return node.error(fmt::format("{} and {}: want one operator", chosen->text, name.text));
    chosen = &name;
  }
  if (chosen == nullptr) return node.error("want an operator: equals, in, matches, at_least, exists, max_age, …");
  Condition condition(*std::move(path), chosen->what);
  const PolicyNode operand = *node.find(chosen->text);
  const Json& value = operand.value();
  switch (chosen->what) {
    case Operator::equals:
    case Operator::not_equals:
    case Operator::contains:
      if (value.is_structured()) return operand.error("want a text, a number, true, false or null");
      break;
    case Operator::in:
    case Operator::not_in:
      if (!value.is_array() || value.empty() ||
          std::any_of(value.begin(), value.end(), [](const Json& each) { return each.is_structured(); }))
        return operand.error("want a list of texts, numbers, true, false or null");
      break;
    case Operator::matches:
    case Operator::not_matches: {
      SUPPLY_TRY(const std::string expression, operand.text());
      auto pattern = TextMatch::regexp(expression);
      if (!pattern) return operand.error(pattern.error().message());
      condition.pattern_.push_back(*std::move(pattern));
      break;
    }
    case Operator::at_least:
    case Operator::at_most:
      if (!value.is_number()) return operand.error("want a number");
      break;
    case Operator::exists: {
      SUPPLY_TRY(condition.exists_, operand.flag());
      break;
    }
    case Operator::max_age: {
      SUPPLY_TRY(condition.age_, operand.duration());
      break;
    }
  }
  Json kept = value;
  // A null beside others says nothing more: null is of no kind that the others are of, and so it is refused already.
  if (chosen->what == Operator::not_in &&
      std::any_of(kept.begin(), kept.end(), [](const Json& each) { return !each.is_null(); }))
    kept.erase(std::remove(kept.begin(), kept.end(), Json(nullptr)), kept.end());
  condition.value_ = std::make_shared<const Json>(std::move(kept));
  if (const auto of = node.find("of")) {
    SUPPLY_TRY(const std::string word, of->word({"all", "any"}));
    condition.any_ = word == "any";
  }
  if (const auto absent = node.find("or_absent")) {
    SUPPLY_TRY(condition.or_absent_, absent->flag());
  }
  condition.text_ = fmt::format("{}{} {} {}", condition.any_ ? "any of " : "", path_text, chosen->text, shown(value));
  return condition;
}

bool Condition::holds(const Json& value, Time now) const {
  switch (operator_) {
    case Operator::equals: return same(value, *value_);
    case Operator::not_equals: return is_another(value, *value_);
    case Operator::in:
      return std::any_of(value_->begin(), value_->end(), [&](const Json& each) { return same(each, value); });
    case Operator::not_in:
      return std::none_of(value_->begin(), value_->end(), [&](const Json& each) { return same(each, value); }) &&
             std::any_of(value_->begin(), value_->end(), [&](const Json& each) { return is_another(value, each); });
    case Operator::matches:
    case Operator::not_matches:
      if (!value.is_string()) return false;
      return pattern_.front().matches(value.get_ref<const std::string&>()) == (operator_ == Operator::matches);
    case Operator::at_least: return value.is_number() && number(value) >= number(*value_);
    case Operator::at_most: return value.is_number() && number(value) <= number(*value_);
    case Operator::contains:
      if (value.is_string() && value_->is_string())
        return value.get_ref<const std::string&>().find(value_->get_ref<const std::string&>()) != std::string::npos;
      return value.is_array() &&
             std::any_of(value.begin(), value.end(), [&](const Json& each) { return same(each, *value_); });
    case Operator::exists: return exists_ && !value.is_null();
    case Operator::max_age: {
      if (!value.is_string()) return false;
      const auto time = parse_rfc3339(value.get_ref<const std::string&>());
      return time && *time <= now + kClockSkew && now - *time <= *age_;
    }
  }
  return false;
}

Condition::Objection Condition::objection(const Json& document, Time now) const {
  const auto [values, too_many] = path_.select(document);
  const auto any_holds = [&, &values = values] {
    return std::any_of(values.begin(), values.end(), [&](const Json* each) { return holds(*each, now); });
  };
  if (too_many) {
    // One value that holds, or one that does not, may suffice all the same.
    if (any_ && any_holds()) return {};
    return {fmt::format("{}: more than {} values", text_, kMaxJsonPathValues), true};
  }
  if (values.empty()) {
    const bool wants_nothing = operator_ == Operator::exists && !exists_;
    if (wants_nothing || or_absent_) return {};
    return {fmt::format("{}: there is nothing at {}", text_, path_.to_string())};
  }
  if (any_) {
    if (any_holds()) return {};
    return {fmt::format("{}: none of {} values, the first {}", text_, values.size(), shown(*values.front()))};
  }
  for (const Json* each : values)
    if (!holds(*each, now)) return {fmt::format("{}: it is {}", text_, shown(*each))};
  return {};
}

}  // namespace supply::policy

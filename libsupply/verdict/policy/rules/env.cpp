// The variables of the image (config: env).
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/wildcard.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

struct Part : RulePart {
  std::vector<std::string> require;  ///< NAME, or NAME=value
  std::vector<std::string> deny;     ///< patterns of NAME, or of NAME=value
};

std::string name_of(std::string_view variable) { return std::string(variable.substr(0, variable.find('='))); }

/// Of a variable no part is a path's: `*` is any run of characters, in the name and in the value.
bool is(const std::string& wanted, const std::string& variable) {
  return wildcard_match(wanted, wanted.find('=') == std::string::npos ? name_of(variable) : variable);
}

/// Where a variable is there twice, runtimes and programs differ in which one counts: each must do.
bool is_set(const std::string& wanted, const std::vector<std::string>& env) {
  const std::string name = name_of(wanted);
  bool found = false;
  for (const std::string& each : env) {
    if (!is(name, each) || each.find('=') == std::string::npos) continue;
    if (!is(wanted, each)) return false;
    found = true;
  }
  return found;
}

void judge_platform(const PlatformFacts& platform, const Part& rule, Rulings& rulings) {
  const std::vector<std::string>& env = platform.config.env;
  bool found = false;
  for (const std::string& wanted : rule.require) {
    if (is_set(wanted, env)) continue;
    found = true;
    rulings.denied({subject_of(platform), "variable " + wanted, "no such variable", platform.manifest.to_string(),
                    "set ENV " + wanted, name_of(wanted)},
                   "missing");
  }
  for (const std::string& pattern : rule.deny)
    for (const std::string& each : env) {
      if (!is(pattern, each)) continue;
      found = true;
      rulings.denied({subject_of(platform), "no variable " + pattern, "variable " + name_of(each),
                      platform.manifest.to_string(), "take it out of the image", name_of(each)},
                     "denied");
    }
  if (!found)
    rulings.satisfied({subject_of(platform), "the variables that the policy asks for", "no other than it asks for",
                       platform.manifest.to_string(), ""});
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("env", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(platform, as<Part>(asked), rulings);
  return std::move(rulings).finish();
}

ParsedPart parse(const PolicyNode& node, const PolicyScope&) {
  SUPPLY_TRY(node.only({"require", "deny"}));
  Part rule;
  if (const auto require = node.find("require")) {
    SUPPLY_TRY(rule.require, require->texts());
  }
  if (const auto deny = node.find("deny")) {
    SUPPLY_TRY(rule.deny, deny->texts());
  }
  if (rule.require.empty() && rule.deny.empty()) return node.error("want require or deny");
  return part_of(std::move(rule));
}

constexpr std::string_view kSchema = R"({
  "type": "object", "additionalProperties": false, "minProperties": 1,
  "properties": {
    "require": {"description": "NAME, or NAME=value.", "$ref": "#/$defs/names"},
    "deny": {"description": "Patterns of NAME, or of NAME=value.", "$ref": "#/$defs/names"}
  }
})";

constexpr std::string_view kGuide =
    R"md(`require` lists variables that must be set (`NAME`, or `NAME=value`), `deny` those that must not (`DEBUG`,
`NODE_ENV=development`, `LD_*`, `HTTP_PROXY=*`; `*` stands for any run). A variable that is set twice must be as `require` has
it both times. A finding's id is the variable's name; values are never shown. Credentials are for the rule
`secrets`.)md";

}  // namespace

const Rule& env() {
  static constexpr Rule rule{.id = "env",
                             .title = "the variables that the policy asks for",
                             .denied = "a variable that the policy denies, or lacks",
                             .member = "config.env",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules

#include "libsupply/verdict/policy/internal/workload_part.hpp"

#include <algorithm>

#include "libsupply/base/text/wildcard.hpp"
#include "libsupply/verdict/deploy/deployment_rule.hpp"

namespace supply::policy {

namespace {

Status check_rule(const PolicyNode& node, const std::string& pattern) {
  const auto all = deploy::all_rules();
  if (std::any_of(all.begin(), all.end(), [&](const auto* rule) { return wildcard_match(pattern, rule->id); }))
    return {};
  std::vector<std::string_view> known;
  for (const deploy::DeploymentRule* each : all) known.push_back(each->id);
  return node.error(unknown("rule", pattern, known));
}

Result<WorkloadRules> read_entry(const PolicyNode& node) {
  SUPPLY_TRY(node.only({"match", "rules", "min_score", "effect", "effective_from"}));
  WorkloadRules entry;
  SUPPLY_TRY(const PolicyNode match, node.require("match"));
  SUPPLY_TRY(entry.match, match.texts());
  const auto rules = node.find("rules"), score = node.find("min_score");
  if (!rules && !score) return node.error("asks nothing of its workloads: want rules or min_score");
  if (rules) {
    SUPPLY_TRY(const std::vector<PolicyNode> patterns, rules->text_nodes());
    for (const PolicyNode& each : patterns) {
      SUPPLY_TRY(std::string pattern, each.text());
      SUPPLY_TRY(check_rule(each, pattern));
      entry.rules.push_back(std::move(pattern));
    }
  } else {
    entry.rules.push_back("*");
  }
  if (score) {
    SUPPLY_TRY(entry.min_score, score->integer(1, 100));
  }
  if (const auto effect = node.find("effect")) {
    const auto word = effect->word({"deny", "warn"});
    if (!word) return word.error();
    if (*word == "warn") entry.effect = Effect::warn;
  }
  if (const auto from = node.find("effective_from")) {
    SUPPLY_TRY(entry.effective_from, from->time());
  }
  return entry;
}

}  // namespace

Result<std::vector<WorkloadRules>> read_workload_rules(const PolicyNode& node) {
  SUPPLY_TRY(const std::vector<PolicyNode> entries, node.list());
  std::vector<WorkloadRules> all;
  for (const PolicyNode& each : entries) {
    SUPPLY_TRY(WorkloadRules entry, read_entry(each));
    all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace supply::policy

#include "libsupply/verdict/deploy/deployment_rule.hpp"

#include <set>
#include <tuple>

#include "libsupply/verdict/deploy/internal/policy_namespaces.hpp"

namespace supply::deploy {

void Findings::add(Detail detail, Severity severity, bool undecided) {
  Finding one;
  one.rule = rule_;
  one.severity = severity;
  one.subject = detail.subject;
  one.place = std::move(detail.place);
  one.expected = std::move(detail.expected);
  one.found = std::move(detail.found);
  one.remedy = std::move(detail.remedy);
  one.id = detail.id.empty() ? detail.subject : detail.subject + ": " + detail.id;
  one.kind = std::move(detail.kind);
  one.undecided = undecided;
  all_.push_back(std::move(one));
}

std::vector<RuleFindings> judge(const Deployment& deployment, const Surrounding& around) {
  std::vector<RuleFindings> all;
  const std::optional<Deployment> moved = with_policies_where_they_are_meant(deployment);
  for (const DeploymentRule* rule : all_rules()) {
    Findings findings(rule->id);
    rule->judge(moved ? *moved : deployment, around, findings);
    std::vector<Finding> found = std::move(findings).take();
    sort_findings(found);
    // What a pod says is found once, not for each of its containers.
    std::set<std::tuple<std::string, Location, std::string>> known;
    std::erase_if(found, [&](const Finding& one) {
      return !known.emplace(one.subject.substr(0, one.subject.find(", ")), one.place, one.found).second;
    });
    all.push_back({rule, std::move(found)});
  }
  return all;
}

}  // namespace supply::deploy

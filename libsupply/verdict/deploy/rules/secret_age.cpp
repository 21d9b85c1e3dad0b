// Secrets are renewed in time.
#include <algorithm>

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

using std::chrono::days;

std::string in_days(std::chrono::seconds age) {
  return std::to_string(std::chrono::floor<days>(age).count()) + " days";
}

struct Judge {
  const Deployment& deployment;
  const Surrounding& around;
  Findings& findings;

  void judge() const {
    if (!around.secret_age) return;
    if (!around.inventory || !around.inventory->secrets) {
      findings.undecided({"secrets",
                          {.uri = around.inventory_file},
                          "the dates of all secrets",
                          "no inventory lists secrets",
                          "list them in --inventory, with created",
                          "inventory"});
      return;
    }
    for (const InventoryEntry& each : *around.inventory->secrets) entry(each);
    for (const Object& object : deployment.objects)
      if (object.kind == "ExternalSecret" && object.api.starts_with("external-secrets.io/")) external(object);
  }

 private:
  void entry(const InventoryEntry& one) const {
    const std::string name = one.space.empty() ? one.name : one.space + "/" + one.name;
    Findings::Detail detail{"secret " + name, place_of(one), "a secret of at most " + in_days(*around.secret_age), "",
                            "renew it, and what uses it"};
    if (!one.created) {
      detail.found = "the inventory does not say when it was created";
      detail.remedy = "say it in the inventory: created";
      return findings.undecided(std::move(detail));
    }
    if (*one.created > around.now) {
      detail.found = "it is said to be created at " + to_rfc3339(*one.created) + ", which is to come";
      return findings.undecided(std::move(detail));
    }
    const std::chrono::seconds age = around.now - *one.created;
    if (age <= *around.secret_age) return;
    detail.found = "created at " + to_rfc3339(*one.created) + ", " + in_days(age) + " ago";
    findings.no(std::move(detail));
  }

  // What an operator never asks for again stays as it is, however often the store renews it.
  void external(const Object& object) const {
    const yaml::Node* policy = node_at(object.node, "spec.refreshPolicy");
    const yaml::Node* interval = node_at(object.node, "spec.refreshInterval");
    const bool once = policy != nullptr && policy->text == "CreatedOnce";
    const bool never = interval != nullptr && (interval->text == "0" || interval->text == "0s" ||
                                               interval->text == "0m" || interval->text == "0h");
    if (!once && !never) return;
    findings.no({"ExternalSecret " + object.space + "/" + object.name, deployment.place_of(once ? *policy : *interval),
                 "a secret that follows its store",
                 once ? "refreshPolicy CreatedOnce" : "refreshInterval " + interval->text,
                 "set refreshInterval to the time that a renewed secret may take"});
  }

  // Where the files name it, else the inventory.
  Location place_of(const InventoryEntry& one) const {
    for (const Resource& each : deployment.secrets)
      if (each.external && each.name == one.name) return each.place;
    for (const Workload& workload : deployment.workloads)
      for (const Container& container : workload.containers)
        for (const Reference& each : container.secrets)
          if (workload.form == Workload::Form::kubernetes && each.name == one.name &&
              (one.space.empty() || one.space == workload.space) && has_place(each.place))
            return each.place;
    return {.uri = around.inventory_file};
  }
};

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  Judge{deployment, around, findings}.judge();
}

}  // namespace

const DeploymentRule& secret_age() {
  static constexpr DeploymentRule rule{
      "deploy/secret-age", "secrets are renewed in time",
      "What was stolen once is of use until it is renewed. Asked with --secret-age 90d: every secret of --inventory "
      "was created no longer ago; one without a date, or with a date to come, is undecided. An ExternalSecret that is "
      "never refreshed keeps the old value whatever its store does",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules

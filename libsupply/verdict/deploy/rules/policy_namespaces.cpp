// Policies are in the namespaces of their workloads.
#include "libsupply/verdict/deploy/internal/policy_namespaces.hpp"

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

using yaml::Node;

namespace {

// The service accounts of each namespace of the files.
std::map<std::string, std::set<std::string>> accounts_of(const Deployment& deployment) {
  std::map<std::string, std::set<std::string>> all;
  for (const Workload& workload : deployment.workloads)
    all[workload.space].insert(workload.service_account.empty() ? "default" : workload.service_account);
  for (const Object* account : objects_of(deployment, "", "ServiceAccount")) all[account->space].insert(account->name);
  return all;
}

struct Judge {
  const Deployment& deployment;
  Findings& findings;
  std::set<std::string> known = known_namespaces(deployment);
  std::map<std::string, std::set<std::string>> accounts = accounts_of(deployment);

  // A peer of a NetworkPolicy by the name of its namespace.
  void peers(const Object& object) const {
    for (const char* direction : {"ingress", "egress"})
      if (const Node* rules = node_at(object.node, std::string("spec.") + direction); rules != nullptr)
        for (const Node& rule : rules->items)
          for (const char* side : {"from", "to"})
            if (const Node* list = rule.find(side); list != nullptr)
              for (const Node& peer : list->items)
                if (const Node* labels = node_at(peer, "namespaceSelector.matchLabels"); labels != nullptr)
                  if (const Node* name = labels->find("kubernetes.io/metadata.name"); name != nullptr)
                    named(object, *name, name->text);
  }

  void sources(const Object& object) const {
    const Node* rules = node_at(object.node, "spec.rules");
    if (rules == nullptr) return;
    for (const Node& rule : rules->items)
      if (const Node* from = rule.find("from"); from != nullptr)
        for (const Node& each : from->items) {
          if (const Node* list = node_at(each, "source.namespaces"); list != nullptr)
            for (const Node& name : list->items) named(object, name, name.text);
          if (const Node* list = node_at(each, "source.principals"); list != nullptr)
            for (const Node& principal : list->items) this->principal(object, principal);
        }
  }

  // cluster.local/ns/NAMESPACE/sa/ACCOUNT.
  void principal(const Object& object, const Node& principal) const {
    const std::vector<std::string_view> parts = split(principal.text, '/');
    if (parts.size() != 5 || parts[1] != "ns" || parts[3] != "sa") return;
    const std::string space(parts[2]);
    named(object, principal, space);
    const auto here = accounts.find(space);
    const std::string meant = here == accounts.end() ? "" : nearly(parts[4], here->second);
    if (!meant.empty())
      no(object, principal,
         "no pod of namespace " + quote(space) + " has service account " + quote(parts[4]) + ", nearly " + quote(meant),
         principal.text);
  }

  void named(const Object& object, const Node& at, const std::string& name) const {
    if (const std::string meant = nearly(name, known); !meant.empty())
      no(object, at, "namespace " + quote(name) + " is not known, and nearly " + quote(meant), name);
  }

  void no(const Object& object, const Node& at, std::string found, std::string id) const {
    findings.no({object.kind + " " + object.space + "/" + object.name, deployment.place_of(at),
                 "namespaces and accounts that are there", std::move(found), "mend the name", std::move(id)});
  }
};

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  const Judge names{deployment, findings};
  for (const Object& object : deployment.objects) {
    if (!is_policy(object)) continue;
    if (const std::string written = written_namespace(object); written != object.space) {
      const Node* at = node_at(object.node, "metadata.namespace");
      findings.no({object.kind + " " + written + "/" + object.name,
                   at == nullptr ? object.place : deployment.place_of(*at),
                   "a policy in the namespace of its workloads",
                   "namespace " + quote(written) + " has no workload, and is nearly " + quote(object.space),
                   "mend the name", "namespace"});
    }
    if (object.kind == "NetworkPolicy") names.peers(object);
    if (object.kind == "AuthorizationPolicy") names.sources(object);
  }
}

}  // namespace

const DeploymentRule& policy_namespaces() {
  static constexpr DeploymentRule rule{
      "deploy/policy-namespaces", "policies are in, and name, namespaces and accounts that are there",
      "A policy in a namespace that is misspelt does nothing. Counts: a NetworkPolicy, PeerAuthentication or "
      "AuthorizationPolicy in a namespace without anything else whose name differs by one character from that of one "
      "with workloads, or that says none where all workloads are in one; a peer or source in a namespace, or with a "
      "service account, whose name differs so from a known one",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules

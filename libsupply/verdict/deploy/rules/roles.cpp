// Roles of the API server give named rights.
#include <algorithm>
#include <array>

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

using yaml::Node;

namespace {

constexpr std::string_view kGroup = "rbac.authorization.k8s.io";

bool has(const Node* list, std::initializer_list<std::string_view> words) {
  return list != nullptr && std::any_of(list->items.begin(), list->items.end(), [&](const Node& one) {
           return std::find(words.begin(), words.end(), one.text) != words.end();
         });
}

// What a rule of a role gives that is as good as more. Source: Kubernetes, RBAC good practices, privilege escalation
// risks; CIS Kubernetes Benchmark, 5.1.
std::string too_much(const Node& rule) {
  const Node *resources = rule.find("resources"), *verbs = rule.find("verbs"), *names = rule.find("resourceNames");
  if (has(verbs, {"*"})) return "every verb";
  if (has(resources, {"*"}) || has(rule.find("apiGroups"), {"*"})) return "every resource";
  if (has(verbs, {"escalate", "bind", "impersonate"})) return "to escalate, bind or impersonate";
  const bool named = names != nullptr && !names->items.empty();
  if (has(resources, {"secrets"}) && (has(verbs, {"list", "watch"}) || (has(verbs, {"get"}) && !named)))
    return "to read secrets";
  if (has(resources, {"pods/exec", "pods/attach", "pods/ephemeralcontainers", "nodes/proxy"}) &&
      has(verbs, {"create", "get", "update", "patch"}))
    return "to run commands in pods";
  if (has(resources, {"serviceaccounts/token"}) && has(verbs, {"create"})) return "to make tokens of service accounts";
  if (has(resources, {"pods", "deployments", "daemonsets", "statefulsets", "jobs", "cronjobs", "replicasets"}) &&
      has(verbs, {"create", "update", "patch"}) && !named)
    return "to start pods, which have what any service account of the namespace has";
  return "";
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  for (const char* kind : {"Role", "ClusterRole"})
    for (const Object* role : objects_of(deployment, kGroup, kind))
      if (const Node* rules = role->node.find("rules"); rules != nullptr)
        for (const Node& rule : rules->items)
          if (const std::string found = too_much(rule); !found.empty())
            findings.no({std::string(kind) + " " + (role->space.empty() ? "" : role->space + "/") + role->name,
                         deployment.place_of(rule), "rights that are named, and no more", "it gives the right " + found,
                         "name resources and verbs", found});
  for (const char* kind : {"RoleBinding", "ClusterRoleBinding"})
    for (const Object* binding : objects_of(deployment, kGroup, kind)) {
      const std::string subject =
          std::string(kind) + " " + (binding->space.empty() ? "" : binding->space + "/") + binding->name;
      if (const Node* role = node_at(binding->node, "roleRef.name");
          role != nullptr && (role->text == "cluster-admin" || role->text == "admin" || role->text == "edit"))
        findings.no({subject, deployment.place_of(*role), "rights that are named, and no more",
                     "it binds role " + quote(role->text), "bind a role of its own", role->text});
      if (const Node* subjects = binding->node.find("subjects"); subjects != nullptr)
        for (const Node& each : subjects->items) {
          const std::string name = text_at(each, "name");
          if (name == "system:anonymous" || name == "system:unauthenticated" || name == "system:authenticated" ||
              name == "system:serviceaccounts" || name == "system:masters")
            findings.no({subject, deployment.place_of(*each.find("name")), "subjects that are named",
                         quote(name) + " is everybody, or stands above all", "bind a service account", name});
          else if (name == "default" && text_at(each, "kind") == "ServiceAccount")
            findings.no({subject, deployment.place_of(*each.find("name")), "subjects that are named",
                         "the default account is that of every pod that names none", "bind an account of its own",
                         name});
        }
    }
}

}  // namespace

const DeploymentRule& roles() {
  static constexpr DeploymentRule rule{
      "deploy/roles", "roles of the API server give named rights",
      "Who may do everything, read secrets, run commands in pods or give rights away is the cluster's owner. Counts: "
      "* as a verb, resource or group; escalate, bind, impersonate; reading secrets that are not named; exec and "
      "attach; "
      "tokens of accounts; starting pods; bindings of cluster-admin, admin and edit, to everybody, and to a default "
      "account",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules

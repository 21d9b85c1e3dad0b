// Roles of the API server give named rights.
#include <algorithm>
#include <array>

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

using yaml::Node;

namespace {

constexpr std::string_view kGroup = "rbac.authorization.k8s.io";

// The first of a list that is one of the words, or nullptr.
const Node* has(const Node* list, std::initializer_list<std::string_view> words) {
  if (list == nullptr) return nullptr;
  const auto found = std::find_if(list->items.begin(), list->items.end(), [&](const Node& one) {
    return std::find(words.begin(), words.end(), one.text) != words.end();
  });
  return found == list->items.end() ? nullptr : &*found;
}

struct TooMuch {
  std::string what = {};
  const Node* where = nullptr;
};

// What a rule of a role gives that is as good as more. Source: Kubernetes, RBAC good practices, privilege escalation
// risks; CIS Kubernetes Benchmark, 5.1.
TooMuch too_much(const Node& rule) {
  const Node *resources = rule.find("resources"), *verbs = rule.find("verbs"), *names = rule.find("resourceNames");
  const Node* urls = rule.find("nonResourceURLs");
  if (const Node* all = has(verbs, {"*"}); all != nullptr) return {"every verb", all};
  for (const Node* list : {resources, rule.find("apiGroups")})
    if (const Node* all = has(list, {"*", "*/*"}); all != nullptr) return {"every resource", all};
  if (const Node* all = has(urls, {"*", "/*"}); all != nullptr) return {"every path of the API server", all};
  if (const Node* one = has(verbs, {"escalate", "bind", "impersonate"}); one != nullptr)
    return {"to escalate, bind or impersonate", one};
  const bool named = names != nullptr && !names->items.empty();
  const auto writes = has(verbs, {"create", "update", "patch"}) != nullptr;
  if (const Node* one = has(resources, {"secrets"});
      one != nullptr && (has(verbs, {"list", "watch"}) != nullptr || (has(verbs, {"get"}) != nullptr && !named)))
    return {"to read secrets", one};
  if (const Node* one = has(resources, {"pods/exec", "pods/attach", "pods/ephemeralcontainers", "nodes/proxy",
                                        "pods/portforward", "pods/proxy", "services/proxy"});
      one != nullptr && (writes || has(verbs, {"get"}) != nullptr))
    return {one->text.starts_with("pods/p") || one->text.starts_with("services") ? "to reach pods past every policy"
                                                                                 : "to run commands in pods",
            one};
  if (const Node* one = has(resources, {"serviceaccounts/token"}); one != nullptr && has(verbs, {"create"}) != nullptr)
    return {"to make tokens of service accounts", one};
  if (const Node* one =
          has(resources, {"pods", "deployments", "daemonsets", "statefulsets", "jobs", "cronjobs", "replicasets"});
      one != nullptr && writes && !named)
    return {"to start pods, which have what any service account of the namespace has", one};
  if (const Node* one = has(resources, {"roles", "rolebindings", "clusterroles", "clusterrolebindings"});
      one != nullptr && writes && has(rule.find("apiGroups"), {kGroup}) != nullptr)
    return {"to change who has which rights", one};
  if (const Node* one = has(resources, {"persistentvolumes"}); one != nullptr && has(verbs, {"create"}) != nullptr)
    return {"to make volumes of any path of a node", one};
  if (const Node* one = has(resources, {"certificatesigningrequests/approval", "certificatesigningrequests/status"});
      one != nullptr && writes)
    return {"to issue certificates for anybody", one};
  if (const Node* one = has(resources, {"signers"}); one != nullptr && has(verbs, {"approve", "sign"}) != nullptr)
    return {"to issue certificates for anybody", one};
  if (const Node* one = has(resources, {"validatingwebhookconfigurations", "mutatingwebhookconfigurations",
                                        "validatingadmissionpolicies", "validatingadmissionpolicybindings"});
      one != nullptr && !named && (writes || has(verbs, {"delete", "deletecollection"}) != nullptr))
    return {"to change who judges what is deployed", one};
  const bool removes = has(verbs, {"delete", "deletecollection"}) != nullptr;
  if (const Node* one = has(resources, {"networkpolicies", "authorizationpolicies", "peerauthentications"});
      one != nullptr && !named && (writes || removes))
    return {"to take down the walls between pods", one};
  if (const Node* one = has(resources, {"events"}); one != nullptr && removes)
    return {"to take away the traces of what happened", one};
  if (const Node* one = has(resources, {"namespaces"});
      one != nullptr && has(verbs, {"update", "patch"}) != nullptr && !named)
    return {"to change the labels of namespaces, which say what pods may do", one};
  return {};
}

// Those of the cluster are in no namespace.
std::string subject_of(const Object& object) {
  return object.kind + " " + (object.kind.starts_with("Cluster") ? "" : object.space + "/") + object.name;
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  for (const char* kind : {"Role", "ClusterRole"})
    for (const Object* role : objects_of(deployment, kGroup, kind))
      if (const Node* rules = role->node.find("rules"); rules != nullptr)
        for (const Node& rule : rules->items)
          if (const TooMuch found = too_much(rule); found.where != nullptr)
            findings.no({subject_of(*role), deployment.place_of(*found.where), "rights that are named, and no more",
                         "it gives the right " + found.what, "name resources and verbs", found.what});
  for (const char* kind : {"RoleBinding", "ClusterRoleBinding"})
    for (const Object* binding : objects_of(deployment, kGroup, kind)) {
      const std::string subject = subject_of(*binding);
      if (const Node* role = node_at(binding->node, "roleRef.name");
          role != nullptr && (role->text == "cluster-admin" || role->text == "admin" || role->text == "edit"))
        findings.no({subject, deployment.place_of(*role), "rights that are named, and no more",
                     "it binds role " + quote(role->text), "bind a role of its own", role->text});
      if (const Node* subjects = binding->node.find("subjects"); subjects != nullptr)
        for (const Node& each : subjects->items) {
          const std::string name = text_at(each, "name");
          if (name == "system:anonymous" || name == "system:unauthenticated" || name == "system:authenticated" ||
              name.starts_with("system:serviceaccounts") || name == "system:masters")
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
      "* as a verb, resource, group or path; escalate, bind, impersonate; reading secrets that are not named; exec, "
      "attach, port forwarding and proxies; tokens of accounts; starting pods; changing roles and bindings, webhooks "
      "and labels of namespaces; changing network policies; deleting events; making volumes; approving certificates; "
      "bindings of cluster-admin, admin and edit, to "
      "everybody, and to a default "
      "account",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules

// Authorization policies name who may ask.
#include <set>

#include "libsupply/verdict/deploy/internal/address_blocks.hpp"
#include "libsupply/verdict/deploy/internal/mesh.hpp"

namespace supply::deploy::rules {

using yaml::Node;

namespace {

// Principals of every namespace of a trust domain: "*", "cluster.local/*", "cluster.local/ns/*". The beginning of a
// namespace ("ingress-*") names some.
bool is_everybody(std::string_view name, std::string_view key) {
  if (key == "namespaces" || key == "source.namespace") return name == "*";
  if (name.starts_with('*') && name.find("/ns/") == std::string_view::npos) return true;  // "*/sa/web" of any namespace
  if (!name.ends_with('*')) return false;
  name.remove_suffix(1);
  return name.find('/') == std::string_view::npos || name.find('/') + 1 == name.size() || name.ends_with("/ns/");
}

bool is_addresses(std::string_view key) { return key == "ipBlocks" || key == "remoteIpBlocks"; }

std::vector<const Node*> texts_of(const Node& list) {
  std::vector<const Node*> all;
  for (const Node& item : list.items) all.push_back(&item);
  return all;
}

bool names_all(const yaml::Member& member) {
  if (is_addresses(member.key) && covers_all(texts_of(member.value)) != nullptr) return true;
  return std::any_of(member.value.items.begin(), member.value.items.end(),
                     [&](const Node& one) { return is_everybody(one.text, member.key); });
}

// The members of a source that name somebody; members of one source must all fit.
std::vector<const yaml::Member*> naming(const Node& source) {
  std::vector<const yaml::Member*> all;
  for (const char* key :
       {"principals", "namespaces", "ipBlocks", "remoteIpBlocks", "requestPrincipals", "serviceAccounts"})
    if (const yaml::Member* member = source.member(key);
        member != nullptr && !member->value.items.empty() && !names_all(*member))
      all.push_back(member);
  return all;
}

struct Fault {
  std::string found = {};
  const Node* node = nullptr;
  const yaml::Member* member = nullptr;  ///< where it is, if not at the node
};

// Conditions say what sources do, by other names. Source: Istio, authorization policy conditions.
bool conditions_name(const Node& rule) {
  const Node* when = rule.find("when");
  return when != nullptr && std::any_of(when->items.begin(), when->items.end(), [](const Node& one) {
           const std::string key = text_at(one, "key");
           const Node* values = one.find("values");
           return (key == "source.principal" || key == "source.namespace" || key == "source.serviceAccount" ||
                   key == "request.auth.principal") &&
                  values != nullptr && !values->items.empty() &&
                  std::none_of(values->items.begin(), values->items.end(),
                               [&](const Node& value) { return is_everybody(value.text, key); });
         });
}

// What is wrong with the sources of a rule.
Fault fault_of(const Node& rule) {
  const Node* from = rule.find("from");
  if (conditions_name(rule)) return {};
  if (from == nullptr || from->items.empty())
    return {rule.find("when") != nullptr ? "conditions (when) and no sources" : "a rule without sources", &rule};
  for (const Node& each : from->items) {
    const Node* source = each.find("source");
    if (source == nullptr || source->members.empty()) return {"a source that says nothing", &each};
    if (!naming(*source).empty()) continue;
    const yaml::Member& first = source->members.front();
    for (const Node& one : first.value.items)
      if (is_everybody(one.text, first.key)) return {"a source that excludes some, or names all", &one};
    return {"a source that excludes some, or names all", source, &first};
  }
  return {};
}

// Sources are alternatives: the blocks of those that say addresses alone count together.
std::vector<const Node*> addresses_alone(const Node& rules) {
  std::vector<const Node*> all;
  for (const Node& rule : rules.items)
    if (const Node* from = rule.find("from"); from != nullptr)
      for (const Node& each : from->items) {
        const Node* source = each.find("source");
        const auto named = source == nullptr ? std::vector<const yaml::Member*>{} : naming(*source);
        if (named.size() == 1 && is_addresses(named.front()->key))
          for (const Node& block : named.front()->value.items) all.push_back(&block);
      }
  return all;
}

// Of a policy that is only tried. Source: Istio, resource annotations.
const Node* dry_run(const Object& object) {
  const Node* annotations = node_at(object.node, "metadata.annotations");
  const Node* dry = annotations == nullptr ? nullptr : annotations->find("istio.io/dry-run");
  return dry != nullptr && dry->text == "true" ? dry : nullptr;
}

bool has_principal(const Node& rule) {
  const Node* from = rule.find("from");
  return from != nullptr && std::any_of(from->items.begin(), from->items.end(), [](const Node& each) {
           const Node* list = node_at(each, "source.principals");
           return list != nullptr && std::any_of(list->items.begin(), list->items.end(), [](const Node& one) {
                    return one.text.find("/ns/") != std::string::npos && !one.text.starts_with("spiffe://");
                  });
         });
}

// A principal is written without its scheme: with it, it is nobody's.
const Node* with_scheme(const Node& rule) {
  if (const Node* from = rule.find("from"); from != nullptr)
    for (const Node& each : from->items)
      if (const Node* list = node_at(each, "source.principals"); list != nullptr)
        for (const Node& one : list->items)
          if (one.text.starts_with("spiffe://")) return &one;
  return nullptr;
}

// The services of a deployment, by namespace and name. Knative makes one for each of its own.
std::set<std::pair<std::string, std::string>> services_of(const Deployment& deployment) {
  std::set<std::pair<std::string, std::string>> all;
  for (const Object* service : objects_of(deployment, "", "Service")) all.emplace(service->space, service->name);
  for (const Workload& workload : deployment.workloads)
    if (workload.kind == "Service") all.emplace(workload.space, workload.name);
  return all;
}

// A service that a policy is for, and that is none of the files.
const Node* lost_target(const Object& object, const std::set<std::pair<std::string, std::string>>& services) {
  std::vector<const Node*> targets;
  if (const Node* list = node_at(object.node, "spec.targetRefs"); list != nullptr)
    for (const Node& one : list->items) targets.push_back(&one);
  if (const Node* one = node_at(object.node, "spec.targetRef"); one != nullptr) targets.push_back(one);
  for (const Node* target : targets)
    if (const Node* name = target->find("name");
        name != nullptr && text_at(*target, "kind") == "Service" && services.count({object.space, name->text}) == 0)
      return name;
  return nullptr;
}

// Whether a denial names who is left: DENY for all that are not those. It says the same as ALLOW for them.
bool denies_others(const Object& object) {
  const Node *action = node_at(object.node, "spec.action"), *rules = node_at(object.node, "spec.rules");
  if (action == nullptr || action->text != "DENY" || rules == nullptr || dry_run(object) != nullptr) return false;
  return std::any_of(rules->items.begin(), rules->items.end(), [](const Node& rule) {
    const Node* from = rule.find("from");
    if (from == nullptr || rule.find("to") != nullptr || rule.find("when") != nullptr) return false;
    return std::any_of(from->items.begin(), from->items.end(), [](const Node& each) {
      const Node* source = each.find("source");
      return source != nullptr && source->members.size() == 1 &&
             (source->members[0].key == "notPrincipals" || source->members[0].key == "notNamespaces" ||
              source->members[0].key == "notServiceAccounts") &&
             !source->members[0].value.items.empty();
    });
  });
}

void judge(const Deployment& deployment, const Surrounding&, Findings& findings) {
  if (!has_mesh(deployment)) return;
  const auto all = objects_of(deployment, kIstioSecurity, "AuthorizationPolicy");
  const auto spaces = by_namespace(deployment);
  const auto services = services_of(deployment);
  // Where the other principals of the files are written as Istio has them.
  const bool others_say_none = std::any_of(all.begin(), all.end(), [](const Object* object) {
    const Node* rules = node_at(object->node, "spec.rules");
    return rules != nullptr && std::any_of(rules->items.begin(), rules->items.end(), has_principal);
  });
  for (const Object* object : all) {
    const std::string subject = "AuthorizationPolicy " + object->space + "/" + object->name;
    const auto no = [&](const Location& place, std::string found, std::string id) {
      findings.no(
          {subject, place, "sources that are named", std::move(found), "name principals or namespaces", std::move(id)});
    };
    const Node* spec = object->node.find("spec");
    const Node* selector = node_at(object->node, "spec.selector");
    if (const auto here = spaces.find(object->space);
        !is_empty_selector(selector) && here != spaces.end() &&
        std::none_of(here->second.begin(), here->second.end(),
                     [&](const Workload* workload) { return selects(selector, workload->labels); }))
      no(deployment.place_of(*unfulfilled(*selector, here->second)), "it selects no pod of the files", "selector");
    if (const Node* lost = spaces.count(object->space) == 0 ? nullptr : lost_target(*object, services); lost != nullptr)
      no(deployment.place_of(*lost), "it is for a service that is not in the files", "target");
    const std::string action = spec == nullptr ? "" : text_at(*spec, "action");
    if (const Node* dry = dry_run(*object); dry != nullptr) {
      no(deployment.place_of(*dry), "istio.io/dry-run: it is tried and not enforced", "dry-run");
      continue;
    }
    // It lets nobody in that others keep out; without rules it does nothing at all.
    if (action == "DENY" || action == "AUDIT") {
      const Node* refused = node_at(*spec, "rules");
      if (action == "DENY" && (refused == nullptr || refused->items.empty()))
        no(deployment.place_of(*spec->find("action")), "a denial without rules, which denies nothing", "action");
      continue;
    }
    if (action == "CUSTOM") {
      findings.undecided({subject, deployment.place_of(*spec->find("action")), "sources that are named",
                          "a provider outside decides", "say ALLOW, with sources"});
      continue;
    }
    const Node* rules = spec == nullptr ? nullptr : spec->find("rules");
    if (rules == nullptr) continue;  // ALLOW without rules allows nothing
    std::size_t number = 0;
    for (const Node& rule : rules->items) {
      ++number;
      const Fault fault = fault_of(rule);
      if (!fault.found.empty())
        no(fault.member != nullptr ? deployment.place_of(*fault.member) : deployment.place_of(*fault.node), fault.found,
           std::to_string(number));
      else if (const Node* scheme = with_scheme(rule); scheme != nullptr && others_say_none)
        no(deployment.place_of(*scheme), "a principal with spiffe:// before it, which is nobody's",
           std::to_string(number));
    }
    if (const Node* first = covers_all(addresses_alone(*rules)); first != nullptr)
      no(deployment.place_of(*first), "sources that cover every address together", "addresses");
  }
  for (const auto& entry : spaces) {
    const std::string& space = entry.first;  // clang 14 captures no structured binding
    const auto& workloads = entry.second;
    const auto allows = [](const Object& object) {
      const Node* action = node_at(object.node, "spec.action");
      return dry_run(object) != nullptr || action == nullptr || action->text == "ALLOW" || action->text == "CUSTOM";
    };
    // Every pod is in a policy that allows some, and so nobody else.
    std::vector<std::string> without;
    for (const Workload* workload : workloads)
      if (std::none_of(all.begin(), all.end(), [&](const Object* object) {
            return applies_to(*object, space) && (allows(*object) || denies_others(*object)) &&
                   selects(node_at(object->node, "spec.selector"), workload->labels);
          }))
        without.push_back(workload->subject());
    if (without.empty()) continue;
    const Workload* first = nullptr;
    for (const Workload* workload : workloads)
      if (workload->subject() == without.front()) first = workload;
    if (without.size() == workloads.size())
      findings.no({"namespace " + space, first->place, "an AuthorizationPolicy that allows named sources",
                   "no pod has one", "add one that allows nothing, and one for each service"});
    else
      for (const Workload* workload : workloads)
        if (std::find(without.begin(), without.end(), workload->subject()) != without.end())
          findings.no({workload->subject(), workload->place, "an AuthorizationPolicy that allows named sources",
                       "it has none, so everybody may ask", "add one"});
  }
}

}  // namespace

const DeploymentRule& authorization_policies() {
  static constexpr DeploymentRule rule{
      "deploy/authorization-policies", "authorization policies name who may ask, for every service",
      "Where the files have objects of Istio: every pod is in a policy with action "
      "ALLOW (one without rules allows nothing, and is a good "
      "default), and every rule names principals, namespaces or addresses. Conditions "
      "alone, exclusions alone (notPrincipals) and * name "
      "nobody. A policy that selects no pod of the files, or is for a service that is not in them, does nothing, and "
      "neither does one that is a dry run, or a denial without rules. A denial for all but named sources is as good",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules

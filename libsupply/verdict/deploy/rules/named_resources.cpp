// What is named is there.
#include <algorithm>
#include <map>
#include <set>

#include "libsupply/base/limits/deployment_limits.hpp"
#include "libsupply/verdict/deploy/internal/judging.hpp"
#include "libsupply/verdict/deploy/internal/policy_namespaces.hpp"

namespace supply::deploy::rules {

namespace {

using Entries = std::optional<std::vector<InventoryEntry>>;

enum class Answer { yes, no, unknown };

Answer in_inventory(const Entries& entries, const std::string& space, const std::string& name, const std::string& key) {
  if (!entries) return Answer::unknown;
  for (const InventoryEntry& each : *entries) {
    if (each.name != name || (!each.space.empty() && !space.empty() && each.space != space)) continue;
    if (key.empty() || (each.keys && std::find(each.keys->begin(), each.keys->end(), key) != each.keys->end()))
      return Answer::yes;
    return each.keys ? Answer::no : Answer::unknown;
  }
  return Answer::no;
}

struct Judge {
  const Deployment& deployment;
  const Surrounding& around;
  Findings& findings;
  std::set<std::string> said = {};

  void answer(const std::string& subject, const Location& place, const std::string& what, Answer answer) {
    if (answer == Answer::yes || !said.insert(what).second) return;
    Findings::Detail one{subject, place, what + " that exists", "", "create it, or list it in --inventory", what};
    if (answer == Answer::no) {
      one.found = "it is neither in the files nor in the inventory";
      findings.no(std::move(one));
    } else {
      one.found = "it is not in the files, and no inventory lists such things";
      findings.undecided(std::move(one));
    }
  }

  const Entries* list(Entries Inventory::*member) const {
    return around.inventory ? &((*around.inventory).*member) : nullptr;
  }
  Answer known(Entries Inventory::*member, const std::string& space, const std::string& name,
               const std::string& key) const {
    const Entries* entries = list(member);
    return entries == nullptr ? Answer::unknown : in_inventory(*entries, space, name, key);
  }

  // --- compose

  void reference(const Workload& workload, const Reference& one, const char* kind, const std::vector<Resource>& all) {
    if (!one.unset.empty()) return;
    for (const Resource& each : all)
      if (each.key == one.name) return;
    findings.no({workload.subject(), one.place, std::string(kind) + " that the project has",
                 quote(one.name) + " is not among them", "declare it", std::string(kind) + " " + one.name});
  }

  void external(const std::vector<Resource>& all, const char* kind, Entries Inventory::*member) {
    for (const Resource& each : all)
      if (each.external && each.name != "host" && !is_unset(deployment, each.node.find("name")))
        answer(std::string(kind) + " " + each.key, each.place, std::string(kind) + " " + quote(each.name),
               known(member, "", each.name, ""));
  }

  // A path below /run/secrets that is nearly a secret's of the project. Others may be mounted by other means.
  void files(const Workload& workload, const Container& container) {
    static constexpr std::string_view kDirectory = "/run/secrets/";
    std::set<std::string> there;
    for (const Resource& each : deployment.secrets) there.insert({each.key, each.name});
    for (const Workload& other : deployment.workloads)
      for (const Container& one : other.containers)
        for (const Reference& secret : one.secrets) there.insert({secret.name, secret.key});
    const auto look = [&](const Text& text, const std::string& what) {
      if (!text.unset.empty()) return;
      for (std::size_t at = text.value.find(kDirectory); at != std::string::npos;
           at = text.value.find(kDirectory, at + 1)) {
        const std::size_t begin = at + kDirectory.size();
        const std::size_t end =
            text.value.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-", begin);
        const std::string name = text.value.substr(begin, end - begin), meant = nearly(name, there);
        if (meant.empty()) continue;
        findings.no({workload.subject(), place_or(text.place, container.place), "a secret of the project",
                     what + ": no secret is " + quote(name) + ", nearly " + quote(meant), "mend the path",
                     "a secret's file " + name});
        return;
      }
    };
    for (const Variable& one : container.environment)
      if (!one.from_outside) look(one.value, "variable " + one.name);
    for (const Command& command : container.commands)
      for (const Text& word : command.words) look(word, command.what);
  }

  void compose() {
    for (const Workload& workload : deployment.workloads) {
      if (workload.form != Workload::Form::compose) continue;
      for (const Text& one : workload.lost_services)
        findings.no({workload.subject(), one.place, "a service that the project has",
                     quote(one.value) + " is not among them", "declare it, or mend the name", "service " + one.value});
      for (const Container& container : workload.containers) {
        for (const Reference& one : container.secrets) reference(workload, one, "a secret", deployment.secrets);
        for (const Reference& one : container.configs) reference(workload, one, "a config", deployment.configs);
        if (container.role == Role::main) files(workload, container);
        for (const Mount& mount : container.mounts)
          if (mount.kind == Mount::Kind::volume && !mount.source.value.empty() && mount.source.unset.empty())
            reference(workload, {mount.source.value, "", mount.place}, "a volume", deployment.volumes);
      }
      for (const Text& network : workload.networks)
        if (network.value != "default")
          reference(workload, {network.value, "", network.place}, "a network", deployment.networks);
    }
    external(deployment.secrets, "secret", &Inventory::secrets);
    external(deployment.configs, "config", &Inventory::configs);
    external(deployment.networks, "network", &Inventory::networks);
  }

  // --- Kubernetes

  // Kinds that make a secret of their own name, or of the one that they say.
  Answer made(const std::string& space, const std::string& name, const std::string& key) const {
    for (const Object& object : deployment.objects) {
      if (object.space != space) continue;
      if (object.kind == "Secret" && object.name == name) {
        if (key.empty()) return Answer::yes;
        for (const char* part : {"data", "stringData"})
          if (const yaml::Node* data = object.node.find(part); data != nullptr && data->find(key) != nullptr)
            return Answer::yes;
        return object.node.find("data") == nullptr && object.node.find("stringData") == nullptr ? Answer::yes
                                                                                                : Answer::no;
      }
      if (object.kind == "OnePasswordItem" && object.name == name) return Answer::yes;
      if (object.kind == "SealedSecret" && object.name == name) {
        const yaml::Node* data = node_at(object.node, "spec.encryptedData");
        if (key.empty() || data == nullptr || data->members.empty() || data->find(key) != nullptr ||
            node_at(object.node, "spec.template.data") != nullptr)
          return Answer::yes;
        return Answer::no;
      }
      if (object.api.starts_with("secrets.hashicorp.com/"))
        if (const yaml::Node* target = node_at(object.node, "spec.destination.name");
            target != nullptr && target->text == name)
          return Answer::yes;
      if (object.kind == "ExternalSecret") {
        const yaml::Node* target = node_at(object.node, "spec.target.name");
        if ((target == nullptr ? object.name : target->text) == name) return external_key(object, key);
      }
      if (object.kind == "Certificate" && node_at(object.node, "spec.secretName") != nullptr &&
          node_at(object.node, "spec.secretName")->text == name)
        return Answer::yes;
      if (object.kind == "SecretProviderClass")
        if (const yaml::Node* list = node_at(object.node, "spec.secretObjects"); list != nullptr)
          for (const yaml::Node& each : list->items)
            if (text_at(each, "secretName") == name) return Answer::yes;
    }
    return Answer::unknown;
  }

  // Of an ExternalSecret that names each key; dataFrom and templates make others.
  static Answer external_key(const Object& object, const std::string& key) {
    const yaml::Node* data = node_at(object.node, "spec.data");
    if (key.empty() || data == nullptr || data->items.empty() || node_at(object.node, "spec.dataFrom") != nullptr ||
        node_at(object.node, "spec.target.template") != nullptr)
      return Answer::yes;
    return std::any_of(data->items.begin(), data->items.end(),
                       [&](const yaml::Node& one) { return text_at(one, "secretKey") == key; })
               ? Answer::yes
               : Answer::no;
  }

  Answer mapped(const std::string& space, const std::string& name, const std::string& key) const {
    if (name == "kube-root-ca.crt") return Answer::yes;
    for (const Object* map : objects_of(deployment, "", "ConfigMap")) {
      if (map->space != space || map->name != name) continue;
      if (key.empty()) return Answer::yes;
      for (const char* part : {"data", "binaryData"})
        if (const yaml::Node* data = map->node.find(part); data != nullptr && data->find(key) != nullptr)
          return Answer::yes;
      return Answer::no;
    }
    return Answer::unknown;
  }

  // The object first: what is not there at all has no keys that are asked for.
  template <class Find>
  void ask(const Workload& workload, const Container& container, const Reference& one, const std::string& kind,
           Find find) {
    const std::string subject = workload.subject(container), what = kind + quote(workload.space + "/" + one.name);
    const Location& place = place_or(one.place, container.place);
    const Answer whole = find("");
    if (whole != Answer::yes) answer(subject, place, what, whole);
    else if (!one.key.empty()) answer(subject, place, what + ", key " + quote(one.key), find(one.key));
  }

  // An account that is nearly one of the files; others may be made elsewhere.
  void account(const Workload& workload) {
    std::set<std::string> known;
    for (const Object* each : objects_of(deployment, "", "ServiceAccount"))
      if (each->space == workload.space) known.insert(each->name);
    const std::string meant = nearly(workload.service_account, known);
    if (meant.empty()) return;
    findings.no({workload.subject(), place_or(workload.service_account_place, workload.place),
                 "a service account that exists",
                 quote(workload.service_account) + " is not in the files, and nearly " + quote(meant), "mend the name",
                 "service account " + workload.service_account});
  }

  // Whether so many more names may be compared. Where they are too many, that is said once.
  bool may_compare(const Object& object, std::size_t count) {
    const bool had_some = steps <= kMaxDeploymentPairs;
    steps += count;
    if (steps <= kMaxDeploymentPairs) return true;
    if (had_some)
      findings.undecided({of(object), object.place, "names that are those of the files",
                          "more names than are compared (" + std::to_string(kMaxDeploymentPairs) +
                              "): those of this object and after it were not",
                          "judge fewer namespaces at once", "not-compared"});
    return false;
  }

  // Of an object that names another by a name: where that is nearly one of the files, and none of them, it is a slip.
  void nearly_named(const Object& object, const yaml::Node* node, const std::string& kind,
                    const std::set<std::string>& known) {
    if (node == nullptr || !node->is_scalar() || known.count(node->text) != 0) return;
    if (!may_compare(object, known.size())) return;
    const std::string meant = nearly(node->text, known);
    if (meant.empty()) return;
    findings.no({of(object), deployment.place_of(*node), kind + " that exists",
                 quote(node->text) + " is not in the files, and nearly " + quote(meant), "mend the name",
                 kind + " " + node->text});
  }
  static std::string of(const Object& object) {
    return object.kind + " " + (object.space.empty() ? "" : object.space + "/") + object.name;
  }

  template <class Body>
  static void each_of(const yaml::Node* list, Body body) {
    if (list != nullptr)
      for (const yaml::Node& one : list->items) body(one);
  }

  using Names = std::set<std::string>;
  // Names by what they are and their namespace: "Service shop". Of secrets, also those of the inventory.
  std::map<std::string, Names> names = {};
  std::size_t steps = 0;  ///< names that were compared

  void collect_names() {
    for (const Workload& each : deployment.workloads) names["workload " + each.space].insert(each.name);
    const auto secret = [&](const std::string& space, const std::string& name) {
      names["secret " + space].insert(name);
    };
    for (const Object& object : deployment.objects) {
      names[object.kind + " " + (object.kind == "PriorityClass" || object.kind == "ClusterRole" ? "" : object.space)]
          .insert(object.name);
      if (object.kind == "Secret" || object.kind == "SealedSecret" || object.kind == "OnePasswordItem" ||
          (object.kind == "ExternalSecret" && node_at(object.node, "spec.target.name") == nullptr))
        secret(object.space, object.name);
      for (const char* path : {"spec.secretName", "spec.target.name", "spec.destination.name"})
        if (const yaml::Node* name = node_at(object.node, path); name != nullptr) secret(object.space, name->text);
      each_of(node_at(object.node, "spec.secretObjects"),
              [&](const yaml::Node& one) { secret(object.space, text_at(one, "secretName")); });
    }
    const Entries* entries = list(&Inventory::secrets);
    if (entries == nullptr || !*entries) return;
    std::set<std::string> spaces;
    for (const Workload& each : deployment.workloads) spaces.insert(each.space);
    for (const Object& each : deployment.objects) spaces.insert(each.space);
    for (const InventoryEntry& each : **entries) {
      if (!each.space.empty()) secret(each.space, each.name);
      else
        for (const std::string& space : spaces) secret(space, each.name);
    }
  }
  const Names& names_of(const std::string& kind, const std::string& space) const {
    static const Names none;
    const auto found = names.find(kind + " " + space);
    return found == names.end() ? none : found->second;
  }

  // A selector that selects no pod because of one slip of the keyboard.
  void slipped(const Object& object, const yaml::Node* selector) {
    if (selector == nullptr || is_empty_selector(selector)) return;
    const yaml::Node* labels = selector->find("matchLabels") != nullptr ? selector->find("matchLabels") : selector;
    for (const Workload& workload : deployment.workloads)
      if (workload.space == object.space && selects(selector, workload.labels)) return;
    for (const yaml::Member& label : labels->members) {
      if (!may_compare(object, deployment.workloads.size())) return;
      std::set<std::string> known;
      for (const Workload& workload : deployment.workloads)
        if (const auto own = workload.labels.find(label.key);
            workload.space == object.space && own != workload.labels.end())
          known.insert(own->second);
      const std::string meant = nearly(label.value.text, known);
      if (meant.empty()) continue;
      findings.no({of(object), deployment.place_of(label.value), "a selector that selects a pod",
                   "it selects none of the files: " + quote(label.value.text) + " is nearly " + quote(meant),
                   "mend the label", "selector"});
      return;
    }
  }

  // A port by a name that no pod which the service selects has.
  void ports_of(const Object& service) {
    const yaml::Node *ports = node_at(service.node, "spec.ports"), *selector = node_at(service.node, "spec.selector");
    if (ports == nullptr || selector == nullptr || is_empty_selector(selector)) return;
    std::set<std::string> listens;
    for (const Workload& workload : deployment.workloads)
      if (workload.space == service.space && selects(selector, workload.labels))
        for (const Container& container : workload.containers)
          listens.insert(container.listens.begin(), container.listens.end());
    for (const yaml::Node& port : ports->items) nearly_named(service, port.find("targetPort"), "a port", listens);
  }

  void objects() {
    collect_names();
    for (const Object& object : deployment.objects) {
      const std::string group = object.api.substr(0, object.api.find('/'));
      if (object.kind == "ServiceAccount") {
        if (const yaml::Node* pulls = object.node.find("imagePullSecrets"); pulls != nullptr)
          for (const yaml::Node& each : pulls->items)
            if (const yaml::Node* name = each.find("name"); name != nullptr) {
              const Entries* entries = list(&Inventory::secrets);
              const bool listed = entries != nullptr && *entries;
              answer(of(object), deployment.place_of(*name), "secret " + quote(object.space + "/" + name->text),
                     names_of("secret", object.space).count(name->text) != 0 ? Answer::yes
                     : listed                                                ? Answer::no
                                                                             : Answer::unknown);
            }
      } else if (object.kind == "Service" && group == "v1") {
        slipped(object, node_at(object.node, "spec.selector"));
        ports_of(object);
      } else if (object.kind == "PodDisruptionBudget") {
        slipped(object, node_at(object.node, "spec.selector"));
      } else if (object.kind == "HorizontalPodAutoscaler") {
        nearly_named(object, node_at(object.node, "spec.scaleTargetRef.name"), "a workload",
                     names_of("workload", object.space));
      } else if (object.kind == "Ingress") {
        ingress(object);
      } else if (object.kind == "HTTPRoute" || object.kind == "GRPCRoute" || object.kind == "TLSRoute") {
        each_of(node_at(object.node, "spec.rules"), [&](const yaml::Node& rule) {
          each_of(rule.find("backendRefs"), [&](const yaml::Node& backend) {
            if (backend.find("namespace") == nullptr)
              nearly_named(object, backend.find("name"), "a service", names_of("Service", object.space));
          });
        });
      } else if (object.kind == "Gateway") {
        for (const char* list : {"spec.listeners", "spec.servers"})
          each_of(node_at(object.node, list), [&](const yaml::Node& listener) {
            const yaml::Node* tls = listener.find("tls");
            if (tls == nullptr) return;
            nearly_named(object, tls->find("credentialName"), "a secret", names_of("secret", object.space));
            each_of(tls->find("certificateRefs"), [&](const yaml::Node& one) {
              if (one.find("namespace") == nullptr)
                nearly_named(object, one.find("name"), "a secret", names_of("secret", object.space));
            });
          });
      } else if (object.kind == "RoleBinding" || object.kind == "ClusterRoleBinding") {
        binding(object);
      }
    }
    for (const Workload& workload : deployment.workloads)
      if (const std::string meant = nearly(workload.priority_class.value, names_of("PriorityClass", ""));
          !meant.empty())
        findings.no({workload.subject(), workload.priority_class.place, "a priority class that exists",
                     quote(workload.priority_class.value) + " is not in the files, and nearly " + quote(meant),
                     "mend the name", "priority class"});
  }

  // The certificate may be made by the controller (cert-manager's annotation), or be its default: only a slip is found.
  void ingress(const Object& object) {
    each_of(node_at(object.node, "spec.tls"), [&](const yaml::Node& tls) {
      nearly_named(object, tls.find("secretName"), "a secret", names_of("secret", object.space));
    });
    const Names& services = names_of("Service", object.space);
    nearly_named(object, node_at(object.node, "spec.defaultBackend.service.name"), "a service", services);
    each_of(node_at(object.node, "spec.rules"), [&](const yaml::Node& rule) {
      each_of(node_at(rule, "http.paths"), [&](const yaml::Node& path) {
        nearly_named(object, node_at(path, "backend.service.name"), "a service", services);
      });
    });
  }

  void binding(const Object& object) {
    const yaml::Node *role = node_at(object.node, "roleRef.name"), *kind = node_at(object.node, "roleRef.kind");
    if (kind != nullptr)
      nearly_named(object, role, "a role", names_of(kind->text, kind->text == "Role" ? object.space : ""));
    each_of(object.node.find("subjects"), [&](const yaml::Node& subject) {
      if (text_at(subject, "kind") != "ServiceAccount") return;
      const std::string space = text_at(subject, "namespace");
      nearly_named(object, subject.find("name"), "a service account",
                   names_of("ServiceAccount", space.empty() ? object.space : space));
    });
  }

  void kubernetes() {
    objects();
    for (const Workload& workload : deployment.workloads) {
      if (workload.form != Workload::Form::kubernetes) continue;
      account(workload);
      for (const Container& container : workload.containers) {
        for (const Reference& one : container.lost_mounts)
          findings.no({workload.subject(container), one.place, "a volume that the pod has",
                       quote(one.name) + " is not among them", "declare it", "a volume " + one.name});
        for (const Reference& one : container.secrets) {
          if (one.optional) continue;
          ask(workload, container, one, "secret ", [&](const std::string& key) {
            const Answer found = made(workload.space, one.name, key);
            return found != Answer::unknown ? found : known(&Inventory::secrets, workload.space, one.name, key);
          });
        }
        for (const Reference& one : container.configs) {
          if (one.optional) continue;
          ask(workload, container, one, "config map ", [&](const std::string& key) {
            const Answer found = mapped(workload.space, one.name, key);
            return found != Answer::unknown ? found : known(&Inventory::configs, workload.space, one.name, key);
          });
        }
      }
    }
  }
};

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  Judge one{deployment, around, findings};
  one.compose();
  one.kubernetes();
}

}  // namespace

const DeploymentRule& named_resources() {
  static constexpr DeploymentRule rule{"deploy/named-resources",
                                       "secrets, configs, networks and volumes that are named are there",
                                       "What a service names and the project has not, compose refuses; what is "
                                       "external, or a secret or config map of Kubernetes that is not "
                                       "in the files, is looked up in --inventory, with its keys. Without an "
                                       "inventory, or a list in it, that is undecided. Sealed, external "
                                       "and certificate secrets in the files count. A path below /run/secrets that is "
                                       "nearly a secret's, a service account that is nearly one of the "
                                       "files, and a mount of a volume that its pod has not are found, too; so are "
                                       "selectors, roles, services, ports, workloads, certificates and priority "
                                       "classes whose name is nearly one of the files, and services that compose "
                                       "depends on. A file of a secret that its service is not given is listed",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules

// A pod's spec. Source: Kubernetes API v1, PodSpec and Container.
#include <algorithm>
#include <array>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/deploy/internal/kubernetes.hpp"

namespace supply::deploy {

using yaml::Member;
using yaml::Node;

namespace {

class Pod {
 public:
  Pod(const Node& spec, const Deployment& deployment, Workload& workload)
      : spec_(spec),
        workload_(workload),
        values_(deployment, nullptr),
        security_(mapping(spec.find("securityContext"))) {}

  Status read() {
    workload_.host_network = values_.flag(spec_.find("hostNetwork"));
    workload_.host_pid = values_.flag(spec_.find("hostPID"));
    workload_.host_ipc = values_.flag(spec_.find("hostIPC"));
    workload_.host_users = values_.flag(spec_.find("hostUsers"));
    workload_.priority_class = values_.text(spec_.find("priorityClassName"));
    workload_.token = values_.flag(spec_.find("automountServiceAccountToken"));
    for (const char* key : {"serviceAccount", "serviceAccountName"})
      if (const Text account = values_.text(spec_.find(key)); !account.value.empty()) {
        workload_.service_account = account.value;
        workload_.service_account_place = account.place;
      }
    for (const auto& [key, role] : {std::pair{"containers", Role::main}, std::pair{"initContainers", Role::init},
                                    std::pair{"ephemeralContainers", Role::ephemeral}}) {
      const Node* list = spec_.find(key);
      if (list == nullptr || list->is_null()) continue;
      if (!list->is_sequence()) return wrong(*list, std::string(key) + " must be a list");
      for (const Node& item : list->items) {
        if (!item.is_mapping()) return wrong(item, "a container must be a mapping");
        if (workload_.containers.size() >= kMaxWorkloadContainers)
          return Error(ErrorCode::limit_exceeded, to_string(values_.place(item)) + ": more than " +
                                                      std::to_string(kMaxWorkloadContainers) + " containers");
        SUPPLY_TRY(container(item, role));
      }
    }
    if (workload_.containers.empty()) return {};
    volumes();
    return pull_secrets();
  }

 private:
  static const Node* mapping(const Node* node) { return node != nullptr && node->is_mapping() ? node : nullptr; }
  static const Node* find(const Node* node, std::string_view key) {
    return node == nullptr ? nullptr : node->find(key);
  }
  Error wrong(const Node& node, const std::string& what) const {
    return Error(ErrorCode::malformed, to_string(values_.place(node)) + ": " + what);
  }

  // The container's own, else the pod's.
  const Node* own_or_pod(const Node* own, std::string_view key) const {
    const Node* found = find(own, key);
    return found != nullptr && !found->is_null() ? found : find(security_, key);
  }

  Status container(const Node& item, Role role) {
    Container one;
    one.name = values_.text(item.find("name")).value;
    one.role = role;
    one.place = values_.place(item);
    one.image = values_.text(item.find("image"));
    if (one.image.value.find("{{") != std::string::npos || one.image.value.find("${") != std::string::npos)
      return wrong(*item.find("image"),
                   "the image's name is a template that was not rendered: " + quote(one.image.value));
    if (role == Role::init && values_.text(item.find("restartPolicy")).value == "Always") one.role = Role::sidecar;
    const Node* own = mapping(item.find("securityContext"));
    security(own, one);
    resources(item, one);
    one.windows_user = values_.text(find(find(own, "windowsOptions"), "runAsUserName"));
    if (!one.windows_user.has_value())
      one.windows_user = values_.text(find(find(security_, "windowsOptions"), "runAsUserName"));
    one.liveness = probe(item, "livenessProbe", one);
    one.readiness = probe(item, "readinessProbe", one);
    one.startup = probe(item, "startupProbe", one);
    environment(item, one);
    commands(item, one);
    if (const Node* ports = item.find("ports"); ports != nullptr)
      for (const Node& each : ports->items) {
        for (const char* key : {"containerPort", "name"})
          if (const Text text = values_.text(each.find(key)); text.has_value()) one.listens.push_back(text.value);
        const Node* host = each.find("hostPort");
        if (host == nullptr || host->whole().value_or(0) == 0) continue;
        const auto inside = static_cast<std::uint32_t>(
            each.find("containerPort") == nullptr ? 0 : each.find("containerPort")->whole().value_or(0));
        one.ports.push_back(
            {values_.text(each.find("hostIP")).value, inside, inside, host->text, values_.place(*host), ""});
      }
    if (const Node* mounts = item.find("volumeMounts"); mounts != nullptr)
      for (const Node& each : mounts->items)
        if (Text shared = values_.text(each.find("mountPropagation")); shared.value == "Bidirectional")
          one.shared_mounts.push_back(std::move(shared));
    lost_mounts(item, one);
    if (const Node* devices = item.find("volumeDevices"); devices != nullptr)
      for (const Node& each : devices->items) one.devices.push_back(values_.text(each.find("devicePath")));
    workload_.containers.push_back(std::move(one));
    return {};
  }

  // Templates of claims and operators make volumes, too.
  void lost_mounts(const Node& item, Container& one) const {
    const Node* mounts = item.find("volumeMounts");
    static constexpr std::array<std::string_view, 8> kKinds{
        "Pod", "Deployment", "ReplicaSet", "DaemonSet", "Job", "CronJob", "ReplicationController", "StatefulSet"};
    if (mounts == nullptr || std::find(kKinds.begin(), kKinds.end(), workload_.kind) == kKinds.end()) return;
    const Node* volumes = spec_.find("volumes");
    for (const Node& each : mounts->items) {
      const Text name = values_.text(each.find("name"));
      const bool is_there =
          volumes != nullptr && std::any_of(volumes->items.begin(), volumes->items.end(), [&](const Node& volume) {
            return values_.text(volume.find("name")).value == name.value;
          });
      if (name.has_value() && !is_there && workload_.claims.count(name.value) == 0)
        one.lost_mounts.push_back({name.value, "", name.place, false, ""});
    }
  }

  Profile profile(const Node* node) const {
    if (node == nullptr || !node->is_mapping()) return {};
    const Text type = values_.text(node->find("type"));
    Profile one{Profile::Kind::unset, type, ""};
    if (one.text.place.line == 0) one.text.place = values_.place(*node);
    if (type.value == "RuntimeDefault") one.kind = Profile::Kind::standard;
    else if (type.value == "Unconfined") one.kind = Profile::Kind::unconfined;
    else if (type.value == "Localhost") {
      one.kind = Profile::Kind::local;
      one.text = values_.text(node->find("localhostProfile"));
      if (one.text.place.line == 0) one.text.place = type.place;
    }
    return one;
  }

  // Before 1.30 an annotation named it.
  Profile apparmor_annotation(const std::string& container) const {
    const auto found = workload_.annotations.find("container.apparmor.security.beta.kubernetes.io/" + container);
    if (found == workload_.annotations.end()) return {};
    Profile one{Profile::Kind::local, {found->second, workload_.annotation_places.at(found->first)}, ""};
    if (found->second == "runtime/default") one.kind = Profile::Kind::standard;
    else if (found->second == "unconfined") one.kind = Profile::Kind::unconfined;
    else if (found->second.starts_with("localhost/")) one.text.value = found->second.substr(10);
    return one;
  }

  void security(const Node* own, Container& one) const {
    if (const Node* user = own_or_pod(own, "runAsUser"); user != nullptr) {
      one.user = values_.text(user);
      if (const auto number = user->whole(); number) one.user.value = std::to_string(*number);
    }
    one.non_root = values_.flag(own_or_pod(own, "runAsNonRoot"));
    one.read_only = values_.flag(find(own, "readOnlyRootFilesystem"));
    one.privileged = values_.flag(find(own, "privileged"));
    for (const Node* windows : {find(own, "windowsOptions"), find(security_, "windowsOptions")})
      if (const Flag host = values_.flag(find(windows, "hostProcess")); host.is_yes()) one.privileged = host;
    one.escalation = values_.flag(find(own, "allowPrivilegeEscalation"));
    const Node* capabilities = find(own, "capabilities");
    one.cap_add = values_.texts(find(capabilities, "add"));
    one.cap_drop = values_.texts(find(capabilities, "drop"));
    one.seccomp = profile(own_or_pod(own, "seccompProfile"));
    one.apparmor = profile(own_or_pod(own, "appArmorProfile"));
    if (one.apparmor.kind == Profile::Kind::unset) one.apparmor = apparmor_annotation(one.name);
    one.proc_mount = values_.text(find(own, "procMount"));
    if (one.proc_mount.value == "Default") one.proc_mount = {};
    const Node* selinux = own_or_pod(own, "seLinuxOptions");
    // Source: Pod Security Standards, baseline, SELinux.
    const Text type = values_.text(find(selinux, "type"));
    if (!type.value.empty() && type.value != "container_t" && type.value != "container_init_t" &&
        type.value != "container_kvm_t" && type.value != "container_engine_t")
      one.selinux.push_back(type);
    for (const char* key : {"user", "role"})
      if (const Text text = values_.text(find(selinux, key)); !text.value.empty()) one.selinux.push_back(text);
    const auto root_group = [&](const char* key, const Node* group) {
      if (group == nullptr || group->whole() != 0) return;
      one.root_groups.push_back({std::string(key) + " 0", values_.place(*group)});
    };
    root_group("runAsGroup", own_or_pod(own, "runAsGroup"));
    root_group("fsGroup", find(security_, "fsGroup"));
    if (const Node* groups = find(security_, "supplementalGroups"); groups != nullptr)
      for (const Node& group : groups->items) root_group("supplementalGroups", &group);
    if (const Node* sysctls = find(security_, "sysctls"); sysctls != nullptr && workload_.containers.empty())
      for (const Node& each : sysctls->items)
        one.sysctls.emplace_back(values_.text(each.find("name")), values_.text(each.find("value")));
  }

  void resources(const Node& item, Container& one) const {
    const Node* own = item.find("resources");
    const Node* pod = spec_.find("resources");
    const auto take = [&](const char* part, const char* name) {
      const Text found = values_.text(find(find(own, part), name));
      return found.has_value() ? found : values_.text(find(find(pod, part), name));
    };
    one.memory_limit = take("limits", "memory");
    one.cpu_limit = take("limits", "cpu");
    one.memory_reservation = take("requests", "memory");
    one.cpu_reservation = take("requests", "cpu");
    one.storage_limit = take("limits", "ephemeral-storage");
    one.storage_reservation = take("requests", "ephemeral-storage");
  }

  Flag probe(const Node& item, const char* key, Container& one) const {
    const Node* found = mapping(item.find(key));
    if (found == nullptr) return {};
    asks(*found, one);
    if (const Node* exec = found->find("exec"); exec != nullptr) add_command(key, exec->find("command"), one);
    bool handled = false;
    if (std::string_view(key) != "startupProbe")
      one.check_times.push_back(check_time(key,
                                           {found->find("initialDelaySeconds"), found->find("periodSeconds"),
                                            found->find("failureThreshold"), "initialDelaySeconds", "periodSeconds",
                                            "failureThreshold", 10, found->find("timeoutSeconds"), "timeoutSeconds"},
                                           values_));
    for (const char* handler : {"httpGet", "tcpSocket"})
      if (Text port = values_.text(find(find(found, handler), "port")); port.has_value() && !whole_number(port.value))
        one.probe_ports.push_back(std::move(port));
    for (const char* handler : {"exec", "httpGet", "tcpSocket", "grpc"})
      handled = handled || find(found, handler) != nullptr;
    return {handled ? Flag::Value::yes : Flag::Value::nothing, values_.place_of_member(item, key), ""};
  }

  // Whom a probe or a hook asks, and what it says to them.
  void asks(const Node& handler, Container& one) const {
    for (const char* kind : {"httpGet", "tcpSocket"}) {
      const Node* request = find(&handler, kind);
      if (const Text host = values_.text(find(request, "host")); !host.value.empty()) one.probe_hosts.push_back(host);
      if (const Node* headers = find(request, "httpHeaders"); headers != nullptr)
        for (const Node& header : headers->items)
          one.headers.push_back({values_.text(header.find("name")).value, values_.text(header.find("value"))});
    }
  }

  void add_command(std::string what, const Node* words, Container& one) const {
    if (words == nullptr || words->items.empty()) return;
    Command command{std::move(what), values_.texts(words), false, values_.place(*words)};
    command.shell = runs_shell(command.words);
    one.commands.push_back(std::move(command));
  }

  void commands(const Node& item, Container& one) const {
    add_command("command", item.find("command"), one);
    const bool shell = !one.commands.empty() && one.commands.back().what == "command" && one.commands.back().shell;
    add_command("args", item.find("args"), one);
    if (shell && one.commands.back().what == "args") one.commands.back().shell = true;
    const Node* lifecycle = item.find("lifecycle");
    for (const char* key : {"postStart", "preStop"}) {
      const Node* hook = find(lifecycle, key);
      if (hook != nullptr) asks(*hook, one);
      if (const Node* exec = find(hook, "exec"); exec != nullptr) add_command(key, exec->find("command"), one);
    }
  }

  Reference reference(const Node* node, const char* name_key, const char* key) const {
    const Text name = values_.text(find(node, name_key));
    return {name.value, values_.text(find(node, key)).value, name.place, values_.flag(find(node, "optional")).is_yes(),
            ""};
  }

  // What a variable names, and the key of it.
  void references(const Node* node, std::vector<Reference>& into) const {
    into.push_back(reference(node, "name", ""));
    Reference key = reference(node, "name", "key");
    if (key.key.empty()) return;
    key.place = values_.place_of_member(*node, "key");
    into.push_back(std::move(key));
  }

  void environment(const Node& item, Container& one) const {
    if (const Node* list = item.find("env"); list != nullptr)
      for (const Node& each : list->items) {
        Variable variable{values_.text(each.find("name")).value, values_.text(each.find("value"))};
        const Node* from = mapping(each.find("valueFrom"));
        if (variable.value.place.line == 0) variable.value.place = values_.place(each);
        if (const Node* secret = find(from, "secretKeyRef"); secret != nullptr) {
          variable.from_secret = true;
          variable.value.place = values_.place_of_member(*from, "secretKeyRef");
          references(secret, one.secrets);
        } else if (const Node* config = find(from, "configMapKeyRef"); config != nullptr) {
          variable.from_object = true;
          references(config, one.configs);
        } else if (from != nullptr) {
          variable.from_object = true;
        }
        one.environment.push_back(std::move(variable));
      }
    if (const Node* list = item.find("envFrom"); list != nullptr)
      for (const Node& each : list->items) {
        if (const Node* secret = mapping(each.find("secretRef")); secret != nullptr) {
          one.secrets.push_back(reference(secret, "name", "key"));
          Variable all{"all of secret " + one.secrets.back().name, {}};
          all.value.place = values_.place_of_member(each, "secretRef");
          all.from_secret = true;
          one.environment.push_back(std::move(all));
        }
        if (const Node* config = mapping(each.find("configMapRef")); config != nullptr) {
          one.configs.push_back(reference(config, "name", "key"));
          Variable all{values_.text(each.find("prefix")).value, {}};
          all.value.place = one.configs.back().place;
          all.from_object = true;
          all.all_of = one.configs.back().name;
          one.environment.push_back(std::move(all));
        }
      }
  }

  Container& mounting(const std::string& volume, std::string& target, bool& read_only) {
    for (const char* key : {"containers", "initContainers", "ephemeralContainers"}) {
      const Node* list = spec_.find(key);
      if (list == nullptr) continue;
      for (const Node& item : list->items) {
        const Node* mounts = item.find("volumeMounts");
        if (mounts == nullptr) continue;
        for (const Node& mount : mounts->items) {
          if (values_.text(mount.find("name")).value != volume) continue;
          target = values_.text(mount.find("mountPath")).value;
          read_only = values_.flag(mount.find("readOnly")).is_yes();
          const std::string name = values_.text(item.find("name")).value;
          for (Container& one : workload_.containers)
            if (one.name == name) return one;
        }
      }
    }
    return workload_.containers.front();
  }

  // What a volume names, and each key of it that it asks for.
  void named(const Node* node, const char* name_key, std::vector<Reference>& into) const {
    const Reference whole = reference(node, name_key, "");
    into.push_back(whole);
    if (const Node* items = find(node, "items"); items != nullptr)
      for (const Node& item : items->items) {
        const Text key = values_.text(item.find("key"));
        if (key.has_value()) into.push_back({whole.name, key.value, key.place, whole.optional, ""});
      }
  }

  // The API server's own audiences. Source: kube-apiserver, --api-audiences and --service-account-issuer, as kubeadm
  // and the hosted clusters set them.
  static bool is_api_audience(const std::string& audience) {
    return audience.empty() || audience == "api" || audience.find("kubernetes.default.svc") != std::string::npos;
  }

  // A token for another audience is nothing to the API server; one that is of use for more than a day is kept.
  void token(const Node& projected, const Location& place) {
    const Node* seconds = projected.find("expirationSeconds");
    if (is_api_audience(values_.text(projected.find("audience")).value))
      workload_.token = {Flag::Value::yes, place, "a projected token"};
    else if (seconds != nullptr && seconds->whole().value_or(0) > 86'400)
      workload_.token = {Flag::Value::yes, values_.place(*seconds),
                         "a projected token for " + seconds->text + " seconds"};
  }

  void volumes() {
    const Node* list = spec_.find("volumes");
    if (list == nullptr) return;
    for (const Node& item : list->items) {
      Mount mount{.place = values_.place(item)};
      Container& one = mounting(values_.text(item.find("name")).value, mount.target, mount.read_only);
      for (const Member& member : item.members)
        if (member.key != "name" && !member.value.is_null()) {
          mount.form = member.key;
          mount.place = values_.place(member);
        }
      if (const Node* host = item.find("hostPath"); host != nullptr) {
        mount.kind = Mount::Kind::bind;
        mount.source = values_.text(host->find("path"));
        mount.place = mount.source.place.line != 0 ? mount.source.place : mount.place;
      } else if (const Node* empty = item.find("emptyDir"); empty != nullptr) {
        mount.kind = Mount::Kind::tmpfs;
      } else if (const Node* secret = item.find("secret"); secret != nullptr) {
        mount.kind = Mount::Kind::secret;
        named(secret, "secretName", one.secrets);
      } else if (const Node* config = item.find("configMap"); config != nullptr) {
        mount.kind = Mount::Kind::config;
        named(config, "name", one.configs);
      } else if (const Node* projected = item.find("projected"); projected != nullptr) {
        mount.kind = Mount::Kind::config;
        if (const Node* sources = projected->find("sources"); sources != nullptr)
          for (const Node& source : sources->items) {
            if (const Node* each = source.find("secret"); each != nullptr) named(each, "name", one.secrets);
            if (const Node* each = source.find("serviceAccountToken"); each != nullptr && !workload_.token.is_yes())
              token(*each, values_.place(source));
            if (const Node* each = source.find("configMap"); each != nullptr) named(each, "name", one.configs);
          }
      } else if (const Node* image = item.find("image"); image != nullptr) {
        mount.kind = Mount::Kind::image;
        mount.source = values_.text(image->find("reference"));
      } else if (const Node* csi = item.find("csi"); csi != nullptr) {
        mount.kind = Mount::Kind::other;
        if (const Node* publish = csi->find("nodePublishSecretRef"); publish != nullptr)
          one.secrets.push_back(reference(publish, "name", ""));
      } else {
        mount.kind = Mount::Kind::volume;
      }
      mount.shown = mount.source.value;
      one.mounts.push_back(std::move(mount));
    }
  }

  Status pull_secrets() {
    const Node* list = spec_.find("imagePullSecrets");
    if (list == nullptr) return {};
    for (const Node& each : list->items) workload_.containers.front().secrets.push_back(reference(&each, "name", ""));
    return {};
  }

  const Node& spec_;
  Workload& workload_;
  Values values_;
  const Node* security_;
};

}  // namespace

Status add_pod(const Node& spec, const Deployment& deployment, Workload& workload) {
  return Pod(spec, deployment, workload).read();
}

}  // namespace supply::deploy

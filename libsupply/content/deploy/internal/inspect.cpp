#include "libsupply/content/deploy/internal/inspect.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/deploy/internal/compose_project.hpp"

namespace supply::deploy {

using yaml::Member;
using yaml::Node;

namespace {

class Reader {
 public:
  Reader(const Node& node, const Deployment& deployment)
      : node_(node), values_(deployment, nullptr), config_(node.find("Config")), host_(node.find("HostConfig")) {}

  Workload read() const {
    Workload workload;
    workload.form = Workload::Form::inspected;
    workload.kind = "container";
    workload.name = values_.text(node_.find("Name")).value;
    if (workload.name.starts_with('/')) workload.name.erase(0, 1);
    workload.place = values_.place(node_);
    workload.host_network = mode("NetworkMode");
    workload.host_pid = mode("PidMode");
    workload.host_ipc = mode("IpcMode");
    workload.host_uts = mode("UTSMode");
    workload.host_users = mode("UsernsMode");
    workload.host_cgroup = mode("CgroupnsMode");
    if (const Text digest = values_.text(node_.find("ImageDigest")); digest.has_value())
      workload.image_digest = digest.value;
    if (const Node* labels = config("Labels"); labels != nullptr)
      for (const Member& member : labels->members) {
        workload.labels[member.key] = member.value.text;
        workload.label_places[member.key] = values_.place(member);
      }
    // podman says the default one, too.
    if (const Text parent = values_.text(host("CgroupParent"));
        !parent.value.empty() && parent.value != "machine.slice" && parent.value != "user.slice")
      workload.host_cgroup = {Flag::Value::yes, parent.place, "cgroup_parent " + quote(parent.value)};
    Container one;
    one.name = workload.name;
    one.place = workload.place;
    one.image = values_.text(config("Image"));
    if (!one.image.has_value()) one.image = values_.text(node_.find("ImageName"));
    one.user = values_.text(config("User"));
    one.read_only = values_.flag(host("ReadonlyRootfs"));
    one.privileged = values_.flag(host("Privileged"));
    one.cap_add = values_.texts(host("CapAdd"));
    one.cap_drop = values_.texts(host("CapDrop"));
    // podman names those of its defaults that are dropped, whatever they are, and says what is left.
    if (const Member* left = node_.member("BoundingCaps");
        left != nullptr && left->value.items.empty() && !one.cap_drop.empty() && !one.privileged.is_yes())
      one.cap_drop.push_back({"ALL", values_.place(*left)});
    security(one);
    limits(one);
    environment(one);
    commands(one);
    health(one);
    const Node* log = host("LogConfig");
    one.log_driver = values_.text(log == nullptr ? nullptr : log->find("Type"));
    if (log != nullptr)
      if (const Node* options = log->find("Config"); options != nullptr)
        for (const Member& member : options->members)
          one.log_options.push_back({member.key, values_.text(&member.value)});
    mounts(one);
    ports(one);
    workload.containers.push_back(std::move(one));
    return workload;
  }

 private:
  const Node* config(std::string_view key) const { return config_ == nullptr ? nullptr : config_->find(key); }
  const Node* host(std::string_view key) const { return host_ == nullptr ? nullptr : host_->find(key); }

  Flag mode(std::string_view key) const {
    const Text text = values_.text(host(key));
    if (!text.has_value() || text.value.empty()) return {};
    return {text.value == "host" ? Flag::Value::yes : Flag::Value::no, text.place, text.value};
  }

  // 0 is none.
  Text amount(std::string_view key) const {
    const Node* node = host(key);
    return node == nullptr || node->whole().value_or(0) == 0 ? Text{} : values_.text(node);
  }

  void security(Container& one) const {
    for (const Text& option : values_.texts(host("SecurityOpt"))) {
      std::size_t cut = option.value.find('=');
      if (cut == std::string::npos) cut = option.value.find(':');
      const std::string name = option.value.substr(0, cut);
      const std::string value = cut == std::string::npos ? "" : option.value.substr(cut + 1);
      if (name == "no-new-privileges")
        one.escalation = {to_lower(value) == "false" || value == "f" || value == "F" || value == "0" ? Flag::Value::yes
                                                                                                     : Flag::Value::no,
                          option.place, option.value};
      const bool unconfined = value == "unconfined";
      const Profile::Kind kind = unconfined                            ? Profile::Kind::unconfined
                                 : value.empty() || value == "builtin" ? Profile::Kind::standard
                                 : value.starts_with('{')              ? Profile::Kind::inlined
                                                                       : Profile::Kind::local;
      Text text = option;
      text.value = value;
      if (name == "seccomp") one.seccomp = {kind, text, kind == Profile::Kind::local ? value : ""};
      if (name == "apparmor") one.apparmor = {value == "docker-default" ? Profile::Kind::standard : kind, text, ""};
      if (name == "label" && (value == "disable" || value.starts_with("user:") || value.starts_with("role:") ||
                              (value.starts_with("type:") && value != "type:container_t")))
        one.selinux.push_back(option);
      if ((name == "systempaths" && unconfined) || name == "unmask" || (name == "writable-cgroups" && value == "true"))
        one.proc_mount = option;
    }
    // What the command line makes of systempaths=unconfined; of a privileged container it is null.
    if (const Node* masked = host("MaskedPaths");
        masked != nullptr && masked->is_sequence() && masked->items.empty() && !one.privileged.is_yes())
      one.proc_mount = {"MaskedPaths is empty", values_.place(*host_->member("MaskedPaths"))};
    for (Text& group : values_.texts(host("GroupAdd")))
      if (group.value == "root" || group.value == "docker" || whole_number(group.value) == 0) {
        group.value = "group_add " + group.value;
        one.root_groups.push_back(std::move(group));
      }
  }

  void limits(Container& one) const {
    one.memory_limit = amount("Memory");
    one.memory_reservation = amount("MemoryReservation");
    one.cpu_limit = amount("NanoCpus");
    if (!one.cpu_limit.has_value()) one.cpu_limit = amount("CpuQuota");
    one.pids_limit = amount("PidsLimit");
    one.oom_kill_disable = values_.flag(host("OomKillDisable"));
    if (const Text score = values_.text(host("OomScoreAdj")); whole_number(score.value).value_or(0) <= -1000)
      one.oom_kill_disable = {Flag::Value::yes, score.place, "oom_score_adj " + score.value};
    // -1 is as much swap as the host has; beside no limit of memory it says nothing more.
    if (const Text swap = amount("MemorySwap"); swap.value.starts_with('-') && one.memory_limit.has_value())
      one.swap_limit = swap;
    if (const Node* sysctls = host("Sysctls"); sysctls != nullptr)
      for (const Member& member : sysctls->members)
        one.sysctls.emplace_back(Text{member.key, values_.place(member)}, values_.text(&member.value));
    if (const Node* devices = host("Devices"); devices != nullptr)
      for (const Node& each : devices->items) one.devices.push_back(values_.text(each.find("PathOnHost")));
    for (const Text& each : values_.texts(host("DeviceCgroupRules"))) one.devices.push_back(each);
    if (const Node* requests = host("DeviceRequests"); requests != nullptr)
      for (const Node& each : requests->items) one.devices.push_back({"a processor of graphics", values_.place(each)});
  }

  void environment(Container& one) const {
    for (const Text& text : values_.texts(config("Env"))) {
      const std::size_t cut = text.value.find('=');
      if (cut != std::string::npos)
        one.environment.push_back({text.value.substr(0, cut), {text.value.substr(cut + 1), text.place}});
    }
  }

  void health(Container& one) const {
    const Node* check = config("Healthcheck");
    const std::vector<Text> test = values_.texts(check == nullptr ? nullptr : check->find("Test"));
    if (test.empty()) {
      one.health = {Flag::Value::no, one.place, ""};
      return;
    }
    one.health = {test.front().value == "NONE" ? Flag::Value::no : Flag::Value::yes, test.front().place, ""};
    one.commands.push_back({"healthcheck", test, test.front().value == "CMD-SHELL", test.front().place});
  }

  void commands(Container& one) const {
    for (const auto& [key, what] : {std::pair{"Entrypoint", "entrypoint"}, std::pair{"Cmd", "command"}}) {
      const std::vector<Text> words = values_.texts(config(key));
      if (words.empty()) continue;
      Command command{what, words, runs_shell(words), words.front().place};
      if (!one.commands.empty() && one.commands.front().shell) command.shell = true;
      one.commands.push_back(std::move(command));
    }
  }

  void mounts(Container& one) const {
    for (const Text& text : values_.texts(host("Binds"))) {
      const std::vector<std::string_view> parts = split(text.value, ':');
      Mount mount{.kind = Mount::Kind::volume, .source = text, .place = text.place};
      mount.shown = std::string(parts[0]);
      mount.source.value = mount.shown;
      if (parts.size() > 1) mount.target = std::string(parts[1]);
      if (parts.size() > 2)
        for (const std::string_view option : split(parts[2], ',')) {
          mount.read_only = mount.read_only || option == "ro";
          if (option == "shared" || option == "rshared") one.shared_mounts.push_back({std::string(option), text.place});
        }
      if (mount.shown.starts_with('/')) mount.kind = Mount::Kind::bind;
      one.mounts.push_back(std::move(mount));
    }
    if (const Node* list = node_.find("Mounts"); list != nullptr)
      for (const Node& each : list->items) {
        if (values_.text(each.find("Type")).value != "bind") continue;
        Mount mount{.kind = Mount::Kind::bind, .place = values_.place_of_member(each, "Source")};
        mount.source = values_.text(each.find("Source"));
        mount.shown = mount.source.value;
        mount.target = values_.text(each.find("Destination")).value;
        if (const Text how = values_.text(each.find("Propagation"));
            one.shared_mounts.empty() && (how.value == "shared" || how.value == "rshared"))
          one.shared_mounts.push_back(how);
        mount.read_only = values_.flag(each.find("RW")).is_no();
        const bool known = std::any_of(one.mounts.begin(), one.mounts.end(),
                                       [&](const Mount& other) { return other.target == mount.target; });
        if (!known) one.mounts.push_back(std::move(mount));
      }
    if (const Node* tmpfs = host("Tmpfs"); tmpfs != nullptr)
      for (const Member& member : tmpfs->members) {
        Mount mount{.kind = Mount::Kind::tmpfs, .target = member.key, .place = values_.place(member)};
        mount.options = member.value.text;
        one.mounts.push_back(std::move(mount));
      }
  }

  void ports(Container& one) const {
    const Node* bindings = host("PortBindings");
    if (bindings == nullptr) return;
    for (const Member& member : bindings->members) {
      const auto inside = port_range(std::string_view(member.key).substr(0, member.key.find('/')));
      for (const Node& each : member.value.items) {
        PublishedPort port{values_.text(each.find("HostIp")).value,
                           0,
                           0,
                           values_.text(each.find("HostPort")).value,
                           values_.place(member),
                           ""};
        if (inside) std::tie(port.first, port.last) = *inside;
        one.ports.push_back(std::move(port));
      }
    }
  }

  const Node& node_;
  Values values_;
  const Node *config_, *host_;
};

}  // namespace

bool is_inspected(const Node& node) {
  if (node.is_mapping()) return node.find("Config") != nullptr && node.find("HostConfig") != nullptr;
  return node.is_sequence() && !node.items.empty() && node.items.front().is_mapping() &&
         node.items.front().find("HostConfig") != nullptr;
}

Status add_inspected(const Node& node, Deployment& deployment) {
  const std::vector<Node> one{node};
  for (const Node& each : node.is_sequence() ? node.items : one) {
    if (!is_inspected(each) || each.is_sequence())
      return Error(ErrorCode::malformed, to_string(deployment.place_of(each)) + ": no container");
    if (deployment.workloads.size() >= kMaxWorkloads)
      return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxWorkloads) + " containers");
    deployment.workloads.push_back(Reader(each, deployment).read());
  }
  return {};
}

}  // namespace supply::deploy

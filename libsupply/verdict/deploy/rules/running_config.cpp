// Running containers are configured as the deployment's files say, or as their image does.
#include <algorithm>
#include <filesystem>

#include "libsupply/verdict/deploy/internal/running.hpp"

namespace supply::deploy::rules {

namespace {

std::string word(bool yes) { return yes ? "true" : "false"; }

std::set<std::string> capabilities(const std::vector<Text>& list) {
  std::set<std::string> names;
  for (const Text& one : list) {
    std::string name = to_lower(one.value);
    names.insert(name.starts_with("cap_") ? name.substr(4) : std::move(name));
  }
  return names;
}

std::string path_of(const Mount& mount) {
  std::string path = std::filesystem::path(mount.source.value).lexically_normal().string();
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

const Command* command_of(const Container& container, std::string_view what) {
  const auto found = std::find_if(container.commands.begin(), container.commands.end(),
                                  [&](const Command& one) { return one.what == what; });
  return found == container.commands.end() ? nullptr : &*found;
}

std::vector<std::string> words_of(const Command* command) {
  std::vector<std::string> words;
  if (command != nullptr)
    for (const Text& each : command->words) words.push_back(each.value);
  return words;
}

// The service of compose that a container belongs to.
std::string service_of(const Workload& workload) {
  for (const char* label : {"com.docker.compose.service", "io.podman.compose.service"})
    if (const auto found = workload.labels.find(label); found != workload.labels.end()) return found->second;
  return workload.name;
}

// One container that runs, and what it should be.
struct Pair {
  const Workload& workload;
  const Container& container;
  const engine::RunningContainer& running;
  Findings& findings;

  void differs(std::string id, std::string expected, std::string found, const Location& place) const {
    findings.no({workload.subject(), place_or(place, container.place), std::move(expected), std::move(found),
                 "start it again from its files, or change them", std::move(id)});
  }

  void flag(const char* id, bool declared, const Flag& runs) const {
    if (declared != runs.is_yes())
      differs(id, std::string(id) + ": " + word(declared), std::string(id) + ": " + word(runs.is_yes()), runs.place);
  }

  // A file or the image says so; `by` is who.
  void words(const char* id, const std::vector<std::string>& declared, const std::string& by) const {
    const std::vector<std::string> runs = words_of(command_of(container, id));
    if (runs == declared) return;
    // Its words may hold a credential.
    const Command* command = command_of(container, id);
    differs(id, "the " + std::string(id) + " that " + by + " says",
            "another " + std::string(id) + " of " + std::to_string(runs.size()) + " words",
            command == nullptr ? Location{} : command->place);
  }

  void user(const std::string& declared, const std::string& by) const {
    if (container.user.value != declared)
      differs("user", "user " + quote(declared) + ", as " + by + " says", "user " + quote(container.user.value),
              container.user.place);
  }

  void against_image() const {
    if (!running.settings) {
      findings.undecided({workload.subject(), container.place, "settings as the image has them",
                          "its image could not be asked about: " + running.settings_unread,
                          "ask an engine that still has the image", "image"});
      return;
    }
    // A start may set what an image leaves open: who changes what it says should be seen.
    if (container.user.value != running.settings->user)
      warn("user", "user " + quote(running.settings->user) + ", as the image says",
           "user " + quote(container.user.value), container.user.place);
    for (const auto& [id, declared] :
         {std::pair{"entrypoint", running.settings->entrypoint}, std::pair{"command", running.settings->command}}) {
      const Command* command = command_of(container, id);
      if (words_of(command) != declared)
        warn(id, "the " + std::string(id) + " that the image says", "another " + std::string(id),
             command == nullptr ? Location{} : command->place);
    }
  }

  void warn(std::string id, std::string expected, std::string found, const Location& place) const {
    findings.warn({workload.subject(), place_or(place, container.place), std::move(expected), std::move(found),
                   "declare it in a deployment's file, and name the file beside --host", std::move(id)});
  }

  void against(const Workload& service, const Container& declared) const {
    if (declared.image.has_value() && declared.image.unset.empty() && !declared.built &&
        full_image_name(declared.image.value) != full_image_name(container.image.value) &&
        !(container.image.value.starts_with("sha256:")))
      differs("image", quote(declared.image.value), quote(container.image.value), container.image.place);
    if (declared.user.has_value() && declared.user.unset.empty()) user(declared.user.value, "the file");
    else if (running.settings) user(running.settings->user, "the image");
    flag("privileged", declared.privileged.is_yes(), container.privileged);
    flag("read_only", declared.read_only.is_yes(), container.read_only);
    if (declared.escalation.is_no() && !container.escalation.is_no())
      differs("no-new-privileges", "no-new-privileges", "new privileges are allowed", container.escalation.place);
    flag("host network", service.host_network.is_yes(), workload.host_network);
    flag("host pid", service.host_pid.is_yes(), workload.host_pid);
    flag("host ipc", service.host_ipc.is_yes(), workload.host_ipc);
    flag("host userns", service.host_users.is_yes(), workload.host_users);
    capabilities_of(declared);
    mounts(declared);
    ports(declared);
    environment(declared);
    if (const Command* command = command_of(declared, "command"); command != nullptr && known(*command))
      words("command", words_of(command), "the file");
    if (const Command* command = command_of(declared, "entrypoint"); command != nullptr && known(*command))
      words("entrypoint", words_of(command), "the file");
    else if (command == nullptr && running.settings) words("entrypoint", running.settings->entrypoint, "the image");
    if (declared.memory_limit.has_value() && !container.memory_limit.has_value())
      differs("memory", "a limit of memory", "no limit", {});
  }

  static bool known(const Command& command) {
    return std::all_of(command.words.begin(), command.words.end(), [](const Text& one) { return one.unset.empty(); });
  }

  void capabilities_of(const Container& declared) const {
    const std::set<std::string> wanted = capabilities(declared.cap_add), has = capabilities(container.cap_add);
    for (const std::string& each : has)
      if (wanted.count(each) == 0 && wanted.count("all") == 0)
        differs("cap_add " + each, "no capability that the file does not add",
                "capability " + quote(each) + " is added", container.cap_add.front().place);
    const std::set<std::string> dropped = capabilities(container.cap_drop);
    for (const std::string& each : capabilities(declared.cap_drop))
      if (dropped.count(each) == 0 && !drops_all(workload, container.cap_drop))
        differs("cap_drop " + each, "capability " + quote(each) + " dropped", "it is not dropped",
                container.cap_drop.empty() ? Location{} : container.cap_drop.front().place);
  }

  void mounts(const Container& declared) const {
    for (const Mount& mount : container.mounts) {
      if (mount.kind != Mount::Kind::bind) continue;
      const bool known = std::any_of(declared.mounts.begin(), declared.mounts.end(), [&](const Mount& other) {
        // Secrets and configs of compose are binds when they run.
        if (other.kind == Mount::Kind::secret || other.kind == Mount::Kind::config) return other.target == mount.target;
        return other.target == mount.target && path_of(other) == path_of(mount) &&
               (mount.read_only || !other.read_only);
      });
      const bool reference =
          mount.target.starts_with("/run/secrets/") && (!declared.secrets.empty()) && mount.read_only;
      if (!known && !reference)
        differs("mount " + mount.target, "no bind that the file does not have",
                quote(mount.shown) + " is at " + quote(mount.target) + (mount.read_only ? "" : ", and may be written"),
                mount.place);
    }
  }

  void ports(const Container& declared) const {
    for (const PublishedPort& port : container.ports) {
      const bool known = std::any_of(declared.ports.begin(), declared.ports.end(), [&](const PublishedPort& other) {
        const bool anywhere = other.host_ip.empty() || other.host_ip == "0.0.0.0" || other.host_ip == "::";
        return other.first <= port.first && port.last <= other.last && (anywhere || other.host_ip == port.host_ip);
      });
      if (!known)
        differs("port " + std::to_string(port.first), "no port that the file does not publish",
                "port " + std::to_string(port.first) + " is published", port.place);
    }
  }

  void environment(const Container& declared) const {
    std::map<std::string, std::string> runs;
    for (const Variable& each : container.environment) runs[each.name] = each.value.value;
    std::set<std::string> names;
    for (const Variable& each : declared.environment) {
      names.insert(each.name);
      if (each.from_outside || !each.value.unset.empty() || !each.value.has_value()) continue;
      const auto found = runs.find(each.name);
      if (found == runs.end() || found->second != each.value.value)
        differs("variable " + each.name, "variable " + each.name + " as the file says",
                found == runs.end() ? "it is not set" : "another value", {});
    }
    if (!running.settings || !declared.unread_env_files.empty()) return;
    std::map<std::string, std::string> of_image;
    for (const std::string& each : running.settings->environment)
      of_image[each.substr(0, each.find('='))] = each.substr(std::min(each.find('=') + 1, each.size()));
    for (const Variable& each : container.environment) {
      if (names.count(each.name) != 0) continue;
      const auto its = of_image.find(each.name);
      if (its != of_image.end() && its->second == each.value.value) continue;
      bool of_engine = false;  // what Docker and podman set by themselves
      for (const std::string_view name : {"PATH", "HOME", "HOSTNAME", "TERM", "container"})
        of_engine = of_engine || (its == of_image.end() && each.name == name);
      if (!of_engine)
        differs("variable " + each.name, "no variable that neither the file nor the image sets",
                "variable " + each.name + (its == of_image.end() ? " is set" : " has another value than in the image"),
                each.value.place);
    }
  }
};

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  std::set<std::string> running;
  each_running(deployment, around,
               [&](const Workload& workload, const Container& container, const engine::RunningContainer& one) {
                 const Pair pair{workload, container, one, findings};
                 if (!around.declared) return pair.against_image();
                 const std::string service = service_of(workload);
                 const auto declared =
                     std::find_if(around.declared->workloads.begin(), around.declared->workloads.end(),
                                  [&](const Workload& each) { return each.name == service; });
                 if (declared == around.declared->workloads.end()) {
                   findings.warn({workload.subject(), container.place, "a workload of the deployment's files",
                                  "it runs, and no file declares it", "stop it, or declare it", "undeclared"});
                   return;
                 }
                 running.insert(service);
                 pair.against(*declared, declared->containers.front());
               });
  if (!around.declared) return;
  for (const Workload& workload : around.declared->workloads)
    if (running.count(workload.name) == 0)
      findings.warn({workload.subject(), workload.place, "a container that runs", "it is declared, and does not run",
                     "start it", "missing"});
}

}  // namespace

const DeploymentRule& running_config() {
  static constexpr DeploymentRule rule{
      "deploy/running-config", "containers run as they were declared",
      "A container that was started by hand, or changed after a deployment, is not what was judged. Counts: beside "
      "deployment files that are named with --host, each container compared with its service (the label "
      "com.docker.compose.service, or its name): image, user, privileges, capabilities, namespaces, binds, ports, "
      "variables, commands. Without files it is compared with its image, and what differs is a warning",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules

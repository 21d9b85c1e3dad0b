// What a service says of its container. Source: compose-spec, 05-services.
#include <algorithm>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/deploy/internal/compose.hpp"

namespace supply::deploy {

using yaml::Member;
using yaml::Node;

namespace {

// The last that says the same thing counts, in the place of the first.
template <class T, class Key>
void keep_last(std::vector<T>& all, Key key) {
  std::map<std::string, std::size_t> known;
  std::vector<T> kept;
  for (T& each : all) {
    const auto [found, is_new] = known.emplace(key(each), kept.size());
    if (is_new) kept.push_back(std::move(each));
    else kept[found->second] = std::move(each);
  }
  all = std::move(kept);
}

bool go_true(std::string_view text) {
  return text == "1" || text == "t" || text == "T" || text == "true" || text == "TRUE" || text == "True";
}

Profile profile_of(Text text, const std::string& value, const std::string& directory, bool is_file) {
  Profile profile{Profile::Kind::local, std::move(text), ""};
  profile.text.value = value;
  if (value == "unconfined") profile.kind = Profile::Kind::unconfined;
  else if (value.empty() || value == "builtin" || value == "default" || value == "docker-default" ||
           value == "runtime/default" || value == "containers-default")
    profile.kind = Profile::Kind::standard;
  else if (trim(value).starts_with('{')) profile.kind = Profile::Kind::inlined;
  else if (is_file) profile.path = resolved(directory, value);
  return profile;
}

}  // namespace

std::string ComposeContainer::directory(const Node& node) const {
  const auto found = project_.directories.find(node.file);
  return found == project_.directories.end() ? "." : found->second;
}

Result<Container> ComposeContainer::read(const std::string& name, const Node& service, Location place) const {
  Container container{.name = name, .place = std::move(place)};
  container.image = values_.text(service.find("image"));
  const Node* build = service.find("build");
  container.built = build != nullptr && !build->is_null();
  container.user = values_.text(service.find("user"));
  // 0x0 and 0o0 are numbers where they are not quoted.
  if (const Node* user = service.find("user"); user != nullptr && user->kind == Node::Kind::integer)
    container.user.value = std::to_string(user->number);
  container.read_only = values_.flag(service.find("read_only"));
  container.privileged = values_.flag(service.find("privileged"));
  if (build != nullptr && build->is_mapping() && !container.privileged.is_yes()) {
    if (const Flag of_build = values_.flag(build->find("privileged")); of_build.is_yes())
      container.privileged = of_build;
    for (const Text& entitlement : values_.texts(build->find("entitlements")))
      if (entitlement.value == "security.insecure") container.privileged = {Flag::Value::yes, entitlement.place, ""};
  }
  container.api_socket = values_.flag(service.find("use_api_socket"));
  container.cap_add = values_.texts(service.find("cap_add"));
  container.cap_drop = values_.texts(service.find("cap_drop"));
  container.cap_drop_reset = values_.removal(service.find("cap_drop"));
  security(service, container);
  resources(service, container);
  commands(service, container);
  SUPPLY_TRY(environment(service, container));
  mounts(service, container);
  ports(service, container);
  references(service, container);
  return container;
}

void ComposeContainer::security(const Node& service, Container& container) const {
  container.escalation = {Flag::Value::nothing, values_.removal(service.find("security_opt")).place, ""};
  for (const Text& option : values_.texts(service.find("security_opt"))) {
    // Docker: NAME=VALUE, or of old NAME:VALUE. Source: moby, daemon/daemon_unix.go, parseSecurityOpt.
    std::size_t cut = option.value.find('=');
    if (cut == std::string::npos) cut = option.value.find(':');
    const std::string name = option.value.substr(0, cut);
    const std::string value = cut == std::string::npos ? "" : option.value.substr(cut + 1);
    Node where;  // for the directory of the file that says it
    if (const Node* list = service.find("security_opt"); list != nullptr)
      for (const Node& item : list->items)
        if (values_.place(item) == option.place) where.file = item.file;
    const std::string base = directory(where);
    if (name == "no-new-privileges")
      container.escalation = {!option.unset.empty()                        ? Flag::Value::unclear
                              : cut == std::string::npos || go_true(value) ? Flag::Value::no
                                                                           : Flag::Value::yes,
                              option.place, option.value};
    else if (name == "seccomp") container.seccomp = profile_of(option, value, base, true);
    else if (name == "apparmor") container.apparmor = profile_of(option, value, base, false);
    else if (name == "label" && (value == "disable" || value.starts_with("user:") || value.starts_with("role:") ||
                                 (value.starts_with("type:") && value != "type:container_t")))
      container.selinux.push_back(option);
    else if ((name == "systempaths" && value == "unconfined") || name == "unmask" ||
             (name == "writable-cgroups" && go_true(value)))
      container.proc_mount = option;
  }
  for (Text& group : values_.texts(service.find("group_add")))
    if (group.value == "root" || group.value == "docker" || whole_number(group.value) == 0) {
      group.value = "group_add " + group.value;
      container.root_groups.push_back(std::move(group));
    }
  if (const Node* sysctls = service.find("sysctls"); sysctls != nullptr)
    for (const Member& member : as_mapping(*sysctls).members)
      container.sysctls.emplace_back(Text{member.key, values_.place(member)}, values_.text(&member.value));
  for (const Node* list : {service.find("devices"), service.find("device_cgroup_rules")}) {
    if (list == nullptr) continue;
    for (const Node& item : list->items) {
      const Node* source = item.is_mapping() ? item.find("source") : &item;
      if (source != nullptr && source->is_scalar() && !source->is_null())
        container.devices.push_back(values_.text(source));
    }
  }
  const Node* reserved = service.find("deploy");
  for (const char* key : {"resources", "reservations", "devices"})
    reserved = reserved == nullptr ? nullptr : reserved->find(key);
  for (const Node* list : {service.find("gpus"), reserved}) {
    if (list == nullptr || list->is_null()) continue;
    if (list->is_scalar()) container.devices.push_back({"gpus: " + list->text, values_.place(*list)});
    for (const Node& item : list->items) container.devices.push_back({"a processor of graphics", values_.place(item)});
  }
}

void ComposeContainer::resources(const Node& service, Container& container) const {
  container.memory_limit = values_.text(service.find("mem_limit"));
  container.cpu_limit = values_.text(service.find("cpus"));
  container.pids_limit = values_.text(service.find("pids_limit"));
  container.memory_reservation = values_.text(service.find("mem_reservation"));
  container.swap_limit = values_.text(service.find("memswap_limit"));
  if (const Node* limits = service.find("ulimits"); limits != nullptr)
    if (const Node* processes = limits->find("nproc"); processes != nullptr)
      container.process_ulimit = values_.text(processes->is_mapping() ? processes->find("hard") : processes);
  container.oom_kill_disable = values_.flag(service.find("oom_kill_disable"));
  // The kernel ends no process whose score is adjusted by -1000. Source: proc_pid_oom_score_adj(5).
  if (const Text score = values_.text(service.find("oom_score_adj")); whole_number(score.value).value_or(0) <= -1000)
    container.oom_kill_disable = {Flag::Value::yes, score.place, "oom_score_adj " + score.value};
  if (!container.cpu_limit.has_value())
    if (const Text quota = values_.text(service.find("cpu_quota")); quota.has_value()) container.cpu_limit = quota;
  const Node* deploy = service.find("deploy");
  const Node* all = deploy == nullptr ? nullptr : deploy->find("resources");
  const Text taken = values_.removal(all != nullptr ? all : deploy);
  const auto take = [&](Text& into, const char* part, const char* name) {
    const Node* section = all == nullptr ? nullptr : all->find(part);
    const Text found = values_.text(section == nullptr ? nullptr : section->find(name));
    if (found.has_value() || (found.reset && !into.has_value())) into = found;
    else if (!into.has_value() && into.place.line == 0) {
      if (const Text gone = values_.removal(section); gone.reset) into = gone;
      else if (taken.reset) into = taken;
    }
  };
  take(container.memory_limit, "limits", "memory");
  take(container.cpu_limit, "limits", "cpus");
  take(container.pids_limit, "limits", "pids");
  take(container.memory_reservation, "reservations", "memory");
  take(container.cpu_reservation, "reservations", "cpus");
}

void ComposeContainer::add_command(const Node* node, std::string what, Container& container) const {
  if (node == nullptr || node->is_null()) return;
  Command command{std::move(what), values_.texts(node), false, values_.place(*node)};
  if (node->is_scalar()) {
    const Text whole = command.words.empty() ? Text{} : command.words.front();
    command.words.clear();
    for (std::string& word : command_words(whole.value))
      command.words.push_back({std::move(word), whole.place, whole.unset});
  }
  command.shell = runs_shell(command.words);
  if (command.what == "healthcheck" && !command.words.empty()) {
    if (node->is_scalar()) command.shell = true;  // a string is CMD-SHELL
    else if (command.words.front().value == "CMD-SHELL") command.shell = true;
  }
  container.commands.push_back(std::move(command));
}

void ComposeContainer::commands(const Node& service, Container& container) const {
  add_command(service.find("entrypoint"), "entrypoint", container);
  add_command(service.find("command"), "command", container);
  // Words of a command are run by the entrypoint's shell where that is one: sh -c in entrypoint, a script in command.
  if (container.commands.size() == 2 && container.commands[0].shell) container.commands[1].shell = true;
  const Node* health = service.find("healthcheck");
  if (health == nullptr || health->is_null()) {
    container.health = values_.flag(health);
    return;
  }
  const Node* test = health->find("test");
  add_command(test, "healthcheck", container);
  const Flag disabled = values_.flag(health->find("disable"));
  if (disabled.is_yes()) {
    container.health = {Flag::Value::no, disabled.place, ""};
  } else if (test != nullptr && !test->is_null() && (test->is_scalar() || !test->items.empty())) {
    const std::vector<Text> words = values_.texts(test);
    // As a text it is the program NONE, which no image has.
    const bool none = !words.empty() && words.front().value == "NONE";
    container.health = {none ? Flag::Value::no : Flag::Value::yes, values_.place_of_member(*health, "test"), ""};
    container.check_times.push_back(
        check_time("healthcheck",
                   {health->find("start_period"), health->find("interval"), health->find("retries"), "start_period",
                    "interval", "retries", 30, health->find("timeout"), "timeout"},
                   values_));
  } else {
    container.health = {Flag::Value::nothing, values_.place(*health), ""};  // of the image's own
  }
}

Status ComposeContainer::environment(const Node& service, Container& container) const {
  if (const Node* environment = service.find("environment"); environment != nullptr)
    for (const Member& member : as_mapping(*environment).members) {
      Variable variable{member.key, values_.text(&member.value)};
      if (variable.value.place.line == 0) {
        if (member.value.tag == "!reset") continue;
        variable.value.place = values_.place(member);
        variable.from_outside = true;
      }
      container.environment.push_back(std::move(variable));
    }
  const Node* build = service.find("build");
  if (build != nullptr && build->is_scalar() && !build->is_null())
    container.environment.push_back({"build context", values_.text(build)});
  if (build != nullptr && build->is_mapping()) {
    if (const Text context = values_.text(build->find("context")); context.has_value())
      container.environment.push_back({"build context", context});
    // What a Dockerfile in the file bakes in.
    if (const Node* inlined = build->find("dockerfile_inline"); inlined != nullptr && inlined->is_scalar()) {
      const Text whole = values_.text(inlined);
      Location at = whole.place;
      for (const std::string_view line : lines(inlined->text)) {
        if (whole.block) at = {at.uri, at.line + 1, 1};
        const std::string_view code = trim(line);
        if (!code.starts_with("ENV ") && !code.starts_with("ARG ")) continue;
        const std::size_t cut = code.find_first_of("= ", 4);
        if (cut != std::string_view::npos)
          container.environment.push_back(
              {std::string(trim(code.substr(4, cut - 4))), {std::string(trim(code.substr(cut + 1))), at, ""}});
      }
    }
    if (const Node* args = build->find("args"); args != nullptr)
      for (const Member& member : as_mapping(*args).members) {
        const Text value = values_.text(&member.value);
        if (value.has_value()) {
          container.environment.push_back({"build argument " + member.key, value});
        } else if (member.value.tag != "!reset") {
          Variable variable{"build argument " + member.key, {"", values_.place(member)}};
          variable.from_outside = true;
          container.environment.push_back(std::move(variable));
        }
      }
  }
  const Node* logging = service.find("logging");
  container.log_driver = values_.text(logging == nullptr ? nullptr : logging->find("driver"));
  if (const Node* options = logging == nullptr ? nullptr : logging->find("options"); options != nullptr)
    for (const Member& member : options->members)
      container.log_options.push_back({member.key, values_.text(&member.value)});
  const Node* files = service.find("env_file");
  if (files == nullptr) return {};
  std::vector<Node> items = files->is_sequence() ? files->items : std::vector<Node>{*files};
  std::set<std::string> named;
  for (const Variable& one : container.environment) named.insert(one.name);
  for (const Node& item : items) {
    const Node* path = item.is_mapping() ? item.find("path") : &item;
    if (path == nullptr || path->is_null()) continue;
    const Flag required = values_.flag(item.find("required"));
    const std::string name = resolved(directory(*path), path->text);
    Result<std::string> text = options_.open(name);
    if (!text) {
      if (!required.is_no()) container.unread_env_files.push_back({path->text, "", values_.place(*path)});
      continue;
    }
    SUPPLY_TRY(const std::vector<EnvLine> lines, read_env_lines({name, *text}, project_.variables, project_.account));
    for (const EnvLine& line : lines) {
      if (!named.insert(line.name).second) continue;  // what is there already is stronger
      Variable variable{line.name, {line.value, {name, line.line, 1}, line.unset}};
      variable.from_outside = line.from_outside;
      container.environment.push_back(std::move(variable));
    }
  }
  return {};
}

Mount ComposeContainer::short_mount(const Node& item) const {
  Mount mount{.place = values_.place(item)};
  mount.source = values_.text(&item);
  std::vector<std::string_view> parts = split(item.text, ':');
  // A Windows drive: C:\data
  std::string drive;
  if (parts.size() > 1 && parts[0].size() == 1 && parts[1].starts_with('\\')) {
    drive = std::string(parts[0]) + ":" + std::string(parts[1]);
    parts.erase(parts.begin());
    parts[0] = drive;
  }
  if (parts.size() == 1) {
    mount.target = std::string(parts[0]);
    mount.source.value.clear();
    return mount;
  }
  mount.shown = std::string(parts[0]);
  mount.target = std::string(parts[1]);
  if (parts.size() > 2)
    for (const std::string_view option : split(parts[2], ','))
      if (option == "ro" || option == "readonly") mount.read_only = true;
  const char first = parts[0].empty() ? '\0' : parts[0].front();
  if (first == '.' || first == '/' || first == '~' || first == '\\' || !drive.empty()) {
    mount.kind = Mount::Kind::bind;
    mount.source.value = resolved(directory(item), mount.shown);
  } else {
    mount.source.value = mount.shown;
  }
  return mount;
}

Mount ComposeContainer::long_mount(const Node& item) const {
  Mount mount{.place = values_.place_of_member(item, "source")};
  mount.source = values_.text(item.find("source"));
  mount.target = values_.text(item.find("target")).value;
  mount.read_only = values_.flag(item.find("read_only")).is_yes();
  mount.shown = mount.source.value;
  const std::string type = values_.text(item.find("type")).value;
  if (type == "cluster") {
    mount.kind = Mount::Kind::volume;
  } else if (type == "bind" || type == "npipe") {
    mount.kind = Mount::Kind::bind;
    mount.source.value = resolved(directory(item), mount.shown);
  } else if (type == "tmpfs") {
    mount.kind = Mount::Kind::tmpfs;
    if (const Node* tmpfs = item.find("tmpfs"); tmpfs != nullptr)
      mount.options = values_.text(tmpfs->find("options")).value;
  } else if (type == "image") {
    mount.kind = Mount::Kind::image;
  } else if (type != "volume" && !type.empty()) {
    mount.kind = Mount::Kind::other;
  }
  return mount;
}

void ComposeContainer::mounts(const Node& service, Container& container) const {
  if (const Node* volumes = service.find("volumes"); volumes != nullptr)
    for (const Node& item : volumes->items) {
      container.mounts.push_back(item.is_mapping() ? long_mount(item) : short_mount(item));
      const Node* bind = item.find("bind");
      Text shared = values_.text(bind == nullptr ? nullptr : bind->find("propagation"));
      if (item.is_scalar())
        for (const std::string_view option : split(std::string_view(item.text).substr(item.text.rfind(':') + 1), ','))
          if (option == "shared" || option == "rshared") shared = {std::string(option), values_.place(item)};
      if (shared.value == "shared" || shared.value == "rshared") container.shared_mounts.push_back(std::move(shared));
    }
  keep_last(container.mounts, [](const Mount& mount) { return mount.target; });
  container.tmpfs_reset = values_.removal(service.find("tmpfs"));
  for (const Text& text : values_.texts(service.find("tmpfs"))) {
    Mount mount{.kind = Mount::Kind::tmpfs, .place = text.place};
    mount.target = text.value.substr(0, text.value.find(':'));
    if (const std::size_t cut = text.value.find(':'); cut != std::string::npos)
      mount.options = text.value.substr(cut + 1);
    container.mounts.push_back(std::move(mount));
  }
  for (const Text& text : values_.texts(service.find("volumes_from"))) {
    Mount mount{.kind = Mount::Kind::other, .source = text, .place = text.place};
    mount.shown = "volumes_from " + text.value;
    container.mounts.push_back(std::move(mount));
  }
}

void ComposeContainer::ports(const Node& service, Container& container) const {
  const Node* list = service.find("ports");
  if (list == nullptr) return;
  for (const Node& item : list->items) {
    PublishedPort port;
    port.place = item.is_mapping() ? values_.place_of_member(item, "target") : values_.place(item);
    std::string inside;
    if (item.is_mapping()) {
      inside = values_.text(item.find("target")).value;
      port.published = values_.text(item.find("published")).value;
      port.host_ip = values_.text(item.find("host_ip")).value;
      for (const char* key : {"target", "published", "host_ip"})
        if (const Text part = values_.text(item.find(key)); !part.unset.empty()) port.unset = part.unset;
    } else {
      port.unset = values_.unset(item);
      std::string_view text = item.text;
      text = text.substr(0, text.find('/'));
      std::size_t cut = text.rfind(':');
      inside = std::string(text.substr(cut == std::string_view::npos ? 0 : cut + 1));
      text = cut == std::string_view::npos ? "" : text.substr(0, cut);
      cut = text.rfind(':');
      if (text.ends_with(']')) cut = text.size();  // [::1] and no port
      port.published = std::string(cut == std::string_view::npos ? text : text.substr(std::min(cut + 1, text.size())));
      if (cut != std::string_view::npos) port.host_ip = std::string(text.substr(0, cut));
    }
    if (port.host_ip.starts_with('[')) port.host_ip = port.host_ip.substr(1, port.host_ip.find(']') - 1);
    if (const auto range = port_range(inside); range) std::tie(port.first, port.last) = *range;
    container.ports.push_back(std::move(port));
  }
  keep_last(container.ports, [](const PublishedPort& port) {
    return port.host_ip + '|' + port.published + '|' + std::to_string(port.first) + '-' + std::to_string(port.last);
  });
}

void ComposeContainer::references(const Node& service, Container& container) const {
  for (const auto& [key, into] : {std::pair{"secrets", &container.secrets}, std::pair{"configs", &container.configs}}) {
    const Node* list = service.find(key);
    if (list == nullptr) continue;
    for (const Node& item : list->items) {
      const Node* source = item.is_mapping() ? item.find("source") : &item;
      if (source == nullptr || source->is_null()) continue;
      const Text target = values_.text(item.is_mapping() ? item.find("target") : nullptr);
      into->push_back({source->text, target.value, values_.place(*source), false, values_.unset(*source)});
    }
    keep_last(*into, [](const Reference& one) { return one.name; });
  }
}

}  // namespace supply::deploy

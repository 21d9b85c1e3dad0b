#include "libsupply/content/deploy/internal/compose.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "libsupply/base/text/text.hpp"

namespace supply::deploy {

using yaml::Member;
using yaml::Node;

namespace {

constexpr std::array<const char*, 2> kServiceSections{"services", "jobs"};

class Adder {
 public:
  Adder(const ComposeProject& project, const Options& options, Deployment& deployment)
      : project_(project),
        options_(options),
        deployment_(deployment),
        values_(deployment, &project.unset),
        containers_(project, options, deployment) {}

  Status add() {
    resources("networks", deployment_.networks);
    resources("volumes", deployment_.volumes);
    resources("secrets", deployment_.secrets);
    resources("configs", deployment_.configs);
    SUPPLY_TRY(config_files());
    for (const char* section : kServiceSections) {
      const Node* services = project_.root.find(section);
      if (services == nullptr) continue;
      for (const Member& member : services->members) note_awaited(member.value);
      for (const Member& member : services->members) SUPPLY_TRY(service(member, std::string_view(section) == "jobs"));
    }
    if (const Node* models = project_.root.find("models"); models != nullptr)
      for (const Member& member : models->members)
        deployment_.listed.push_back({"model " + member.key, values_.place(member),
                                      "the engine's runner fetches and runs it, in no container of the project"});
    if (default_network_) {
      Resource network{.key = "default", .implied = true};
      deployment_.networks.push_back(std::move(network));
    }
    for (const Workload& workload : deployment_.workloads)
      if (workload.form == Workload::Form::compose) list_ungranted(workload);
    unset_places();
    return {};
  }

 private:
  void resources(const char* section, std::vector<Resource>& into) {
    const Node* all = project_.root.find(section);
    if (all == nullptr) return;
    for (const Member& member : all->members) {
      if (member.key.starts_with("x-")) continue;
      Resource one{.key = member.key, .place = values_.place(member), .node = member.value};
      const Node* external = member.value.find("external");
      one.external = values_.flag(external).is_yes() || (external != nullptr && external->is_mapping());
      one.name = values_.text(member.value.find("name")).value;
      if (one.name.empty() && external != nullptr) one.name = values_.text(external->find("name")).value;
      if (one.name.empty()) one.name = member.key;
      const auto directory = project_.directories.find(member.file);
      one.project = directory == project_.directories.end() ? "." : directory->second;
      into.push_back(std::move(one));
    }
  }

  // What the files say that configs are made of; those of the host, and those that are not there, are not read.
  Status config_files() {
    for (Resource& config : deployment_.configs) {
      const Node* file = config.node.find("file");
      const Text path = values_.text(file);
      if (config.external || path.value.empty() || !path.unset.empty() || path.value.front() == '/' ||
          path.value.front() == '~')
        continue;
      config.content_file = resolved(config.project, path.value);
      SUPPLY_TRY(config.content, opened(config.content_file, "config " + config.key, path.place));
    }
    return {};
  }

  // A file that others are judged without: what cannot be read of it is listed, where it is there.
  Result<std::optional<std::string>> opened(const std::string& path, const std::string& what, const Location& place) {
    Result<std::string> text = options_.open(path);
    if (text) {
      SUPPLY_TRY(project_.account.spend(text->size()).at(path));
      return std::optional(*std::move(text));
    }
    if (text.error().code() != ErrorCode::not_found)
      deployment_.listed.push_back({what, place, "its file could not be read: " + text.error().message()});
    return std::optional<std::string>();
  }

  // Labels of label_file; those of `labels` are stronger. Source: compose-spec, 05-services, label_file.
  Status label_files(const Node& node, Workload& workload) {
    const Node* said = node.find("label_file");
    for (const Text& file : values_.texts(said)) {
      if (!file.unset.empty()) continue;
      const Node* from = said;
      for (const Node& item : said->items)
        if (values_.place(item) == file.place) from = &item;
      const auto directory = project_.directories.find(from->file);
      const std::string path = resolved(directory == project_.directories.end() ? "." : directory->second, file.value);
      SUPPLY_TRY(const std::optional<std::string> text, opened(path, workload.subject(), file.place));
      if (!text) continue;  // opened() listed it, or it is not there
      std::uint32_t number = 0;
      for (const std::string_view line : lines(*text)) {
        ++number;
        const std::string_view bare = trim(line);
        const std::size_t cut = bare.find('=');
        if (bare.starts_with('#') || cut == std::string_view::npos) continue;
        const std::string name(trim(bare.substr(0, cut)));
        if (workload.label_places.emplace(name, Location{path, number, 1}).second)
          workload.labels[name] = std::string(trim(bare.substr(cut + 1)));
      }
    }
    return {};
  }

  // Whose end others wait for.
  void note_awaited(const Node& service) {
    if (const Node* others = service.find("depends_on"); others != nullptr)
      for (const Member& other : others->members)
        if (values_.text(other.value.find("condition")).value == "service_completed_successfully")
          awaited_.insert(other.key);
  }

  bool is_active(const Node& service) const {
    const std::vector<Text> profiles = values_.texts(service.find("profiles"));
    if (profiles.empty()) return true;
    for (const std::string& wanted : options_.profiles)
      for (const Text& one : profiles)
        if (wanted == "*" || one.value == wanted) return true;
    return false;
  }

  Status service(const Member& member, bool job) {
    const Node& node = member.value;
    if (node.is_null()) return {};
    const std::string kind = job ? "job" : "service";
    if (!node.is_mapping())
      return Error(ErrorCode::malformed,
                   to_string(values_.place(node)) + ": " + kind + " " + quote(member.key) + " must be a mapping");
    if (!is_active(node)) {
      deployment_.listed.push_back(
          {kind + " " + member.key, values_.place(member), "not active: its profiles are not asked for (--profile)"});
      return {};
    }
    if (deployment_.workloads.size() >= kMaxWorkloads)
      return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxWorkloads) + " workloads");
    // It is no container: compose runs the program and nothing else. Source: compose-spec, 05-services, provider.
    if (const Node* provider = node.find("provider"); provider != nullptr && !provider->is_null()) {
      deployment_.listed.push_back({kind + " " + member.key, values_.place_of_member(node, "provider"),
                                    "a program of the host makes it, and what that runs is not known", true});
      return {};
    }
    Workload workload;
    workload.form = Workload::Form::compose;
    workload.kind = kind;
    workload.name = member.key;
    workload.place = values_.place(member);
    const Node* deploy = node.find("deploy");
    workload.runs_to_end = job || awaited_.count(member.key) != 0 ||
                           (deploy != nullptr && values_.text(deploy->find("mode")).value.ends_with("-job"));
    namespaces(node, workload);
    services_named(node, workload);
    if (const Node* labels = node.find("labels"); labels != nullptr)
      for (const Member& label : as_mapping(*labels).members) {
        workload.labels[label.key] = label.value.text;
        workload.label_places[label.key] = values_.place(label);
      }
    SUPPLY_TRY(label_files(node, workload));
    for (const Node* said : {node.find("annotations"), deploy == nullptr ? nullptr : deploy->find("labels")})
      if (said != nullptr)
        for (const Member& one : as_mapping(*said).members) {
          workload.annotations[one.key] = one.value.text;
          workload.annotation_places[one.key] = values_.place(one);
        }
    replicas(node, workload);
    SUPPLY_TRY(Container main, containers_.read(member.key, node, workload.place));
    if (!main.image.has_value() && !main.built)
      return Error(ErrorCode::malformed, to_string(workload.place) + ": " + kind + " " + quote(member.key) +
                                             " has neither an image nor a build");
    workload.containers.push_back(std::move(main));
    SUPPLY_TRY(hooks(node, workload));
    deployment_.workloads.push_back(std::move(workload));
    return {};
  }

  // Source: compose-spec, 05-services: what depends on, or shares something with, a service that is not there is no
  // valid project.
  void services_named(const Node& node, Workload& workload) const {
    std::vector<Text> all;
    if (const Node* others = node.find("depends_on"); others != nullptr && others->is_mapping()) {
      for (const Member& other : others->members)
        if (!values_.flag(other.value.find("required")).is_no()) all.push_back({other.key, values_.place(other)});
    } else {
      all = values_.texts(others);
    }
    for (const char* key : {"network_mode", "pid", "ipc"})
      if (Text mode = values_.text(node.find(key)); mode.value.starts_with("service:")) {
        mode.value.erase(0, 8);
        all.push_back(std::move(mode));
      }
    for (Text& one : all) {
      if (!one.unset.empty() || one.value.empty()) continue;
      const bool is_there = std::any_of(kServiceSections.begin(), kServiceSections.end(), [&](const char* section) {
        const Node* services = project_.root.find(section);
        return services != nullptr && services->find(one.value) != nullptr;
      });
      if (!is_there) workload.lost_services.push_back(std::move(one));
    }
  }

  // A file of a secret that the project has and the service is not given. No wall is lower for it, and what is mounted
  // may bring it: it is listed, and says why the service does not start.
  void list_ungranted(const Workload& workload) {
    static constexpr std::string_view kDirectory = "/run/secrets/";
    const Container& container = workload.containers.front();
    std::set<std::string> all, given;
    for (const Resource& each : deployment_.secrets) all.insert(each.key);
    for (const Reference& one : container.secrets) {
      const std::string& target = one.key.empty() ? one.name : one.key;
      given.insert(target.substr(target.rfind('/') + 1));  // npos + 1 is 0
    }
    for (const Mount& mount : container.mounts)
      if (!mount.target.empty() && (kDirectory.starts_with(mount.target + "/") || mount.target.starts_with(kDirectory)))
        return;
    const auto look = [&](const Text& text, const std::string& what) {
      for (std::size_t at = text.value.find(kDirectory); at != std::string::npos;
           at = text.value.find(kDirectory, at + 1)) {
        const std::size_t begin = at + kDirectory.size();
        const std::size_t end = text.value.find_first_of(" \t\n\"'`;,:|&<>()$", begin);
        const std::string name = text.value.substr(begin, end == std::string::npos ? end : end - begin);
        if (all.count(name) == 0 || !given.insert(name).second) continue;
        deployment_.listed.push_back(
            {workload.subject(), text.place,
             what + " names the file of secret " + quote(name) + ", which the service is not given (secrets)"});
      }
    };
    for (const Variable& one : container.environment)
      if (!one.from_outside) look(one.value, "variable " + one.name);
    for (const Command& command : container.commands)
      for (const Text& word : command.words) look(word, command.what);
  }

  void replicas(const Node& node, Workload& workload) const {
    const Node* deploy = node.find("deploy");
    for (const Node* count : {node.find("scale"), deploy == nullptr ? nullptr : deploy->find("replicas")})
      if (const auto number = whole_number(values_.text(count).value); number) workload.replicas = *number;
  }

  void namespaces(const Node& node, Workload& workload) {
    const auto host = [&](const char* key) {
      const Text mode = values_.text(node.find(key));
      if (!mode.has_value()) return Flag{};
      return Flag{!mode.unset.empty()    ? Flag::Value::unclear
                  : mode.value == "host" ? Flag::Value::yes
                                         : Flag::Value::no,
                  mode.place, mode.value};
    };
    workload.host_network = host("network_mode");
    workload.host_pid = host("pid");
    workload.host_ipc = host("ipc");
    workload.host_uts = host("uts");
    workload.host_users = host("userns_mode");
    workload.host_cgroup = host("cgroup");
    if (const Text parent = values_.text(node.find("cgroup_parent")); !parent.value.empty())
      workload.host_cgroup = {Flag::Value::yes, parent.place, "cgroup_parent " + quote(parent.value)};
    if (const Node* build = node.find("build"); build != nullptr && build->is_mapping())
      if (const Text mode = values_.text(build->find("network")); mode.has_value() && mode.value == "host")
        workload.host_network = {Flag::Value::yes, mode.place, "host"};
    const Node* networks = node.find("networks");
    if (networks != nullptr && networks->is_mapping()) {
      for (const Member& member : networks->members) workload.networks.push_back({member.key, values_.place(member)});
    } else if (networks != nullptr && networks->is_sequence()) {
      workload.networks = values_.texts(networks);
    }
    if (workload.networks.empty() && !values_.text(node.find("network_mode")).has_value())
      workload.networks.push_back({"default", workload.place});
    if (std::none_of(workload.networks.begin(), workload.networks.end(),
                     [](const Text& one) { return one.value == "default"; }))
      return;
    const Node* all = project_.root.find("networks");
    if (all == nullptr || all->find("default") == nullptr) default_network_ = true;
  }

  Status hooks(const Node& node, Workload& workload) const {
    for (const char* key : {"pre_start", "post_start", "pre_stop"}) {
      const Node* list = node.find(key);
      if (list == nullptr) continue;
      std::size_t number = 0;
      for (const Node& item : list->items) {
        ++number;
        if (!item.is_mapping()) continue;
        SUPPLY_TRY(Container hook,
                   containers_.read(key + std::string(" ") + std::to_string(number), item, values_.place(item)));
        hook.role = Role::hook;
        // It runs in the service's container, or one like it (pre_start with an image of its own).
        if (hook.image.has_value()) hook.role = Role::init;
        if (workload.containers.size() >= kMaxWorkloadContainers)
          return Error(ErrorCode::limit_exceeded,
                       workload.subject() + ": more than " + std::to_string(kMaxWorkloadContainers) + " hooks");
        workload.containers.push_back(std::move(hook));
      }
    }
    return {};
  }

  // Which services hold what nobody set; the top-level sections by their path.
  void unset_places() {
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::string> subjects;
    const auto walk = [&](const auto& self, const Node& node, const std::string& subject) -> void {
      if (node.is_scalar() && !values_.unset(node).empty())
        subjects.emplace(std::tuple{node.file, node.begin.line, node.begin.column}, subject);
      for (const Node& item : node.items) self(self, item, subject);
      for (const Member& member : node.members) self(self, member.value, subject);
    };
    for (const Member& section : project_.root.members) {
      if (section.key.starts_with("x-")) continue;  // what is used of it was merged in
      for (const Member& member : section.value.members) {
        if (section.key == "services" && member.value.is_mapping() && !is_active(member.value)) continue;
        walk(walk, member.value, section.key == "services" ? "service " + member.key : section.key + "." + member.key);
      }
      if (section.value.is_scalar()) walk(walk, section.value, section.key);
    }
    for (const auto& [place, subject] : subjects) {
      const auto& [file, line, column] = place;
      deployment_.unset.push_back({project_.unset.at(place),
                                   {file < deployment_.files.size() ? deployment_.files[file] : "", line, column},
                                   subject});
    }
  }

  const ComposeProject& project_;
  const Options& options_;
  Deployment& deployment_;
  Values values_;
  ComposeContainer containers_;
  bool default_network_ = false;
  std::set<std::string> awaited_;
};

}  // namespace

Status add_project(ComposeProject project, const Options& options, Deployment& deployment) {
  return Adder(project, options, deployment).add();
}

}  // namespace supply::deploy

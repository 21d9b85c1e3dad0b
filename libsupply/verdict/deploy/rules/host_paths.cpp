// No path of the host is given to a container that gives the host away.
#include <algorithm>
#include <array>
#include <filesystem>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

constexpr std::array<std::string_view, 10> kSockets{
    "docker.sock",     "containerd.sock", "crio.sock",     "podman.sock",  "cri-dockerd.sock",
    "dockershim.sock", "buildkitd.sock",  "docker_engine", "kubelet.sock", "frakti.sock"};
// They and all below them.
constexpr std::array<std::string_view, 30> kTrees{"/etc",
                                                  "/root",
                                                  "/proc",
                                                  "/sys",
                                                  "/dev",
                                                  "/boot",
                                                  "/run",
                                                  "/var/run",
                                                  "/usr",
                                                  "/bin",
                                                  "/sbin",
                                                  "/lib",
                                                  "/lib64",
                                                  "/var/lib/docker",
                                                  "/var/lib/containerd",
                                                  "/var/lib/containers",
                                                  "/var/lib/kubelet",
                                                  "/var/log",
                                                  "/var/spool",
                                                  "/home",
                                                  "/var/lib/cloud",
                                                  "/var/lib/rancher",
                                                  "/tmp/.X11-unix",
                                                  "/var/backups",
                                                  "/var/mail",
                                                  "/var/lib/crio",
                                                  "/var/lib/cni",
                                                  "/var/lib/lxd",
                                                  "/var/lib/libvirt",
                                                  "/var/snap"};
// They themselves: parents of what is in a tree.
constexpr std::array<std::string_view, 3> kParents{"/", "/var", "/var/lib"};
// What is below them may be a service's own.
constexpr std::array<std::string_view, 6> kWhole{"/opt", "/srv", "/mnt", "/media", "/tmp", "/var/tmp"};
// That say nothing but the time and public certificates, when they are read-only.
constexpr std::array<std::string_view, 7> kHarmless{
    "/etc/localtime",     "/etc/timezone",    "/usr/share/zoneinfo", "/etc/ssl/certs", "/usr/share/ca-certificates",
    "/etc/pki/tls/certs", "/etc/pki/ca-trust"};

bool is_below(std::string_view path, std::string_view tree) {
  return path == tree || (path.starts_with(tree) && path.size() > tree.size() && path[tree.size()] == '/');
}

// What a path of the host gives away, or "".
std::string why(const std::string& path, bool read_only, bool of_project) {
  for (const std::string_view socket : kSockets)
    if (path.ends_with(socket)) return "the engine's socket " + quote(path);
  if (std::find(kWhole.begin(), kWhole.end(), path) != kWhole.end()) return "all of " + quote(path) + " of the host";
  if (std::find(kParents.begin(), kParents.end(), path) != kParents.end())
    return quote(path) + " of the host, above the engine's socket";
  if (read_only)
    for (const std::string_view each : kHarmless)
      if (is_below(path, each)) return "";
  for (const std::string_view tree : kTrees) {
    if (!is_below(path, tree)) continue;
    if (of_project && (tree == "/home" || tree == "/root") && path != tree) return "";  // the project lies there itself
    return quote(path) + " of the host";
  }
  return "";
}

struct Judge {
  const Deployment& deployment;
  const Surrounding& around;
  Findings& findings;

  std::string why_of(const std::string& source, bool read_only) const {
    if (source.empty()) return "";
    if (source == "~" || source.starts_with("~/") || source.starts_with("~\\")) {
      if (const std::string socket = why(source, read_only, false); !socket.empty()) return socket;
      return quote(source) + ", a home directory of the host";
    }
    if (source.starts_with("\\\\.\\pipe") || source.find("docker_engine") != std::string::npos)
      return "the engine's pipe";
    // Of Windows: a whole drive, and what is the system's or its users'.
    if (source.size() > 1 && source[1] == ':' && is_letter(source[0])) {
      std::string path = to_lower(source.substr(2));
      std::replace(path.begin(), path.end(), '\\', '/');
      for (const std::string_view tree : {"/users", "/windows", "/programdata", "/program files"})
        if (is_below(path, tree)) return quote(source) + " of the host";
      return path.empty() || path == "/" ? "the drive " + quote(source) + " of the host" : "";
    }
    if (source.front() == '/') return why(std::filesystem::path(source).lexically_normal().string(), read_only, false);
    // Relative: what is below the directory of the run is the project's own.
    if (source != ".." && !source.starts_with("../")) return why("./" + source, read_only, true);
    if (around.directory.empty()) return "";
    return why((std::filesystem::path(around.directory) / source).lexically_normal().string(), read_only, true);
  }

  void no(const std::string& subject, const Location& place, const std::string& found, const std::string& id) const {
    findings.no(
        {subject, place, "no path of the host that gives it away", found, "use a volume, a secret or a config", id});
  }

  void mount(const Workload& workload, const Container& container, const Mount& mount) const {
    const std::string subject = workload.subject(container);
    if (mount.kind == Mount::Kind::other && mount.source.value.starts_with("container:")) {
      findings.undecided({subject, mount.place, "volumes that are known",
                          "volumes of a container outside of the files: " + quote(mount.source.value),
                          "name the volumes", mount.source.value});
    } else if (mount.kind == Mount::Kind::bind) {
      if (!mount.source.unset.empty()) return;
      if (workload.form == Workload::Form::kubernetes) {
        no(subject, mount.place, "hostPath " + quote(mount.source.value), mount.source.value);
      } else if (const std::string found = why_of(mount.source.value, mount.read_only); !found.empty()) {
        no(subject, mount.place, found, mount.source.value);
      }
    } else if (mount.kind == Mount::Kind::volume) {
      named(subject, mount);
    }
  }

  // The directories that an overlay puts together.
  void overlay(const std::string& subject, const std::string& key, const yaml::Node& options) const {
    const yaml::Node* all = options.find("o");
    if (all == nullptr) return;
    for (const std::string_view option : split(all->text, ',')) {
      const std::size_t cut = option.find('=');
      const std::string_view name = option.substr(0, cut);
      if (cut == std::string_view::npos || (name != "lowerdir" && name != "upperdir")) continue;
      for (const std::string_view path : split(option.substr(cut + 1), ':'))
        if (const std::string found = why_of(std::string(path), name == "lowerdir"); !found.empty())
          return no(subject, deployment.place_of(*all), found + ", as volume " + quote(key), key);
    }
  }

  // A named volume that is a bind in disguise: driver_opts {type: none, o: bind, device: /etc}.
  void named(const std::string& subject, const Mount& mount) const {
    for (const Resource& volume : deployment.volumes) {
      if (volume.key != mount.source.value) continue;
      const yaml::Node* options = volume.node.find("driver_opts");
      const yaml::Node* device = options == nullptr ? nullptr : options->find("device");
      if (options != nullptr && device == nullptr) device = options->find("mountpoint");  // of driver local-persist
      if (device == nullptr || device->text.empty()) return;
      const std::string type = text_at(*options, "type");
      const bool is_bind =
          text_at(*options, "o").find("bind") != std::string::npos || type == "none" || type == "bind" || type.empty();
      if (!is_bind && device->text.starts_with("/dev/")) {
        no(subject, deployment.place_of(*device),
           "the block device " + quote(device->text) + ", as volume " + quote(volume.key), volume.key);
        return;
      }
      if (type == "overlay") overlay(subject, volume.key, *options);
      if (!is_bind) return;
      const bool read_only = mount.read_only || ("," + text_at(*options, "o") + ",").find(",ro,") != std::string::npos;
      if (const std::string found = why_of(device->text, read_only); !found.empty())
        no(subject, deployment.place_of(*device), found + ", as volume " + quote(volume.key), volume.key);
      return;
    }
  }
};

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  const Judge one{deployment, around, findings};
  std::set<std::string> seen;  // a volume that several services have is found once
  for (const Workload& workload : deployment.workloads)
    for (const Container& container : workload.containers) {
      for (const Text& shared : container.shared_mounts)
        one.no(workload.subject(container), shared.place,
               "propagation " + shared.value + ": the host gets what the container mounts", "propagation");
      for (const Mount& mount : container.mounts) {
        if (mount.kind == Mount::Kind::volume && !seen.insert(mount.source.value).second) continue;
        one.mount(workload, container, mount);
      }
    }
  for (const auto& [what, list] :
       {std::pair{"secret ", &deployment.secrets}, std::pair{"config ", &deployment.configs}})
    for (const Resource& each : *list)
      if (const yaml::Node* file = each.node.find("file"); file != nullptr)
        if (const std::string found = one.why_of(file->text, true);
            !found.empty() && std::string_view(what) == "config ")
          one.no(what + each.key, deployment.place_of(*file), found, each.key);
  for (const Object* volume : objects_of(deployment, "", "PersistentVolume"))
    for (const char* key : {"spec.hostPath", "spec.local"})
      if (const yaml::Node* found = node_at(volume->node, key); found != nullptr) {
        const yaml::Node* path = found->find("path");
        // A disk of a node is for volumes, where its path is none of the host's own.
        if (std::string_view(key) == "spec.local" && path != nullptr && one.why_of(path->text, false).empty()) continue;
        one.no("PersistentVolume " + volume->name, deployment.place_of(path == nullptr ? *found : *path),
               quote(text_at(*found, "path")) + " of the node", volume->name);
      }
}

}  // namespace

const DeploymentRule& host_paths() {
  static constexpr DeploymentRule rule{"deploy/host-paths", "no path of the host is mounted that gives the host away",
                                       "Counts: the engine's sockets and every directory above them; /etc, /root, "
                                       "/home, /proc, /sys, /dev, /boot, /run, /usr and more, and "
                                       "what is below; of a pod every hostPath; named volumes whose driver options "
                                       "make a bind of them; configs whose file is one; mounts that are shared with "
                                       "the host (rshared, Bidirectional). Only the "
                                       "path on the host counts, not the one in the container. Paths relative to the "
                                       "project are its own; /etc/localtime and the public "
                                       "certificates are fine when they are read-only",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules

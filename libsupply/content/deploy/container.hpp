// One container of a workload, each of its values with the place where it was written. A value; see deployment.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/base/finding/finding.hpp"

namespace supply::deploy {

/// A text and where it is. Without a place it is not there; with `reset` something took it away there.
struct Text {
  std::string value = {};
  Location place = {};
  std::string unset = {};  ///< variables in it that nobody set, ", " between them: the value is not known
  bool reset = false;      ///< taken away (!reset), by what is at `place`
  bool block = false;      ///< a block scalar: its lines are the lines below `place`
  bool has_value() const { return place.line != 0 && !reset; }
};

/// Yes or no, and where it is said.
struct Flag {
  enum class Value : std::uint8_t { nothing, no, yes, unclear };
  Value value = Value::nothing;
  Location place = {};    ///< with Value::nothing: of what took it away, if anything did
  std::string text = {};  ///< of what is unclear
  bool is_yes() const { return value == Value::yes; }
  bool is_no() const { return value == Value::no; }
};

/// A seccomp or AppArmor profile, or SELinux's separation.
struct Profile {
  enum class Kind : std::uint8_t {
    unset,
    standard,  ///< the runtime's default
    unconfined,
    local,    ///< a file, or a name that the node knows
    inlined,  ///< its text is in the value
  };
  Kind kind = Kind::unset;
  Text text = {};
  std::string path = {};  ///< of a file, relative to the directory of the run; empty: a name that a node knows
};

struct Mount {
  enum class Kind : std::uint8_t { bind, volume, tmpfs, image, secret, config, other };
  Kind kind = Kind::volume;
  Text source = {};  ///< a host's path, made absolute where it is relative to a file; a volume's name; an image
  std::string target = {};
  bool read_only = false;
  Location place = {};
  std::string options = {};  ///< of a tmpfs, as written
  std::string shown = {};    ///< the source as it is written
  std::string form = {};     ///< of a pod's volume: the member that says what it is, "nfs"
};

struct PublishedPort {
  std::string host_ip = {};           ///< empty: every address
  std::uint32_t first = 0, last = 0;  ///< in the container; 0: not known
  std::string published = {};         ///< on the host, as written
  Location place = {};
  std::string unset = {};
};

struct Variable {
  std::string name = {};
  Text value = {};
  bool from_secret = false;   ///< its value is a secret's (valueFrom.secretKeyRef, envFrom.secretRef)
  bool from_outside = false;  ///< the environment of the one that deploys gives the value
  bool from_object = false;   ///< a config map's or a field's value
  std::string all_of = {};    ///< all of this config map, with `name` before each key
};

/// A secret, config map or the like that is named.
struct Reference {
  std::string name = {}, key = {};  ///< of compose: `key` is where its file is, "" is by its name
  Location place = {};
  bool optional = false;
  std::string unset = {};
};

struct Command {
  std::string what = {};  ///< "command", "entrypoint", "healthcheck", "post_start"
  std::vector<Text> words = {};
  bool shell = false;  ///< a shell runs it and expands
  Location place = {};
};

/// How long it takes until a health check is seen to fail: what it waits for first, and between its tries.
struct CheckTime {
  std::string what = {};   ///< "healthcheck", "livenessProbe"
  Location place = {};     ///< of the setting that takes the most of it
  std::string found = {};  ///< that setting: "interval 24h"
  std::int64_t seconds = 0;
};

enum class Role : std::uint8_t { main, init, sidecar, ephemeral, hook };

struct Container {
  std::string name = {};
  Role role = Role::main;
  Location place = {};
  Text image = {};
  bool built = false;  ///< the image is built from a file (compose: build), and is no registry's
  Text user = {};      ///< as a runtime reads it: "1000", "app:app"
  Flag non_root = {};  ///< runAsNonRoot
  Text windows_user = {};
  Flag read_only = {}, privileged = {};
  Flag escalation = {};  ///< whether processes may gain privileges
  std::vector<Text> cap_add = {}, cap_drop = {};
  Text cap_drop_reset = {};
  Profile seccomp = {}, apparmor = {};
  std::vector<Text> selinux = {};        ///< what weakens it: "label:disable", an unusual type
  std::vector<Text> root_groups = {};    ///< what puts its processes into group 0 beside their own: "fsGroup: 0"
  std::vector<Text> shared_mounts = {};  ///< whose own mounts the host gets: "rshared", "Bidirectional"
  Text memory_limit = {}, cpu_limit = {}, pids_limit = {}, memory_reservation = {}, cpu_reservation = {};
  Text swap_limit = {};
  Text storage_limit = {}, storage_reservation = {};  ///< of a pod: ephemeral-storage
  Text process_ulimit = {};                           ///< of compose: ulimits.nproc
  Flag oom_kill_disable = {};                         ///< also by a score; `text` says which
  Flag health = {};                                   ///< a health check of compose: no where it is disabled
  Flag liveness = {}, readiness = {}, startup = {};
  std::vector<CheckTime> check_times = {};
  std::vector<Text> probe_ports = {};  ///< that a probe asks by name
  std::vector<Mount> mounts = {};
  std::vector<Reference> lost_mounts = {};  ///< of volumes that its pod does not have
  std::vector<Text> devices = {};
  Text tmpfs_reset = {};
  std::vector<PublishedPort> ports = {};
  std::vector<std::string> listens = {};  ///< ports of a pod's container, by number and by name
  std::vector<Variable> environment = {};
  std::vector<Variable> headers = {};  ///< that probes and hooks send
  std::vector<Text> probe_hosts = {};  ///< that probes and hooks ask instead of the pod
  std::vector<Variable> log_options = {};
  Text log_driver = {};
  std::vector<Command> commands = {};
  std::vector<Reference> secrets = {}, configs = {};
  Flag api_socket = {};
  Text proc_mount = {};                             ///< what shows or opens the kernel's interfaces
  std::vector<std::pair<Text, Text>> sysctls = {};  ///< name and value
  std::vector<Reference> unread_env_files = {};
};

}  // namespace supply::deploy

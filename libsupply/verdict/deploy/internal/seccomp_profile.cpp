#include <algorithm>
#include <array>
#include <cstdio>

#include "libsupply/base/text/text.hpp"
#include "libsupply/base/yaml/node.hpp"
#include "libsupply/verdict/deploy/internal/profile_content.hpp"

namespace supply::deploy {

using yaml::Node;

namespace {

// Each is a way to the host's kernel, or to other processes. Source: Docker, "Significant syscalls blocked by the
// default profile", and those that the default profile lets through with a capability alone.
constexpr std::array<std::string_view, 69> kDangerous{"_sysctl",
                                                      "acct",
                                                      "add_key",
                                                      "bpf",
                                                      "chroot",
                                                      "clock_settime",
                                                      "clock_settime64",
                                                      "create_module",
                                                      "delete_module",
                                                      "fanotify_init",
                                                      "finit_module",
                                                      "fsconfig",
                                                      "fsmount",
                                                      "fsopen",
                                                      "fspick",
                                                      "get_kernel_syms",
                                                      "get_mempolicy",
                                                      "init_module",
                                                      "io_uring_enter",
                                                      "io_uring_register",
                                                      "io_uring_setup",
                                                      "ioperm",
                                                      "iopl",
                                                      "kcmp",
                                                      "kexec_file_load",
                                                      "kexec_load",
                                                      "keyctl",
                                                      "lookup_dcookie",
                                                      "mbind",
                                                      "mount",
                                                      "mount_setattr",
                                                      "move_mount",
                                                      "move_pages",
                                                      "nfsservctl",
                                                      "open_by_handle_at",
                                                      "open_tree",
                                                      "open_tree_attr",
                                                      "perf_event_open",
                                                      "personality",
                                                      "pidfd_getfd",
                                                      "pivot_root",
                                                      "process_vm_readv",
                                                      "process_vm_writev",
                                                      "ptrace",
                                                      "query_module",
                                                      "quotactl",
                                                      "quotactl_fd",
                                                      "reboot",
                                                      "request_key",
                                                      "set_mempolicy",
                                                      "set_mempolicy_home_node",
                                                      "setdomainname",
                                                      "sethostname",
                                                      "setns",
                                                      "settimeofday",
                                                      "stime",
                                                      "swapoff",
                                                      "swapon",
                                                      "sysfs",
                                                      "syslog",
                                                      "umount",
                                                      "umount2",
                                                      "unshare",
                                                      "uselib",
                                                      "userfaultfd",
                                                      "ustat",
                                                      "vhangup",
                                                      "vm86",
                                                      "vm86old"};

bool allows(std::string_view action) {
  return action == "SCMP_ACT_ALLOW" || action == "SCMP_ACT_LOG" || action == "SCMP_ACT_TRACE" ||
         action == "SCMP_ACT_NOTIFY";
}

bool refuses(std::string_view action) {
  return action == "SCMP_ACT_ERRNO" || action == "SCMP_ACT_KILL" || action == "SCMP_ACT_KILL_PROCESS" ||
         action == "SCMP_ACT_KILL_THREAD" || action == "SCMP_ACT_TRAP";
}

std::string text_of(const Node* node) { return node == nullptr ? "" : node->text; }

bool has_some(const Node* node) { return node != nullptr && (!node->items.empty() || !node->members.empty()); }

// Whether every call has such an argument: it is at least 0, or any under an empty mask.
bool is_always_so(const Node& argument) {
  const std::string how = text_of(argument.find("op"));
  const auto is_zero = [&](const char* key) {
    const Node* value = argument.find(key);
    return value == nullptr || value->whole() == 0;
  };
  return (how == "SCMP_CMP_GE" && is_zero("value")) ||
         (how == "SCMP_CMP_MASKED_EQ" && is_zero("value") && is_zero("valueTwo"));
}

// Only where the container has a capability or the kernel is new, or for some arguments. Every machine has an
// architecture.
bool is_conditional(const Node& entry) {
  const Node *includes = entry.find("includes"), *arguments = entry.find("args");
  if (includes != nullptr && (has_some(includes->find("caps")) || includes->find("minKernel") != nullptr)) return true;
  return has_some(arguments) && !std::all_of(arguments->items.begin(), arguments->items.end(), is_always_so);
}

// Whether it is for containers with a capability alone, which hardened ones have not.
bool is_for_some(const Node& entry) {
  const Node* includes = entry.find("includes");
  return includes != nullptr && has_some(includes->find("caps"));
}

}  // namespace

std::vector<ProfileFault> faults_of_seccomp(std::string_view json) {
  const auto undecided = [](std::string why, yaml::Position at = {1, 1}) {
    return std::vector<ProfileFault>{{std::move(why), at.line, at.column, true}};
  };
  const auto read = yaml::read_json(json);
  if (!read) {
    const std::string message = read.error().message();
    yaml::Position at{1, 1};  // "line 4, column 19: …"
    if (message.starts_with("line ")) std::sscanf(message.c_str(), "line %u, column %u", &at.line, &at.column);
    return undecided("no seccomp profile: " + message, at);
  }
  const Node& profile = *read;
  const Node* action = profile.find("defaultAction");
  if (action == nullptr) return undecided("no seccomp profile: it has no defaultAction", profile.begin);
  if (allows(action->text))
    return {{"what the profile does not name is allowed: " + action->text, action->begin.line, action->begin.column}};
  if (!refuses(action->text)) return undecided("unknown defaultAction " + quote(action->text), action->begin);
  std::vector<ProfileFault> faults;
  // A call that is not made and "succeeds": setuid, chroot, drop of a capability. Source: seccomp(2),
  // SECCOMP_RET_ERRNO.
  const auto pretends = [&](const Node* number, std::string_view how) {
    if (number != nullptr && how == "SCMP_ACT_ERRNO" && number->whole() == 0)
      faults.push_back({"errno 0: what is refused looks to the program as if it were done", number->begin.line,
                        number->begin.column});
  };
  pretends(profile.find("defaultErrnoRet"), action->text);
  bool starts = false, has_memory = false;
  const Node* syscalls = profile.find("syscalls");
  if (syscalls != nullptr && !syscalls->is_sequence() && !syscalls->is_null())
    return undecided("syscalls is no list", syscalls->begin);
  if (syscalls != nullptr)
    for (const Node& entry : syscalls->items) {
      const std::string what = text_of(entry.find("action"));
      if (!allows(what)) {
        if (!refuses(what)) return undecided("unknown action " + quote(what), entry.begin);
        pretends(entry.find("errnoRet"), what);
        continue;
      }
      std::vector<const Node*> names;
      if (const Node* list = entry.find("names"); list != nullptr)
        for (const Node& name : list->items) names.push_back(&name);
      if (const Node* name = entry.find("name"); name != nullptr) names.push_back(name);
      // An entry is found once, at the first of its calls, with all of them.
      std::vector<std::string> dangerous;
      const Node* first = nullptr;
      const bool conditional = is_conditional(entry);
      for (const Node* name : names) {
        if (!is_for_some(entry)) {
          starts = starts || name->text == "execve" || name->text == "execveat";
          has_memory = has_memory || name->text == "brk" || name->text == "mmap" || name->text == "mmap2";
        }
        if (conditional || std::find(kDangerous.begin(), kDangerous.end(), name->text) == kDangerous.end()) continue;
        if (first == nullptr) first = name;
        dangerous.push_back(name->text);
      }
      if (first != nullptr)
        faults.push_back({"the profile allows " + join(dangerous, ", "), first->begin.line, first->begin.column});
    }
  if (!starts || !has_memory)
    faults.push_back(
        {std::string("nothing can start under the profile: it does not allow ") + (starts ? "brk or mmap" : "execve"),
         (syscalls == nullptr ? profile : *syscalls).begin.line,
         (syscalls == nullptr ? profile : *syscalls).begin.column});
  return faults;
}

}  // namespace supply::deploy

// What may be written in memory runs nothing.
#include <algorithm>

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

// Those of its options that let something run, or be a device.
std::string weakening(std::string_view options) {
  std::vector<std::string> all;
  for (const std::string_view option : split(options, ','))
    if (option == "exec" || option == "suid" || option == "dev") all.push_back(quote(option));
  return join(all, ", ");
}

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  const Practice practice(deployment, [](const Container& one) {
    return std::any_of(one.mounts.begin(), one.mounts.end(),
                       [](const Mount& mount) { return mount.kind == Mount::Kind::tmpfs; });
  });
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    bool writable = false;
    for (const Mount& mount : container.mounts) {
      writable = writable || mount.kind == Mount::Kind::tmpfs || !mount.read_only;
      if (mount.kind != Mount::Kind::tmpfs) continue;
      if (const std::string weak = weakening(mount.options); !weak.empty())
        findings.no({workload.subject(container), mount.place, "a tmpfs with noexec, nosuid, nodev", weak,
                     "take it away", mount.target});
    }
    if (!writable && container.read_only.is_yes() && practice.is_broken_by(workload, container))
      findings.warn({workload.subject(container), place_or(container.tmpfs_reset.place, container.place), "a tmpfs",
                     "nothing may be written, and all other services have a tmpfs", "add a tmpfs for /tmp"});
  });
  for (const Resource& volume : deployment.volumes) {
    const yaml::Node* options = volume.node.find("driver_opts");
    const yaml::Node* said = options == nullptr ? nullptr : options->find("o");
    if (said == nullptr || text_at(*options, "type") != "tmpfs") continue;
    if (const std::string weak = weakening(said->text); !weak.empty())
      findings.no({"volume " + volume.key, deployment.place_of(*said), "a tmpfs with noexec, nosuid, nodev", weak,
                   "take it away"});
  }
}

}  // namespace

const DeploymentRule& tmpfs() {
  static constexpr DeploymentRule rule{"deploy/tmpfs", "what may be written in memory runs nothing",
                                       "exec, suid and dev as options of a tmpfs, also of a volume that is one, take "
                                       "away what makes it safe. A read-only service without any place to "
                                       "write, where all others have a tmpfs, is a warning",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules

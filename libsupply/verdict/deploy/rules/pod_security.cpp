// Namespaces enforce the restricted level.
#include <algorithm>
#include <array>

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

// Source: Pod Security Standards, restricted, volume types. A hostPath is rule host-paths's.
bool is_restricted_volume(std::string_view form) {
  static constexpr std::array<std::string_view, 10> kForms{
      "configMap", "csi",    "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim",
      "projected", "secret", "image",       "hostPath"};
  return std::find(kForms.begin(), kForms.end(), form) != kForms.end();
}

// Source: Kubernetes, Pod Security admission, enforce-version.
bool is_version(std::string_view text) {
  return text.starts_with("v1.") && text.size() > 3 && text.size() < 8 &&
         text.substr(3).find_first_not_of("0123456789") == std::string_view::npos;
}

// Before v1.25 the restricted level asked for less, or was not there. Source: Pod Security Standards, versions of
// checks.
bool is_old(std::string_view version) {
  if (!version.starts_with("v1.")) return false;
  std::uint32_t minor = 0;
  for (const char c : version.substr(3)) {
    if (c < '0' || c > '9' || minor > 1000) return false;
    minor = minor * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return minor < 25;
}

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  for (const Object* space : objects_of(deployment, "", "Namespace")) {
    const yaml::Node* labels = node_at(space->node, "metadata.labels");
    const yaml::Node* level = labels == nullptr ? nullptr : labels->find("pod-security.kubernetes.io/enforce");
    if (level == nullptr) {
      findings.warn({"Namespace " + space->name, space->place, "pod-security.kubernetes.io/enforce: restricted",
                     "no such label", "set the label"});
    } else if (level->text != "restricted") {
      findings.no({"Namespace " + space->name, deployment.place_of(*level),
                   "pod-security.kubernetes.io/enforce: restricted", quote(level->text), "set it to restricted"});
    } else if (const yaml::Node* version = labels->find("pod-security.kubernetes.io/enforce-version");
               version != nullptr && version->text != "latest" && !is_version(version->text)) {
      findings.no({"Namespace " + space->name, deployment.place_of(*version), "latest, or a version such as v1.31",
                   quote(version->text) + ", which the API server does not take", "set it to latest"});
    } else if (version != nullptr && is_old(version->text)) {
      findings.no({"Namespace " + space->name, deployment.place_of(*version), "the level as it is since v1.25",
                   "the level as it was in " + version->text, "set it to latest"});
    }
  }
  for (const Workload& workload : deployment.workloads) {
    if (workload.form != Workload::Form::kubernetes) continue;
    for (const Container& container : workload.containers) {
      const std::string subject = workload.subject(container);
      for (const Text& host : container.probe_hosts)
        findings.no({subject, host.place, "probes and hooks that ask the pod itself", "host " + quote(host.value),
                     "take it away", "host"});
      for (const Mount& mount : container.mounts)
        if (!mount.form.empty() && !is_restricted_volume(mount.form))
          findings.no({subject, mount.place, "volumes that the restricted level knows",
                       "a volume of type " + mount.form, "use a PersistentVolumeClaim", mount.form});
    }
  }
}

}  // namespace

const DeploymentRule& pod_security() {
  static constexpr DeploymentRule rule{
      "deploy/pod-security", "namespaces enforce the restricted level",
      "Pod Security Standards: the label pod-security.kubernetes.io/enforce of a namespace that is in the files. None "
      "is a warning, baseline and privileged are found. What no other rule looks at of the levels is here: types of "
      "volumes (nfs, gitRepo and the like), and the host of a probe or hook",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules

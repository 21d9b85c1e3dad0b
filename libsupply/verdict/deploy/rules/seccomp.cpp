// System calls are filtered, by a profile that is judged by what it says.
#include <algorithm>

#include "libsupply/verdict/deploy/internal/judging.hpp"
#include "libsupply/verdict/deploy/internal/profile_content.hpp"

namespace supply::deploy::rules {

namespace {

constexpr const char* kWant = "a seccomp profile that refuses what it does not name";

bool is_unset_everywhere(const Workload& workload) {
  return std::all_of(workload.containers.begin(), workload.containers.end(),
                     [](const Container& one) { return one.seccomp.kind == Profile::Kind::unset; });
}

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  std::set<std::string> judged;
  const Practice practice(deployment, [](const Container& one) {
    return one.seccomp.kind == Profile::Kind::local || one.seccomp.kind == Profile::Kind::inlined;
  });
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    const std::string subject = workload.subject(container);
    const Profile& profile = container.seccomp;
    const Location place = place_or(profile.text.place, container.place);
    if (!profile.text.unset.empty()) return;
    switch (profile.kind) {
      case Profile::Kind::standard: return;
      case Profile::Kind::unconfined:
        findings.no({subject, place, kWant, "unconfined", "name a profile, or take the runtime's default"});
        return;
      case Profile::Kind::unset:
        if (workload.form == Workload::Form::kubernetes)
          // Where none of a pod's containers has one, it is the pod's that is missing.
          findings.no({is_unset_everywhere(workload) ? workload.subject() : subject,
                       has_place(profile.text.place) || !is_unset_everywhere(workload)
                           ? place
                           : workload.containers.front().place,
                       kWant, "none is set, which is unconfined", "set seccompProfile: {type: RuntimeDefault}"});
        else if (practice.is_broken_by(workload, container))
          findings.warn({subject, place, "a profile of its own",
                         "the engine's default, where all other services have their own",
                         "add seccomp=FILE to security_opt"});
        return;
      case Profile::Kind::local:
      case Profile::Kind::inlined: break;
    }
    // A profile that several containers have is judged once, where it is written.
    const std::string key = profile.kind == Profile::Kind::inlined ? profile.text.value
                            : profile.path.empty()                 ? profile.text.value
                                                                   : profile.path;
    if (!judged.insert(key).second) return;
    std::string text = profile.text.value;
    Location where = place;
    if (profile.kind == Profile::Kind::local) {
      const auto found = around.seccomp.find(key);
      if (found == around.seccomp.end() || !found->second.unread.empty()) {
        findings.undecided(
            {subject, place, kWant,
             "profile " + quote(key) +
                 (found == around.seccomp.end() ? " is not among the profiles" : ": " + found->second.unread),
             "give the file, or the node's with --profiles", key});
        return;
      }
      text = found->second.text;
      where.uri = found->second.path;
    }
    for (const ProfileFault& fault : faults_of_seccomp(text)) {
      Findings::Detail detail{subject, where, kWant, fault.found, "mend the profile", fault.found};
      if (profile.kind == Profile::Kind::local) {
        detail.place.line = fault.line;
        detail.place.column = fault.column;
      }
      if (fault.undecided) findings.undecided(std::move(detail));
      else findings.no(std::move(detail));
    }
  });
}

}  // namespace

const DeploymentRule& seccomp() {
  static constexpr DeploymentRule rule{
      "deploy/seccomp", "system calls are filtered by a profile that refuses what it does not name",
      "Kubernetes filters nothing unless seccompProfile says so; the engines of compose have a default. A profile of "
      "one's own is read "
      "(files of a compose project; what a node knows by name in --profiles) and judged: its default action, calls "
      "that lead to the kernel or "
      "to other processes, and whether anything can start under it. One that cannot be read is undecided",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules

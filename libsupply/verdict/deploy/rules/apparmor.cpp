// AppArmor confines containers, by a profile that is judged by what it says.
#include "libsupply/verdict/deploy/internal/judging.hpp"
#include "libsupply/verdict/deploy/internal/profile_content.hpp"

namespace supply::deploy::rules {

namespace {

constexpr const char* kWant = "an AppArmor profile that confines";

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  std::set<std::string> judged;
  const Practice practice(deployment, [](const Container& one) { return one.apparmor.kind == Profile::Kind::local; });
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    const std::string subject = workload.subject(container);
    const Profile& profile = container.apparmor;
    const Location place = place_or(profile.text.place, container.place);
    if (!profile.text.unset.empty() || profile.kind == Profile::Kind::standard) return;
    if (profile.kind == Profile::Kind::unconfined) {
      findings.no({subject, place, kWant, "unconfined", "name a profile, or take the runtime's default"});
      return;
    }
    if (profile.kind == Profile::Kind::unset) {
      if (practice.is_broken_by(workload, container))
        findings.warn({subject, place, "a profile of its own",
                       "the engine's default, where all other services have their own",
                       "add apparmor=NAME to security_opt"});
      return;
    }
    const std::string& name = profile.text.value;
    if (!judged.insert(name).second) return;
    const auto found = around.apparmor.find(name);
    if (found == around.apparmor.end() || !found->second.unread.empty()) {
      findings.undecided(
          {subject, place, kWant,
           "profile " + quote(name) +
               (found == around.apparmor.end() ? " is not among the profiles" : ": " + found->second.unread),
           "give the node's profiles with --profiles", name});
      return;
    }
    for (const ProfileFault& fault : faults_of_apparmor(found->second.text, name)) {
      Findings::Detail detail{
          subject, {found->second.path, fault.line, fault.column}, kWant, fault.found, "mend the profile", fault.found};
      if (fault.undecided) findings.undecided(std::move(detail));
      else findings.no(std::move(detail));
    }
  });
}

}  // namespace

const DeploymentRule& apparmor() {
  static constexpr DeploymentRule rule{"deploy/apparmor", "AppArmor confines containers by a profile that holds",
                                       "A node knows profiles by their names; --profiles DIR has them. Each is judged: "
                                       "whether it only watches (complain), allows all files, "
                                       "capabilities, mounts or tracing, runs programs without a profile, or lets "
                                       "nothing start. One that is not there is undecided",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules

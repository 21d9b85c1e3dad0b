// The seccomp and AppArmor profiles that a deployment names, as texts.
#pragma once

#include "libsupply/content/deploy/read.hpp"
#include "libsupply/verdict/deploy/deployment_rule.hpp"

namespace supply::deploy {

/// Fills `around.seccomp` and `around.apparmor`: files that a compose project names come through `open`; what a node
/// knows by name is looked for in `node_profiles` (the files of --profiles, by their paths): a seccomp profile by the
/// end of its path, an AppArmor profile by the name that it says. One that is not there is left out, or says why it is
/// unread.
void read_profiles(const Deployment& deployment,
                   const std::function<Result<std::string>(const std::string& path)>& open,
                   const std::vector<File>& node_profiles, Surrounding& around);

}  // namespace supply::deploy

// Containers run as a user that is not root.
#include <algorithm>

#include "libsupply/image/oci/user.hpp"
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

struct Judge {
  const Workload& workload;
  const Container& container;
  const Surrounding& around;
  Findings& findings;

  void judge() const {
    // A hook runs as its service's user, unless it says another.
    if (container.role == Role::hook && !container.user.has_value()) return;
    for (const Text& group : container.root_groups)
      findings.warn({workload.subject(container), group.place, "no group of root's", group.value,
                     "take it away: root's group may read what others may not", group.value});
    if (!container.user.unset.empty()) return;  // rule unset-variables names it
    if (workload.form == Workload::Form::kubernetes) pod();
    else service();
  }

  void no(const Location& place, std::string found, std::string remedy) const {
    findings.no({workload.subject(container), place_or(place, container.place), "a user that is not root",
                 std::move(found), std::move(remedy)});
  }

  // What a written user is: root, no user at all, or somebody.
  bool is_root(const std::string& text) const {
    const auto image = around.images.find(container.image.value);
    const bool its = image != around.images.end() && image->second.user == text.substr(0, text.find(':'));
    return oci::may_be_root(text, its ? image->second.id : std::nullopt);
  }

  void service() const {
    const std::string& user = container.user.value;
    if (container.user.has_value() && !user.empty()) {
      if (is_root(user)) no(container.user.place, "user " + quote(user), "set user to a number that is not 0");
      return;
    }
    if (workload.form == Workload::Form::inspected) {
      no(container.user.place, "no user: root", "start it with --user, or set USER in the image");
      return;
    }
    of_image("set user to a number that is not 0");
  }

  // The image's own user decides.
  void of_image(const std::string& remedy) const {
    const Location& place = container.user.place;
    const auto image = around.images.find(container.image.value);
    if (image == around.images.end()) {
      findings.undecided({workload.subject(container), place_or(place, container.place), "a user that is not root",
                          "no user is set, and the image's own is not known", remedy});
      return;
    }
    const ImageUser& its = image->second;
    if (its.user.empty() || its.user.front() == ':') no(place, "no user is set, and the image has none: root", remedy);
    else if (is_root(its.user)) no(place, "no user is set, and the image's own is " + quote(its.user), remedy);
  }

  void pod() const {
    const std::string windows = to_lower(container.windows_user.value);
    if (windows == "containeradministrator" || windows == "nt authority\\system" ||
        windows.ends_with("\\administrator"))
      no(container.windows_user.place, "runAsUserName " + quote(container.windows_user.value),
         "set runAsUserName: ContainerUser");
    const auto number = oci::user_number(container.user.value);
    if (container.user.has_value() && number && oci::may_be_root(container.user.value)) {
      no(container.user.place, "runAsUser " + container.user.value, "set runAsUser to a number over 0");
      return;
    }
    if (container.non_root.is_no()) {
      no(container.non_root.place, "runAsNonRoot: false", "set runAsNonRoot: true");
      return;
    }
    if (!container.non_root.is_yes()) {
      // Where none of a pod's containers says it, it is the pod's that is missing.
      const bool pods = std::all_of(workload.containers.begin(), workload.containers.end(), [](const Container& one) {
        return !one.non_root.is_yes() && !has_place(one.non_root.place) && !one.user.has_value();
      });
      if (pods && &container != &workload.containers.front()) return;
      findings.no({pods ? workload.subject() : workload.subject(container),
                   place_or(container.non_root.place, container.place), "a user that is not root",
                   "runAsNonRoot is not set", "set runAsNonRoot: true and runAsUser to a number"});
      return;
    }
    const auto image = around.images.find(container.image.value);
    if (container.user.has_value() || image == around.images.end()) return;
    const std::string& user = image->second.user;
    if (user.empty() || is_root(user)) {
      no(container.non_root.place, "runAsNonRoot over an image whose user is root: it does not start", "set runAsUser");
    } else if (!oci::user_number(user)) {
      no(container.non_root.place,
         "runAsNonRoot over an image whose user is the name " + quote(user) +
             ": Kubernetes cannot check it, and does not start it",
         "set runAsUser to the number of that user");
    }
  }
};

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  for (const Workload& workload : deployment.workloads)
    for (const Container& container : workload.containers) Judge{workload, container, around, findings}.judge();
}

}  // namespace

const DeploymentRule& non_root() {
  static constexpr DeploymentRule rule{
      "deploy/non-root", "containers run as a user that is not root",
      "A process that breaks out of a container as root is root on the host. Counts: user of a compose service, "
      "runAsNonRoot with or without runAsUser of a pod; without them the image's own user. A number is read as a "
      "runtime reads it (000 and +0 are root). Group 0 in group_add, runAsGroup, fsGroup or supplementalGroups is a "
      "warning. Kubernetes cannot check a named user under runAsNonRoot, and starts "
      "nothing",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules

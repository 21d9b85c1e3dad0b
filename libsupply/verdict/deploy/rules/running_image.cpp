// What runs is the image that was locked.
#include "libsupply/verdict/deploy/internal/running.hpp"

namespace supply::deploy::rules {

namespace {

struct Judge {
  const Workload& workload;
  const Container& container;
  const engine::RunningContainer& running;
  const Surrounding& around;
  Findings& findings;

  void judge() const {
    const std::string& name = container.image.value;
    const std::size_t at = name.find('@');
    if (at != std::string::npos && known()) expect({name.substr(at + 1)}, "the digest that it was started with");
    lock(name);
  }

 private:
  std::set<std::string> digests() const {
    std::set<std::string> all;
    for (const std::string& each : running.image_digests) all.insert(each.substr(each.find('@') + 1));
    return all;
  }

  bool known() const {
    if (!running.image_digests.empty()) return true;
    findings.undecided({workload.subject(), place(), "an image whose digest in a registry is known",
                        running.settings_unread.empty()
                            ? "the engine knows no digest of a registry for it: it was built or loaded there"
                            : "its image could not be asked about: " + running.settings_unread,
                        "pull it from a registry, by its digest", "digest"});
    return false;
  }

  Location place() const { return place_or(container.image.place, container.place); }

  void expect(const std::set<std::string>& wanted, const std::string& what) const {
    const std::set<std::string> runs = digests();
    for (const std::string& each : wanted)
      if (runs.count(each) != 0) return;
    findings.no({workload.subject(), place(), what + ": " + join(wanted, ", "), "runs " + join(runs, ", "),
                 "start it again with the image that was attested", "image"});
  }

  void lock(const std::string& name) const {
    if (!around.lock || !known()) return;
    std::set<std::string> exact, repository;
    for (const auto& [locked, digest] : *around.lock) {
      if (full_image_name(locked) == full_image_name(name)) exact.insert(digest);
      if (full_repository(locked) == full_repository(name)) repository.insert(digest);
    }
    // A name with a digest, or an image's id, says no tag: any that is locked of the repository may be meant.
    const bool has_tag = name.find('@') == std::string::npos && !name.starts_with("sha256:");
    if (!exact.empty() || (!has_tag && !repository.empty()))
      return expect(exact.empty() ? repository : exact, "the digest in the lock");
    findings.no({workload.subject(), place(), "an image that is in the lock", quote(name) + " is not in the lock",
                 "add it to the deployment, and lock it again; or stop it", "image"});
  }
};

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  each_running(deployment, around,
               [&](const Workload& workload, const Container& container, const engine::RunningContainer& running) {
                 Judge{workload, container, running, around, findings}.judge();
               });
}

}  // namespace

const DeploymentRule& running_image() {
  static constexpr DeploymentRule rule{
      "deploy/running-image", "what runs is the image that was locked",
      "A tag that has moved, or a container that was never started again, runs another image than the one that was "
      "judged. Counts: the digests that the engine has for the container's image, compared with the digest in its name "
      "and with the lock (--lock) by the image's full name. Without a lock only the name's own digest is compared",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules

// The files of a running container are its image's.
#include <algorithm>

#include "libsupply/verdict/deploy/internal/running.hpp"

namespace supply::deploy::rules {

namespace {

bool is_below(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) &&
         (path.size() == directory.size() || directory.ends_with('/') || path[directory.size()] == '/');
}

// What Docker and podman put into a container by themselves, where the image has no such file.
bool is_of_engine(const engine::ChangedPath& change) {
  for (const std::string_view path :
       {"/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/etc/mtab", "/.dockerenv", "/run/.containerenv"})
    if (change.path == path) return true;
  for (const std::string_view directory : {"/dev", "/proc", "/sys", "/run/secrets"})
    if (is_below(change.path, directory)) return true;
  // What the engine puts into these directories changes them as well.
  if (change.path == "/etc" || change.path == "/run") return change.kind != engine::ChangedPath::Kind::deleted;
  for (const std::string_view path : {"/etc/passwd", "/etc/group"})
    if (change.path == path) return change.kind == engine::ChangedPath::Kind::added;
  return false;
}

std::string_view word_of(engine::ChangedPath::Kind kind) {
  switch (kind) {
    case engine::ChangedPath::Kind::modified: return "changed";
    case engine::ChangedPath::Kind::added: return "added";
    case engine::ChangedPath::Kind::deleted: return "removed";
  }
  return "changed";
}

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  each_running(deployment, around,
               [&](const Workload& workload, const Container& container, const engine::RunningContainer& running) {
                 if (!running.changes) {
                   findings.undecided({workload.subject(), container.place, "files as the image has them",
                                       "the engine does not say what changed: " + running.changes_unread,
                                       "ask an engine that answers GET /containers/ID/changes", "changes"});
                   return;
                 }
                 const std::vector<engine::ChangedPath>& all = *running.changes;
                 for (std::size_t i = 0; i < all.size(); ++i) {
                   const engine::ChangedPath& one = all[i];
                   // A directory is changed where something in it is; what is below it follows it, but for names such
                   // as "a-b".
                   const auto has_below = [&] {
                     const auto found = std::lower_bound(
                         all.begin(), all.end(), one.path + "/",
                         [](const engine::ChangedPath& each, const std::string& path) { return each.path < path; });
                     return found != all.end() && is_below(found->path, one.path);
                   };
                   const bool mounted =
                       std::any_of(container.mounts.begin(), container.mounts.end(), [&](const Mount& mount) {
                         if (mount.target.size() < 2 || mount.target.front() != '/')
                           return false;  // names no place below /
                         return is_below(one.path, mount.target) ||
                                (one.kind == engine::ChangedPath::Kind::added && is_below(mount.target, one.path));
                       });
                   if (mounted || is_of_engine(one) || (one.kind == engine::ChangedPath::Kind::modified && has_below()))
                     continue;
                   findings.no({workload.subject(), container.place, "files as the image has them",
                                std::string(word_of(one.kind)) + " since it started: " + one.path,
                                "find out who did it, and start it again with a read-only root", one.path,
                                std::string(word_of(one.kind))});
                 }
               });
}

}  // namespace

const DeploymentRule& changed_files() {
  static constexpr DeploymentRule rule{
      "deploy/changed-files", "the files of running containers are their image's",
      "What was added, changed or removed in a container since it started is what nobody attested. Counts: what the "
      "engine answers to GET /containers/ID/changes, without what is mounted and what the engine itself puts there "
      "(/etc/hosts, /etc/resolv.conf and the like)",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules

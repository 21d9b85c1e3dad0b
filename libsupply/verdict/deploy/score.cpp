#include "libsupply/verdict/deploy/score.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy {

namespace {

struct Weight {
  std::string_view rule;
  int points;
};

constexpr std::array kWeights{
    Weight{"deploy/privileged", 40},
    Weight{"deploy/api-socket", 40},
    Weight{"deploy/non-root", 30},
    Weight{"deploy/host-namespaces", 25},
    Weight{"deploy/capabilities-added", 20},
    Weight{"deploy/host-paths", 15},
    Weight{"deploy/devices", 15},
    Weight{"deploy/proc-mount", 15},
    Weight{"deploy/secrets-in-environment", 15},
    Weight{"deploy/literal-references", 15},
    Weight{"deploy/disabled-checks", 15},
    Weight{"deploy/read-only", 10},
    Weight{"deploy/seccomp", 10},
    Weight{"deploy/no-new-privileges", 10},
    Weight{"deploy/published-ports", 10},
    Weight{"deploy/apparmor", 5},
    Weight{"deploy/selinux", 5},
    Weight{"deploy/capabilities-dropped", 5},
    Weight{"deploy/limits", 5},
    Weight{"deploy/health", 5},
    Weight{"deploy/image-tag", 5},
    Weight{"deploy/sysctls", 5},
    Weight{"deploy/service-account-token", 5},
    Weight{"deploy/tmpfs", 5},
    Weight{"deploy/unset-variables", 5},
};

int hundredths_of_mean(const std::vector<WorkloadScore>& all) {
  if (all.empty()) return 0;
  std::int64_t sum = 0;
  for (const WorkloadScore& each : all) sum += each.score;
  const auto count = static_cast<std::int64_t>(all.size());
  const std::int64_t whole = sum * 100 / count, rest = sum * 100 % count;
  const bool up = 2 * rest > count || (2 * rest == count && whole % 2 != 0);  // ties to even
  return static_cast<int>(whole + (up ? 1 : 0));
}

void finish(Score& score) {
  for (WorkloadScore& each : score.workloads) {
    for (const Taken& taken : each.taken) each.score -= taken.points;
    each.score = std::max(each.score, 0);
    each.critical = each.critical || each.score < 50;
  }
  score.hundredths = hundredths_of_mean(score.workloads);
}

WorkloadScore classic(const Workload& workload) {
  WorkloadScore one{workload.subject()};
  const Container& container = workload.containers.front();
  const auto take = [&](int points, std::string why, const Location& place) {
    one.taken.push_back({points, std::move(why), place_or(place, container.place)});
  };
  const std::string& user = container.user.value;
  if (user.empty() || user == "root" || user == "0") {
    take(30, user.empty() ? "root: no user is set" : "root: user " + quote(user), container.user.place);
    one.critical = true;
  }
  if (container.privileged.is_yes()) {
    take(40, "privileged", container.privileged.place);
    one.critical = true;
  }
  if (workload.host_network.is_yes()) take(25, "the host's network", workload.host_network.place);
  const auto all = std::find_if(container.cap_add.begin(), container.cap_add.end(),
                                [](const Text& added) { return added.value == "ALL"; });
  if (all != container.cap_add.end()) take(20, "all capabilities are added", all->place);
  for (const Mount& mount : container.mounts) {
    if (mount.kind != Mount::Kind::bind && mount.kind != Mount::Kind::volume) continue;
    const std::string bind = mount.shown + ":" + mount.target;
    for (const std::string_view part : {"/var/run/docker.sock", "/etc", "/root", "/home"})
      if (bind.find(part) != std::string::npos) {
        take(15, "bind " + quote(bind) + " has " + std::string(part) + " in it", mount.place);
        break;
      }
  }
  if (!container.read_only.is_yes()) take(10, "the root file system may be written", container.read_only.place);
  return one;
}

}  // namespace

std::string Score::text() const {
  const std::string rest = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + "." + (rest.size() < 2 ? "0" : "") + rest;
}

Score classic_score(const Deployment& deployment) {
  Score score{ScoreKind::classic};
  for (const Workload& workload : deployment.workloads) score.workloads.push_back(classic(workload));
  finish(score);
  return score;
}

Score corrected_score(const Deployment& deployment, const std::vector<RuleFindings>& findings) {
  Score score{ScoreKind::corrected};
  std::map<std::string_view, std::vector<std::size_t>> by_subject;
  const std::vector<Workload>& workloads = deployment.workloads;
  for (const Workload& workload : workloads) score.workloads.push_back({workload.subject()});
  for (std::size_t at = 0; at < workloads.size(); ++at) by_subject[score.workloads[at].subject].push_back(at);
  const auto take = [&](std::string_view subject, const Taken& taken, bool critical) {
    const auto known = by_subject.find(subject);
    if (known == by_subject.end()) return;
    for (const std::size_t at : known->second) {
      score.workloads[at].taken.push_back(taken);
      if (critical) score.workloads[at].critical = true;
    }
  };
  for (const RuleFindings& each : findings) {
    const auto* weight = std::find_if(kWeights.begin(), kWeights.end(),
                                      [&](const Weight& known) { return known.rule == each.rule->id; });
    if (weight == kWeights.end()) continue;
    for (const Finding& finding : each.findings) {
      if (finding.severity == Severity::note) continue;
      const int points = finding.severity == Severity::warning ? std::max(1, weight->points / 5) : weight->points;
      const Taken taken{points, finding.found, finding.place, finding.undecided};
      const bool critical = !finding.undecided && finding.severity == Severity::error &&
                            (each.rule->id == "deploy/privileged" || each.rule->id == "deploy/non-root");
      // The workload itself, or a part of it: "SUBJECT, container x".
      const std::string_view subject = finding.subject;
      take(subject, taken, critical);
      for (std::size_t comma = subject.find(", "); comma != subject.npos; comma = subject.find(", ", comma + 1))
        take(subject.substr(0, comma), taken, critical);
    }
  }
  for (WorkloadScore& one : score.workloads)
    std::stable_sort(one.taken.begin(), one.taken.end(),
                     [](const Taken& a, const Taken& b) { return a.points > b.points; });
  finish(score);
  return score;
}

std::string_view color_of_score(int score) { return score > 80 ? "green" : score > 60 ? "orange" : "red"; }

}  // namespace supply::deploy

// The score of a deployment: 100 for each workload, less for what is missing.
#pragma once

#include "libsupply/verdict/deploy/deployment_rule.hpp"

namespace supply::deploy {

enum class ScoreKind {
  corrected,  ///< by what the rules find
  classic,    ///< by the formula of the container chapter, as it is: users and binds as they are written
};

struct Taken {
  int points;
  std::string why;
  Location place = {};
  bool undecided = false;
};

struct WorkloadScore {
  std::string subject;
  int score = 100;  ///< not below 0
  std::vector<Taken> taken = {};
  bool critical = false;  ///< below 50, root, or privileged
};

struct Score {
  ScoreKind kind = ScoreKind::corrected;
  std::vector<WorkloadScore> workloads = {};
  /// The mean in hundredths, ties to even; 0 without workloads.
  int hundredths = 0;
  std::string text() const;  ///< "79.00"
};

/// Source: classic: 100 - 30 root (no user, "root", "0") - 40 privileged - 25 host network - 20 cap_add ALL - 15 for
/// each bind that has /var/run/docker.sock, /etc, /root or /home in it - 10 not read-only.
Score classic_score(const Deployment& deployment);
/// What each finding about a workload takes, by its rule; what could not be found out takes as much.
Score corrected_score(const Deployment& deployment, const std::vector<RuleFindings>& findings);

/// "green" over 80, "orange" over 60, else "red".
std::string_view color_of_score(int score);

}  // namespace supply::deploy

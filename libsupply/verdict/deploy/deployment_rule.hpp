// A rule over what is deployed: a pure function of the deployment and of what is known around it. One file each in
// rules/.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/finding/finding.hpp"
#include "libsupply/content/deploy/deployment.hpp"
#include "libsupply/image/engine/running.hpp"
#include "libsupply/verdict/deploy/inventory.hpp"

namespace supply::deploy {

/// What an image says of itself that a deployment may leave out.
struct ImageUser {
  std::string user;          ///< of its config, "" is none
  std::optional<long> id;    ///< of a named user, by the image's /etc/passwd
  bool passwd_read = false;  ///< whether /etc/passwd was looked into
};

/// The text of a profile that a container names, or why there is none.
struct ProfileText {
  std::string path;  ///< of the file
  std::string text;
  std::string unread;  ///< why it could not be read
};

struct Surrounding {
  std::map<std::string, ImageUser> images = {};  ///< by the name as it is written; those that were resolved
  std::optional<Inventory> inventory = {};
  std::string inventory_file = {};                      ///< where it was read from
  Time now = {};                                        ///< what ages are counted to
  std::optional<std::chrono::seconds> secret_age = {};  ///< how old a secret may be; absent: nobody asked
  std::map<std::string, ProfileText> seccomp = {};      ///< by the path or name in the file
  std::map<std::string, ProfileText> apparmor = {};     ///< by name
  std::string directory = {};                           ///< of the run, absolute
  /// What an engine says of the containers that are judged, by their names.
  std::map<std::string, engine::RunningContainer> running = {};
  /// What a lock says: the digest of each image by its name. Absent: nobody asked.
  std::optional<std::map<std::string, std::string>> lock = {};
  std::optional<Deployment> declared = {};  ///< what the running containers should be, by deployment files
};

/// Collects what a rule finds.
class Findings {
 public:
  explicit Findings(std::string_view rule) : rule_(rule) {}

  struct Detail {
    std::string subject;
    Location place;
    std::string expected, found, remedy;
    std::string id = {};  ///< what of the subject: exceptions and tools know it by "SUBJECT: ID"
    std::string kind = {};
  };
  void no(Detail detail) { add(std::move(detail), Severity::error, false); }
  void warn(Detail detail) { add(std::move(detail), Severity::warning, false); }
  void undecided(Detail detail) { add(std::move(detail), Severity::error, true); }
  std::vector<Finding> take() && { return std::move(all_); }

 private:
  void add(Detail detail, Severity severity, bool undecided);
  std::string_view rule_;
  std::vector<Finding> all_;
};

struct DeploymentRule {
  std::string_view id;     ///< "deploy/read-only"
  std::string_view title;  ///< "root file systems are read-only"
  std::string_view guide;  ///< why, and what counts, for tools/supply/guide/deployments.md
  void (*judge)(const Deployment& deployment, const Surrounding& around, Findings& findings);
};

/// Every rule, sorted by the names of their files.
std::span<const DeploymentRule* const> all_rules();

/// What one rule found, sorted. Each finding once.
struct RuleFindings {
  const DeploymentRule* rule;
  std::vector<Finding> findings;
};
std::vector<RuleFindings> judge(const Deployment& deployment, const Surrounding& around);

}  // namespace supply::deploy

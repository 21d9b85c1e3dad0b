// Deployment files as a user names them, with what is beside them: for gate and dashboard.
#pragma once

#include <string>
#include <vector>

#include "libsupply/verdict/report/deployment_report.hpp"
#include "tools/common/command.hpp"

namespace supply::tools {

struct DeploymentOptions {
  std::vector<std::string> files;  ///< in compose's order of merging
  std::vector<std::string> env_files, profiles, image_paths;
  std::string profile_directory, inventory, score = "corrected";
  std::string secret_age;  ///< "90d"; empty: not asked
};

/// All but the files themselves: --env-file, --profile, --profiles, --inventory, --secret-age, --image-path, --score.
void add_deployment_options(CLI::App& verb, DeploymentOptions& options);

struct DeploymentFiles {
  std::vector<deploy::File> given;
  deploy::Deployment deployment;
  deploy::Surrounding around;  ///< without the images' users
};

/// Errors: usage (a file that is not there, a wrong inventory), malformed, limit_exceeded, and others of files.
Result<DeploymentFiles> read_deployment(const DeploymentOptions& options);

/// Judges and counts. `digests` are of the images that were resolved.
/// `policy`, where there is one, has exceptions.
report::DeploymentReport judge_deployment(const DeploymentOptions& options, DeploymentFiles files,
                                          deploy::Digests digests, const policy::Policy* policy = nullptr);

}  // namespace supply::tools

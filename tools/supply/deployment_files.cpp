#include "tools/supply/deployment_files.hpp"

#include <charconv>
#include <filesystem>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/deployment_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/deploy/profiles.hpp"
#include "libsupply/verdict/policy/workload_rules.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/cli11.hpp"
#include "tools/common/input.hpp"

namespace supply::tools {
namespace {

// Another file that the given ones name. Nothing but a regular file is read.
Result<std::string> open_other(const std::string& path) { return io::read_file(path, kMaxYamlTreeBytes); }

Result<std::vector<deploy::File>> node_profiles(const std::string& directory) {
  std::vector<deploy::File> files;
  if (directory.empty()) return files;
  std::error_code failed;
  std::vector<std::string> paths;
  for (std::filesystem::recursive_directory_iterator at(directory, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (at->is_regular_file(failed)) paths.push_back(at->path().string());
    if (paths.size() > kMaxProfileFiles)
      return Error(ErrorCode::limit_exceeded,
                   "--profiles " + quote(directory) + ": more than " + std::to_string(kMaxProfileFiles) + " files");
  }
  if (failed) return Error(ErrorCode::usage, "--profiles " + quote(directory) + ": " + failed.message());
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    SUPPLY_TRY(std::string text, io::read_file(path, kMaxProfileBytes));
    files.push_back({path, std::move(text)});
  }
  return files;
}

Result<std::multimap<std::string, std::string>> image_paths(const std::vector<std::string>& values) {
  std::multimap<std::string, std::string> paths;
  for (const std::string& value : values) {
    const std::size_t cut = value.find('=');
    if (cut == std::string::npos || cut == 0 || cut + 1 == value.size())
      return Error(ErrorCode::usage,
                   "--image-path " + quote(value) + ": want KIND=PATH, such as Kafka=spec.kafka.image");
    paths.emplace(value.substr(0, cut), value.substr(cut + 1));
  }
  return paths;
}

Result<std::chrono::seconds> days_of(const std::string& text) {
  int days = 0;
  const char* end = text.data() + text.size();
  const auto [at, failed] = std::from_chars(text.data(), end, days);
  if (failed != std::errc() || at + 1 != end || *at != 'd' || days < 1 || days > 36'500)
    return Error(ErrorCode::usage, "--secret-age " + quote(text) + ": want days, such as 90d");
  return std::chrono::seconds(std::chrono::days(days));
}

}  // namespace

void add_deployment_options(CLI::App& verb, DeploymentOptions& options) {
  verb.add_option("--env-file", options.env_files,
                  "Variables of compose files, instead of .env beside the first; repeated");
  verb.add_option("--profile", options.profiles, "A profile of compose that is active; * is all; repeated");
  verb.add_option("--profiles", options.profile_directory,
                  "The seccomp and AppArmor profiles that a node knows by name");
  verb.add_option("--inventory", options.inventory, "Secrets, configs and networks that are there, as JSON");
  verb.add_option("--secret-age", options.secret_age, "How old the secrets of the inventory may be, in days: 90d");
  verb.add_option("--image-path", options.image_paths,
                  "KIND=PATH: where a custom resource has its image or pod; repeated");
  take_only(verb.add_option("--score", options.score, "How workloads are scored"), {"corrected", "classic"});
}

Result<DeploymentFiles> read_deployment(const DeploymentOptions& options) {
  DeploymentFiles files;
  for (const std::string& path : options.files) {
    SUPPLY_TRY(std::string text, read_input(path, "--deployment", kMaxYamlTreeBytes));
    files.given.push_back({path, std::move(text)});
  }
  deploy::Options read;
  read.open = open_other;
  read.profiles = options.profiles;
  for (const std::string& path : options.env_files) {
    SUPPLY_TRY(std::string text, read_input(path, "--env-file", kMaxYamlTreeBytes));
    read.env_files.push_back({path, std::move(text)});
  }
  SUPPLY_TRY(read.image_paths, image_paths(options.image_paths));
  SUPPLY_TRY(files.deployment, deploy::read(files.given, read));
  if (!options.inventory.empty()) {
    SUPPLY_TRY(const std::string text, read_input(options.inventory, "--inventory", kMaxYamlTreeBytes));
    Result<deploy::Inventory> inventory = deploy::Inventory::parse(text);
    if (!inventory)
      return Error(ErrorCode::usage, "--inventory " + quote(options.inventory) + ": " + inventory.error().message());
    files.around.inventory = *std::move(inventory);
    files.around.inventory_file = options.inventory;
  }
  files.around.now = now();
  if (!options.secret_age.empty()) {
    SUPPLY_TRY(files.around.secret_age, days_of(options.secret_age));
  }
  SUPPLY_TRY(const std::vector<deploy::File> profiles, node_profiles(options.profile_directory));
  deploy::read_profiles(files.deployment, open_other, profiles, files.around);
  std::error_code unknown;
  files.around.directory = std::filesystem::current_path(unknown).string();
  return files;
}

report::DeploymentReport judge_deployment(const DeploymentOptions& options, DeploymentFiles files,
                                          deploy::Digests digests, const policy::Policy* policy) {
  report::DeploymentReport report;
  report.policy = policy;
  report.now = files.around.now;
  report.names = options.files;
  report.findings = deploy::judge(files.deployment, files.around);
  std::vector<deploy::RuleFindings> chosen;
  if (policy != nullptr) {
    policy::AskedOfWorkloads asked = policy::asked_of_workloads(
        report.findings, deploy::corrected_score(files.deployment, report.findings), *policy, report.now);
    report.not_asked = std::move(asked.not_asked);
    chosen = std::move(asked.findings);
  }
  report.score = options.score == "classic" ? deploy::classic_score(files.deployment)
                                            : deploy::corrected_score(files.deployment, report.findings);
  if (policy != nullptr) report.findings = std::move(chosen);
  report.deployment = std::move(files.deployment);
  report.digests = std::move(digests);
  return report;
}

}  // namespace supply::tools

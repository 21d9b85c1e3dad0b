// No credential in files (files: no_secrets).
#include "libsupply/verdict/policy/internal/file_rule.hpp"

namespace supply::policy::rules {

namespace {

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  static constexpr std::string_view kExpected = "no credential in files of any layer";
  static constexpr std::string_view kRemedy = "take it out of the image, and change the credential";
  return judge_files({"file_secrets", {"secret"}, kExpected, kRemedy}, facts, policy, asks, asked);
}

constexpr std::string_view kGuide =
    R"md(No file of those that hold credentials (`.npmrc`, `.netrc`, `.pypirc`, `.git-credentials`, `.docker/config.json`,
`.aws/credentials`, kubeconfig, `.env`, `*.tfvars`, `secrets.*`, `credentials*`) holds text that looks like one. What a
later layer removes is found too. Credentials in the environment, labels and history are the rule `secrets`. `{allow:
[patterns]}` leaves out paths, without a leading `/`. A finding's id is the path.)md";

}  // namespace

const Rule& file_secrets() {
  static constexpr Rule rule{.id = "file_secrets",
                             .title = "no credential in files",
                             .denied = "a credential in a file",
                             .member = "files.no_secrets",
                             .schema = kFileSchema,
                             .guide = kGuide,
                             .parse = read_file_part,
                             .needs = needs_files,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules

// No credential in the image's configuration (config: no_secrets). An exception names each: env/NAME.
#include <fmt/format.h>

#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

/// "env/DB_PASSWORD", "label/token", "history/API_KEY"; "env/env[3]" where only the value's shape gave it away.
std::string id_of(const Finding& secret) {
  const std::size_t slash = secret.rule.find('/');
  return fmt::format("{}/{}", slash == std::string::npos ? secret.rule : secret.rule.substr(slash + 1), secret.subject);
}

void no_secrets(const PlatformFacts& platform, Rulings& rulings) {
  const std::string expected = "no credential in environment, labels and history";
  if (!platform.secrets) {
    rulings.undecided({subject_of(platform), expected, "nobody looked", "", ""});
    return;
  }
  for (const Finding& secret : *platform.secrets)
    rulings.denied({subject_of(platform), expected,
                    secret.subject.empty() ? secret.found : fmt::format("{}: {}", secret.subject, secret.found),
                    platform.manifest.to_string(),
                    secret.remedy.empty() ? "take it out of the image, and change the credential" : secret.remedy,
                    id_of(secret)});
  if (platform.secrets->empty())
    rulings.satisfied({subject_of(platform), expected, "none", platform.manifest.to_string(), ""});
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart&) {
  Rulings rulings("secrets", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) no_secrets(platform, rulings);
  return std::move(rulings).finish();
}

constexpr std::string_view kGuide =
    R"(Nothing in environment, labels and history looks like a credential. A finding is called `env/NAME`, `label/NAME` or
`history/NAME`; an exception names each.)";

void needs(const RulePart&, Needs& needs) { needs.secrets = true; }

std::string not_a_finding(const std::string& id) {
  if (id.starts_with("env/") || id.starts_with("label/") || id.starts_with("history/")) return {};
  return ": want env/NAME, label/NAME or history/NAME, as the report has it";
}

}  // namespace

const Rule& secrets() {
  static constexpr Rule rule{.id = "secrets",
                             .title = "no credential in the configuration",
                             .denied = "a credential in the configuration",
                             .member = "config.no_secrets",
                             .schema = kFlagSchema,
                             .guide = kGuide,
                             .parse = read_flag,
                             .needs = needs,
                             .judge = judge,
                             .exceptions = ExceptionScope::named_findings,
                             .not_a_finding = not_a_finding};
  return rule;
}

}  // namespace supply::policy::rules

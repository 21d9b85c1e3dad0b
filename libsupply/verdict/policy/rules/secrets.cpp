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

bool asked(const ImageRules& rules) { return rules.config && rules.config->no_secrets; }

Ruling judge(const Facts& facts, const Policy& policy, const ImageRules&) {
  Rulings rulings("secrets", facts, policy);
  for (const PlatformFacts& platform : facts.platforms) no_secrets(platform, rulings);
  return std::move(rulings).finish();
}

}  // namespace

const Rule& secrets() {
  static constexpr Rule rule{"secrets", "no credential in the configuration", asked, judge};
  return rule;
}

}  // namespace supply::policy::rules

// The image runs as a user that is not root (config: non_root).
#include "libsupply/image/oci/user.hpp"

#include <fmt/format.h>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

void non_root(const PlatformFacts& platform, Rulings& rulings) {
  const std::string_view text = platform.config.user;
  const std::string_view user = text.substr(0, text.find(':'));
  FindingText said{subject_of(platform), "a user that is not root", "", platform.manifest.to_string(), ""};
  if (user.empty()) said.found = "no user: root";
  else if (oci::user_number(user)) {
    if (oci::may_be_root(user)) said.found = "user " + quote(text);
  } else if (!platform.users) {
    said.found = fmt::format("user {}, and /etc/passwd was not read", quote(text));
    rulings.undecided(std::move(said));
    return;
  } else if (const auto id = platform.users->find(std::string(user)); id == platform.users->end()) {
    said.found = fmt::format("user {}, which is not in the image's /etc/passwd", quote(text));
  } else if (id->second == 0) {
    said.found = fmt::format("user {}, which has uid 0 in the image's /etc/passwd", quote(text));
  }
  if (said.found.empty()) {
    said.found = "user " + quote(text);
    rulings.satisfied(std::move(said));
  } else {
    said.remedy = "set USER to a user other than root, best as a number";
    rulings.denied(std::move(said));
  }
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart&) {
  Rulings rulings("user", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) non_root(platform, rulings);
  return std::move(rulings).finish();
}

constexpr std::string_view kGuide =
    R"(The image's user is set and is not uid 0; a name is looked up in the image's /etc/passwd as a runtime does.)";

void needs(const RulePart&, Needs& needs) { needs.users = true; }

}  // namespace

const Rule& user() {
  static constexpr Rule rule{.id = "user",
                             .title = "run by a user that is not root",
                             .denied = "run by root",
                             .member = "config.non_root",
                             .schema = kFlagSchema,
                             .guide = kGuide,
                             .parse = read_flag,
                             .needs = needs,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules

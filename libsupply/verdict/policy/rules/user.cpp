// The image runs as a user that is not root (config: non_root).
#include <fmt/format.h>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

/// The user's id where its text is a number, as a runtime reads it: "0", "00", "+0" and "-0" are root.
bool is_root_number(std::string_view user) {
  if (user.starts_with('+') || user.starts_with('-')) user.remove_prefix(1);
  return !user.empty() && user.find_first_not_of('0') == std::string_view::npos;
}

bool is_number(std::string_view user) {
  if (user.starts_with('+') || user.starts_with('-')) user.remove_prefix(1);
  return !user.empty() && user.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Beyond 31 bits, or below 0, an id wraps around or is refused, depending on who reads it: 4294967296 can be root.
bool is_sound_number(std::string_view user) {
  constexpr std::uint64_t kHighestId = 2147483647;
  if (user.starts_with('-')) return false;
  std::uint64_t id = 0;
  for (const char c : user.substr(user.starts_with('+') ? 1 : 0)) {
    id = id * 10 + static_cast<std::uint64_t>(c - '0');
    if (id > kHighestId) return false;
  }
  return true;
}

void non_root(const PlatformFacts& platform, Rulings& rulings) {
  const std::string_view text = platform.config.user;
  const std::string_view user = text.substr(0, text.find(':'));
  FindingText said{subject_of(platform), "a user that is not root", "", platform.manifest.to_string(), ""};
  if (user.empty()) said.found = "no user: root";
  else if (is_root_number(user)) said.found = "user " + quote(text);
  else if (is_number(user)) {
    if (!is_sound_number(user)) said.found = "user " + quote(text);
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

bool asked(const ImageRules& rules) { return rules.config && rules.config->non_root; }

Ruling judge(const Facts& facts, const Policy& policy, const ImageRules&) {
  Rulings rulings("user", facts, policy);
  for (const PlatformFacts& platform : facts.platforms) non_root(platform, rulings);
  return std::move(rulings).finish();
}

}  // namespace

const Rule& user() {
  static constexpr Rule rule{"user", "run by a user that is not root", asked, judge};
  return rule;
}

}  // namespace supply::policy::rules

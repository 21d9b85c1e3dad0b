// What the image's configuration and its reference say: user, credentials, labels, tag.
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/bytes/text.hpp"
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
  Said said{subject_of(platform), "a user that is not root", "", platform.manifest.to_string(), ""};
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
                    secret.remedy.empty() ? "take it out of the image, and change the credential" : secret.remedy});
  if (platform.secrets->empty())
    rulings.satisfied({subject_of(platform), expected, "none", platform.manifest.to_string(), ""});
}

void labels(const PlatformFacts& platform, const ConfigRule& rule, Rulings& rulings) {
  for (const std::string& key : rule.labels) {
    const auto found = platform.config.labels.find(key);
    const bool there = found != platform.config.labels.end() && !trim(found->second).empty();
    Said said{subject_of(platform), "label " + key,
              there ? fmt::format("{}={}", key, quote(found->second)) : "no such label", platform.manifest.to_string(),
              there ? "" : "set LABEL " + key};
    if (there) rulings.satisfied(std::move(said));
    else rulings.denied(std::move(said));
  }
}

/// A tag says `latest` also where a registry's reference names none; a digest decides over any tag.
void reference(const Facts& facts, const ConfigRule& rule, Rulings& rulings) {
  const oci::Selector& selector = facts.reference.selector();
  const std::string subject = facts.digest.to_string(), typed = facts.reference.to_string();
  if (rule.no_latest) {
    const bool implied = !selector.tag && facts.reference.kind() == oci::Reference::Kind::registry;
    const bool latest = !selector.digest && (implied || selector.tag == "latest");
    if (latest)
      rulings.denied({subject, "a reference other than the tag latest", typed, subject,
                      "name the version, or the digest: " + facts.reference.with({{}, facts.digest}).to_string()});
    else rulings.satisfied({subject, "a reference other than the tag latest", typed, subject, ""});
  }
  if (rule.pinned) {
    if (selector.digest) rulings.satisfied({subject, "a reference with a digest", typed, subject, ""});
    else
      rulings.denied({subject, "a reference with a digest", typed, subject,
                      "name it " + facts.reference.with({selector.tag, facts.digest}).to_string()});
  }
}

bool asked(const ImageRules& rules) {
  if (!rules.config) return false;
  const ConfigRule& rule = *rules.config;
  return rule.non_root || rule.no_secrets || rule.no_latest || rule.pinned || !rule.labels.empty();
}

Ruling judge(const Facts& facts, const Policy&, const ImageRules& rules) {
  const ConfigRule& rule = *rules.config;
  Rulings rulings("config", facts);
  for (const PlatformFacts& platform : facts.platforms) {
    if (rule.non_root) non_root(platform, rulings);
    if (rule.no_secrets) no_secrets(platform, rulings);
    labels(platform, rule, rulings);
  }
  reference(facts, rule, rulings);
  return std::move(rulings).finish();
}

}  // namespace

const Rule& config() {
  static constexpr Rule rule{"config", "the configuration is as asked", asked, judge};
  return rule;
}

}  // namespace supply::policy::rules

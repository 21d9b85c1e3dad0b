// Policies for tests, read from their own text: entries are what the reader makes of them. Tests only.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/verdict/policy/policy.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::testing {

/// Keys by name, made once. "alice-again" is alice's.
inline const crypto::PrivateKey& key(std::string_view name) {
  static const std::map<std::string, crypto::PrivateKey, std::less<>> keys = [] {
    std::map<std::string, crypto::PrivateKey, std::less<>> made;
    for (const char* who : {"alice", "bob", "carol", "mallory"})
      made.emplace(who, *crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p256));
    return made;
  }();
  return keys.find(name == "alice-again" ? "alice" : name)->second;
}

/// `["a","b"]`, for a policy's text.
inline std::string list(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& each : texts) all += (all.empty() ? "\"" : ",\"") + each + "\"";
  return "[" + all + "]";
}

/// The policy of that text, with the keys above; `more` comes before `images`. Errors: as the reader has them.
inline Result<policy::Policy> read_policy_text(const std::string& images, const std::string& more = {}) {
  policy::PolicyContext context;
  context.name = "policy.yaml";
  context.directory = "/policies";
  context.read_key = [](std::string_view name) -> Result<std::string> { return key(name).public_key().to_pem(); };
  return policy::parse("version: 1\nkeys: {alice: alice, alice-again: alice-again, bob: bob, carol: carol}\n" + more +
                           "images:\n" + images,
                       context);
}

inline policy::Policy policy_text(const std::string& images, const std::string& more = {}) {
  auto read = read_policy_text(images, more);
  if (!read) throw std::runtime_error(read.error().message());
  return *std::move(read);
}

/// The entry with these members (`packages: {deny: [...]}`); every image is matched where `match` does not say
/// otherwise.
inline policy::ImageRules entry(const std::string& members, const std::string& match = "**",
                                const std::string& more = {}) {
  std::string text = "  - match: [\"" + match + "\"]\n    ";
  for (const char c : members) text += c == '\n' ? std::string("\n    ") : std::string(1, c);
  return policy_text(text + "\n", more).images.at(0);
}

/// What the rule says of an image under the entry.
inline policy::Ruling judged(std::string_view rule, const policy::Facts& facts, const policy::ImageRules& asked,
                             const policy::Policy& policy) {
  const policy::Rule* found = policy::find_rule(rule);
  const policy::RulePart* part = asked.find(rule);
  if (found == nullptr || part == nullptr) throw std::runtime_error("rule " + std::string(rule) + " is not asked");
  return found->judge(facts, policy, asked, *part);
}

}  // namespace supply::testing

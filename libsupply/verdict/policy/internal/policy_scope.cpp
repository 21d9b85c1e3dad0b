#include "libsupply/verdict/policy/internal/policy_scope.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::policy {

namespace {

/// The pattern without an address in brackets, which is none of a character class.
std::string without_ipv6(std::string_view pattern) {
  std::string text(pattern);
  const std::size_t begin = text.find('['), end = text.find(']', std::min(begin, text.size()));
  if (end == std::string::npos) return text;
  const std::string inside = text.substr(begin + 1, end - begin - 1);
  const bool is_address = inside.find(':') != std::string::npos &&
                          inside.find_first_not_of("0123456789abcdefABCDEF:.") == std::string::npos;
  if (is_address) text.erase(begin, end - begin + 1);
  return text;
}

}  // namespace

Result<Signers> PolicyScope::signers(const PolicyNode& node, Distinct distinct) const {
  SUPPLY_TRY(const std::vector<PolicyNode> nodes, node.text_nodes());
  Signers all;
  for (const PolicyNode& each : nodes) {
    SUPPLY_TRY(const std::string name, each.text());
    const auto named = [&](const auto& known) { return known.name == name; };
    const auto identity = std::find_if(policy_.identities.begin(), policy_.identities.end(), named);
    if (identity != policy_.identities.end()) {
      all.identities.push_back(*identity);
      continue;
    }
    const auto key = std::find_if(policy_.keys.begin(), policy_.keys.end(), named);
    if (key == policy_.keys.end()) {
      std::vector<std::string_view> known;
      for (const NamedKey& one : policy_.keys) known.push_back(one.name);
      for (const NamedIdentity& one : policy_.identities) known.push_back(one.name);
      return node.error(unknown(policy_.identities.empty() ? "key" : "key or identity", name, known));
    }
    const auto [at, added] = all.names.emplace(to_hex(key->key.fingerprint()), name);
    if (!added && distinct == Distinct::yes)
      return node.error(fmt::format("{} and {} are the same key", quote(at->second), quote(name)));
    at->second = std::min(at->second, name);
  }
  std::sort(all.identities.begin(), all.identities.end(),
            [](const NamedIdentity& a, const NamedIdentity& b) { return a.name < b.name; });
  return all;
}

Result<Signers> PolicyScope::keys_or_signers(const PolicyNode& node, std::string_view whose) const {
  if (const auto keys = node.find("keys")) return signers(*keys);
  if (entry_)
    if (const auto signatures = entry_->find("signatures"))
      for (const char* way : {"any_of", "all_of", "of"})
        if (const auto names = signatures->find(way)) return signers(*names);
  return node.error(fmt::format("want keys: whose {} counts (without it, the keys under signatures)", whose));
}

std::string PolicyScope::from_directory(std::string_view reference) const {
  for (const std::string_view scheme : {"oci:", "oci-dir:", "oci-archive:"}) {
    if (!reference.starts_with(scheme)) continue;
    const std::string_view rest = reference.substr(scheme.size());
    if (rest.starts_with('/')) return std::string(reference);
    return fmt::format("{}{}/{}", scheme, context_.directory, rest);
  }
  if (reference.starts_with('.')) return fmt::format("oci:{}/{}", context_.directory, reference);
  return std::string(reference);
}

Status check_pattern(const PolicyNode& node, std::string_view pattern) {
  if (!is_utf8(pattern)) return node.error(fmt::format("pattern {} is not UTF-8", quote(pattern)));
  for (const char c : pattern)
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f)
      return node.error(fmt::format("pattern {} holds white space or a control character", quote(pattern)));
  if (without_ipv6(pattern).find_first_of("{}[]\\^$") != std::string::npos)
    return node.error(fmt::format("pattern {}: only *, ** and ? stand for other text", quote(pattern)));
  if (pattern.find("***") != std::string_view::npos)
    return node.error(fmt::format("pattern {}: *** means nothing", quote(pattern)));
  return {};
}

Result<std::vector<std::string>> read_patterns(const PolicyNode& node) {
  SUPPLY_TRY(const std::vector<PolicyNode> nodes, node.text_nodes());
  std::vector<std::string> all;
  for (const PolicyNode& each : nodes) {
    SUPPLY_TRY(std::string pattern, each.text());
    SUPPLY_TRY(check_pattern(each, pattern));
    all.push_back(std::move(pattern));
  }
  return all;
}

}  // namespace supply::policy

#include "libsupply/verdict/policy/internal/identities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "libsupply/base/text/text.hpp"

namespace supply::policy {

namespace {

/// Names of Fulcio's extensions, and the last number of their OIDs. Source: sigstore/fulcio, docs/oid-info.md.
struct Extension {
  std::string_view name, number;
};
constexpr std::array<Extension, 16> kExtensions{{
    {"build_config_digest", "19"},
    {"build_config_uri", "18"},
    {"build_signer_digest", "10"},
    {"build_signer_uri", "9"},
    {"build_trigger", "20"},
    {"run_invocation_uri", "21"},
    {"runner_environment", "11"},
    {"source_repository_digest", "13"},
    {"source_repository_id", "15"},
    {"source_repository_owner_id", "17"},
    {"source_repository_owner_uri", "16"},
    {"source_repository_ref", "14"},
    {"source_repository_uri", "12"},
    {"source_repository_visibility", "22"},
    {"token_issuer", "8"},
    {"deployment_environment", "23"},
}};

/// `subject` is a text or a list of texts; `subject_regexp` the same of regular expressions.
Status read_texts(const PolicyNode& node, const char* name, std::vector<TextMatch>& all) {
  for (const bool is_regexp : {false, true}) {
    const auto member = node.find(is_regexp ? std::string(name) + "_regexp" : name);
    if (!member) continue;
    std::vector<PolicyNode> nodes{*member};
    if (const auto list = member->list()) {
      SUPPLY_TRY(nodes, member->text_nodes());
    }
    for (const PolicyNode& each : nodes) {
      SUPPLY_TRY(std::string text, each.text());
      if (!is_regexp) {
        all.push_back(TextMatch::exact(std::move(text)));
        continue;
      }
      auto expression = TextMatch::regexp(text);
      if (!expression) return each.error(expression.error().message());
      all.push_back(*std::move(expression));
    }
  }
  if (all.empty()) return node.error(fmt::format("want {0} or {0}_regexp", name));
  return {};
}

Result<NamedIdentity> read_identity(const std::string& name, const PolicyNode& node) {
  SUPPLY_TRY(node.only({"subject", "subject_regexp", "issuer", "issuer_regexp", "extensions"}));
  NamedIdentity identity{.name = name, .subjects = {}, .issuers = {}, .extensions = {}};
  SUPPLY_TRY(read_texts(node, "subject", identity.subjects));
  SUPPLY_TRY(read_texts(node, "issuer", identity.issuers));
  if (const auto extensions = node.find("extensions")) {
    SUPPLY_TRY(const auto members, extensions->members());
    std::vector<std::string_view> known;
    for (const Extension& each : kExtensions) known.push_back(each.name);
    for (const auto& [key, value] : members) {
      const auto found = std::find_if(kExtensions.begin(), kExtensions.end(),
                                      [&wanted = key](const Extension& each) { return each.name == wanted; });
      if (found == kExtensions.end()) return value.error(unknown("extension", key, known));
      SUPPLY_TRY(identity.extensions[std::string(found->number)], value.text());
    }
  }
  return identity;
}

}  // namespace

Result<std::vector<NamedIdentity>> read_identities(const PolicyNode& node) {
  SUPPLY_TRY(const auto members, node.members());
  std::vector<NamedIdentity> all;
  for (const auto& [name, value] : members) {
    SUPPLY_TRY(NamedIdentity one, read_identity(name, value));
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace supply::policy

#include "libsupply/verdict/policy/containers_policy.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/public_good.hpp"
#include "libsupply/verdict/policy/internal/fulcio_requirement.hpp"
#include "libsupply/verdict/policy/internal/signatures_part.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::policy {
namespace {

using json::Value;

/// Where containers/image looks a requirement up: a host, a path below it, a repository, an image; "" is all.
struct Scope {
  std::string text;
  bool exact = false;       ///< a repository or an image, not all below a path
  bool expressible = true;  ///< false: the pattern is for a part of the scope that has no name
};

Scope scope_of(const ImagePattern& pattern) {
  const std::string& text = pattern.to_string();
  if (text == "**") return {.text = ""};
  const auto is_plain = [](std::string_view part) { return part.find_first_of("*?") == std::string_view::npos; };
  const std::size_t slash = text.find('/');
  // As references are compared: Docker Hub's short names are written out.
  if (is_plain(text)) {
    const auto reference = oci::Reference::parse(text);
    if (!reference || reference->kind() != oci::Reference::Kind::registry) return {.text = "", .expressible = false};
    const oci::Selector& selector = reference->selector();
    std::string name = reference->registry() + "/" + reference->repository();
    // Without one, a pattern is for every tag.
    const std::string_view plain = std::string_view(text).substr(0, text.find('@'));
    const bool tagged =
        plain.find(':', plain.rfind('/') == std::string_view::npos ? 0 : plain.rfind('/')) != std::string_view::npos;
    if (tagged && selector.digest) return {.text = std::move(name), .expressible = false};
    if (selector.digest) name += "@" + selector.digest->to_string();
    if (tagged && selector.tag) name += ":" + *selector.tag;
    return {.text = std::move(name), .exact = true};
  }
  if (text.ends_with("/**") && is_plain(std::string_view(text).substr(0, text.size() - 3)))
    return {.text = text.substr(0, text.size() - 3)};
  if (text.starts_with("*.") && text.ends_with("/**") && slash == text.size() - 3 &&
      is_plain(std::string_view(text).substr(1, slash - 1)))
    return {.text = text.substr(0, slash)};
  // The smallest scope around all that it could be for: what is plain before the wildcard, up to a separator.
  std::string around = text.substr(0, text.find_first_of("*?"));
  const std::size_t host = around.find('/');
  if (host == std::string::npos) return {.text = "", .expressible = false};
  const std::size_t name_end = around.find_first_of(":@", host);
  around.resize(name_end != std::string::npos ? name_end : around.rfind('/'));
  return {.text = std::move(around), .expressible = false};
}

/// Whether every image of `inner` is one of `outer` too.
bool covers(const std::string& outer, const std::string& inner) {
  if (outer.empty() || outer == inner) return true;
  if (outer.starts_with("*.")) {
    const std::string host = inner.substr(0, inner.find('/'));
    return host.size() > outer.size() - 1 && host.ends_with(outer.substr(1));
  }
  return inner.starts_with(outer) &&
         (inner[outer.size()] == '/' ||
          ((inner[outer.size()] == ':' || inner[outer.size()] == '@') && outer.find('/') != std::string::npos));
}

/// Whether what is asked in a scope counts for an image, or for some images, of another.
bool is_for(const Scope& scope, const std::string& text) {
  if (!scope.exact) return covers(scope.text, text);
  return scope.text == text ||
         (text.starts_with(scope.text) && text[scope.text.size()] != '/' && covers(scope.text, text));
}

/// What an entry asks, in the other words.
struct Asked {
  const ImageRules* entry = nullptr;
  std::vector<Scope> scopes = {};
  Value requirements = Value::array();  ///< without who the image is
  std::string why = {};                 ///< it cannot be said; empty: it can
};

std::string name_of(const ImageRules& entry) {
  return "images matching " + join(entry.match, ", ", [](const ImagePattern& one) { return one.to_string(); });
}

/// "" where each can be said, and there is whom to trust.
std::string add_identities(const std::vector<NamedIdentity>& identities, const Policy& policy, Value& requirements) {
  if (identities.empty()) return {};
  const auto root =
      root::TrustedRoot::parse(policy.trusted_root.empty() ? root::public_good().trusted_root : policy.trusted_root);
  if (!root) return "the trusted root: " + root.error().message();
  const FulcioTrust trust = fulcio_trust(*root);
  if (trust.ca_data.empty() || trust.rekor_keys.empty())
    return "identities of certificates: the trusted root has no authority, or no log with an ECDSA key, that counts "
           "now";
  for (const NamedIdentity& each : identities) {
    if (std::string why = not_for_fulcio(each); !why.empty()) return why;
    requirements.push_back(fulcio_requirement(each, trust));
  }
  return {};
}

/// "" where the part can be said.
std::string add_signers(const SignaturesPart& part, const Policy& policy, Value& requirements) {
  if (!part.annotations.empty()) return "annotations of signatures";
  std::vector<std::string> keys;
  for (const auto& [fingerprint, name] : part.signers.names)
    for (const NamedKey& key : policy.keys)
      if (key.name == name) keys.push_back(to_base64(key.key.to_pem()));
  if (keys.size() != part.signers.names.size() || part.signers.empty()) return "a key that is not there";
  std::sort(keys.begin(), keys.end());
  if (part.threshold == part.signers.size()) {
    for (const std::string& key : keys) requirements.push_back({{"type", "sigstoreSigned"}, {"keyData", key}});
    return add_identities(part.signers.identities, policy, requirements);
  }
  if (!part.signers.identities.empty()) return "some of several signers, identities of certificates among them";
  if (part.threshold != 1) return "some of several keys";
  requirements.push_back({{"type", "sigstoreSigned"}, {"keyDatas", keys}});
  return {};
}

Asked asked_by(const ImageRules& entry, const Policy& policy, OtherRules other_rules, ContainersPolicy& result) {
  Asked asked{.entry = &entry};
  for (const ImagePattern& pattern : entry.match) {
    // Local forms are no registry's.
    const std::string& text = pattern.to_string();
    if (text.starts_with("oci") && text.find(':') != std::string::npos && text.find(':') < text.find('/')) continue;
    if (text.starts_with('/') || text.starts_with('.')) continue;
    asked.scopes.push_back(scope_of(pattern));
  }
  bool some = false;
  std::vector<std::string> others;
  for (const AskedRule& rule : entry.rules) {
    if (rule.rule->id != "signatures") {
      others.emplace_back(rule.rule->member);
      continue;
    }
    some = true;
    asked.why = add_signers(as<SignaturesPart>(*rule.part), policy, asked.requirements);
  }
  if (!others.empty() && other_rules == OtherRules::leave_out && some && asked.why.empty())
    result.left_out.push_back(name_of(entry) + ": " + join(others, ", "));
  else if (!others.empty() && asked.why.empty()) asked.why = join(others, ", ");
  return asked;
}

}  // namespace

ContainersPolicy containers_policy(const Policy& policy, OtherRules other_rules) {
  ContainersPolicy result;
  std::vector<Asked> all;
  for (const ImageRules& entry : policy.images) {
    if (entry.effect == Effect::warn) {
      result.notes.push_back(name_of(entry) + ": they only warn, and nothing says so there");
      continue;
    }
    all.push_back(asked_by(entry, policy, other_rules, result));
    if (!all.back().why.empty()) result.rejected.push_back(name_of(entry) + ": " + all.back().why);
  }
  std::map<std::string, bool> scopes;  // whether it is one repository or image
  for (const Asked& asked : all)
    for (const Scope& scope : asked.scopes) {
      const auto [at, fresh] = scopes.emplace(scope.text, scope.exact);
      if (!fresh) at->second = at->second && scope.exact;
      if (!scope.expressible)
        result.rejected.push_back((scope.text.empty() ? "all images" : "images below " + scope.text) +
                                  ": a pattern that is no path's beginning, in " + name_of(*asked.entry));
    }

  const Value reject = Value::array({Value{{"type", "reject"}}});
  Value docker = Value::object(), sections = Value::object();
  bool several_keys = false, identities = false;
  for (const auto& one : scopes) {
    const std::string& text = one.first;
    const bool exact = one.second;
    std::set<Value> wanted;
    bool rejects = false;
    for (const Asked& asked : all) {
      const bool applies = std::any_of(asked.scopes.begin(), asked.scopes.end(),
                                       [&](const Scope& scope) { return is_for(scope, text); });
      if (!applies) continue;
      rejects = rejects || !asked.why.empty() ||
                std::any_of(asked.scopes.begin(), asked.scopes.end(),
                            [&](const Scope& scope) { return !scope.expressible && covers(scope.text, text); });
      for (Value requirement : asked.requirements) {
        several_keys = several_keys || requirement.contains("keyDatas") || requirement.contains("rekorPublicKeyDatas");
        identities = identities || requirement.contains("fulcio");
        const std::string repository = text.substr(0, text.find_first_of(":@", text.find('/')));
        // A repository's name is also the beginning of those below it, which the policy does not speak of.
        if (exact) requirement["signedIdentity"] = {{"type", "exactRepository"}, {"dockerRepository", repository}};
        else requirement["signedIdentity"] = {{"type", "matchRepository"}};
        wanted.insert(std::move(requirement));
      }
    }
    docker[text] = rejects || wanted.empty() ? reject : Value(std::vector<Value>(wanted.begin(), wanted.end()));
    const std::size_t slash = text.find('/');
    const std::string section = slash == std::string::npos ? text : text.substr(0, text.find_first_of(":@", slash));
    if (!text.empty() && !text.starts_with("*.")) sections[section] = {{"use-sigstore-attachments", true}};
  }
  Value document{{"default", reject}};
  if (!docker.empty()) document["transports"] = {{"docker", docker}};
  result.policy_json = json::to_pretty_text(document);
  Value registries = Value::object();
  if (!sections.empty()) registries["docker"] = sections;
  if (std::any_of(scopes.begin(), scopes.end(),
                  [](const auto& one) { return one.first.empty() || one.first.starts_with("*."); }))
    registries["default-docker"] = {{"use-sigstore-attachments", true}};
  result.registries_yaml = json::to_pretty_text(registries);  // JSON is YAML

  if (several_keys)
    result.notes.emplace_back(
        "keyDatas and rekorPublicKeyDatas need containers/image 5.31 (podman 5.0); older ones refuse the file, and all "
        "images");
  if (identities)
    result.notes.emplace_back(
        "identities: proofs of inclusion and certificates' timestamps (SCT) are not checked there, and log entries of "
        "Rekor 2 do not count; they need containers/image 5.24 (podman 4.4, skopeo 1.11): older ones refuse the file, "
        "and all images");
  if (!policy.exceptions.empty()) result.notes.emplace_back("exceptions: what they let pass is rejected there");
  if (policy.break_glass) result.notes.emplace_back("break_glass: what it lets pass is rejected there");
  result.notes.emplace_back("only signatures under cosign's tags are read there (supply sign --format legacy)");
  for (auto* list : {&result.rejected, &result.left_out, &result.notes}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  return result;
}

}  // namespace supply::policy

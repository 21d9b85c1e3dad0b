#include "libsupply/verdict/policy/policy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/policy_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/admission_part.hpp"
#include "libsupply/verdict/policy/internal/exceptions.hpp"
#include "libsupply/verdict/policy/internal/identities.hpp"
#include "libsupply/verdict/policy/internal/policy_scope.hpp"
#include "libsupply/verdict/policy/internal/workload_part.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::policy {

namespace {

constexpr int kHighestLevel = 3;  // SLSA v1.2, Build track

Result<Policy> parse_at(std::string_view yaml, const PolicyContext& context, std::size_t depth);

/// What reads the parts of one policy, with the keys that were read first.
class Reader {
 public:
  Reader(const PolicyContext& context, Policy& policy, std::size_t depth)
      : context_(context), policy_(policy), scope_(context, policy), depth_(depth) {}

  Status all(const PolicyNode& root) {
    SUPPLY_TRY(root.only({"version", "include", "sets", "keys", "identities", "trusted_root", "builders", "images",
                          "workloads", "exceptions", "break_glass", "admission"}));
    SUPPLY_TRY(const PolicyNode version, root.require("version"));
    SUPPLY_TRY(version.integer(1, 1));
    if (const auto sets = root.find("sets")) SUPPLY_TRY(check_sets(*sets));
    // Their own keys come first: an include is signed by one of them.
    if (const auto keys = root.find("keys")) SUPPLY_TRY(read_keys(*keys));
    if (const auto include = root.find("include")) SUPPLY_TRY(read_includes(*include));
    std::sort(policy_.keys.begin(), policy_.keys.end(),
              [](const NamedKey& a, const NamedKey& b) { return a.name < b.name; });
    if (const auto file = root.find("trusted_root")) SUPPLY_TRY(read_trusted_root(*file));
    if (const auto identities = root.find("identities")) SUPPLY_TRY(add_identities(*identities));
    if (const auto builders = root.find("builders")) SUPPLY_TRY(read_builders(*builders));
    SUPPLY_TRY(const PolicyNode images, root.require("images"));
    SUPPLY_TRY(const std::vector<PolicyNode> entries, images.list());
    for (const PolicyNode& entry : entries) SUPPLY_TRY(image(entry));
    if (const auto workloads = root.find("workloads")) {
      SUPPLY_TRY(std::vector<WorkloadRules> own, read_workload_rules(*workloads));
      policy_.workloads.insert(policy_.workloads.end(), own.begin(), own.end());
    }
    if (const auto exceptions = root.find("exceptions")) {
      SUPPLY_TRY(std::vector<Exception> own, read_exceptions(*exceptions));
      policy_.exceptions.insert(policy_.exceptions.end(), own.begin(), own.end());
    }
    if (const auto glass = root.find("break_glass")) SUPPLY_TRY(read_break_glass(*glass));
    if (const auto admission = root.find("admission")) {
      // An exempt namespace takes something back, which no included policy may do, nor be silent about.
      if (depth_ != 0) return admission->error("an included policy cannot say what is admitted");
      SUPPLY_TRY(policy_.admission, read_admission(*admission));
    }
    return {};
  }

 private:
  static Status check_sets(const PolicyNode& node) {
    SUPPLY_TRY(const auto members, node.members());
    for (const auto& [name, value] : members) SUPPLY_TRY(value.text_nodes());
    return {};
  }

  Status read_keys(const PolicyNode& node) {
    SUPPLY_TRY(const auto members, node.members());
    for (const auto& [name, value] : members) {
      SUPPLY_TRY(std::string text, value.text());
      if (!trim(text).starts_with("-----BEGIN")) {
        auto bytes = context_.read_key(text);
        if (!bytes) return value.error(bytes.error().message());
        text = *std::move(bytes);
      }
      auto key = crypto::PublicKey::from_pem(text);
      if (!key) return value.error("no public key: " + key.error().message());
      policy_.keys.push_back({name, *std::move(key)});
    }
    return {};
  }

  Status add_identities(const PolicyNode& node) {
    SUPPLY_TRY(const std::vector<NamedIdentity> own, read_identities(node));
    const auto is_taken = [&](const std::string& name) {
      const auto named = [&](const auto& known) { return known.name == name; };
      return std::any_of(policy_.keys.begin(), policy_.keys.end(), named) ||
             std::any_of(policy_.identities.begin(), policy_.identities.end(), named);
    };
    for (const NamedIdentity& each : own) {
      if (is_taken(each.name)) return node.error(fmt::format("{} is the name of another signer", quote(each.name)));
      policy_.identities.push_back(each);
    }
    std::sort(policy_.identities.begin(), policy_.identities.end(),
              [](const NamedIdentity& a, const NamedIdentity& b) { return a.name < b.name; });
    return {};
  }

  Status read_trusted_root(const PolicyNode& node) {
    SUPPLY_TRY(const std::string path, node.text());
    auto bytes = context_.read_key(path);
    if (!bytes) return node.error(bytes.error().message());
    if (!policy_.trusted_root.empty() && policy_.trusted_root != *bytes)
      return node.error("an included policy has another trusted root");
    policy_.trusted_root = *std::move(bytes);
    return {};
  }

  /// What one included policy adds: it can only ask for more.
  Status add(const PolicyNode& node, const std::string& path, Policy included) {
    for (NamedKey& key : included.keys) {
      const auto known = std::find_if(policy_.keys.begin(), policy_.keys.end(),
                                      [&](const NamedKey& one) { return one.name == key.name; });
      if (known == policy_.keys.end()) policy_.keys.push_back(std::move(key));
      else if (known->key.fingerprint() != key.key.fingerprint())
        return node.error(fmt::format("key {} is another one in {}", quote(key.name), quote(path)));
    }
    for (NamedIdentity& identity : included.identities) {
      const auto known = std::find_if(policy_.identities.begin(), policy_.identities.end(),
                                      [&](const NamedIdentity& one) { return one.name == identity.name; });
      if (known == policy_.identities.end()) policy_.identities.push_back(std::move(identity));
      else if (!(*known == identity))
        return node.error(fmt::format("identity {} is another one in {}", quote(identity.name), quote(path)));
    }
    // A name that is a key's here and an identity's there would bind to either.
    for (const NamedIdentity& identity : policy_.identities)
      for (const NamedKey& key : policy_.keys)
        if (key.name == identity.name)
          return node.error(fmt::format("{} is a key in one policy and an identity in another", quote(key.name)));
    for (const auto& [id, builder] : included.builders)
      if (!policy_.builders.emplace(id, builder).second)
        return node.error(fmt::format("two included policies have the builder {}", quote(id)));
    const auto from = [&](auto& each) {
      if (each.file.empty()) each.file = path;
    };
    for (ImageRules& entry : included.images) from(entry), policy_.images.push_back(std::move(entry));
    for (WorkloadRules& entry : included.workloads) from(entry), policy_.workloads.push_back(std::move(entry));
    for (Exception& one : included.exceptions) from(one), policy_.exceptions.push_back(std::move(one));
    if (!included.trusted_root.empty()) {
      if (!policy_.trusted_root.empty() && policy_.trusted_root != included.trusted_root)
        return node.error(fmt::format("{} has another trusted root than an included policy before it", quote(path)));
      policy_.trusted_root = std::move(included.trusted_root);
    }
    if (included.break_glass) {
      if (policy_.break_glass) return node.error("two included policies say who may break the glass");
      policy_.break_glass = std::move(included.break_glass);
    }
    for (Included& one : included.includes) policy_.includes.push_back(std::move(one));
    return {};
  }

  Status read_includes(const PolicyNode& node) {
    SUPPLY_TRY(const std::vector<PolicyNode> entries, node.list());
    for (const PolicyNode& entry : entries) {
      SUPPLY_TRY(entry.only({"path", "digest", "signed_by"}));
      SUPPLY_TRY(const PolicyNode path_node, entry.require("path"));
      SUPPLY_TRY(const std::string path, path_node.text());
      SUPPLY_TRY(const PolicyNode digest_node, entry.require("digest"));
      SUPPLY_TRY(const std::string digest, digest_node.text());
      if (depth_ >= kMaxPolicyIncludes)
        return entry.error(fmt::format("policies include each other deeper than {}", kMaxPolicyIncludes));
      if (!context_.read_include) return entry.error("included policies are not read here");
      auto read = context_.read_include(path);
      if (!read) return path_node.error(read.error().message());
      const auto& [bytes, context] = *read;
      const Digest found = crypto::sha256(bytes);
      if (found.to_string() != digest)
        return digest_node.error(
            fmt::format("{} has the digest {}, and {} is wanted", quote(path), found.to_string(), quote(digest)));
      Included one{path, found};
      if (const auto names = entry.find("signed_by")) {
        SUPPLY_TRY(const Signers who, scope_.signers(*names));
        std::vector<NamedKey> keys;
        for (const NamedKey& key : policy_.keys)
          if (std::any_of(who.names.begin(), who.names.end(),
                          [&](const auto& name) { return name.second == key.name; }))
            keys.push_back(key);
        if (!context_.verify_include) return names->error("signatures of included policies are not verified here");
        auto signer = context_.verify_include(path, bytes, keys);
        if (!signer) return names->error(signer.error().message());
        one.signed_by = *std::move(signer);
      }
      auto policy = parse_at(bytes, context, depth_ + 1);
      if (!policy) return path_node.error(policy.error().message());
      SUPPLY_TRY(add(entry, path, *std::move(policy)));
      policy_.includes.push_back(std::move(one));
    }
    return {};
  }

  Status read_builders(const PolicyNode& node) {
    SUPPLY_TRY(const auto members, node.members());
    for (const auto& [id, value] : members) {
      SUPPLY_TRY(value.only({"keys", "level"}));
      SUPPLY_TRY(check_pattern(value, id));
      BuilderRule builder;
      SUPPLY_TRY(const PolicyNode keys, value.require("keys"));
      SUPPLY_TRY(builder.keys, scope_.signers(keys));
      if (const auto level = value.find("level")) {
        SUPPLY_TRY(builder.level, level->integer(1, kHighestLevel));
      }
      if (!policy_.builders.emplace(id, std::move(builder)).second)
        return value.error("an included policy says who speaks for this builder");
    }
    return {};
  }

  /// "config" of "config.non_root", and what is behind the dot.
  static std::pair<std::string_view, std::string_view> parts(const Rule& rule) {
    const std::size_t dot = rule.member.find('.');
    if (dot == std::string_view::npos) return {rule.member, {}};
    return {rule.member.substr(0, dot), rule.member.substr(dot + 1)};
  }

  /// The parts of an entry that rules read, each by its own parser.
  Status asks(const PolicyNode& node, Asks& asks) {
    std::vector<std::string_view> known{"match", "effect", "effective_from", "own_exceptions"};
    std::map<std::string_view, std::vector<std::string_view>> groups;
    for (const Rule* rule : all_rules()) {
      const auto [first, second] = parts(*rule);
      if (std::find(known.begin(), known.end(), first) == known.end()) known.push_back(first);
      if (!second.empty()) groups[first].push_back(second);
    }
    SUPPLY_TRY(node.only(known));
    for (const auto& [group, members] : groups)
      if (const auto there = node.find(group)) SUPPLY_TRY(there->only(members));
    scope_.set_entry(node);
    for (const Rule* rule : all_rules()) {
      const auto [first, second] = parts(*rule);
      auto member = node.find(first);
      if (member && !second.empty()) member = member->find(second);
      if (!member) continue;
      SUPPLY_TRY(std::shared_ptr<const RulePart> part, rule->parse(*member, scope_));
      if (part != nullptr) asks.rules.push_back({rule, std::move(part)});
    }
    if (asks.rules.empty()) return node.error("asks nothing of its images");
    if (const auto effect = node.find("effect")) {
      SUPPLY_TRY(const std::string word, effect->word({"deny", "warn"}));
      asks.effect = word == "warn" ? Effect::warn : Effect::deny;
    }
    if (const auto from = node.find("effective_from")) {
      SUPPLY_TRY(asks.effective_from, from->time());
    }
    if (const auto own = node.find("own_exceptions")) {
      SUPPLY_TRY(asks.own_exceptions, own->flag());
    }
    return {};
  }

  Status image(const PolicyNode& node) {
    ImageRules rules;
    SUPPLY_TRY(asks(node, rules));
    SUPPLY_TRY(const PolicyNode match, node.require("match"));
    SUPPLY_TRY(rules.match, typed_patterns<ImagePattern>(match));
    policy_.images.push_back(std::move(rules));
    return {};
  }

  Status read_break_glass(const PolicyNode& node) {
    if (policy_.break_glass) return node.error("an included policy says who may break the glass");
    SUPPLY_TRY(node.only({"keys", "longest"}));
    BreakGlass glass;
    SUPPLY_TRY(const PolicyNode keys, node.require("keys"));
    SUPPLY_TRY(glass.keys, scope_.signers(keys));
    SUPPLY_TRY(const PolicyNode longest, node.require("longest"));
    SUPPLY_TRY(glass.longest, longest.duration());
    policy_.break_glass = std::move(glass);
    return {};
  }

  const PolicyContext& context_;
  Policy& policy_;
  PolicyScope scope_;
  std::size_t depth_;
};

Result<Policy> parse_at(std::string_view yaml, const PolicyContext& context, std::size_t depth) {
  Policy policy{.name = context.name, .digest = crypto::sha256(yaml)};
  auto document = yaml::Document::parse(yaml);
  // The policy is the asker's own: what is wrong with it is wrong usage, not damaged content.
  if (!document) return Error(ErrorCode::usage, document.error().message()).at(context.name);
  SUPPLY_TRY(Reader(context, policy, depth).all(PolicyNode(*document)).at(context.name));
  return policy;
}

}  // namespace

Result<Policy> parse(std::string_view yaml, const PolicyContext& context) { return parse_at(yaml, context, 0); }

}  // namespace supply::policy

#include "libsupply/verdict/policy/policy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/license/expression.hpp"
#include "libsupply/content/pkg/purl.hpp"
#include "libsupply/image/oci/reference.hpp"
#include "libsupply/verdict/policy/internal/exceptions.hpp"
#include "libsupply/verdict/policy/internal/policy_node.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::policy {

namespace {

constexpr int kHighestLevel = 3;  // SLSA v1.2, Build track

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

/// What reads the parts of one policy, with the keys that were read first.
class Reader {
 public:
  Reader(const PolicyContext& context, Policy& policy) : surroundings_(context), policy_(policy) {}

  Status all(const PolicyNode& root) {
    SUPPLY_TRY(root.only({"version", "keys", "builders", "images", "exceptions"}));
    SUPPLY_TRY(const PolicyNode version, root.require("version"));
    SUPPLY_TRY(version.integer(1, 1));
    if (const auto keys = root.find("keys")) SUPPLY_TRY(read_keys(*keys));
    if (const auto builders = root.find("builders")) SUPPLY_TRY(read_builders(*builders));
    SUPPLY_TRY(const PolicyNode images, root.require("images"));
    SUPPLY_TRY(const std::vector<PolicyNode> entries, images.list());
    for (const PolicyNode& entry : entries) {
      SUPPLY_TRY(ImageRules rules, image(entry));
      policy_.images.push_back(std::move(rules));
    }
    if (const auto exceptions = root.find("exceptions")) {
      SUPPLY_TRY(policy_.exceptions, read_exceptions(*exceptions));
    }
    return {};
  }

 private:
  Status read_keys(const PolicyNode& node) {
    SUPPLY_TRY(const auto members, node.members());
    for (const auto& [name, value] : members) {
      SUPPLY_TRY(std::string text, value.text());
      if (!trim(text).starts_with("-----BEGIN")) {
        auto bytes = surroundings_.read_key(text);
        if (!bytes) return value.error(bytes.error().message());
        text = *std::move(bytes);
      }
      auto key = crypto::PublicKey::from_pem(text);
      if (!key) return value.error("no public key: " + key.error().message());
      policy_.keys.push_back({name, *std::move(key)});
    }
    return {};
  }

  /// A list of names of keys. `distinct` refuses two names of one key where each name stands for a signer.
  Result<Signers> signers(const PolicyNode& node, bool distinct) const {
    SUPPLY_TRY(const std::vector<std::string> names, node.texts());
    Signers all;
    for (const std::string& name : names) {
      const auto key = std::find_if(policy_.keys.begin(), policy_.keys.end(),
                                    [&](const NamedKey& known) { return known.name == name; });
      if (key == policy_.keys.end()) return node.error(unknown("key", name, key_names()));
      const auto [at, added] = all.names.emplace(to_hex(key->key.fingerprint()), name);
      if (!added && distinct)
        return node.error(fmt::format("{} and {} are the same key", quote(at->second), quote(name)));
      at->second = std::min(at->second, name);
    }
    return all;
  }

  std::vector<std::string_view> key_names() const {
    std::vector<std::string_view> names;
    for (const NamedKey& key : policy_.keys) names.push_back(key.name);
    return names;
  }

  Status read_builders(const PolicyNode& node) {
    SUPPLY_TRY(const auto members, node.members());
    for (const auto& [id, value] : members) {
      SUPPLY_TRY(value.only({"keys", "level"}));
      SUPPLY_TRY(check_pattern(value, id));
      BuilderRule builder;
      SUPPLY_TRY(const PolicyNode keys, value.require("keys"));
      SUPPLY_TRY(builder.keys, signers(keys, false));
      if (const auto level = value.find("level")) {
        SUPPLY_TRY(builder.level, level->integer(1, kHighestLevel));
      }
      policy_.builders.emplace(id, std::move(builder));
    }
    return {};
  }

  /// What could match nothing, or means something else elsewhere, is no pattern.
  static Status check_pattern(const PolicyNode& node, std::string_view pattern) {
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

  static Result<std::vector<std::string>> patterns(const PolicyNode& node) {
    SUPPLY_TRY(const std::vector<PolicyNode> nodes, node.text_nodes());
    std::vector<std::string> all;
    for (const PolicyNode& each : nodes) {
      SUPPLY_TRY(std::string pattern, each.text());
      SUPPLY_TRY(check_pattern(each, pattern));
      all.push_back(std::move(pattern));
    }
    return all;
  }

  /// Patterns of a type of their own: SourcePattern, ImagePattern.
  template <class Pattern>
  static Result<std::vector<Pattern>> typed_patterns(const PolicyNode& node) {
    SUPPLY_TRY(const std::vector<PolicyNode> nodes, node.text_nodes());
    std::vector<Pattern> all;
    for (const PolicyNode& each : nodes) {
      SUPPLY_TRY(const std::string text, each.text());
      SUPPLY_TRY(check_pattern(each, text));
      auto pattern = Pattern::parse(text);
      if (!pattern) return each.error(pattern.error().message());
      all.push_back(*std::move(pattern));
    }
    return all;
  }

  Result<ImageRules> image(const PolicyNode& node) const {
    SUPPLY_TRY(node.only({"match", "signatures", "provenance", "sbom", "base", "licenses", "packages", "config"}));
    ImageRules rules;
    SUPPLY_TRY(const PolicyNode match, node.require("match"));
    SUPPLY_TRY(rules.match, typed_patterns<ImagePattern>(match));
    if (const auto part = node.find("signatures")) {
      SUPPLY_TRY(rules.signatures, signatures(*part));
    }
    if (const auto part = node.find("provenance")) {
      SUPPLY_TRY(rules.provenance, provenance(*part, rules));
    }
    if (const auto part = node.find("sbom")) {
      SUPPLY_TRY(rules.sbom, sbom(*part, rules));
    }
    if (const auto part = node.find("base")) {
      SUPPLY_TRY(rules.base, base(*part));
    }
    if (const auto part = node.find("licenses")) {
      SUPPLY_TRY(rules.licenses, licenses(*part));
    }
    if (const auto part = node.find("packages")) {
      SUPPLY_TRY(rules.packages, packages(*part));
    }
    if (const auto part = node.find("config")) {
      SUPPLY_TRY(rules.config, config(*part));
    }
    const auto asks = [&](const Rule* rule) { return rule->asked(rules); };
    if (std::none_of(all_rules().begin(), all_rules().end(), asks)) return node.error("asks nothing of its images");
    return rules;
  }

  Result<std::optional<SignatureRule>> signatures(const PolicyNode& node) const {
    SUPPLY_TRY(node.only({"any_of", "all_of", "threshold", "of", "annotations"}));
    const auto any = node.find("any_of"), every = node.find("all_of"), some = node.find("of");
    if (int{any.has_value()} + int{every.has_value()} + int{some.has_value()} != 1)
      return node.error("want one of any_of, all_of, or threshold with of");
    const auto threshold = node.find("threshold");
    if (threshold.has_value() != some.has_value()) return node.error("want threshold and of together");
    SignatureRule rule;
    SUPPLY_TRY(rule.signers, signers(any ? *any : every ? *every : *some, every.has_value()));
    if (every) rule.threshold = rule.signers.names.size();
    if (some) {
      SUPPLY_TRY(const int count, threshold->integer(1, INT32_MAX));
      if (static_cast<std::size_t>(count) > rule.signers.names.size())
        return threshold->error(
            fmt::format("{} signers of {} distinct keys can never be", count, rule.signers.names.size()));
      rule.threshold = static_cast<std::size_t>(count);
    }
    if (const auto annotations = node.find("annotations")) {
      SUPPLY_TRY(const auto members, annotations->members());
      for (const auto& [key, value] : members) {
        SUPPLY_TRY(rule.annotations[key], value.text());
      }
    }
    return std::optional(std::move(rule));
  }

  /// The keys that a rule names, else those whose signatures the entry takes.
  Result<Signers> keys_or_signers(const PolicyNode& node, const ImageRules& rules, std::string_view whose) const {
    if (const auto keys = node.find("keys")) return signers(*keys, false);
    if (rules.signatures) return rules.signatures->signers;
    return node.error(fmt::format("want keys: whose {} counts (without it, the keys under signatures)", whose));
  }

  Result<std::optional<ProvenanceRule>> provenance(const PolicyNode& node, const ImageRules& rules) const {
    SUPPLY_TRY(node.only({"builders", "keys", "sources", "build_types", "level"}));
    ProvenanceRule rule;
    if (const auto level = node.find("level")) {
      SUPPLY_TRY(rule.level, level->integer(1, kHighestLevel));
    }
    if (const auto builders = node.find("builders")) {
      if (node.find("keys")) return node.error("builders and keys exclude each other: a builder has its own keys");
      SUPPLY_TRY(rule.builders, builders->texts());
      std::vector<std::string_view> known;
      for (const auto& [id, builder] : policy_.builders) known.push_back(id);
      for (const std::string& id : rule.builders) {
        const auto builder = policy_.builders.find(id);
        if (builder == policy_.builders.end()) return builders->error(unknown("builder", id, known));
        if (builder->second.level < rule.level)
          return builders->error(fmt::format("builder {} is worth level {}, and {} is asked", quote(id),
                                             builder->second.level, rule.level));
      }
    } else {
      SUPPLY_TRY(rule.keys, keys_or_signers(node, rules, "provenance"));
      if (rule.level > 1) return node.error("a level over 1 wants builders: who signs for himself proves level 1");
    }
    if (const auto sources = node.find("sources")) {
      SUPPLY_TRY(rule.sources, typed_patterns<supply::provenance::SourcePattern>(*sources));
    }
    if (const auto types = node.find("build_types")) {
      SUPPLY_TRY(rule.build_types, patterns(*types));
    }
    return std::optional(std::move(rule));
  }

  Result<std::optional<SbomRule>> sbom(const PolicyNode& node, const ImageRules& rules) const {
    SUPPLY_TRY(node.only({"keys", "agrees", "formats"}));
    SbomRule rule;
    SUPPLY_TRY(rule.keys, keys_or_signers(node, rules, "SBOM"));
    if (const auto agrees = node.find("agrees")) {
      SUPPLY_TRY(rule.agrees, agrees->flag());
    }
    if (const auto formats = node.find("formats")) {
      SUPPLY_TRY(rule.formats, formats->texts());
      for (const std::string& format : rule.formats)
        if (format != "spdx" && format != "cyclonedx")
          return formats->error(unknown("format", format, {"cyclonedx", "spdx"}));
    }
    return std::optional(std::move(rule));
  }

  /// A reference whose local path is meant from the policy's directory.
  std::string from_directory(std::string_view reference) const {
    for (const std::string_view scheme : {"oci:", "oci-dir:", "oci-archive:"}) {
      if (!reference.starts_with(scheme)) continue;
      const std::string_view rest = reference.substr(scheme.size());
      if (rest.starts_with('/')) return std::string(reference);
      return fmt::format("{}{}/{}", scheme, surroundings_.directory, rest);
    }
    if (reference.starts_with('.')) return fmt::format("oci:{}/{}", surroundings_.directory, reference);
    return std::string(reference);
  }

  Result<std::optional<BaseRule>> base(const PolicyNode& node) const {
    SUPPLY_TRY(node.only({"allowed", "proven"}));
    BaseRule rule;
    if (const auto proven = node.find("proven")) {
      SUPPLY_TRY(rule.proven, proven->flag());
    }
    SUPPLY_TRY(const PolicyNode allowed, node.require("allowed"));
    SUPPLY_TRY(const std::vector<std::string> references, allowed.texts());
    for (const std::string& text : references) {
      auto reference = oci::Reference::parse(from_directory(text));
      if (!reference) return allowed.error(reference.error().message());
      if (reference->kind() == oci::Reference::Kind::docker_archive)
        return allowed.error(fmt::format("{}: a docker-archive has no manifest; copy it to a layout", quote(text)));
      rule.allowed.push_back(reference->to_string());
    }
    return std::optional(std::move(rule));
  }

  /// Whether it can match a "LicenseRef-…" or "DocumentRef-…:LicenseRef-…".
  static bool may_be_reference(std::string_view pattern) {
    const std::string_view start = pattern.substr(0, pattern.find_first_of("*?"));
    for (const std::string_view prefix : {"LicenseRef-", "DocumentRef-"})
      if (start.starts_with(prefix) || (prefix.starts_with(start) && pattern.size() > start.size())) return true;
    return false;
  }

  /// A pattern of licences that the list's spelling can match; the names of LicenseRefs are anybody's.
  static Status check_license_pattern(const PolicyNode& node, std::string_view pattern) {
    SUPPLY_TRY(check_pattern(node, pattern));
    if (may_be_reference(pattern) || license::match_license(pattern.substr(0, pattern.find(" WITH ")))) return {};
    return node.error(fmt::format("pattern {} matches no licence as the SPDX list spells it", quote(pattern)));
  }

  /// Licences as the SPDX list spells them: what it does not know would match nothing, and silently.
  static Result<std::vector<std::string>> license_patterns(const PolicyNode& node) {
    SUPPLY_TRY(const std::vector<PolicyNode> nodes, node.text_nodes());
    std::vector<std::string> all;
    for (const PolicyNode& each : nodes) {
      SUPPLY_TRY(const std::string text, each.text());
      if (text.find_first_of("*?") != std::string::npos) {
        SUPPLY_TRY(check_license_pattern(each, text));
        all.push_back(text);
        continue;
      }
      auto expression = license::Expression::parse(text);
      if (!expression) return each.error(expression.error().message());
      const std::vector<std::string> licenses = expression->licenses();
      if (licenses.size() != 1) return each.error(fmt::format("{} is not one licence", quote(text)));
      all.push_back(licenses.front());
    }
    return all;
  }

  static Result<std::optional<LicenseRule>> licenses(const PolicyNode& node) {
    SUPPLY_TRY(node.only({"deny", "allow", "unknown"}));
    LicenseRule rule;
    if (const auto deny = node.find("deny")) {
      SUPPLY_TRY(rule.deny, license_patterns(*deny));
    }
    if (const auto allow = node.find("allow")) {
      SUPPLY_TRY(rule.allow, license_patterns(*allow));
      rule.unknown = false;
    }
    if (const auto unknown_one = node.find("unknown")) {
      SUPPLY_TRY(const std::string word, unknown_one->text());
      if (word != "allow" && word != "deny") return unknown_one->error("want allow or deny");
      rule.unknown = word == "allow";
    } else if (rule.deny.empty() && rule.allow.empty()) {
      return node.error("want deny, allow or unknown");
    }
    return std::optional(std::move(rule));
  }

  /// Written another way than the canonical one, it would match nothing, and silently: also around its wildcards.
  static Status check_package_pattern(const PolicyNode& node, const std::string& pattern) {
    SUPPLY_TRY(check_pattern(node, pattern));
    if (!pattern.starts_with("pkg:") || pattern.find('/') == std::string::npos)
      return node.error(fmt::format("{} is no pattern of a package URL: want pkg:TYPE/NAME or pkg:TYPE/NAME@VERSION",
                                    quote(pattern)));
    if (pattern.find_first_of("?#") != std::string::npos)
      return node.error(fmt::format("{}: qualifiers and subpaths are not compared", quote(pattern)));
    const std::string_view type = std::string_view(pattern).substr(4, pattern.find('/') - 4);
    const bool wild_type = type.find('*') != std::string_view::npos;
    if (to_lower(type) != type)
      return node.error(fmt::format("{} is not canonical: write \"pkg:{}{}\"", quote(pattern), to_lower(type),
                                    std::string_view(pattern).substr(4 + type.size())));
    if (!pkg::is_known_type(type))
      return node.error(fmt::format("{}: {} is no type of package URLs (want deb, apk, npm, pypi, golang, maven, …)",
                                    quote(pattern), quote(type)));
    constexpr std::string_view kOne = "z";  // for *: canonical wherever it is
    const bool wild = pattern.find('*') != std::string::npos;
    const auto filled = [&](std::string_view any) {
      std::string filled_text = pattern;
      for (const auto& [stars, plain] : {std::pair<std::string_view, std::string_view>{"**", any}, {"*", kOne}})
        for (std::size_t at = filled_text.find(stars); at != std::string::npos; at = filled_text.find(stars, at))
          filled_text.replace(at, stars.size(), plain);
      return filled_text;
    };
    std::string text = filled("zz");
    auto purl = pkg::Purl::parse(text);
    if (!purl && wild) {
      // "pkg:swift/**" is a pattern, and no package URL without the namespace that ** stands for.
      text = filled("zz/zz");
      purl = pkg::Purl::parse(text);
      if (!purl && !wild_type)
        return node.error(fmt::format("{} matches no package URL: {}", quote(pattern), purl.error().message()));
      if (!purl) return {};
    }
    if (!purl) return node.error(purl.error().message());
    if (purl->to_string() == text) return {};
    return node.error(fmt::format("{} is not canonical: write {}{}", quote(pattern), quote(purl->to_string()),
                                  wild ? " (with its wildcards for z)" : ""));
  }

  static Result<std::optional<PackageRule>> packages(const PolicyNode& node) {
    SUPPLY_TRY(node.only({"deny"}));
    PackageRule rule;
    SUPPLY_TRY(const PolicyNode deny, node.require("deny"));
    SUPPLY_TRY(const std::vector<PolicyNode> nodes, deny.text_nodes());
    for (const PolicyNode& each : nodes) {
      SUPPLY_TRY(std::string pattern, each.text());
      SUPPLY_TRY(check_package_pattern(each, pattern));
      rule.deny.push_back(std::move(pattern));
    }
    return std::optional(std::move(rule));
  }

  static Result<std::optional<ConfigRule>> config(const PolicyNode& node) {
    SUPPLY_TRY(node.only({"non_root", "no_secrets", "no_latest", "pinned", "labels"}));
    ConfigRule rule;
    if (const auto part = node.find("non_root")) {
      SUPPLY_TRY(rule.non_root, part->flag());
    }
    if (const auto part = node.find("no_secrets")) {
      SUPPLY_TRY(rule.no_secrets, part->flag());
    }
    if (const auto part = node.find("no_latest")) {
      SUPPLY_TRY(rule.no_latest, part->flag());
    }
    if (const auto part = node.find("pinned")) {
      SUPPLY_TRY(rule.pinned, part->flag());
    }
    if (const auto part = node.find("labels")) {
      SUPPLY_TRY(rule.labels, part->texts());
    }
    return std::optional(std::move(rule));
  }

  const PolicyContext& surroundings_;
  Policy& policy_;
};

}  // namespace

bool Signers::contains(std::string_view fingerprint) const { return names.contains(std::string(fingerprint)); }

std::string Signers::to_string() const {
  std::vector<std::string_view> sorted;
  for (const auto& [fingerprint, name] : names) sorted.push_back(name);
  std::sort(sorted.begin(), sorted.end());
  return fmt::format("{}", fmt::join(sorted, ", "));
}

Result<Policy> parse(std::string_view yaml, const PolicyContext& context) {
  Policy policy{
      .name = context.name, .digest = crypto::sha256(yaml), .keys = {}, .builders = {}, .images = {}, .exceptions = {}};
  auto document = yaml::Document::parse(yaml);
  // The policy is the asker's own: what is wrong with it is wrong usage, not damaged content.
  if (!document) return Error(ErrorCode::usage, document.error().message()).at(context.name);
  SUPPLY_TRY(Reader(context, policy).all(PolicyNode(*document)).at(context.name));
  return policy;
}

}  // namespace supply::policy

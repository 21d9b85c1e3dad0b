// What a rule's parser may ask of the policy around its member: who is called what, where local paths are meant from.
// Borrows policy and context. Also the patterns that several rules have.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/verdict/policy/internal/policy_node.hpp"
#include "libsupply/verdict/policy/policy.hpp"

namespace supply::policy {

enum class Distinct { no, yes };

class PolicyScope {
 public:
  PolicyScope(const PolicyContext& context, const Policy& policy) : context_(context), policy_(policy) {}
  const PolicyContext& context() const { return context_; }
  const Policy& policy() const { return policy_; }
  /// The entry that is read; its parts are asked for defaults.
  void set_entry(const PolicyNode& entry) { entry_ = entry; }

  /// A list of names of keys and identities. `distinct` refuses two names of one key where each name stands for a
  /// signer.
  Result<Signers> signers(const PolicyNode& node, Distinct distinct = Distinct::no) const;
  /// Those that the member `keys` names, else those whose signatures the entry takes.
  Result<Signers> keys_or_signers(const PolicyNode& node, std::string_view whose) const;
  /// A reference whose local path is meant from the policy's directory.
  std::string from_directory(std::string_view reference) const;

 private:
  const PolicyContext& context_;
  const Policy& policy_;
  std::optional<PolicyNode> entry_;
};

/// What could match nothing, or means something else elsewhere, is no pattern.
Status check_pattern(const PolicyNode& node, std::string_view pattern);
Result<std::vector<std::string>> read_patterns(const PolicyNode& node);

/// Patterns of a type of their own: SourcePattern, ImagePattern.
template <class Pattern>
Result<std::vector<Pattern>> typed_patterns(const PolicyNode& node) {
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

/// What a rule's parser gives for a part.
using ParsedPart = Result<std::shared_ptr<const RulePart>>;
template <class Part>
ParsedPart part_of(Part part) {
  return std::shared_ptr<const RulePart>(std::make_shared<const Part>(std::move(part)));
}
/// The member asks nothing.
inline ParsedPart no_part() { return std::shared_ptr<const RulePart>(); }

/// The part of a rule whose member is `true` or `false`.
struct FlagPart : RulePart {};
inline ParsedPart read_flag(const PolicyNode& node, const PolicyScope&) {
  SUPPLY_TRY(const bool asked, node.flag());
  if (!asked) return no_part();
  return part_of(FlagPart{});
}
inline constexpr std::string_view kFlagSchema = R"({"type": "boolean", "default": false})";

}  // namespace supply::policy

// A rule: all that one question of a policy is, in one file of rules/. Its judge is a pure function of the facts and of
// what the policy asks. Adding a rule is adding a file: reader, schema, guide, collection and reports find it here.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/finding/finding.hpp"
#include "libsupply/verdict/policy/facts.hpp"
#include "libsupply/verdict/policy/needs.hpp"
#include "libsupply/verdict/policy/policy.hpp"

namespace supply::policy {

class PolicyNode;
class PolicyScope;

enum class RuleStatus {
  undecided,  ///< the facts do not suffice: never a yes, never a no (the default value)
  denied,
  warned,    ///< denied or undecided, and the entry only warns
  excepted,  ///< denied, and an exception of the policy covers it
  satisfied,
};
std::string_view to_string(RuleStatus status);

/// What a rule says of a subject: each finding has expected, found, evidence and remedy; also what was satisfied has.
/// Of many that are alike only the first are listed (ListedFindings); what is judged is all of them.
struct Ruling {
  RuleStatus status = RuleStatus::undecided;
  std::vector<Finding> findings;
  /// Ids of the findings that deny: an exception must cover each.
  std::set<std::string> denied = {};
  /// Whether something could not be found out as well: no exception makes a yes of it.
  bool undecided_too = false;
  /// The SLSA build level that every platform's provenance is worth; 0 from every rule but a satisfied provenance.
  int build_level = 0;
};

/// Whether an exception must say which findings it covers: those of some rules are too different for one excuse.
enum class ExceptionScope { any, named_findings };

struct Rule {
  std::string_view id;      ///< the file's stem; stable
  std::string_view title;   ///< of a yes: "signed by the keys that the policy asks for"
  std::string_view denied;  ///< of a no: "not signed by the keys that the policy asks for"
  std::string_view member;  ///< where an entry asks it: "signatures", or in a group "config.non_root"
  std::string_view schema;  ///< JSON Schema of the member's value; may refer to #/$defs of schema.cpp
  std::string_view guide;   ///< Markdown: what the member means, below a heading with its name
  /// Reads the member. A null part: it asks nothing (`non_root: false`). Errors: usage, by PolicyNode::error.
  Result<std::shared_ptr<const RulePart>> (*parse)(const PolicyNode& node, const PolicyScope& scope);
  /// What must be collected for the judge; null: nothing beyond what every image has.
  void (*needs)(const RulePart& part, Needs& needs) = nullptr;
  /// Never null but for a value of no rule.
  Ruling (*judge)(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& part) = nullptr;
  ExceptionScope exceptions = ExceptionScope::any;
  /// Why the text can be no id of the rule's findings, "" where it can; null: any text can.
  std::string (*not_a_finding)(const std::string& id) = nullptr;
};

/// Of the first member that the policy's text gives the rule: what a part is, in the rule's own file.
template <class Part>
const Part& as(const RulePart& part) {
  return static_cast<const Part&>(part);
}

/// The exception that covers a finding of the rule, by its id: for this subject, not expired, and the one that lasts
/// longest; or nullptr. The pointer is into the policy.
const Exception* exception_for(const Policy& policy, const Subject& subject, std::string_view rule,
                               const std::string& finding, const Asks* asks = nullptr);
/// Whether it is for this subject, whatever the time.
bool is_for(const Exception& exception, const Subject& subject);

/// The entries that apply to an image: every one with a pattern that matches it; what the policy asks is all of them.
std::vector<const ImageRules*> applying(const Policy& policy, const std::vector<oci::Reference>& names);
/// What the rules of the entries need.
Needs needs_of(const std::vector<const ImageRules*>& entries);

/// Every rule, sorted by id.
std::span<const Rule* const> all_rules();
/// The rule of that id, or nullptr.
const Rule* find_rule(std::string_view id);

}  // namespace supply::policy

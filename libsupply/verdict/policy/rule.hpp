// A rule: a pure function of the facts and of what the policy asks. One file each in rules/.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/finding/finding.hpp"
#include "libsupply/verdict/policy/facts.hpp"
#include "libsupply/verdict/policy/policy.hpp"

namespace supply::policy {

enum class RuleStatus {
  undecided,  ///< the facts do not suffice: never a yes, never a no (the default value)
  denied,
  excepted,  ///< denied, and an exception of the policy covers it
  satisfied,
};
std::string_view to_string(RuleStatus status);

/// What a rule says of an image: each finding has expected, found, evidence and remedy; also what was satisfied has. Of
/// many that are alike only the first are listed (ListedFindings); what is judged is all of them.
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

struct Rule {
  std::string_view id;     ///< the file's stem; stable
  std::string_view title;  ///< "the image is signed by keys of the policy"
  bool (*asked)(const ImageRules& rules);
  /// Only called when asked. `policy` is where `rules` is from.
  Ruling (*judge)(const Facts& facts, const Policy& policy, const ImageRules& rules);
};

/// The exception that covers a finding of the rule, by its id: for this image, not expired, and the one that lasts
/// longest; or nullptr. The pointer is into the policy.
const Exception* exception_for(const Policy& policy, const Facts& facts, std::string_view rule,
                               const std::string& finding);

/// The entries that apply to an image: every one with a pattern that matches it; what the policy asks is all of them.
std::vector<const ImageRules*> applying(const Policy& policy, const std::vector<oci::Reference>& names);

/// Every rule, sorted by id.
std::span<const Rule* const> all_rules();
/// The rule of that id, or nullptr.
const Rule* find_rule(std::string_view id);

}  // namespace supply::policy

// From facts to a verdict: a pure function, the time included. The same facts in any order give the same decision.
#pragma once

#include "libsupply/base/finding/finding.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::gate {

enum class Verdict { undecided, allow, deny };  ///< the default value allows nothing
std::string_view to_string(Verdict verdict);

/// An exception, and the findings of one outcome that it answers for, by their ids.
struct Excused {
  policy::Exception exception;
  std::vector<std::string> findings;
};

/// What one rule said, for one entry of the policy.
struct RuleOutcome {
  std::string rule, title;
  std::string match;  ///< the entry's patterns, ", " between them
  policy::RuleStatus status = policy::RuleStatus::undecided;
  std::vector<Finding> findings;  ///< sorted
  /// Those that cover something; the rule is excepted only where together they cover all that denies.
  std::vector<Excused> excused = {};
  int build_level = 0;  ///< see policy::Ruling

  /// The exception that covers the finding, or nullptr.
  const policy::Exception* exception_for(const Finding& finding) const;
};

struct Decision {
  Verdict verdict = Verdict::undecided;
  std::vector<RuleOutcome> outcomes;           ///< by rule id, then by entry
  std::vector<std::string> not_asked;      ///< ids of the rules that no entry asks
  std::vector<policy::Exception> expired;  ///< exceptions for this image that count no more
  std::vector<policy::Exception> unused;   ///< that count, and cover nothing that was denied
};

/// deny when any rule denies, or no entry matches the image, or nothing is asked; undecided when a rule could not
/// decide; else allow.
Decision decide(const policy::Facts& facts, const policy::Policy& policy);

}  // namespace supply::gate

// From facts to a verdict: a pure function, the time included. The same facts in any order give the same decision.
#pragma once

#include "libsupply/base/finding/finding.hpp"
#include "libsupply/verdict/gate/break_glass.hpp"
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
  policy::Effect effect = policy::Effect::deny;
  std::optional<Time> effective_from = {};  ///< it is later than the time judged by: until then the entry only warns
  std::string file = {};                    ///< of the included policy that asks; empty: the policy itself
  std::string no_title = {};                ///< what a no says; empty where `title` is for both

  /// The exception that covers the finding, or nullptr.
  const policy::Exception* exception_for(const Finding& finding) const;
  /// The title that its status has.
  const std::string& said() const;
};

struct Decision {
  Verdict verdict = Verdict::undecided;
  std::vector<RuleOutcome> outcomes;       ///< by rule id, then by what they say, whatever the order of the entries
  std::vector<std::string> not_asked;      ///< ids of the rules that no entry asks
  std::vector<policy::Exception> expired;  ///< exceptions for this image that count no more
  std::vector<policy::Exception> unused;   ///< that count, and cover nothing that was denied
  /// Why it is allowed although the outcomes are not: somebody answers for it by a signed record.
  std::optional<BrokenGlass> broken_glass = {};
};

/// deny when any rule denies, or no entry that denies matches the image, or nothing is asked; undecided when a rule
/// could not decide; else allow. A record of break_glass() allows what was denied or undecided. What an entry that only
/// warns says is in the outcomes, and decides nothing.
Decision decide(const policy::Facts& facts, const policy::Policy& policy);
/// The outcome of one rule, for one entry: exceptions applied, and what only warns.
RuleOutcome outcome_of(const policy::AskedRule& asked, const policy::Asks& asks, std::string match,
                       policy::Ruling ruling, const policy::Subject& subject, const policy::Policy& policy);
/// The exceptions for the subject that have expired, and those that cover nothing of the outcomes.
void add_exceptions(const policy::Subject& subject, const policy::Policy& policy, Decision& decision);
/// The verdict of the outcomes alone: deny if any is denied or there is none, undecided if any is, else allow.
Verdict verdict_of_outcomes(const std::vector<RuleOutcome>& outcomes);

}  // namespace supply::gate

// How the rules put their rulings together, so that each says the same things in the same places.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/verdict/policy/internal/policy_scope.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::policy {

/// "linux/amd64 sha256:…", as the subject of a finding.
std::string subject_of(const PlatformFacts& platform);

/// The texts of a finding; its rule and place come with the ruling.
struct FindingText {
  std::string subject, expected, found, evidence, remedy;
  /// What an exception calls it; empty: the subject, of a package URL without qualifiers and subpath.
  std::string id = {};
  std::size_t others = 0;  ///< Finding::others
  Location place = {};     ///< empty: the subject's own
};

/// "; 2 attached and refused: bundle sha256:… (signature by none of the keys)", or "" when there are none; at most
/// three are spelt out.
std::string refused_text(const std::vector<std::pair<Digest, const SubjectEvidence*>>& evidence_for);

/// Gathers what is found for each platform; `kind` is Finding::kind. The ruling is denied if anything was; else
/// undecided if anything was, or if nothing was said at all; else satisfied.
class Rulings {
 public:
  Rulings(std::string_view rule, Subject subject, const Policy& policy, const Asks& asks);
  Rulings(std::string_view rule, const Facts& facts, const Policy& policy, const Asks& asks);
  void satisfied(FindingText said);
  void denied(FindingText said, std::string_view kind = {});
  /// Denied for want of evidence; undecided while some of what is attached was not read.
  void unproven(FindingText said, std::string_view kind,
                const std::vector<std::pair<Digest, const SubjectEvidence*>>& evidence_for);
  /// Nothing that is attached counts. Unproven by each piece of evidence and why it does not count (`objections`: pairs
  /// of the two); where there is none, by what `said` says was not found, and what was refused.
  template <class Objections>
  void none_counts(FindingText said, const Objections& objections,
                   const std::vector<std::pair<Digest, const SubjectEvidence*>>& evidence_for) {
    for (const auto& [evidence, why] : objections)
      unproven({said.subject, said.expected, why, evidence, said.remedy, said.id}, "not-counted", evidence_for);
    if (!objections.empty()) return;
    said.found += refused_text(evidence_for);
    unproven(std::move(said), "missing", evidence_for);
  }
  void undecided(FindingText said, std::string_view kind = {});
  /// What was not read of a platform and could hold packages: while there is any, nobody knows that none is denied.
  void unread(const PlatformFacts& platform, const std::string& expected);
  /// What neither denies nor satisfies, and should be seen.
  void warn(FindingText said, std::string_view kind = {});
  Ruling finish() &&;

 private:
  enum class IsKnown { no, yes };
  /// Returns the finding's id.
  std::string add(Severity severity, FindingText said, std::string_view kind = {}, IsKnown known = IsKnown::yes);
  // Findings that are alike: none that no exception covers hides behind those that one covers.
  struct Group {
    Severity severity;
    bool undecided, covered;
    std::string kind;
    friend auto operator<=>(const Group&, const Group&) = default;
  };
  Subject subject_;
  const Policy& policy_;
  const Asks& asks_;
  std::string rule_;
  std::map<Group, ListedFindings> findings_;
  std::set<std::string> denied_ids_;
  bool satisfied_ = false, denied_ = false, undecided_ = false;
};

}  // namespace supply::policy

#include "libsupply/trust/provenance/summary_judge.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/predicates/predicate.hpp"

namespace supply::provenance {
namespace {

using predicates::VerificationSummary;

std::string words(const std::vector<std::string>& texts) {
  return join(texts, ", ", [](const std::string& text) { return text; });
}

/// "SLSA_BUILD_LEVEL_2" is there where its track has this level or a higher one; anything else as it is. A summary with
/// two levels of a track has none.
bool has_level(const std::vector<std::string>& levels, const std::string& wanted) {
  const std::size_t middle = wanted.find("_LEVEL_");
  if (wanted.starts_with("SLSA_") && middle != std::string::npos && middle > 5) {
    const std::string track = wanted.substr(5, middle - 5);
    if (const auto least = predicates::level_of({wanted}, track)) {
      const auto found = predicates::level_of(levels, track);
      return found && *found >= *least;
    }
  }
  return std::find(levels.begin(), levels.end(), wanted) != levels.end();
}

// A digest counts by any algorithm that both name, and not at all where one of those differs.
bool same_digest(const std::map<std::string, std::string>& wanted, const std::map<std::string, std::string>& found) {
  bool same = false;
  for (const auto& [algorithm, value] : wanted) {
    const auto it = found.find(algorithm);
    if (it == found.end()) continue;
    if (to_lower(it->second) != to_lower(value)) return false;
    same = true;
  }
  return same;
}

SummaryCheckResult check_dependencies(const VerificationSummary& summary, int least) {
  SummaryCheckResult check{SummaryCheck::dependencies, false, "SLSA build level " + std::to_string(least) + " or more"};
  if (!summary.dependency_levels) {
    check.found = "it says nothing of dependencies";
    return check;
  }
  check.passed = true;
  bool of_builds = false, of_others = false;
  for (const auto& [level, count] : *summary.dependency_levels) {
    if (count == 0) continue;
    // What is said of another track, or of a property, is no level of a build; "FAILED" is, and it is none.
    if (level.starts_with("SLSA_") && !level.starts_with("SLSA_BUILD_LEVEL_")) {
      of_others = true;
      continue;
    }
    of_builds = true;
    const auto number = predicates::level_of({level}, "BUILD");
    if (number && *number >= least) continue;
    check.passed = false;
    check.found = std::to_string(count) + " at " + level;
  }
  if (of_others && !of_builds) {  // there are dependencies, and nobody says how they were built
    check.passed = false;
    check.found = "it says nothing of the builds of dependencies";
  }
  return check;
}

// How far a time may lie in the future: clocks differ.
constexpr std::chrono::seconds kClockSkew{300};

SummaryCheckResult check_age(const VerificationSummary& summary, const std::optional<std::chrono::seconds>& most,
                             Time now) {
  SummaryCheckResult check{SummaryCheck::age};
  if (most) check.expected = "verified at most " + std::to_string(most->count()) + " s ago";
  if (!summary.time_verified) {
    check.found = "it does not say when";
    check.passed = !most;
    return check;
  }
  check.found = to_rfc3339(*summary.time_verified);
  check.passed = *summary.time_verified <= now + kClockSkew && (!most || now - *summary.time_verified <= *most);
  return check;
}

}  // namespace

std::string_view to_string(SummaryCheck check) {
  switch (check) {
    case SummaryCheck::type: return "type";
    case SummaryCheck::predicate: return "predicate";
    case SummaryCheck::verifier: return "verifier";
    case SummaryCheck::resource: return "resource";
    case SummaryCheck::result: return "result";
    case SummaryCheck::levels: return "levels";
    case SummaryCheck::policy: return "policy";
    case SummaryCheck::dependencies: return "dependencies";
    case SummaryCheck::age: return "age";
  }
  return "";
}

bool SummaryJudgement::satisfied() const {
  return !checks.empty() &&
         std::all_of(checks.begin(), checks.end(), [](const SummaryCheckResult& check) { return check.passed; });
}

SummaryJudgement judge_summary(std::string_view predicate_type, std::string_view predicate,
                               const attest::SignerIdentity& signer, const SummaryExpectations& expected, Time now) {
  SummaryJudgement out;
  const auto add = [&](SummaryCheck check, bool passed, std::string wanted, std::string found) {
    out.checks.push_back({check, passed, std::move(wanted), std::move(found)});
  };
  add(SummaryCheck::type, predicate_type == predicates::kVerificationSummaryType,
      std::string(predicates::kVerificationSummaryType), std::string(predicate_type));
  if (!out.checks.back().passed) return out;
  auto content = predicates::read(predicate_type, predicate);
  add(SummaryCheck::predicate, static_cast<bool>(content), {}, content ? "" : content.error().message());
  if (!content) return out;
  out.summary = std::get<VerificationSummary>(*std::move(content));
  const VerificationSummary& summary = *out.summary;

  const auto speaks = [&](const VerifierTrust& trust) {
    return !trust.id.empty() && trust.id == summary.verifier_id && trust.may_sign && trust.may_sign(signer);
  };
  add(SummaryCheck::verifier, std::any_of(expected.verifiers.begin(), expected.verifiers.end(), speaks),
      join(expected.verifiers, " or ", [](const VerifierTrust& trust) { return trust.id; }),
      summary.verifier_id + ", signed by " + signer.key_name);
  add(SummaryCheck::resource,
      std::any_of(expected.resources.begin(), expected.resources.end(),
                  [&](const std::string& pattern) { return glob_match(pattern, summary.resource_uri); }),
      words(expected.resources), summary.resource_uri);
  add(SummaryCheck::result, summary.passed, "PASSED", summary.passed ? "PASSED" : "FAILED");
  const bool all = !expected.levels.empty() &&
                   std::all_of(expected.levels.begin(), expected.levels.end(),
                               [&](const std::string& level) { return has_level(summary.verified_levels, level); });
  add(SummaryCheck::levels, all, words(expected.levels), words(summary.verified_levels));
  if (!expected.policy_digest.empty())
    add(SummaryCheck::policy, same_digest(expected.policy_digest, summary.policy.digest),
        expected.policy_digest.begin()->first + ":" + expected.policy_digest.begin()->second,
        summary.policy.digest.empty()
            ? summary.policy.uri + ", without a digest"
            : summary.policy.digest.begin()->first + ":" + summary.policy.digest.begin()->second);
  if (expected.dependency_level) out.checks.push_back(check_dependencies(summary, *expected.dependency_level));
  out.checks.push_back(check_age(summary, expected.max_age, now));
  return out;
}

}  // namespace supply::provenance

// Signed test results (in-toto test-result v0.1) say that the tests passed.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/predicate_version.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

constexpr std::string_view kType = "https://in-toto.io/attestation/test-result/v0.1";

struct Part : RulePart {
  Signers keys;
  bool warned = false;                ///< whether WARNED passes
  std::vector<std::string> required;  ///< names that must be among the tests that passed; `*` is any run without '/'
};

std::string expected(const Part& rule) {
  std::string text = "test results PASSED, signed by " + rule.keys.to_string();
  if (!rule.required.empty()) text += fmt::format(", with {}", fmt::join(rule.required, ", "));
  return text;
}

/// The texts of a list of names.
std::vector<std::string> names(const nlohmann::json& result, const char* member) {
  std::vector<std::string> all;
  const auto list = result.find(member);
  if (list == result.end() || !list->is_array()) return all;
  for (const auto& each : *list)
    if (each.is_string()) all.push_back(each.get<std::string>());
  return all;
}

/// Why the result does not do: "" when it does.
std::string objection(const Attestation& attestation, const Part& rule) {
  if (!rule.keys.contains(attestation.signer))
    return fmt::format("signed by {}, whose test results do not count", display_name(attestation.signer));
  const auto result = json::parse(attestation.predicate);
  if (!result || !result->is_object()) return "its predicate cannot be read";
  const auto word = result->find("result");
  if (word == result->end() || !word->is_string()) return "it has no member result";
  const std::string said = word->get<std::string>();
  if (said != "PASSED" && !(said == "WARNED" && rule.warned)) {
    const std::vector<std::string> failed = names(*result, "failedTests");
    return "result " + quote(said) + (failed.empty() ? "" : fmt::format(": {}", fmt::join(listed(failed), ", ")));
  }
  if (const auto failed = names(*result, "failedTests"); !failed.empty())
    return fmt::format("it says {}, and lists as failed: {}", quote(said), fmt::join(listed(failed), ", "));
  if (const auto failed = result->find("failedTests");
      failed != result->end() && !failed->is_null() && !(failed->is_array() && failed->empty()))
    return fmt::format("it says {}, and its member failedTests cannot be read", quote(said));
  const std::vector<std::string> passed = names(*result, "passedTests");
  for (const std::string& wanted : rule.required)
    if (std::none_of(passed.begin(), passed.end(), [&](const std::string& name) { return glob_match(wanted, name); }))
      return "no test " + quote(wanted) + " among those that passed";
  return {};
}

void judge_platform(const Facts& facts, const PlatformFacts& platform, const Part& rule, Rulings& rulings) {
  const auto evidence_for = facts.evidence_for(platform);
  std::map<std::string, std::string> bad, good, foreign, unread;
  for (const auto& [subject, attached] : evidence_for)
    for (const Attestation& each : attached->attestations) {
      if (attest::is_other_version(each.predicate_type, kType) && rule.keys.contains(each.signer))
        unread.emplace(each.evidence.to_string(), attest::unread_version("test results", each.predicate_type));
      if (each.predicate_type != kType) continue;
      std::string why = objection(each, rule);
      if (why.empty()) good.emplace(each.evidence.to_string(), display_name(each.signer));
      else if (!rule.keys.contains(each.signer)) foreign.emplace(each.evidence.to_string(), std::move(why));
      else bad.emplace(each.evidence.to_string(), std::move(why));
    }
  const std::string remedy = "mend what fails, and attest the results of the next run to the next image";
  // Results say no time: one that failed is not made good by another that passed.
  for (const auto& [evidence, why] : bad)
    rulings.denied({subject_of(platform), expected(rule), why, evidence, remedy, "tests"}, "failed");
  if (!bad.empty()) return;
  for (const auto& [evidence, why] : unread)
    rulings.undecided({subject_of(platform), expected(rule), why, evidence, remedy, "tests"}, "unread");
  if (!unread.empty()) return;
  if (!good.empty()) {
    const auto& [evidence, name] = *good.begin();
    rulings.satisfied({subject_of(platform), expected(rule), "signed by " + name, evidence, "", "tests"});
    return;
  }
  for (const auto& [evidence, why] : foreign)
    rulings.unproven({subject_of(platform), expected(rule), why, evidence, remedy, "tests"}, "not-counted",
                     evidence_for);
  if (foreign.empty())
    rulings.unproven({subject_of(platform), expected(rule),
                      "no test results signed by a key of the policy" + refused_text(evidence_for), "",
                      fmt::format("supply attest --type {} --predicate FILE --key KEY {}", kType,
                                  facts.reference.with({{}, facts.digest}).to_string()),
                      "tests"},
                     "missing", evidence_for);
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("tests", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(facts, platform, as<Part>(asked), rulings);
  return std::move(rulings).finish();
}

ParsedPart parse(const PolicyNode& node, const PolicyScope& scope) {
  SUPPLY_TRY(node.only({"keys", "warned", "required"}));
  Part rule;
  SUPPLY_TRY(rule.keys, scope.keys_or_signers(node, "test result"));
  if (const auto warned = node.find("warned")) {
    SUPPLY_TRY(const std::string word, warned->word({"allow", "deny"}));
    rule.warned = word == "allow";
  }
  if (const auto required = node.find("required")) {
    SUPPLY_TRY(rule.required, required->texts());
  }
  return part_of(std::move(rule));
}

void needs(const RulePart&, Needs& needs) { needs.predicates = true; }

constexpr std::string_view kSchema = R"({
  "description": "Test results of in-toto (test-result v0.1).",
  "type": "object", "additionalProperties": false,
  "properties": {
    "keys": {"description": "Whose results count; without it the signers under signatures.", "$ref": "#/$defs/names"},
    "warned": {"description": "Whether the result WARNED passes.", "enum": ["allow", "deny"], "default": "deny"},
    "required": {"description": "Patterns of tests that must be among those that passed: * for any run without '/', ** for any run.", "$ref": "#/$defs/names"}
  }
})";

constexpr std::string_view kGuide =
    R"md(An attestation `https://in-toto.io/attestation/test-result/v0.1` by `keys` says `PASSED` (with `warned: allow` also
`WARNED`) and lists no failed test; `required` are patterns of names that must be among its `passedTests`. Results say no
time, so every result by those keys must be so: one that failed is not made good by another, and one of a version that Supply
does not read leaves the rule undecided.)md";

}  // namespace

const Rule& tests() {
  static constexpr Rule rule{.id = "tests",
                             .title = "the tests passed",
                             .denied = "tests that did not pass",
                             .member = "tests",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .needs = needs,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules

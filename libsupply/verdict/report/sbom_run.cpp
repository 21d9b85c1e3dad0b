// What `sbom check` found as a run.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/verdict/report/run_of.hpp"

namespace supply::report {
namespace {

using Answer = sbom_check::Report::Answer;

gate::Verdict verdict_of(Answer answer) {
  switch (answer) {
    case Answer::agrees: return gate::Verdict::allow;
    case Answer::disagrees: return gate::Verdict::deny;
    case Answer::unknown: return gate::Verdict::undecided;
  }
  return gate::Verdict::undecided;
}

Finding compared_finding(const sbom_check::Compared& one, const std::string& name, bool is_given) {
  const sbom::Comparison& comparison = one.comparison;
  return {.rule = "sbom/missing",
          .severity = Severity::note,
          .subject = one.image ? fmt::format("{} {}", one.platform.to_string(), one.image->to_string()) : name,
          .place = {.uri = name},
          .expected = is_given ? "a document to compare" : "an attached SBOM",
          .found = fmt::format("{}{}: {} packages agree, {} differ", one.format,
                               one.signer.empty() ? "" : " by " + one.signer, comparison.agreed,
                               comparison.differences.size()),
          .evidence = one.evidence.to_string(),
          .remedy = "none needed",
          .id = one.image ? one.platform.to_string() : name};
}

}  // namespace

Run run_of(const sbom_check::Report& report, const std::string& name, const std::vector<std::string>& keys,
           const std::optional<oci::Platform>& platform_asked) {
  JudgedSubject subject{
      .kind = report.root ? SubjectKind::image : SubjectKind::file, .name = name, .digest = report.root};
  const bool is_given = !report.document.empty();
  std::map<std::string, std::vector<Finding>> by_rule;
  for (const Finding& finding : report.findings) by_rule[finding.rule].push_back(finding);
  for (Finding finding : report.unknowns) {
    finding.undecided = true;
    by_rule[finding.rule].push_back(std::move(finding));
  }
  for (const sbom_check::JudgedImage& image : report.images)
    for (const oci::Platform& platform : image.platforms)
      subject.platforms.push_back({platform.to_string(), image.manifest.to_string()});
  for (const sbom_check::Compared& one : report.compared) {
    if (one.problem.empty()) by_rule["sbom/missing"].push_back(compared_finding(one, name, is_given));
    if (!one.comparison.not_checkable.empty())
      subject.notes.push_back({"uncheckable", fmt::format("{}: {} packages of kinds that Supply does not catalogue: {}",
                                                          one.evidence.to_string(), one.comparison.not_checkable.size(),
                                                          fmt::join(listed(one.comparison.not_checkable), ", "))});
  }
  const auto add = [&](const char* rule, const char* title) {
    subject.rules.push_back(outcome_of(rule, title, std::move(by_rule[rule])));
  };
  if (!is_given) add("sbom/missing", "an SBOM is attached for each platform");
  else if (!by_rule["sbom/missing"].empty()) add("sbom/missing", "there is an SBOM");
  add("sbom/unreadable", "each SBOM that counts can be read");
  // Nothing is said of what no SBOM was compared for.
  const auto is_compared = [](const sbom_check::Compared& one) { return one.problem.empty(); };
  if (std::any_of(report.compared.begin(), report.compared.end(), is_compared)) {
    add("sbom/added",
        report.root ? "each SBOM lists every package of its image" : "the SBOM lists every package of the directory");
    add("sbom/removed",
        report.root ? "the image has every package of each SBOM" : "the directory has every package of the SBOM");
    add("sbom/changed", "the versions are the same");
  }
  add("sbom/unknown", report.root ? "all of the image could be read" : "all of the directory could be read");
  for (Note& note : notes_of(report.left_out)) subject.notes.push_back(std::move(note));
  subject.verdict = verdict_of(report.answer());

  Run run{.verb = "sbom check"};
  run.asked = asked_of(platform_asked);
  if (is_given) run.asked.push_back({"SBOM", report.document});
  for (const std::string& key : keys) run.asked.push_back({"key", key});
  if (is_given) subject.notes.push_back({"signer", "who made the SBOM was not asked (it is a file)"});
  else if (keys.empty()) subject.notes.push_back({"signer", "who made the SBOM was not asked (no --key)"});
  run.subjects.push_back(std::move(subject));
  run.verdict = overall(run.subjects);
  run.details = json::to_text(sbom_check::to_json(report));
  return run;
}

}  // namespace supply::report

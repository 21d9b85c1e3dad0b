// What `sbom lint` found as a run.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/verdict/report/run_of.hpp"

namespace supply::report {

Run run_of(const sbom_lint::Report& report, const std::string& name, SubjectKind kind) {
  JudgedSubject subject{.kind = kind, .name = name};
  for (const sbom_lint::RequirementResult& judgement : report.judgements)
    subject.rules.push_back(outcome_of(std::string(judgement.requirement->id),
                                       std::string(judgement.requirement->title), judgement.findings));
  if (!report.unknowns.empty())
    subject.rules.push_back(outcome_of("lint/known-unknowns", "all of the image could be read", report.unknowns));
  subject.notes.push_back({"uncheckable", "whether what is stated is so was not asked (supply sbom check asks it)"});
  subject.verdict = verdict_of(subject.rules);
  Run run{.verb = "sbom lint"};
  run.asked.push_back({"profile", report.title});
  run.subjects.push_back(std::move(subject));
  run.verdict = overall(run.subjects);
  run.details = json::to_text(sbom_lint::to_json(report));
  return run;
}

}  // namespace supply::report

// What `base check` found as a run.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/verdict/report/run_of.hpp"

namespace supply::report {

Run run_of(const base_image::Report& report, const base_image::Request& request) {
  const std::string name = request.image_name.empty() ? report.image.to_string() : request.image_name;
  JudgedSubject subject{.name = name, .digest = report.image};
  std::vector<Finding> layers, claims, dockerfile;
  for (const Finding& finding : report.findings)
    (finding.rule == "base/claim"        ? claims
     : finding.rule == "base/dockerfile" ? dockerfile
                                         : layers)
        .push_back(finding);
  for (const base_image::PlatformProof& each : report.platforms) {
    subject.platforms.push_back({each.platform.to_string(), each.image.to_string()});
    if (each.answer != base_image::Proof::proven) continue;
    layers.push_back(
        {.rule = "base/proven",
         .severity = Severity::note,
         .subject = fmt::format("{} {}", each.platform.to_string(), each.image.to_string()),
         .place = {.uri = name},
         .expected = fmt::format("built on {}", request.base_name),
         .found = fmt::format("{} of {} layers of the base are its first", each.equal_layers, each.base_layers),
         .evidence = each.base ? each.base->to_string() : "",
         .remedy = "none needed",
         .id = each.platform.to_string()});
  }
  subject.rules.push_back(outcome_of("base/proven", "the image's first layers are the base's", std::move(layers)));
  subject.rules.push_back(outcome_of("base/claim", "what the image says of its base is so", std::move(claims)));
  if (request.dockerfile)
    subject.rules.push_back(outcome_of("base/dockerfile", "the Dockerfile names this base", std::move(dockerfile)));
  subject.notes = notes_of(report.left_out);
  subject.verdict = report.proven() ? verdict_of(subject.rules) : gate::Verdict::deny;

  Run run{.verb = "base check"};
  run.asked = asked_of(request.platform);
  run.asked.insert(run.asked.begin(), {"base", request.base_name, report.base});
  if (request.dockerfile) run.asked.push_back({"dockerfile", to_string(request.dockerfile->pin.place)});
  run.subjects.push_back(std::move(subject));
  run.verdict = overall(run.subjects);
  run.details = json::to_text(base_image::to_json(report));
  return run;
}

}  // namespace supply::report

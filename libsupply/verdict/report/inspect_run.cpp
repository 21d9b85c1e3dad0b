// What `inspect --verify` found as a run.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/verdict/report/run_of.hpp"

namespace supply::report {

Run run_of(const inspect::Report& report, const std::string& name, const std::optional<oci::Platform>& platform_asked) {
  JudgedSubject subject{.name = name, .digest = report.root.digest};
  std::vector<Finding> content, labels;
  for (std::size_t i = 0; i < report.images.size(); ++i) {
    const store::PlatformImage& image = report.images[i];
    const std::string platform = image.platform.to_string();
    for (const oci::Platform& each : image.platforms())
      subject.platforms.push_back({each.to_string(), image.descriptor.digest.to_string()});
    if (report.verified)
      content.push_back({.rule = "content/digest",
                         .severity = Severity::note,
                         .subject = platform + " " + image.descriptor.digest.to_string(),
                         .place = {.uri = name},
                         .expected = "every size, digest and diff_id as it is written",
                         .found = fmt::format("as written, in {} layers", report.layers[i].size()),
                         .evidence = image.descriptor.digest.to_string(),
                         .remedy = "none needed",
                         .id = platform});
    for (const inspect::LayerReport& layer : report.layers[i])
      if (!layer.label_problem.empty())
        labels.push_back({.rule = "content/media-type",
                          .severity = Severity::warning,
                          .subject = layer.descriptor.digest.to_string(),
                          .place = {.uri = name},
                          .expected = "a media type that names the compression that the layer has",
                          .found = layer.label_problem,
                          .evidence = image.descriptor.digest.to_string(),
                          .remedy = "write the image anew with a tool that labels its layers rightly",
                          .id = layer.descriptor.digest.to_string()});
  }
  if (report.verified) {
    subject.rules.push_back(
        outcome_of("content/digest", "every size, digest and diff_id is what it says", std::move(content)));
    subject.rules.push_back(
        outcome_of("content/media-type", "the media types of layers name their compression", std::move(labels)));
  }
  subject.notes = notes_of(report.left_out);
  subject.verdict = verdict_of(subject.rules);

  Run run{.verb = "inspect"};
  run.asked = asked_of(platform_asked);
  run.subjects.push_back(std::move(subject));
  run.verdict = overall(run.subjects);
  run.details = json::to_text(inspect::to_json(report));
  return run;
}

}  // namespace supply::report

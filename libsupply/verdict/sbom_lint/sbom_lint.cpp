#include "libsupply/verdict/sbom_lint/sbom_lint.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/text/text.hpp"

namespace supply::sbom_lint {
namespace {

std::string shown(const sbom::StatedElement& element) {
  std::string name = element.name.empty() ? element.id : element.name;
  return element.version.empty() ? name : name + " " + element.version;
}

Finding missing(const Requirement& requirement, const std::string& name) {
  const bool must = requirement.obligation == Obligation::must;
  return {.rule = std::string(requirement.id),
          .severity = must ? Severity::error : Severity::warning,
          .subject = name,
          .place = {.uri = name},
          .expected = std::string(requirement.expected),
          .found = "not stated",
          .evidence = "",
          .remedy = "have the tool that made the document state it, or add what only a person knows"};
}

}  // namespace

Report lint(const sbom::ParsedSbom& sbom, const Profile& profile, const std::string& name) {
  Report report{sbom.format, std::string(profile.name), std::string(profile.title), sbom.elements.size(), {}, {}};
  for (const Requirement& requirement : profile.requirements) {
    RequirementResult judgement{&requirement, {}};
    ListedFindings findings;
    if (requirement.document != nullptr && !requirement.document(sbom)) findings.add(missing(requirement, name));
    if (requirement.element != nullptr) {
      for (const sbom::StatedElement& element : sbom.elements) {
        if (requirement.element(element)) continue;
        Finding finding = missing(requirement, name);
        finding.subject = shown(element);
        finding.id = element.identifiers.empty() ? element.id : element.identifiers.front();
        findings.add(std::move(finding));
      }
    }
    judgement.findings = std::move(findings).take();
    report.judgements.push_back(std::move(judgement));
  }
  for (const pkg::KnownUnknown& unknown : sbom.inventory.unknowns) {
    report.unknowns.push_back({.rule = "lint/known-unknowns",
                               .severity = Severity::error,
                               .subject = unknown.path,
                               .place = {.uri = name},
                               .expected = "an image of which everything could be read",
                               .found = unknown.to_string(),
                               .evidence = "",
                               .remedy = "repair it or remove it from the image; what is not read is not listed",
                               .id = unknown.path,
                               .undecided = true});
  }
  return report;
}

nlohmann::json to_json(const Report& report) {
  nlohmann::json requirements = nlohmann::json::array();
  for (const RequirementResult& judgement : report.judgements) {
    requirements.push_back({{"id", judgement.requirement->id},
                            {"obligation", judgement.requirement->obligation == Obligation::must ? "must" : "should"},
                            {"fulfilled", judgement.findings.empty()},
                            {"missing", count_findings(judgement.findings)}});
  }
  return {{"format", report.format},
          {"profile", report.profile},
          {"title", report.title},
          {"elements", report.elements},
          {"knownUnknowns", report.unknowns.size()},
          {"requirements", std::move(requirements)}};
}

}  // namespace supply::sbom_lint

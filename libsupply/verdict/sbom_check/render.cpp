// How comparisons are shown.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/sbom_check/sbom_check.hpp"

namespace supply::sbom_check {
namespace {

std::string_view name_of(sbom::Difference::Kind kind) {
  switch (kind) {
    case sbom::Difference::Kind::added: return "added";
    case sbom::Difference::Kind::removed: return "removed";
    case sbom::Difference::Kind::changed: return "changed";
  }
  return "changed";
}

std::string joined(const std::vector<std::string>& versions) { return join(versions, ", ", escape_for_terminal); }

}  // namespace

std::string to_text(const sbom::Comparison& comparison) {
  std::string out;
  for (const sbom::Difference& difference : comparison.differences) {
    out += std::string(name_of(difference.kind)) + " " + escape_for_terminal(difference.package);
    if (!difference.before.empty()) out += " " + joined(difference.before);
    if (!difference.before.empty() && !difference.after.empty()) out += " ->";
    if (!difference.after.empty()) out += " " + joined(difference.after);
    out += "\n";
  }
  return out;
}

nlohmann::json to_json(const sbom::Comparison& comparison) {
  nlohmann::json differences = nlohmann::json::array();
  for (const sbom::Difference& difference : comparison.differences)
    differences.push_back({{"kind", name_of(difference.kind)},
                           {"package", difference.package},
                           {"before", difference.before},
                           {"after", difference.after}});
  return {{"version", 1},
          {"agreed", comparison.agreed},
          {"differences", std::move(differences)},
          {"notCheckable", comparison.not_checkable}};
}

nlohmann::json to_json(const Report& report) {
  nlohmann::json compared = nlohmann::json::array(), findings = nlohmann::json::array(),
                 unknowns = nlohmann::json::array();
  for (const Compared& one : report.compared) {
    const auto& [differences, not_checkable, agreed] = one.comparison;
    const std::size_t shown = std::min(differences.size(), kRecordsListed);
    nlohmann::json record =
        to_json(sbom::Comparison{{differences.begin(), differences.begin() + static_cast<std::ptrdiff_t>(shown)},
                                 listed(not_checkable),
                                 agreed});
    if (shown != differences.size()) record["moreDifferences"] = differences.size() - shown;
    record.erase("version");
    record["image"] = one.image ? nlohmann::json(one.image->to_string()) : nlohmann::json();
    record["platform"] = one.image ? nlohmann::json(one.platform.to_string()) : nlohmann::json();
    record["evidence"] = one.evidence.to_string();
    record["signer"] = one.signer.empty() ? nlohmann::json() : nlohmann::json(one.signer);
    record["format"] = one.format;
    record["problem"] = one.problem.empty() ? nlohmann::json() : nlohmann::json(one.problem);
    compared.push_back(std::move(record));
  }
  for (const Finding& finding : report.findings) findings.push_back(to_json(finding));
  nlohmann::json agrees;  // null: not known
  if (report.answer() != Report::Answer::unknown) agrees = report.agrees();
  for (const Finding& unknown : report.unknowns) unknowns.push_back(to_json(unknown));
  return {{"version", 1},
          {"digest", report.root ? nlohmann::json(report.root->to_string()) : nlohmann::json()},
          {"document", report.document.empty() ? nlohmann::json() : nlohmann::json(report.document)},
          {"agrees", std::move(agrees)},
          {"compared", std::move(compared)},
          {"leftOut", oci::to_json(report.left_out)},
          {"findings", std::move(findings)},
          {"unknowns", std::move(unknowns)}};
}

}  // namespace supply::sbom_check

// Sources: aquasecurity/trivy, pkg/types/report.go; anchore/grype, grype/presenter/models.
#include "libsupply/trust/predicates/internal/scanner_results.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/statement_limits.hpp"

namespace supply::predicates {
namespace {

Status add(ReportedVulnerability one, VulnerabilityReport& report) {
  if (one.id.empty()) return Error(ErrorCode::malformed, "a vulnerability without id");
  if (report.vulnerabilities.size() == kMaxPredicateEntries)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxPredicateEntries) + " vulnerabilities");
  report.vulnerabilities.push_back(std::move(one));
  return {};
}

Status read_trivy_finding(const json::Value& finding, VulnerabilityReport& report) {
  if (!finding.is_object()) return Error(ErrorCode::malformed, "want an object");
  ReportedVulnerability one;
  SUPPLY_TRY(one.id, json::require_string(finding, "VulnerabilityID"));
  SUPPLY_TRY(const std::string severity, json::string_or_empty(finding, "Severity"));
  if (!severity.empty()) one.severities.push_back({"trivy", severity});
  SUPPLY_TRY(const json::Value* identifier, json::optional_object(finding, "PkgIdentifier"));
  if (identifier != nullptr) {
    SUPPLY_TRY(one.package, json::string_or_empty(*identifier, "PURL"));
  }
  if (one.package.empty()) {
    SUPPLY_TRY(one.package, json::string_or_empty(finding, "PkgName"));
  }
  SUPPLY_TRY(one.version, json::string_or_empty(finding, "InstalledVersion"));
  SUPPLY_TRY(one.fixed_version, json::string_or_empty(finding, "FixedVersion"));
  one.fixable = !one.fixed_version.empty();
  SUPPLY_TRY(one.published, read_time(finding, "PublishedDate"));
  SUPPLY_TRY(one.aliases, read_texts(finding, "VendorIDs"));
  return add(std::move(one), report);
}

Status read_trivy(const json::Value& results, VulnerabilityReport& report) {
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::string place = place_of("Results", i);
    if (!results[i].is_object()) return Error(ErrorCode::malformed, place + ": want an object");
    SUPPLY_TRY(const json::Value* findings, read_list(results[i], "Vulnerabilities").at(place));
    for (std::size_t j = 0; findings != nullptr && j < findings->size(); ++j)
      SUPPLY_TRY(read_trivy_finding((*findings)[j], report).at(place + ": " + place_of("Vulnerabilities", j)));
  }
  return {};
}

Status read_grype_match(const json::Value& match, VulnerabilityReport& report) {
  if (!match.is_object()) return Error(ErrorCode::malformed, "want an object");
  ReportedVulnerability one;
  SUPPLY_TRY(const json::Value* vulnerability, require_object(match, "vulnerability"));
  SUPPLY_TRY(one.id, json::require_string(*vulnerability, "id"));
  SUPPLY_TRY(const std::string severity, json::string_or_empty(*vulnerability, "severity"));
  if (!severity.empty()) one.severities.push_back({"grype", severity});
  SUPPLY_TRY(const json::Value* fix, json::optional_object(*vulnerability, "fix"));
  if (fix != nullptr) {
    SUPPLY_TRY(const std::string state, json::string_or_empty(*fix, "state").at("fix"));
    SUPPLY_TRY(const std::vector<std::string> versions, read_texts(*fix, "versions").at("fix"));
    if (!versions.empty()) one.fixed_version = versions.front();
    if (state == "fixed" || !versions.empty()) one.fixable = true;
    // "unknown" too: so has it grype --only-fixed.
    else if (state == "not-fixed" || state == "wont-fix" || state == "unknown") one.fixable = false;
  }
  SUPPLY_TRY(const json::Value* exploited, read_list(*vulnerability, "knownExploited"));
  one.known_exploited = exploited != nullptr && !exploited->empty();
  SUPPLY_TRY(const json::Value* related, read_list(match, "relatedVulnerabilities"));
  for (std::size_t i = 0; related != nullptr && i < related->size(); ++i) {
    if (!(*related)[i].is_object())
      return Error(ErrorCode::malformed, place_of("relatedVulnerabilities", i) + ": want an object");
    SUPPLY_TRY(one.aliases.emplace_back(),
               json::require_string((*related)[i], "id").at(place_of("relatedVulnerabilities", i)));
  }
  SUPPLY_TRY(const json::Value* artifact, require_object(match, "artifact"));
  SUPPLY_TRY(one.package, json::string_or_empty(*artifact, "purl").at("artifact"));
  if (one.package.empty()) {
    SUPPLY_TRY(one.package, json::string_or_empty(*artifact, "name").at("artifact"));
  }
  SUPPLY_TRY(one.version, json::string_or_empty(*artifact, "version").at("artifact"));
  return add(std::move(one), report);
}

}  // namespace

Status read_scanner_result(const json::Value& result, VulnerabilityReport& report) {
  if (!result.is_object()) {
    report.unread = "the scanner's result is no object";
    return {};
  }
  SUPPLY_TRY(const json::Value* matches, read_list(result, "matches"));
  if (matches != nullptr) {
    for (std::size_t i = 0; i < matches->size(); ++i)
      SUPPLY_TRY(read_grype_match((*matches)[i], report).at(place_of("matches", i)));
    return {};
  }
  SUPPLY_TRY(const json::Value* results, read_list(result, "Results"));
  if (!report.scan_finished) {
    SUPPLY_TRY(report.scan_finished, read_time(result, "CreatedAt"));
  }
  // Trivy leaves out an empty list.
  if (results != nullptr) return read_trivy(*results, report);
  const bool trivy = json::find(result, "SchemaVersion") != nullptr && json::find(result, "ArtifactName") != nullptr;
  if (!trivy) report.unread = "the scanner's result is of no form that is known (Trivy's, Grype's)";
  return {};
}

}  // namespace supply::predicates

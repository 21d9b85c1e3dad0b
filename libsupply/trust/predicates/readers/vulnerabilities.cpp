// in-toto's vulnerabilities. Source: in-toto/attestation, spec/predicates/vulns.md (v0.1: its text puts each finding
// into a member "vulnerability", its example does not; both are read) and vulns_02.md.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

// A list, or what some write for a list of one.
Status read_severities(const json::Value& finding, ReportedVulnerability& out) {
  const json::Value* member = json::find(finding, "severity");
  if (member == nullptr) return {};
  const json::Value one = member->is_object() ? json::Value::array({*member}) : json::Value();
  if (!member->is_object()) {
    SUPPLY_TRY(member, read_list(finding, "severity"));
  } else {
    member = &one;
  }
  for (std::size_t i = 0; i < member->size(); ++i) {
    const json::Value& each = (*member)[i];
    if (!each.is_object()) return Error(ErrorCode::malformed, place_of("severity", i) + ": want an object");
    ReportedVulnerability::Severity severity;
    SUPPLY_TRY(severity.method, json::require_string(each, "method").at(place_of("severity", i)));
    const json::Value* score = json::find(each, "score");
    if (score != nullptr && score->is_number()) severity.score = json::to_text(*score);
    else {
      SUPPLY_TRY(severity.score, json::require_string(each, "score").at(place_of("severity", i)));
    }
    out.severities.push_back(std::move(severity));
  }
  return {};
}

// A list of records, of which one may name the package. Source: spec/predicates/vuln.md, "annotations".
std::string purl_in(const json::Value& annotations) {
  if (annotations.is_array())
    for (const json::Value& each : annotations)
      if (const json::Value* purl = json::find(each, "purl"); purl != nullptr && purl->is_string())
        return purl->get<std::string>();
  return {};
}

Result<ReportedVulnerability> read_finding(const json::Value& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "want an object");
  SUPPLY_TRY(const json::Value* nested, json::optional_object(value, "vulnerability"));
  const json::Value& finding = nested == nullptr ? value : *nested;
  ReportedVulnerability out;
  SUPPLY_TRY(out.id, json::require_string(finding, "id"));
  if (out.id.empty()) return Error(ErrorCode::malformed, "member \"id\" is empty");
  SUPPLY_TRY(read_severities(finding, out));
  // v0.1 has them beside the nested finding.
  for (const json::Value* holder : {&finding, &value})
    if (const json::Value* annotations = json::find(*holder, "annotations");
        annotations != nullptr && out.annotations.empty()) {
      out.annotations = json::to_text(*annotations);
      out.package = purl_in(*annotations);
    }
  return out;
}

Result<Content> read_vulnerabilities(std::string_view, const json::Value& predicate) {
  VulnerabilityReport out;
  SUPPLY_TRY(const json::Value* scanner, require_object(predicate, "scanner"));
  SUPPLY_TRY(out.scanner_uri, json::require_string(*scanner, "uri").at("scanner"));
  SUPPLY_TRY(out.scanner_version, json::string_or_empty(*scanner, "version").at("scanner"));
  SUPPLY_TRY(const json::Value* database, json::optional_object(*scanner, "db").at("scanner"));
  if (database != nullptr) {
    SUPPLY_TRY(out.database_uri, json::string_or_empty(*database, "uri").at("scanner: db"));
    SUPPLY_TRY(out.database_version, json::string_or_empty(*database, "version").at("scanner: db"));
    SUPPLY_TRY(out.database_updated, read_time(*database, "lastUpdate").at("scanner: db"));
  }
  SUPPLY_TRY(const json::Value* results, read_list(*scanner, "result").at("scanner"));
  if (results == nullptr) return Error(ErrorCode::malformed, "scanner: missing member \"result\"");
  for (std::size_t i = 0; i < results->size(); ++i) {
    SUPPLY_TRY(ReportedVulnerability one, read_finding((*results)[i]).at("scanner: " + place_of("result", i)));
    out.vulnerabilities.push_back(std::move(one));
  }
  SUPPLY_TRY(const json::Value* metadata, json::optional_object(predicate, "metadata"));
  if (metadata != nullptr) {
    SUPPLY_TRY(out.scan_started, read_time(*metadata, "scanStartedOn").at("metadata"));
    SUPPLY_TRY(out.scan_finished, read_time(*metadata, "scanFinishedOn").at("metadata"));
  }
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& vulnerabilities() {
  static constexpr std::string_view types[] = {"https://in-toto.io/attestation/vulns/v0.1",
                                               "https://in-toto.io/attestation/vulns/v0.2"};
  static const PredicateReader reader{"vulnerabilities", types, false, read_vulnerabilities};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates

// cosign's vulnerability report. Source: sigstore/cosign, specs/COSIGN_VULN_ATTESTATION_SPEC.md.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/predicates/internal/scanner_results.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

// cosign writes Go's zero time where it was told none.
Result<std::optional<Time>> read_time_of_go(const json::Value& object, std::string_view key) {
  SUPPLY_TRY(const std::string text, json::string_or_empty(object, key));
  if (text == "0001-01-01T00:00:00Z") return std::optional<Time>();
  return read_time(object, key);
}

Result<Content> read_report(std::string_view, const json::Value& predicate) {
  VulnerabilityReport out;
  SUPPLY_TRY(const json::Value* scanner, require_object(predicate, "scanner"));
  SUPPLY_TRY(out.scanner_uri, json::string_or_empty(*scanner, "uri").at("scanner"));
  SUPPLY_TRY(out.scanner_version, json::string_or_empty(*scanner, "version").at("scanner"));
  SUPPLY_TRY(const json::Value* database, json::optional_object(*scanner, "db").at("scanner"));
  if (database != nullptr) {
    SUPPLY_TRY(out.database_uri, json::string_or_empty(*database, "uri").at("scanner: db"));
    SUPPLY_TRY(out.database_version, json::string_or_empty(*database, "version").at("scanner: db"));
    SUPPLY_TRY(out.database_updated, read_time_of_go(*database, "lastUpdate").at("scanner: db"));
  }
  SUPPLY_TRY(const json::Value* metadata, json::optional_object(predicate, "metadata"));
  if (metadata != nullptr) {
    SUPPLY_TRY(out.scan_started, read_time_of_go(*metadata, "scanStartedOn").at("metadata"));
    SUPPLY_TRY(out.scan_finished, read_time_of_go(*metadata, "scanFinishedOn").at("metadata"));
  }
  const json::Value* result = json::find(*scanner, "result");
  if (result == nullptr) out.unread = "the report has no scanner's result";
  else SUPPLY_TRY(read_scanner_result(*result, out).at("scanner: result"));
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& cosign_vulnerabilities() {
  static constexpr std::string_view types[] = {"https://cosign.sigstore.dev/attestation/vuln/v1",
                                               "cosign.sigstore.dev/attestation/vuln/v1"};
  static const PredicateReader reader{"vulnerability report", types, false, read_report};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates

// What is said about the containers that an engine runs: the rules' findings, the score in both forms, what the gate
// says of each image, and what differs from what was attested.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libsupply/image/engine/running.hpp"
#include "libsupply/verdict/report/deployment_report.hpp"
#include "libsupply/verdict/report/gate_report.hpp"

namespace supply::report {

/// One container in a line.
struct Standing {
  std::string name = {};   ///< of the container
  std::string image = {};  ///< as the engine names it
  std::vector<std::string> digests = {};
  /// The gate's answer to the rules signatures, provenance, sbom and vulnerabilities: "satisfied", "denied", …, or "not
  /// asked".
  std::string signatures = {}, provenance = {}, sbom = {}, vulnerabilities = {};
  std::string drift = {};  ///< "none", "found", "undecided"
  int score = 0, classic = 0;
  std::string verdict = {};  ///< of what the rules say of the container: "allow", "deny", "undecided"
};

struct DashboardReport {
  std::string host = {};  ///< as typed
  Time now = {};
  engine::Snapshot snapshot = {};
  DeploymentReport deployment = {};
  deploy::Score classic = {};
  std::optional<GateReport> gate = {};       ///< absent: no policy was named
  std::vector<std::string> references = {};  ///< of each container's image in `gate`, in the order of the snapshot
  bool has_lock = false;
  std::vector<Note> notes = {};
};

std::vector<Standing> standings(const DashboardReport& report);
/// One line of a history: what the report says of each container. Schema: schemas/dashboard-history.schema.json.
std::string history_line(const DashboardReport& report, gate::Verdict verdict);
/// What is different from the last line of a history. Nothing for a line that is none.
std::vector<Note> changes_since(std::string_view last_line, const DashboardReport& report);
Run run_of(DashboardReport report);

}  // namespace supply::report

// One thing that a check found, as every verb that judges reports it: inspect --verify, pins, base, sbom check, gate.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace supply {

enum class Severity { error, warning, note };
std::string_view to_string(Severity severity);

/// Where it stands: a file and its line, an image, a layer; lines count from 1, 0 means none.
struct Place {
  std::string uri;  ///< a path or an image reference
  std::size_t line = 0;
  friend bool operator==(const Place&, const Place&) = default;
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct Finding {
  std::string rule;  ///< stable id, e.g. "signatures" or "pins/unpinned-tag"
  Severity severity = Severity::error;
  std::string subject;  ///< what it is about: a digest, a reference, a package
  Place place;
  std::string expected;  ///< what would have satisfied the rule
  std::string found;     ///< what is there instead
  std::string evidence;  ///< digest of the evidence it rests on, or empty
  std::string remedy;    ///< what to do
  /// What an exception of a policy calls it, stable for the same image: a purl, a label, "env/NAME"; empty where no
  /// exception can name it.
  std::string id = {};
  friend bool operator==(const Finding&, const Finding&) = default;
};

/// The record that stands in every report. Schema: schemas/finding.schema.json.
nlohmann::json to_json(const Finding& finding);
/// Whether any of them is an error: warnings and notes do not say no.
bool has_errors(const std::vector<Finding>& findings);
/// Orders by place, rule, subject, then the texts: the order of every report.
void sort_findings(std::vector<Finding>& findings);

}  // namespace supply

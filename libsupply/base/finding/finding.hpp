// One thing that a check found, as every verb that judges reports it: gate, pins check, base check, sbom check,
// inspect --verify.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace supply {

/// How much it matters, worst first; the levels of SARIF (3.27.10).
enum class Severity {
  error,    ///< the rule is not satisfied: a no, or (Finding::undecided) no answer
  warning,  ///< says no "no", and should be seen
  note,     ///< what satisfied the rule
};
std::string_view to_string(Severity severity);

/// A file and the range of text in it, or an image. Lines and columns count from 1, columns in code points; 0 is none.
/// The end is the column after the last one (SARIF 3.30).
struct Location {
  std::string uri;  ///< a path or an image reference
  std::size_t line = 0, column = 0;
  std::size_t end_line = 0, end_column = 0;
  friend bool operator==(const Location&, const Location&) = default;
  friend auto operator<=>(const Location&, const Location&) = default;
};

/// "Dockerfile:3:6", "Dockerfile:3", or the URI alone.
std::string to_string(const Location& location);

struct Finding {
  std::string rule;  ///< stable id, e.g. "signatures" or "pins/unpinned"
  Severity severity = Severity::error;
  std::string subject;  ///< what it is about: a digest, a reference, a package
  Location place;
  std::string expected;  ///< what would have satisfied the rule
  std::string found;     ///< what is there instead
  std::string evidence;  ///< digest of the evidence it rests on, or empty
  std::string remedy;    ///< what to do
  /// What it is called, stable for the same image or file: a purl, a label, "env/NAME", a reference. Exceptions of a
  /// policy name it so; tools know it again by it, with the rule and the location's URI.
  std::string id = {};
  /// Which of a rule's several findings it is, in kebab case: "missing", "added"; empty where the rule's id says it.
  std::string kind = {};
  bool undecided = false;  ///< it could not be found out: neither yes nor no
  /// Of the last one in a list that leaves some out: how many like it there are besides. All of them were judged.
  std::size_t others = 0;
  friend bool operator==(const Finding&, const Finding&) = default;
};

/// "sbom/added": the rule and, where the finding has one, its kind.
std::string rule_and_kind(const Finding& finding);
/// The record that is in every report. Schema: schemas/finding.schema.json.
nlohmann::json to_json(const Finding& finding);
/// How many they stand for: those that are not listed count.
std::size_t count_findings(const std::vector<Finding>& findings);
/// Whether any of them is an error: warnings and notes do not say no.
bool has_errors(const std::vector<Finding>& findings);
/// How many findings of one rule and kind a report lists, and how many items a long list of a JSON record has: people
/// read no more, and every form of a report holds them. The others are counted.
inline constexpr std::size_t kFindingsListed = 50, kRecordsListed = 10'000;

/// What is listed of findings that are alike (of one rule and kind): the first kFindingsListed in the order of
/// reports, and one that says how many others there are. Each counts once, and in any order they give the same. It
/// takes little memory for each; the caller judges by all of them.
class ListedFindings {
 public:
  void add(Finding finding);
  /// Sorted.
  std::vector<Finding> take() &&;

 private:
  void cut();
  std::vector<Finding> first_;
  std::optional<Finding> counting_;          // the first that stands for others
  std::unordered_set<std::uint64_t> known_;  // what is there already, by a hash of its texts
  std::size_t others_ = 0;                   // that those added stood for
};

/// At most kFindingsListed of the texts, and one that says how many others there are.
std::vector<std::string> listed(std::vector<std::string> texts);

/// Orders by place, rule, subject, then the texts: the order of every report.
void sort_findings(std::vector<Finding>& findings);

}  // namespace supply

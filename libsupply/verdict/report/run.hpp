// What a verb that judges has to say, in the one form that every format writes: what was asked, of what, each rule's
// answer with its findings, and notes on what was passed over. A value; the functions run_of() in the headers beside
// this one make it of each verb's own result.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/finding/finding.hpp"
#include "libsupply/image/oci/left_out.hpp"
#include "libsupply/verdict/report/gate_report.hpp"

namespace supply::report {

/// What a reader must know that no rule judged.
struct Note {
  std::string kind;  ///< camelCase: "leftOut", "skipped", "otherFile", "uncheckable", "signer", "notAsked",
                     ///< "unusedException", "expiredException"
  std::string text;
};

/// One thing that was asked for beside the rules: {"policy", "policy.yaml", its digest}, {"base", "debian:12", …}.
struct Asked {
  std::string what, text;
  std::optional<Digest> digest = {};
};
/// {"platform", "linux/amd64"} where only one was asked about; nothing else.
std::vector<Asked> asked_of(const std::optional<oci::Platform>& platform);

enum class SubjectKind { image, file };

struct JudgedPlatform {
  std::string platform;
  std::string manifest;  ///< its digest
};

/// An image or a file, and the answer about it.
struct JudgedSubject {
  SubjectKind kind = SubjectKind::image;
  std::string name;  ///< as typed; a file's path
  std::optional<Digest> digest = {};
  gate::Verdict verdict = gate::Verdict::undecided;
  std::optional<Error> error = {};  ///< why there is no answer (then it is undecided), or none to all of it
  std::vector<JudgedPlatform> platforms = {};
  std::vector<gate::RuleOutcome> rules = {};  ///< those that were asked, in the order of the report
  std::vector<Note> notes = {};
};

/// A table above all else, for people: what they look at first.
struct Overview {
  struct Cell {
    std::string text;
    std::string look = {};  ///< a status or verdict that it is coloured as; empty: none
  };
  std::vector<std::string> columns = {};
  std::vector<std::vector<Cell>> rows = {};
};

struct Run {
  std::string tool_version = {};
  std::string verb;               ///< "gate", "pins check"
  std::optional<Time> time = {};  ///< what was judged by, where the verdict depends on it
  bool simulated_time = false;
  std::vector<Asked> asked = {};
  std::optional<Overview> overview = {};
  std::chrono::seconds refresh{0};           ///< a page is loaded again after so long; 0: never
  std::vector<JudgedSubject> subjects = {};  ///< in the order asked
  std::vector<Note> notes = {};              ///< that belong to no subject
  gate::Verdict verdict = gate::Verdict::undecided;
  std::string details = {};             ///< the verb's own members of the JSON record, a JSON object
  std::optional<GateReport> gate = {};  ///< of the gate alone: for verification summaries and its JSON record
};

/// deny if any is denied, else undecided if any has no answer, else allow; undecided for none. A subject with an error
/// is neither yes nor no.
gate::Verdict overall(const std::vector<JudgedSubject>& subjects);
/// "signatures, sbom": the ids of the rules with that status, each once.
std::string rules_with(const JudgedSubject& subject, policy::RuleStatus status);
/// "labels, pins": the ids of the rules that a policy does not ask ("notAsked").
std::string not_asked(const std::vector<Note>& notes);
/// A note's kind for people: "leftOut" is "left out", "unusedException" "unused".
std::string words_of(const std::string& kind);
/// Of an outcome that only warns: from when on it counts ("from 2027-01-01T00:00:00Z on"), or that it never does; else
/// "".
std::string when_it_counts(const gate::RuleOutcome& outcome);
/// A rule's answer for a verb without exceptions: denied where a finding is an error, undecided where there are only
/// such errors as could not be found out, else satisfied. Of findings that are alike the first are listed
/// (ListedFindings).
gate::RuleOutcome outcome_of(std::string rule, std::string title, std::vector<Finding> findings);
/// The subject's verdict by its rules: deny if any is denied, undecided if any is or there is none, else allow.
gate::Verdict verdict_of(const std::vector<gate::RuleOutcome>& rules);
/// Of a verb that could not judge its one image: undecided, and why.
Run failed_run(std::string verb, std::string name, Error error);
/// A note "leftOut" for each entry of an index that was not judged.
std::vector<Note> notes_of(const std::vector<oci::LeftOut>& left_out);

}  // namespace supply::report

// What the verbs that verify answer: text for a person, their own JSON record, or a run in any form of report.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "libsupply/trust/evidence/render.hpp"
#include "libsupply/verdict/report/evidence_run.hpp"
#include "tools/common/command.hpp"
#include "tools/common/console.hpp"
#include "tools/common/exit_code.hpp"

namespace supply::tools {

class EvidenceReport {
 public:
  /// What the form "text" is: the verb's own words, or a run as every verb that judges writes it.
  enum class Text { own, of_run };
  /// `values` of -o. With Text::of_run, nothing is written to stdout where no form is asked for. Errors: usage.
  static Result<EvidenceReport> begin(const std::vector<std::string>& values, bool json, const Console& console,
                                      Text text = Text::own);

  /// Whether the report is asked for in that form.
  bool wants(std::string_view format) const;
  /// The answer about one image, `name` as typed, and its exit code; what is undecided is said on stderr.
  template <class Claim>
  ExitCode add(const std::string& name, const evidence::Question& question, const evidence::ImageEvidence& evidence,
               const std::vector<evidence::ManifestClaims<Claim>>& answers, Console& console) {
    add(wants("text") ? evidence::to_text(question, evidence, answers, console.style()) : std::string(),
        report::subject_of(name, question, evidence, answers), report::asked_of(question));
    if (evidence::satisfied(answers)) return ExitCode::yes;
    const std::optional<Error> why = evidence::undecided(evidence, answers);
    if (!why) return ExitCode::no;
    console.warn(name + ": undecided: " + why->message());
    return exit_code_of(why->code());
  }
  /// The answer about anything else, what was asked, and the verb's own words for it.
  void add(const std::string& text, report::JudgedSubject subject, std::vector<report::Asked> asked);
  /// What could not be judged.
  void add(const std::string& name, const Error& error, report::SubjectKind kind = report::SubjectKind::image);

  /// A time that is simulated is told in every form.
  void judge_at(const Clock& clock);

  /// Said to a reader when all is written: behind what was asked and found.
  void note_once(std::string_view text) { note_ = text; }

  /// Writes all that was asked for; `record` is the verb's own JSON. Errors: those of the files.
  Status deliver(Console& console, const nlohmann::json& record);

 private:
  EvidenceReport(std::vector<Output> outputs, std::string verb, Text form);

  std::vector<Output> outputs_;
  Text form_;
  std::string text_, note_;
  report::Run run_;
};

}  // namespace supply::tools

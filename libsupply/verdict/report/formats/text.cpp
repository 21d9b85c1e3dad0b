// For people: what was asked, then a line for each rule, in full where it is not satisfied; the verdict is the last
// line.
#include "libsupply/base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libsupply/verdict/report/format.hpp"

namespace supply::report::formats {

namespace {

using gate::RuleOutcome;
using policy::RuleStatus;

Color color_of(RuleStatus status) {
  switch (status) {
    case RuleStatus::satisfied: return Color::good;
    case RuleStatus::denied: return Color::bad;
    case RuleStatus::warned:
    case RuleStatus::excepted:
    case RuleStatus::undecided: return Color::warning;
  }
  return Color::warning;
}

Color color_of(gate::Verdict verdict) {
  return verdict == gate::Verdict::allow ? Color::good : verdict == gate::Verdict::deny ? Color::bad : Color::warning;
}

class Writer {
 public:
  explicit Writer(const TextStyle& style) : style_(style) {}

  std::string write(const Run& run) {
    for (const Asked& asked : run.asked)
      line(asked.what, escape_for_terminal(asked.text) +
                           (asked.digest ? " " + short_digest(asked.digest->to_string(), style_) : ""));
    if (run.time && (style_.verbose || run.simulated_time))
      line("time", to_rfc3339(*run.time) + (run.simulated_time ? " (simulated)" : ""));
    if (run.overview) table(*run.overview);
    for (const JudgedSubject& each : run.subjects) subject(each);
    if (!run.notes.empty()) out_ += '\n';
    for (const Note& each : run.notes) note(each);
    out_ += '\n';
    if (run.subjects.size() == 1) return out_ + "verdict: " + summary(run.subjects.front(), "") + "\n";
    for (const JudgedSubject& each : run.subjects)
      if (each.kind == SubjectKind::image || each.verdict != gate::Verdict::allow)
        out_ += summary(each, escape_for_terminal(each.name)) + "\n";
    return out_ + "verdict: " + colored(to_string(run.verdict), color_of(run.verdict), style_) + "\n";
  }

 private:
  static constexpr std::size_t kColumn = 12;

  /// `word` in the left column; `text` is safe to print.
  void line(std::string_view word, std::string_view text) { out_ += fmt::format("{:<{}} {}\n", word, kColumn, text); }

  void table(const Overview& overview) {
    std::vector<std::vector<std::string>> rows{overview.columns};
    for (const auto& row : overview.rows) {
      rows.emplace_back();
      for (const Overview::Cell& cell : row) rows.back().push_back(escape_for_terminal(cell.text));
    }
    std::vector<std::size_t> widths(overview.columns.size(), 0);
    for (const auto& row : rows)
      for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    if (!out_.empty()) out_ += '\n';
    for (const auto& row : rows) {
      std::string line;
      for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
        line += fmt::format("{:<{}}  ", row[i], widths[i]);
      out_ += std::string(trim(line)) + '\n';
    }
  }

  void field(std::string_view name, std::string_view value) {
    if (!value.empty())
      line("",
           fmt::format("{} {}", colored(fmt::format("{:<9}", name), Color::faint, style_), escape_for_terminal(value)));
  }

  void finding(const Finding& one, bool file) {
    if (file || one.place.line != 0) field("place", to_string(one.place));
    field(one.severity == Severity::warning ? "warning" : "subject", one.subject);
    field("expected", one.expected);
    field("found", one.found);
    field("evidence", one.evidence);
    if (one.id != one.subject && !file) field("id", one.id);
    if (one.severity != Severity::note) field("remedy", one.remedy);
  }

  void exception(const gate::Excused& excused, bool covers) {
    const policy::Exception& one = excused.exception;
    field("exception", fmt::format("{}{}{} ({}, until {}): {}", one.rule, one.findings.empty() ? "" : " ",
                                   fmt::join(one.findings, ", "), one.owner, to_rfc3339(one.expires), one.reason));
    if (covers) field("covers", fmt::format("{}", fmt::join(listed(excused.findings), ", ")));
  }

  /// What the rule asked: what all of its findings expected, else its title. Of a rule with warnings neither is said to
  /// be so.
  static std::string what_was_asked(const RuleOutcome& outcome) {
    const auto warnings = std::count_if(outcome.findings.begin(), outcome.findings.end(),
                                        [](const Finding& one) { return one.severity != Severity::note; });
    if (warnings != 0) return fmt::format("with {} warning{}", warnings, warnings == 1 ? "" : "s");
    const auto differs = [&](const Finding& one) { return one.expected != outcome.findings.front().expected; };
    if (outcome.findings.empty() || outcome.findings.front().expected.empty() ||
        std::any_of(outcome.findings.begin(), outcome.findings.end(), differs))
      return outcome.title;
    return outcome.findings.front().expected;
  }

  void rule(const RuleOutcome& outcome, bool file) {
    const bool in_short = outcome.status == RuleStatus::satisfied && !style_.verbose;
    const std::string word = fmt::format("{:<{}}", to_string(outcome.status), kColumn);
    out_ += fmt::format("{} {}: {}", colored(word, color_of(outcome.status), style_), outcome.rule,
                        escape_for_terminal(in_short ? what_was_asked(outcome) : outcome.said()));
    out_ += outcome.match.empty() ? "" : fmt::format(" [{}]", escape_for_terminal(outcome.match));
    if (!outcome.file.empty()) out_ += fmt::format(" (asked by {})", escape_for_terminal(outcome.file));
    out_ += '\n';
    field("counts", when_it_counts(outcome));
    bool first = true;
    for (const Finding& one : outcome.findings) {
      if (one.severity == Severity::note && !style_.verbose) continue;
      if (!first) out_ += '\n';
      first = false;
      finding(one, file);
    }
    for (const gate::Excused& each : outcome.excused) exception(each, outcome.status == RuleStatus::denied);
  }

  void platforms(const std::vector<JudgedPlatform>& platforms) {
    if (style_.verbose)
      for (const JudgedPlatform& each : platforms)
        line("platform", escape_for_terminal(each.platform) + " " + each.manifest);
    if (style_.verbose || platforms.empty()) return;
    line(platforms.size() == 1 ? "platform" : "platforms",
         escape_for_terminal(join(platforms, ", ", &JudgedPlatform::platform)));
  }

  void subject(const JudgedSubject& subject) {
    const bool file = subject.kind == SubjectKind::file;
    const auto is_silent = [](const RuleOutcome& outcome) {
      return outcome.status == RuleStatus::satisfied && outcome.findings.empty();
    };
    const bool all_silent = std::all_of(subject.rules.begin(), subject.rules.end(), is_silent);
    if (file && all_silent && !subject.error && subject.notes.empty() && !style_.verbose) {
      out_ += fmt::format(
          "{} {}\n", colored(fmt::format("{:<{}}", to_string(RuleStatus::satisfied), kColumn), Color::good, style_),
          escape_for_terminal(subject.name));
      return;
    }
    if (!out_.empty()) out_ += '\n';
    line(file ? "file" : "image", colored(escape_for_terminal(subject.name), Color::strong, style_));
    if (subject.digest) line("digest", subject.digest->to_string());
    platforms(subject.platforms);
    if (subject.error)
      line("error",
           fmt::format("{}: {}", to_string(subject.error->code()), escape_for_terminal(subject.error->message())));
    for (const RuleOutcome& outcome : subject.rules)
      if (!(file && is_silent(outcome)) || style_.verbose) rule(outcome, file);
    notes(subject.notes);
  }

  void note(const Note& note) { line(words_of(note.kind), escape_for_terminal(note.text)); }

  void notes(const std::vector<Note>& notes) {
    if (std::string rules = not_asked(notes); !rules.empty()) note({"notAsked", std::move(rules)});
    for (const Note& each : notes)
      if (each.kind != "notAsked") note(each);
  }

  /// One line that says why: "deny: sbom, signatures"; of one of several subjects "deny         NAME: sbom,
  /// signatures". No line begins with a name, which is whatever somebody called it.
  std::string summary(const JudgedSubject& subject, std::string_view name) const {
    const gate::Verdict verdict = subject.error ? gate::Verdict::undecided : subject.verdict;
    std::string why = rules_with(subject, RuleStatus::denied);
    const std::string undecided = rules_with(subject, RuleStatus::undecided);
    if (!why.empty() && !undecided.empty()) why += "; undecided: ";
    why += undecided;
    if (subject.error) why = to_string(subject.error->code());
    std::string word(to_string(verdict));
    if (!name.empty()) word = fmt::format("{:<{}}", word, kColumn);
    return fmt::format("{}{}{}{}{}", colored(word, color_of(verdict), style_), name.empty() ? "" : " ", name,
                       why.empty() ? "" : ": ", why);
  }

  const TextStyle& style_;
  std::string out_;
};

std::string write(const Run& run, const TextStyle& style) { return Writer(style).write(run); }

}  // namespace

const Format& text() {
  static constexpr Format format{"text", write};
  return format;
}

}  // namespace supply::report::formats

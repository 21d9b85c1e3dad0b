// For a job summary and a merge request's comment: GitHub's and GitLab's Markdown. What comes from outside is escaped,
// so that no image writes a heading, a link, an image or HTML into somebody's page. Source: GFM spec 0.29, section 6.1.
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/report/format.hpp"

namespace supply::report::formats {

namespace {

using policy::RuleStatus;

/// Text as text: every character that Markdown, HTML or a mention gives a meaning is escaped or a character reference.
std::string md(std::string_view text) {
  std::string out;
  for (const char c : escape_for_terminal(text)) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '@': out += "&#64;"; break;  // mentions
      case '#': out += "&#35;"; break;  // references to issues
      case ':': out += "&#58;"; break;  // bare addresses, emoji
      case '\n': out += ' '; break;
      case '\\':
      case '`':
      case '*':
      case '_':
      case '{':
      case '}':
      case '[':
      case ']':
      case '(':
      case ')':
      case '!':
      case '|':
      case '~':
      case '$':
        out += '\\';
        out += c;
        break;
      default: out += c;
    }
  }
  return out;
}

/// The same in a code span, where nothing but the backtick (and in a table the bar) has a meaning.
std::string code(std::string_view text) {
  std::string inner = escape_for_terminal(text);
  std::replace(inner.begin(), inner.end(), '`', '\'');
  std::replace(inner.begin(), inner.end(), '|', '/');
  std::replace(inner.begin(), inner.end(), '\n', ' ');
  return inner.empty() ? std::string() : "`" + inner + "`";
}

std::string_view mark(gate::Verdict verdict) {
  return verdict == gate::Verdict::allow ? "✅ allow" : verdict == gate::Verdict::deny ? "❌ deny" : "❔ undecided";
}

std::string_view mark(RuleStatus status) {
  switch (status) {
    case RuleStatus::satisfied: return "✅ satisfied";
    case RuleStatus::denied: return "❌ denied";
    case RuleStatus::warned: return "⚠️ warned";
    case RuleStatus::excepted: return "🔶 excepted";
    case RuleStatus::undecided: return "❔ undecided";
  }
  return "❔ undecided";
}

std::string finding(const Finding& one, SubjectKind kind) {
  std::string out = fmt::format("- {}**{}**", one.severity == Severity::warning ? "warning: " : "",
                                md(one.id.empty() ? one.subject : one.id));
  if (kind == SubjectKind::file || one.place.line != 0) out += " at " + code(to_string(one.place));
  out += "\n";
  if (one.subject != one.id && !one.id.empty()) out += "  - subject: " + md(one.subject) + "\n";
  if (!one.expected.empty()) out += "  - expected: " + md(one.expected) + "\n";
  if (!one.found.empty()) out += "  - found: " + md(one.found) + "\n";
  if (!one.evidence.empty()) out += "  - evidence: " + code(one.evidence) + "\n";
  if (!one.remedy.empty() && one.severity != Severity::note) out += "  - do: " + md(one.remedy) + "\n";
  return out;
}

std::string exceptions(const gate::RuleOutcome& outcome) {
  std::string out;
  for (const gate::Excused& each : outcome.excused)
    out += fmt::format("- exception by {} until {}: {} (covers {})\n", md(each.exception.owner),
                       to_rfc3339(each.exception.expires), md(each.exception.reason),
                       md(fmt::format("{}", fmt::join(listed(each.findings), ", "))));
  return out;
}

/// What needs no doing is one row of the table; what does is in full below it.
std::string subject(const JudgedSubject& subject) {
  std::string out = fmt::format("\n### {} {}\n\n", mark(subject.error ? gate::Verdict::undecided : subject.verdict),
                                md(subject.name));
  if (subject.digest) out += code(subject.digest->to_string()) + "\n\n";
  if (subject.error)
    out += fmt::format("**{}**: {}\n\n", to_string(subject.error->code()), md(subject.error->message()));
  if (!subject.platforms.empty())
    out += "Platforms: " + md(join(subject.platforms, ", ", &JudgedPlatform::platform)) + "\n\n";
  if (!subject.rules.empty()) out += "| rule | answer | what it says | entry |\n|---|---|---|---|\n";
  for (const gate::RuleOutcome& each : subject.rules)
    out += fmt::format("| {} | {} | {} | {} |\n", md(each.rule), mark(each.status), md(each.said()), code(each.match));
  for (const gate::RuleOutcome& each : subject.rules) {
    const bool is_shown = each.status != RuleStatus::satisfied ||
                          std::any_of(each.findings.begin(), each.findings.end(),
                                      [](const Finding& one) { return one.severity != Severity::note; });
    if (!is_shown) continue;
    out += fmt::format("\n**{}**: {}{}\n\n", md(each.rule), mark(each.status),
                       each.file.empty() ? "" : fmt::format(" (asked by {})", md(each.file)));
    if (const std::string when = when_it_counts(each); !when.empty()) out += "- counts " + md(when) + "\n";
    for (const Finding& one : each.findings)
      if (one.severity != Severity::note) out += finding(one, subject.kind);
    out += exceptions(each);
  }
  std::string notes;
  if (const std::string rules = not_asked(subject.notes); !rules.empty()) notes += "- not asked: " + md(rules) + "\n";
  for (const Note& note : subject.notes)
    if (note.kind != "notAsked") notes += fmt::format("- {}: {}\n", words_of(note.kind), md(note.text));
  if (!notes.empty()) out += "\n<details><summary>Notes</summary>\n\n" + notes + "\n</details>\n";
  return out;
}

std::string table(const Overview& overview) {
  std::string out = "\n|", rule = "|";
  for (const std::string& column : overview.columns) {
    out += " " + md(column) + " |";
    rule += "---|";
  }
  out += "\n" + rule + "\n";
  for (const auto& row : overview.rows) {
    out += "|";
    for (const Overview::Cell& cell : row) out += " " + md(cell.text) + " |";
    out += "\n";
  }
  return out;
}

std::string write(const Run& run, const TextStyle&) {
  std::string out = fmt::format("## {} — supply {}\n\n", mark(run.verdict), md(run.verb));
  for (const Asked& asked : run.asked)
    out += fmt::format("- {}: {}{}\n", asked.what, md(asked.text),
                       asked.digest ? " " + code(asked.digest->to_string()) : "");
  if (run.time)
    out += fmt::format("- time: {}{}\n", md(to_rfc3339(*run.time)), run.simulated_time ? " (simulated)" : "");
  if (run.overview) out += table(*run.overview);
  for (const JudgedSubject& each : run.subjects) out += subject(each);
  for (const Note& note : run.notes) out += fmt::format("\n{}: {}\n", words_of(note.kind), md(note.text));
  return out;
}

}  // namespace

const Format& markdown() {
  static constexpr Format format{"markdown", write};
  return format;
}

}  // namespace supply::report::formats
